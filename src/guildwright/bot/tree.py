"""The command tree of the bot: every slash command is counted while it runs and refused while stopping."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from guildwright.bot import checks, deadline, running
from guildwright.bot.interactions import answer_interaction_failure
from guildwright.bot.internals import CallTree

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

GONE = "This command is no longer available. Discord shows its new form in a moment."


class GuildwrightTree(CallTree):
    """discord.py's tree with our refusals and answers around each call."""

    async def run_call(
        self, interaction: discord.Interaction[GuildwrightBot], call: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Count the command while it runs; while the bot stops, ask for patience instead."""
        bot = interaction.client
        if bot.running.is_closed:
            await running.refuse_interaction(interaction)
            return
        if interaction.type is discord.InteractionType.autocomplete:
            await bot.extension_loader.until_whole()
            await call()
            return
        wait = deadline.watch(interaction)
        try:
            await bot.extension_loader.until_whole()
            name = (interaction.data or {}).get("name", "")
            with bot.running.enter(str(name)):
                await self._run(interaction, call)
        finally:
            await wait.close()

    async def _run(
        self, interaction: discord.Interaction[GuildwrightBot], call: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        try:
            await call()
        except app_commands.AppCommandError:
            raise
        except Exception as error:  # noqa: BLE001 - what leaves here left an extension's own error handler
            await answer_interaction_failure(interaction, error, local_handler_failed=True)

    async def interaction_check(self, interaction: discord.Interaction[GuildwrightBot], /) -> bool:
        """Apply the tiers and the default cooldown to commands that exist as slash commands only."""
        if interaction.type is discord.InteractionType.autocomplete:
            return True
        try:
            await checks.guard_interaction(interaction)
            interaction.client.cooldown.take(interaction)
        except app_commands.AppCommandError as error:
            await self.on_error(interaction, error)
            return False
        command = interaction.command
        if command is not None:
            interaction.client.metrics.record_command(command.qualified_name, slash=True)
        return True

    async def on_error(
        self, interaction: discord.Interaction[GuildwrightBot], error: app_commands.AppCommandError, /
    ) -> None:
        """Answer a failed slash command; one that Discord still shows after it went gets its own sentence."""
        if isinstance(error, app_commands.CommandNotFound):
            if not interaction.response.is_done():
                await interaction.response.send_message(GONE, ephemeral=True)
            return
        await answer_interaction_failure(interaction, error)
