"""The hot path: what happens to a message before anybody decides to answer it.

Everything here is synchronous and runs inside the read loop of the gateway, for every message of every
guild; an ordinary message ends here without a task, a Context or an await.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

import discord

if TYPE_CHECKING:
    from guildwright.bot.prefixes import Prefixes
    from guildwright.kernel.errors import Journal
    from guildwright.kernel.metrics import Metrics

Observer = Callable[[discord.Message], None]

INTRODUCTION_PAUSE = 10.0
_REMEMBERED_CHANNELS = 1_000


class Router:
    """Shows every message to the observers and tells which may be a command."""

    def __init__(self, prefixes: Prefixes, metrics: Metrics, journal: Journal) -> None:
        self._prefixes = prefixes
        self._metrics = metrics
        self._journal = journal
        self._everywhere: tuple[Observer, ...] = ()
        self._by_guild: dict[int, tuple[Observer, ...]] = {}
        self._introduced: OrderedDict[int, float] = OrderedDict()

    def add_observer(self, guild_id: int | None, observer: Observer) -> Callable[[], None]:
        """Show `observer` every message of a guild, or of all; returns what takes it away again.

        An observer gets at most 2 µs: it counts or notes, and hands everything else to a hook.
        """
        if guild_id is None:
            self._everywhere = (*self._everywhere, observer)
        else:
            self._by_guild[guild_id] = (*self._by_guild.get(guild_id, ()), observer)
        return lambda: self._remove_observer(guild_id, observer)

    def observe(self, message: discord.Message) -> None:
        """Count the message and show it to the observers."""
        if not message.author.bot and message.webhook_id is None:
            self._metrics.messages_seen += 1
        for observer in self._everywhere:
            self._show(observer, message)
        if self._by_guild and message.guild is not None:
            for observer in self._by_guild.get(message.guild.id, ()):
                self._show(observer, message)

    def may_be_command(self, message: discord.Message) -> bool:
        """Say whether the message deserves a closer look; False for nearly all."""
        guild = message.guild
        return (
            message.content.startswith(self._prefixes.openings(None if guild is None else guild.id))
            and not message.author.bot
            and message.webhook_id is None
        )

    def wants_introduction(self, message: discord.Message) -> bool:
        """Say whether the bot should introduce itself; a channel hears that once in ten seconds."""
        if message.guild is None or message.reference is not None:
            return False
        if message.content.strip() not in self._prefixes.mentions:
            return False
        now = time.monotonic()
        if now - self._introduced.get(message.channel.id, -INTRODUCTION_PAUSE) < INTRODUCTION_PAUSE:
            return False
        self._introduced[message.channel.id] = now
        self._introduced.move_to_end(message.channel.id)
        if len(self._introduced) > _REMEMBERED_CHANNELS:
            self._introduced.popitem(last=False)
        return True

    def forget_guild(self, guild_id: int) -> None:
        """Drop the observers of a guild that is gone."""
        self._by_guild.pop(guild_id, None)

    def forget_extension(self, name: str) -> None:
        """Drop the observers that an extension's modules defined."""
        for guild_id, observers in ((None, self._everywhere), *self._by_guild.items()):
            for observer in observers:
                module = observer.__module__ or ""
                if module == name or module.startswith(f"{name}."):
                    self._remove_observer(guild_id, observer)

    def _show(self, observer: Observer, message: discord.Message) -> None:
        try:
            observer(message)
        except Exception as error:  # noqa: BLE001 - one observer's failure must not end the read loop
            self._journal.record(error, source="observer", extension=observer.__module__)

    def _remove_observer(self, guild_id: int | None, observer: Observer) -> None:
        if guild_id is None:
            self._everywhere = tuple(known for known in self._everywhere if known is not observer)
            return
        kept = tuple(known for known in self._by_guild.get(guild_id, ()) if known is not observer)
        if kept:
            self._by_guild[guild_id] = kept
        else:
            self._by_guild.pop(guild_id, None)
