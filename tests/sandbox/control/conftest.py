"""The control API of a running sandbox, spoken to without any client of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import World


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


@pytest.fixture
async def control(sandbox: Sandbox) -> AsyncIterator[Control]:
    async with aiohttp.ClientSession() as session:
        yield Control(session, sandbox.address().control, sandbox.control_token)


@pytest.fixture
def mia(world: World) -> str:
    return next(str(user.id) for user in world.backend.users.values() if user.name == "mia")


@pytest.fixture
def general(world: World) -> str:
    guild = next(guild for guild in world.backend.guilds.values() if guild.name == "Sandbox")
    channels = (world.backend.channels[item] for item in guild.channel_ids)
    return next(str(channel.id) for channel in channels if channel.name == "general")
