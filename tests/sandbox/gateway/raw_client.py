"""A gateway client that does nothing by itself, so that a test decides every payload."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import zstandard
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from guildwright.sandbox.gateway.intents import ALL_INTENTS
from guildwright.sandbox.world import World


class RawClient:
    """One socket: sends what it is told, reads one payload at a time."""

    def __init__(self, socket: ClientConnection, world: World, compression: str) -> None:
        self.socket = socket
        self.world = world
        self.sequence = 0
        self.session_id = ""
        if compression == "zlib-stream":
            self._decode = zlib.decompressobj().decompress
        elif compression == "zstd-stream":
            self._decode = zstandard.ZstdDecompressor().decompressobj().decompress
        else:
            self._decode = lambda data: zlib.decompress(data) if isinstance(data, bytes) else data

    async def send(self, op: int, data: Any = None) -> None:
        await self.socket.send(json.dumps({"op": op, "d": data}))

    async def receive(self) -> dict[str, Any]:
        async with asyncio.timeout(5):
            payload = json.loads(self._decode(await self.socket.recv()))
        if payload.get("s") is not None:
            self.sequence = payload["s"]
        if payload.get("t") == "READY":
            self.session_id = payload["d"]["session_id"]
        return payload

    async def until(self, event: str) -> dict[str, Any]:
        """The data of the next event of that name; everything before it is read away."""
        while (payload := await self.receive())["t"] != event:
            pass
        return payload["d"]

    async def until_op(self, op: int) -> dict[str, Any]:
        while (payload := await self.receive())["op"] != op:
            pass
        return payload

    async def events_until(self, event: str) -> list[dict[str, Any]]:
        """Every payload up to and with the next event of that name."""
        payloads = [await self.receive()]
        while payloads[-1]["t"] != event:
            payloads.append(await self.receive())
        return payloads

    async def settle(self) -> list[dict[str, Any]]:
        """Every event that is under way: a heartbeat is answered after all of them."""
        await self.send(1, self.sequence or None)
        payloads = []
        while (payload := await self.receive())["op"] != 11:
            payloads.append(payload)
        return payloads

    async def identify(self, *, intents: int = ALL_INTENTS, **fields: Any) -> dict[str, Any]:
        """Begin a session and return READY's data."""
        await self.send_identify(intents=intents, **fields)
        return await self.until("READY")

    async def send_identify(self, **fields: Any) -> None:
        data: dict[str, Any] = {
            "token": self.world.token,
            "properties": {"os": "linux", "browser": "test", "device": "test"},
            "intents": ALL_INTENTS,
        }
        await self.send(2, data | fields)

    async def resume(self, session_id: str, sequence: int) -> None:
        await self.send(6, {"token": self.world.token, "session_id": session_id, "seq": sequence})

    async def closed(self) -> tuple[int | None, str | None]:
        """Read on until the server closes; the code and the sentence."""
        with suppress(ConnectionClosed):
            while True:
                await self.receive()
        return self.socket.close_code, self.socket.close_reason


Connect = Callable[..., Awaitable[RawClient]]
