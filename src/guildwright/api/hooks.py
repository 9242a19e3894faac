"""Named points that extensions attach to and emit at."""

from typing import Any

from guildwright.bot.client import GuildwrightBot
from guildwright.kernel.hooks import Handler, HookError, Registration

__all__ = ["Handler", "HookError", "Registration", "emit", "on"]


def on(bot: GuildwrightBot, hook: str, handler: Handler, *, priority: int = 0) -> Registration:
    """Call the async `handler` whenever `hook` is emitted; higher priority first.

    The registration belongs to the module of the handler and ends with its extension. Raises HookError for a
    name that is none.
    """
    return bot.hooks.register(hook, handler, priority=priority, owner=handler.__module__)


async def emit(bot: GuildwrightBot, hook: str, payload: Any = None) -> int:
    """Call every handler of `hook`; returns how many finished without failing."""
    return await bot.hooks.emit(hook, payload)
