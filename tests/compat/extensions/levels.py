"""Listeners (on_message in a cog, joins, reactions), a loop that waits for ready, cog_load and cog_unload."""

import asyncio
from collections import Counter

import discord
from discord.ext import commands, tasks


class Levels(commands.Cog):
    def __init__(self, bot):
        self.bot = bot
        self.points = Counter()
        self.ticked = asyncio.Event()
        self.log = []

    async def cog_load(self):
        self.log.append("loaded")
        self.tick.start()

    async def cog_unload(self):
        self.tick.cancel()

    @tasks.loop(seconds=30)
    async def tick(self):
        self.ticked.set()

    @tick.before_loop
    async def before_tick(self):
        await self.bot.wait_until_ready()

    @commands.Cog.listener()
    async def on_message(self, message):
        if message.author.bot or message.content.startswith("!"):
            return
        self.points[message.author.id] += 1
        if message.content == "hello bot":
            await message.channel.send(f"Hello {message.author.display_name}")

    @commands.Cog.listener("on_reaction_add")
    async def thanks(self, reaction, user):
        await reaction.message.channel.send(f"{user.display_name} reacted with {reaction.emoji}")

    @commands.Cog.listener()
    async def on_message_edit(self, before, after):
        await after.channel.send(f"{before.content} became {after.content}")

    @commands.command()
    async def points(self, ctx, member: discord.Member = commands.Author):
        await self.ticked.wait()
        await ctx.send(f"{member.display_name}: {self.points[member.id]}")


async def setup(bot):
    await bot.add_cog(Levels(bot))
