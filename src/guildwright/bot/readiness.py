"""Tells when every guild of every shard has arrived, so that READY need not wait for a quiet moment.

discord.py calls `on_ready` two seconds after the last guild, always. Discord names the guilds it will send,
so once the last of them is here there is nothing to wait for.
"""

import discord
from discord.ext import commands

from guildwright.bot import internals

PATIENCE = 2.0
# Not zero: with that asyncio.wait_for would drop a guild that is already in the queue.
NO_PATIENCE = 0.005


class Readiness:
    """Counts the guilds that Discord announced and has not sent."""

    def __init__(self, bot: commands.AutoShardedBot) -> None:
        self._bot = bot
        self._awaited: set[int] = set()

    def expect(self, shard_id: int) -> None:
        """A session began: await its guilds."""
        self._awaited.update(
            guild.id for guild in self._bot.guilds if guild.shard_id == shard_id and guild.unavailable
        )
        self._adjust()

    def arrive(self, guild: discord.Guild) -> None:
        """One guild is here."""
        if self._awaited:
            self._awaited.discard(guild.id)
            self._adjust()

    def _adjust(self) -> None:
        internals.set_ready_patience(self._bot, PATIENCE if self._awaited else NO_PATIENCE)
