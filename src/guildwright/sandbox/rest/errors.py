"""Discord's error bodies: codes, sentences and the nested ``errors`` tree of 50035.

simcord names a wrong field inside its sentence ("embeds[0].title: Must be …"); Discord names it in
a tree. :func:`as_discord` turns the one into the other, so that a bot reads the same body as there.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from guildwright.sandbox.world import BackendError

Path: TypeAlias = tuple[str | int, ...]

INVALID_FORM = "Invalid Form Body"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field of a body: where, Discord's code word, Discord's sentence."""

    path: Path
    code: str
    message: str


def required(*path: str | int) -> FieldError:
    return FieldError(path, "BASE_TYPE_REQUIRED", "This field is required")


def wrong_length(path: Path, low: int, high: int) -> FieldError:
    return FieldError(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")


def too_long(path: Path, high: int) -> FieldError:
    return FieldError(path, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")


def not_a_snowflake(path: Path, value: object) -> FieldError:
    return FieldError(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


def not_an_integer(path: Path, value: object) -> FieldError:
    return FieldError(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')


def not_an_object(path: Path) -> FieldError:
    return FieldError(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a MODEL_TYPE.")


def not_a_list(path: Path) -> FieldError:
    return FieldError(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")


def below(path: Path, low: int) -> FieldError:
    return FieldError(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {low}.")


def above(path: Path, high: int) -> FieldError:
    return FieldError(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {high}.")


def not_a_choice(path: Path, choices: Iterable[object]) -> FieldError:
    allowed = ", ".join(str(choice) for choice in choices)
    return FieldError(path, "BASE_TYPE_CHOICES", f"Value must be one of ({allowed}).")


def invalid_form(*wrong: FieldError) -> BackendError:
    """The 50035 that names every wrong field."""
    tree: dict[str, Any] = {}
    for item in wrong:
        node = tree
        for part in item.path:
            node = node.setdefault(str(part), {})
        node.setdefault("_errors", []).append({"code": item.code, "message": item.message})
    return BackendError(400, 50035, INVALID_FORM, errors=tree)


def refuse(wrong: Iterable[FieldError]) -> None:
    """Raise 50035 if there is anything wrong at all."""
    found = tuple(wrong)
    if found:
        raise invalid_form(*found)


def beneath(root: Path, wrong: Iterable[FieldError]) -> list[FieldError]:
    """The same errors, told from further up (a callback's ``data``, a forum post's ``message``)."""
    return [FieldError((*root, *item.path), item.code, item.message) for item in wrong]


def not_modelled(what: str) -> BackendError:
    """501 code 0: the sandbox says that it does not know, instead of pretending."""
    return BackendError(501, 0, f"The sandbox does not model {what}.")


def unauthorized() -> BackendError:
    return BackendError(401, 0, "401: Unauthorized")


def missing_access() -> BackendError:
    return BackendError(403, 50001, "Missing Access")


def missing_permissions() -> BackendError:
    return BackendError(403, 50013, "Missing Permissions")


def unknown_guild() -> BackendError:
    return BackendError(404, 10004, "Unknown Guild")


def unknown_application() -> BackendError:
    return BackendError(404, 10002, "Unknown Application")


def unknown_command() -> BackendError:
    return BackendError(404, 10063, "Unknown application command")


def unknown_webhook() -> BackendError:
    return BackendError(404, 10015, "Unknown Webhook")


def unknown_emoji() -> BackendError:
    return BackendError(404, 10014, "Unknown Emoji")


def invalid_webhook_token() -> BackendError:
    return BackendError(401, 50027, "Invalid Webhook Token")


def empty_message() -> BackendError:
    return BackendError(400, 50006, "Cannot send an empty message")


def invalid_json() -> BackendError:
    return BackendError(400, 50109, "The request body contains invalid JSON.")


def entity_too_large() -> BackendError:
    return BackendError(413, 40005, "Request entity too large")


_LOCATED = re.compile(r"^(?P<path>[A-Za-z_][\w.\[\]]*?)\.?: (?P<reason>.+)$", re.DOTALL)
_WORD_FOR = (
    ("required", "BASE_TYPE_REQUIRED"),
    ("cannot be duplicated", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    ("or fewer", "BASE_TYPE_MAX_LENGTH"),
    ("at most", "BASE_TYPE_MAX_LENGTH"),
    ("at least", "BASE_TYPE_MIN_LENGTH"),
    ("between", "BASE_TYPE_BAD_LENGTH"),
    ("must be a string", "STRING_TYPE_CONVERT"),
    ("must be a boolean", "BOOLEAN_TYPE_CONVERT"),
    ("must be an integer", "NUMBER_TYPE_COERCE"),
    ("must be an object", "MODEL_TYPE_CONVERT"),
    ("must be an array", "LIST_TYPE_CONVERT"),
)


def as_discord(error: BackendError, *, root: Path = ()) -> BackendError:
    """Give a backend failure the body that Discord would send for it."""
    if "Cannot send an empty message" in error.message:
        return empty_message()
    if error.code != 50035 or error.errors is not None:
        return error
    detail = error.message.removeprefix(INVALID_FORM).removeprefix(": ")
    if not detail:
        return error
    return invalid_form(_located(detail, root))


def _located(detail: str, root: Path) -> FieldError:
    match = _LOCATED.match(detail)
    path: Path = tuple(re.findall(r"\w+", match["path"])) if match else ()
    reason = match["reason"] if match else detail
    if len(path) > 1 and path[0] == "components" and not str(path[1]).isdecimal():
        path = path[1:]  # simcord tells of a modal's own fields as if they were components
    if path[:1] == ("components",) and reason.startswith("content must be"):
        path = ("content",)
    if reason.startswith("custom_id ") and reason.endswith("is not unique"):
        path, reason = (*path, "custom_id"), "Component custom id cannot be duplicated"
    return FieldError((*root, *path), _code_word(reason), reason)


def _code_word(reason: str) -> str:
    return next((word for sign, word in _WORD_FOR if sign in reason), "BASE_TYPE_INVALID")
