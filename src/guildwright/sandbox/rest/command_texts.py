"""The texts of an application command: names, descriptions, their translations and how many characters."""

import unicodedata
from collections.abc import Iterator
from typing import Any, cast

from guildwright.kernel import limits
from guildwright.sandbox.rest.errors import (
    FieldError,
    Path,
    not_a_choice,
    not_modelled,
    required,
    wrong_length,
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

# Marks that belong to a word in these scripts, though they are neither letters nor digits.
_SCRIPTS_WITH_MARKS = (range(0x0900, 0x0980), range(0x0E00, 0x0E80))


def characters(node: dict[str, Any]) -> int:
    """What Discord counts towards the 8,000: per text the longest of its translations."""
    total = _longest(node, "name") + _longest(node, "description")
    for choice in objects(node.get("choices")):
        total += _longest(choice, "name") + len(str(choice.get("value", "")))
    return total + sum(characters(option) for option in objects(node.get("options")))


def _longest(node: dict[str, Any], key: str) -> int:
    texts = [node.get(key), *mapping(node.get(f"{key}_localizations")).values()]
    return max((len(text) for text in texts if isinstance(text, str)), default=0)


def name_errors(node: dict[str, Any], path: Path, *, slash: bool) -> Iterator[FieldError]:
    if node.get("name") is None:
        yield required(*path, "name")
        return
    yield from _one_name(node["name"], (*path, "name"), slash=slash)
    yield from _localization_errors(node, "name", path, slash=slash)


def _one_name(name: object, path: Path, *, slash: bool) -> Iterator[FieldError]:
    if not isinstance(name, str):
        yield FieldError(path, "STRING_TYPE_CONVERT", f'Could not interpret "{name}" as string.')
    elif not 1 <= len(name) <= limits.COMMAND_NAME:
        yield wrong_length(path, 1, limits.COMMAND_NAME)
    elif slash and not _is_word(name):
        yield FieldError(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _is_word(name: str) -> bool:
    return name == name.lower() and all(_is_word_sign(sign) for sign in name)


def _is_word_sign(sign: str) -> bool:
    if sign in "-_'" or unicodedata.category(sign)[0] in "LN":
        return True
    return any(ord(sign) in script for script in _SCRIPTS_WITH_MARKS)


def description_errors(node: dict[str, Any], path: Path) -> Iterator[FieldError]:
    description = node.get("description")
    if description is None:
        yield required(*path, "description")
    elif not isinstance(description, str) or not 1 <= len(description) <= limits.COMMAND_DESCRIPTION:
        yield wrong_length((*path, "description"), 1, limits.COMMAND_DESCRIPTION)
    yield from _localization_errors(node, "description", path, slash=False)


def _localization_errors(node: dict[str, Any], key: str, path: Path, *, slash: bool) -> Iterator[FieldError]:
    where = (*path, f"{key}_localizations")
    value = node.get(f"{key}_localizations")
    if value is not None and not isinstance(value, dict):
        yield FieldError(where, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return
    for locale, text in mapping(value).items():
        if locale not in LOCALES:
            yield not_a_choice(where, sorted(LOCALES))
        elif key == "name":
            yield from _one_name(text, (*where, locale), slash=slash)
        elif not isinstance(text, str) or not 1 <= len(text) <= limits.COMMAND_DESCRIPTION:
            yield wrong_length((*where, locale), 1, limits.COMMAND_DESCRIPTION)


def objects(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        return []
    return [cast("dict[str, Any]", item) for item in cast("list[Any]", value) if isinstance(item, dict)]


def mapping(value: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def refuse_unknown(node: dict[str, Any], known: frozenset[str], what: str) -> None:
    unknown = sorted(set(node) - known)
    if unknown:
        raise not_modelled(f"the field(s) [{', '.join(unknown)}] of a {what}")
