"""Slash commands only: a group cog, a group as a class, context menus and error handlers of their own."""

import discord
from discord import app_commands
from discord.ext import commands


class Colours(app_commands.Group):
    @app_commands.command(description="Mix two colours")
    @app_commands.choices(
        base=[app_commands.Choice(name="Red", value="red"), app_commands.Choice(name="Blue", value="blue")]
    )
    async def mix(self, interaction: discord.Interaction, base: app_commands.Choice[str], other: str):
        await interaction.response.send_message(f"{base.name} and {other}")


class Rename(discord.ui.Modal, title="Rename"):
    name = discord.ui.TextInput(label="New name", max_length=32)

    async def on_submit(self, interaction: discord.Interaction):
        await interaction.response.send_message(f"Now called {self.name.value}", ephemeral=True)


class Preferences(commands.GroupCog, name="preferences"):
    def __init__(self, bot):
        self.bot = bot
        self.menu = app_commands.ContextMenu(name="Inspect", callback=self.inspect_member)
        super().__init__()

    async def cog_load(self):
        self.bot.tree.add_command(self.menu)

    async def cog_unload(self):
        self.bot.tree.remove_command(self.menu.name, type=self.menu.type)

    async def inspect_member(self, interaction: discord.Interaction, member: discord.Member):
        await interaction.response.send_message(f"{member.display_name} has {len(member.roles)} roles")

    @app_commands.command(description="Rename something")
    async def rename(self, interaction: discord.Interaction):
        await interaction.response.send_modal(Rename())

    @app_commands.command(description="For moderators")
    @app_commands.checks.has_permissions(manage_guild=True)
    async def lock(self, interaction: discord.Interaction):
        await interaction.response.send_message("Locked")

    @lock.error
    async def lock_failed(self, interaction: discord.Interaction, error: app_commands.AppCommandError):
        if isinstance(error, app_commands.MissingPermissions):
            await interaction.response.send_message("Only for moderators", ephemeral=True)


@app_commands.context_menu(name="Shout")
async def shout(interaction: discord.Interaction, message: discord.Message):
    await interaction.response.send_message(message.content.upper())


async def setup(bot):
    bot.tree.add_command(Colours(name="colours", description="All about colours"))
    bot.tree.add_command(shout)
    await bot.add_cog(Preferences(bot))


async def teardown(bot):
    bot.tree.remove_command("colours")
    bot.tree.remove_command("Shout", type=discord.AppCommandType.message)
