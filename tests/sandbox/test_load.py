"""A load on bots that answer, forget and stutter, and what its report says of them."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import connect

from guildwright.cli.sandbox_load import in_words
from guildwright.sandbox.load import drive
from guildwright.sandbox.load.desk import load_desk
from guildwright.sandbox.load.drive import run_load
from guildwright.sandbox.load.plan import LoadPlan
from guildwright.sandbox.people.refusal import RefusedError
from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import World

ALL_INTENTS = 53608447
BUSY = 10


@dataclass
class TalkingBot:
    """Answers commands and interactions as often as `times` says of the running number."""

    sandbox: Sandbox
    world: World
    times: Callable[[int], int]
    reads: asyncio.Event = field(default_factory=asyncio.Event)
    busy: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0
    heard: int = 0

    async def run(self, ready: asyncio.Event) -> None:
        headers = {"Authorization": f"Bot {self.world.token}"}
        url = f"{self.world.gateway.url}/?v=10&encoding=json"
        async with (
            aiohttp.ClientSession(f"{self.sandbox.address().api_base}/", headers=headers) as client,
            connect(url, compression=None, max_size=None) as socket,
            asyncio.TaskGroup() as answers,
        ):
            await self._register(client)
            properties = {"os": "", "browser": "", "device": ""}
            body = {"token": self.world.token, "intents": ALL_INTENTS, "properties": properties}
            await socket.send(json.dumps({"op": 2, "d": body}))
            async for text in socket:
                event = json.loads(text)
                if ready.is_set():
                    await self.reads.wait()
                elif event["t"] == "READY":
                    ready.set()
                self._hear(event, client, answers)

    async def _register(self, client: aiohttp.ClientSession) -> None:
        path = f"applications/{self.world.backend.application_id}/commands"
        body = {"name": "ping", "description": "Answers.", "type": 1}
        await (await client.post(path, json=body)).read()

    def _hear(self, event: dict[str, Any], client: aiohttp.ClientSession, answers: asyncio.TaskGroup) -> None:
        data = event["d"]
        if event["t"] == "INTERACTION_CREATE":
            path = f"interactions/{data['id']}/{data['token']}/callback"
            body: dict[str, Any] = {"type": 4, "data": {"content": "Pong!"}}
        elif event["t"] == "MESSAGE_CREATE" and data["content"] == "!ping":
            path = f"channels/{data['channel_id']}/messages"
            body = {"content": "Pong!", "message_reference": {"message_id": data["id"]}}
        else:
            self.heard += event["t"] == "MESSAGE_CREATE"
            return
        self.asked += 1
        if self.asked == BUSY:
            self.busy.set()
        for _ in range(self.times(self.asked)):
            answers.create_task(self._post(client, path, body))

    async def _post(self, client: aiohttp.ClientSession, path: str, body: dict[str, Any]) -> None:
        async with client.post(path, json=body) as answer:
            await answer.read()


@asynccontextmanager
async def bot_that(
    sandbox: Sandbox, world: World, answers: Callable[[int], int] = lambda _: 1, *, reads: bool = True
) -> AsyncIterator[TalkingBot]:
    world.application_settings.limits = "off"
    bot, ready = TalkingBot(sandbox, world, answers), asyncio.Event()
    if reads:
        bot.reads.set()
    running = asyncio.create_task(bot.run(ready))
    async with asyncio.timeout(5):
        await ready.wait()
    yield bot
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.req("SAND-502")
async def test_every_event_is_sent_and_every_answer_timed(sandbox: Sandbox, world: World) -> None:
    plan = LoadPlan(
        rate=400, seconds=0.5, guilds=3, commands=0.2, interactions=0.2, joins=0.1, pid=os.getpid()
    )
    async with bot_that(sandbox, world):
        report = await run_load(world, plan)
    assert sum(report.sent.values()) == 200
    assert all(report.sent.values())
    assert (report.lost, report.duplicated, report.held_back) == (0, 0, 0.0)
    for kind in ("command", "interaction"):
        times = report.latency[kind]
        assert times.answered == report.sent[kind]
        assert 0 <= times.p50 <= times.p90 <= times.p99 <= times.most < 5_000
    assert report.bot is not None
    assert min(report.bot.megabytes_before, report.bot.megabytes_after) > 10
    assert report.bot.cpu_seconds > 0
    assert report.bot.cpu_share > 0
    assert report.sandbox_cpu_share > 0


async def test_another_process_can_be_measured(sandbox: Sandbox, world: World) -> None:
    idle = await asyncio.create_subprocess_exec("sleep", "60")
    async with bot_that(sandbox, world):
        report = await run_load(world, LoadPlan(rate=10, seconds=0.1, guilds=1, pid=idle.pid))
    assert report.bot is not None
    assert report.bot.cpu_seconds < 0.05
    assert 0 < report.bot.megabytes_after < 20
    idle.kill()
    await idle.wait()


@pytest.mark.req("SAND-502")
async def test_lost_and_duplicated_answers_are_counted(sandbox: Sandbox, world: World) -> None:
    plan = LoadPlan(rate=300, seconds=0.2, guilds=2, commands=0.5, interactions=0.5, grace=0.3)
    every_fifth_twice_every_sixth_never = lambda number: 2 if number % 5 == 0 else int(number % 6 != 0)  # noqa: E731
    async with bot_that(sandbox, world, every_fifth_twice_every_sixth_never) as bot:
        report = await run_load(world, plan)
        assert bot.asked == sum(report.sent.values()) == 60
    never = sum(number % 6 == 0 and number % 5 != 0 for number in range(1, 61))
    twice = sum(number % 5 == 0 for number in range(1, 61))
    assert (report.lost, report.duplicated) == (never, twice)


async def test_latency_is_the_bots_own_time(sandbox: Sandbox, world: World) -> None:
    """A bot that reads late is slow from its socket on; the sandbox's own queue does not count."""
    async with bot_that(sandbox, world, reads=False) as bot:
        asyncio.get_running_loop().call_later(0.3, bot.reads.set)
        report = await run_load(world, LoadPlan(rate=100, seconds=0.1, guilds=1, commands=1.0))
    assert report.latency["command"].p50 >= 150


