"""The control API over plain HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True, slots=True)
class Control:
    """Where the control API is and what opens it."""

    session: aiohttp.ClientSession
    base: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def get(self, path: str, **query: str) -> tuple[int, Any]:
        async with self.session.get(self.base + path, params=query, headers=self.headers) as answer:
            return answer.status, await answer.json()

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        async with self.session.post(self.base + path, json=body, headers=self.headers) as answer:
            return answer.status, await answer.json()

    async def delete(self, path: str) -> int:
        async with self.session.delete(self.base + path, headers=self.headers) as answer:
            return answer.status
