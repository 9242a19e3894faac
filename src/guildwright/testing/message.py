"""A message as a person sees it: text, embeds, buttons and menus, with the verbs that act on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from guildwright.testing.errors import OutcomeError, is_verdict

if TYPE_CHECKING:
    from guildwright.testing.action import Action
    from guildwright.testing.person import Person

__tracebackhide__ = is_verdict

BUTTON = 2
TEXT_DISPLAY = 10
MENUS = frozenset({3, 5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class Author:
    id: int
    name: str
    bot: bool


@dataclass(frozen=True, slots=True)
class EmbedField:
    name: str
    value: str
    inline: bool


@dataclass(frozen=True, slots=True)
class Embed:
    title: str
    description: str
    fields: tuple[EmbedField, ...]
    footer: str
    author: str
    colour: int | None
    url: str
    image: str
    thumbnail: str

    @property
    def text(self) -> str:
        """Everything that can be read in it, a line each."""
        fields = (line for each in self.fields for line in (each.name, each.value))
        parts = (self.author, self.title, self.description, *fields, self.footer)
        return "\n".join(part for part in parts if part)

    def field(self, name: str) -> str:
        """Return the value of the field of that name."""
        for each in self.fields:
            if each.name == name:
                return each.value
        raise OutcomeError(f"No field {name!r}; the embed has {[each.name for each in self.fields]}.")


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    custom_id: str
    disabled: bool
    style: int
    url: str
    emoji: str

    def is_called(self, name: str) -> bool:
        """Tell whether people mean this button: by its label, emoji or custom_id."""
        return bool(name) and name in {self.label, self.emoji, self.custom_id}


@dataclass(frozen=True, slots=True)
class Option:
    label: str
    value: str
    description: str
    default: bool


@dataclass(frozen=True, slots=True)
class Menu:
    custom_id: str
    placeholder: str
    disabled: bool
    options: tuple[Option, ...]
    kind: int


@dataclass(frozen=True, slots=True)
class Reaction:
    emoji: str
    count: int
    me: bool


@dataclass(frozen=True, slots=True)
class Attachment:
    filename: str
    url: str
    size: int
    content_type: str


@dataclass(frozen=True, slots=True)
class Message:
    """One version of a message, as `viewer` saw it at that moment."""

    viewer: Person = field(repr=False, compare=False)
    seen_at: int = field(repr=False, compare=False)
    id: int
    channel_id: int
    author: Author
    content: str
    embeds: tuple[Embed, ...]
    buttons: tuple[Button, ...]
    menus: tuple[Menu, ...]
    displays: tuple[str, ...]
    attachments: tuple[Attachment, ...]
    reactions: tuple[Reaction, ...]
    ephemeral: bool
    loading: bool
    edited_at: str
    pinned: bool
    reply_to: int | None
    interaction_id: int | None
    system_text: str
    raw: dict[str, Any] = field(repr=False, compare=False)

    @property
    def text(self) -> str:
        """Everything that can be read in it: content, text displays and embeds."""
        parts = (self.content, *self.displays, *(embed.text for embed in self.embeds), self.system_text)
        return "\n".join(part for part in parts if part)

    @property
    def embed(self) -> Embed:
        """The only embed; fails when there is none or more than one."""
        if len(self.embeds) == 1:
            return self.embeds[0]
        raise OutcomeError(f"The message has {len(self.embeds)} embeds: {self.text!r}")

    @property
    def labels(self) -> list[str]:
        """Labels of its buttons in reading order; a button without a label is named by its emoji."""
        return [button.label or button.emoji for button in self.buttons]

    def __contains__(self, text: str) -> bool:
        return text in self.text

    def has_button(self, name: str) -> bool:
        return any(button.is_called(name) for button in self.buttons)

    def button(self, name: str) -> Button:
        """Return the button with that label, emoji or custom_id."""
        for button in self.buttons:
            if button.is_called(name):
                return button
        raise OutcomeError(f"No button {name!r}; the message has {self.labels}.")

    def menu(self, name: str = "") -> Menu:
        """Return the menu with that placeholder or custom_id; without a name, the only one."""
        found = [menu for menu in self.menus if not name or name in {menu.placeholder, menu.custom_id}]
        if len(found) == 1:
            return found[0]
        have = [menu.placeholder or menu.custom_id for menu in self.menus]
        raise OutcomeError(f"{len(found)} menus match {name!r}; the message has {have}.")

    def click(self, name: str) -> Action[Any]:
        """Press one of its buttons, as the person who sees it."""
        return self.viewer.click(name, on=self)

    def choose(self, *choices: object, menu: str = "") -> Action[Any]:
        """Choose in its menu, as the person who sees it."""
        return self.viewer.choose(*choices, menu=menu, on=self)

    async def edited(self, *, within: float | None = None) -> Message:
        """Wait until it looks different from this version."""
        return await self.viewer.edited(self, within=within)

    async def deleted(self, *, within: float | None = None) -> None:
        """Wait until it is gone."""
        await self.viewer.deleted(self, within=within)


def read_message(raw: dict[str, Any], viewer: Person, seen_at: int) -> Message:
    """Read Discord's message object, with what the control API adds, as `viewer` sees it."""
    author = raw["author"]
    parts = list(walk_components(raw.get("components") or []))
    asked_by = raw.get("interaction_metadata") or raw.get("interaction") or {}
    return Message(
        viewer=viewer,
        seen_at=seen_at,
        id=int(raw["id"]),
        channel_id=int(raw["channel_id"]),
        author=Author(
            int(author["id"]), author.get("global_name") or author["username"], bool(author.get("bot"))
        ),
        content=raw.get("content") or "",
        embeds=tuple(map(read_embed, raw.get("embeds") or [])),
        buttons=tuple(read_button(part) for part in parts if part["type"] == BUTTON),
        menus=tuple(read_menu(part) for part in parts if part["type"] in MENUS),
        displays=tuple(part.get("content", "") for part in parts if part["type"] == TEXT_DISPLAY),
        attachments=tuple(map(read_attachment, raw.get("attachments") or [])),
        reactions=tuple(
            Reaction(emoji_name(each["emoji"]), each.get("count", 1), bool(each.get("me")))
            for each in raw.get("reactions") or []
        ),
        ephemeral=bool(raw.get("ephemeral")),
        loading=bool(raw.get("loading")),
        edited_at=raw.get("edited_timestamp") or "",
        pinned=bool(raw.get("pinned")),
        reply_to=read_id((raw.get("message_reference") or {}).get("message_id")),
        interaction_id=read_id(asked_by.get("id")),
        system_text=raw.get("system_text") or "",
        raw=raw,
    )


