"""What authors declare about who may use a command: marks on its callback, where every copy finds them."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from guildwright.kernel.access import Demands, Rule

AnyCommand = (
    commands.Command[Any, Any, Any]
    | app_commands.Command[Any, Any, Any]
    | app_commands.ContextMenu
    | app_commands.Group
)
Callback = TypeVar("Callback", bound=Callable[..., Any])

_MARKS = "__guildwright_marks__"
_OWNER_ONLY = "owner_only"
_GUILD_OWNER = "guild_owner"
_GUILD_ONLY = "guild_only"
_PERMISSIONS = "permissions"


def mark(**marks: Any) -> Callable[[Callback], Callback]:
    """Write facts about a command onto its callback, where every copy of the command finds them."""

    def decorate(target: Callback) -> Callback:
        callback: Any = getattr(target, "callback", target)
        vars(callback).setdefault(_MARKS, {}).update(marks)
        return target

    return decorate


def is_bot_owner() -> Callable[[Callback], Callback]:
    """Open a command to the bot's owners alone; no rule of a guild can open it further.

    Discord hides the slash form from people who are not administrators.
    """

    def decorate(target: Callback) -> Callback:
        app_command: Any = getattr(target, "app_command", None) or target
        app_commands.default_permissions(administrator=True)(app_command)
        return mark(**{_OWNER_ONLY: True})(target)

    return decorate


def is_bot_owner_or_guild_owner() -> Callable[[Callback], Callback]:
    """Open a command to the bot's owners and to the owner of the guild it is used in."""
    return mark(**{_GUILD_OWNER: True})


def has_command_permission() -> Callable[[Callback], Callback]:
    """Apply the guild's rules to a command.

    They apply to every command anyway; a command that names them works in guilds only.
    """
    return mark(**{_GUILD_ONLY: True})


def requires(**permissions: bool) -> Callable[[Callback], Callback]:
    """Declare Discord permissions that people below the guild's owner need, such as `manage_messages=True`.

    Raises TypeError for a name that is no permission.
    """
    if unknown := set(permissions) - set(discord.Permissions.VALID_FLAGS):
        raise TypeError(f"{', '.join(sorted(unknown))}: no such permission. See discord.Permissions.")
    return mark(**{_PERMISSIONS: tuple(name for name, wanted in permissions.items() if wanted)})


def marks_of(command: AnyCommand) -> Iterator[dict[str, Any]]:
    """Yield the marks of a command, then those of the groups around it."""
    current: Any = command
    while current is not None:
        callback = getattr(current, "callback", None)
        if found := getattr(callback, _MARKS, None):
            yield found
        current = getattr(current, "parent", None)


def is_owner_only(command: AnyCommand) -> bool:
    """Tell whether the command, or a group around it, is for the bot's owners alone."""
    return any(_OWNER_ONLY in marks for marks in marks_of(command))


def is_for_owners(command: AnyCommand) -> bool:
    """Tell whether only the bot's owners can use the command, by our mark or by `commands.is_owner()`."""
    checks = getattr(command, "checks", ())
    theirs = any(getattr(check, "__qualname__", "").startswith("is_owner.") for check in checks)
    return theirs or is_owner_only(command)


def declared_permissions(command: AnyCommand) -> tuple[str, ...]:
    """Return the Discord permissions that the command and the groups around it declare."""
    names = [name for marks in marks_of(command) for name in marks.get(_PERMISSIONS, ())]
    for check in getattr(command, "checks", ()):
        if getattr(check, "__qualname__", "").startswith(("has_permissions.", "has_guild_permissions.")):
            # discord.py keeps what its decorator was given in the closure of the check.
            given: dict[str, bool] = inspect.getclosurevars(check).nonlocals.get("perms", {})
            names += [name for name, wanted in given.items() if wanted]
    return tuple(dict.fromkeys(names))


def demands_of(command: AnyCommand, rule: Rule | None) -> Demands:
    """Collect what the command and the groups around it ask of people, with the rule of the guild."""
    found: set[str] = set()
    permissions: list[str] = []
    for marks in marks_of(command):
        found.update(marks)
        permissions += marks.get(_PERMISSIONS, ())
    return Demands(
        bot_owner=_OWNER_ONLY in found,
        guild_owner=_GUILD_OWNER in found,
        guild_only=_GUILD_ONLY in found,
        permissions=tuple(dict.fromkeys(permissions)),
        rule=rule,
    )


def audience(command: AnyCommand) -> str:
    """Say in a few words who may use the command, for help."""
    if is_for_owners(command):
        return "Owner of the bot"
    if any(_GUILD_OWNER in marks for marks in marks_of(command)):
        return "Owner of the server"
    names = declared_permissions(command)
    return ", ".join(name.replace("_", " ").replace("guild", "server").title() for name in names)
