"""The slash commands that Discord has of us: sending them, trying them in one guild, what is pending."""

from guildwright.bot.client import GuildwrightBot
from guildwright.bot.command_upload import SyncError
from guildwright.bot.sync import ScopeState, SyncReport

__all__ = ["ScopeState", "SyncError", "SyncReport", "clear_guild", "copy_to_guild", "states", "sync"]


async def sync(bot: GuildwrightBot) -> SyncReport:
    """Send all commands to Discord, whether they changed or not; the report says what failed and why."""
    return await bot.sync.sync_if_needed(force=True)


async def copy_to_guild(bot: GuildwrightBot, guild_id: int) -> tuple[str, ...]:
    """Register all commands in one guild too, to try them at once; returns their names.

    Raises SyncError with Discord's reason.
    """
    return await bot.sync.copy_to_guild(guild_id)


async def clear_guild(bot: GuildwrightBot, guild_id: int) -> None:
    """Remove the commands that are registered in one guild alone.

    Raises SyncError with Discord's reason.
    """
    await bot.sync.clear_guild(guild_id)


async def states(bot: GuildwrightBot) -> list[ScopeState]:
    """Return every scope, `global` or a guild's ID, with what is planned and what Discord accepted last."""
    return await bot.sync.read_states()
