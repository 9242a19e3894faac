"""A running sandbox per test, with the default world."""

from __future__ import annotations

from collections.abc import AsyncIterator

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
