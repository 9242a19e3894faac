"""What a server decides for itself: prefix, mention prefix, time zone, and what extensions let it choose."""

from guildwright.api import settings
from guildwright.api.commands import Bot
from guildwright.features.guild_settings.cog import GuildSettings
from guildwright.features.guild_settings.zones import TIMEZONE, problem_of


async def setup(bot: Bot) -> None:
    """Declare the time zone and add the cog."""
    zone = settings.Setting(
        str, default="UTC", label="Time zone", description="For times of this server", problem_of=problem_of
    )
    settings.declare(bot, __name__, {TIMEZONE: zone})
    await bot.add_cog(GuildSettings(bot))
