"""Cogs and commands, typed so that an extension passes a strict type checker.

discord.py's own decorators work as well; the ones here say the same with types that mypy understands.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeAlias, TypeVar, cast

import discord
from discord.ext import commands

from guildwright.bot.client import GuildwrightBot as Bot
from guildwright.bot.cooldowns import no_cooldown
from guildwright.kernel.config import MISSING

__all__ = ["Bot", "Context", "ExtensionCog", "Interaction", "hybrid_command", "hybrid_group", "no_cooldown"]

Context: TypeAlias = commands.Context[Bot]
Interaction: TypeAlias = discord.Interaction[Bot]

P = ParamSpec("P")
T = TypeVar("T")
CogT = TypeVar("CogT", bound=commands.Cog)

Body = Callable[Concatenate[CogT, Context, P], Coroutine[Any, Any, T]]


def hybrid_command(
    **options: Any,
) -> "Callable[[Body[CogT, P, T]], commands.HybridCommand[CogT, P, T]]":
    """Make a method of a cog a command by prefix and slash.

    Takes the options of `discord.ext.commands.hybrid_command`: `name`, `aliases`, `description`, `hidden`, …
    """
    return cast("Any", commands.hybrid_command(**options))


def hybrid_group(**options: Any) -> "Callable[[Body[CogT, P, T]], commands.HybridGroup[CogT, P, T]]":
    """Make a method of a cog a group of commands; takes the options of `commands.hybrid_group`."""
    return cast("Any", commands.hybrid_group(**options))


class ExtensionCog(commands.Cog):
    """A cog with a logger of its own, and tasks that end when it is unloaded."""

    def __init__(self, bot: Bot) -> None:
        self.bot = bot
        self.logger = logging.getLogger(f"guildwright.extension.{type(self).__module__.rpartition('.')[2]}")
        self._tasks: set[asyncio.Task[Any]] = set()

    def setting(self, path: str, default: Any = MISSING) -> Any:
        """Return what `config.json` says at `path` (dots between names).

        Where it says nothing: `default`, or the framework's own default if none is given.
        """
        return self.bot.config.get(path, default)

    def start(self, work: Coroutine[Any, Any, T], *, name: str = "") -> asyncio.Task[T]:
        """Run `work` in the background while this cog is loaded; a failure is recorded with its trace."""
        task = asyncio.create_task(work, name=name or f"{self.qualified_name} task")
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return task

    async def cog_unload(self) -> None:
        """Cancel the tasks and wait until they ended. Who overrides this calls it too."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self.bot.journal.record(error, source="task", extension=type(self).__module__)
