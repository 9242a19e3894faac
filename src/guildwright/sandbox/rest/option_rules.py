"""The options of an application command: types, order, nesting, choices, bounds."""

from collections.abc import Iterator
from typing import Any, cast

from guildwright.kernel import limits
from guildwright.sandbox.rest.command_texts import (
    description_errors,
    name_errors,
    objects,
    refuse_unknown,
)
from guildwright.sandbox.rest.errors import (
    FieldError,
    Path,
    not_a_choice,
    not_a_list,
    not_an_integer,
    not_an_object,
    required,
    too_long,
    wrong_length,
)
from guildwright.sandbox.rest.shape_rules import Flag, Number, Shape, wrong_fields

OPTION_FIELDS = frozenset(
    [
        "type",
        "name",
        "name_localizations",
        "description",
        "description_localizations",
        "required",
        "choices",
        "options",
        "channel_types",
        "min_value",
        "max_value",
        "min_length",
        "max_length",
        "autocomplete",
    ]
)

_SUBCOMMAND, _GROUP, _STRING, _INTEGER, _CHANNEL, _NUMBER = 1, 2, 3, 4, 7, 10
_OPTION_TYPES = range(1, 12)
_ONLY_FOR = (
    (("min_length", "max_length"), (_STRING,)),
    (("min_value", "max_value"), (_INTEGER, _NUMBER)),
    (("channel_types",), (_CHANNEL,)),
    (("autocomplete",), (_STRING, _INTEGER, _NUMBER)),
)
_SHAPE: Shape = {
    "required": Flag(),
    "autocomplete": Flag(),
    "min_length": Number(0, limits.COMMAND_TEXT),
    "max_length": Number(1, limits.COMMAND_TEXT),
}


def option_list_errors(options: Any, path: Path, *, depth: int) -> Iterator[FieldError]:
    if options is None:
        return
    if not isinstance(options, list):
        yield not_a_list(path)
        return
    listed = cast("list[Any]", options)
    if len(listed) > limits.COMMAND_OPTIONS:
        yield too_long(path, limits.COMMAND_OPTIONS)
    for index, option in enumerate(listed):
        if isinstance(option, dict):
            yield from _option_errors(cast("dict[str, Any]", option), (*path, index), depth=depth)
        else:
            yield not_an_object((*path, index))
    yield from _order_errors(objects(listed), path)


def _order_errors(options: list[dict[str, Any]], path: Path) -> Iterator[FieldError]:
    names: set[object] = set()
    optional_seen = False
    nested = {option.get("type") in (_SUBCOMMAND, _GROUP) for option in options}
    if len(nested) > 1:
        yield FieldError(
            path,
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command and sub-command group option types are mutually exclusive to all other types",
        )
    for index, option in enumerate(options):
        if str(option.get("name")) in names:
            yield FieldError(
                (*path, index), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique"
            )
        names.add(str(option.get("name")))
        if option.get("required") and optional_seen:
            yield FieldError(
                (*path, index),
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not option.get("required")


def _option_errors(option: dict[str, Any], path: Path, *, depth: int) -> Iterator[FieldError]:
    refuse_unknown(option, OPTION_FIELDS, "command option")
    kind = option.get("type")
    if kind not in _OPTION_TYPES or not isinstance(kind, int) or isinstance(kind, bool):
        yield not_a_choice((*path, "type"), _OPTION_TYPES)
        return
    yield from name_errors(option, path, slash=True)
    yield from description_errors(option, path)
    if kind in (_SUBCOMMAND, _GROUP):
        yield from _nesting_errors(option, path, depth=depth)
    elif option.get("options"):
        yield FieldError(
            (*path, "options"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Only sub-commands and sub-command groups can have options",
        )
    yield from _choice_list_errors(option, path)
    yield from _bound_errors(option, path)


def _nesting_errors(option: dict[str, Any], path: Path, *, depth: int) -> Iterator[FieldError]:
    allowed_depth = 0 if option["type"] == _GROUP else 1
    if depth > allowed_depth:
        yield FieldError(
            (*path, "type"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command groups hold sub-commands, and sub-commands hold neither",
        )
        return
    children = objects(option.get("options"))
    if option["type"] == _SUBCOMMAND and any(c.get("type") in (_SUBCOMMAND, _GROUP) for c in children):
        depth = 1
    if option["type"] == _GROUP and any(c.get("type") != _SUBCOMMAND for c in children):
        yield FieldError(
            (*path, "options"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command groups hold nothing but sub-commands",
        )
    yield from option_list_errors(option.get("options"), (*path, "options"), depth=depth + 1)


def _choice_list_errors(option: dict[str, Any], path: Path) -> Iterator[FieldError]:
    choices, where = option.get("choices"), (*path, "choices")
    if not choices:
        return
    if not isinstance(choices, list):
        yield not_a_list(where)
        return
    listed = cast("list[Any]", choices)
    if option["type"] not in (_STRING, _INTEGER, _NUMBER):
        word = "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID"
        yield FieldError(where, word, "This option type cannot have choices")
        return
    if len(listed) > limits.COMMAND_CHOICES:
        yield too_long(where, limits.COMMAND_CHOICES)
    if option.get("autocomplete"):
        word = "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID"
        yield FieldError(where, word, "Autocomplete cannot be used together with choices")
    for index, choice in enumerate(listed):
        yield from choice_errors(choice, option["type"], (*where, index))


def choice_errors(choice: Any, kind: int, path: Path) -> Iterator[FieldError]:
    """What is wrong with one choice of an option or of an autocomplete answer."""
    if not isinstance(choice, dict):
        yield not_an_object(path)
        return
    typed = cast("dict[str, Any]", choice)
    name = typed.get("name")
    if name is None:
        yield required(*path, "name")
    elif not isinstance(name, str) or not 1 <= len(name) <= limits.CHOICE_NAME:
        yield wrong_length((*path, "name"), 1, limits.CHOICE_NAME)
    yield from _value_errors(typed.get("value"), kind, (*path, "value"))


def _value_errors(value: Any, kind: int, path: Path) -> Iterator[FieldError]:
    if value is None:
        yield required(*path)
    elif kind != _STRING:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield not_an_integer(path, value)
    elif not isinstance(value, str):
        yield FieldError(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
    elif len(value) > limits.CHOICE_VALUE:
        yield too_long(path, limits.CHOICE_VALUE)


def _bound_errors(option: dict[str, Any], path: Path) -> Iterator[FieldError]:
    yield from wrong_fields(option, _SHAPE, path)
    for keys, kinds in _ONLY_FOR:
        for key in keys:
            if option.get(key) not in (None, False) and option["type"] not in kinds:
                word = "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"
                yield FieldError((*path, key), word, f"This option type has no {key}")
    for key in ("min_value", "max_value"):
        value = option.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            yield not_an_integer((*path, key), value)
    kinds = option.get("channel_types")
    if kinds is not None and not (isinstance(kinds, list) and _are_numbers(cast("list[Any]", kinds))):
        yield not_a_list((*path, "channel_types"))


def _are_numbers(values: list[Any]) -> bool:
    return all(type(value) is int for value in values)
