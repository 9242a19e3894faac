"""How the figures look."""

import discord

from guildwright.api import replies
from guildwright.api.commands import Context
from guildwright.features.maintenance.service import Caches


def caches_page(ctx: Context, caches: Caches) -> discord.Embed:
    """Show what is kept in memory."""
    file = caches.files
    read = "never" if caches.prefixes_read_ago is None else f"{caches.prefixes_read_ago:.0f} s ago"
    fields = {
        "Files": (
            f"{file['cache_size']} of {file['max_cache_size']} kept · hit rate {file['hit_rate']:.2f} % "
            f"({file['cache_hits']} hits, {file['cache_misses']} misses) · {file['active_locks']} locks"
        ),
        "Prefixes": f"{caches.prefixes} servers with their own · read {read}",
        "Commands counted": f"{caches.commands_tracked} of {caches.commands_limit} names",
        "Messages": (
            f"{caches.messages_seen:,} seen · {caches.messages_cached:,} of {caches.messages_limit:,} kept"
        ),
        "Database": f"{caches.connections_open} of {caches.connections_limit} connections in use",
    }
    return replies.panel(ctx, "🗃️ Caches", fields=fields.items())
