"""`setprefix`, `mentionprefix`, `timezone` and `serversettings`."""

from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from guildwright.api import limits, prefixes, replies, settings
from guildwright.api.checks import requires
from guildwright.api.commands import Context, ExtensionCog, hybrid_command, hybrid_group
from guildwright.features.guild_settings import render, zones

RESET = "reset"

Choices = list[app_commands.Choice[str]]


class GuildSettings(ExtensionCog, name="Server settings"):
    """Prefix, mention prefix, time zone and other settings of a server."""

    @hybrid_command(description="Change the prefix of this server")
    @commands.guild_only()
    @requires(administrator=True)
    @app_commands.describe(prefix="1–5 characters, or: reset")
    async def setprefix(self, ctx: Context, *, prefix: str) -> None:
        """Change the prefix of this server; `reset` returns to the bot's own."""
        guild = _guild_of(ctx)
        # By text, Discord has cut the blanks that a rule speaks of; by slash they are still there.
        wanted = None if prefix.strip().casefold() == RESET else prefix
        try:
            await prefixes.set_text(self.bot, guild.id, wanted, by=ctx.author.id)
        except prefixes.PrefixError as error:
            await replies.invalid(ctx, error.sentence)
            return
        shown = discord.utils.escape_markdown(prefixes.text(self.bot, guild.id))
        text = f"The prefix is **{shown}** now. Try `{prefixes.text(self.bot, guild.id)}help`."
        await replies.success(ctx, text)

    @hybrid_command(description="Allow or forbid commands that begin with my mention")
    @commands.guild_only()
    @requires(administrator=True)
    @app_commands.describe(action="What to do")
    async def mentionprefix(
        self, ctx: Context, action: Literal["enable", "disable", "status", "reset"] = "status"
    ) -> None:
        """Allow or forbid `@Bot command` in this server, or show how commands are called here."""
        guild = _guild_of(ctx)
        if action == "status":
            await replies.send(ctx, render.mention_page(ctx, guild))
            return
        wanted = {"enable": True, "disable": False}.get(action)
        if prefixes.chosen(self.bot, guild.id).mention is wanted:
            state = {True: "enabled", False: "disabled", None: "at the bot's own setting"}[wanted]
            await replies.invalid(ctx, f"Mentioning me is {state} already.")
            return
        await prefixes.set_mention(self.bot, guild.id, wanted, by=ctx.author.id)
        await replies.success(ctx, render.mention_examples(ctx, guild))

    @hybrid_command(description="Show or change the time zone of this server")
    @commands.guild_only()
    @requires(administrator=True)
    @app_commands.describe(zone="Such as Europe/Berlin, or: reset")
    async def timezone(self, ctx: Context, *, zone: str = "") -> None:
        """Show the time zone of this server, change it, or `reset` it."""
        guild, typed = _guild_of(ctx), zone.strip()
        if typed.casefold() == RESET:
            await settings.reset(self.bot, guild.id, zones.TIMEZONE, by=ctx.author.id)
        elif typed:
            name = zones.find(typed) or typed
            try:
                await settings.set(self.bot, guild.id, zones.TIMEZONE, name, by=ctx.author.id)
            except settings.SettingError as error:
                await replies.invalid(ctx, error.sentence)
                return
        text = render.zone_line(str(settings.get(self.bot, guild.id, zones.TIMEZONE)))
        await (replies.success if typed else replies.info)(ctx, text)

    @timezone.autocomplete("zone")
    async def complete_zone(self, _interaction: discord.Interaction[Any], current: str) -> Choices:
        """Suggest zones that contain what was typed."""
        return [app_commands.Choice(name=name, value=name) for name in zones.containing(current)]

    @hybrid_group(fallback="show", invoke_without_command=True, description="Everything that holds here")
    @commands.guild_only()
    @requires(administrator=True)
    async def serversettings(self, ctx: Context) -> None:
        """Show everything that this server decided for itself."""
        await replies.send(ctx, render.settings_page(ctx, _guild_of(ctx)))

    @serversettings.command(name="set", description="Change a setting that an extension offers")
    @app_commands.describe(setting="Its name", value="The new value")
    async def change(self, ctx: Context, setting: str, *, value: str) -> None:
        """Change a setting that an extension offers."""
        guild = _guild_of(ctx)
        if (known := await self._allowed(ctx, setting)) is None:
            return
        try:
            read = known.read(value)
            await settings.set(self.bot, guild.id, setting, read, by=ctx.author.id)
        except settings.SettingError as error:
            await replies.invalid(ctx, error.sentence)
            return
        await replies.success(ctx, f"{known.label or setting} is {render.shown(read)} now.")

    @serversettings.command(name="reset", description="Return a setting to its default")
    @app_commands.describe(setting="Its name")
    async def restore(self, ctx: Context, setting: str) -> None:
        """Return a setting to its default."""
        if (known := await self._allowed(ctx, setting)) is None:
            return
        await settings.reset(self.bot, _guild_of(ctx).id, setting, by=ctx.author.id)
        await replies.success(ctx, f"{known.label or setting} is {render.shown(known.default)} again.")

    @change.autocomplete("setting")
    @restore.autocomplete("setting")
    async def complete_setting(self, _interaction: discord.Interaction[Any], current: str) -> Choices:
        """Suggest settings by name or label."""
        named = {
            f"{each.label or key} ({key})"[:100]: key for key, each in settings.declared(self.bot).items()
        }
        found = [name for name in named if current.casefold() in name.casefold()]
        return [
            app_commands.Choice(name=name, value=named[name]) for name in found[: limits.AUTOCOMPLETE_CHOICES]
        ]

    async def _allowed(self, ctx: Context, key: str) -> settings.Setting | None:
        """Return the setting if it exists and the person may change it; tells the person why not."""
        known = settings.declared(self.bot).get(key)
        if known is None:
            names = ", ".join(f"`{name}`" for name in settings.declared(self.bot))
            await replies.invalid(ctx, f"There is no such setting. Known are: {names}.")
            return None
        guild = _guild_of(ctx)
        is_above = guild.owner_id == ctx.author.id or await self.bot.is_owner(ctx.author)
        if not is_above and not getattr(ctx.permissions, known.permission):
            name = known.permission.replace("_", " ").title()
            await replies.error(ctx, f"To change this you need the permission {name}.")
            return None
        return known


def _guild_of(ctx: Context) -> discord.Guild:
    """Return the guild of a command that is used in guilds only."""
    assert ctx.guild is not None  # noqa: S101 - the check `guild_only` comes before
    return ctx.guild
