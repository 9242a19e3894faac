"""Code that blocks the loop is named; code that waits as it should is not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from guildwright.kernel import stalls
from guildwright.kernel.stalls import Stall, StallWatch

BLOCKED = 0.4


class Reports(list[Stall]):
    """The reports so far, which can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._more = asyncio.Event()

    def add(self, stall: Stall) -> None:
        # A machine with much else to do may stop the loop anywhere; only what the tests do is theirs.
        if stall.function == "nap":
            self.append(stall)
            self._more.set()

    async def another(self) -> None:
        async with asyncio.timeout(5):
            await self._more.wait()
        self._more.clear()


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.fixture
async def _watching(reports: Reports) -> AsyncIterator[None]:
    watch = StallWatch(reports.add)
    watch.start()
    yield
    watch.close()


def nap() -> None:
    time.sleep(BLOCKED)


@pytest.mark.usefixtures("_watching")
async def test_the_line_that_blocks_is_named_with_its_length(reports: Reports) -> None:
    await asyncio.sleep(0.01)
    nap()
    await reports.another()
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


@pytest.mark.usefixtures("_watching")
async def test_one_place_is_told_once_a_minute(reports: Reports, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        await asyncio.sleep(0.1)
        nap()
    await reports.another()
    await asyncio.sleep(0.1)
    assert len(reports) == 1
    monkeypatch.setattr(stalls, "QUIET_SECONDS", 0.0)
    nap()
    await reports.another()


@pytest.mark.usefixtures("_watching")
async def test_waiting_blocks_nobody(reports: Reports) -> None:
    await asyncio.sleep(BLOCKED)
    await asyncio.to_thread(nap)
    assert reports == []
