"""Tells when every guild of every shard has arrived, so that READY need not wait for a quiet moment.

discord.py calls `on_ready` two seconds after the last guild, always. Discord names the guilds it will send,
so once the last of them is here there is nothing to wait for.
"""

from discord.ext import commands

from guildwright.bot import internals

PATIENCE = 2.0
# Not zero: with that asyncio.wait_for would drop a guild that is already in the queue.
NO_PATIENCE = 0.005


class Readiness:
    """Counts the guilds that Discord announced and has not sent."""

    def __init__(self, bot: commands.AutoShardedBot) -> None:
        self._bot = bot
        self._awaited = 0
        self._trusts = False

    def trust(self) -> None:
        """Wait for no guild at all: whoever feeds this bot says READY when all of them are there."""
        self._trusts = True
        internals.set_ready_patience(self._bot, 0.0)

    def expect(self, shard_id: int) -> None:
        """A session began: its guilds will follow, and perhaps some of other shards still do."""
        del shard_id
        if self._trusts:
            return
        self._awaited = sum(guild.unavailable for guild in self._bot.guilds)
        internals.set_ready_patience(self._bot, PATIENCE if self._awaited else NO_PATIENCE)

    def arrive(self) -> None:
        """A guild is about to be here."""
        if self._awaited:
            self._awaited -= 1
            if not self._awaited:
                internals.set_ready_patience(self._bot, NO_PATIENCE)
