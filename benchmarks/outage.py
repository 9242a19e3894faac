"""What people notice of five seconds without a gateway: commands never answered, and how long it lasts."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

from benchmarks.figures import Row
from benchmarks.process import KINDS
from benchmarks.rounds import Plan
from benchmarks.stage import Stage, build_world, run_bot
from guildwright.sandbox.faults.kinds import Refuse
from guildwright.sandbox.faults.strikes import strike
from guildwright.sandbox.server import Sandbox

OUTAGE_SECONDS = 5.0
A_SECOND = 20
PATIENCE_SECONDS = 20.0


async def measure_outage(sandbox: Sandbox, plan: Plan, say: Callable[[str], None]) -> list[Row]:
    """Twenty commands a second while the gateway refuses every connection, for each bot once."""
    del plan
    lost = Row("Commands lost of 100 in a 5-second outage", "", limit=0)
    back = Row("Answers again after the gateway's return", "s", limit=5)
    for kind in KINDS:
        say(f"outage of {OUTAGE_SECONDS:g} s, {kind}")
        world = await build_world(sandbox, f"outage-{kind}", 1, 3)
        async with run_bot(sandbox, world, kind) as stage:
            await stage.commands_registered()
            await stage.quiet()
            missing, seconds = await sit_out(stage)
        await sandbox.close_world(f"outage-{kind}")
        (lost.plain if kind == "plain" else lost.ours).append(missing)
        (back.plain if kind == "plain" else back.ours).append(seconds)
    return [lost, back]


async def sit_out(stage: Stage) -> tuple[float, float]:
    """Return how many commands were never answered, and when the first answer came after the outage."""
    total = int(OUTAGE_SECONDS * A_SECOND)
    answered: list[float] = []
    all_there = asyncio.Event()

    def note(event: str, payload: dict[str, Any]) -> None:
        if event == "MESSAGE_CREATE" and payload["author"].get("bot"):
            answered.append(time.perf_counter())
            if len(answered) >= total:
                all_there.set()

    forget = stage.world.subscribe(note)
    await strike(stage.world, Refuse(seconds=OUTAGE_SECONDS))
    for _ in range(total):
        channel_id, member_id = next(stage.members)
        stage.world.backend.create_message(channel_id, member_id, "!ping")
        await asyncio.sleep(1 / A_SECOND)
    over = time.perf_counter()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(all_there.wait(), PATIENCE_SECONDS)
    forget()
    first = min(answered, default=over + PATIENCE_SECONDS)
    return float(total - len(answered)), max(0.0, first - over)
