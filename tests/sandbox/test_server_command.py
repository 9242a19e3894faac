"""`guildwright sandbox serve` as a person and as a program start it."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import psutil
import pytest

from guildwright.cli.application import run_command_line
from guildwright.sandbox.server import bind

Serve = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    started: list[asyncio.subprocess.Process] = []

    async def start(*options: str) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "guildwright", "sandbox", "serve", *options),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(45):
        return (await process.stdout.readline()).decode()


async def ended(process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    async with asyncio.timeout(45):
        output, errors = await process.communicate()
    return process.returncode, output.decode(), errors.decode()


@pytest.mark.req("SAND-103")
async def test_a_program_gets_one_line_of_addresses_and_a_clean_end(serve: Serve) -> None:
    process = await serve("--port", "0", "--json", "--seed", "3")
    facts = json.loads(await line(process))
    assert facts.keys() == {
        "api_base",
        "cdn_base",
        "gateway",
        "control",
        "page",
        "token",
        "owner_id",
        "control_token",
        "client_id",
        "client_secret",
        "authorize",
    }
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bot {facts['token']}"}) as client,
        client.get(f"{facts['api_base']}/gateway/bot") as response,
    ):
        assert (await response.json())["url"] == facts["gateway"]
    process.send_signal(signal.SIGINT)
    assert await ended(process) == (0, "", "")


@pytest.mark.req("SAND-103")
async def test_a_person_reads_how_to_point_each_library_at_it(serve: Serve) -> None:
    process = await serve("--port", "0", "--limits", "off")
    assert "running" in await line(process)
    process.terminate()
    code, output, _ = await ended(process)
    assert code == 0
    for library in ("discord.py", "disnake", "nextcord", "hikari", "discord.js", "DISCORD_API_BASE="):
        assert library in output


PARENT = """
import sys
from guildwright.testing.process import start_sandbox
print(start_sandbox().process.pid, flush=True)
sys.stdin.read()
"""


async def test_a_sandbox_of_the_kit_ends_when_its_parent_is_killed() -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PARENT), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    sandbox = psutil.Process(int(await line(parent)))
    assert sandbox.is_running()
    parent.kill()
    await parent.communicate()
    gone, alive = await asyncio.to_thread(psutil.wait_procs, [sandbox], 5)
    assert (gone, alive) == ([sandbox], [])


def test_without_a_pipe_to_watch_it_says_so() -> None:
    command = [sys.executable, "-m", "guildwright", "sandbox", "serve", "--with-parent"]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert b"no pipe" in ended.stderr


def test_a_taken_port_ends_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with bind(0) as taken:
        code = run_command_line(["sandbox", "serve", "--port", str(taken.getsockname()[1])])
    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    assert "cannot listen on" in said.err
    assert "--port" in said.err


@pytest.mark.parametrize("options", [("--limits", "some"), ("--port", "70000"), ("--seed", "x")])
def test_a_wrong_option_is_named(options: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command_line(["sandbox", "serve", *options]) == 2
    assert options[0] in capsys.readouterr().err
