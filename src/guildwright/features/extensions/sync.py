"""`sync`: what Discord knows of the slash commands."""

import discord
from discord import app_commands
from discord.ext import commands

from guildwright.api import replies, slash
from guildwright.api.checks import is_bot_owner
from guildwright.api.commands import Context, ExtensionCog, hybrid_group, no_cooldown

_SHOWN_HASH = 12


class Sync(ExtensionCog, name="Slash commands"):
    """Sends the slash commands to Discord."""

    @hybrid_group(fallback="now", invoke_without_command=True, description="Send the slash commands")
    @is_bot_owner()
    @no_cooldown()
    async def sync(self, ctx: Context) -> None:
        """Send all slash commands to Discord now."""
        async with replies.progress(ctx, "Slash commands", "Sending them to Discord, please wait …") as shown:
            report = await slash.sync(self.bot)
            names = {state.scope: state.names for state in await slash.states(self.bot)}
            lines = [
                f"**{_place(self.bot.get_guild, scope)}**: {amount} · {_listed(names.get(scope, ()))}"
                for scope, amount in report.sent.items()
            ]
            lines += [
                f"**{_place(self.bot.get_guild, scope)}**: refused. {reason}"
                for scope, reason in report.failed.items()
            ]
            await shown.finish("\n".join(lines), tone="partial" if report.failed else "success")

    @sync.command(name="guild", description="Copy the commands to one server, to try them at once")
    @app_commands.describe(server_id="The server's ID; this server if left out")
    async def copy(self, ctx: Context, server_id: str = "") -> None:
        """Copy all commands to this server, or to the one with that ID, where they appear at once."""
        guild = self._find(ctx, server_id)
        async with replies.progress(ctx, "Slash commands", "Copying them, please wait …") as shown:
            names = await slash.copy_to_guild(self.bot, guild.id)
            text = f"{guild.name} has {len(names)} commands: {_listed(names)}\nTo remove them: `sync clear`"
            await shown.finish(text)

    @sync.command(name="clear", description="Remove the commands of one server")
    @app_commands.describe(server_id="The server's ID; this server if left out")
    async def clear(self, ctx: Context, server_id: str = "") -> None:
        """Remove the commands that are registered in this server, or the one with that ID, alone."""
        guild = self._find(ctx, server_id)
        async with replies.progress(ctx, "Slash commands", "Removing them, please wait …") as shown:
            await slash.clear_guild(self.bot, guild.id)
            await shown.finish(f"{guild.name} has no commands of its own any more; the global ones stay.")

    @sync.command(name="status", description="What Discord has, and what is pending")
    async def status(self, ctx: Context) -> None:
        """Show what Discord accepted last, when, and what is pending."""
        lines: list[str] = []
        for state in await slash.states(self.bot):
            when = "never" if state.accepted_at is None else discord.utils.format_dt(state.accepted_at, "R")
            pending = "changes are pending" if state.is_pending else "up to date"
            lines.append(
                f"**{_place(self.bot.get_guild, state.scope)}**: {len(state.names)} commands, {pending}\n"
                f"accepted {when} · `{state.hash[:_SHOWN_HASH]}`"
            )
        await replies.listing(ctx, "Slash commands", lines)

    def _find(self, ctx: Context, server_id: str) -> discord.Guild:
        """Return the guild that is meant; raises BadArgument when the bot is not in it."""
        wanted = server_id.strip()
        guild = self.bot.get_guild(int(wanted)) if wanted.isdecimal() else None if wanted else ctx.guild
        if guild is None:
            raise commands.BadArgument("I am in no server with that ID. Give the ID of one I am in.")
        return guild


def _place(find: object, scope: str) -> str:
    guild = find(int(scope)) if callable(find) and scope.isdecimal() else None
    return "Everywhere" if guild is None else str(guild)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names)) or "none"
