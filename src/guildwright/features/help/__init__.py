"""The help menu: every command, by category, with what the asking person may use."""

from guildwright.api.commands import Bot
from guildwright.features.help.cog import Help


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Help(bot))
