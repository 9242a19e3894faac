"""No cog at all: everything is registered on the bot, in setup, and nothing takes it away by hand."""

import discord
from discord import app_commands
from discord.ext import commands


@commands.command(help="Say something back")
@commands.guild_only()
async def echo(ctx, *, text: commands.clean_content):
    await ctx.send(text)


async def setup(bot):
    bot.add_command(echo)

    @bot.command(name="add", aliases=["plus"])
    async def add(ctx, left: int, right: int):
        await ctx.send(left + right)

    @bot.tree.command(name="hug", description="Hug somebody")
    @app_commands.describe(who="Whom")
    async def hug(interaction: discord.Interaction, who: discord.Member):
        await interaction.response.send_message(f"{interaction.user.mention} hugs {who.mention}")

    @bot.listen("on_message")
    async def greet(message):
        if message.content == "good morning":
            await message.reply("Good morning!")

    async def nobody_named_banned(ctx):
        return ctx.author.display_name != "Banned"

    bot.add_check(nobody_named_banned)