def walk_components(components: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield every component of a message or modal, containers before what they hold."""
    for part in components:
        yield part
        yield from walk_components(part.get("components") or [])
        for inner in ("component", "accessory"):
            if part.get(inner):
                yield from walk_components([part[inner]])


def read_embed(raw: dict[str, Any]) -> Embed:
    fields = (EmbedField(f["name"], f["value"], bool(f.get("inline"))) for f in raw.get("fields") or [])
    return Embed(
        title=raw.get("title") or "",
        description=raw.get("description") or "",
        fields=tuple(fields),
        footer=(raw.get("footer") or {}).get("text", ""),
        author=(raw.get("author") or {}).get("name", ""),
        colour=raw.get("color"),
        url=raw.get("url") or "",
        image=(raw.get("image") or {}).get("url", ""),
        thumbnail=(raw.get("thumbnail") or {}).get("url", ""),
    )


def read_button(raw: dict[str, Any]) -> Button:
    return Button(
        label=raw.get("label") or "",
        custom_id=raw.get("custom_id") or "",
        disabled=bool(raw.get("disabled")),
        style=raw.get("style", 2),
        url=raw.get("url") or "",
        emoji=emoji_name(raw.get("emoji") or {}),
    )


def read_menu(raw: dict[str, Any]) -> Menu:
    options = (
        Option(o["label"], o["value"], o.get("description") or "", bool(o.get("default")))
        for o in raw.get("options") or []
    )
    return Menu(
        custom_id=raw.get("custom_id") or "",
        placeholder=raw.get("placeholder") or "",
        disabled=bool(raw.get("disabled")),
        options=tuple(options),
        kind=raw["type"],
    )


def read_attachment(raw: dict[str, Any]) -> Attachment:
    return Attachment(raw["filename"], raw.get("url", ""), raw.get("size", 0), raw.get("content_type") or "")


def emoji_name(raw: dict[str, Any]) -> str:
    return raw.get("name") or ""


def read_id(value: str | None) -> int | None:
    return int(value) if value else None
