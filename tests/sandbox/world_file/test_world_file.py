"""A file declares a world; wrong files are refused to the point, and the world can be written again."""

from __future__ import annotations

import copy
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import World
from guildwright.sandbox.world_file.exporting import export_world
from guildwright.sandbox.world_file.reading import WorldFileError, check_document, read_world_file

BAKERY: dict[str, Any] = {
    "version": 1,
    "owner": "berta",
    "bot_name": "Crumb",
    "people": [
        {"name": "berta", "display_name": "Berta"},
        {"name": "carl", "display_name": "Carl", "status": "idle"},
        {"name": "dora", "status": "offline"},
    ],
    "guilds": [
        {
            "name": "Bakery",
            "owner": "carl",
            "description": "Bread and cake",
            "everyone": ["view_channel", "send_messages"],
            "roles": [
                {"name": "Crumb", "permissions": ["kick_members", "manage_roles"], "bot": True},
                {"name": "Baker", "permissions": ["manage_messages"], "color": "#aa5500", "hoist": True},
                {"name": "Guest", "key": "Guest 1", "mentionable": True},
                {"name": "Guest", "key": "Guest 2"},
            ],
            "members": [
                {"person": "carl", "roles": ["Baker"]},
                {"person": "berta", "roles": ["Guest 2"], "nick": "Boss"},
            ],
            "crowd": 12,
            "channels": [
                {"name": "welcome", "topic": "Hello", "slowmode": 10, "system": True},
                {
                    "name": "Kitchen",
                    "type": "category",
                    "overwrites": [
                        {"role": "@everyone", "deny": ["view_channel"]},
                        {"role": "Baker", "allow": ["view_channel"]},
                        {"person": "dora", "allow": ["view_channel", "send_messages"]},
                    ],
                    "channels": [
                        {"name": "oven"},
                        {"name": "radio", "type": "voice", "user_limit": 5},
                        {"name": "recipes", "type": "forum"},
                        {"name": "news", "type": "announcement"},
                        {"name": "talk", "type": "stage"},
                    ],
                },
            ],
        },
        {
            "name": "Without the bot",
            "owner": "berta",
            "everyone": [],
            "bot": False,
            "members": [{"person": "berta"}],
        },
    ],
}

Open = Callable[[dict[str, Any]], Awaitable[World]]


@pytest.fixture
async def open_world() -> AsyncIterator[Open]:
    running: list[Sandbox] = []

    async def open_one(document: dict[str, Any]) -> World:
        running.append(Sandbox(world=check_document(document, "the test's file")))
        await running[-1].start()
        return running[-1].worlds["default"]

    yield open_one
    for sandbox in running:
        await sandbox.stop()


def without_made_up_keys(document: dict[str, Any]) -> dict[str, Any]:
    """Keys of roles that share a name hold their IDs, which are new in every world."""
    plain = copy.deepcopy(document)
    for guild in plain["guilds"]:
        keys = {
            role.get("key", role["name"]): f"role {place}"
            for place, role in enumerate(guild.get("roles", []))
        }
        for role in guild.get("roles", []):
            role["key"] = keys[role.get("key", role["name"])]
        for member in guild.get("members", []):
            member["roles"] = [keys[role] for role in member.get("roles", [])]
        text = json.dumps(guild.get("channels", []))
        for key, place in keys.items():
            text = text.replace(f'"role": "{key}"', f'"role": "{place}"')
        guild["channels"] = json.loads(text)
    return plain


@pytest.mark.req("SAND-106", "SAND-105")
async def test_a_declared_world_is_written_again_as_it_was_declared(open_world: Open) -> None:
    world = await open_world(BAKERY)
    assert world.backend.users[world.owner_id].name == "berta"
    first = export_world(world)
    assert without_made_up_keys(first) == without_made_up_keys(BAKERY)
    again = export_world(await open_world(first))
    assert without_made_up_keys(again) == without_made_up_keys(first)


@pytest.mark.req("SAND-106")
async def test_the_default_world_is_written_and_opened_again_without_a_difference(
    world: World, open_world: Open
) -> None:
    document = export_world(world)
    assert export_world(await open_world(document)) == document


