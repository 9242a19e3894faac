"""A bot as disnake's own guide writes it, told where Discord is by three variables."""

import os

import disnake
from disnake.ext import commands

disnake.http.Route.BASE = os.environ["SANDBOX_API"]
disnake.Asset.BASE = os.environ["SANDBOX_CDN"]
bot = commands.Bot(command_prefix="!", intents=disnake.Intents.all())


class Colours(disnake.ui.View):
    @disnake.ui.button(label="Red")
    async def red(self, _: disnake.ui.Button, interaction: disnake.MessageInteraction) -> None:
        await interaction.response.edit_message(content="You chose red", view=None)


@bot.command()
async def ping(ctx: commands.Context) -> None:
    await ctx.send("Pong")


@bot.slash_command()
async def greet(interaction: disnake.ApplicationCommandInteraction, name: str) -> None:
    """Greet somebody."""
    await interaction.response.send_message(f"Hello {name}", view=Colours())


bot.run(os.environ["SANDBOX_TOKEN"])
