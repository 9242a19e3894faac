"""One socket of a client: what it may send and when, and a writer that never blocks the world.

Payloads for the client go through a bounded queue and one task; a client that does not read is
cut off instead of filling the memory, and finds its session again with RESUME.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Any, cast

import orjson
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from guildwright.kernel import limits
from guildwright.sandbox.recording import tape_of

from . import commands
from .codes import CLIENT_ENDS, REASONS, SERVER_ENDS, Close, CloseConnectionError, Op
from .encoding import PACKED_FROM_BYTES, Transport, negotiate, pack

if TYPE_CHECKING:
    from guildwright.sandbox.faults.board import ActiveFault
    from guildwright.sandbox.faults.kinds import StopAcks

    from .hub import GatewayHub
    from .session import Session

logger = logging.getLogger("guildwright.sandbox.gateway")

QUEUE_LIMIT = 20_000
ROOM_BELOW = 64
CLOSE_SECONDS = 3.0
GARBAGE = b'{"op":0,"d":'
BINARY_GARBAGE = b"\xff" * 12
BEATS_MISSED = 2
BEAT_GRACE = 0.25


class Connection:
    """A client between HELLO and close."""

    def __init__(self, hub: GatewayHub, socket: ServerConnection) -> None:
        self.hub = hub
        self.world = hub.world
        self.session: Session | None = None
        self.acknowledged: int | None = None
        self.silenced: ActiveFault[StopAcks] | None = None
        self.packed = False
        self.transport = Transport("", True, bytes)
        self.tasks: set[asyncio.Task[None]] = set()
        self._socket = socket
        self._tape = tape_of(hub.world)
        self._number = 0
        self._queue: deque[bytes] = deque()
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._closing: tuple[int, str] | None = None
        self._cut = False
        self._window_start = 0.0
        self._window_sends = 0
        self.last_beat = 0.0
        self._beat_timer: asyncio.TimerHandle | None = None
        self._cut_timer: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """How many payloads the client has not taken yet."""
        return len(self._queue)

    @property
    def remote(self) -> tuple[str, int]:
        """The client's end of the socket."""
        host, port, *_ = self._socket.remote_address
        return host, port

    async def run(self) -> None:
        """Serve the client until either side ends the connection."""
        writer = asyncio.create_task(self._write(), name="gateway-writer")
        try:
            self._greet()
            await self._read()
        except CloseConnectionError as error:
            self.refuse(error)
            await writer
        except ConnectionClosed:
            pass
        except Exception:
            logger.exception("the gateway failed at a payload")
            self.close(Close.UNKNOWN_ERROR, REASONS[Close.UNKNOWN_ERROR])
            await writer
        finally:
            await self._finish(writer)

    def send(self, payload: bytes) -> None:
        """Queue a payload, unless the connection is being closed; a client too slow for it is cut off."""
        if self._closing is not None or self._cut:
            return
        if len(self._queue) >= QUEUE_LIMIT:
            self.world.traffic.add("session", "client_too_slow", waiting=len(self._queue))
            self.abort()
            return
        self._queue.append(payload)
        self._wake.set()

    def send_op(self, op: Op, data: object = None) -> None:
        """Queue a payload that is not an event."""
        self.send(orjson.dumps({"op": op, "d": data, "s": None, "t": None}))

    def send_garbage(self) -> None:
        """Queue a frame that no client can read."""
        self.send(GARBAGE)

    async def room(self) -> None:
        """Wait until the client has taken most of what is queued."""
        while len(self._queue) >= ROOM_BELOW:
            self._room.clear()
            await self._room.wait()

    def close(self, code: int, reason: str = "") -> None:
        """Close with a code once everything queued is sent; a client that does not read is cut off."""
        if self._closing is None:
            self._closing = (code, reason)
            self._cut_timer = asyncio.get_running_loop().call_later(CLOSE_SECONDS, self.abort)
            self._wake.set()

    def refuse(self, error: CloseConnectionError) -> None:
        """Close for something that the client did; the violation is noted."""
        shard = self.session.shard_id if self.session else None
        self.world.traffic.add(
            "violation", error.code.name.lower(), shard=shard, code=int(error.code), reason=error.reason
        )
        self.close(error.code, error.reason)

    def abort(self) -> None:
        """Cut the line without a word."""
        self._cut = True
        self._socket.transport.abort()

    def _greet(self) -> None:
        request = self._socket.request
        self.transport = negotiate(request.path if request else "")
        if self._tape is not None:
            self._number = self._tape.opened(self.transport.compression)
        interval = self.world.application_settings.heartbeat_interval_ms
        self.send_op(Op.HELLO, {"heartbeat_interval": interval, "_trace": ["guildwright-sandbox"]})
        self.last_beat = self.world.clock.monotonic()
        self._watch_beats()

    async def _read(self) -> None:
        async for message in self._socket:
            if self._tape is not None:
                self._tape.frame(self._number, "discord", message)
            self._count_send()
            op, data = _decode(message)
            if op == Op.HEARTBEAT:
                self._beat(data)
            else:
                await commands.obey(self, op, data)

    def _count_send(self) -> None:
        if self.world.application_settings.limits == "off":
            return
        now = self.world.clock.monotonic()
        if now - self._window_start >= limits.GATEWAY_SENDS_WINDOW_SECONDS:
            self._window_start, self._window_sends = now, 0
        self._window_sends += 1
        if self._window_sends > limits.GATEWAY_SENDS:
            raise CloseConnectionError(Close.RATE_LIMITED)

    def _beat(self, data: object) -> None:
        self.last_beat = self.world.clock.monotonic()
        self.acknowledged = data if isinstance(data, int) else None
        if self.silenced is None or self.silenced.ended.is_set():
            self.send_op(Op.HEARTBEAT_ACK)
        else:
            self.hub.faults.strike(self.silenced, shard=self.session and self.session.shard_id)

    def _watch_beats(self) -> None:
        """Close when two beats are missing; the timer moves with the beats instead of with each one."""
        interval = self.world.application_settings.heartbeat_interval_ms / 1000
        allowed = (BEATS_MISSED + BEAT_GRACE) * interval
        left = self.last_beat + allowed - self.world.clock.monotonic()
        if left <= 0:
            self.refuse(CloseConnectionError(Close.SESSION_TIMED_OUT))
            return
        self._beat_timer = asyncio.get_running_loop().call_later(left, self._watch_beats)

    async def _write(self) -> None:
        try:
            while self._closing is None or self._queue:
                await self._wake.wait()
                self._wake.clear()
                await self._flush()
            code, reason = self._closing
            await self._socket.close(code, reason[:120])
        except ConnectionClosed:
            pass
        finally:
            self.abort()

    async def _flush(self) -> None:
        queue, transport, send = self._queue, self.transport, self._socket.send
        while queue:
            payload = queue.popleft()
            if payload is GARBAGE:
                await send(GARBAGE if transport.text else BINARY_GARBAGE, text=transport.text)
            elif self.packed and transport.text and len(payload) >= PACKED_FROM_BYTES:
                await send(pack(payload), text=False)
            else:
                await send(transport.encode(payload), text=transport.text)
            if self.hub.written is not None:
                self.hub.written(payload)
            if self._tape is not None:
                self._tape.frame(self._number, "bot", payload)
            if len(queue) < ROOM_BELOW:
                self._room.set()

    async def _finish(self, writer: asyncio.Task[None]) -> None:
        for timer in (self._beat_timer, self._cut_timer):
            if timer is not None:
                timer.cancel()
        for task in (writer, *self.tasks):
            task.cancel()
        for ended in await asyncio.gather(writer, *self.tasks, return_exceptions=True):
            if isinstance(ended, Exception):
                logger.error("a task of a connection failed", exc_info=ended)
        # Clients answer a close frame with a code of their own: ours counts if it came first.
        if self._closing is not None:
            code, final = self._closing[0], self._closing[0] in SERVER_ENDS
        else:
            code, final = self._socket.close_code, self._socket.close_code in CLIENT_ENDS
        if self._tape is not None:
            self._tape.closed(self._number, code)
        self.hub.disconnected(self, code, final=final)


def _decode(message: str | bytes) -> tuple[int, Any]:
    raw = message.encode() if isinstance(message, str) else message
    if len(raw) > limits.GATEWAY_PAYLOAD_BYTES:
        reason = f"A payload may have {limits.GATEWAY_PAYLOAD_BYTES} bytes at most."
        raise CloseConnectionError(Close.DECODE_ERROR, reason)
    try:
        payload = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise CloseConnectionError(Close.DECODE_ERROR) from None
    if not isinstance(payload, dict):
        raise CloseConnectionError(Close.DECODE_ERROR)
    fields = cast("dict[str, Any]", payload)
    op = fields.get("op")
    if not isinstance(op, int) or isinstance(op, bool):
        raise CloseConnectionError(Close.DECODE_ERROR, "A payload needs an op.")
    return op, fields.get("d")
