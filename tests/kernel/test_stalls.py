"""Code that blocks the loop is named; code that waits as it should is not."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guildwright.kernel import stalls
from guildwright.kernel.stalls import Stall, StallWatch

BLOCKED = 0.4


class Reports(list[Stall]):
    """The reports so far of what the tests do: a machine with much else to do may stop the loop anywhere."""

    def add(self, stall: Stall) -> None:
        if stall.function == "nap":
            self.append(stall)


class Clock:
    """The watch's clock, which tells each time the loop has been looked at."""

    def __init__(self) -> None:
        self._loop_thread = threading.get_ident()
        self._beat = asyncio.Event()

    def __call__(self) -> float:
        if threading.get_ident() == self._loop_thread:
            self._beat.set()
        return time.monotonic()

    async def beat(self) -> None:
        self._beat.clear()
        async with asyncio.timeout(5):
            await self._beat.wait()


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.fixture
async def clock(reports: Reports) -> AsyncIterator[Clock]:
    clock = Clock()
    watch = StallWatch(reports.add, clock=clock)
    watch.start()
    yield clock
    watch.close()


def nap() -> None:
    time.sleep(BLOCKED)


async def test_the_line_that_blocks_is_named_with_its_length(reports: Reports, clock: Clock) -> None:
    await clock.beat()
    nap()
    await clock.beat()
    [stall] = reports
    assert (Path(stall.file).name, stall.function, stall.code) == (
        "test_stalls.py",
        "nap",
        "time.sleep(BLOCKED)",
    )
    assert BLOCKED * 0.9 <= stall.seconds < BLOCKED + 2
    told = stall.tell(Path(__file__).parent)
    assert "The bot stood still for " in told
    assert " at test_stalls.py:" in told
    assert "asyncio.to_thread" in told


async def test_one_place_is_told_once_a_minute(
    reports: Reports, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        await clock.beat()
        nap()
    await clock.beat()
    assert len(reports) == 1
    monkeypatch.setattr(stalls, "QUIET_SECONDS", 0.0)
    nap()
    await clock.beat()
    assert len(reports) == 2


async def test_work_in_a_thread_blocks_nobody(reports: Reports, clock: Clock) -> None:
    await asyncio.to_thread(nap)
    await clock.beat()
    assert reports == []
