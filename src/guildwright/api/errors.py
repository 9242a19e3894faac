"""Errors that people can read, and the record of those they should not."""

from typing import Any

from guildwright.bot.client import GuildwrightBot
from guildwright.kernel.errors import GuildwrightError, StoreError

__all__ = ["GuildwrightError", "StoreError", "report"]


def report(bot: GuildwrightBot, error: BaseException, *, source: str = "extension", **where: Any) -> str:
    """Record a failure with its trace and return the ID under which it is found again.

    `where` may name `command`, `extension`, `guild_id`, `channel_id`, `user_id`, `shard_id`.
    """
    bot.metrics.record_error()
    return bot.journal.record(error, source=source, **where).error_id
