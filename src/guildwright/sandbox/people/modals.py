"""Filling in and sending a form that the bot showed.

A form is sent once and by the person it was shown to. Files are stored last: a refused form leaves
nothing behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from guildwright.kernel import limits
from guildwright.sandbox.people.components import choose
from guildwright.sandbox.people.interactions import dispatch_interaction, find_interaction
from guildwright.sandbox.people.options import read_upload
from guildwright.sandbox.people.refusal import RefusedError, conflict
from guildwright.sandbox.people.resolving import Resolver
from guildwright.sandbox.people.sending import Upload
from guildwright.sandbox.people.texts import parts
from guildwright.sandbox.world import enums, walk_components

if TYPE_CHECKING:
    from guildwright.sandbox.people.person import Person
    from guildwright.sandbox.world import Interaction, Message

Component = dict[str, Any]

_KIND: Final = enums.ComponentType


def submit_modal(person: Person, interaction_id: int, values: Mapping[str, Any]) -> Interaction:
    """Send the form that an interaction of this person showed."""
    shown, _ = find_interaction(person, interaction_id)
    if shown.modal is None:
        raise RefusedError("no_modal", "The bot showed no form for that interaction.")
    if shown.modal_consumed:
        raise conflict("modal_submitted", "That form was sent already.")
    person.channel(shown.channel_id)
    form = _Form(values, Resolver(person, shown.channel_id))
    form.refuse_unknown(parts(shown.modal, "components"))
    components = [form.fill(item) for item in parts(shown.modal, "components")]
    form.store_files()
    data: dict[str, Any] = {"custom_id": shown.modal["custom_id"], "components": components}
    if form.resolver.resolved:
        data["resolved"] = form.resolver.resolved
    shown.modal_consumed = True
    kind = enums.InteractionType.MODAL_SUBMIT
    return dispatch_interaction(person, kind, shown.channel_id, data, source=_source(person, shown))


def _source(person: Person, shown: Interaction) -> Message | None:
    """Return the message whose component showed the form; a command has none, and it may be gone by now."""
    if shown.source_message_id is None:
        return None
    messages = person.world.backend.messages[shown.channel_id]
    return messages.get(shown.source_message_id)


class _Form:
    """One form being filled."""

    def __init__(self, values: Mapping[str, Any], resolver: Resolver) -> None:
        self.resolver = resolver
        self._values = values
        self._files: list[tuple[Component, list[Upload]]] = []
        self._fill: dict[int, Callable[[Component, Component], None]] = {
            _KIND.TEXT_INPUT: self._fill_text,
            _KIND.FILE_UPLOAD: self._fill_files,
            _KIND.RADIO_GROUP: self._fill_radio,
            _KIND.CHECKBOX_GROUP: self._fill_boxes,
            _KIND.CHECKBOX: self._fill_box,
            **dict.fromkeys(enums.SELECT_TYPES, self._fill_select),
        }

    def refuse_unknown(self, components: list[Component]) -> None:
        """Refuse values for fields that the form does not have."""
        known = {item.get("custom_id") for item in walk_components(components) if item.get("custom_id")}
        strange = next((name for name in self._values if name not in known), None)
        if strange is not None:
            raise RefusedError("unknown_field", f"The form has no field with the custom ID {strange!r}.")

    def fill(self, component: Component) -> Component:
        """Return what is sent for a component of the form, layout included."""
        sent: Component = {"type": component["type"]}
        if component.get("id") is not None:
            sent["id"] = component["id"]
        if component["type"] == _KIND.ACTION_ROW:
            sent["components"] = [self.fill(child) for child in parts(component, "components")]
        elif component["type"] == _KIND.LABEL:
            sent["component"] = self.fill(cast("Component", component["component"]))
        elif component["type"] in self._fill:
            sent["custom_id"] = component["custom_id"]
            self._fill[component["type"]](component, sent)
        return sent

    def store_files(self) -> None:
        """Upload the files, when nothing can be refused any more."""
        for sent, uploads in self._files:
            sent["values"] = [self.resolver.attachment(upload) for upload in uploads]

    def _given(self, field: Component) -> Any:
        return self._values.get(field["custom_id"])

    def _list(self, field: Component) -> list[Any]:
        value = self._given(field)
        if value is None:
            return []
        if not isinstance(value, list):
            raise RefusedError("wrong_type", f"{field['custom_id']}: give a list of values.")
        return cast("list[Any]", value)

    def _strings(self, field: Component) -> list[str]:
        values = self._list(field)
        if not all(isinstance(value, str) for value in values):
            raise RefusedError("wrong_type", f"{field['custom_id']}: give a list of texts.")
        return cast("list[str]", values)

    def _fill_text(self, field: Component, sent: Component) -> None:
        name, value = field["custom_id"], self._given(field)
        text = "" if value is None else value
        if not isinstance(text, str):
            raise RefusedError("wrong_type", f"{name}: give a text.")
        if not text and field.get("required", True):
            raise _missing(field)
        if text and len(text) < (field.get("min_length") or 0):
            raise RefusedError("too_short", f"{name}: write at least {field['min_length']} characters.")
        most = field.get("max_length") or limits.TEXT_INPUT
        if len(text) > most:
            raise RefusedError("too_long", f"{name}: write at most {most} characters.")
        sent["value"] = text

    def _fill_select(self, field: Component, sent: Component) -> None:
        values = self._strings(field)
        _check_count(field, len(values), default_most=1)
        sent["values"] = choose(field, values, self.resolver)

    def _fill_boxes(self, field: Component, sent: Component) -> None:
        values = self._strings(field)
        _check_count(field, len(values), default_most=len(parts(field, "options")))
        sent["values"] = choose({**field, "type": _KIND.STRING_SELECT}, values, self.resolver)

    def _fill_radio(self, field: Component, sent: Component) -> None:
        value = self._given(field)
        _check_count(field, 0 if value is None else 1, default_most=1)
        chosen = [] if value is None else [value]
        if not all(isinstance(item, str) for item in chosen):
            raise RefusedError("wrong_type", f"{field['custom_id']}: give one of the values.")
        choose({**field, "type": _KIND.STRING_SELECT}, chosen, self.resolver)
        sent["value"] = value

    def _fill_box(self, field: Component, sent: Component) -> None:
        value = self._given(field)
        checked = bool(field.get("default")) if value is None else value
        if not isinstance(checked, bool):
            raise RefusedError("wrong_type", f"{field['custom_id']}: give true or false.")
        sent["value"] = checked

    def _fill_files(self, field: Component, sent: Component) -> None:
        uploads = [read_upload(field["custom_id"], item) for item in self._list(field)]
        _check_count(field, len(uploads), default_most=1)
        sent["values"] = []
        self._files.append((sent, uploads))


def _check_count(field: Component, count: int, *, default_most: int) -> None:
    """Refuse too few or too many values; none at all is fine where the field is optional."""
    if not count:
        if field.get("required", True):
            raise _missing(field)
        return
    least = 1 if field.get("min_values") is None else field["min_values"]
    most = default_most if field.get("max_values") is None else field["max_values"]
    if not least <= count <= most:
        raise RefusedError(
            "wrong_value_count", f"{field['custom_id']}: choose between {least} and {most} values."
        )


def _missing(field: Component) -> RefusedError:
    return RefusedError("missing_field", f"{field['custom_id']}: this field must be filled in.")
