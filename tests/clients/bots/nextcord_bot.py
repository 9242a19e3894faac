"""A bot as nextcord's own guide writes it, told where Discord is by three variables."""

import os

import nextcord
from nextcord.ext import commands

nextcord.http.Route.BASE = os.environ["SANDBOX_API"]
nextcord.Asset.BASE = os.environ["SANDBOX_CDN"]
bot = commands.Bot(command_prefix="!", intents=nextcord.Intents.all())


class Colours(nextcord.ui.View):
    @nextcord.ui.button(label="Red")
    async def red(self, _: nextcord.ui.Button, interaction: nextcord.Interaction) -> None:
        await interaction.response.edit_message(content="You chose red", view=None)


@bot.command()
async def ping(ctx: commands.Context) -> None:
    await ctx.send("Pong")


@bot.slash_command()
async def greet(interaction: nextcord.Interaction, name: str) -> None:
    """Greet somebody."""
    await interaction.response.send_message(f"Hello {name}", view=Colours())


bot.run(os.environ["SANDBOX_TOKEN"])
