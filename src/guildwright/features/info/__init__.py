"""What the bot tells about itself: statistics, extensions, the framework, shards."""

from guildwright.api.commands import Bot
from guildwright.features.info.cog import Info


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Info(bot))
