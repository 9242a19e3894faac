"""A raw client per test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import World

from .rest_client import Api


@pytest.fixture
async def api(sandbox: Sandbox, world: World) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(session, sandbox, world)
