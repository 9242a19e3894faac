"""People run slash commands and context menus of a bot that a real library connects."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from guildwright.sandbox.world import World, enums, models, permissions

from .actor import Actor
from .answering_bot import AnsweringBot
from .places import Places


def file(name: str, content: bytes) -> dict[str, str]:
    return {"filename": name, "data_base64": base64.b64encode(content).decode()}


def every_option(max_: Actor, places: Places) -> dict[str, Any]:
    return {
        "text": "hi",
        "whole": 7,
        "broken": 2.5,
        "flag": True,
        "person": max_.id,
        "channel": places.commands,
        "role": places.member,
        "anyone": places.moderator,
        "file": file("a.txt", b"inside"),
    }


@pytest.mark.req("SAND-401")
async def test_every_type_of_option_reaches_the_bot(bot: AnsweringBot, mia, max_, places: Places) -> None:
    options = every_option(max_, places)
    await mia.do("command", channel_id=places.general, path=["everything"], options=options)
    answer = await max_.hears("message")
    values = ("hi", 7, 2.5, True, "max", "bot-commands", "Member", "Moderator", "inside", "none")
    assert answer["content"] == repr(values)
    assert answer["interaction_metadata"]["name"] == "everything"
    assert answer["interaction_metadata"]["user"]["id"] == mia.id


OPTION_KINDS = {
    "text": 3, "whole": 4, "broken": 10, "flag": 5, "person": 6, "channel": 7, "role": 8, "anyone": 9,
    "file": 11,
}  # fmt: skip


@pytest.fixture
def registered(world: World) -> None:
    """The command of every option type, registered without a bot."""
    options: list[dict[str, Any]] = [
        {"name": name, "type": kind, "description": "-", "required": True}
        for name, kind in OPTION_KINDS.items()
    ]
    options[1] |= {"min_value": 1, "max_value": 10}
    options[5] |= {"channel_types": [0]}
    command = {"name": "everything", "description": "-", "options": options}
    world.backend.register_commands(None, [command])


@pytest.mark.req("SAND-401")
async def test_an_option_that_a_client_would_not_send_is_refused(
    registered: None, mia, max_, places: Places
) -> None:
    wrong: list[tuple[str, Any, str]] = [
        ("text", 5, "wrong_option_type"),
        ("whole", "7", "wrong_option_type"),
        ("whole", True, "wrong_option_type"),
        ("whole", 11, "option_range"),
        ("broken", "x", "wrong_option_type"),
        ("flag", 1, "wrong_option_type"),
        ("person", 123, "wrong_option_type"),
        ("person", "123", "unknown_user"),
        ("person", "somebody", "wrong_type"),
        ("channel", "123", "unknown_channel"),
        ("channel", places.lounge, "wrong_channel_type"),
        ("channel", places.log, "unknown_channel"),
        ("role", "123", "unknown_role"),
        ("anyone", None, "wrong_option_type"),
        ("file", "a.txt", "wrong_option_type"),
        ("file", {"filename": "a.txt", "data_base64": "%%%"}, "wrong_option_type"),
        ("strange", "x", "unknown_option"),
    ]
    command = {"channel_id": places.general, "path": ["everything"]}
    for option, value, code in wrong:
        options = {**every_option(max_, places), option: value}
        assert (option, await mia.refused("command", **command, options=options)) == (option, code)


@pytest.mark.req("SAND-401")
async def test_what_is_not_registered_or_not_finished_is_refused(
    bot: AnsweringBot, mia, places: Places
) -> None:
    command = {"channel_id": places.general}
    assert await mia.refused("command", **command, path=["unsynced"]) == "unknown_command"
    assert await mia.refused("command", **command, path=["config"]) == "incomplete_command"
    assert await mia.refused("command", **command, path=["config", "get"]) == "unknown_command"
    assert await mia.refused("command", **command, path=["config", "set"]) == "missing_option"
    forum = {"channel_id": places.forum, "path": ["secret"]}
    assert await mia.refused("command", **forum) == "not_a_text_channel"


@pytest.mark.req("SAND-401")
async def test_a_command_for_moderators_is_neither_listed_nor_run(
    bot: AnsweringBot, mia, marco, places
) -> None:
    listed = await mia.get("/commands", channel_id=places.general)
    names = [command["name"] for command in listed["commands"]]
    assert names == ["config set", "everything", "secret", "silent", "think", "Describe", "Quote"]
    assert [command["type"] for command in listed["commands"]] == [1, 1, 1, 1, 1, 2, 3]
    assert listed["commands"][0]["path"] == ["config", "set"]
    assert [option["name"] for option in listed["commands"][0]["options"]] == ["scope", "key"]
    command = {"channel_id": places.general, "path": ["staff"]}
    assert await mia.refused("command", **command) == "command_not_allowed"
    await marco.do("command", **command)
    assert (await marco.hears("message"))["content"] == "staff only"


async def test_without_the_permission_for_commands_none_is_offered(
    world: World, bot: AnsweringBot, mia, places: Places
) -> None:
    deny = permissions.flag("use_application_commands")
    overwrite = models.Overwrite(int(places.guild), enums.OverwriteType.ROLE, deny=deny)
    world.backend.set_overwrite(int(places.general), overwrite)
    assert (await mia.get("/commands", channel_id=places.general))["commands"] == []
    command = {"channel_id": places.general, "path": ["secret"]}
    assert await mia.refused("command", **command) == "missing_permission"


async def test_a_guilds_own_command_shadows_the_global_one(world: World, mia, places: Places) -> None:
    world.backend.register_commands(None, [{"name": "hello", "description": "everywhere"}])
    world.backend.register_commands(int(places.guild), [{"name": "hello", "description": "here"}])
    listed = (await mia.get("/commands", channel_id=places.general))["commands"]
    assert [command["description"] for command in listed] == ["here"]
    workshop = (await mia.get("/state"))["guilds"][1]["channels"][0]["id"]
    listed = (await mia.get("/commands", channel_id=workshop))["commands"]
    assert [command["description"] for command in listed] == ["everywhere"]


@pytest.mark.req("SAND-401", "SAND-307")
async def test_autocomplete_waits_for_the_bot(bot: AnsweringBot, mia, places: Places) -> None:
    asked = {"channel_id": places.general, "path": ["config", "set"], "focused": "key"}
    answer = await mia.do("/autocomplete", **asked, options={"scope": "guild", "key": "re"})
    assert answer["choices"] == [
        {"name": "guild:red", "value": "red"},
        {"name": "guild:green", "value": "green"},
    ]
    empty = await mia.do("/autocomplete", **asked, options={"scope": "guild"})
    assert len(empty["choices"]) == 3
    other = {**asked, "focused": "scope"}
    assert await mia.refused("/autocomplete", **other, options={}) == "no_autocomplete"
    assert await mia.refused("/autocomplete", **{**asked, "focused": "x"}, options={}) == "unknown_option"


@pytest.mark.req("SAND-307")
async def test_autocomplete_that_the_bot_never_answers_ends_after_three_seconds(
    world: World, registered: None, mia, places: Places
) -> None:
    option = {"name": "key", "type": 3, "description": "-", "autocomplete": True}
    world.backend.register_commands(None, [{"name": "find", "description": "-", "options": [option]}])
    world.subscribe(lambda event, _: world.clock.advance(3.1) if event == "INTERACTION_CREATE" else None)
    asked = {"channel_id": places.general, "path": ["find"], "focused": "key", "options": {}}
    assert await mia.refused("/autocomplete", **asked) == "no_answer"


@pytest.mark.req("SAND-307")
async def test_a_command_without_answer_fails_for_its_person(
    world: World, bot: AnsweringBot, mia, max_, places: Places
) -> None:
    started = await mia.do("command", channel_id=places.general, path=["silent"])
    path = f"/interactions/{started['interaction_id']}"
    assert (await mia.get(path))["state"] == "pending"
    world.clock.advance(3.1)
    heard = await mia.hears("interaction")
    assert heard["interaction_id"] == started["interaction_id"]
    assert (heard["state"], heard["reason"]) == ("failed", "The application did not respond")
    assert (await mia.get(path))["state"] == "failed"
    assert "interaction" not in {frame["type"] for frame in await max_.heard_so_far()}


@pytest.mark.req("SAND-307")
async def test_a_deferred_answer_is_thinking_until_it_comes(
    bot: AnsweringBot, mia, max_, places: Places
) -> None:
    await mia.do("command", channel_id=places.general, path=["think"])
    assert (await mia.hears("interaction"))["state"] == "deferred"
    thinking = await mia.hears("message")
    assert (thinking["loading"], thinking["ephemeral"]) == (True, True)
    bot.release.set()
    thought = await mia.hears("message_update")
    assert (thought["id"], thought["content"], thought["loading"]) == (thinking["id"], "thought", False)
    assert "message" not in {frame["type"] for frame in await max_.heard_so_far()}


@pytest.mark.req("SAND-401")
async def test_context_menus_run_on_people_and_messages(bot: AnsweringBot, mia, max_, places: Places) -> None:
    listed = (await mia.get("/commands", channel_id=places.general))["commands"]
    ids = {command["name"]: command["id"] for command in listed}
    menu = {"channel_id": places.general}
    await mia.do("context", **menu, command_id=ids["Describe"], target_id=max_.id)
    assert (await mia.hears("message"))["content"] == "mia looks at max"
    said = await max_.do("send", channel_id=places.general, content="words")
    await mia.hears("message")
    await mia.do("context", **menu, command_id=ids["Quote"], target_id=said["message"]["id"])
    assert (await mia.hears("message"))["content"] == "“words”"
    assert await mia.refused("context", **menu, command_id=ids["Quote"], target_id="1") == "unknown_message"
    assert await mia.refused("context", **menu, command_id=ids["Describe"], target_id="1") == "unknown_user"
    assert await mia.refused("context", **menu, command_id="1", target_id=max_.id) == "unknown_command"


async def test_commands_work_in_a_direct_message(bot: AnsweringBot, mia, places: Places) -> None:
    channel = (await mia.do("dm", user_id=places.bot))["channel"]
    await mia.do("command", channel_id=channel["id"], path=["secret"])
    assert (await mia.hears("message"))["content"] == "psst"


@pytest.mark.req("SAND-401")
async def test_who_is_timed_out_can_only_read(
    world: World, bot: AnsweringBot, mia, marco, places: Places
) -> None:
    await marco.do("timeout", guild_id=places.guild, user_id=mia.id, seconds=60)
    assert await mia.refused("send", channel_id=places.general, content="hi") == "timed_out"
    command = {"channel_id": places.general, "path": ["secret"]}
    assert await mia.refused("command", **command) == "timed_out"
    assert (await mia.get(f"/channels/{places.general}/messages"))["messages"] == []
    world.clock.advance(61)
    await mia.do("command", **command)
    assert (await mia.hears("message"))["content"] == "psst"
