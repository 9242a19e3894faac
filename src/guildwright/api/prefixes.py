"""The text prefix and the mention prefix of guilds."""

from guildwright.bot.client import GuildwrightBot
from guildwright.bot.prefixes import GuildPrefix, PrefixError

__all__ = ["PrefixError", "allows_mention", "chosen", "set_mention", "set_text", "text"]


def text(bot: GuildwrightBot, guild_id: int | None) -> str:
    """Return the text prefix that holds in a guild (None: in direct messages)."""
    return bot.prefixes.text(guild_id)


def allows_mention(bot: GuildwrightBot, guild_id: int | None) -> bool:
    """Say whether `@Bot command` works in a guild."""
    return bot.prefixes.allows_mention(guild_id)


def chosen(bot: GuildwrightBot, guild_id: int) -> GuildPrefix:
    """Return what the guild itself decided: `text` and `mention`, None where the operator's default holds."""
    return bot.prefixes.chosen(guild_id)


async def set_text(bot: GuildwrightBot, guild_id: int, prefix: str | None, *, by: int | None = None) -> None:
    """Give a guild its prefix, in force with the next message; None returns it to the operator's.

    Raises PrefixError for one that breaks a rule and StoreError when it could not be saved.
    """
    await bot.prefixes.set(guild_id, prefix, by=by)


async def set_mention(
    bot: GuildwrightBot, guild_id: int, allowed: bool | None, *, by: int | None = None
) -> None:
    """Allow or forbid `@Bot command` in a guild; None returns it to the operator's choice."""
    await bot.prefixes.set_mention(guild_id, allowed, by=by)
