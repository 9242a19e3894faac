"""One person's event stream: a bounded queue between the world and a websocket.

The world never waits for a browser. A client that does not read is dropped; it connects again and
reads the state anew.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

from starlette.websockets import WebSocketDisconnect

from guildwright.sandbox.control.reply import encode

if TYPE_CHECKING:
    from starlette.websockets import WebSocket

    from guildwright.sandbox.people.person import Person

WAITING_FRAMES: Final = 1_000
TOO_SLOW: Final = 1013
GOING_AWAY: Final = 1001


class Stream:
    """What one websocket client is sent."""

    def __init__(self, person: Person, *, with_traffic: bool) -> None:
        self.person = person
        self.with_traffic = with_traffic
        self._frames: asyncio.Queue[str] = asyncio.Queue(WAITING_FRAMES)
        self._ended = asyncio.Event()
        self._close_code = GOING_AWAY
        self._state_timer: asyncio.TimerHandle | None = None

    def offer(self, kind: str, data: Any) -> None:
        """Queue a frame; a client that lets a thousand pile up is dropped."""
        if self._ended.is_set():
            return
        frame = encode({"type": kind, "data": data}, self.person.world).decode()
        try:
            self._frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.end(TOO_SLOW)

    def offer_state(self, delay: float) -> None:
        """Queue one "state" for everything that changes within the delay."""
        if self._state_timer is None:
            self._state_timer = asyncio.get_running_loop().call_later(delay, self._offer_state)

    def end(self, code: int = GOING_AWAY) -> None:
        """Close the websocket."""
        self._close_code = code
        self._ended.set()

    async def serve(self, websocket: WebSocket) -> None:
        """Send frames until the client leaves, is too slow, or the world closes."""
        work: list[asyncio.Task[object]] = [
            asyncio.create_task(self._send(websocket)),
            asyncio.create_task(self._read(websocket)),
            asyncio.create_task(self._ended.wait()),
        ]
        try:
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._state_timer is not None:
                self._state_timer.cancel()
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
        if self._ended.is_set():
            # The client may have left in the same moment.
            with contextlib.suppress(WebSocketDisconnect):
                await websocket.close(self._close_code)

    def _offer_state(self) -> None:
        self._state_timer = None
        self.offer("state", {})

    async def _send(self, websocket: WebSocket) -> None:
        while True:
            await websocket.send_text(await self._frames.get())

    async def _read(self, websocket: WebSocket) -> None:
        """Notice when the client leaves; whatever it says is answered with a "sync", in the order of events.

        A test that expects silence waits for it: what happened before has then arrived.
        """
        try:
            while True:
                await websocket.receive_text()
                if self._state_timer is not None:
                    self._state_timer.cancel()
                    self._offer_state()
                self.offer("sync", {})
        except (WebSocketDisconnect, KeyError):
            # KeyError is Starlette's answer to a binary frame, which no client of ours sends.
            return
