"""Who may run a command: what it declares and what the guild demands, judged before each use (CORE-909).

`judge` is asked for prefix, slash, help, clicks and explanations; discord.py's own check decorators run
beside it.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, cast

import discord
from discord import app_commands
from discord.ext import commands

from guildwright.bot.marks import AnyCommand, demands_of, marks_of
from guildwright.kernel.access import Decision, Obstacle, Standing, Tier, decide

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot


def judge(
    bot: GuildwrightBot,
    command: AnyCommand,
    person: discord.abc.User,
    permissions: discord.Permissions,
    *,
    is_bot_owner: bool,
) -> Decision:
    """Return whether `person` may run `command` where they have `permissions`, and all that is in the way.

    `is_bot_owner` is the bot's one answer (CORE-910).
    """
    guild: discord.Guild | None = getattr(person, "guild", None)
    rule = bot.role_rules.find(guild.id if guild else None, command.qualified_name)
    tier = Tier.MEMBER
    if is_bot_owner:
        tier = Tier.BOT_OWNER
    elif guild is not None and guild.owner_id == person.id:
        tier = Tier.GUILD_OWNER
    roles = frozenset(role.id for role in getattr(person, "roles", ())) if rule else frozenset[int]()
    standing = Standing(tier, guild is not None, roles, lambda name: getattr(permissions, name))
    return decide(demands_of(command, rule), standing)


def failure_of(decision: Decision) -> commands.CheckFailure | None:
    """Return the failure that says what is in the way first; None when nothing is."""
    if decision.allowed:
        return None
    match decision.obstacles[0]:
        case Obstacle.BOT_OWNER_ONLY:
            return commands.NotOwner("Only the owner of this bot can use this command.")
        case Obstacle.GUILD_OWNER_ONLY:
            return commands.CheckFailure("Only the owner of this server can use this command.")
        case Obstacle.GUILD_ONLY:
            return commands.NoPrivateMessage()
        case Obstacle.ROLE:
            rule = decision.demands.rule
            return commands.MissingAnyRole(sorted(rule.roles) if rule else [])
        case Obstacle.PERMISSIONS:
            return commands.MissingPermissions(list(decision.missing))


async def guard(ctx: commands.Context[Any]) -> bool:
    """Refuse a prefix or hybrid command that the person may not use; a global check of the bot."""
    command = ctx.command
    if command is None or _is_free(ctx.bot, ctx.guild, command):
        return True
    owner = await ctx.bot.is_owner(ctx.author)
    decision = judge(ctx.bot, command, ctx.author, ctx.permissions, is_bot_owner=owner)
    if failure := failure_of(decision):
        raise failure
    return True


async def guard_interaction(interaction: discord.Interaction[Any]) -> None:
    """Refuse a slash-only command or context menu that the person may not use.

    Raises app_commands.CheckFailure with the reason. Hybrid commands are left to `guard`.
    """
    command = interaction.command
    bot = interaction.client
    if command is None or is_hybrid(command) or _is_free(bot, interaction.guild, command):
        return
    owner = await bot.is_owner(interaction.user)
    decision = judge(bot, command, interaction.user, interaction.permissions, is_bot_owner=owner)
    if failure := failure_of(decision):
        raise app_commands.CheckFailure(str(failure)) from failure


def _is_free(bot: GuildwrightBot, guild: discord.Guild | None, command: AnyCommand) -> bool:
    """Tell quickly that a command asks nothing of anybody: so it is with nearly all."""
    if next(marks_of(command), None) is not None:
        return False
    return guild is None or bot.role_rules.find(guild.id, command.qualified_name) is None


def is_hybrid(command: Any) -> bool:
    """Tell whether an application command is the slash form of a command that has a prefix form too."""
    return isinstance(command, commands.hybrid.HybridAppCommand)


async def recheck(
    target: commands.Context[Any] | discord.Interaction[Any], click: discord.Interaction[Any]
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
    bot = click.client
    owner = await bot.is_owner(click.user)
    if failure := failure_of(judge(bot, command, click.user, click.permissions, is_bot_owner=owner)):
        raise failure
    for check in command.checks:
        if not await discord.utils.maybe_coroutine(check, click):
            raise app_commands.CheckFailure("You cannot use this any more.")


async def may_run(ctx: commands.Context[Any], command: AnyCommand) -> bool:
    """Tell whether the person of `ctx` may run another command there, for help and suggestions."""
    if not isinstance(command, commands.Command):
        owner = await ctx.bot.is_owner(ctx.author)
        if not owner and missing_to_be_offered(command, ctx.permissions):
            return False
        return judge(ctx.bot, command, ctx.author, ctx.permissions, is_bot_owner=owner).allowed
    try:
        return await command.can_run(as_of_now(ctx, None))
    except Exception:  # noqa: BLE001 - a check of an extension may raise anything; then the answer is no
        return False


def missing_to_be_offered(command: AnyCommand, permissions: discord.Permissions) -> list[str]:
    """Return the permissions without which Discord does not offer a slash command or context menu."""
    root = getattr(command, "root_parent", None) or command
    needed: discord.Permissions | None = getattr(root, "default_permissions", None)
    return [name for name, wanted in needed or () if wanted and not getattr(permissions, name)]


def as_of_now(ctx: commands.Context[Any], click: discord.Interaction[Any] | None) -> commands.Context[Any]:
    """Return the context as if the command had been called by prefix at the moment of the click.

    Without a click: as it is, but free of the interaction, whose checks would judge the command that runs.
    """
    if click is None:
        return as_of(ctx, ctx.author, ctx.permissions)
    return as_of(ctx, click.user, click.permissions)


def as_of(
    ctx: commands.Context[Any], person: discord.abc.User, permissions: discord.Permissions
) -> commands.Context[Any]:
    """Return the context as if `person`, with these permissions, had called the command by prefix."""
    then = copy.copy(ctx)
    then.permissions = permissions
    then.interaction = None
    if person is not ctx.author:
        then.message = copy.copy(ctx.message)
        then.message.author = cast("Any", person)
        then.author = cast("Any", person)
    return then


def install(bot: commands.Bot | commands.AutoShardedBot) -> None:
    """Put the tiers before every command of this bot."""
    bot.add_check(guard)
