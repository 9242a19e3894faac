"""What an extension leaves in the bot beyond cogs and commands, and taking it away when it goes.

discord.py removes cogs, commands, listeners and slash commands. Checks, views, hooks, observers, loops and
tasks are ours: each belongs to the module that defines it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from discord.ext import tasks

from guildwright.bot import internals
from guildwright.bot.module_graph import belongs

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

TASK_SECONDS = 1.0


def modules_of(extension: str) -> dict[str, ModuleType]:
    """Return the loaded modules of an extension by name: itself, and its own when it is a package."""
    return {name: module for name, module in sys.modules.items() if belongs(name, extension)}


async def release(bot: GuildwrightBot, extension: str, modules: Iterable[ModuleType]) -> None:
    """Take away all that the extension registered and discord.py leaves; `modules` are those it had."""
    for module in modules:
        stop_loops(vars(module).values())
    internals.forget_module(bot, lambda name: belongs(name, extension))
    bot.hooks.remove(owner=extension)
    bot.settings.withdraw(lambda owner: belongs(owner, extension))
    bot.router.forget_extension(extension)
    await _end_tasks(extension)


def stop_loops(values: Iterable[Any]) -> None:
    """End the `tasks.loop`s among these; their authors often forget it in `cog_unload`."""
    for value in values:
        if isinstance(value, tasks.Loop):
            value.cancel()


async def _end_tasks(extension: str) -> None:
    """Cancel the tasks that run code of the extension, and wait for their end."""
    own = [task for task in asyncio.all_tasks() if belongs(_module_of(task), extension)]
    own = [task for task in own if task is not asyncio.current_task()]
    for task in own:
        task.cancel()
    if own:
        await asyncio.wait(own, timeout=TASK_SECONDS)


def _module_of(task: asyncio.Task[Any]) -> str:
    frame = getattr(task.get_coro(), "cr_frame", None)
    if frame is None:
        return ""
    loop = frame.f_locals.get("self")
    # A loop runs discord.py's code; whose it is tells the function that it calls.
    return str(loop.coro.__module__ if isinstance(loop, tasks.Loop) else frame.f_globals.get("__name__", ""))
