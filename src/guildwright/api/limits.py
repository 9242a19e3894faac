"""Discord's numbers, by name: `limits.EMBED_FIELDS`, `limits.MESSAGE_CONTENT`, …"""

from guildwright.kernel.limits import *  # noqa: F403 - the table of numbers, under a stable name
