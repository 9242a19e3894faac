"""What the bot says of itself over the gateway is seen in the world."""

from __future__ import annotations

from typing import Any

import pytest

from guildwright.sandbox.faults.kinds import Drop
from guildwright.sandbox.faults.strikes import strike
from guildwright.sandbox.world import Guild, World

from .raw_client import Connect


@pytest.mark.req("SAND-208")
async def test_the_bot_comes_online_with_its_status_and_goes_offline(
    world: World, connect_client: Connect
) -> None:
    seen: list[tuple[bool, str]] = []
    world.gateway.on_presence(lambda online: seen.append((online, world.presence(world.bot_id).status)))
    client = await connect_client()
    await client.identify(presence={"status": "idle", "activities": [], "since": None, "afk": False})
    await client.send(3, {"status": "dnd", "activities": [{"name": "chess", "type": 0}], "since": None})
    await client.settle()
    assert world.presence(world.bot_id).activities == ({"name": "chess", "type": 0},)
    await client.socket.close(1000)
    await world.gateway.stop()
    assert seen == [(True, "idle"), (True, "dnd"), (False, "offline")]


@pytest.mark.req("SAND-208")
async def test_a_resumed_bot_shows_what_it_showed_before(world: World, connect_client: Connect) -> None:
    client = await connect_client()
    await client.identify(presence={"status": "idle"})
    await client.settle()
    await strike(world, Drop())
    await client.socket.wait_closed()
    again = await connect_client()
    await again.resume(client.session_id, client.sequence)
    await again.until("RESUMED")
    assert world.presence(world.bot_id).status == "idle"


@pytest.mark.parametrize("data", [None, {"status": "busy"}, {"activities": {}}, {"activities": [{}]}])
async def test_a_presence_that_cannot_be_read_closes_with_4002(connect_client: Connect, data: Any) -> None:
    client = await connect_client()
    await client.identify()
    await client.send(3, data)
    assert (await client.closed())[0] == 4002


@pytest.mark.req("SAND-208")
async def test_the_bot_joins_and_leaves_voice_as_a_state_and_the_inspector_says_so(
    world: World, connect_client: Connect, guild: Guild
) -> None:
    lounge = next(channel for channel in world.backend.channels.values() if channel.name == "Lounge")
    client = await connect_client()
    await client.identify()
    await client.settle()
    await client.send(4, {"guild_id": str(guild.id), "channel_id": str(lounge.id), "self_deaf": True})
    [joined] = [payload["d"] for payload in await client.settle()]
    assert (joined["channel_id"], joined["self_deaf"]) == (str(lounge.id), True)
    assert any("no voice server" in str(entry.facts.get("text")) for entry in world.traffic.entries())
    await client.send(4, {"guild_id": str(guild.id), "channel_id": None})
    [left] = [payload["d"] for payload in await client.settle()]
    assert left["channel_id"] is None
    assert guild.voice_states == {}


async def test_a_voice_channel_that_is_not_for_the_bot_is_refused_in_silence(
    world: World, connect_client: Connect, guild: Guild
) -> None:
    client = await connect_client()
    await client.identify()
    await client.settle()
    for channel in ("1", str(guild.channel_ids[0])):
        await client.send(4, {"guild_id": str(guild.id), "channel_id": channel})
    assert await client.settle() == []
    assert world.traffic.violations["voice_refused"] == 2


async def test_sounds_are_asked_for_and_there_are_none(connect_client: Connect, guild: Guild) -> None:
    client = await connect_client()
    await client.identify()
    await client.settle()
    await client.send(31, {"guild_ids": [str(guild.id)]})
    [answer] = await client.settle()
    assert answer["d"] == {"guild_id": str(guild.id), "soundboard_sounds": []}
