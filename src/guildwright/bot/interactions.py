"""The one handler of failures, and of clicks on controls that nobody answers any more.

Prefix, hybrid and slash commands, context menus, views, modals and autocompletion end here: the failure is
recorded, counted as the person's or ours, and answered in the words of `failures`. The handler never raises,
and a command or cog with a handler of its own keeps the word.
"""

import asyncio
import difflib
import logging
from types import TracebackType
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from guildwright.bot import checks, deadline, internals, replies
from guildwright.bot.budget import BudgetSpentError
from guildwright.bot.failures import Failure, Occasion, describe, unwrap
from guildwright.bot.views import OwnedView, Target, invocation_of, person_of, prefix_of
from guildwright.bot.views import refuse as refuse_click
from guildwright.kernel.errors import ErrorRecord

logger = logging.getLogger("guildwright.interactions")

_SIGN = "⚠️"
_SHOWN_TRACEBACK = 1_800
_SUGGESTED = 3
# Below that, words of people who talk to another bot under the same prefix would be "corrected".
_ALIKE = 0.75
_EXPIRED = "These controls have expired. Run the command again to get fresh ones."
_EXPIRED_FORM = "This form has expired. Run the command again to get a fresh one."
CLICKS = (discord.InteractionType.component, discord.InteractionType.modal_submit)
_LOOK_AGAIN_SECONDS = 0.1
_LOOKS = 70
_SWALLOWING_LOGGERS = ("discord.app_commands.tree", "discord.ui.view", "discord.ui.modal")


async def answer_command_failure(
    ctx: commands.Context[Any], error: BaseException, *, local_handler_failed: bool = False
) -> None:
    """Record and answer the failure of a prefix or hybrid command."""
    cause = unwrap(error)
    if isinstance(cause, commands.CommandNotFound):
        await _suggest_commands(ctx)
        return
    usage = ""
    if ctx.command is not None:
        usage = f"{invocation_of(ctx)} {ctx.command.signature}".strip()
    occasion = Occasion(usage, ctx.current_parameter, ctx.current_argument)
    source = "command" if ctx.interaction is None else "app_command"
    silent = _has_local_handler(ctx) and not local_handler_failed
    await _settle(ctx, cause, occasion, source=source, silent=silent)


async def _suggest_commands(ctx: commands.Context[Any]) -> None:
    """Name the commands that were perhaps meant, where the operator wants that; else stay silent."""
    if not ctx.bot.config.get("features.suggest_commands") or not ctx.invoked_with:
        return
    known = {command.name: command for command in ctx.bot.commands if not command.hidden}
    close = difflib.get_close_matches(ctx.invoked_with.casefold(), known, n=_SUGGESTED, cutoff=_ALIKE)
    meant = [f"`{prefix_of(ctx)}{name}`" for name in close if await checks.may_run(ctx, known[name])]
    if not meant:
        return
    try:
        await replies.invalid(ctx, f"Did you mean {' or '.join(meant)}?", title="Unknown command")
    except discord.HTTPException as refused:
        logger.info("No suggestion was possible in channel %s: %s", ctx.channel.id, refused)


async def answer_interaction_failure(
    interaction: discord.Interaction[Any],
    error: BaseException,
    source: str = "app_command",
    *,
    local_handler_failed: bool = False,
) -> None:
    """Record and answer the failure of a slash-only command, context menu, view, modal or autocompletion."""
    silent = interaction.type is discord.InteractionType.autocomplete
    if silent:
        await _suggest_nothing(interaction)
    if isinstance(error, app_commands.CheckFailure | app_commands.TransformerError):
        interaction.client.cooldown.give_back(interaction)
    if interaction.type is discord.InteractionType.application_command:
        silent = not local_handler_failed and _has_local_app_handler(interaction.command)
    await _settle(interaction, unwrap(error), Occasion(), source=source, silent=silent)


async def _suggest_nothing(interaction: discord.Interaction[Any]) -> None:
    """End the wait of a person whose suggestions failed."""
    try:
        await interaction.response.autocomplete([])
    except (discord.HTTPException, discord.InteractionResponded) as refused:
        logger.info("A failed autocompletion could not be ended: %s", refused)


async def _settle(
    target: Target, error: BaseException, occasion: Occasion, *, source: str, silent: bool
) -> None:
    try:
        failure = describe(error, occasion)
        if failure is None:
            return
        record = record_failure(target, error, failure, source=source)
        if not silent:
            await _answer(target, failure, record)
    except Exception:
        # Whatever happens here, the person's command is over and the bot goes on (CORE-606).
        logger.exception("A failure could not be answered")


def record_failure(target: Target, error: BaseException, failure: Failure, *, source: str) -> ErrorRecord:
    """Keep a failure in the journal and count it as the person's (U) or ours (S)."""
    bot = replies.client_of(target)
    bot.metrics.record_error(user=failure.kind == "U")
    command: Any = target.command
    channel = target.channel
    return bot.journal.record(
        error,
        source=source,
        kind=failure.kind,
        command=command.qualified_name if command else None,
        extension=command.module if command else None,
        guild_id=target.guild.id if target.guild else None,
        channel_id=channel.id if channel else None,
        user_id=person_of(target).id,
        shard_id=target.guild.shard_id if target.guild else None,
    )


