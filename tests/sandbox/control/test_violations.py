"""What Discord would punish, each provoked once over the sockets and read over the control API."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

import guildwright.sandbox
from guildwright.kernel import limits
from guildwright.sandbox.gateway.codes import REASONS
from guildwright.sandbox.people.commands import run_command
from guildwright.sandbox.people.person import find_person
from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.violations import VIOLATIONS
from guildwright.sandbox.world import World

from .control_api import Control

Logged = Callable[[str], Awaitable[None]]


async def told(control: Control) -> dict[str, dict[str, Any]]:
    _, answer = await control.get("/violations")
    return {violation["kind"]: violation for violation in answer["violations"]}


async def fetch(client: aiohttp.ClientSession, path: str) -> int:
    async with client.get(path) as answer:
        await answer.read()
        return answer.status


async def open_socket(world: World) -> ClientConnection:
    socket = await connect(f"{world.gateway.url}/?v=10&encoding=json", compression=None)
    await socket.recv()
    return socket


async def identify(world: World, socket: ClientConnection) -> None:
    body = {"token": world.token, "intents": 1, "properties": {"os": "", "browser": "", "device": ""}}
    await socket.send(json.dumps({"op": 2, "d": body}))
    while json.loads(await socket.recv())["op"] not in (0, 9):
        pass


async def read_out(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        async with asyncio.timeout(5):
            while True:
                await socket.recv()


@pytest.mark.req("SAND-504")
async def test_a_second_identify_of_a_key_within_five_seconds(control: Control, world: World) -> None:
    sockets = [await open_socket(world) for _ in range(2)]
    for socket in sockets:
        await identify(world, socket)
    found = (await told(control))["identify_too_early"]
    assert (found["count"], found["facts"]) == (1, {"shard": 0})
    for socket in sockets:
        await socket.close()


@pytest.mark.req("SAND-504")
async def test_more_sends_than_a_minute_allows(control: Control, world: World) -> None:
    socket = await open_socket(world)
    for _ in range(limits.GATEWAY_SENDS + 1):
        await socket.send(json.dumps({"op": 1, "d": None}))
    await read_out(socket)
    assert socket.close_code == 4008
    assert (await told(control))["rate_limited"]["count"] == 1


@pytest.mark.req("SAND-504")
async def test_heartbeats_that_do_not_come(control: Control, world: World) -> None:
    world.application_settings.heartbeat_interval_ms = 10
    socket = await open_socket(world)
    await read_out(socket)
    assert socket.close_code == 4009
    assert (await told(control))["session_timed_out"]["count"] == 1


@pytest.mark.req("SAND-504")
async def test_invalid_requests_are_counted_and_too_many_of_them_punished(
    sandbox: Sandbox, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "INVALID_REQUESTS", 12)
    async with aiohttp.ClientSession(f"{sandbox.address().api_base}/") as client:
        for _ in range(11):
            assert await fetch(client, "users/@me") == 401
        assert (await control.get("/violations"))[1] == {"violations": [], "invalid_requests": 11}
        await fetch(client, "users/@me")
    assert (await told(control))["invalid_requests_exceeded"]["count"] == 1


@pytest.mark.req("SAND-504")
async def test_an_interaction_that_nobody_answers(
    control: Control, sandbox: Sandbox, world: World, mia: str, general: str, logged: Logged
) -> None:
    address = sandbox.address()
    application = world.backend.application_id
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {world.token}"}) as client:
        body = {"name": "ping", "description": "Answers.", "type": 1}
        await (await client.post(f"{address.api_base}/applications/{application}/commands", json=body)).read()
    run_command(find_person(world, int(mia)), int(general), ["ping"], {})
    await control.post("/clock", {"advance": 3})
    await logged("interaction_unanswered")
    assert (await told(control))["interaction_unanswered"]["count"] == 1


@pytest.mark.req("SAND-504")
async def test_more_requests_than_a_second_allows(
    control: Control, sandbox: Sandbox, world: World, logged: Logged
) -> None:
    world.application_settings.limits = "enforce"
    headers = {"Authorization": f"Bot {world.token}"}
    async with aiohttp.ClientSession(f"{sandbox.address().api_base}/", headers=headers) as client:
        await asyncio.gather(*(fetch(client, "users/@me") for _ in range(60)))
    await logged("global_limit_exceeded")
    found = (await told(control))["global_limit_exceeded"]
    assert found["count"] >= 1
    assert found["facts"] == {"route": "GET /users/@me"}


@pytest.mark.req("SAND-504")
async def test_the_latest_violation_stands_first_and_in_words(control: Control, world: World) -> None:
    for kind in ("wrong_token", "voice_refused", "wrong_token"):
        world.traffic.add("violation", kind)
    _, answer = await control.get("/violations")
    assert [(found["kind"], found["count"]) for found in answer["violations"]] == [
        ("wrong_token", 2),
        ("voice_refused", 1),
    ]
    assert all(found["title"] and found["sentence"].endswith(".") for found in answer["violations"])


def test_every_violation_that_the_sandbox_notes_has_words() -> None:
    folder = Path(guildwright.sandbox.__file__).parent
    sources = [path.read_text() for path in folder.rglob("*.py")]
    noted = {name for text in sources for name in re.findall(r'add\(\s*"violation",\s*"(\w+)"', text)}
    assert len(noted) > 5
    assert noted | {code.name.lower() for code in REASONS} == VIOLATIONS.keys()
