"""What one person has seen so far, and waiting for what comes next.

Every wait is for an event of the person's own stream; nothing here looks again after a while.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

from guildwright.testing.errors import is_verdict

__tracebackhide__ = is_verdict

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Event:
    """A frame of the stream: its place in the order, its type and its data."""

    position: int
    type: str
    data: dict[str, Any]


class StreamClosedError(Exception):
    """The sandbox closed the stream while somebody was waiting for it."""


class Inbox:
    """The person's stream, read by a task of its own until `close`."""

    def __init__(self, listener: Callable[[Event], None]) -> None:
        self.events: list[Event] = []
        self._listener = listener
        self._news = asyncio.Event()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None

    def open(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._reader = asyncio.create_task(self._read(socket), name="testing: inbox")

    async def first(self, start: int, pick: Callable[[Event], T | None], within: float) -> T:
        """Return what `pick` makes of the first event at or after `start` that it accepts.

        Raises TimeoutError after `within` seconds and StreamClosedError when the sandbox has gone.
        """
        position = start
        async with asyncio.timeout(within):
            while True:
                while position < len(self.events):
                    found = pick(self.events[position])
                    position += 1
                    if found is not None:
                        return found
                if self._reader is None or self._reader.done():
                    raise StreamClosedError
                self._news.clear()
                await self._news.wait()

    async def catch_up(self, within: float) -> None:
        """Wait until everything that happened before this call has arrived."""
        if self._socket is None:
            return
        start = len(self.events)
        await self._socket.send_json({"type": "sync", "data": {"position": start}})
        await self.first(start, lambda event: event.type == "sync" or None, within)

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await self._reader

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        try:
            async for frame in socket:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._take(json.loads(frame.data))
        finally:
            self._news.set()

    def _take(self, frame: dict[str, Any]) -> None:
        event = Event(len(self.events), frame["type"], frame.get("data") or {})
        self.events.append(event)
        self._listener(event)
        self._news.set()
