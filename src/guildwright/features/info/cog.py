"""`stats`, `extensions`, `discordbotframework` and `shardinfo`."""

from discord.ext import commands

from guildwright.api import extensions, replies
from guildwright.api.commands import Context, ExtensionCog, hybrid_command
from guildwright.features.info import render, service

_EACH_USER = commands.BucketType.user


class Info(ExtensionCog):
    """Tells how the bot is doing and what it is made of."""

    @hybrid_command(name="stats", description="How the bot is doing")
    @commands.cooldown(1, 10, _EACH_USER)
    async def stats(self, ctx: Context) -> None:
        """Show uptime, servers, users, latency and the most used commands."""
        await replies.send(ctx, render.stats_page(ctx, service.read_stats(self.bot)))

    @hybrid_command(name="extensions", description="Which extensions are loaded, and which are not")
    @commands.cooldown(1, 10, _EACH_USER)
    async def extensions(self, ctx: Context) -> None:
        """Show the loaded extensions with their load times, and why others are not loaded."""
        states = extensions.states(self.bot)
        lines = render.extension_lines(states)
        if not any(state.outcome == "loaded" and not state.bundled for state in states):
            lines.insert(0, "No extension is loaded. Put a Python file into the folder `extensions`.\n")
            await replies.listing(ctx, "🧩 Extensions", lines, tone="error")
            return
        await replies.listing(ctx, "🧩 Extensions", lines)

    @hybrid_command(
        name="discordbotframework",
        aliases=["framework", "botinfo", "guildwright"],
        description="What this bot is built with",
    )
    @commands.cooldown(1, 10, _EACH_USER)
    async def framework(self, ctx: Context) -> None:
        """Show the framework's version, what it can do and what is new."""
        await replies.send(ctx, render.framework_page(ctx, service.read_stats(self.bot)))

    @hybrid_command(name="shardinfo", description="The bot's connections to Discord")
    @commands.cooldown(1, 10, _EACH_USER)
    async def shardinfo(self, ctx: Context) -> None:
        """Show this server's shard, and servers, latency and state of every shard."""
        await replies.pages(ctx, render.shard_pages(ctx, service.read_shards(self.bot)))
