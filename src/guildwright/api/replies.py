"""What an extension says: one call for prefix and slash, in the bot's theme, never over Discord's limits.

`target` is the context of a command or an interaction. Nothing sent from here can ping anybody.
"""

from guildwright.bot.replies import (
    Progress,
    Replies,
    Tone,
    confirm,
    defer,
    error,
    info,
    invalid,
    listing,
    pages,
    panel,
    plain,
    progress,
    remove_invocation,
    send,
    success,
    text_file,
    warning,
)
from guildwright.bot.theme import Theme

__all__ = [
    "Progress",
    "Replies",
    "Theme",
    "Tone",
    "confirm",
    "defer",
    "error",
    "info",
    "invalid",
    "listing",
    "pages",
    "panel",
    "plain",
    "progress",
    "remove_invocation",
    "send",
    "success",
    "text_file",
    "warning",
]
