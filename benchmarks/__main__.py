"""`python -m benchmarks`: everything in at most ten minutes; exits with 1 when a budget is missed."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import uvloop

from benchmarks.figures import Row, table
from benchmarks.kit import measure_kit
from benchmarks.load import measure_load
from benchmarks.outage import measure_outage
from benchmarks.process import SANDBOX_CORE
from benchmarks.rounds import FULL, QUICK, Plan, measure_cpu, measure_memory, measure_start
from benchmarks.saving import measure_saving
from guildwright.sandbox.server import Sandbox

PARTS = {
    "cpu": measure_cpu,
    "memory": measure_memory,
    "start": measure_start,
    "load": measure_load,
    "outage": measure_outage,
    "kit": measure_kit,
    "saving": measure_saving,
}
PAGE = """\
# Performance

Measured with `python -m benchmarks` against a minimal discord.py bot in the same sandbox, in the same run,
in turns, one core for the sandbox and one for the bots. The ratio is what counts; the absolute figures are
this machine's.

{facts}

{table}

Ours runs all bundled slices and one extension with the commands that are called. Plain is a `commands.Bot`
with uvloop, orjson and zstandard and `Intents.all()`. The median (least–most) of the rounds is shown; a
budget is judged by the median.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer rounds and guilds, about a minute")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part alone")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write the figures as a page")
    wanted = parser.parse_args(arguments)
    rows = asyncio.run(measure(QUICK if wanted.quick else FULL, wanted.only or list(PARTS)), debug=False)
    print("\n" + table(rows))
    if wanted.write:
        wanted.write.write_text(
            PAGE.format(facts=facts(), table=table(rows, markdown=True)), encoding="utf-8"
        )
    missed = [row.what for row in rows if not row.is_kept]
    if missed:
        print(f"\nMissed: {', '.join(missed)}.")
    return 1 if missed else 0


async def measure(plan: Plan, parts: Sequence[str]) -> list[Row]:
    """Run the parts one after the other in one sandbox."""
    os.sched_setaffinity(0, {SANDBOX_CORE})
    sandbox = Sandbox(port=0, limits="off")
    await sandbox.start()
    begun = time.monotonic()

    def say(what: str) -> None:
        print(f"{time.monotonic() - begun:6.1f} s  {what}", file=sys.stderr, flush=True)

    rows: list[Row] = []
    try:
        for part in parts:
            rows += await PARTS[part](sandbox, plan, say)
    finally:
        await sandbox.stop()
    return rows


def facts() -> str:
    used = ", ".join(f"{name} {version(name)}" for name in ("guildwright", "discord.py", "uvloop", "orjson"))
    machine = f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {machine}; {used}."


if __name__ == "__main__":
    uvloop.install()
    sys.exit(main())
