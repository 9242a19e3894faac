"""Why a person may or may not run a command, from the same code that decides when they run it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import discord
from discord.ext import commands

from guildwright.bot import checks
from guildwright.bot.failures import describe
from guildwright.bot.marks import AnyCommand
from guildwright.kernel.access import Decision


@dataclass(frozen=True, slots=True)
class Examination:
    """The decision on one person, one command and one channel, and what the command's own checks say."""

    decision: Decision
    refusals: tuple[str, ...] = ()
    untried: int = 0
    """How many checks can only be tried by running the command: those of commands without a text form."""

    @property
    def allowed(self) -> bool:
        """Whether nothing is in the way."""
        return self.decision.allowed and not self.refusals


async def examine(
    ctx: commands.Context[Any], command: AnyCommand, member: discord.Member | discord.User
) -> Examination:
    """Judge whether `member` may run `command` in the channel of `ctx`. Nothing is run but checks."""
    permissions = _permissions_of(ctx, member)
    owner = await ctx.bot.is_owner(member)
    decision = checks.judge(ctx.bot, command, member, permissions, is_bot_owner=owner)
    if not isinstance(command, commands.Command):
        refusal = _not_offered(command, permissions)
        return Examination(decision, refusal, untried=len(getattr(command, "checks", ())))
    then = checks.as_of(ctx, member, permissions)
    then.command = command
    refusals = [said for check in command.checks if (said := await _try(check, then))]
    if not command.enabled:
        refusals.append("This command is switched off at the moment.")
    elif decision.allowed and not refusals and (said := await _try(command.can_run, then)):
        refusals.append(said)
    return Examination(decision, tuple(dict.fromkeys(refusals)))


def _permissions_of(ctx: commands.Context[Any], member: discord.Member | discord.User) -> discord.Permissions:
    if member.id == ctx.author.id or not isinstance(member, discord.Member):
        return ctx.permissions
    return ctx.channel.permissions_for(member)


def _not_offered(command: AnyCommand, permissions: discord.Permissions) -> tuple[str, ...]:
    """Say that Discord does not offer a slash command to somebody with these permissions."""
    missing = checks.missing_to_be_offered(command, permissions)
    failure = describe(commands.MissingPermissions(missing)) if missing else None
    return (
        (f"{failure.text} Discord hides it from others, unless the server's settings say else.",)
        if failure
        else ()
    )


async def _try(check: Any, ctx: commands.Context[Any]) -> str:
    """Return what a check says against the person; nothing when it lets them pass."""
    try:
        passed = await discord.utils.maybe_coroutine(check, ctx)
    except commands.CommandError as error:
        failure = describe(error)
        return failure.text if failure else "You cannot use this command here."
    except Exception as error:  # noqa: BLE001 - a check of an extension may raise anything, and that refuses too
        name = ctx.command.qualified_name if ctx.command else None
        ctx.bot.journal.record(error, source="check", command=name)
        return f"Its own check failed ({type(error).__name__})."
    return "" if passed else "You cannot use this command here."
