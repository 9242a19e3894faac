"""Rules that a field of a body may have, and what Discord says when one is broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from guildwright.kernel import limits
from guildwright.sandbox.rest.call import is_snowflake
from guildwright.sandbox.rest.errors import (
    FieldError,
    Path,
    above,
    below,
    not_a_choice,
    not_a_list,
    not_a_snowflake,
    not_an_integer,
    not_an_object,
    not_modelled,
    required,
    too_long,
    wrong_length,
)


@dataclass(frozen=True, slots=True)
class Text:
    """A string with a length."""

    low: int
    high: int
    needed: bool = False

    def wrong(self, path: Path, value: Any) -> Iterator[FieldError]:
        if not isinstance(value, str):
            yield FieldError(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif not self.low <= len(value) <= self.high:
            yield wrong_length(path, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number within bounds, or one of a few; Discord reads digits in a string as well."""

    low: int = 0
    high: int = 2**63
    choices: tuple[int, ...] = ()
    needed: bool = False

    def wrong(self, path: Path, value: Any) -> Iterator[FieldError]:
        digits = str(value).removeprefix("-")
        if isinstance(value, bool) or not (digits.isascii() and digits.isdecimal() and len(digits) <= 20):
            yield not_an_integer(path, value)
            return
        number = int(value)
        if self.choices and number not in self.choices:
            yield not_a_choice(path, self.choices)
        elif number < self.low:
            yield below(path, self.low)
        elif number > self.high:
            yield above(path, self.high)


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    needed: bool = False

    def wrong(self, path: Path, value: Any) -> Iterator[FieldError]:
        if not isinstance(value, bool):
            yield FieldError(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


@dataclass(frozen=True, slots=True)
class Time:
    """An instant as ISO 8601."""

    needed: bool = False

    def wrong(self, path: Path, value: Any) -> Iterator[FieldError]:
        try:
            datetime.fromisoformat(value)
        except (TypeError, ValueError):
            yield FieldError(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")


@dataclass(frozen=True, slots=True)
class Snowflake:
    """An ID."""

    needed: bool = False

    def wrong(self, path: Path, value: Any) -> Iterator[FieldError]:
        if isinstance(value, bool) or not is_snowflake(str(value)):
            yield not_a_snowflake(path, value)


@dataclass(frozen=True, slots=True)
class Snowflakes:
    """A list of IDs."""

    high: int = limits.GUILD_ROLES
    needed: bool = False

    def wrong(self, path: Path, value: Any) -> Iterator[FieldError]:
        if not isinstance(value, list):
            yield not_a_list(path)
            return
        listed = cast("list[Any]", value)
        if len(listed) > self.high:
            yield too_long(path, self.high)
        for index, item in enumerate(listed):
            yield from Snowflake().wrong((*path, index), item)


@dataclass(frozen=True, slots=True)
class Texts:
    """A list of words."""

    high: int
    needed: bool = False

    def wrong(self, path: Path, value: Any) -> Iterator[FieldError]:
        if not isinstance(value, list):
            yield not_a_list(path)
            return
        for index, item in enumerate(cast("list[Any]", value)):
            yield from Text(1, self.high).wrong((*path, index), item)


@dataclass(frozen=True, slots=True)
class Objects:
    """A list of objects that each have a shape."""

    shape: "Shape"
    high: int = limits.GUILD_CHANNELS
    needed: bool = False

    def wrong(self, path: Path, value: Any) -> Iterator[FieldError]:
        if not isinstance(value, list):
            yield not_a_list(path)
            return
        listed = cast("list[Any]", value)
        if len(listed) > self.high:
            yield too_long(path, self.high)
        for index, item in enumerate(listed):
            if isinstance(item, dict):
                yield from wrong_fields(cast("dict[str, Any]", item), self.shape, (*path, index))
            else:
                yield not_an_object((*path, index))


@dataclass(frozen=True, slots=True)
class Object:
    """One object with a shape."""

    shape: "Shape"
    needed: bool = False

    def wrong(self, path: Path, value: Any) -> Iterator[FieldError]:
        if isinstance(value, dict):
            yield from wrong_fields(cast("dict[str, Any]", value), self.shape, path)
        else:
            yield not_an_object(path)


@dataclass(frozen=True, slots=True)
class Dropped:
    """simcord would forget the value, so anything but what it means already is refused."""

    harmless: tuple[Any, ...] = (None,)
    needed: bool = False

    def wrong(self, path: Path, value: Any) -> Iterator[FieldError]:
        if not any(value is same or (type(value) is type(same) and value == same) for same in self.harmless):
            raise not_modelled(f"the field(s) [{'.'.join(map(str, path))}] here")
        yield from ()


Rule = Text | Number | Flag | Time | Snowflake | Snowflakes | Texts | Objects | Object | Dropped
Shape = dict[str, Rule]


def wrong_fields(body: dict[str, Any], shape: Shape, path: Path = ()) -> Iterator[FieldError]:
    """Everything in a body that breaks its shape; fields the shape does not name are not judged."""
    for name, rule in shape.items():
        value = body.get(name)
        if value is not None:
            yield from rule.wrong((*path, name), value)
        elif rule.needed:
            yield required(*path, name)
