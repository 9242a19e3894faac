"""A bot gets the events of its intents, its shard and its permissions, and no others."""

from __future__ import annotations

from typing import Any

import pytest

from guildwright.sandbox.gateway.intents import ALL_INTENTS, DIRECT_GATES, GUILD_GATES, Intent
from guildwright.sandbox.settings import PresenceState
from guildwright.sandbox.world import Channel, Guild, User, World, models, permissions

from .raw_client import Connect, RawClient

GATES = sorted({*GUILD_GATES.values(), *DIRECT_GATES.values()})


def bits(*names: str) -> int:
    return sum(permissions.flag(name) for name in names)


async def names_heard(client: RawClient) -> list[str]:
    return [payload["t"] for payload in await client.settle()]


def event_of(event: str, guild: Guild, channel: Channel, user: User, *, direct: bool) -> dict[str, Any]:
    """A payload with what delivery looks at; the rest does not matter to it."""
    payload: dict[str, Any] = {
        "id": str(guild.id if event.startswith("GUILD_") else channel.id),
        "channel_id": str(channel.id),
        "parent_id": str(channel.id),
        "user": {"id": str(user.id)},
        "author": {"id": str(user.id)},
        "removed_member_ids": [],
        "added_members": [],
    }
    return payload if direct else payload | {"guild_id": str(guild.id)}


@pytest.mark.req("SAND-204")
@pytest.mark.parametrize("intent", GATES, ids=lambda bit: Intent(bit).name)
async def test_each_intent_shows_its_events_and_only_those(
    world: World,
    connect_client: Connect,
    guild: Guild,
    general: Channel,
    people: dict[str, User],
    intent: int,
) -> None:
    guild.roles[guild.id].permissions |= bits("view_audit_log", "manage_channels", "manage_guild")
    client = await connect_client()
    await client.identify(intents=intent)
    await client.settle()
    mia = people["mia"]
    direct_channel = world.backend.get_dm_channel(mia.id)

    for event in GUILD_GATES:
        world.backend.emit(event, event_of(event, guild, general, mia, direct=False))
    for event in DIRECT_GATES:
        world.backend.emit(event, event_of(event, guild, direct_channel, mia, direct=True))

    heard = await names_heard(client)
    expected = [event for event, gate in GUILD_GATES.items() if gate & intent]
    if not intent & Intent.GUILD_MEMBERS:
        expected = [event for event in expected if event != "THREAD_MEMBERS_UPDATE"]
    assert heard == expected + [event for event, gate in DIRECT_GATES.items() if gate & intent]


@pytest.mark.req("SAND-204")
async def test_without_intents_interactions_still_arrive(
    world: World, connect_client: Connect, guild: Guild
) -> None:
    client = await connect_client()
    await client.identify(intents=0)
    world.backend.emit("INTERACTION_CREATE", {"guild_id": str(guild.id), "type": 2, "data": {}})
    assert await names_heard(client) == ["INTERACTION_CREATE"]


@pytest.mark.req("SAND-204")
async def test_message_content_is_hidden_except_where_the_bot_is_meant(
    world: World, connect_client: Connect, general: Channel, people: dict[str, User]
) -> None:
    client = await connect_client()
    await client.identify(intents=ALL_INTENTS & ~Intent.MESSAGE_CONTENT)
    await client.settle()
    backend, mia = world.backend, people["mia"]
    mention = f"<@{world.bot_id}> hello"

    backend.create_message(general.id, mia.id, "secret", embeds=[{"title": "secret"}])
    backend.create_message(general.id, mia.id, mention)
    own = backend.create_message(general.id, world.bot_id, "own")
    backend.create_message(backend.get_dm_channel(mia.id).id, mia.id, "direct")
    backend.edit_message(general.id, own.id, {"content": "own, edited"})

    heard = [payload["d"] for payload in await client.settle()]
    assert [message["content"] for message in heard] == ["", mention, "own", "direct", "own, edited"]
    assert heard[0]["embeds"] == []


@pytest.mark.req("SAND-204")
async def test_a_reply_hides_the_message_it_answers_but_not_itself(
    world: World, connect_client: Connect, general: Channel, people: dict[str, User]
) -> None:
    client = await connect_client()
    await client.identify(intents=ALL_INTENTS & ~Intent.MESSAGE_CONTENT)
    await client.settle()
    backend = world.backend
    secret = backend.create_message(general.id, people["mia"].id, "secret")
    backend.create_message(
        general.id, world.bot_id, "answer", reference={"message_id": str(secret.id), "type": 0}
    )
    answer = (await client.settle())[-1]["d"]
    assert (answer["content"], answer["referenced_message"]["content"]) == ("answer", "")
    assert backend.messages[general.id][secret.id].content == "secret"


