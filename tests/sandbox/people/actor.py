"""A person at the control API: what the chat page does, without a page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

PATIENCE = 5.0

Frame = dict[str, Any]


class RefusedError(Exception):
    """The control API refused an action."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message


class Actor:
    """One person: acts over HTTP, hears over a websocket."""

    def __init__(self, session: aiohttp.ClientSession, base: str, token: str, person_id: str) -> None:
        self.id = person_id
        self._session = session
        self._base = base
        self._token = token
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._heard: list[Frame] = []

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        async with self._session.get(self._base + path, params={"as": self.id, **query}) as answer:
            return await _read(answer)

    async def do(self, action: str, **fields: Any) -> dict[str, Any]:
        path = action if action.startswith("/") else f"/actions/{action}"
        async with self._session.post(self._base + path, json={"as": self.id, **fields}) as answer:
            return await _read(answer)

    async def refused(self, action: str, **fields: Any) -> str:
        """Return the code of the refusal; an action that is carried out fails the test."""
        with pytest.raises(RefusedError) as refusal:
            await self.do(action, **fields)
        assert refusal.value.message.endswith(".")
        return refusal.value.code

    async def listen(self) -> None:
        self._socket = await self._session.ws_connect(
            f"{self._base}/events?as={self.id}", protocols=("guildwright", f"token.{self._token}")
        )

    async def hears(self, kind: str, matching: Callable[[Any], bool] = lambda _: True) -> Any:
        """Return the data of the next frame of a kind; frames before it stay to be heard."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for frame in self._heard:
                    if frame["type"] == kind and matching(frame["data"]):
                        self._heard.remove(frame)
                        return frame["data"]
                self._heard.append(await self._next())

    async def heard_so_far(self) -> list[Frame]:
        """Return every frame of what has happened up to now."""
        assert self._socket is not None
        await self._socket.send_str("")
        while (frame := await self._next())["type"] != "sync":
            self._heard.append(frame)
        return self._heard

    async def _next(self) -> Frame:
        assert self._socket is not None
        return json.loads(await self._socket.receive_str())

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()


async def _read(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    assert answer.headers["Content-Type"] == "application/json"
    body = await answer.json()
    if answer.status == 200:
        return body
    raise RefusedError(answer.status, body["error"]["code"], body["error"]["message"])
