"""The world people meet first, its clock, and what it forgets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import psutil
import pytest

from guildwright.kernel.limits import DISCORD_EPOCH_MS
from guildwright.sandbox.clock import SandboxClock
from guildwright.sandbox.default_world import build_default_world
from guildwright.sandbox.traffic import TrafficLog
from guildwright.sandbox.world import Guild, User, World, permissions


@pytest.fixture
def world() -> World:
    world = World()
    build_default_world(world)
    return world


def guild_called(world: World, name: str) -> Guild:
    return next(guild for guild in world.backend.guilds.values() if guild.name == name)


def person(world: World, name: str) -> User:
    return next(user for user in world.backend.users.values() if user.name == name)


def roles_of(world: World, guild: Guild, name: str) -> list[str]:
    return [guild.roles[role].name for role in guild.members[person(world, name).id].role_ids]


@pytest.mark.req("SAND-105")
def test_the_default_world_is_the_one_of_the_documentation(world: World) -> None:
    guild = guild_called(world, "Sandbox")
    channels = [world.backend.channels[channel] for channel in guild.channel_ids]
    tree = {
        category.name: [channel.name for channel in channels if channel.parent_id == category.id]
        for category in channels
        if category.type == 4
    }
    assert tree == {
        "Information": ["announcements"],
        "Text channels": ["general", "bot-commands", "questions"],
        "Staff": ["mod-log"],
        "Voice": ["Lounge"],
    }
    assert {channel.name: int(channel.type) for channel in channels if channel.parent_id} == {
        "announcements": 5,
        "general": 0,
        "bot-commands": 0,
        "questions": 15,
        "mod-log": 0,
        "Lounge": 2,
    }
    ranks = sorted(guild.roles.values(), key=lambda role: -role.position)
    assert [role.name for role in ranks] == ["Admin", "Moderator", "Guildwright", "Member", "@everyone"]
    assert len({role.position for role in ranks}) == 5


def test_the_people_have_their_roles_and_olivia_owns_guild_and_bot(world: World) -> None:
    guild = guild_called(world, "Sandbox")
    assert roles_of(world, guild, "olivia") == ["Admin"]
    assert roles_of(world, guild, "marco") == ["Moderator", "Member"]
    assert roles_of(world, guild, "mia") == roles_of(world, guild, "max") == ["Member"]
    assert roles_of(world, guild, "Guildwright") == ["Guildwright"]
    assert guild.owner_id == world.owner_id == person(world, "olivia").id
    assert world.presence(person(world, "max").id).status == "online"
    assert world.presence(world.bot_id).status == "offline"


def test_mia_has_a_guild_in_which_only_she_and_the_bot_are(world: World) -> None:
    workshop = guild_called(world, "Mia's workshop")
    assert set(workshop.members) == {person(world, "mia").id, world.bot_id}
    assert workshop.owner_id == person(world, "mia").id


@pytest.mark.parametrize(
    ("name", "sees"), [("olivia", True), ("marco", True), ("mia", False), ("Guildwright", True)]
)
def test_only_staff_and_the_bot_see_the_mod_log(world: World, name: str, sees: bool) -> None:
    guild = guild_called(world, "Sandbox")
    mod_log = next(channel for channel in world.backend.channels.values() if channel.name == "mod-log")
    held = world.backend.compute_permissions(guild.id, person(world, name).id, mod_log.id)
    assert bool(held & permissions.flag("view_channel")) is sees


def test_the_bot_is_not_an_administrator_and_cannot_ban(world: World) -> None:
    held = world.backend.compute_permissions(guild_called(world, "Sandbox").id, world.bot_id)
    assert held & permissions.flag("manage_messages")
    assert not held & (permissions.flag("administrator") | permissions.flag("ban_members"))


def test_ids_are_unique_rise_and_tell_when_they_were_made(world: World) -> None:
    ids = [world.backend.snowflake() for _ in range(10_000)]
    assert ids == sorted(set(ids))
    made = (ids[-1] >> 22) + DISCORD_EPOCH_MS
    assert abs(made / 1000 - world.clock.now().timestamp()) < 5


def test_guilds_spread_over_shards_though_they_are_made_at_once() -> None:
    world = World(seed=1)
    guilds = [world.backend.create_guild(str(number)) for number in range(8)]
    assert {(guild.id >> 22) % 4 for guild in guilds} == {0, 1, 2, 3}


@pytest.mark.req("SAND-110")
def test_the_clock_runs_by_itself_and_is_moved_on_demand(world: World) -> None:
    before = world.clock.now()
    heard: list[float] = []
    forget = world.clock.on_advance(heard.append)
    world.clock.advance(900)
    assert world.clock.now() - before >= timedelta(minutes=15)
    forget()
    world.clock.advance(1)
    assert heard == [900]
    with pytest.raises(ValueError, match="only moves forward"):
        world.clock.advance(-1)


@pytest.mark.req("SAND-110")
def test_a_seeded_clock_stands_still_and_seeded_worlds_are_equal() -> None:
    first, second, third = (World(seed=seed) for seed in (5, 5, 6))
    for world in (first, second, third):
        build_default_world(world)
    assert first.clock.now() == first.clock.now()
    assert list(first.backend.channels) == list(second.backend.channels)
    assert first.token == second.token != third.token


@pytest.mark.req("SAND-110")
def test_interaction_deadlines_follow_the_clock(world: World) -> None:
    general = next(channel for channel in world.backend.channels.values() if channel.name == "general")
    record = world.backend.new_interaction(2, general.id, world.owner_id, general.guild_id)
    assert world.backend.interaction_by_token(record.token) is record
    world.clock.advance(3.1)
    with pytest.raises(Exception, match="Unknown Webhook"):
        world.backend.interaction_by_token(record.token)


@pytest.mark.req("SAND-109")
@pytest.mark.parametrize(
    "count",
    [50_000, pytest.param(1_000_000, marks=[pytest.mark.soak, pytest.mark.timeout(1_800)])],
)
def test_many_messages_leave_five_hundred_behind_and_no_memory(
    world: World, count: int, record_property: Callable[[str, object], None]
) -> None:
    backend, process = world.backend, psutil.Process()
    general = next(channel for channel in backend.channels.values() if channel.name == "general")
    upload = backend.cdn.store_attachment(1, general.id, "a.txt", b"text", None)
    backend.create_message(general.id, world.owner_id, "first", attachments=[upload])
    before = process.memory_info().rss
    for number in range(count):
        backend.create_message(general.id, world.owner_id, str(number))
    grown = (process.memory_info().rss - before) / 2**20
    record_property("grown_mb", round(grown, 1))
    kept = list(backend.messages[general.id].values())
    assert [kept[0].content, kept[-1].content, len(kept)] == [str(count - 500), str(count - 1), 500]
    assert len(backend.transcript) == len(backend.http_requests) == 0
    assert backend.cdn.get(upload["url"]) is None
    assert grown < 100


@pytest.mark.req("SAND-109")
@pytest.mark.parametrize("way", ["one", "several", "channel", "guild"])
def test_files_go_with_the_messages_that_carried_them(world: World, way: str) -> None:
    backend = world.backend
    general = next(channel for channel in backend.channels.values() if channel.name == "general")
    upload = backend.cdn.store_attachment(1, general.id, "a.txt", b"text", None)
    message = backend.create_message(general.id, world.owner_id, "with a file", attachments=[upload])
    assert backend.cdn.get(upload["url"]) == b"text"
    if way == "one":
        backend.delete_message(general.id, message.id)
    elif way == "several":
        backend.bulk_delete_messages(general.id, [message.id, 5])
    elif way == "channel":
        backend.delete_channel(general.id)
    else:
        backend.remove_guild(general.guild_id or 0)
    assert backend.cdn.get(upload["url"]) is None


def test_a_forwarded_file_outlives_its_first_message(world: World) -> None:
    backend = world.backend
    general = next(channel for channel in backend.channels.values() if channel.name == "general")
    upload = backend.cdn.store_attachment(1, general.id, "a.txt", b"text", None)
    message = backend.create_message(general.id, world.owner_id, "with a file", attachments=[upload])
    forward = {"type": 1, "channel_id": str(general.id), "message_id": str(message.id)}
    backend.create_message(general.id, world.owner_id, "", reference=forward)
    backend.delete_message(general.id, message.id)
    assert backend.cdn.get(upload["url"]) == b"text"


@pytest.mark.req("SAND-109")
def test_old_interactions_and_traffic_are_forgotten(world: World) -> None:
    general = next(channel for channel in world.backend.channels.values() if channel.name == "general")
    for _ in range(20):
        world.backend.new_interaction(2, general.id, world.owner_id, general.guild_id)
        world.clock.advance(600)
    assert len(world.backend.interactions) == len(world.backend.interaction_tokens) <= 5

    log = TrafficLog(SandboxClock(), capacity=3)
    for number in range(10):
        log.add("note", str(number), b'{"a":1}', shard=0)
    assert [entry.title for entry in log.entries()] == ["7", "8", "9"]
    assert [entry.number for entry in log.entries(since=9)] == [9]
    assert log.entries(since=9)[0].as_dict()["body"] == {"a": 1}


def test_a_listener_that_fails_does_not_take_the_event_from_others(world: World) -> None:
    heard: list[str] = []

    def fail(event: str, payload: object) -> None:
        raise RuntimeError(event, payload)

    world.subscribe(fail)
    unsubscribe = world.subscribe(lambda event, _: heard.append(event))
    world.backend.emit("TYPING_START", {})
    unsubscribe()
    unsubscribe()
    world.backend.emit("TYPING_START", {})
    assert heard == ["TYPING_START"]
