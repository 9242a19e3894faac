"""Listeners, waiting for the next message, and buttons that outlive a restart."""

import discord
from discord.ext import commands


class Panel(discord.ui.View):
    def __init__(self):
        super().__init__(timeout=None)

    @discord.ui.button(label="Greet me", custom_id="talk:greet")
    async def greet(self, interaction, button):
        await interaction.response.send_message(f"Hello {interaction.user.display_name}", ephemeral=True)


class Talk(commands.Cog):
    def __init__(self, bot):
        self.bot = bot

    async def cog_load(self):
        self.bot.add_view(Panel())

    @commands.Cog.listener()
    async def on_message(self, message):
        if not message.author.bot and message.content == "good night":
            await message.channel.send(f"Good night, {message.author.display_name}")


@commands.command()
async def quiz(ctx):
    await ctx.send("2 + 2?")

    def is_answer(message):
        return message.author == ctx.author and message.channel == ctx.channel

    try:
        answer = await ctx.bot.wait_for("message", check=is_answer, timeout=5)
    except TimeoutError:
        await ctx.send("Too late")
        return
    await ctx.send("Right" if answer.content == "4" else "Wrong")


@commands.command()
async def panel(ctx):
    await ctx.send("Press", view=Panel())


async def setup(bot):
    await bot.add_cog(Talk(bot))
    bot.add_command(quiz)
    bot.add_command(panel)


async def teardown(bot):
    bot.remove_command("quiz")
    bot.remove_command("panel")
