"""Hybrid commands with choices and autocomplete, a group of slash commands and a context menu."""

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

DRINKS = ("coffee", "tea", "cocoa")


class Drinks(commands.Cog):
    box = app_commands.Group(name="box", description="A box")

    @commands.hybrid_command(description="Brew something")
    @app_commands.describe(drink="What to brew", size="How much of it")
    async def brew(self, ctx: commands.Context, drink: str, size: Literal["small", "large"] = "small"):
        await ctx.send(f"A {size} {drink}, please.")

    @brew.autocomplete("drink")
    async def drinks(self, interaction: discord.Interaction, current: str):
        return [app_commands.Choice(name=one, value=one) for one in DRINKS if current in one]

    @box.command(description="Open it")
    async def open(self, interaction: discord.Interaction):
        await interaction.response.send_message("Opened.")


@app_commands.context_menu(name="Count letters")
async def count_letters(interaction: discord.Interaction, message: discord.Message):
    name = message.author.display_name
    await interaction.response.send_message(f"{name} wrote {len(message.content)} letters", ephemeral=True)


async def setup(bot):
    await bot.add_cog(Drinks())
    bot.tree.add_command(count_letters)


async def teardown(bot):
    bot.tree.remove_command("Count letters", type=discord.AppCommandType.message)
