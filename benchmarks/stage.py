"""The simulated Discord of a run: worlds of a given size, traffic in big batches, and waiting for its end."""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.process import BotProcess, Kind
from guildwright.sandbox.gateway.codes import Op
from guildwright.sandbox.people.commands import run_command
from guildwright.sandbox.people.person import Person
from guildwright.sandbox.server import Sandbox, WorldSpec
from guildwright.sandbox.world import World

BATCH = 500
FILL_SECONDS = 0.03
TURN = 0.001
READY_SECONDS = 240.0
HANDLED_SECONDS = 120.0
QUIET_SECONDS = 1.0
ASK_AGAIN_SECONDS = 0.5
TEXT = (
    "Nobody calls a command here, people only talk about the weather and what they had for lunch today. " * 2
)


@dataclass(slots=True)
class Stage:
    """One world with one bot in it."""

    sandbox: Sandbox
    world: World
    channels: list[int]
    members: Iterator[tuple[int, int]]
    bot: BotProcess
    ready_after: float = 0.0

    async def talk(self, count: int) -> float:
        """Send ordinary messages and return the CPU seconds that the bot needed for all of them."""
        before = self.bot.cpu_seconds()
        for first in range(0, count, BATCH):
            # Held still meanwhile, so that it meets a full socket whatever the sandbox's own speed is.
            with self.bot.held():
                for _ in range(min(BATCH, count - first)):
                    channel_id, member_id = next(self.members)
                    self.world.backend.create_message(channel_id, member_id, TEXT)
                await asyncio.sleep(FILL_SECONDS)
            await self._room(0)
        await self.handled()
        return self.bot.cpu_seconds() - before

    async def call_by_text(self, count: int) -> float:
        """Use the text command and return the CPU seconds until all answers are there."""

        def call(channel_id: int, member_id: int) -> None:
            self.world.backend.create_message(channel_id, member_id, "!ping")

        return await self._call(count, call)

    async def call_by_slash(self, count: int) -> float:
        """Use the hybrid command by slash and return the CPU seconds until all answers are there."""

        def call(channel_id: int, member_id: int) -> None:
            run_command(Person(self.world, member_id), channel_id, ["hybrid"], {})

        return await self._call(count, call)

    async def handled(self) -> None:
        """Wait until the bot has told, with a heartbeat, that it dispatched everything it was sent."""
        await self._room(0)
        asked = (0, 0.0)

        def caught_up() -> bool:
            nonlocal asked
            sent = sum(each["sequence"] for each in self._sessions())
            # Events may follow the question; asked again, but not so often that the bot's own limit is met.
            if sent > asked[0] and time.monotonic() - asked[1] > ASK_AGAIN_SECONDS:
                asked = (sent, time.monotonic())
                for connection in self.world.gateway.connections():
                    connection.send_op(Op.HEARTBEAT)
            return all(each["acknowledged"] == each["sequence"] for each in self._sessions())

        await self.until(caught_up, HANDLED_SECONDS)

    async def quiet(self) -> None:
        """Wait until the bot uses next to no CPU any more."""
        while True:
            before = self.bot.cpu_seconds()
            await asyncio.sleep(QUIET_SECONDS)
            if self.bot.cpu_seconds() - before < 0.01 * QUIET_SECONDS:
                return

    async def commands_registered(self) -> None:
        def registered() -> bool:
            return any(
                each["name"] == "hybrid" for each in self.world.backend.commands.get(None, {}).values()
            )

        await self.until(registered, READY_SECONDS)

    async def _call(self, count: int, call: Any) -> float:
        answers = itertools.count()
        answered = 0

        def note(event: str, payload: dict[str, Any]) -> None:
            nonlocal answered
            if event == "MESSAGE_CREATE" and payload["author"]["id"] == str(self.world.bot_id):
                answered = next(answers) + 1

        unsubscribe = self.world.subscribe(note)
        before = self.bot.cpu_seconds()
        for done in range(0, count, len(self.channels)):
            for _ in self.channels:
                call(*next(self.members))
            await self.until(lambda: answered >= done + len(self.channels), HANDLED_SECONDS)  # noqa: B023 - awaited
        await self.handled()
        unsubscribe()
        return self.bot.cpu_seconds() - before

    async def _room(self, waiting: int) -> None:
        await self.until(
            lambda: all(each["waiting"] <= waiting for each in self._sessions()), HANDLED_SECONDS
        )

    def _sessions(self) -> list[dict[str, Any]]:
        return [each for each in self.world.gateway.sessions() if each["connected"]]

    async def until(self, holds: Any, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            self.bot.check()
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"The {self.bot.kind} bot did not handle its traffic within {seconds:g} s."
                )
            await asyncio.sleep(TURN)


@asynccontextmanager
async def run_bot(sandbox: Sandbox, world: World, kind: Kind) -> AsyncIterator[Stage]:
    """Start a bot in a world; the stage is handed out when its READY is sent and handled."""
    online = asyncio.Event()
    forget = world.gateway.on_presence(lambda is_online: online.set() if is_online else None)
    pairs = [
        (channel.id, member_id)
        for channel in world.backend.channels.values()
        if channel.guild_id is not None and channel.type == 0
        for member_id in world.backend.guilds[channel.guild_id].members
        if member_id != world.bot_id
    ]
    channels = sorted({channel_id for channel_id, _ in pairs})
    # One member of each channel after the other, so that neighbours are of different guilds.
    by_channel = [[pair for pair in pairs if pair[0] == channel_id] for channel_id in channels[:100]]
    members = itertools.cycle([pair for group in zip(*by_channel, strict=False) for pair in group])
    with tempfile.TemporaryDirectory() as folder:
        bot = BotProcess(kind, sandbox.address(world.name), Path(folder))
        stage = Stage(sandbox, world, channels[:100], members, bot)
        try:
            await stage.until(online.is_set, READY_SECONDS)
            stage.ready_after = time.monotonic() - bot.started
            yield stage
        finally:
            forget()
            bot.stop()


async def build_world(sandbox: Sandbox, name: str, guilds: int, members: int) -> World:
    """Open a world of guilds that are all alike, each with one channel and people of its own."""
    world = await sandbox.open_world(name, WorldSpec(empty=True))
    world.application_settings.shards = 1
    world.application_settings.guilds_per_shard = 1_000_000
    backend = world.backend
    for guild_number in range(guilds):
        owner = backend.make_user(f"owner{guild_number}")
        guild = backend.create_guild(f"Guild {guild_number}", owner_id=owner.id)
        backend.create_channel(guild.id, "general")
        for number in range(members - 2):  # with the owner and the bot
            backend.add_member(guild.id, backend.make_user(f"member{guild_number}x{number}").id)
        world.owner_id = owner.id
        if guild_number % 50 == 0:
            await asyncio.sleep(0)
    return world