@pytest.mark.req("SAND-106")
async def test_many_guilds_come_from_one_template(open_world: Open) -> None:
    template = {
        "name": "Branch",
        "count": 300,
        "owner": "dora",
        "channels": [{"name": "general"}],
        "crowd": 3,
    }
    world = await open_world(BAKERY | {"guilds": [template]})
    names = [guild.name for guild in world.backend.guilds.values()]
    assert names == [f"Branch {number}" for number in range(1, 301)]
    assert all(len(guild.members) == 5 for guild in world.backend.guilds.values())


def changed(path: str, value: Any) -> dict[str, Any]:
    """The bakery with one value changed; a path ends at a key or at an index."""
    document = copy.deepcopy(BAKERY)
    place: Any = document
    *steps, last = [int(step) if step.isdecimal() else step for step in path.split("/")]
    for step in steps:
        place = place[step]
    place[last] = value
    return document


MALFORMED = {
    "version": (changed("version", 2), "version: input should be 1"),
    "owner": (changed("owner", "nobody"), "owner: there is no person 'nobody'"),
    "type": (
        changed("guilds/0/channels/1/channels/0/type", "txt"),
        "guilds[0].channels[1].channels[0].type: ",
    ),
    "permission": (
        changed("guilds/0/roles/1/permissions", ["manage_message"]),
        "guilds[0].roles[1].permissions[0]: there is no permission 'manage_message'",
    ),
    "unknown field": (changed("guilds/0/colour", "red"), "guilds[0].colour: extra inputs are not permitted"),
    "wrong type": (changed("people/1/name", 7), "people[1].name: input should be a valid string"),
    "member": (
        changed("guilds/0/members/1/person", "max"),
        "guilds[0].members[1].person: there is no person 'max'",
    ),
    "role": (
        changed("guilds/0/members/0/roles", ["Cook"]),
        "guilds[0].members[0].roles[0]: there is no role 'Cook'",
    ),
    "twice": (changed("guilds/0/roles/3/key", "Guest 1"), "guilds[0].roles[2]: 'Guest 1' is there twice"),
    "overwrite": (
        changed("guilds/0/channels/1/overwrites/0/person", "dora"),
        "guilds[0].channels[1].overwrites[0]: name a role or a person, and not both",
    ),
    "nested": (
        changed("guilds/0/channels/0/channels", [{"name": "inside"}]),
        "guilds[0].channels[0].channels: only a category contains channels",
    ),
    "too many": (
        changed("guilds/1/count", 10_001),
        "guilds[1].count: input should be less than or equal to 10000",
    ),
    "together too many": (
        BAKERY | {"guilds": [{"name": "Branch", "owner": "dora", "count": 6000}] * 2},
        "guilds: 12000 are too many",
    ),
    "colour": (changed("guilds/0/roles/1/color", "brown"), "guilds[0].roles[1].color: string should match"),
    "no object": ([1, 2], "the file: input should be an object"),
    "missing": ({"version": 1, "owner": "olivia"}, "people: field required"),
}


@pytest.mark.req("SAND-106")
@pytest.mark.parametrize("kind", MALFORMED)
def test_a_wrong_file_is_refused_with_the_path_of_the_wrong_value(tmp_path: Path, kind: str) -> None:
    document, told = MALFORMED[kind]
    file = tmp_path / "world.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(WorldFileError) as refused:
        read_world_file(file)
    assert f"{file} is not used:\n  {told}" in refused.value.sentence
    assert "guildwright sandbox schema" in refused.value.sentence


def test_everything_wrong_is_told_at_once(tmp_path: Path) -> None:
    document = changed("guilds/0/members/1/person", "max") | {"owner": "nobody"}
    file = tmp_path / "world.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(WorldFileError, match=r"(?s)owner: .*members\[1\]\.person: "):
        read_world_file(file)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a: [1, 2", "is no YAML or JSON: "),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"!!python/object:x {}", "no YAML"),
    ],
)
def test_a_file_that_is_no_document_is_told_so(tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "world.yaml"
    file.write_bytes(content)
    with pytest.raises(WorldFileError, match=told):
        read_world_file(file)
    with pytest.raises(WorldFileError, match="cannot be read"):
        read_world_file(tmp_path / "missing.yaml")
