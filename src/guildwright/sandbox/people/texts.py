"""Members' and bots' markdown as trees, parsed once per revision of a message.

A message that is edited gets new objects for what was edited; the cache compares identities, so it
never shows an old text and never parses the same one for every viewer again.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from guildwright.sandbox.world import Message

KEPT_MESSAGES: Final = 2_000

Node = dict[str, Any]
Payload = dict[str, Any]


def parts(payload: Payload, key: str) -> list[Payload]:
    """Return the list of objects under a key; an empty one when there is none."""
    return cast("list[Payload]", payload.get(key) or [])


def tree(text: object) -> list[Node]:
    """Parse Discord's markdown; anything but a text has an empty tree."""
    from guildwright.sandbox.page.markdown import parse  # noqa: PLC0415 - loaded when first somebody reads

    return parse(text) if isinstance(text, str) and text else []


def embed_with_trees(embed: Payload) -> Payload:
    """Return the embed with the trees of everything in it that may carry markdown."""
    footer: Payload = embed.get("footer") or {}
    trees = {
        "title": tree(embed.get("title")),
        "description": tree(embed.get("description")),
        "footer": tree(footer.get("text")),
        "fields": [
            {"name": tree(field.get("name")), "value": tree(field.get("value"))}
            for field in parts(embed, "fields")
        ],
    }
    return {**embed, "trees": trees}


def component_with_trees(component: Payload) -> Payload:
    """Return the component, and those inside it, with a tree beside every text."""
    found = dict(component)
    if component.get("type") == 10:
        found["tree"] = tree(component.get("content"))
    if "components" in component:
        found["components"] = [component_with_trees(child) for child in parts(component, "components")]
    for key in ("accessory", "component"):
        if isinstance(component.get(key), dict):
            found[key] = component_with_trees(cast("Payload", component[key]))
    return found


@dataclass(frozen=True, slots=True)
class Texts:
    """One revision of a message's texts, parsed."""

    content: str
    source_embeds: list[Payload]
    source_components: list[Payload]
    content_tree: list[Node]
    embeds: list[Payload]
    components: list[Payload]

    def fits(self, message: Message) -> bool:
        return (
            self.source_embeds is message.embeds
            and self.source_components is message.components
            and self.content == message.content
        )


class TextCache:
    """The parsed texts of the messages that were looked at last."""

    def __init__(self) -> None:
        self._texts: OrderedDict[int, Texts] = OrderedDict()

    def of(self, message: Message) -> Texts:
        """Return the parsed texts of a message as it is now."""
        texts = self._texts.get(message.id)
        if texts is None or not texts.fits(message):
            texts = self._texts[message.id] = _parsed(message)
        self._texts.move_to_end(message.id)
        if len(self._texts) > KEPT_MESSAGES:
            self._texts.popitem(last=False)
        return texts


def _parsed(message: Message) -> Texts:
    return Texts(
        content=message.content,
        source_embeds=message.embeds,
        source_components=message.components,
        content_tree=tree(message.content),
        embeds=[embed_with_trees(embed) for embed in message.embeds],
        components=[component_with_trees(component) for component in message.components],
    )
