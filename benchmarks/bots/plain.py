"""The yardstick: minimal discord.py with uvloop, orjson and zstandard, a text and a hybrid command."""

from __future__ import annotations

import asyncio
import os

import discord
import uvloop
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route


class Plain(commands.Bot):
    async def setup_hook(self) -> None:
        await self.tree.sync()


async def main() -> None:
    Route.BASE = os.environ["DISCORD_API_BASE"]
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["BENCH_GATEWAY"])
    bot = Plain("!", intents=discord.Intents.all())

    @bot.command()
    async def ping(ctx: commands.Context[Plain]) -> None:
        await ctx.send("Pong!")

    @bot.hybrid_command()
    async def hybrid(ctx: commands.Context[Plain]) -> None:
        """Answer in both ways."""
        await ctx.send("Pong!")

    async with bot:
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())