@pytest.mark.req("SAND-204")
async def test_direct_messages_and_what_has_no_guild_go_to_shard_0(
    world: World, connect_client: Connect, people: dict[str, User]
) -> None:
    zero, one = await connect_client(), await connect_client()
    await zero.identify(shard=[0, 2])
    await one.identify(shard=[1, 2])
    await zero.settle()
    await one.settle()
    channel = world.backend.get_dm_channel(people["mia"].id)
    world.backend.create_message(channel.id, people["mia"].id, "hi")
    world.backend.emit("ENTITLEMENT_CREATE", {"id": "1", "guild_id": None})
    assert await names_heard(zero) == ["MESSAGE_CREATE", "ENTITLEMENT_CREATE"]
    assert await names_heard(one) == []


@pytest.mark.req("SAND-203")
async def test_a_guild_belongs_to_one_shard(world: World, connect_client: Connect) -> None:
    for number in range(6):
        world.backend.create_guild(f"Guild {number}")
    clients = [await connect_client(), await connect_client(), await connect_client()]
    ready = [await client.identify(shard=[shard, 3]) for shard, client in enumerate(clients)]
    seen = [{int(stub["id"]) for stub in data["guilds"]} for data in ready]
    assert set().union(*seen) == set(world.backend.guilds)
    for shard, guild_ids in enumerate(seen):
        assert {(guild_id >> 22) % 3 for guild_id in guild_ids} == {shard}

    for client in clients:
        await client.settle()
    for guild_id in world.backend.guilds:
        world.backend.create_channel(guild_id, "news")
    for client, guild_ids in zip(clients, seen, strict=True):
        assert {int(payload["d"]["guild_id"]) for payload in await client.settle()} == guild_ids


async def test_a_bot_hears_nothing_from_a_channel_it_may_not_view(
    world: World, connect_client: Connect, guild: Guild, general: Channel, people: dict[str, User]
) -> None:
    client = await connect_client()
    await client.identify()
    await client.settle()
    backend, deny = world.backend, models.Overwrite(guild.id, 0, deny=bits("view_channel"))  # type: ignore[arg-type]
    bot_role = guild.members[world.bot_id].role_ids[0]

    backend.set_overwrite(general.id, deny)
    backend.create_message(general.id, people["mia"].id, "unheard")
    backend.set_overwrite(general.id, models.Overwrite(bot_role, 0, allow=bits("view_channel")))  # type: ignore[arg-type]
    backend.create_message(general.id, people["mia"].id, "heard")

    heard = [payload["d"]["content"] for payload in await client.settle() if payload["t"] == "MESSAGE_CREATE"]
    assert heard == ["heard"]


async def test_the_audit_log_is_told_only_to_bots_that_may_read_it(
    world: World, connect_client: Connect, guild: Guild
) -> None:
    client = await connect_client()
    await client.identify()
    await client.settle()
    world.backend.record_audit_log(guild.id, 20)
    assert await names_heard(client) == []
    guild.roles[guild.id].permissions |= bits("view_audit_log")
    world.backend.record_audit_log(guild.id, 20)
    assert await names_heard(client) == ["GUILD_AUDIT_LOG_ENTRY_CREATE"]


async def test_a_bot_learns_of_its_own_member_without_the_members_intent(
    world: World, connect_client: Connect, guild: Guild, people: dict[str, User]
) -> None:
    client = await connect_client()
    await client.identify(intents=int(Intent.GUILDS))
    await client.settle()
    world.backend.edit_member(guild.id, people["mia"].id, {"nick": "M"})
    world.backend.edit_member(guild.id, world.bot_id, {"nick": "Bot"})
    assert [payload["d"]["nick"] for payload in await client.settle()] == ["Bot"]


@pytest.mark.req("SAND-208")
async def test_a_presence_is_told_to_bots_with_the_intent_and_invisible_looks_offline(
    world: World, connect_client: Connect, people: dict[str, User]
) -> None:
    client = await connect_client()
    await client.identify(intents=int(Intent.GUILD_PRESENCES))
    await client.settle()
    world.set_presence(people["max"].id, PresenceState("dnd", ({"name": "chess", "type": 0},)))
    world.set_presence(people["max"].id, PresenceState("invisible"))
    heard = [payload["d"] for payload in await client.settle()]
    assert [presence["status"] for presence in heard] == ["dnd", "offline"]
    assert heard[0]["activities"] == [{"name": "chess", "type": 0}]


async def test_a_guild_that_changes_keeps_its_members_to_itself(
    world: World, connect_client: Connect, guild: Guild
) -> None:
    client = await connect_client()
    await client.identify()
    await client.settle()
    world.backend.edit_guild(guild.id, {"name": "Renamed"})
    changed = (await client.settle())[0]
    assert (changed["t"], changed["d"]["name"]) == ("GUILD_UPDATE", "Renamed")
    assert changed["d"].keys().isdisjoint({"members", "channels", "presences", "voice_states"})
