"""How quickly a command is answered while people talk: the sandbox's load on both bots, in turns."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.figures import Row
from benchmarks.process import KINDS
from benchmarks.rounds import Plan
from benchmarks.stage import Stage, build_world, run_bot
from guildwright.sandbox.load.drive import run_load
from guildwright.sandbox.load.plan import LoadPlan, LoadReport
from guildwright.sandbox.server import Sandbox

RATE = 2_000.0
SECONDS = 5.0
GUILDS = 100


async def measure_load(sandbox: Sandbox, plan: Plan, say: Callable[[str], None]) -> list[Row]:
    """2,000 events a second over 100 guilds, a fiftieth of them commands of either sort."""
    median, most = (
        Row("Answer under 2,000 events/s, p50", "ms"),
        Row("Answer under 2,000 events/s, p99", "ms"),
    )
    wrong = Row("Answers lost or doubled under 2,000 events/s", "", limit=0)
    reached = Row("Events sent a second, of 2,000", "")
    worlds = [await build_world(sandbox, f"people-{kind}", 1, 10) for kind in KINDS]
    async with run_bot(sandbox, worlds[0], "plain") as plain, run_bot(sandbox, worlds[1], "ours") as ours:
        for stage in (plain, ours):
            await stage.commands_registered()
            await put_under_load(stage, 1.0)
            await stage.quiet()
        for number in range(max(1, plan.rounds // 20)):
            say(f"load, round {number + 1}: 2,000 events a second, {SECONDS:g} s for each bot")
            for stage in (plain, ours) if number % 2 == 0 else (ours, plain):
                report = await put_under_load(stage, SECONDS)
                for row, value in (
                    (median, report.latency["command"].p50),
                    (most, report.latency["command"].p99),
                    (wrong, report.lost + report.duplicated),
                    (reached, report.rate),
                ):
                    (row.plain if stage.bot.kind == "plain" else row.ours).append(value)
    for kind in KINDS:
        await sandbox.close_world(f"people-{kind}")
    return [median, most, wrong, reached]


async def put_under_load(stage: Stage, seconds: float) -> LoadReport:
    plan = LoadPlan(
        rate=RATE,
        seconds=seconds,
        guilds=GUILDS,
        commands=0.01,
        interactions=0.01,
        joins=0.01,
        slash=("hybrid",),
    )
    report = await run_load(stage.world, plan)
    await stage.handled()
    return report
