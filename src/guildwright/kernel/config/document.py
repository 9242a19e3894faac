"""The text of `config.json` and changes to it that leave every other character alone.

A save replaces or inserts one value in the text itself: order, comments, unknown keys and the operator's own
layout survive, and what somebody else changed meanwhile is still there.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from guildwright.kernel.errors import ConfigError, Problem

_BLANK = re.compile(r"[ \t\r\n]*")
_INDENT = re.compile(r"^([ \t]+)\S", re.MULTILINE)
_decoder = json.JSONDecoder()


class _Member(NamedTuple):
    """Where one member of an object stands in the text."""

    key: str
    start: int
    value: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A configuration file as text and as data."""

    text: str
    data: dict[str, Any]

    @classmethod
    def parse(cls, text: str, name: str) -> "Document":
        """Read the text; raises ConfigError with line, column and reason."""
        try:
            data = json.loads(text.removeprefix("\ufeff"), parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            _refuse(name, f"line {error.lineno}, column {error.colno}: {error.msg}", error)
        except (ValueError, RecursionError) as error:
            _refuse(name, str(error), error)
        if not isinstance(data, dict):
            _refuse(name, "line 1, column 1: the file must hold one object, { … }", None)
        return cls(text, data)  # pyright: ignore[reportUnknownArgumentType]

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Document":
        """Write a new document, indented by four blanks."""
        return cls(json.dumps(data, indent=4, ensure_ascii=False) + "\n", data)

    def value_at(self, path: str) -> Any:
        """Return the value at a dotted path, or None where a step is missing."""
        value: Any = self.data
        for step in path.split("."):
            if not isinstance(value, dict) or step not in value:
                return None
            value = value[step]  # pyright: ignore[reportUnknownVariableType]
        return value  # pyright: ignore[reportUnknownVariableType]

    def with_value(self, path: str, value: Any, name: str) -> "Document":
        """Return the document with one value set; raises ConfigError where a step is no object."""
        bom = "\ufeff" if self.text.startswith("\ufeff") else ""
        text = self.text.removeprefix("\ufeff")
        return Document.parse(bom + _with_value(text, path, value, name), name)


def _with_value(text: str, path: str, value: Any, name: str) -> str:
    steps = path.split(".")
    at = _skip(text, 0)
    for depth, step in enumerate(steps):
        if text[at] != "{":
            done = ".".join(steps[:depth])
            raise ConfigError(f"{path} cannot be set: {done} is not an object in {name}.", path=path)
        members = list(_members(text, at))
        # Of a key that stands twice the last one counts, as it does for every reader of JSON.
        member = next((known for known in reversed(members) if known.key == step), None)
        if member is None:
            for missing in reversed(steps[depth + 1 :]):
                value = {missing: value}
            return _insert(text, at, members, step, value)
        if depth == len(steps) - 1:
            return (
                text[: member.value]
                + _dump(value, text, _line_indent(text, member.start))
                + text[member.end :]
            )
        at = member.value
    return text


def _members(text: str, at: int) -> Iterator[_Member]:
    """Walk the members of the object that begins at `at`; the text is known to be valid."""
    at = _skip(text, at + 1)
    while text[at] != "}":
        start = at
        key, at = _decoder.raw_decode(text, at)
        value = _skip(text, _skip(text, at) + 1)
        _, end = _decoder.raw_decode(text, value)
        yield _Member(key, start, value, end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)


def _insert(text: str, at: int, members: list[_Member], key: str, value: Any) -> str:
    """Add a member behind the last one, laid out as its neighbours are."""
    name = json.dumps(key, ensure_ascii=False)
    if members and "\n" not in text[at : members[0].start]:
        addition = f", {name}: {json.dumps(value, ensure_ascii=False)}"
        return text[: members[-1].end] + addition + text[members[-1].end :]
    outer = _line_indent(text, at)
    inner = _line_indent(text, members[-1].start) if members else outer + _unit(text)
    addition = f"{_newline(text)}{inner}{name}: {_dump(value, text, inner)}"
    if members:
        return f"{text[: members[-1].end]},{addition}{text[members[-1].end :]}"
    closing = text.index("}", at)
    return f"{text[: at + 1]}{addition}{_newline(text)}{outer}{text[closing:]}"


def _dump(value: Any, text: str, indent: str) -> str:
    dumped = json.dumps(value, indent=_unit(text), ensure_ascii=False)
    return dumped.replace("\n", _newline(text) + indent)


def _line_indent(text: str, at: int) -> str:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    return line[: len(line) - len(line.lstrip(" \t"))]


def _unit(text: str) -> str:
    found = _INDENT.search(text)
    return found[1] if found else "    "


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a value of JSON")


def _refuse(name: str, reason: str, cause: Exception | None) -> NoReturn:
    raise ConfigError(
        f"{name} is not valid JSON: {reason}.",
        hint="Put it right; the file was left as it is.",
        problems=(Problem(name, "not valid JSON", reason),),
    ) from cause
