"""Prefix commands with checks, converters, flags, groups, waiting and two levels of error handlers."""

import discord
from discord.ext import commands

UNITS = {"s": 1, "m": 60, "h": 3600}


class Duration(commands.Converter):
    async def convert(self, ctx, argument):
        try:
            return int(argument[:-1]) * UNITS[argument[-1]]
        except (ValueError, KeyError):
            raise commands.BadArgument(f"{argument} is not a duration") from None


class PurgeFlags(commands.FlagConverter, prefix="--", delimiter=" "):
    by: discord.Member | None = None
    limit: int = 5


class Moderation(commands.Cog):
    """Keeps order."""

    def __init__(self, bot):
        self.bot = bot
        self.warnings = {}

    def cog_check(self, ctx):
        return ctx.guild is not None

    async def cog_command_error(self, ctx, error):
        if isinstance(error, commands.MissingPermissions):
            await ctx.send(f"You lack: {', '.join(error.missing_permissions)}")

    @commands.command(aliases=["w"])
    @commands.has_permissions(manage_messages=True)
    async def warn(self, ctx, members: commands.Greedy[discord.Member], *, reason="no reason"):
        for member in members:
            self.warnings.setdefault(member.id, []).append(reason)
        names = " and ".join(member.display_name for member in members)
        await ctx.send(f"Warned {names}: {reason}")

    @commands.command()
    async def remind(self, ctx, after: Duration, *, what: str):
        await ctx.send(f"In {after} seconds: {what}")

    @remind.error
    async def remind_failed(self, ctx, error):
        if isinstance(error, (commands.BadArgument, commands.MissingRequiredArgument)):
            await ctx.send(f"Cannot remind you: {error}")

    @commands.group(invoke_without_command=True)
    async def note(self, ctx):
        await ctx.send("Use `note add` or `note list`.")

    @note.command(name="add")
    async def note_add(self, ctx, number: int, text: str):
        await ctx.reply(f"Note {number}: {text}")

    @commands.command()
    async def sweep(self, ctx, *, flags: PurgeFlags):
        whose = flags.by.display_name if flags.by else "everybody"
        await ctx.send(f"Would sweep {flags.limit} of {whose}")

    @commands.command()
    async def confirm(self, ctx):
        await ctx.send("Are you sure?")

        def check(message):
            return message.author == ctx.author and message.channel == ctx.channel

        try:
            answer = await self.bot.wait_for("message", check=check, timeout=30)
        except TimeoutError:
            await ctx.send("Too late")
        else:
            await ctx.send(f"You said {answer.content}")

    @commands.command()
    @commands.cooldown(1, 60, commands.BucketType.user)
    async def daily(self, ctx):
        await ctx.send("Here you are")

    @daily.error
    async def daily_failed(self, ctx, error):
        if isinstance(error, commands.CommandOnCooldown):
            await ctx.send("Come back later")


async def setup(bot):
    await bot.add_cog(Moderation(bot))
