"""What the gateway does wrong on demand."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable

import pytest

from guildwright.sandbox.faults.board import faults_of
from guildwright.sandbox.faults.kinds import (
    AcceptAndClose,
    ClockJump,
    Close,
    Drop,
    Garbage,
    GuildUnavailable,
    HoldIdentify,
    Refuse,
    Restore,
    StopAcks,
)
from guildwright.sandbox.faults.strikes import strike
from guildwright.sandbox.world import Channel, Guild, User, World

from .raw_client import Connect

Logged = Callable[[str], Awaitable[None]]


async def test_garbage_cannot_be_read_and_the_session_survives_it(
    world: World, connect_client: Connect
) -> None:
    plain = await connect_client()
    await plain.identify(shard=[0, 2])
    await plain.settle()
    compressed = await connect_client("v=10&encoding=json&compress=zlib-stream")
    await compressed.identify(shard=[1, 2])
    await compressed.settle()

    assert (await strike(world, Garbage())).affected == 2

    with pytest.raises(json.JSONDecodeError):
        await plain.receive()
    with pytest.raises(zlib.error):
        await compressed.receive()
    again = await connect_client()
    await again.resume(compressed.session_id, compressed.sequence)
    await again.until("RESUMED")


async def test_a_held_identify_is_answered_when_the_hold_ends(world: World, connect_client: Connect) -> None:
    client = await connect_client()
    assert (await strike(world, HoldIdentify())).affected == 1
    await client.send_identify()
    assert await client.settle() == []
    assert world.gateway.sessions() == []

    await strike(world, Restore())
    assert (await client.until("READY"))["session_id"] == world.gateway.sessions()[0]["session_id"]


async def test_a_held_identify_may_still_be_refused(world: World, connect_client: Connect) -> None:
    await strike(world, HoldIdentify())
    wrong, twice = await connect_client(), await connect_client()
    await wrong.send_identify(token="wrong")
    await twice.send_identify()
    await twice.send_identify()
    await strike(world, Restore())
    assert (await wrong.closed())[0] == 4004
    assert (await twice.closed())[0] == 4005


async def test_a_held_identify_is_answered_after_its_time(world: World, connect_client: Connect) -> None:
    await strike(world, HoldIdentify(seconds=0.05))
    client = await connect_client()
    await client.identify()


async def test_a_refusal_ends_after_its_time(world: World, connect_client: Connect) -> None:
    restored = asyncio.Event()
    world.traffic.subscribe(lambda entry: restored.set() if entry.title == "restore" else None)
    await strike(world, Refuse(seconds=0.05))
    assert not world.gateway.listening
    async with asyncio.timeout(5):
        await restored.wait()
    client = await connect_client()
    await client.identify()


async def test_one_shard_is_struck_and_the_other_goes_on(world: World, connect_client: Connect) -> None:
    zero, one = await connect_client(), await connect_client()
    await zero.identify(shard=[0, 2])
    await one.identify(shard=[1, 2])
    await one.settle()
    assert (await strike(world, Close(code=4000, shard=0))).affected == 1
    assert (await zero.closed())[0] == 4000
    assert await one.settle() == []


async def test_a_client_that_does_not_read_is_cut_off_and_finds_its_session_again(
    world: World, connect_client: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guildwright.sandbox.gateway.connection.QUEUE_LIMIT", 10)
    client = await connect_client()
    await client.identify()
    await client.settle()
    for _ in range(30):
        world.backend.emit("USER_UPDATE", {"id": str(world.bot_id)})
    async with asyncio.timeout(5):
        await client.socket.wait_closed()
    assert sum(entry.title == "client_too_slow" for entry in world.traffic.entries()) == 1
    monkeypatch.undo()
    again = await connect_client()
    await again.resume(client.session_id, client.sequence)
    assert len(await again.events_until("RESUMED")) == 31


async def test_connections_are_accepted_and_closed_before_hello_as_often_as_asked(
    world: World, connect_client: Connect
) -> None:
    before = await connect_client()
    await before.identify()
    outcome = await strike(world, AcceptAndClose(count=2, code=1001))
    assert outcome.affected == 1
    for _ in range(2):
        assert (await (await connect_client(hello=False)).closed())[0] == 1001
    after = await connect_client()
    await after.resume(before.session_id, before.sequence)
    await after.until("RESUMED")
    assert faults_of(world).active() == []


async def test_acknowledgements_come_back_when_the_fault_ends(
    world: World, connect_client: Connect, logged: Logged
) -> None:
    client = await connect_client()
    await client.identify()
    await client.settle()
    outcome = await strike(world, StopAcks())
    assert outcome.active is not None
    await client.send(1)
    await logged("stop_acks")
    assert outcome.active.struck == 1
    await faults_of(world).end(outcome.active.id)
    assert await client.settle() == []


async def test_stopped_acknowledgements_are_over_with_the_connections_they_struck(
    world: World, connect_client: Connect
) -> None:
    await (await connect_client()).identify()
    outcome = await strike(world, StopAcks())
    assert outcome.active is not None
    await strike(world, Drop())
    async with asyncio.timeout(5):
        await outcome.active.ended.wait()


async def test_an_unavailable_guild_is_silent_and_comes_back_as_one_that_is_known(
    world: World, guild: Guild, general: Channel, people: dict[str, User], connect_client: Connect
) -> None:
    world.application_settings.limits = "off"
    client = await connect_client()
    await client.identify()
    await client.settle()
    outcome = await strike(world, GuildUnavailable(guild_id=str(guild.id)))
    assert outcome.active is not None
    assert await client.until("GUILD_DELETE") == {"id": str(guild.id), "unavailable": True}

    world.backend.create_message(general.id, people["mia"].id, "nobody hears this")
    assert await client.settle() == []
    late = await connect_client()
    await late.identify(shard=[0, 1])
    assert str(guild.id) not in [payload["d"].get("id") for payload in await late.settle()]

    await faults_of(world).end(outcome.active.id)
    back = await client.until("GUILD_CREATE")
    assert (back["id"], back["unavailable"]) == (str(guild.id), False)
    world.backend.create_message(general.id, people["mia"].id, "heard again")
    assert (await client.until("MESSAGE_CREATE"))["content"] == "heard again"


async def test_two_outages_of_a_guild_end_with_the_later_one(
    world: World, guild: Guild, connect_client: Connect
) -> None:
    client = await connect_client()
    await client.identify()
    await client.settle()
    for _ in range(2):
        await strike(world, GuildUnavailable(guild_id=str(guild.id)))
    await client.until("GUILD_DELETE")
    first, second = faults_of(world).active()
    await faults_of(world).end(first.id)
    assert await client.settle() == []
    await faults_of(world).end(second.id)
    await client.until("GUILD_CREATE")


async def test_a_gateway_refused_twice_stays_closed_until_the_later_refusal_ends(
    world: World, connect_client: Connect
) -> None:
    for _ in range(2):
        await strike(world, Refuse())
    first, second = faults_of(world).active()
    await faults_of(world).end(first.id)
    assert not world.gateway.listening
    await faults_of(world).end(second.id)
    await (await connect_client()).identify()


async def test_a_clock_jump_ends_a_session_that_waits(
    world: World, connect_client: Connect, logged: Logged
) -> None:
    client = await connect_client()
    await client.identify()
    await strike(world, Drop())
    await logged("disconnected")
    await strike(world, ClockJump(advance=200))
    again = await connect_client()
    await again.resume(client.session_id, client.sequence)
    assert (await again.until_op(9))["d"] is False
