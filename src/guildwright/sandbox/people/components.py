"""Buttons and select menus, pressed as a client lets a person press them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from guildwright.sandbox.people.interactions import dispatch_interaction
from guildwright.sandbox.people.refusal import RefusedError, forbidden, unknown
from guildwright.sandbox.people.resolving import Resolver
from guildwright.sandbox.people.texts import parts
from guildwright.sandbox.world import enums, walk_components

if TYPE_CHECKING:
    from guildwright.sandbox.people.person import Person
    from guildwright.sandbox.world import Interaction, Message

Component = dict[str, Any]

_LINK: Final = 5
_PREMIUM: Final = 6


def click(person: Person, channel_id: int, message_id: int, custom_id: str) -> Interaction:
    """Press a button."""
    message = person.message(channel_id, message_id)
    button = _find(message, custom_id, (enums.ComponentType.BUTTON,))
    if button.get("style") in (_LINK, _PREMIUM):
        raise RefusedError("not_a_callback", "A link or shop button opens a page and tells the bot nothing.")
    if button.get("disabled"):
        raise forbidden("disabled_button", "This button is disabled.")
    return _send(person, message, button, {})


def select(
    person: Person, channel_id: int, message_id: int, custom_id: str, values: Sequence[str]
) -> Interaction:
    """Choose values in a select menu; people, roles and channels by ID."""
    message = person.message(channel_id, message_id)
    menu = _find(message, custom_id, enums.SELECT_TYPES)
    if menu.get("disabled"):
        raise forbidden("disabled_select", "This select menu is disabled.")
    least, most = menu.get("min_values", 1), menu.get("max_values", 1)
    if not least <= len(values) <= most:
        raise RefusedError("wrong_value_count", f"Choose between {least} and {most} values.")
    resolver = Resolver(person, channel_id)
    data: dict[str, Any] = {"values": choose(menu, values, resolver)}
    if resolver.resolved:
        data["resolved"] = resolver.resolved
    return _send(person, message, menu, data)


def choose(menu: Component, values: Sequence[str], resolver: Resolver) -> list[str]:
    """Return the chosen values of any select menu, of a message or a form; resolves what has an ID."""
    name = str(menu.get("custom_id"))
    if len(set(values)) != len(values):
        raise RefusedError("duplicate_value", f"{name}: a value was chosen twice.")
    kind = menu["type"]
    if kind == enums.ComponentType.STRING_SELECT:
        offered = {option["value"] for option in parts(menu, "options")}
        strange = next((value for value in values if value not in offered), None)
        if strange is not None:
            raise RefusedError("not_a_select_value", f"{name}: {strange!r} is not among the values offered.")
        return list(values)
    if kind == enums.ComponentType.CHANNEL_SELECT:
        return [resolver.channel(name, value, menu.get("channel_types")) for value in values]
    if kind == enums.ComponentType.ROLE_SELECT:
        return [resolver.role(name, value) for value in values]
    if kind == enums.ComponentType.MENTIONABLE_SELECT:
        return [resolver.mentionable(name, value) for value in values]
    return [resolver.user(name, value) for value in values]


def _find(message: Message, custom_id: str, kinds: Sequence[enums.ComponentType]) -> Component:
    for component in walk_components(message.components):
        if component.get("custom_id") == custom_id and component.get("type") in kinds:
            return component
    what = "button" if enums.ComponentType.BUTTON in kinds else "select menu"
    raise unknown("unknown_component", f"The message has no {what} with the custom ID {custom_id!r}.")


def _send(person: Person, message: Message, component: Component, chosen: dict[str, Any]) -> Interaction:
    data: dict[str, Any] = {
        "custom_id": component["custom_id"],
        "component_type": component["type"],
        **chosen,
    }
    if component.get("id") is not None:
        data["id"] = component["id"]
    kind = enums.InteractionType.MESSAGE_COMPONENT
    return dispatch_interaction(person, kind, message.channel_id, data, source=message)
