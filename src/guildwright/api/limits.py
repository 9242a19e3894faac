"""Discord's numbers by name, such as `limits.EMBED_FIELDS` and `limits.MESSAGE_CONTENT`."""

from guildwright.kernel.limits import *  # noqa: F403 - the table of numbers, under a stable name
