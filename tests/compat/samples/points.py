"""A cog as people write them: a store in memory, checks, converters, a handler for its own errors."""

from collections import Counter

import discord
from discord.ext import commands


class Points(commands.Cog):
    def __init__(self, bot):
        self.bot = bot
        self.score = Counter()

    async def cog_check(self, ctx):
        return ctx.guild is not None

    @commands.command(aliases=["give"])
    @commands.has_permissions(manage_messages=True)
    async def award(self, ctx, member: discord.Member, amount: int = 1):
        self.score[member.display_name] += amount
        await ctx.send(f"{member.display_name} has {self.score[member.display_name]} points")

    @award.error
    async def award_failed(self, ctx, error):
        if isinstance(error, commands.MissingPermissions):
            await ctx.send("You may not do that.")

    @commands.group(invoke_without_command=True)
    async def points(self, ctx):
        await ctx.send("You have no points")

    @points.command(name="top")
    async def points_top(self, ctx):
        await ctx.send("\n".join(f"{name}: {count}" for name, count in self.score.most_common(10)))


async def setup(bot):
    await bot.add_cog(Points(bot))
