"""Knows which commands run, so that a stop can let them finish and refuse new ones."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Generator

import discord
from discord.ext import commands

CANCEL_SECONDS = 0.5
STOPPING = "The bot is stopping. Please try again in a minute."


class RunningCommands:
    """Counts running commands by name."""

    def __init__(self) -> None:
        self.is_closed = False
        self._names: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[object]] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def names(self) -> tuple[str, ...]:
        """The commands that run now."""
        return tuple((+self._names).elements())

    def close(self) -> None:
        """Let no new command begin."""
        self.is_closed = True

    @contextlib.contextmanager
    def enter(self, name: str) -> Generator[None]:
        """Count one command while the block runs."""
        task = asyncio.current_task()
        self._names[name] += 1
        self._idle.clear()
        if task is not None:
            self._tasks.add(task)
        try:
            yield
        finally:
            if task is not None:
                self._tasks.discard(task)
            self._names[name] -= 1
            if not +self._names:
                self._names.clear()
                self._idle.set()

    async def finish(self, seconds: float) -> tuple[str, ...]:
        """Wait until no command runs, at most that long; cuts off those that still do and names them."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)
        left = self.names
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=CANCEL_SECONDS)
        return left


async def refuse_text(ctx: "commands.Context[commands.AutoShardedBot]") -> None:
    """Answer a text command that comes too late; not being able to is no failure."""
    with contextlib.suppress(discord.HTTPException):
        await ctx.reply(STOPPING, mention_author=False)


async def refuse_interaction(interaction: "discord.Interaction[commands.AutoShardedBot]") -> None:
    """Answer a slash command that comes too late, only to the person."""
    with contextlib.suppress(discord.HTTPException):
        if interaction.type is discord.InteractionType.autocomplete:
            await interaction.response.autocomplete([])
        else:
            await interaction.response.send_message(STOPPING, ephemeral=True)
