"""What the gateway does wrong on demand."""

from __future__ import annotations

import asyncio
import json
import zlib

import pytest

from guildwright.sandbox.faults.kinds import Close, Garbage, HoldIdentify, Refuse, Restore
from guildwright.sandbox.faults.strikes import strike
from guildwright.sandbox.world import World

from .raw_client import Connect


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
    waiting = asyncio.create_task(client.until("READY"))
    other = await connect_client()
    await other.settle()
    assert not waiting.done()
    assert world.gateway.sessions() == []

    await strike(world, Restore())
    assert (await waiting)["session_id"] == world.gateway.sessions()[0]["session_id"]


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
