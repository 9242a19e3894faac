"""Loading, unloading and reloading extensions and sending their slash commands, while the bot runs."""

from guildwright.api.commands import Bot
from guildwright.features.extensions.loading import Loading
from guildwright.features.extensions.sync import Sync


async def setup(bot: Bot) -> None:
    """Add the cogs."""
    await bot.add_cog(Loading(bot))
    await bot.add_cog(Sync(bot))
