"""A modal as the person sees it who opened it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from guildwright.testing.errors import OutcomeError, is_verdict
from guildwright.testing.message import BUTTON, TEXT_DISPLAY, walk_components

if TYPE_CHECKING:
    from guildwright.testing.action import Action
    from guildwright.testing.person import Person

__tracebackhide__ = is_verdict


@dataclass(frozen=True, slots=True)
class Field:
    custom_id: str
    label: str
    value: str
    required: bool
    kind: int


@dataclass(frozen=True, slots=True)
class Modal:
    """An open form; `submit` fills it in by label or custom_id and sends it."""

    viewer: Person = field(repr=False, compare=False)
    interaction_id: int
    channel_id: int
    custom_id: str
    title: str
    fields: tuple[Field, ...]
    raw: dict[str, Any] = field(repr=False, compare=False)

    def submit(self, values: Mapping[str, object] | None = None, /, **named: object) -> Action[Any]:
        """Send it; fields are named by custom_id, or by label with spaces as `_` when a keyword is used."""
        return self.viewer.submit(values, modal=self, **named)

    def field(self, name: str) -> Field:
        """Return the field with that custom_id or label."""
        for each in self.fields:
            if name in {each.custom_id, each.label} or name == each.label.lower().replace(" ", "_"):
                return each
        have = [each.label or each.custom_id for each in self.fields]
        raise OutcomeError(f"No field {name!r}; the modal has {have}.")


def read_modal(data: dict[str, Any], viewer: Person) -> Modal:
    """Read the modal event of the control API."""
    modal = data["modal"]
    return Modal(
        viewer=viewer,
        interaction_id=int(data["interaction_id"]),
        channel_id=int(data["channel_id"]),
        custom_id=modal.get("custom_id") or "",
        title=modal.get("title") or "",
        fields=tuple(read_fields(modal.get("components") or [])),
        raw=modal,
    )


def read_fields(components: list[dict[str, Any]]) -> list[Field]:
    labels = {
        part["component"]["custom_id"]: part.get("label") or ""
        for part in walk_components(components)
        if part.get("component")
    }
    return [
        Field(
            custom_id=part["custom_id"],
            label=part.get("label") or labels.get(part["custom_id"], ""),
            value=part.get("value") or "",
            required=part.get("required", True),
            kind=part["type"],
        )
        for part in walk_components(components)
        if part.get("custom_id") and part["type"] not in {BUTTON, TEXT_DISPLAY}
    ]
