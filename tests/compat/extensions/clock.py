"""A loop that is started in the constructor, and whose author forgot to end it."""

from discord.ext import commands, tasks


class Clock(commands.Cog):
    def __init__(self, bot):
        self.bot = bot
        self.count = 0
        self.tick.start()

    @tasks.loop(seconds=1)
    async def tick(self):
        self.count += 1

    @tick.before_loop
    async def wait(self):
        await self.bot.wait_until_ready()

    @commands.command()
    async def ticks(self, ctx):
        await ctx.send(f"{self.count} ticks")


async def setup(bot):
    await bot.add_cog(Clock(bot))
