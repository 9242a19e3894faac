"""From saving a file to the first answer of the new code, over the socket."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from benchmarks.figures import Row
from benchmarks.process import EXTENSION
from benchmarks.rounds import Plan
from benchmarks.stage import Stage, build_world, run_bot
from guildwright.sandbox.server import Sandbox

SAVES = 30
LIMIT_MILLISECONDS = 300.0
ASK_AGAIN_SECONDS = 0.005


async def measure_saving(sandbox: Sandbox, plan: Plan, say: Callable[[str], None]) -> list[Row]:
    """Somebody asks again and again while the answer's text is changed in the extension's file."""
    del plan
    row = Row("Save → new code answering", "ms", limit=LIMIT_MILLISECONDS)
    say(f"{SAVES} saves")
    world = await build_world(sandbox, "saving", 1, 3)
    async with run_bot(sandbox, world, "ours") as stage:
        await stage.commands_registered()
        await stage.quiet()
        for number in range(SAVES):
            row.ours.append(await save_and_ask(stage, f"Pong {number}!") * 1_000)
    await sandbox.close_world("saving")
    return [row]


async def save_and_ask(stage: Stage, text: str) -> float:
    """Write the extension with another answer; return the seconds until the first message that says it."""
    answered = asyncio.Event()

    def note(event: str, payload: dict[str, Any]) -> None:
        if event == "MESSAGE_CREATE" and payload["content"] == text:
            answered.set()

    forget = stage.world.subscribe(note)
    file = stage.bot.log.parent / "instance" / "extensions" / EXTENSION.name
    source = EXTENSION.read_text(encoding="utf-8").replace("Pong!", text)
    saved = time.perf_counter()
    file.write_text(source, encoding="utf-8")
    while not answered.is_set():
        channel_id, member_id = next(stage.members)
        stage.world.backend.create_message(channel_id, member_id, "!ping")
        await asyncio.sleep(ASK_AGAIN_SECONDS)
    forget()
    return time.perf_counter() - saved