async def _answer(target: Target, failure: Failure, record: ErrorRecord) -> None:
    footer = invocation_of(target) if target.command else ""
    text = failure.text
    view: OwnedView | None = None
    if failure.kind == "S":
        footer = f"{footer} · {record.error_id}".removeprefix(" · ")
        text = f"{text}\n\n**Error ID** `{record.error_id}`"
        if await replies.client_of(target).is_owner(person_of(target)):
            view = DetailsView(target, record)
    try:
        await replies.refuse(target, failure.title, text, temper=failure.temper, footer=footer, view=view)
    except discord.Forbidden:
        await _react(target)
    except (discord.HTTPException, BudgetSpentError) as refused:
        logger.warning("The person could not be told of %s: %s", record.error_id, refused)


async def _react(target: Target) -> None:
    """Show a sign where the bot may not write; where it may not even do that, say nothing."""
    if not isinstance(target, commands.Context) or target.interaction is not None:
        return
    try:
        await target.message.add_reaction(_SIGN)
    except discord.HTTPException as refused:
        logger.info("No answer was possible in channel %s: %s", target.channel.id, refused)


class DetailsView(OwnedView):
    """A button for the bot's owner: the redacted traceback, for their eyes only."""

    def __init__(self, target: Target, record: ErrorRecord) -> None:
        super().__init__(target)
        self._record = record

    @discord.ui.button(label="Details", style=discord.ButtonStyle.secondary)
    async def details(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Any]) -> None:
        """Show the traceback: as text where it fits, as a file where it does not."""
        trace = self._record.traceback
        if len(trace) <= _SHOWN_TRACEBACK:
            shown = trace.replace("```", "ˋˋˋ")
            await replies.send(interaction, content=f"```py\n{shown}\n```", ephemeral=True)
        else:
            file = replies.text_file(trace, f"{self._record.error_id}.txt")
            await replies.send(interaction, content="The traceback:", file=file, ephemeral=True)


def _has_local_handler(ctx: commands.Context[Any]) -> bool:
    command = ctx.command
    if command is None:
        return False
    return command.has_error_handler() or (command.cog is not None and command.cog.has_error_handler())


def _has_local_app_handler(command: Any) -> bool:
    """Tell whether the author of an application command answers its failures."""
    if command is None:
        return False
    if command.on_error is not None:
        return True
    binding = getattr(command, "binding", None)
    if isinstance(binding, commands.Cog) and binding.has_app_command_error_handler():
        return True
    parent = getattr(command, "parent", None)
    while parent is not None:
        if type(parent).on_error is not app_commands.Group.on_error:
            return True
        parent = parent.parent
    return False


def answer_unknown_component(interaction: discord.Interaction[Any]) -> None:
    """Tell a person that the controls they use belong to a program that is gone.

    Called synchronously, before any view could stop itself.
    """
    form = interaction.type is discord.InteractionType.modal_submit
    work = _tell_expired(interaction, _EXPIRED_FORM) if form else _find_view(interaction)
    interaction.client.replies.start(work, name=f"unknown control {interaction.id}")


async def _find_view(interaction: discord.Interaction[Any]) -> None:
    """Hand a click to its view, if that is on its way; else say that it is gone.

    discord.py knows a view when the call that sent it returns. The last call that a rate limit allows
    returns when the limit is over, which is seconds after people see the message.
    """
    bot = interaction.client
    if internals.holds_back(bot, interaction.channel_id):
        deadline.watch(interaction)
        # Nobody tells when a view becomes known; a rate limit of messages lasts five seconds.
        for _ in range(_LOOKS):
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
            if internals.takes_click(bot, interaction):
                internals.deliver_click(bot, interaction)
                return
    await _tell_expired(interaction, _EXPIRED)


async def _tell_expired(interaction: discord.Interaction[Any], text: str) -> None:
    try:
        await refuse_click(interaction, text)
    except discord.HTTPException as refused:
        logger.info("A click on expired controls could not be answered: %s", refused)


class LibraryFailures(logging.Filter):
    """Takes over what discord.py only logs: failures of plain views and modals, and of autocompletion.

    The interaction is found in the frames of the traceback: discord.py holds it while it calls the view.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Turn the record into an event of the bot; False drops the line, the journal writes its own."""
        error = record.exc_info[1] if record.exc_info else None
        interaction = _interaction_in(error.__traceback__) if error else None
        if error is None or interaction is None:
            return True
        source = "autocomplete" if interaction.type is discord.InteractionType.autocomplete else "view"
        interaction.client.dispatch("interaction_failure", interaction, error, source)
        return False


def _interaction_in(trace: TracebackType | None) -> discord.Interaction[Any] | None:
    while trace is not None:
        found = trace.tb_frame.f_locals.get("interaction")
        if isinstance(found, discord.Interaction):
            return found
        trace = trace.tb_next
    return None


_library_failures = LibraryFailures()


def install(bot: Any) -> None:
    """Let this bot's views, modals and autocompletions fail into the one handler."""
    bot.add_listener(answer_interaction_failure, "on_interaction_failure")
    for name in _SWALLOWING_LOGGERS:
        logging.getLogger(name).addFilter(_library_failures)
