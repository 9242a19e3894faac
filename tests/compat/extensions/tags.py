"""Hybrid commands and a hybrid group, with descriptions, choices, autocomplete and an embed."""

import discord
from discord import app_commands
from discord.ext import commands

FRUIT = ["apple", "apricot", "banana", "cherry"]


class Tags(commands.Cog):
    def __init__(self, bot: commands.Bot) -> None:
        self.bot = bot
        self.tags: dict[str, str] = {}

    @commands.hybrid_command(name="fruit", description="Pick a fruit")
    @app_commands.describe(name="Which one", amount="How many")
    async def fruit(self, ctx: commands.Context, name: str, amount: commands.Range[int, 1, 10] = 1):
        embed = discord.Embed(title="Fruit", description=f"{amount} × {name}", colour=discord.Colour.green())
        await ctx.send(embed=embed)

    @fruit.autocomplete("name")
    async def fruit_names(self, interaction: discord.Interaction, current: str):
        return [app_commands.Choice(name=each, value=each) for each in FRUIT if each.startswith(current)]

    @commands.hybrid_group(fallback="show")
    async def tag(self, ctx: commands.Context, name: str):
        """Show a tag."""
        await ctx.send(self.tags.get(name, "There is no such tag."))

    @tag.command(name="create")
    @app_commands.describe(name="Its name", text="What it says")
    async def tag_create(self, ctx: commands.Context, name: str, *, text: str):
        """Make a tag."""
        async with ctx.typing(ephemeral=True):
            self.tags[name] = text
        await ctx.send(f"Tag {name} created.", ephemeral=True)

    @commands.hybrid_command()
    @commands.is_owner()
    async def secret(self, ctx: commands.Context):
        """Only for the owner."""
        await ctx.defer()
        await ctx.send("The owner it is")


async def setup(bot: commands.Bot) -> None:
    await bot.add_cog(Tags(bot))
