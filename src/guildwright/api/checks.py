"""Who may use a command.

Put a check below the decorator of the command:

@hybrid_command()
@requires(manage_messages=True)
async def tidy(self, ctx: Context) -> None: ...
"""

from guildwright.bot.checks import may_run
from guildwright.bot.marks import (
    audience,
    declared_permissions,
    has_command_permission,
    is_bot_owner,
    is_bot_owner_or_guild_owner,
    is_for_owners,
    is_owner_only,
    requires,
)

__all__ = [
    "audience",
    "declared_permissions",
    "has_command_permission",
    "is_bot_owner",
    "is_bot_owner_or_guild_owner",
    "is_for_owners",
    "is_owner_only",
    "may_run",
    "requires",
]
