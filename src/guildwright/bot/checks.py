"""Who may run a command: marks and permissions declared on it, decided in tiers (CORE-909).

Highest first: the bot's owner may do everything; the guild's owner everything but owner-only commands;
everybody else needs the Discord permissions that the command declares with `requires`. One function,
`refusal`, decides for prefix, slash, help and clicks; discord.py's own check decorators run beside it.
"""

import copy
import inspect
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

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

    They apply to every command anyway, so this changes nothing; it is here for extensions that name it.
    """
    return mark()


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


def declared_permissions(command: AnyCommand) -> tuple[str, ...]:
    """Return the Discord permissions that the command and the groups around it declare."""
    names = [name for marks in marks_of(command) for name in marks.get(_PERMISSIONS, ())]
    for check in getattr(command, "checks", ()):
        if getattr(check, "__qualname__", "").startswith(("has_permissions.", "has_guild_permissions.")):
            # discord.py keeps what its decorator was given in the closure of the check.
            given: dict[str, bool] = inspect.getclosurevars(check).nonlocals.get("perms", {})
            names += [name for name, wanted in given.items() if wanted]
    return tuple(dict.fromkeys(names))


def audience(command: AnyCommand) -> str:
    """Say in a few words who may use the command, for help."""
    theirs = any(
        getattr(check, "__qualname__", "").startswith("is_owner.") for check in getattr(command, "checks", ())
    )
    if theirs or is_owner_only(command):
        return "Owner of the bot"
    if any(_GUILD_OWNER in marks for marks in marks_of(command)):
        return "Owner of the server"
    names = declared_permissions(command)
    return ", ".join(name.replace("_", " ").replace("guild", "server").title() for name in names)


def refusal(
    command: AnyCommand, person: discord.abc.User, permissions: discord.Permissions, *, is_bot_owner: bool
) -> commands.CheckFailure | None:
    """Return why `person` may not run `command` here, or None when they may.

    `permissions` are the person's in the channel in question; `is_bot_owner` is the bot's one answer
    (CORE-910).
    """
    if is_bot_owner:
        return None
    guild: discord.Guild | None = getattr(person, "guild", None)
    owns_guild = guild is not None and guild.owner_id == person.id
    for marks in marks_of(command):
        if _OWNER_ONLY in marks:
            return commands.NotOwner("Only the owner of this bot can use this command.")
        if owns_guild:
            continue
        if _GUILD_OWNER in marks:
            return commands.CheckFailure("Only the owner of this server can use this command.")
        if missing := [name for name in marks.get(_PERMISSIONS, ()) if not getattr(permissions, name)]:
            return commands.MissingPermissions(missing)
    return None


async def guard(ctx: commands.Context[Any]) -> bool:
    """Refuse a prefix or hybrid command that the person may not use; a global check of the bot."""
    if ctx.command is None or next(marks_of(ctx.command), None) is None:
        return True
    owner = await ctx.bot.is_owner(ctx.author)
    if failure := refusal(ctx.command, ctx.author, ctx.permissions, is_bot_owner=owner):
        raise failure
    return True


async def guard_interaction(interaction: discord.Interaction[Any]) -> None:
    """Refuse a slash-only command or context menu that the person may not use.

    Raises app_commands.CheckFailure with the reason. Hybrid commands are left to `guard`.
    """
    command = interaction.command
    if command is None or is_hybrid(command) or next(marks_of(command), None) is None:
        return
    owner = await interaction.client.is_owner(interaction.user)
    if failure := refusal(command, interaction.user, interaction.permissions, is_bot_owner=owner):
        raise app_commands.CheckFailure(str(failure)) from failure


def is_hybrid(command: Any) -> bool:
    """Tell whether an application command is the slash form of a command that has a prefix form too."""
    return isinstance(command, commands.hybrid.HybridAppCommand)


async def recheck(
    target: "commands.Context[Any] | discord.Interaction[Any]", click: discord.Interaction[Any]
) -> None:
    """Judge a click by today's rights of the person: they may have lost a role since the command ran.

    Raises the failure of the first check that refuses.
    """
    if isinstance(target, commands.Context):
        if target.command is not None and not await target.command.can_run(as_of_now(target, click)):
            raise commands.CheckFailure
        return
    command = target.command
    if command is None:
        return
    owner = await click.client.is_owner(click.user)
    if failure := refusal(command, click.user, click.permissions, is_bot_owner=owner):
        raise failure
    for check in command.checks:
        if not await discord.utils.maybe_coroutine(check, click):
            raise app_commands.CheckFailure("You cannot use this any more.")


async def may_run(ctx: commands.Context[Any], command: AnyCommand) -> bool:
    """Tell whether the person of `ctx` may run another command there, for help and suggestions."""
    if not isinstance(command, commands.Command):
        owner = await ctx.bot.is_owner(ctx.author)
        needed = getattr(command, "default_permissions", None)
        if needed is not None and not owner and not ctx.permissions.is_superset(needed):
            return False
        return refusal(command, ctx.author, ctx.permissions, is_bot_owner=owner) is None
    try:
        return await command.can_run(as_of_now(ctx, None))
    except Exception:  # noqa: BLE001 - a check of an extension may raise anything; then the answer is no
        return False


def as_of_now(ctx: commands.Context[Any], click: discord.Interaction[Any] | None) -> commands.Context[Any]:
    """Return the context as if the command had been called by prefix at the moment of the click.

    Without a click: as it is, but free of the interaction, whose checks would judge the command that runs.
    """
    now = copy.copy(ctx)
    now.permissions = click.permissions if click else ctx.permissions
    now.interaction = None
    if click is not None:
        now.message = copy.copy(ctx.message)
        now.message.author = click.user
        now.author = click.user
    return now


def install(bot: commands.Bot | commands.AutoShardedBot) -> None:
    """Put the tiers before every command of this bot."""
    bot.add_check(guard)
