"""Testing a bot is quick enough to do all the time; `benchmarks` runs the 200 chat tests in full."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import median

import pytest
from benchmarks.kit import CHAT_TEST

from guildwright.testing.application import Wanted, run_application
from guildwright.testing.process import SandboxProcess
from guildwright.testing.world import World

from .test_plugin import run_pytest

pytest_plugins = ["pytester"]

START_SECONDS = 0.150
# 200 chat tests in 60 s.
SECONDS_PER_TEST = 0.3


@pytest.mark.req("TEST-05")
async def test_an_application_starts_in_a_blink(sandbox_process: SandboxProcess, tmp_path: Path) -> None:
    times: list[float] = []
    for number in range(9):
        world = await World.open(sandbox_process)
        begun = time.perf_counter()
        async with run_application(world, tmp_path / str(number), Wanted()):
            times.append(time.perf_counter() - begun)
        await world.close()
    assert median(times) <= START_SECONDS, times


@pytest.mark.req("TEST-05")
def test_chat_tests_are_quick_in_numbers(pytester: pytest.Pytester, sandbox_process: SandboxProcess) -> None:
    count = 15
    run_pytest(pytester, sandbox_process, CHAT_TEST.format(count=1))  # what is imported once counts once
    begun = time.perf_counter()
    printed = run_pytest(pytester, sandbox_process, CHAT_TEST.format(count=count))
    took = time.perf_counter() - begun
    assert f"{count} passed" in printed
    assert took / count <= SECONDS_PER_TEST
