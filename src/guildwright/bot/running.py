"""Knows which commands run, so that a stop can let them finish and refuse new ones."""

import asyncio
import contextlib

import discord
from discord.ext import commands

CANCEL_SECONDS = 0.5
STOPPING = "The bot is stopping. Please try again in a minute."


class RunningCommands:
    """Knows the running commands and their tasks."""

    def __init__(self) -> None:
        self.is_closed = False
        self._entries: dict[Entry, None] = {}
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def names(self) -> tuple[str, ...]:
        """The commands that run now, the oldest first."""
        return tuple(entry.name for entry in self._entries)

    def close(self) -> None:
        """Let no new command begin."""
        self.is_closed = True

    def enter(self, name: str) -> "Entry":
        """Count one command while the `with` block of the result runs."""
        return Entry(self, name)

    def begin(self, entry: "Entry") -> None:
        """Count a command that begins."""
        self._entries[entry] = None
        self._idle.clear()

    def end(self, entry: "Entry") -> None:
        """Count a command that has ended."""
        del self._entries[entry]
        if not self._entries:
            self._idle.set()

    async def finish(self, seconds: float) -> tuple[str, ...]:
        """Wait until no command runs, at most that long; cuts off those that still do and names them."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), seconds)
        left = self.names
        tasks = [entry.task for entry in self._entries if entry.task is not None]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=CANCEL_SECONDS)
        return left


class Entry:
    """One running command, from the begin of the `with` block to its end."""

    __slots__ = ("_commands", "name", "task")

    def __init__(self, commands: RunningCommands, name: str) -> None:
        self._commands = commands
        self.name = name
        self.task = asyncio.current_task()

    def __enter__(self) -> None:
        """Begin."""
        self._commands.begin(self)

    def __exit__(self, *_: object) -> None:
        """End, however the command went."""
        self._commands.end(self)


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
