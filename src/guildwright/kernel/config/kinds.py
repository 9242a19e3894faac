"""Kinds of values that configuration keys and environment variables take.

pydantic judges the values (strictly: `true` is no number); the sentence of what was expected is ours, because
it has to make sense to somebody who never heard of pydantic.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Literal, NotRequired

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from guildwright.kernel.limits import ID_DIGITS_MAXIMUM, ID_DIGITS_MINIMUM
from guildwright.kernel.prefix import RULES, broken_rule

_WORDS = MappingProxyType(
    {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
)
_LONGEST_SHOWN = 40


class KindError(ValueError):
    """A value is not of its kind; `suffix` says where inside the value, `found` what stands there."""

    def __init__(self, expected: str, suffix: str, found: Any) -> None:
        super().__init__(expected)
        self.expected = expected
        self.suffix = suffix
        self.found = found


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A type with its bounds, the words for them, and how it is read from a variable."""

    annotation: Any
    expected: str
    from_text: Callable[[str], Any] = str
    choices: tuple[str, ...] = ()

    def check(self, value: Any) -> Any:
        """Return the value in its normal form; raises KindError."""
        try:
            return _adapter(self).validate_python(value, strict=True)
        except ValidationError as error:
            raise self._explain(error) from None

    def parse(self, text: str) -> Any:
        """Read the value from the text of a variable; raises KindError."""
        try:
            value = self.from_text(text)
        except KindError:
            raise
        except ValueError:
            raise KindError(self.expected, "", text) from None
        return self.check(value)

    def _explain(self, error: ValidationError) -> KindError:
        first = error.errors(include_url=False)[0]
        steps = [step for step in first["loc"] if isinstance(step, int) or not step.startswith("function-")]
        suffix = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
        facts = first.get("ctx", {})
        expected = str(facts["error"]) if "error" in facts else self.expected
        if suffix and first["type"] == "literal_error":
            expected = f"expected {facts['expected']}"
        return KindError(expected, suffix, first["input"])


@cache
def _adapter(kind: Kind) -> TypeAdapter[Any]:
    return TypeAdapter(kind.annotation)


def describe(value: Any) -> str:
    """Name the type of a value as JSON would, and show it if it is short."""
    match value:
        case None:
            return "null"
        case bool():
            return f"the boolean {str(value).lower()}"
        case int() | float():
            return f"the number {value}"
        case str() if len(value) <= _LONGEST_SHOWN:
            return f"the text {json.dumps(value, ensure_ascii=False)}"
        case str():
            return f"a text of {len(value)} characters"
        case list():
            return "a list"
        case Mapping():
            return "an object"
        case _:
            return f"a value of type {type(value).__name__}"  # pyright: ignore[reportUnknownArgumentType]


def boolean_from_text(text: str) -> bool:
    """Read true/1/yes/on or false/0/no/off in any case (CORE-202); raises KindError."""
    try:
        return _WORDS[text.strip().lower()]
    except KeyError:
        raise KindError("expected true, 1, yes, on or false, 0, no, off", "", text) from None


def whole(low: int, high: int | None = None) -> Kind:
    """Whole numbers between two bounds, both included."""
    bounds = f"of at least {low}" if high is None else f"from {low} to {high}"
    return Kind(Annotated[int, Field(ge=low, le=high)], f"expected a whole number {bounds}", int)


def number(low: float, high: float | None = None) -> Kind:
    """Numbers between two bounds, both included."""
    bounds = f"of at least {low:g}" if high is None else f"from {low:g} to {high:g}"
    annotation = Annotated[float, Field(ge=low, le=high, allow_inf_nan=False), AfterValidator(_plain_number)]
    return Kind(annotation, f"expected a number {bounds}", float)


def choice(*names: str) -> Kind:
    """One of a closed list of words, in any case."""
    by_folded = {name.casefold(): name for name in names}

    def normal(value: Any) -> Any:
        return by_folded.get(value.casefold(), value) if isinstance(value, str) else value

    annotation = Annotated[Literal[names], BeforeValidator(normal)]  # pyright: ignore[reportInvalidTypeArguments]
    return Kind(annotation, f"expected one of {', '.join(names)}", choices=names)


def text(longest: int | None = None, *, shortest: int = 0) -> Kind:
    """Text with a bounded length."""
    if longest is None:
        expected = "expected a text" if not shortest else "expected a text that is not empty"
    else:
        expected = f"expected a text of {shortest}–{longest} characters"
    return Kind(Annotated[str, Field(min_length=shortest, max_length=longest)], expected)


def _plain_number(value: float) -> float:
    """Keep `5` a whole number, so that it is saved as it was written."""
    return int(value) if value.is_integer() else value


def _snowflake(value: Any) -> int:
    """Accept an ID as a number or as text; JavaScript cannot hold one as a number."""
    digits = value if isinstance(value, str) else str(value) if type(value) is int else ""
    if digits.isascii() and digits.isdigit() and ID_DIGITS_MINIMUM <= len(digits) <= ID_DIGITS_MAXIMUM:
        return int(digits)
    raise ValueError(f"expected an ID of {ID_DIGITS_MINIMUM}–{ID_DIGITS_MAXIMUM} digits")


def _good_prefix(value: str) -> str:
    if sentence := broken_rule(value):
        raise ValueError(sentence)
    return value


def _in_a_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]  # pyright: ignore[reportUnknownVariableType]


def _ids_from_text(value: str) -> Any:
    return (
        json.loads(value) if value.lstrip().startswith("[") else [part.strip() for part in value.split(",")]
    )


_ActivityType = Literal["playing", "watching", "listening", "competing", "streaming", "custom"]
_Presence = Literal["online", "idle", "dnd", "invisible"]
_Id = Annotated[int, BeforeValidator(_snowflake)]
_Level = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


class _Status(TypedDict):
    type: NotRequired[_ActivityType]
    text: str
    presence: NotRequired[_Presence]
    url: NotRequired[str]


BOOL = Kind(bool, "expected true or false", boolean_from_text)
ID = Kind(_Id, f"expected an ID of {ID_DIGITS_MINIMUM}–{ID_DIGITS_MAXIMUM} digits")
IDS = Kind(list[_Id], "expected a list of IDs", _ids_from_text)
ID_OR_IDS = Kind(
    Annotated[list[_Id], BeforeValidator(_in_a_list)], "expected an ID or a list of IDs", _ids_from_text
)
NAMES = Kind(list[str], "expected a list of names", json.loads)
ROLES = Kind(dict[str, list[_Id]], "expected an object of command names with lists of role IDs", json.loads)
LEVELS = Kind(dict[str, _Level], "expected an object of logger names with levels such as DEBUG", json.loads)
STATUSES = Kind(
    list[_Status],
    "expected a list of objects with text and, where wanted, type, presence and url",
    json.loads,
)
PREFIX = Kind(Annotated[str, AfterValidator(_good_prefix)], f"expected {RULES}")
TEXT = text()
LEVEL = choice("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
