"""What a bot is told of a guild's members: at once, and on request."""

from __future__ import annotations

from typing import Any

import pytest

from guildwright.sandbox.gateway.intents import ALL_INTENTS, Intent
from guildwright.sandbox.world import Guild, User, World

from .raw_client import Connect, RawClient

NO_PRESENCES = ALL_INTENTS & ~Intent.GUILD_PRESENCES
NO_MEMBERS = ALL_INTENTS & ~(Intent.GUILD_PRESENCES | Intent.GUILD_MEMBERS)


async def guild_created(client: RawClient, guild: Guild, **identify: Any) -> dict[str, Any]:
    await client.identify(**identify)
    arrived = await client.settle()
    return next(payload["d"] for payload in arrived if payload["d"]["id"] == str(guild.id))


def members_of(payload: dict[str, Any]) -> set[str]:
    return {member["user"]["username"] for member in payload["members"]}


async def ask(client: RawClient, guild: Guild, **fields: Any) -> list[dict[str, Any]]:
    await client.send(8, {"guild_id": str(guild.id)} | fields)
    return [payload["d"] for payload in await client.settle() if payload["t"] == "GUILD_MEMBERS_CHUNK"]


def crowd(world: World, guild: Guild, size: int) -> None:
    for number in range(size):
        person = world.backend.make_user(f"extra{number:04}")
        world.backend.add_member(guild.id, person.id)


@pytest.mark.req("SAND-203")
async def test_ready_lists_guilds_as_unavailable_and_each_follows(
    world: World, connect_client: Connect
) -> None:
    client = await connect_client()
    ready = await client.identify()
    assert all(stub["unavailable"] for stub in ready["guilds"])
    assert ready["user"]["id"] == str(world.bot_id)
    created = [payload["d"] for payload in await client.settle()]
    assert [guild["id"] for guild in created] == [stub["id"] for stub in ready["guilds"]]
    assert not any(guild["unavailable"] for guild in created)


@pytest.mark.req("SAND-203")
async def test_without_the_presence_intent_only_the_bot_and_voice_are_inlined(
    world: World, connect_client: Connect, guild: Guild, people: dict[str, User]
) -> None:
    lounge = next(c for c in world.backend.channels.values() if c.name == "Lounge")
    world.backend.set_voice_state(guild.id, people["max"].id, lounge.id)
    payload = await guild_created(await connect_client(), guild, intents=NO_PRESENCES)
    assert members_of(payload) == {"Guildwright", "max"}
    assert payload["presences"] == []
    assert payload["member_count"] == 5
    assert [state["user_id"] for state in payload["voice_states"]] == [str(people["max"].id)]


@pytest.mark.req("SAND-203")
async def test_with_the_presence_intent_a_small_guild_arrives_complete(
    connect_client: Connect, guild: Guild
) -> None:
    payload = await guild_created(await connect_client(), guild)
    assert members_of(payload) == {"Guildwright", "olivia", "marco", "mia", "max"}
    assert len(payload["presences"]) == 5
    assert payload["large"] is False


@pytest.mark.req("SAND-203")
async def test_a_large_guild_arrives_with_those_who_show(
    world: World, connect_client: Connect, guild: Guild
) -> None:
    crowd(world, guild, 60)
    payload = await guild_created(await connect_client(), guild, large_threshold=50)
    assert payload["large"] is True
    assert members_of(payload) == {"Guildwright", "olivia", "marco", "mia", "max"}
    assert payload["member_count"] == 65


@pytest.mark.req("SAND-203")
async def test_the_whole_list_comes_in_chunks_of_a_thousand_with_the_nonce(
    world: World, connect_client: Connect, guild: Guild
) -> None:
    crowd(world, guild, 1_500)
    client = await connect_client()
    await client.identify()
    await client.settle()
    chunks = await ask(client, guild, query="", limit=0, nonce="n1", presences=True)
    assert [(chunk["chunk_index"], chunk["chunk_count"]) for chunk in chunks] == [(0, 2), (1, 2)]
    assert [len(chunk["members"]) for chunk in chunks] == [1_000, 505]
    assert {chunk["nonce"] for chunk in chunks} == {"n1"}
    assert len(chunks[0]["presences"]) == 5


@pytest.mark.req("SAND-203")
async def test_chosen_members_come_with_those_not_found(
    connect_client: Connect, guild: Guild, people: dict[str, User]
) -> None:
    client = await connect_client()
    await client.identify(intents=NO_MEMBERS)
    await client.settle()
    wanted = [str(people["mia"].id), "123"]
    [chunk] = await ask(client, guild, user_ids=wanted, presences=True, nonce="x" * 33)
    assert members_of(chunk) == {"mia"}
    assert chunk["not_found"] == ["123"]
    assert chunk.keys().isdisjoint({"presences", "nonce"})


@pytest.mark.req("SAND-203")
async def test_a_prefix_finds_at_most_a_hundred_members_even_without_the_intent(
    world: World, connect_client: Connect, guild: Guild
) -> None:
    crowd(world, guild, 150)
    client = await connect_client()
    await client.identify(intents=NO_MEMBERS)
    await client.settle()
    [chunk] = await ask(client, guild, query="EXTRA", limit=500)
    assert len(chunk["members"]) == 100
    [chunk] = await ask(client, guild, query="mar", limit=5)
    assert members_of(chunk) == {"marco"}
    assert await ask(client, guild, query="", limit=0) == []
    assert world.traffic.violations["members_without_intent"] == 1


async def test_a_guild_of_another_shard_is_not_answered(connect_client: Connect, guild: Guild) -> None:
    other = 1 - (guild.id >> 22) % 2
    client = await connect_client()
    await client.identify(shard=[other, 2])
    await client.settle()
    assert await ask(client, guild, query="", limit=0) == []


@pytest.mark.parametrize("data", [None, {}, {"guild_id": "x", "query": ""}, {"guild_id": "1"}])
async def test_a_request_that_cannot_be_read_closes_with_4002(connect_client: Connect, data: Any) -> None:
    client = await connect_client()
    await client.identify()
    await client.send(8, data)
    assert (await client.closed())[0] == 4002


async def test_two_hundred_guilds_arrive_while_beats_are_answered(
    world: World, connect_client: Connect
) -> None:
    for number in range(200):
        world.backend.create_guild(f"Guild {number}")
    client = await connect_client()
    ready = await client.identify()
    assert len(ready["guilds"]) == 202
    arrived = [await client.until("GUILD_CREATE") for _ in range(202)]
    assert [guild["id"] for guild in arrived] == [stub["id"] for stub in ready["guilds"]]
