"""The control API of a running sandbox, spoken to without any client of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import World

from .control_api import Control


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