async def test_a_bot_far_behind_is_held_back_and_the_report_says_so(
    sandbox: Sandbox, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = chain([drive.TOO_FAR_BEHIND + 1] * 20, repeat(0))
    monkeypatch.setattr(world.gateway, "most_waiting", lambda: next(waiting))
    async with bot_that(sandbox, world):
        report = await run_load(world, LoadPlan(rate=1_000, seconds=0.1, guilds=5))
    assert report.sent["message"] == 100
    assert report.held_back >= 20 * drive.TURN_SECONDS
    assert report.seconds > 0.1 + report.held_back / 2


async def test_guilds_of_the_load_are_used_again(sandbox: Sandbox, world: World) -> None:
    plan = LoadPlan(rate=100, seconds=0.1, guilds=3, joins=1.0)
    async with bot_that(sandbox, world):
        await run_load(world, plan)
        guilds = len(world.backend.guilds)
        await run_load(world, plan)
    assert len(world.backend.guilds) == guilds


async def test_who_joins_leaves_again_so_that_nothing_grows(
    sandbox: Sandbox, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drive, "JOINED_AT_MOST", 2)
    async with bot_that(sandbox, world):
        await run_load(world, LoadPlan(rate=200, seconds=0.1, guilds=1, people=5, joins=1.0))
    loaded = next(guild for guild in world.backend.guilds.values() if guild.name == "Load 1")
    assert len(loaded.members) <= 5 + 1 + 1 + 2


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (LoadPlan(rate=1, seconds=1, interactions=0.5, slash=("nowhere",)), "unknown_command"),
        (LoadPlan(rate=1, seconds=1, pid=2**22 - 1), "unknown_process"),
    ],
)
async def test_a_load_that_cannot_be_is_refused(
    sandbox: Sandbox, world: World, plan: LoadPlan, reason: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        await run_load(world, LoadPlan(rate=1, seconds=1))
    assert refused.value.reason == "no_bot"
    async with bot_that(sandbox, world):
        with pytest.raises(RefusedError) as refused:
            await run_load(world, plan)
    assert refused.value.reason == reason


async def test_the_control_api_begins_and_ends_one_load_at_a_time(sandbox: Sandbox, world: World) -> None:
    url = f"{sandbox.address().control}/load"
    headers = {"Authorization": f"Bearer {sandbox.control_token}"}
    async with bot_that(sandbox, world), aiohttp.ClientSession(headers=headers) as client:

        async def ask(method: str, **options: Any) -> tuple[int, dict[str, Any]]:
            async with client.request(method, url, **options) as answer:
                return answer.status, await answer.json()

        plan = {"rate": 100, "seconds": 60, "guilds": 1}
        assert await ask("GET") == (200, {"running": False, "report": None})
        assert await ask("POST", json=plan) == (200, {"running": True, "report": None})
        status, refused = await ask("POST", json=plan)
        assert (status, refused["error"]["code"]) == (409, "load_running")
        await ask("DELETE")
        _, ended = await ask("GET", params={"wait": 4})
        assert ended["running"] is False
        assert ended["report"]["sent"]["join"] == 0
        for wrong in ({}, plan | {"commands": 0.6, "joins": 0.6}, plan | {"rate": 0}):
            assert (await ask("POST", json=wrong))[0] == 422


async def test_a_world_that_closes_ends_its_load(sandbox: Sandbox) -> None:
    world = await sandbox.open_world("brief")
    async with bot_that(sandbox, world):
        load_desk(world).start(LoadPlan(rate=100, seconds=600, guilds=1))
        await sandbox.close_world("brief")
    assert not load_desk(world).running


async def command_line(*options: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "guildwright", "sandbox", "load", *options),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.req("SAND-502")
async def test_a_person_reads_the_report_and_an_interrupt_ends_the_load(
    sandbox: Sandbox, world: World
) -> None:
    async with bot_that(sandbox, world) as bot:
        page = sandbox.address().page
        process = await command_line(page, "--rate", "200", "--seconds", "600", "--commands", "0.5")
        async with asyncio.timeout(20):
            await bot.busy.wait()
            process.send_signal(signal.SIGINT)
            output, errors = await process.communicate()
    assert errors == b""
    assert process.returncode == 0
    words = output.decode()
    assert "a second" in words
    assert "Commands" in words
    assert "Lost          0, answered twice 0" in words


async def test_without_a_bot_or_a_sandbox_the_verb_says_what_is_missing(sandbox: Sandbox) -> None:
    no_bot = await command_line(sandbox.address().page)
    nowhere = await command_line("http://127.0.0.1:1/#token=abc")
    no_token = await command_line("http://127.0.0.1:1/")
    async with asyncio.timeout(20):
        told = [(await each.communicate())[1].decode() for each in (no_bot, nowhere, no_token)]
    assert "No bot is connected" in told[0]
    assert "no sandbox at" in told[1]
    assert "#token=" in told[2]


def test_a_report_without_answers_is_readable() -> None:
    report = {
        "seconds": 1.0,
        "rate": 10.0,
        "sent": {"message": 0, "command": 10, "interaction": 0, "join": 0},
        "latency": {},
        "lost": 10,
        "duplicated": 0,
        "held_back": 0.5,
        "sandbox_cpu_share": 0.1,
        "bot": {"cpu_share": 0.5, "megabytes_before": 50.0, "megabytes_after": 60.0},
    }
    words = in_words(report)
    assert "none answered" in words
    assert "Held back     0.5 s" in words
    assert "50% of a core, 60 MB (50 MB before)" in words
