"""What Discord demands of an application command before it registers it.

Numbers and words: https://discord.com/developers/docs/interactions/application-commands
(read 2026-11). Every wrong field is reported at once, under the path Discord gives it.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any, cast

from guildwright.sandbox.rest.errors import (
    FieldError,
    Path,
    not_a_choice,
    not_a_list,
    not_an_integer,
    not_an_object,
    not_modelled,
    required,
    too_long,
    wrong_length,
)

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
MAX_COMMANDS = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
MAX_OPTIONS = 25
MAX_CHOICES = 25
MAX_CHARACTERS = 8000
NAME_LENGTH = 32
TEXT_LENGTH = 100

COMMAND_FIELDS = frozenset(
    [
        "id",
        "application_id",
        "guild_id",
        "version",
        "type",
        "name",
        "name_localizations",
        "description",
        "description_localizations",
        "options",
        "default_member_permissions",
        "default_permission",
        "dm_permission",
        "nsfw",
        "contexts",
        "integration_types",
    ]
)
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
LOCALES = frozenset(
    [
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "fi",
        "sv-SE",
        "vi",
        "tr",
        "cs",
        "el",
        "bg",
        "ru",
        "uk",
        "hi",
        "th",
        "zh-CN",
        "ja",
        "zh-TW",
        "ko",
    ]
)

_SUBCOMMAND, _GROUP, _STRING, _INTEGER, _CHANNEL, _NUMBER = 1, 2, 3, 4, 7, 10
_OPTION_TYPES = range(1, 12)
# Marks that belong to a word in these scripts, though they are neither letters nor digits.
_SCRIPTS_WITH_MARKS = (range(0x0900, 0x0980), range(0x0E00, 0x0E80))


def command_errors(command: dict[str, Any], path: Path = ()) -> Iterator[FieldError]:
    """Everything wrong with one whole command."""
    _refuse_unknown(command, COMMAND_FIELDS, "command")
    kind = command.get("type", CHAT_INPUT)
    if kind not in MAX_COMMANDS:
        yield not_a_choice((*path, "type"), MAX_COMMANDS)
        return
    slash = kind == CHAT_INPUT
    yield from _name_errors(command, path, slash=slash)
    if slash:
        yield from _description_errors(command, path)
        yield from _option_list_errors(command.get("options"), (*path, "options"), depth=0)
        if characters(command) > MAX_CHARACTERS:
            yield FieldError(
                path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MAX_CHARACTERS})"
            )
    else:
        yield from _context_menu_errors(command, path)
    yield from _setting_errors(command, path)


def characters(node: dict[str, Any]) -> int:
    """What Discord counts towards the 8,000: per text the longest of its translations."""
    total = _longest(node, "name") + _longest(node, "description")
    for choice in _objects(node.get("choices")):
        total += _longest(choice, "name") + len(str(choice.get("value", "")))
    return total + sum(characters(option) for option in _objects(node.get("options")))


def _longest(node: dict[str, Any], key: str) -> int:
    texts = [node.get(key), *_mapping(node.get(f"{key}_localizations")).values()]
    return max((len(text) for text in texts if isinstance(text, str)), default=0)


def _refuse_unknown(node: dict[str, Any], known: frozenset[str], what: str) -> None:
    unknown = sorted(set(node) - known)
    if unknown:
        raise not_modelled(f"the field(s) [{', '.join(unknown)}] of a {what}")


def _name_errors(node: dict[str, Any], path: Path, *, slash: bool) -> Iterator[FieldError]:
    if node.get("name") is None:
        yield required(*path, "name")
        return
    yield from _one_name(node["name"], (*path, "name"), slash=slash)
    yield from _localization_errors(node, "name", path, slash=slash)


def _one_name(name: object, path: Path, *, slash: bool) -> Iterator[FieldError]:
    if not isinstance(name, str):
        yield FieldError(path, "STRING_TYPE_CONVERT", f'Could not interpret "{name}" as string.')
    elif not 1 <= len(name) <= NAME_LENGTH:
        yield wrong_length(path, 1, NAME_LENGTH)
    elif slash and not _is_word(name):
        yield FieldError(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _is_word(name: str) -> bool:
    return name == name.lower() and all(_is_word_sign(sign) for sign in name)


def _is_word_sign(sign: str) -> bool:
    if sign in "-_'" or unicodedata.category(sign)[0] in "LN":
        return True
    return any(ord(sign) in script for script in _SCRIPTS_WITH_MARKS)


def _description_errors(node: dict[str, Any], path: Path) -> Iterator[FieldError]:
    description = node.get("description")
    if description is None:
        yield required(*path, "description")
    elif not isinstance(description, str) or not 1 <= len(description) <= TEXT_LENGTH:
        yield wrong_length((*path, "description"), 1, TEXT_LENGTH)
    yield from _localization_errors(node, "description", path, slash=False)


def _localization_errors(node: dict[str, Any], key: str, path: Path, *, slash: bool) -> Iterator[FieldError]:
    where = (*path, f"{key}_localizations")
    value = node.get(f"{key}_localizations")
    if value is not None and not isinstance(value, dict):
        yield FieldError(where, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return
    for locale, text in _mapping(value).items():
        if locale not in LOCALES:
            yield not_a_choice(where, sorted(LOCALES))
        elif key == "name":
            yield from _one_name(text, (*where, locale), slash=slash)
        elif not isinstance(text, str) or not 1 <= len(text) <= TEXT_LENGTH:
            yield wrong_length((*where, locale), 1, TEXT_LENGTH)


def _context_menu_errors(command: dict[str, Any], path: Path) -> Iterator[FieldError]:
    if command.get("description"):
        yield FieldError(
            (*path, "description"),
            "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID",
            "Context menu commands cannot have description",
        )
    if command.get("options"):
        yield FieldError(
            (*path, "options"),
            "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS_INVALID",
            "Context menu commands cannot have options",
        )


def _setting_errors(command: dict[str, Any], path: Path) -> Iterator[FieldError]:
    permissions = command.get("default_member_permissions")
    if permissions is not None and not str(permissions).isdecimal():
        yield not_an_integer((*path, "default_member_permissions"), permissions)
    for key in ("dm_permission", "nsfw", "default_permission"):
        if command.get(key) is not None and not isinstance(command[key], bool):
            yield FieldError((*path, key), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
    for key, allowed in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
        values = command.get(key)
        if values is not None and not (isinstance(values, list) and set(cast("Any", values)) <= set(allowed)):
            yield not_a_choice((*path, key), allowed)


def _option_list_errors(options: Any, path: Path, *, depth: int) -> Iterator[FieldError]:
    if options is None:
        return
    if not isinstance(options, list):
        yield not_a_list(path)
        return
    listed = cast("list[Any]", options)
    if len(listed) > MAX_OPTIONS:
        yield too_long(path, MAX_OPTIONS)
    for index, option in enumerate(listed):
        if isinstance(option, dict):
            yield from _option_errors(cast("dict[str, Any]", option), (*path, index), depth=depth)
        else:
            yield not_an_object((*path, index))
    yield from _order_errors(_objects(listed), path)


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
    _refuse_unknown(option, OPTION_FIELDS, "command option")
    kind = option.get("type")
    if kind not in _OPTION_TYPES or isinstance(kind, bool):
        yield not_a_choice((*path, "type"), _OPTION_TYPES)
        return
    yield from _name_errors(option, path, slash=True)
    yield from _description_errors(option, path)
    if kind in (_SUBCOMMAND, _GROUP):
        yield from _nesting_errors(option, path, depth=depth)
    elif option.get("options"):
        yield FieldError(
            (*path, "options"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Only sub-commands and sub-command groups can have options",
        )
    yield from _choice_errors(option, path)
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
    children = _objects(option.get("options"))
    if option["type"] == _SUBCOMMAND and any(c.get("type") in (_SUBCOMMAND, _GROUP) for c in children):
        depth = 1
    if option["type"] == _GROUP and any(c.get("type") != _SUBCOMMAND for c in children):
        yield FieldError(
            (*path, "options"),
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
            "Sub-command groups hold nothing but sub-commands",
        )
    yield from _option_list_errors(option.get("options"), (*path, "options"), depth=depth + 1)


def _choice_errors(option: dict[str, Any], path: Path) -> Iterator[FieldError]:
    choices = _objects(option.get("choices"))
    where = (*path, "choices")
    if len(choices) > MAX_CHOICES:
        yield too_long(where, MAX_CHOICES)
    if choices and option["type"] not in (_STRING, _INTEGER, _NUMBER):
        yield FieldError(
            where, "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", "This option type cannot have choices"
        )
        return
    if choices and option.get("autocomplete"):
        yield FieldError(
            where,
            "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID",
            "Autocomplete cannot be used together with choices",
        )
    for index, choice in enumerate(choices):
        yield from choice_errors(choice, option["type"], (*where, index))


def choice_errors(choice: dict[str, Any], kind: int, path: Path) -> Iterator[FieldError]:
    """What is wrong with one choice of an option or of an autocomplete answer."""
    name = choice.get("name")
    if name is None:
        yield required(*path, "name")
    elif not isinstance(name, str) or not 1 <= len(name) <= TEXT_LENGTH:
        yield wrong_length((*path, "name"), 1, TEXT_LENGTH)
    value = choice.get("value")
    if value is None:
        yield required(*path, "value")
    elif kind == _STRING and not isinstance(value, str):
        yield FieldError((*path, "value"), "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
    elif isinstance(value, str) and kind != _STRING:
        yield not_an_integer((*path, "value"), value)
    elif isinstance(value, str) and len(value) > TEXT_LENGTH:
        yield too_long((*path, "value"), TEXT_LENGTH)


def _bound_errors(option: dict[str, Any], path: Path) -> Iterator[FieldError]:
    kind = option["type"]
    for keys, kinds in (
        (("min_length", "max_length"), (_STRING,)),
        (("min_value", "max_value"), (_INTEGER, _NUMBER)),
        (("channel_types",), (_CHANNEL,)),
        (("autocomplete",), (_STRING, _INTEGER, _NUMBER)),
    ):
        for key in keys:
            if option.get(key) not in (None, False) and kind not in kinds:
                yield FieldError(
                    (*path, key), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", f"This option type has no {key}"
                )
    for key, low in (("min_length", 0), ("max_length", 1)):
        value = option.get(key)
        if value is not None and not (isinstance(value, int) and low <= value <= 6000):
            yield wrong_length((*path, key), low, 6000)


def _objects(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        return []
    return [cast("dict[str, Any]", item) for item in cast("list[Any]", value) if isinstance(item, dict)]


def _mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}
