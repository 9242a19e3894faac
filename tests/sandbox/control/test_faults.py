"""Faults over the control API: what there is, what is in force, and how it ends."""

from __future__ import annotations

import asyncio
import json

import pytest
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from guildwright.sandbox.faults.client import Faults
from guildwright.sandbox.faults.kinds import HoldIdentify, Refuse, RestError
from guildwright.sandbox.world import World
from guildwright.testing.control import ControlClient

from .control_api import Control


async def test_every_kind_tells_a_person_what_it_does_and_a_program_how_to_ask(control: Control) -> None:
    _, answer = await control.get("/faults/kinds")
    kinds = {kind["kind"]: kind for kind in answer["kinds"]}
    assert kinds.keys() >= {
        *("drop", "close", "reconnect", "invalid_session", "stop_acks", "garbage", "refuse"),
        *("accept_and_close", "hold_identify", "guild_unavailable", "clock_jump"),
        *("rest_latency", "rest_rate_limit", "rest_error", "rest_reset", "rest_slow"),
    }
    for kind in kinds.values():
        assert kind["title"]
        assert kind["sentence"].endswith(".")
        assert all(parameter["sentence"] for parameter in kind["parameters"])
        bounded = {parameter["name"] for parameter in kind["parameters"]}
        assert ("seconds" in bounded) is kind["lasting"]
    status = kinds["rest_error"]["parameters"][0]
    assert (status["name"], status["default"], status["choices"]) == (
        "status",
        500,
        [500, 501, 502, 503, 504],
    )


async def test_every_kind_can_be_struck_with_what_its_description_gives(
    control: Control, world: World
) -> None:
    guild_id = str(next(iter(world.backend.guilds)))
    _, answer = await control.get("/faults/kinds")
    for kind in answer["kinds"]:
        given = {
            parameter["name"]: parameter["default"]
            for parameter in kind["parameters"]
            if not parameter["required"] and parameter["default"] is not None
        }
        if any(parameter["type"] == "guild" for parameter in kind["parameters"]):
            given["guild_id"] = guild_id
        status, outcome = await control.post("/faults", {"kind": kind["kind"], **given})
        assert status == 200, outcome
        assert (outcome["fault"] is not None) is kind["lasting"]
    assert (await control.get("/faults"))[1] == {"faults": []}, "the last kind ends them all"


async def test_what_is_in_force_is_listed_and_ended_one_by_one_or_together(control: Control) -> None:
    _, begun = await control.post("/faults", {"kind": "rest_error", "count": 3, "seconds": 60})
    await control.post("/faults", {"kind": "hold_identify"})
    await control.post("/faults", {"kind": "rest_slow"})
    number = begun["fault"]["id"]
    _, listed = await control.get("/faults")
    first = listed["faults"][0]
    assert [fault["kind"] for fault in listed["faults"]] == ["rest_error", "hold_identify", "rest_slow"]
    assert (first["id"], first["struck"], first["left"], first["status"]) == (number, 0, 3, 500)
    assert 0 < first["seconds_left"] <= 60
    assert await control.delete(f"/faults/{number}") == 200
    assert await control.delete(f"/faults/{number}") == 404
    assert await control.delete("/faults") == 200
    assert (await control.get("/faults"))[1] == {"faults": []}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "earthquake"},
        {"kind": "drop", "code": 1006},
        {"kind": "drop", "unheard_of": 1},
        {"kind": "refuse", "seconds": 0},
        {"kind": "refuse", "seconds": 1e9},
        {"kind": "rest_error", "status": 404},
        {"kind": "rest_error", "probability": 2},
        {"kind": "rest_latency", "milliseconds": "5"},
        {"kind": "guild_unavailable"},
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused(control: Control, body: dict[str, object]) -> None:
    status, refused = await control.post("/faults", body)
    assert (status, refused["error"]["code"]) == (422, "invalid_request")
    assert (await control.get("/faults"))[1] == {"faults": []}


async def test_an_outage_of_an_unknown_guild_is_refused(control: Control) -> None:
    status, refused = await control.post("/faults", {"kind": "guild_unavailable", "guild_id": "1"})
    assert (status, refused["error"]["code"]) == (404, "unknown_guild")


async def test_a_page_hears_that_faults_begin_and_end_and_of_violations(
    control: Control, world: World, mia: str
) -> None:
    url = f"{control.base.replace('http', 'ws')}/events?as={mia}"
    names = [Subprotocol("guildwright"), Subprotocol(f"token.{control.token}")]
    async with connect(url, subprotocols=names) as stream, asyncio.timeout(5):
        await control.post("/faults", {"kind": "hold_identify"})
        assert json.loads(await stream.recv()) == {"type": "faults", "data": {}}
        await control.delete("/faults")
        assert json.loads(await stream.recv()) == {"type": "faults", "data": {}}
        world.traffic.add("violation", "wrong_token", shard=0)
        told = json.loads(await stream.recv())
    assert told["type"] == "violation"
    assert (told["data"]["kind"], told["data"]["count"]) == ("wrong_token", 1)
    assert told["data"]["sentence"].endswith(".")


async def test_a_test_strikes_typed_faults_over_the_control_api(control: Control, world: World) -> None:
    client, said = ControlClient(control.base, control.token), list[str]()
    faults = Faults(client, said.append)
    try:
        assert await faults.strike(Refuse(seconds=30)) == 0
        assert not world.gateway.listening
        number = await faults.begin(RestError(status=503, count=2))
        await faults.strike(HoldIdentify())
        assert [fault["kind"] for fault in await faults.active()] == ["refuse", "rest_error", "hold_identify"]
        await faults.end(number)
        await faults.end()
        assert await faults.active() == []
        assert world.gateway.listening
    finally:
        await client.close()
    assert said[:2] == ["fault: refuse seconds=30.0", "fault: rest_error count=2 status=503"]
