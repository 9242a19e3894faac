"""`config` and `explain`.

Each exists twice: by prefix it reads a line of words, by slash it has options of its own.
"""

from __future__ import annotations

from typing import Any, Literal, cast

import discord
from discord import app_commands
from discord.ext import commands

from guildwright.api import access, limits, replies
from guildwright.api.checks import is_bot_owner_or_guild_owner
from guildwright.api.commands import Context, ExtensionCog, Interaction
from guildwright.features.permissions import render, service
from guildwright.features.permissions.service import UnclearError

Choices = list[app_commands.Choice[str]]
Target = Context | Interaction


class Permissions(ExtensionCog, name="Permissions"):
    """Which roles may use which command in a server, and why somebody may or may not."""

    async def cog_load(self) -> None:
        """Take over the rules of an older configuration as soon as the guilds are known."""
        self.start(self._import(), name="import of older rules")

    async def _import(self) -> None:
        await self.bot.wait_until_ready()
        await service.import_old_rules(self.bot)

    @commands.Cog.listener()
    async def on_guild_role_delete(self, role: discord.Role) -> None:
        """Take a deleted role out of the rules."""
        await access.drop_role(self.bot, role.guild.id, role.id)

    # --- config --------------------------------------------------------------------------------------

    @commands.command(name="config", usage="[command] [role | remove role | none]")
    @commands.guild_only()
    @is_bot_owner_or_guild_owner()
    async def config_by_text(self, ctx: Context, *, rule: str = "") -> None:
        """Say which roles may use a command here; alone it shows all rules."""
        guild = _guild_of(ctx)
        try:
            if not rule.strip():
                await self._show_all(ctx, guild)
                return
            named = service.find_command(self.bot, guild, rule)
            action, _, rest = named.rest.partition(" ")
            match action.casefold():
                case "":
                    await self._show_rule(ctx, guild, named.command)
                case "none" | "clear" if not rest:
                    await self._clear(ctx, guild, named.command)
                case "remove" if rest:
                    await self._remove(ctx, guild, named.command, service.find_role(guild, rest))
                case _:
                    typed = rest if action.casefold() == "add" and rest else named.rest
                    await self._add(ctx, guild, named.command, service.find_role(guild, typed))
        except UnclearError as problem:
            await replies.invalid(ctx, str(problem))

    @app_commands.command(name="config", description="Say which roles may use a command here")
    @app_commands.guild_only()
    @app_commands.describe(
        command_name="The command; without it all rules are shown",
        role="A role that may use it",
        action="What to do with the role (add if left out), or clear to remove the rule",
    )
    @is_bot_owner_or_guild_owner()
    async def config_by_slash(
        self,
        interaction: Interaction,
        command_name: str = "",
        role: discord.Role | None = None,
        action: Literal["add", "remove", "clear"] | None = None,
    ) -> None:
        """Say which roles may use a command here."""
        guild = _guild_of(interaction)
        try:
            if not command_name:
                await self._show_all(interaction, guild)
                return
            command = _only(service.find_command(self.bot, guild, command_name))
            if action == "clear":
                await self._clear(interaction, guild, command)
            elif role is None and action is not None:
                await replies.invalid(interaction, "Choose the role as well.")
            elif role is None:
                await self._show_rule(interaction, guild, command)
            elif action == "remove":
                await self._remove(interaction, guild, command, role)
            else:
                await self._add(interaction, guild, command, role)
        except UnclearError as problem:
            await replies.invalid(interaction, str(problem))

    async def _show_all(self, target: Target, guild: discord.Guild) -> None:
        title, intro, lines = render.overview(self.bot, guild, await self._tier(target, guild))
        await replies.listing(target, title, lines, intro=intro)

    async def _show_rule(self, target: Target, guild: discord.Guild, command: access.AnyCommand) -> None:
        await replies.send(target, render.rule_page(target, guild, command))

    async def _add(
        self, target: Target, guild: discord.Guild, command: access.AnyCommand, role: discord.Role
    ) -> None:
        service.check_rule(command, role)
        name = command.qualified_name
        if not await access.allow_role(self.bot, guild.id, name, role.id, by=_person_of(target).id):
            await replies.invalid(target, f"{role.mention} may use `{name}` already.", title="Nothing to do")
            return
        roles = render.roles_of(guild, access.rules(self.bot, guild.id)[name])
        await replies.success(target, f"`{name}` is now for people with {roles}, and for the server's owner.")

    async def _remove(
        self, target: Target, guild: discord.Guild, command: access.AnyCommand, role: discord.Role
    ) -> None:
        name = command.qualified_name
        if not await access.remove_role(self.bot, guild.id, name, role.id, by=_person_of(target).id):
            await replies.invalid(
                target, f"{role.mention} is not in the rule of `{name}`.", title="Nothing to do"
            )
            return
        left = access.rules(self.bot, guild.id).get(name)
        text = f"It is still for {render.roles_of(guild, left)}." if left else "The rule is gone with it."
        await replies.success(target, f"{role.mention} is out of the rule of `{name}`. {text}")

    async def _clear(self, target: Target, guild: discord.Guild, command: access.AnyCommand) -> None:
        name = command.qualified_name
        if not await access.clear_rule(self.bot, guild.id, name, by=_person_of(target).id):
            await replies.invalid(target, f"`{name}` has no rule here.", title="Nothing to do")
            return
        await replies.success(target, f"`{name}` has no rule here any more.")

    async def _tier(self, target: Target, guild: discord.Guild) -> access.Tier:
        person = _person_of(target)
        if await self.bot.is_owner(person):
            return access.Tier.BOT_OWNER
        return access.Tier.GUILD_OWNER if guild.owner_id == person.id else access.Tier.MEMBER

    # --- explain -------------------------------------------------------------------------------------

    @commands.command(name="explain", usage="[member] <command>")
    @commands.guild_only()
    async def explain_by_text(
        self, ctx: Context, member: discord.Member | None = None, *, command: str
    ) -> None:
        """Say why you, or another member, may or may not run a command in this channel."""
        await self._explain(ctx, ctx, member, command)

    @app_commands.command(name="explain", description="Say why somebody may or may not run a command here")
    @app_commands.guild_only()
    @app_commands.describe(command="The command", member="Whom it is about; you, if left out")
    async def explain_by_slash(
        self, interaction: Interaction, command: str, member: discord.Member | None = None
    ) -> None:
        """Say why you, or another member, may or may not run a command in this channel."""
        await self._explain(
            interaction, await commands.Context.from_interaction(interaction), member, command
        )

    async def _explain(
        self, target: Target, ctx: commands.Context[Any], member: discord.Member | None, typed: str
    ) -> None:
        asked = member or ctx.author
        if asked.id != ctx.author.id and not await self._may_ask_about_others(ctx):
            text = "To ask about others you need the permission **Manage Server**."
            await replies.error(target, text, title="Permission denied")
            return
        try:
            command = _only(service.find_command(self.bot, ctx.guild, typed))
        except UnclearError as problem:
            await replies.invalid(target, str(problem))
            return
        found = await access.examine(ctx, command, asked)
        embed = render.explanation(target, cast("Any", asked), command, found)
        await replies.send(target, embed)

    async def _may_ask_about_others(self, ctx: commands.Context[Any]) -> bool:
        return ctx.permissions.manage_guild or await self.bot.is_owner(ctx.author)

    # --- suggestions -----------------------------------------------------------------------------------

    @config_by_slash.autocomplete("command_name")
    @explain_by_slash.autocomplete("command")
    async def complete_command(self, interaction: Interaction, current: str) -> Choices:
        """Suggest commands whose name contains what was typed."""
        names = sorted(access.commands_here(self.bot, interaction.guild))
        found = [name for name in names if current.casefold() in name.casefold()]
        return [app_commands.Choice(name=name, value=name) for name in found[: limits.AUTOCOMPLETE_CHOICES]]


def _only(named: service.Named) -> access.AnyCommand:
    """Return the command if nothing stands behind its name."""
    if named.rest:
        raise UnclearError(f"There is no command `{named.name} {named.rest}`; there is `{named.name}`.")
    return named.command


def _guild_of(target: Target) -> discord.Guild:
    """Return the guild of a command that is used in guilds only."""
    assert target.guild is not None  # noqa: S101 - the check `guild_only` comes before
    return target.guild


def _person_of(target: Target) -> discord.Member | discord.User:
    return target.author if isinstance(target, commands.Context) else target.user
