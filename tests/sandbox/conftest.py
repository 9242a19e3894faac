"""A running sandbox per test, with the default world."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import World


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    running = Sandbox()
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
def world(sandbox: Sandbox) -> World:
    return sandbox.worlds["default"]


@pytest.fixture
def logged(world: World) -> Callable[[str], Awaitable[None]]:
    """Wait until a line of this title stands in the traffic log."""

    async def until_logged(title: str) -> None:
        found = asyncio.Event()
        forget = world.traffic.subscribe(lambda entry: found.set() if entry.title == title else None)
        if not any(entry.title == title for entry in world.traffic.entries()):
            async with asyncio.timeout(5):
                await found.wait()
        forget()

    return until_logged
