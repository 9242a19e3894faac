"""Drives a load: guilds of its own, an even pace, and people who never wait for the bot.

A bot that falls so far behind that its socket fills is held back rather than cut off; the report says
for how long, because a rate that was not reached must not look as if it had been.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import TYPE_CHECKING

import psutil

from guildwright.sandbox.people.commands import run_command
from guildwright.sandbox.people.person import Person
from guildwright.sandbox.people.refusal import conflict, unknown
from guildwright.sandbox.world import command_leaves

from .ledger import Ledger
from .plan import BotUse, LoadPlan, LoadReport, latency_of

if TYPE_CHECKING:
    from guildwright.sandbox.world import Guild, World

TURN_SECONDS = 0.002
MOST_PER_TURN = 100
TOO_FAR_BEHIND = 2_000
JOINED_AT_MOST = 20
TEXT = "People talk about the weather here, and about what they had for lunch today."


@dataclass(slots=True)
class Place:
    """A guild under load: where people write, who they are, and who joined lately."""

    guild: Guild
    channel_id: int
    people: list[int]
    joined: deque[int] = field(default_factory=deque[int])


async def run_load(world: World, plan: LoadPlan, stopped: asyncio.Event | None = None) -> LoadReport:
    """Put the load on the world's bot, and report when it is over or `stopped` is set.

    Raises:
        RefusedError: No bot is connected, it has no such command, or no process has that id.
    """
    return await Load(world, plan, stopped or asyncio.Event()).run()


class Load:
    """One load on its way.

    Raises:
        RefusedError: No bot is connected, it has no such command, or no process has that id.
    """

    def __init__(self, world: World, plan: LoadPlan, stopped: asyncio.Event) -> None:
        if not world.gateway.bot_online:
            raise conflict("no_bot", "No bot is connected to this world; start one first.")
        if plan.interactions:
            _require_command(world, plan.slash)
        self._world = world
        self._plan = plan
        self._stopped = stopped
        self._random = Random(plan.seed)  # noqa: S311 - chooses who talks
        self._ledger = Ledger()
        self._sent: dict[str, int] = {"message": 0, "command": 0, "interaction": 0, "join": 0}
        self._held_back = 0.0
        self._bot = None if plan.pid is None else _process(plan.pid)

    async def run(self) -> LoadReport:
        places = await self._prepare()
        gateway = self._world.gateway
        if self._bot is None:
            self._bot = await asyncio.to_thread(_find_bot, {each.remote for each in gateway.connections()})
        forget = self._world.traffic.subscribe(self._ledger.note)
        gateway.written = self._ledger.note_written
        began, own = time.perf_counter(), time.process_time()
        before = None if self._bot is None else _use(self._bot)
        try:
            await self._send(cycle(places))
            sending = time.perf_counter() - began
            await self._ledger.complete(self._plan.grace)
        finally:
            gateway.written = None
            forget()
        whole = time.perf_counter() - began
        return LoadReport(
            seconds=round(sending, 3),
            rate=round(sum(self._sent.values()) / sending, 1),
            sent={**self._sent},
            latency={kind: latency_of(times) for kind, times in self._ledger.milliseconds.items()},
            lost=self._ledger.lost,
            duplicated=self._ledger.duplicated,
            held_back=round(self._held_back, 3),
            sandbox_cpu_share=round((time.process_time() - own) / whole, 3),
            bot=None if self._bot is None or before is None else _used(before, _use(self._bot), whole),
        )

    async def _prepare(self) -> list[Place]:
        """Guilds of the load's own, made when there are too few; the bot has taken them in."""
        backend = self._world.backend
        there = {guild.name: guild for guild in backend.guilds.values()}
        places: list[Place] = []
        for number in range(1, self._plan.guilds + 1):
            name = f"Load {number}"
            places.append(self._place(there.get(name) or backend.create_guild(name)))
            await self._world.gateway.taken()
        return places

    def _place(self, guild: Guild) -> Place:
        backend = self._world.backend
        bot_id = self._world.bot_id
        for number in range(len(guild.members), self._plan.people + 1):
            backend.add_member(guild.id, backend.make_user(f"load{number}").id)
        channels = (backend.channels[channel_id] for channel_id in guild.channel_ids)
        channel = next((each for each in channels if each.type == 0), None)
        channel = channel or backend.create_channel(guild.id, "general")
        return Place(guild, channel.id, [user_id for user_id in guild.members if user_id != bot_id])

    async def _send(self, places: cycle[Place]) -> None:
        plan, began = self._plan, time.perf_counter()
        sent = 0
        while not self._stopped.is_set():
            elapsed = time.perf_counter() - began
            due = int(min(elapsed, plan.seconds) * plan.rate) - sent
            if elapsed >= plan.seconds and due <= 0:
                return
            if self._world.gateway.most_waiting() > TOO_FAR_BEHIND:
                await asyncio.sleep(TURN_SECONDS)
                held = time.perf_counter() - began - elapsed
                self._held_back += held
                began += held
                continue
            for _ in range(min(due, MOST_PER_TURN)):
                self._act(next(places))
            sent += max(0, min(due, MOST_PER_TURN))
            await asyncio.sleep(0 if due > MOST_PER_TURN else TURN_SECONDS)

    def _act(self, place: Place) -> None:
        plan, drawn = self._plan, self._random.random()
        person = self._random.choice(place.people)
        if drawn < plan.commands:
            self._command(place, person)
        elif drawn < plan.commands + plan.interactions:
            self._interaction(place, person)
        elif drawn < plan.commands + plan.interactions + plan.joins:
            self._join(place)
        else:
            self._world.backend.create_message(place.channel_id, person, TEXT)
            self._sent["message"] += 1

    def _command(self, place: Place, person: int) -> None:
        message = self._world.backend.create_message(place.channel_id, person, self._plan.command)
        self._ledger.expect_message(place.channel_id, message.id, self._frame(place))
        self._sent["command"] += 1

    def _interaction(self, place: Place, person: int) -> None:
        acting = Person(self._world, person)
        interaction = run_command(acting, place.channel_id, list(self._plan.slash), {})
        self._ledger.expect_callback(interaction.id, self._frame(place))
        self._sent["interaction"] += 1

    def _join(self, place: Place) -> None:
        """Somebody joins; who joined long ago leaves, so that the guild does not grow for ever."""
        backend = self._world.backend
        user = backend.make_user(f"guest{self._sent['join']}")
        backend.add_member(place.guild.id, user.id, announce=True)
        place.joined.append(user.id)
        self._sent["join"] += 1
        if len(place.joined) > JOINED_AT_MOST:
            gone = place.joined.popleft()
            backend.remove_member(place.guild.id, gone)
            del backend.users[gone]

    def _frame(self, place: Place) -> bytes | None:
        """What was just queued for the guild's shard."""
        return self._world.gateway.latest_frame(place.guild.id)


