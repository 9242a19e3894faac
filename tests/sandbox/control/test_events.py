"""The event stream: quick, bounded, and for one person's eyes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from guildwright.sandbox.control import stream
from guildwright.sandbox.control.broadcast import broadcast_of
from guildwright.sandbox.world import World

from .control_api import Control


def address(control: Control, mia: str, query: str = "") -> str:
    return f"{control.base.replace('http', 'ws')}/events?as={mia}{query}"


def protocols(control: Control) -> Any:
    return ["guildwright", f"token.{control.token}"]


@pytest.fixture
async def socket(control: Control, mia: str) -> AsyncIterator[ClientConnection]:
    async with connect(address(control, mia), subprotocols=protocols(control)) as opened:
        yield opened


async def frame(socket: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        return json.loads(await socket.recv())


async def test_changes_of_the_state_are_told_once(
    socket: ClientConnection, world: World, general: str
) -> None:
    for number in range(5):
        world.backend.edit_channel(int(general), {"topic": f"topic {number}"})
    assert await frame(socket) == {"type": "state", "data": {}}
    await socket.send("sync")
    assert await frame(socket) == {"type": "sync", "data": {}}


async def test_a_change_of_the_commands_is_told(
    socket: ClientConnection, control: Control, world: World
) -> None:
    api = f"{control.base.removesuffix('/_sandbox')}/api/v10"
    url = f"{api}/applications/{world.backend.application_id}/commands"
    headers = {"Authorization": f"Bot {world.token}"}
    body = [{"name": "ping", "description": "-"}]
    async with control.session.put(url, json=body, headers=headers) as answer:
        assert answer.status == 200
    assert (await frame(socket))["type"] == "commands"


async def test_traffic_is_for_those_who_ask(
    socket: ClientConnection, control: Control, mia: str, world: World
) -> None:
    async with connect(address(control, mia, "&traffic=1"), subprotocols=protocols(control)) as inspector:
        world.traffic.add("note", "seen by the inspector")
        shown = await frame(inspector)
        assert (shown["type"], shown["data"]["title"]) == ("traffic", "seen by the inspector")
    await socket.send("sync")
    assert (await frame(socket))["type"] == "sync"


async def test_nobody_watching_costs_the_world_nothing(control: Control, mia: str, world: World) -> None:
    before = len(world.backend.subscribers)
    async with connect(address(control, mia), subprotocols=protocols(control)):
        assert len(world.backend.subscribers) == before + 1
    async with asyncio.timeout(5):
        while len(world.backend.subscribers) > before:
            await control.get("/info")


async def test_a_client_that_does_not_read_is_dropped(
    control: Control, mia: str, world: World, general: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "WAITING_FRAMES", 10)
    async with connect(address(control, mia), subprotocols=protocols(control)) as slow:
        # All in one turn of the loop: the stream cannot send in between.
        for _ in range(20):
            world.backend.create_message(int(general), int(mia), "hello")
        async with asyncio.timeout(5):
            await slow.wait_closed()
        assert slow.close_code == stream.TOO_SLOW
    assert broadcast_of(world)


async def test_closing_a_world_ends_its_streams(control: Control) -> None:
    _, opened = await control.post("/worlds", {"name": "short"})
    person = opened["people"][0]["id"]
    url = opened["control"].replace("http", "ws") + f"/events?as={person}"
    async with connect(url, subprotocols=protocols(control)) as socket:
        assert await control.delete("/worlds/short") == 200
        async with asyncio.timeout(5):
            await socket.wait_closed()
        assert socket.close_code == stream.GOING_AWAY
