"""The same two commands as an extension, the way an author writes one."""

from discord.ext import commands


class Bench(commands.Cog):
    @commands.command()
    async def ping(self, ctx: commands.Context[commands.Bot]) -> None:
        await ctx.send("Pong!")

    @commands.hybrid_command()
    async def hybrid(self, ctx: commands.Context[commands.Bot]) -> None:
        """Answer in both ways."""
        await ctx.send("Pong!")


async def setup(bot: commands.Bot) -> None:
    await bot.add_cog(Bench())