def _require_command(world: World, path: tuple[str, ...]) -> None:
    registered = world.backend.commands.get(None, {}).values()
    leaves = [leaf for command in registered for leaf, _ in command_leaves(command)]
    if path not in [tuple(leaf) for leaf in leaves]:
        raise unknown("unknown_command", f"The bot has registered no slash command /{' '.join(path)}.")


def _find_bot(ends: set[tuple[str, int]]) -> psutil.Process | None:
    """The process on this machine at the other end of the gateway's sockets, if we may see it."""
    try:
        found = psutil.net_connections("tcp")
    except psutil.Error:
        return None
    pids = {each.pid for each in found if each.pid and tuple(each.laddr) in ends}
    return _process(pids.pop()) if len(pids) == 1 else None


def _process(pid: int) -> psutil.Process:
    try:
        return psutil.Process(pid)
    except psutil.Error:
        raise unknown("unknown_process", f"There is no process {pid}.") from None


def _use(process: psutil.Process) -> tuple[float, float]:
    """CPU seconds and resident megabytes so far; nothing more from a process that ended."""
    try:
        times = process.cpu_times()
        return times.user + times.system, process.memory_info().rss / 1e6
    except psutil.Error:
        return 0.0, 0.0


def _used(before: tuple[float, float], after: tuple[float, float], seconds: float) -> BotUse:
    cpu = max(0.0, after[0] - before[0])
    return BotUse(round(cpu, 3), round(cpu / seconds, 3), round(before[1], 1), round(after[1], 1))
