"""`help`: opens the menu, or tells about one command or category."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from guildwright.api import limits, replies
from guildwright.api.commands import Bot, Context, ExtensionCog, hybrid_command
from guildwright.api.views import TIMEOUT_SECONDS
from guildwright.features.help import render, service
from guildwright.features.help.views import HelpMenu


class Help(ExtensionCog):
    """Shows what the bot can do."""

    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        self.timeout = TIMEOUT_SECONDS

    @hybrid_command(
        name="help",
        description="Show all commands, or one of them",
        help="Shows all commands by category, or everything about one command.",
        usage="[command or category]",
        extras={"replaceable": True},
    )
    @commands.cooldown(1, 10, commands.BucketType.user)
    @app_commands.describe(command="A command or a category")
    async def show_help(self, ctx: Context, *, command: str = "") -> None:
        """Open the menu, or show one command or category."""
        show_locked = bool(self.setting("help.show_locked"))
        catalogue = await service.read_catalogue(ctx, show_locked=show_locked)
        menu = HelpMenu(ctx, catalogue, show_locked=show_locked, timeout=self.timeout)
        if not command.strip():
            embed = await menu.show_main()
        elif entry := catalogue.find_entry(command):
            locked = await service.find_locked(ctx, [entry])
            await replies.send(ctx, render.command_page(ctx, entry, is_locked=bool(locked)))
            return
        elif category := catalogue.find_category(command):
            embed = await menu.show_category(category)
        else:
            text = render.unknown_page(ctx, command, catalogue.closest(command))
            await replies.invalid(ctx, text, title="Nothing of that name")
            return
        await replies.send(ctx, embed, view=menu)
        replies.remove_invocation(ctx)

    @show_help.autocomplete("command")
    async def complete_command(
        self, interaction: discord.Interaction[Any], current: str
    ) -> list[app_commands.Choice[str]]:
        """Suggest commands and categories that contain what was typed and that the person may use."""
        ctx = await self.bot.get_context(interaction)
        catalogue = await service.read_catalogue(ctx, show_locked=False)
        names = catalogue.containing(current)[: limits.AUTOCOMPLETE_CHOICES]
        return [
            app_commands.Choice(name=name, value=name) for name in names if len(name) <= limits.CHOICE_NAME
        ]
