"""Reads the figures of everything that is kept in memory."""

from dataclasses import dataclass
from typing import Any

from guildwright.api.commands import Bot
from guildwright.api.files import files


@dataclass(frozen=True, slots=True)
class Caches:
    """Sizes and limits; times in seconds, rates in percent."""

    files: dict[str, Any]
    prefixes: int
    prefixes_read_ago: float | None
    commands_tracked: int
    commands_limit: int
    messages_seen: int
    connections_open: int
    connections_limit: int
    messages_cached: int
    messages_limit: int


def read_caches(bot: Bot) -> Caches:
    """Return the figures of this moment."""
    open_now, at_most = bot.store.connections
    return Caches(
        files=files.get_cache_stats(),
        prefixes=bot.prefixes.count,
        prefixes_read_ago=bot.prefixes.read_ago,
        commands_tracked=len(bot.metrics.command_count),
        commands_limit=bot.metrics.tracked_limit,
        messages_seen=bot.metrics.messages_seen,
        connections_open=open_now,
        connections_limit=at_most,
        messages_cached=len(bot.cached_messages),
        messages_limit=int(bot.config.get("limits.message_cache") or 0),
    )
