"""`cachestats`."""

from guildwright.api import replies
from guildwright.api.checks import is_bot_owner
from guildwright.api.commands import Context, ExtensionCog, hybrid_command, no_cooldown
from guildwright.features.maintenance import render, service


class Maintenance(ExtensionCog, name="Maintenance"):
    """Shows the operator what the bot keeps in memory."""

    @hybrid_command(description="What is kept in memory, and how well it is used")
    @is_bot_owner()
    @no_cooldown()
    async def cachestats(self, ctx: Context) -> None:
        """Show sizes, limits and hit rates of everything that is kept in memory."""
        await replies.send(ctx, render.caches_page(ctx, service.read_caches(self.bot)))
