"""A client that loses its connection gets everything it missed, or is told that it cannot."""

from __future__ import annotations

import asyncio

import pytest

from guildwright.sandbox.faults.kinds import Close, Drop, InvalidSession, Reconnect, Refuse, Restore
from guildwright.sandbox.faults.strikes import strike
from guildwright.sandbox.world import Channel, User, World

from .raw_client import Connect


def speak(world: World, channel: Channel, person: User, *texts: str) -> None:
    for text in texts:
        world.backend.create_message(channel.id, person.id, text)


@pytest.mark.req("SAND-205")
async def test_three_missed_messages_arrive_once_and_in_order_after_resume(
    world: World, connect_client: Connect, general: Channel, people: dict[str, User]
) -> None:
    first = await connect_client()
    await first.identify()
    await first.settle()
    await strike(world, Drop())
    await first.socket.wait_closed()
    speak(world, general, people["mia"], "one", "two", "three")

    second = await connect_client()
    await second.resume(first.session_id, first.sequence)
    replayed = await second.events_until("RESUMED")

    assert [payload["d"].get("content") for payload in replayed] == ["one", "two", "three", None]
    assert [payload["s"] for payload in replayed] == list(range(first.sequence + 1, first.sequence + 5))
    speak(world, general, people["mia"], "four")
    assert (await second.until("MESSAGE_CREATE"))["content"] == "four"


@pytest.mark.req("SAND-205")
async def test_messages_beyond_the_replay_buffer_are_lost(
    world: World, connect_client: Connect, general: Channel, people: dict[str, User]
) -> None:
    world.application_settings.replay_buffer = 2
    first = await connect_client()
    await first.identify()
    await first.settle()
    await strike(world, Drop())
    await first.socket.wait_closed()
    speak(world, general, people["mia"], "one", "two", "three")

    second = await connect_client()
    await second.resume(first.session_id, first.sequence)

    assert (await second.until_op(9))["d"] is False
    assert world.gateway.sessions() == []


@pytest.mark.req("SAND-205")
async def test_a_session_is_gone_when_its_lifetime_is_over(
    world: World, connect_client: Connect, general: Channel, people: dict[str, User]
) -> None:
    first = await connect_client()
    await first.identify()
    await first.settle()
    await strike(world, Drop())
    await first.socket.wait_closed()
    speak(world, general, people["mia"], "one")
    world.clock.advance(world.application_settings.session_lifetime + 1)

    second = await connect_client()
    await second.resume(first.session_id, first.sequence)

    assert (await second.until_op(9))["d"] is False


@pytest.mark.req("SAND-205")
@pytest.mark.parametrize("code", [1000, 1001])
async def test_a_client_that_says_goodbye_cannot_resume(
    world: World, connect_client: Connect, code: int
) -> None:
    first = await connect_client()
    await first.identify()
    await first.socket.close(code)

    second = await connect_client()
    await second.resume(first.session_id, first.sequence)

    assert (await second.until_op(9))["d"] is False


@pytest.mark.req("SAND-205")
@pytest.mark.parametrize("code", [1000, 1001, 4000, 4001, 4002, 4003, 4005, 4008, 4900])
async def test_a_session_closed_on_demand_resumes_unless_the_code_ends_it(
    world: World, connect_client: Connect, general: Channel, people: dict[str, User], code: int
) -> None:
    first = await connect_client()
    await first.identify()
    await first.settle()
    assert (await strike(world, Close(code=code))).affected == 1
    speak(world, general, people["mia"], "missed")
    assert (await first.closed())[0] == code

    second = await connect_client()
    await second.resume(first.session_id, first.sequence)

    replayed = [payload["t"] for payload in await second.events_until("RESUMED")]
    assert replayed == ["MESSAGE_CREATE", "RESUMED"]


@pytest.mark.parametrize("code", [4004, 4007, 4009, 4010, 4011, 4012, 4013, 4014])
async def test_a_session_closed_with_a_final_code_cannot_resume(
    world: World, connect_client: Connect, code: int
) -> None:
    first = await connect_client()
    await first.identify()
    await first.settle()
    await strike(world, Close(code=code))
    assert (await first.closed())[0] == code

    second = await connect_client()
    await second.resume(first.session_id, first.sequence)

    assert (await second.until_op(9))["d"] is False


@pytest.mark.req("SAND-205")
async def test_a_sequence_from_the_future_closes_with_4007_and_ends_the_session(
    world: World, connect_client: Connect
) -> None:
    first = await connect_client()
    await first.identify()
    await first.settle()
    await strike(world, Drop())

    second = await connect_client()
    await second.resume(first.session_id, 10_000)

    assert (await second.closed())[0] == 4007
    assert world.gateway.sessions() == []


@pytest.mark.req("SAND-205")
async def test_op_7_and_op_9_reach_the_client_and_decide_what_resumes(
    world: World, connect_client: Connect
) -> None:
    client = await connect_client()
    ready = await client.identify()
    assert ready["resume_gateway_url"] == world.gateway.url

    await strike(world, Reconnect())
    assert (await client.until_op(7))["d"] is None
    await strike(world, InvalidSession(resumable=True))
    assert (await client.until_op(9))["d"] is True
    assert len(world.gateway.sessions()) == 1
    await strike(world, InvalidSession(resumable=False))
    assert (await client.until_op(9))["d"] is False
    assert world.gateway.sessions() == []


async def test_a_second_connection_takes_the_session_over(world: World, connect_client: Connect) -> None:
    first = await connect_client()
    await first.identify()
    await first.settle()

    second = await connect_client()
    await second.resume(first.session_id, first.sequence)
    await second.until("RESUMED")

    async with asyncio.timeout(5):
        await first.socket.wait_closed()
    assert [session["connected"] for session in world.gateway.sessions()] == [True]


async def test_a_refused_gateway_comes_back_on_the_same_port_and_the_session_resumes(
    world: World, connect_client: Connect
) -> None:
    first = await connect_client()
    await first.identify()
    await first.settle()
    port = world.gateway.port

    assert (await strike(world, Refuse())).affected == 1
    with pytest.raises(OSError):
        await connect_client()
    await strike(world, Restore())

    second = await connect_client()
    await second.resume(first.session_id, first.sequence)
    await second.until("RESUMED")
    assert world.gateway.port == port
