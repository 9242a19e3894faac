"""What Discord demands of an application command before it registers it.

Words: https://discord.com/developers/docs/interactions/application-commands (read 2026-11). Every wrong
field is reported at once, under the path Discord gives it.
"""

from collections.abc import Iterator
from typing import Any, cast

from guildwright.kernel import limits
from guildwright.sandbox.rest.command_texts import characters, description_errors, name_errors, refuse_unknown
from guildwright.sandbox.rest.errors import FieldError, Path, not_a_choice
from guildwright.sandbox.rest.option_rules import option_list_errors
from guildwright.sandbox.rest.shape_rules import Flag, Number, Shape, wrong_fields

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
MAX_COMMANDS = {
    CHAT_INPUT: limits.GLOBAL_COMMANDS,
    USER: limits.USER_COMMANDS,
    MESSAGE: limits.MESSAGE_COMMANDS,
}

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
_SHAPE: Shape = {
    "default_member_permissions": Number(),
    "dm_permission": Flag(),
    "default_permission": Flag(),
    "nsfw": Flag(),
}
_SETS = (("contexts", (0, 1, 2)), ("integration_types", (0, 1)))


def command_errors(command: dict[str, Any], path: Path = ()) -> Iterator[FieldError]:
    """Everything wrong with one whole command."""
    refuse_unknown(command, COMMAND_FIELDS, "command")
    kind = command.get("type", CHAT_INPUT)
    if not isinstance(kind, int) or kind not in MAX_COMMANDS:
        yield not_a_choice((*path, "type"), MAX_COMMANDS)
        return
    slash = kind == CHAT_INPUT
    yield from name_errors(command, path, slash=slash)
    if slash:
        yield from description_errors(command, path)
        yield from option_list_errors(command.get("options"), (*path, "options"), depth=0)
        if characters(command) > limits.COMMAND_TOTAL:
            yield FieldError(
                path,
                "APPLICATION_COMMAND_TOO_LARGE",
                f"Command exceeds maximum size ({limits.COMMAND_TOTAL})",
            )
    else:
        yield from _context_menu_errors(command, path)
    yield from _setting_errors(command, path)


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
    yield from wrong_fields(command, _SHAPE, path)
    for key, allowed in _SETS:
        values = command.get(key)
        if values is not None and not _is_subset(values, allowed):
            yield not_a_choice((*path, key), allowed)


def _is_subset(values: Any, allowed: tuple[int, ...]) -> bool:
    return isinstance(values, list) and all(value in allowed for value in cast("list[Any]", values))
