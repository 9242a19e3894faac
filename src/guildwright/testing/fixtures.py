"""The fixtures of the testing kit; loaded when pytest-asyncio is there to run them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from guildwright.testing.evidence import EVIDENCE, Evidence

if TYPE_CHECKING:
    from guildwright.app import Application
    from guildwright.testing.person import Person
    from guildwright.testing.plain import PlainRunner
    from guildwright.testing.process import SandboxProcess
    from guildwright.testing.virtual import VirtualApp
    from guildwright.testing.world import World


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxProcess]:
    """A sandbox as a process of its own, shared by all tests of the session."""
    from guildwright.testing.process import start_sandbox  # noqa: PLC0415 - heavy, and only for tests that ask

    process = start_sandbox()
    yield process
    process.stop()


@pytest_asyncio.fixture
async def world(sandbox_process: SandboxProcess, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """A fresh default world with Olivia, Marco, Mia and Max; nothing of it is shared with another test."""
    from guildwright.testing.botlog import BotLog  # noqa: PLC0415 - heavy, and only for tests that ask
    from guildwright.testing.world import World  # noqa: PLC0415 - heavy, and only for tests that ask

    log = BotLog()
    log.attach()
    opened = await World.open(sandbox_process)
    request.node.stash[EVIDENCE] = Evidence(opened, log)
    yield opened
    forgotten = list(opened.pending.values())
    await opened.close()
    log.detach()
    if forgotten:
        pytest.fail(f"Never awaited, so it never happened: {', '.join(forgotten)}", pytrace=False)


@pytest.fixture
def instance_folder(tmp_path: Path) -> Path:
    """The folder of the application that `app` starts; created by it."""
    return tmp_path / "bot"


@pytest_asyncio.fixture
async def app(
    world: World, request: pytest.FixtureRequest, instance_folder: Path
) -> AsyncIterator[Application]:
    """The application, ready, in the test's own loop, with an instance folder of its own.

    `@pytest.mark.app(slices=…, extensions=…, config=…, environ=…)` says what it is started with.
    """
    from guildwright.testing.application import read_mark, run_application  # noqa: PLC0415 - heavy, and only for tests that ask

    wanted = read_mark(request.node.get_closest_marker("app"))
    async with run_application(world, instance_folder, wanted) as application:
        yield application


@pytest_asyncio.fixture
async def virtual_app(instance_folder: Path, request: pytest.FixtureRequest) -> AsyncIterator[VirtualApp]:
    """The application without sockets, with a clock of its own: `await virtual_app.advance(days=3)`.

    `@pytest.mark.app(…)` says what it is started with.
    """
    from guildwright.testing.application import read_mark  # noqa: PLC0415 - heavy, and only for tests that ask
    from guildwright.testing.virtual import run_virtual  # noqa: PLC0415 - heavy, and only for tests that ask

    wanted = read_mark(request.node.get_closest_marker("app"))
    async with run_virtual(instance_folder, wanted) as virtual:
        yield virtual


@pytest_asyncio.fixture
async def plain_bot(world: World) -> AsyncIterator[PlainRunner]:
    """Starts any discord.py client in the world and returns it when it is ready."""
    from guildwright.testing.plain import PlainRunner  # noqa: PLC0415 - heavy, and only for tests that ask

    runner = PlainRunner(world)
    yield runner
    await runner.close()


@pytest.fixture
def olivia(world: World) -> Person:
    """The owner of the guild and of the bot."""
    return world.person("Olivia")


@pytest.fixture
def marco(world: World) -> Person:
    """The moderator."""
    return world.person("Marco")


@pytest.fixture
def mia(world: World) -> Person:
    """A member, and the owner of a guild of her own."""
    return world.person("Mia")


@pytest.fixture(name="max")
def max_(world: World) -> Person:
    """A member."""
    return world.person("Max")
