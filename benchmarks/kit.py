"""What a test costs an extension author: a world, an application, one question, all cleared away."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Row
from benchmarks.process import AVAILABLE
from benchmarks.rounds import Plan, Say
from guildwright.sandbox.server import Sandbox
from guildwright.testing.application import Wanted, run_application
from guildwright.testing.process import start_sandbox
from guildwright.testing.world import World

MILLI = 1e3
CHAT_TESTS = 200
CHAT_TEST = """
import pytest

@pytest.mark.parametrize("number", range({count}))
async def test_help_is_answered(app, mia, number):
    assert await mia.says("#general", "!help")
"""
INI = "[pytest]\nasyncio_mode = auto\naddopts = -p no:simcord -p no:cacheprovider\n"


async def measure_kit(_sandbox: Sandbox, plan: Plan, say: Say) -> list[Row]:
    """Run the same small chat test again and again against a sandbox of its own, as pytest would."""
    start = Row("Start of an application per test", "ms", limit=150)
    whole = Row("One chat test, from an empty world to the end", "ms", limit=300)
    say(f"{plan.tests} chat tests")
    os.sched_setaffinity(0, AVAILABLE)  # as in a test run, where nothing is pinned
    process = start_sandbox()
    try:
        for number in range(plan.tests + 1):
            begun = time.perf_counter()
            world = await World.open(process)
            started = time.perf_counter()
            # The start summary goes to the console; a test run captures it.
            with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
                ready = await ask_for_help(world, Path(folder) / "bot")
            await world.close()
            if number:
                start.ours.append((ready - started) * MILLI)
                whole.ours.append((time.perf_counter() - begun) * MILLI)
    finally:
        process.stop()
    say(f"{CHAT_TESTS} chat tests under pytest")
    together = Row(f"{CHAT_TESTS} chat tests under pytest, all together", "s", limit=60)
    together.ours.append(run_chat_tests(CHAT_TESTS))
    return [start, whole, together]


def run_chat_tests(count: int) -> float:
    """Run so many chat tests in one pytest, as an author would; return its seconds."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "pytest.ini").write_text(INI, encoding="utf-8")
        Path(folder, "test_chat.py").write_text(CHAT_TEST.format(count=count), encoding="utf-8")
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "test_chat.py"],
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        took = time.perf_counter() - begun
    if done.returncode or f"{count} passed" not in done.stdout:
        raise RuntimeError(done.stdout[-2000:])
    return took


async def ask_for_help(world: World, folder: Path) -> float:
    """Start an application, ask it something, stop it; return when it was ready."""
    async with run_application(world, folder, Wanted()):
        ready = time.perf_counter()
        await world.person("Mia").says("#general", "!help")
    return ready
