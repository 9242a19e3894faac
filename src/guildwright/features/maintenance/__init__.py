"""What the operator looks at when something seems slow or large."""

from guildwright.api.commands import Bot
from guildwright.features.maintenance.cog import Maintenance


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Maintenance(bot))
