"""A persistent view that setup registers, dynamic buttons and a view that belongs to one person."""

import re

import discord
from discord.ext import commands


class RoleView(discord.ui.View):
    def __init__(self):
        super().__init__(timeout=None)

    @discord.ui.button(label="News", style=discord.ButtonStyle.green, custom_id="roles:news")
    async def news(self, interaction: discord.Interaction, button: discord.ui.Button):
        await interaction.response.send_message("You get news now", ephemeral=True)


class Counter(discord.ui.DynamicItem[discord.ui.Button], template=r"count:(?P<number>[0-9]+)"):
    def __init__(self, number: int):
        super().__init__(discord.ui.Button(label=f"Count {number}", custom_id=f"count:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(cls, interaction, item, match: re.Match[str]):
        return cls(int(match["number"]))

    async def callback(self, interaction: discord.Interaction):
        view = discord.ui.View(timeout=None)
        view.add_item(Counter(self.number + 1))
        await interaction.response.edit_message(view=view)


class Mine(discord.ui.View):
    def __init__(self, owner):
        super().__init__(timeout=60)
        self.owner = owner

    async def interaction_check(self, interaction):
        if interaction.user == self.owner:
            return True
        await interaction.response.send_message("Not yours", ephemeral=True)
        return False

    @discord.ui.select(placeholder="Size", options=[discord.SelectOption(label=each) for each in "SML"])
    async def size(self, interaction, menu):
        await interaction.response.edit_message(content=f"Size {menu.values[0]}", view=None)


@commands.command()
async def roles(ctx):
    await ctx.send("Take what you like", view=RoleView())


@commands.command()
async def counter(ctx):
    view = discord.ui.View(timeout=None)
    view.add_item(Counter(0))
    await ctx.send("Counting", view=view)


@commands.command()
async def shirt(ctx):
    await ctx.send("Which size?", view=Mine(ctx.author))


async def setup(bot):
    bot.add_view(RoleView())
    bot.add_dynamic_items(Counter)
    for command in (roles, counter, shirt):
        bot.add_command(command)


async def teardown(bot):
    bot.remove_dynamic_items(Counter)
