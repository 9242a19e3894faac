"""What the bot says to somebody who only mentions it (CORE-808)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from guildwright import __version__

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

PROJECT = "https://github.com/guildwright/guildwright"


def build_introduction(bot: GuildwrightBot, message: discord.Message) -> discord.Embed:
    """Build the embed for the guild in which the message was written."""
    guild_id = message.guild.id if message.guild else None
    name = bot.user.display_name if bot.user else "Guildwright"
    prefix = discord.utils.escape_markdown(bot.prefixes.text(guild_id))
    embed = discord.Embed(
        title=f"Hello, I am {name}",
        description=f"My prefix here is **{prefix}** and slash commands always work.",
        colour=bot.replies.theme.info,
        timestamp=discord.utils.utcnow(),
    )
    embed.add_field(name="Start here", value=f"{prefix}help or /help", inline=True)
    embed.add_field(
        name="About the framework", value=f"{prefix}guildwright or /discordbotframework", inline=True
    )
    embed.add_field(name="Shards", value=str(bot.shard_count or 1), inline=True)
    embed.add_field(name="Project", value=f"[Guildwright {__version__}]({PROJECT})", inline=True)
    if bot.user is not None:
        embed.set_thumbnail(url=bot.user.display_avatar.url)
    latency = bot.latency * 1000
    shown = f" · {latency:.0f} ms" if latency < float("inf") else ""
    embed.set_footer(text=f"{len(bot.guilds)} servers{shown}")
    return embed
