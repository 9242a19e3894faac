"""Client of the sandbox's control API, the same one that the chat page uses.

HTTP for what people do, one websocket per person for what that person sees.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import aiohttp

from guildwright.testing.errors import RefusedError, is_verdict

__tracebackhide__ = is_verdict

SUBPROTOCOL = "guildwright"


class ControlClient:
    """Speaks to the control API of one world; `base` ends in `/_sandbox`."""

    def __init__(self, base: str, token: str, session: aiohttp.ClientSession | None = None) -> None:
        self.base = base.rstrip("/")
        self._token = token
        self.headers = {"Authorization": f"Bearer {token}"}
        self._session = session or aiohttp.ClientSession(headers=self.headers)

    def moved_to(self, base: str) -> ControlClient:
        """Return a client of another world of the same sandbox, over the same connections."""
        return ControlClient(base, self._token, self._session)

    async def get(self, path: str, **query: str | int | None) -> dict[str, Any]:
        given = {name.rstrip("_"): str(value) for name, value in query.items() if value is not None}
        async with self._session.get(self.base + path, params=given) as answer:
            return await read_answer(answer)

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        async with self._session.post(self.base + path, json=body) as answer:
            return await read_answer(answer)

    async def delete(self, path: str) -> None:
        async with self._session.delete(self.base + path) as answer:
            await read_answer(answer)

    async def events(self, person_id: int) -> aiohttp.ClientWebSocketResponse:
        """Open the stream of everything this person sees."""
        return await self._session.ws_connect(
            f"{self.base}/events",
            params={"as": str(person_id)},
            protocols=(SUBPROTOCOL, f"token.{self._token}"),
            max_msg_size=0,
        )

    async def close(self) -> None:
        await self._session.close()


async def read_answer(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """Return the JSON object of an answer, or raise its refusal."""
    text = await answer.text()
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        body = {"error": {"code": "not_json", "message": f"The sandbox answered {text[:200]!r}."}}
    if answer.status < 400:
        return body
    error = body.get("error") or {"code": "refused", "message": f"{answer.url.path}: {text[:500]}"}
    raise RefusedError(answer.status, error["code"], error["message"])
