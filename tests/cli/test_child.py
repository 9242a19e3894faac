"""The bot's process is restarted when it dies, obeyed when it ends, and never left behind."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from guildwright.cli.child import BotProcess

pytestmark = pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX")

COUNTING = """
import os, signal, sys
sys.stdin.readline()
file = sys.argv[1]
runs = open(file).read() if os.path.exists(file) else ""
open(file, "w").write(runs + "x")
ends = sys.argv[2].split(",")
end = ends[len(runs)] if len(runs) < len(ends) else "0"
os.kill(os.getpid(), signal.SIGKILL) if end == "kill" else sys.exit(int(end))
"""
ENDLESS = """
import os, signal, subprocess, sys, time
from guildwright.cli import handover
variables = handover.receive()
if sys.argv[2] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
helper = subprocess.Popen(["sleep", "600"])
open(sys.argv[1], "w").write(f"{os.getpid()} {helper.pid} {variables['NAME']}")
while True:
    time.sleep(600)
"""


@pytest.fixture
async def bots() -> AsyncIterator[list[BotProcess]]:
    bots: list[BotProcess] = []
    yield bots
    for bot in bots:
        await bot.close()


def process(bots: list[BotProcess], code: str, *arguments: str) -> BotProcess:
    bot = BotProcess([sys.executable, "-c", code, *arguments], first_delay=0.01)
    bots.append(bot)
    return bot


def exists(pid: int) -> bool:
    """Say whether a process runs; what is dead and only not yet collected does not."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def wait_until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(8):
        while not condition():  # noqa: ASYNC110 - files and processes tell nobody that they changed
            await asyncio.sleep(0.01)


@pytest.mark.req("SAND-101")
@pytest.mark.parametrize(
    ("ends", "code", "runs"),
    [("0", 0, 1), ("78", 78, 1), ("2", 2, 1), ("kill,1,75,0", 0, 4), ("1,78", 78, 2)],
)
async def test_a_bot_that_dies_is_started_again_and_one_that_ends_is_not(
    bots: list[BotProcess], tmp_path: Path, ends: str, code: int, runs: int
) -> None:
    bot = process(bots, COUNTING, str(tmp_path / "runs"), ends)

    assert await bot.keep_running({}) == code
    assert (tmp_path / "runs").read_text() == "x" * runs


@pytest.mark.parametrize("kind", ["obedient", "deaf"])
async def test_a_stopped_bot_leaves_nothing_running(
    bots: list[BotProcess], tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guildwright.cli.child._STOP_SECONDS", 0.2)
    bot = process(bots, ENDLESS, str(tmp_path / "pids"), kind)
    running = asyncio.create_task(bot.keep_running({"NAME": "value"}))
    await wait_until(lambda: (tmp_path / "pids").exists() and "value" in (tmp_path / "pids").read_text())
    first, second, _ = (tmp_path / "pids").read_text().split()

    await bot.stop()
    await running
    await wait_until(lambda: not exists(int(first)) and not exists(int(second)))


COMMAND = """
import asyncio, sys
from guildwright.cli.child import BotProcess
asyncio.run(BotProcess([sys.executable, "-c", *sys.argv[1:]]).keep_running({"NAME": "value"}))
"""


@pytest.mark.req("SAND-101")
async def test_a_bot_whose_command_is_killed_ends_by_itself(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    command = await asyncio.create_subprocess_exec(
        sys.executable, "-c", COMMAND, ENDLESS, str(pids), "obedient"
    )
    await wait_until(lambda: pids.exists() and "value" in pids.read_text())
    bot, helper, _ = pids.read_text().split()

    command.send_signal(signal.SIGKILL)
    await command.wait()
    try:
        await wait_until(lambda: not exists(int(bot)))
    finally:
        os.kill(int(helper), signal.SIGKILL)
