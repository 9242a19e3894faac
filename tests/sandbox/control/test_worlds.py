"""Worlds, settings, faults, clock and inspector over the control API."""

from __future__ import annotations

import asyncio
import gc
import json
import weakref
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

from guildwright import __version__
from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import World

from .control_api import Control


async def identify(gateway: str, token: str) -> ClientConnection:
    socket = await connect(f"{gateway}/?v=10&encoding=json", compression=None)
    await socket.recv()
    body = {"token": token, "intents": 0, "properties": {"os": "", "browser": "", "device": ""}}
    await socket.send(json.dumps({"op": 2, "d": body}))
    while json.loads(await socket.recv())["t"] != "READY":
        pass
    return socket


async def test_the_sandbox_describes_itself(control: Control, world: World) -> None:
    _, info = await control.get("/info")
    assert info["version"] == __version__
    assert info["world"] == "default"
    assert [person["username"] for person in info["people"]] == ["olivia", "marco", "mia", "max"]
    assert info["owner_id"] == info["people"][0]["id"]
    assert info["gateway"] == world.gateway.url
    assert world.token not in json.dumps(info)


async def test_a_further_world_is_a_discord_of_its_own(control: Control, mia: str) -> None:
    status, opened = await control.post("/worlds", {"name": "other", "seed": 7})
    assert status == 200
    assert opened["control"].endswith("/w/other/_sandbox")
    assert [guild["name"] for guild in opened["guilds"]] == ["Sandbox", "Mia's workshop"]
    other = Control(control.session, opened["control"], control.token)
    assert (await other.get("/info"))[1]["world"] == "other"
    assert (await other.get("/state", **{"as": mia}))[0] == 404
    socket = await identify(opened["gateway"], opened["token"])
    assert len(await sessions(other)) == 1
    assert await sessions(control) == []
    status, refused = await control.post("/worlds", {"name": "other"})
    assert (status, refused["error"]["code"]) == (409, "world_exists")
    assert await control.delete("/worlds/other") == 200
    assert await control.delete("/worlds/other") == 404
    assert await control.delete("/worlds/default") == 409
    async with asyncio.timeout(5):
        await socket.wait_closed()


async def sessions(control: Control) -> list[dict[str, Any]]:
    return (await control.get("/sessions"))[1]


async def test_a_closed_world_is_forgotten(sandbox: Sandbox, control: Control) -> None:
    _, opened = await control.post("/worlds", {"name": "brief"})
    person = opened["people"][0]["id"]
    brief = Control(control.session, opened["control"], control.token)
    await brief.get("/state", **{"as": person})
    url = f"{brief.base.replace('http', 'ws')}/events?as={person}"
    async with connect(url, subprotocols=["guildwright", f"token.{control.token}"]) as stream:
        await stream.send("sync")
        await stream.recv()
        left = weakref.ref(sandbox.worlds["brief"])
        await control.delete("/worlds/brief")
        await stream.wait_closed()
    await control.get("/info")
    gc.collect()
    assert left() is None


async def test_worlds_without_a_name_get_one(control: Control) -> None:
    names = {(await control.post("/worlds", {}))[1]["name"] for _ in range(2)}
    assert len(names) == 2


async def test_settings_change_what_is_named_and_nothing_else(control: Control, world: World) -> None:
    _, before = await control.get("/settings")
    change = {"heartbeat_interval_ms": 500, "privileged_intents": ["members"], "limits": "enforce"}
    status, after = await control.post("/settings", change)
    assert status == 200
    assert after == {**before, **change}
    assert world.application_settings.privileged_intents == {"members"}
    for wrong in ({"limits": "some"}, {"heartbeat_interval_ms": True}, {"unheard_of": 1}):
        status, refused = await control.post("/settings", wrong)
        assert (status, refused["error"]["code"]) == (422, "invalid_request")


async def affected(control: Control, **fault: object) -> int:
    return (await control.post("/faults", fault))[1]["affected"]


async def test_faults_strike_the_sessions_of_the_bot(control: Control, world: World) -> None:
    async with asyncio.timeout(5):
        socket = await identify(world.gateway.url, world.token)
        assert await affected(control, kind="reconnect") == 1
        while json.loads(await socket.recv())["op"] != 7:
            pass
        await control.post("/faults", {"kind": "invalid_session", "resumable": True})
        while (answer := json.loads(await socket.recv()))["op"] != 9:
            pass
        assert answer["d"] is True
        assert await affected(control, kind="stop_acks") == 1
        assert await affected(control, kind="close", code=4000) == 1
        await socket.wait_closed()
        assert socket.close_code == 4000
        assert await affected(control, kind="drop") == 0


async def test_the_gateway_refuses_until_it_is_restored(control: Control, world: World) -> None:
    await control.post("/faults", {"kind": "refuse"})
    with pytest.raises(OSError, match="Connect call failed"):
        await connect(world.gateway.url)
    await control.post("/faults", {"kind": "restore"})
    socket = await identify(world.gateway.url, world.token)
    await socket.close()


async def test_the_clock_moves_forward_only(control: Control, world: World) -> None:
    before = world.clock.now()
    assert (await control.post("/clock", {"advance": 3600}))[0] == 200
    assert (world.clock.now() - before).total_seconds() >= 3600
    assert (await control.post("/clock", {"advance": -1}))[0] == 422


async def test_the_inspector_reads_on_where_it_stopped(control: Control, world: World) -> None:
    world.traffic.add("note", "one")
    _, first = await control.get("/traffic")
    world.traffic.add("note", "two")
    _, second = await control.get("/traffic", since=str(first["next"]))
    assert first["entries"][-1]["title"] == "one"
    assert [entry["title"] for entry in second["entries"]] == ["two"]


async def test_a_wrong_request_is_explained_in_one_shape(control: Control, mia: str, general: str) -> None:
    for body in ({}, {"as": mia}, {"as": mia, "channel_id": general, "content": 5}, [], "text"):
        status, refused = await control.post("/actions/send", body)
        assert (status, refused["error"]["code"]) == (422, "invalid_request")
    surrogate = {"as": mia, "channel_id": general, "content": "\ud800"}
    assert (await control.post("/actions/send", surrogate))[0] == 422
    assert (await control.get("/nowhere"))[1]["error"]["code"] == "not_found"
    assert (await control.get("/actions/send"))[1]["error"]["code"] == "method_not_allowed"
