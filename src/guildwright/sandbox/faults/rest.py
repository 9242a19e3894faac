"""Faults on the way of one REST request: a wait, an answer instead of the real one, a broken answer.

Several may strike one request: the waits add up, of the others the oldest of each sort counts.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, cast

import orjson

from . import kinds
from .board import ActiveFault, FaultBoard, faults_of

if TYPE_CHECKING:
    from starlette.types import Receive, Send

    from guildwright.sandbox.world import World

PIECES = 10
# Closing a socket that lingers for no time at all resets the connection.
LINGER_NOT = struct.pack("ii", 1, 0)

Headers = list[tuple[bytes, bytes]]

_JSON = (b"content-type", b"application/json")
_VIA = (b"via", b"1.1 google")
_SCOPES = {"user": b"user", "global": b"global", "shared": b"shared"}


@dataclass(frozen=True, slots=True)
class Instead:
    """An answer that takes the place of the real one."""

    status: int
    payload: bytes
    headers: Headers


@dataclass(slots=True)
class Trouble:
    """What goes wrong with one request."""

    board: FaultBoard
    wait: float = 0.0
    limit: kinds.RestRateLimit | None = None
    error: kinds.RestError | None = None
    reset: bool = False
    slow: kinds.RestSlow | None = None

    async def delay(self) -> None:
        """Wait as long as the latency says, unless the world closes."""
        if self.wait:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.board.stopped.wait(), self.wait)

    def instead(self) -> Instead | None:
        """The answer to give without carrying the request out, if there is one."""
        if self.limit is not None:
            return _rate_limited(self.limit)
        if self.error is not None and not self.error.carried_out:
            return _failed(self.error)
        return None

    def afterwards(self) -> Instead | None:
        """The answer to give although the request was carried out."""
        return _failed(self.error) if self.error is not None and self.error.carried_out else None

    @property
    def breaks_answer(self) -> bool:
        """Whether the answer is to be sent by `send`."""
        return self.reset or self.slow is not None

    async def send(
        self,
        start: dict[str, Any],
        body: bytes,
        line: asyncio.Transport,
        receive: Receive,
        send: Send,
    ) -> None:
        """Send half an answer and reset the connection, or the whole one in pieces."""
        await send(start)
        if self.reset:
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
            await _reset(line, receive)
            return
        pause = 0.0 if self.slow is None else self.slow.milliseconds / 1000 / PIECES
        for piece in _pieces(body):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.board.stopped.wait(), pause)
        await send({"type": "http.response.body", "body": b""})


def trouble_for(world: World, method: str, path: str) -> Trouble | None:
    """What goes wrong with this request; None when nothing does."""
    board = faults_of(world)
    if not board.rest:
        return None
    struck = [active for active in board.rest if _strikes(active, method, path)]
    if not struck:
        return None
    trouble = Trouble(board)
    for active in struck:
        _add(trouble, active)
        board.strike(active, method=method, path=path)
    return trouble


def _strikes(active: ActiveFault[kinds.OfRest], method: str, path: str) -> bool:
    fault = active.fault
    return (
        fault.method in (None, method)
        and fnmatchcase(path, fault.route)
        and (fault.probability >= 1 or active.random.random() < fault.probability)
    )


def _add(trouble: Trouble, active: ActiveFault[Any]) -> None:
    match active.fault:
        case kinds.RestLatency(milliseconds=least, up_to=most):
            trouble.wait += (least if most is None else active.random.uniform(least, most)) / 1000
        case kinds.RestRateLimit() as limit:
            trouble.limit = trouble.limit or limit
        case kinds.RestError() as error:
            trouble.error = trouble.error or error
        case kinds.RestReset():
            trouble.reset = True
        case kinds.RestSlow() as slow:
            trouble.slow = trouble.slow or slow
        case _:
            raise TypeError(f"{active.fault.title} is no fault of REST requests.")


def _rate_limited(fault: kinds.RestRateLimit) -> Instead:
    body = {
        "message": "You are being rate limited.",
        "retry_after": fault.retry_after,
        "global": fault.scope == "global",
    }
    headers: Headers = [
        _JSON,
        _VIA,
        (b"retry-after", b"%d" % (fault.retry_after + 1)),
        (b"x-ratelimit-scope", _SCOPES[fault.scope]),
    ]
    if fault.scope == "global":
        headers.append((b"x-ratelimit-global", b"true"))
    return Instead(429, orjson.dumps(body), headers)


def _failed(fault: kinds.RestError) -> Instead:
    """Discord's edge answers in plain text, and clients must not expect JSON."""
    text = b"error code: %d" % fault.status
    return Instead(fault.status, text, [(b"content-type", b"text/plain; charset=UTF-8"), _VIA])


async def _reset(line: asyncio.Transport, receive: Receive) -> None:
    end = cast("socket.socket", line.get_extra_info("socket"))
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
    line.abort()
    while (await receive())["type"] != "http.disconnect":
        pass  # uvicorn complains of an answer that is not complete unless the client has gone


def _pieces(body: bytes) -> Iterator[bytes]:
    size = max(1, -(-len(body) // PIECES))
    return (body[start : start + size] for start in range(0, len(body), size))
