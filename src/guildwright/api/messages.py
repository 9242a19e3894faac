"""Seeing messages without slowing the bot down."""

from collections.abc import Callable

import discord

from guildwright.bot.client import GuildwrightBot

__all__ = ["observe"]


def observe(
    bot: GuildwrightBot, guild_id: int | None, callback: Callable[[discord.Message], None]
) -> Callable[[], None]:
    """Show `callback` every message of a guild, or of all (None); returns what ends it.

    The callback is synchronous and has 2 µs: count or note, and hand everything longer to a hook or a task.
    End it in `cog_unload`.
    """
    return bot.router.add_observer(guild_id, callback)
