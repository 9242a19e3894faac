"""Which roles may use which command in a server, and why somebody may or may not."""

from guildwright.api.commands import Bot
from guildwright.features.permissions.cog import Permissions


async def setup(bot: Bot) -> None:
    """Add the cog."""
    await bot.add_cog(Permissions(bot))
