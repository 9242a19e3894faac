"""Bots of other libraries, unmodified, log into the sandbox, hear people and answer them."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guildwright.testing.inbox import Event
from guildwright.testing.person import Person
from guildwright.testing.world import World

pytestmark = pytest.mark.nightly

BOTS = Path(__file__).parent / "bots"
INSTALLED = os.environ.get("GUILDWRIGHT_TEST_CLIENTS", "")
START_SECONDS = 30.0
LIBRARIES = ("disnake", "hikari", "nextcord", "discord.js")


def command_of(library: str) -> list[str]:
    """Return what runs the bot of that library, or skip by name when the library is absent."""
    missing = (
        f"{library} is not installed: python tests/clients/install.py FOLDER, then GUILDWRIGHT_TEST_CLIENTS"
    )
    if library == "discord.js":
        node = shutil.which("node")
        if node is None or not (Path(INSTALLED) / library / "node_modules" / library).is_dir():
            pytest.skip(missing)
        return [node, str(BOTS / "discordjs_bot.cjs")]
    python = Path(INSTALLED) / library / "bin" / "python"
    if INSTALLED and python.is_file():
        return [str(python), str(BOTS / f"{library}_bot.py")]
    if importlib.util.find_spec(library) is None:
        pytest.skip(missing)
    return [sys.executable, str(BOTS / f"{library}_bot.py")]


@pytest.fixture(params=LIBRARIES)
async def library(request: pytest.FixtureRequest, world: World) -> AsyncIterator[str]:
    """A running bot of that library, which is killed when the test is over."""
    command = command_of(request.param)
    process = await asyncio.create_subprocess_exec(
        *command,
        env=os.environ
        | {
            "SANDBOX_API": world.api_base,
            "SANDBOX_CDN": world.cdn_base,
            "SANDBOX_TOKEN": world.token,
            "NODE_PATH": str(Path(INSTALLED) / "discord.js" / "node_modules"),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    yield request.param
    if process.returncode is None:
        process.kill()
    said, _ = await process.communicate()
    sys.stdout.write(said.decode(errors="replace"))


def is_registration(event: Event) -> bool | None:
    return event.type == "commands" or None


@pytest.mark.req("SAND-103")
async def test_it_answers_a_message_a_slash_command_and_a_click(library: str, olivia: Person) -> None:
    await olivia.see(0, is_registration, f"no command of {library}", within=START_SECONDS)
    assert (await olivia.says("#general", "!ping")).content == "Pong"
    greeting = await olivia.slash("greet", name="Olivia")
    assert greeting.content == "Hello Olivia"
    assert (await greeting.click("Red")).content == "You chose red"
