"""What is measured: CPU per message and command, memory by guilds, the time to READY."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from benchmarks.figures import Row
from benchmarks.process import KINDS
from benchmarks.stage import Stage, build_world, run_bot
from guildwright.sandbox.server import Sandbox

MICRO = 1e6
GUILDS_UNDER_LOAD = 20
MEMBERS_UNDER_LOAD = 52


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int
    messages: int
    commands: int
    guild_counts: tuple[int, ...]
    starts: int
    tests: int


# Many short rounds: a machine that changes its speed in between then strikes both alike.
FULL = Plan(rounds=60, messages=1_000, commands=100, guild_counts=(1, 1_000, 10_000), starts=5, tests=40)
QUICK = Plan(rounds=10, messages=1_000, commands=100, guild_counts=(1, 500), starts=2, tests=10)

Say = Callable[[str], None]


async def measure_cpu(sandbox: Sandbox, plan: Plan, say: Say) -> list[Row]:
    """Both bots run the whole time, each in a world of its own; they are given work in turns."""
    ordinary = Row("CPU per ordinary message", "µs", at_most=0.9)
    prefix = Row("CPU per prefix command", "µs", at_most=1.25)
    slash = Row("CPU per hybrid command by slash", "µs", at_most=1.25)
    worlds = [
        await build_world(sandbox, f"load-{kind}", GUILDS_UNDER_LOAD, MEMBERS_UNDER_LOAD) for kind in KINDS
    ]
    async with run_bot(sandbox, worlds[0], "plain") as plain, run_bot(sandbox, worlds[1], "ours") as ours:
        for stage in (plain, ours):
            await stage.commands_registered()
            await warm_up(stage)
        for number in range(plan.rounds):
            say(f"round {number + 1} of {plan.rounds}: messages, text commands, slash commands")
            pair = (plain, ours) if number % 2 == 0 else (ours, plain)
            for row, count, work in (
                (ordinary, plan.messages, Stage.talk),
                (prefix, plan.commands, Stage.call_by_text),
                (slash, plan.commands, Stage.call_by_slash),
            ):
                await alternate(row, pair, count, work)
    for kind in KINDS:
        await sandbox.close_world(f"load-{kind}")
    return [ordinary, prefix, slash]


async def warm_up(stage: Stage) -> None:
    await stage.talk(1_000)
    await stage.call_by_text(100)
    await stage.call_by_slash(100)
    await stage.quiet()


async def alternate(
    row: Row, pair: tuple[Stage, Stage], count: int, work: Callable[[Stage, int], Awaitable[float]]
) -> None:
    for stage in pair:
        used = await work(stage, count) / count * MICRO
        (row.plain if stage.bot.kind == "plain" else row.ours).append(used)


async def measure_memory(sandbox: Sandbox, plan: Plan, say: Say) -> list[Row]:
    """Resident memory of a fresh process once it has taken in all guilds, of 10 members each."""
    rows: dict[int, Row] = {}
    for guilds in plan.guild_counts:
        say(f"memory with {guilds:,} guilds of 10 members")
        largest = guilds == 10_000
        row = rows[guilds] = Row(f"Memory, {guilds:,} guilds", "MB", at_most=0.85 if largest else None)
        world = await build_world(sandbox, f"guilds-{guilds}", guilds, 10)
        for kind in KINDS:
            async with run_bot(sandbox, world, kind) as stage:
                await stage.handled()
                await stage.quiet()
                (row.plain if kind == "plain" else row.ours).append(stage.bot.resident_megabytes())
        await sandbox.close_world(f"guilds-{guilds}")
    growth = growth_of(rows)
    return [*rows.values(), *growth]


def growth_of(rows: dict[int, Row]) -> list[Row]:
    small, large = rows.get(1_000), rows.get(10_000)
    if small is None or large is None:
        return []
    growth = Row("Memory, growth from 1,000 to 10,000", "MB", at_most=0.5)
    growth.plain = [large.plain[0] - small.plain[0]]
    growth.ours = [large.ours[0] - small.ours[0]]
    return [growth]


async def measure_start(sandbox: Sandbox, plan: Plan, say: Say) -> list[Row]:
    """From the start of the process to READY; the first start of each fills caches and does not count."""
    row = Row("Process start to READY", "s", plus=1.0)
    for number in range(plan.starts + 1):
        say(f"start {number} of {plan.starts}")
        for kind in KINDS:
            async with run_bot(sandbox, sandbox.worlds["default"], kind) as stage:
                if number:
                    (row.plain if kind == "plain" else row.ours).append(stage.ready_after)
            await asyncio.sleep(0)
    return [row]
