"""The kinds of faults as data, from which the page makes its buttons and a person learns what there is."""

from __future__ import annotations

from functools import cache
from typing import Any

from .kinds import KINDS, Fault


@cache
def catalogue() -> list[dict[str, Any]]:
    """Return every kind with a title, a sentence and its parameters, in the order to show them."""
    return [_described(kind) for kind in KINDS]


def name_of(kind: type[Fault]) -> str:
    """Return the word by which the control API knows a kind."""
    return kind.model_fields["kind"].default


def _described(kind: type[Fault]) -> dict[str, Any]:
    schema = kind.model_json_schema()
    names = sorted(schema["properties"].keys() - {"kind"}, key=lambda name: _place(kind, name))
    return {
        "kind": name_of(kind),
        "title": kind.title,
        "sentence": schema["description"],
        "side": kind.side,
        "lasting": kind.lasting,
        "parameters": [
            _parameter(name, schema["properties"][name], required=name in schema.get("required", ()))
            for name in names
        ],
    }


def _place(kind: type[Fault], name: str) -> tuple[bool, int]:
    """A kind's own parameters come before those that it shares with others."""
    return name not in kind.__annotations__, list(kind.model_fields).index(name)


def _parameter(name: str, field: dict[str, Any], *, required: bool) -> dict[str, Any]:
    forms: list[dict[str, Any]] = [form for form in _flat(field) if form.get("type") != "null"]
    bounds = forms[-1]
    choices = bounds.get("enum") if len(forms) == 1 else None
    return {
        "name": name,
        "type": "guild" if name == "guild_id" else bounds["type"],
        "sentence": field["description"],
        "required": required,
        "default": field.get("default"),
        "minimum": bounds.get("minimum", bounds.get("exclusiveMinimum")),
        "maximum": bounds.get("maximum"),
        "choices": choices,
    }


def _flat(field: dict[str, Any]) -> list[dict[str, Any]]:
    """The forms a value may have, those of nested alternatives too."""
    if "anyOf" not in field:
        return [field]
    return [form for option in field["anyOf"] for form in _flat(option)]
