"""Heartbeats keep a connection; whoever goes silent loses it."""

from __future__ import annotations

import pytest

from guildwright.sandbox.faults.kinds import RequestHeartbeat, StopAcks
from guildwright.sandbox.faults.strikes import strike
from guildwright.sandbox.world import World

from .raw_client import Connect


@pytest.mark.req("SAND-201")
async def test_hello_tells_the_interval_and_every_beat_is_acknowledged(
    world: World, connect_client: Connect
) -> None:
    world.application_settings.heartbeat_interval_ms = 12_345
    client = await connect_client(hello=False)
    assert (await client.until_op(10))["d"]["heartbeat_interval"] == 12_345
    await client.send(1)
    assert await client.receive() == {"op": 11, "d": None, "s": None, "t": None}


@pytest.mark.req("SAND-201")
async def test_a_client_that_misses_two_beats_is_closed_with_4009_and_must_start_anew(
    world: World, connect_client: Connect
) -> None:
    world.application_settings.heartbeat_interval_ms = 40
    client = await connect_client()
    await client.identify()
    assert (await client.closed())[0] == 4009

    again = await connect_client()
    await again.resume(client.session_id, client.sequence)
    assert (await again.until_op(9))["d"] is False


@pytest.mark.req("SAND-201")
async def test_a_client_that_beats_stays_connected(world: World, connect_client: Connect) -> None:
    world.application_settings.heartbeat_interval_ms = 1_000
    client = await connect_client()
    for _ in range(5):
        world.clock.advance(1.5)
        await client.settle()
    assert "session_timed_out" not in world.traffic.violations


@pytest.mark.req("SAND-201")
async def test_the_server_asks_for_a_beat_and_acknowledges_the_answer(
    world: World, connect_client: Connect
) -> None:
    client = await connect_client()
    await client.identify()
    await client.settle()
    assert (await strike(world, RequestHeartbeat())).affected == 1
    assert (await client.receive())["op"] == 1
    assert await client.settle() == []
    assert world.gateway.sessions()[0]["acknowledged"] == client.sequence


@pytest.mark.req("SAND-201")
async def test_acknowledgements_stop_on_demand_for_the_present_connection_only(
    world: World, connect_client: Connect
) -> None:
    client = await connect_client()
    await client.identify()
    await client.settle()
    await strike(world, StopAcks())
    await client.send(1)
    await strike(world, RequestHeartbeat())
    assert (await client.receive())["op"] == 1

    again = await connect_client()
    await again.resume(client.session_id, client.sequence)
    await again.until("RESUMED")
    assert await again.settle() == []
