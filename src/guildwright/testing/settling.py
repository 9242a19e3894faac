"""Knowing when a bot in this process has finished everything its world sent it.

Three things are watched: the events delivered (the sandbox numbers them and asks the bot for a heartbeat,
which carries the number of the last one dispatched), the tasks that events started and their children (told
apart by who created them), and the REST calls of the bot's own HTTP session.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from types import CodeType
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import discord.http

from guildwright.testing.errors import OutcomeError, is_verdict

if TYPE_CHECKING:
    from guildwright.testing.world import World

__tracebackhide__ = is_verdict

# How often a running task is looked at anew: one that begins to wait for a person never reports it.
LOOK_AGAIN = 0.02

# Coroutines that live on their own: they wait for a time, or for the next event. All but the first of
# discord.py; that one deletes an answer of ours after some seconds.
LASTING = {
    "_delete",
    "Shard.worker",
    "Loop._loop",
    "BaseView.__timeout_task_impl",
    "Message.delete.<locals>.delete",
    "WebhookMessage.delete.<locals>.inner_call",
    "InteractionMessage.delete.<locals>.inner_call",
    "InteractionResponse.send_message.<locals>.inner_call",
    "InteractionResponse.edit_message.<locals>.inner_call",
}
READERS = {"Shard.worker"}
WAITS_FOR_CLICK: set[CodeType] = {discord.ui.View.wait.__code__}
WAIT_FOR = asyncio.wait_for.__code__


class Watcher:
    """Watches one bot of this process, from before its login until `stop`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._asked: dict[str, int] = {}
        self._calls: dict[int, str] = {}
        self._readers: set[asyncio.Task[Any]] = set()
        self._started: set[asyncio.Task[Any]] = set()
        self._activity = 0
        self._loop = asyncio.get_running_loop()
        self._previous = self._loop.get_task_factory()
        self._loop.set_task_factory(self._create_task)  # type: ignore[arg-type]  # stubs know one signature only

    def stop(self) -> None:
        self._loop.set_task_factory(self._previous)

    def listen_to(self, http: discord.http.HTTPClient) -> None:
        """Count the REST calls of a client that has not logged in yet."""
        trace = http.http_trace = http.http_trace or aiohttp.TraceConfig()
        trace.on_request_start.append(self._open_call)
        trace.on_request_end.append(self._close_call)
        trace.on_request_exception.append(self._close_call)

    def adopt_reader(self, task: asyncio.Task[Any]) -> None:
        """Treat a task as one that reads the gateway: whatever it creates was started by an event."""
        self._readers.add(task)

    async def settled(self, within: float) -> None:
        """Wait until nothing is left to do.

        Raises:
            OutcomeError: the time is up; the sentence names what is still running.
        """
        deadline = time.monotonic() + within
        while True:
            before = self._activity
            missing = await self._missing_events()
            running = self._running()
            if not (missing or running or self._calls) and before == self._activity:
                return
            if time.monotonic() > deadline:
                raise OutcomeError(
                    f"The bot has not finished after {within:g} s: {self._report(missing, running)}.",
                    self._world.transcript.text(),
                )
            if running:
                await asyncio.wait(running, timeout=LOOK_AGAIN)

    async def _missing_events(self) -> list[str]:
        sessions = [each for each in await self._world.sessions() if each["connected"]]
        behind = [each for each in sessions if (each["acknowledged"] or 0) < each["sequence"]]
        if any(self._asked.get(each["session_id"]) != each["sequence"] for each in behind):
            self._asked = {each["session_id"]: each["sequence"] for each in behind}
            await self._world.control.post("/faults", {"kind": "request_heartbeat"})
        if not sessions:
            return ["the bot is not connected"]
        return [
            f"shard {each['shard'][0]} has handled {each['acknowledged'] or 0} of {each['sequence']} events"
            for each in behind
        ]

    def _running(self) -> list[asyncio.Task[Any]]:
        self._started = {task for task in self._started if not task.done()}
        return [task for task in self._started if not waits_for_person(task)]

    def _report(self, missing: list[str], running: list[asyncio.Task[Any]]) -> str:
        tasks = [f"task {task.get_name()} runs {name_of(task)}" for task in running]
        return "; ".join((*missing, *tasks, *self._calls.values())) or "it starts ever new tasks"

    def _create_task(
        self, loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, Any], **options: Any
    ) -> asyncio.Task[Any]:
        make: Any = self._previous
        task = make(loop, coroutine, **options) if make else asyncio.Task(coroutine, loop=loop, **options)
        name = getattr(coroutine, "__qualname__", "")
        parent = asyncio.current_task(loop)
        if name in READERS:
            self._readers.add(task)
        if parent in self._readers or parent in self._started:
            self._activity += 1
            if name not in LASTING:
                self._started.add(task)
        return task

    async def _open_call(
        self, _session: aiohttp.ClientSession, context: Any, started: aiohttp.TraceRequestStartParams
    ) -> None:
        self._activity += 1
        self._calls[id(context)] = f"{started.method} {started.url.path} is open"

    async def _close_call(self, _session: aiohttp.ClientSession, context: Any, _ended: object) -> None:
        self._activity += 1
        self._calls.pop(id(context), None)


def waits_for_person(task: asyncio.Task[Any]) -> bool:
    """Tell whether a command waits for a click or for another message, and so will not end by itself."""
    waiting: Any = task.get_coro()
    while isinstance(waiting, Coroutine):
        frame = getattr(waiting, "cr_frame", None)
        code = getattr(waiting, "cr_code", None)
        if code in WAITS_FOR_CLICK:
            return True
        if code is WAIT_FOR and frame is not None:
            # `Client.wait_for` hands a bare future to `asyncio.wait_for`; work under a time-out is a task.
            awaited = frame.f_locals.get("fut")
            return isinstance(awaited, asyncio.Future) and not isinstance(awaited, asyncio.Task)
        waiting = getattr(waiting, "cr_await", None)
    return False


def name_of(task: asyncio.Task[Any]) -> str:
    return getattr(task.get_coro(), "__qualname__", repr(task.get_coro()))
