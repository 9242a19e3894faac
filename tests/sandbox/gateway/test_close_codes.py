"""Whoever breaks a rule of the gateway is closed with Discord's code and a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from guildwright.sandbox.faults.kinds import Close
from guildwright.sandbox.world import World

from .raw_client import Connect

UNUSED_INTENT = 1 << 17
MEMBERS_INTENT = 1 << 1


@pytest.mark.req("SAND-207")
async def test_an_unknown_opcode_closes_with_4001(connect_client: Connect) -> None:
    client = await connect_client()
    await client.identify()
    await client.send(77)
    assert (await client.closed())[0] == 4001


@pytest.mark.req("SAND-207")
async def test_a_payload_above_4096_bytes_closes_with_4002(connect_client: Connect) -> None:
    client = await connect_client()
    await client.send(1, "x" * 4_096)
    assert await client.closed() == (4002, "A payload may have 4096 bytes at most.")


@pytest.mark.req("SAND-207")
async def test_a_payload_of_4096_bytes_is_read(connect_client: Connect) -> None:
    client = await connect_client()
    frame = '{"op": 1, "d": null}'
    await client.socket.send(frame + " " * (4_096 - len(frame)))
    assert (await client.receive())["op"] == 11


@pytest.mark.parametrize("frame", ["", "{", "[]", "null", "{}", '{"op": "2"}', '{"op": true}', b"\x83h\x02"])
async def test_what_is_no_payload_closes_with_4002(connect_client: Connect, frame: str | bytes) -> None:
    client = await connect_client()
    await client.socket.send(frame)
    assert (await client.closed())[0] == 4002


@pytest.mark.req("SAND-207")
@pytest.mark.parametrize("op", [3, 4, 8, 31])
async def test_a_command_before_identify_closes_with_4003(connect_client: Connect, op: int) -> None:
    client = await connect_client()
    await client.send(op, {})
    assert (await client.closed())[0] == 4003


@pytest.mark.req("SAND-207")
@pytest.mark.parametrize("op", [2, 6])
async def test_identifying_twice_closes_with_4005(connect_client: Connect, op: int) -> None:
    client = await connect_client()
    await client.identify()
    await client.send(op, {})
    assert (await client.closed())[0] == 4005


@pytest.mark.req("SAND-207")
async def test_the_121st_payload_of_a_minute_closes_with_4008(world: World, connect_client: Connect) -> None:
    client = await connect_client()
    for _ in range(120):
        await client.send(1)
        assert (await client.receive())["op"] == 11
    await client.send(1)
    assert (await client.closed())[0] == 4008
    assert world.traffic.violations["rate_limited"] == 1


async def test_a_minute_later_a_client_may_send_again(world: World, connect_client: Connect) -> None:
    world.application_settings.heartbeat_interval_ms = 3_600_000
    client = await connect_client()
    for _ in range(3):
        for _ in range(100):
            await client.send(1)
            assert (await client.receive())["op"] == 11
        world.clock.advance(61)


@pytest.mark.req("SAND-202")
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"token": "wrong"}, 4004),
        ({"token": None}, 4004),
        ({"shard": [1, 1]}, 4010),
        ({"shard": [-1, 2]}, 4010),
        ({"shard": "0"}, 4010),
        ({"intents": None}, 4013),
        ({"intents": UNUSED_INTENT}, 4013),
        ({"intents": -1}, 4013),
        ({"properties": None}, 4002),
        ({"large_threshold": 10}, 4002),
    ],
)
async def test_a_wrong_identify_is_closed_with_its_code(
    connect_client: Connect, fields: dict[str, Any], code: int
) -> None:
    client = await connect_client()
    await client.send_identify(**fields)
    assert (await client.closed())[0] == code


@pytest.mark.req("SAND-202")
async def test_a_privileged_intent_that_is_not_switched_on_closes_with_4014(
    world: World, connect_client: Connect
) -> None:
    world.application_settings.privileged_intents.discard("members")
    client = await connect_client()
    await client.send_identify(intents=MEMBERS_INTENT)
    code, reason = await client.closed()
    assert code == 4014
    assert "members" in (reason or "")

    allowed = await connect_client()
    await allowed.identify(intents=1)


async def test_too_many_guilds_on_a_shard_close_with_4011(world: World, connect_client: Connect) -> None:
    world.application_settings.guilds_per_shard = 1
    client = await connect_client()
    await client.send_identify()
    assert (await client.closed())[0] == 4011

    sharded = await connect_client()
    await sharded.identify(shard=[0, 2])


@pytest.mark.parametrize(
    ("query", "code", "word"),
    [
        ("v=9&encoding=json", 4012, "v10"),
        ("v=10&encoding=etf", 4002, "encoding=json"),
        ("v=10&encoding=json&compress=brotli", 4002, "zlib-stream"),
    ],
)
async def test_a_dialect_that_is_not_served_is_refused_with_a_sentence(
    connect_client: Connect, query: str, code: int, word: str
) -> None:
    client = await connect_client(query, hello=False)
    found, reason = await client.closed()
    assert found == code
    assert word in (reason or "")


async def test_a_web_page_cannot_open_a_socket(world: World) -> None:
    from websockets.asyncio.client import connect
    from websockets.exceptions import InvalidStatus

    with pytest.raises(InvalidStatus):
        await connect(f"{world.gateway.url}/?v=10", origin="http://example.org")  # type: ignore[arg-type]


HOSTILE: list[Any] = [
    None,
    [],
    "x" * 3_000,
    -1,
    {"guild_id": "٣", "query": "", "user_ids": {}},
    {"guild_id": 10**40, "channel_id": [], "status": [], "seq": None, "session_id": {}},
    {"guild_id": "1", "channel_id": "x", "query": {}, "limit": "many", "activities": [1], "status": "dnd"},
    {"guild_id": "1", "user_ids": [{}], "activities": [{"name": None}], "guild_ids": None},
]


@pytest.mark.parametrize("op", [2, 3, 4, 6, 8, 31])
@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
async def test_hostile_payloads_get_an_answer_or_a_documented_code(
    world: World, connect_client: Connect, op: int, data: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client = await connect_client()
    if op not in {2, 6}:
        await client.identify()
        await client.settle()
    await client.send(op, data)
    await client.send(99)
    assert (await client.closed())[0] in {4001, 4002, 4004}
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize("code", [1005, 1006, 2999, 5000])
def test_a_code_that_no_frame_can_carry_is_refused(code: int) -> None:
    with pytest.raises(ValidationError):
        Close(code=code)
