"""People join and leave guilds and voice, change nicknames and moderate as far as they may."""

from __future__ import annotations

from typing import Any

import pytest

from guildwright.sandbox.world import World

from .actor import Actor
from .answering_bot import AnsweringBot
from .places import Places


async def member(viewer: Actor, places: Places, person: Actor) -> dict[str, Any] | None:
    state = await viewer.get("/state")
    guild = next(guild for guild in state["guilds"] if guild["id"] == places.guild)
    return next((item for item in guild["members"] if item["user"]["id"] == person.id), None)


async def test_the_state_is_the_persons_own(mia, max_, marco, places: Places) -> None:
    theirs = await max_.get("/state")
    assert theirs["me"]["username"] == "max"
    assert [guild["name"] for guild in theirs["guilds"]] == ["Sandbox"]
    names = [channel["name"] for channel in theirs["guilds"][0]["channels"]]
    assert "mod-log" not in names
    assert [guild["name"] for guild in (await mia.get("/state"))["guilds"]] == ["Sandbox", "Mia's workshop"]
    staff = (await marco.get("/state"))["guilds"][0]["channels"]
    log = next(channel for channel in staff if channel["name"] == "mod-log")
    assert log["can"] == {
        "view": True, "send": True, "attach": True, "react": True, "pin": True,
        "manage_messages": True, "use_commands": True, "connect": True,
    }  # fmt: skip
    forum = next(channel for channel in staff if channel["name"] == "questions")
    assert not forum["can"]["send"]


@pytest.mark.req("SAND-401")
async def test_leaving_and_joining_a_guild_is_seen_by_its_members(mia, max_, olivia, places: Places) -> None:
    await max_.do("leave_guild", guild_id=places.guild)
    await mia.hears("state")
    await max_.hears("state")
    assert await member(mia, places, max_) is None
    assert (await max_.get("/state"))["guilds"] == []
    assert await max_.refused("leave_guild", guild_id=places.guild) == "unknown_guild"
    assert await olivia.refused("leave_guild", guild_id=places.guild) == "owner_cannot_leave"
    await max_.do("join_guild", guild_id=places.guild)
    joined = await mia.hears("message")
    assert joined["system_text"] == "Max joined the guild."
    assert await max_.refused("join_guild", guild_id=places.guild) == "already_member"
    assert await max_.refused("join_guild", guild_id="1") == "unknown_guild"


@pytest.mark.req("SAND-401")
async def test_voice_is_joined_and_left(world: World, mia, max_, places: Places) -> None:
    voice = {"guild_id": places.guild}
    await mia.do("join_voice", **voice, channel_id=places.lounge, self_mute=True)
    await max_.hears("state")
    seen = await member(max_, places, mia)
    assert seen is not None
    assert seen["voice_channel_id"] == places.lounge
    world.backend.edit_channel(int(places.lounge), {"user_limit": 1})
    assert await max_.refused("join_voice", **voice, channel_id=places.lounge) == "voice_full"
    assert await max_.refused("join_voice", **voice, channel_id=places.general) == "not_a_voice_channel"
    await mia.do("leave_voice", **voice)
    assert await mia.refused("leave_voice", **voice) == "not_in_voice"


@pytest.mark.req("SAND-401")
async def test_nicknames_follow_the_hierarchy(mia, marco, olivia, places: Places) -> None:
    nick = {"guild_id": places.guild}
    await mia.do("nick", **nick, nick="Captain")
    await marco.hears("state")
    seen = await member(marco, places, mia)
    assert seen is not None
    assert seen["nick"] == "Captain"
    assert await mia.refused("nick", **nick, nick="x" * 33) == "nick_too_long"
    assert await mia.refused("nick", **nick, user_id=marco.id, nick="M") == "missing_permission"
    assert await marco.refused("nick", **nick, user_id=olivia.id, nick="O") == "hierarchy"
    await marco.do("nick", **nick, user_id=mia.id, nick=None)
    seen = await member(marco, places, mia)
    assert seen is not None
    assert seen["nick"] is None


@pytest.mark.req("SAND-401")
async def test_a_moderator_removes_members_and_the_bot_hears_of_it(
    bot: AnsweringBot, world: World, mia, max_, marco, olivia, places: Places
) -> None:
    target = {"guild_id": places.guild}
    assert await mia.refused("kick", **target, user_id=max_.id) == "missing_permission"
    assert await marco.refused("kick", **target, user_id=olivia.id) == "hierarchy"
    assert await marco.refused("kick", **target, user_id=marco.id) == "yourself"
    assert await marco.refused("kick", **target, user_id="1") == "unknown_member"
    await max_.do("join_voice", **target, channel_id=places.lounge)
    await marco.do("kick", **target, user_id=max_.id, reason="noise")
    assert int(max_.id) not in world.backend.guilds[int(places.guild)].voice_states
    entry = world.backend.guilds[int(places.guild)].audit_log_entries[-1]
    assert (entry.user_id, entry.target_id, entry.reason) == (int(marco.id), int(max_.id), "noise")
    await max_.do("join_guild", **target)
    await marco.do("ban", **target, user_id=max_.id)
    assert await max_.refused("join_guild", **target) == "banned"
    assert await mia.refused("unban", **target, user_id=max_.id) == "missing_permission"
    await marco.do("unban", **target, user_id=max_.id)
    assert await marco.refused("unban", **target, user_id=max_.id) == "not_banned"
    await max_.do("join_guild", **target)
    assert await marco.refused("ban", **target, user_id="1") == "unknown_person"


async def test_the_bot_is_kicked_and_invited_again(
    bot: AnsweringBot, mia, marco, olivia, places: Places
) -> None:
    target = {"guild_id": places.guild}
    assert await mia.refused("invite_bot", **target) == "missing_permission"
    assert await olivia.refused("invite_bot", **target) == "already_member"
    await marco.do("kick", **target, user_id=places.bot)
    await marco.do("send", channel_id=places.general, content="!panel")
    await mia.do("nick", **target, nick="unheard")
    await olivia.do("invite_bot", **target)
    await bot.has_heard("joined Sandbox")
    await olivia.do("send", channel_id=places.general, content="welcome back")
    await bot.has_heard("welcome back")
    assert bot.heard == ["left Sandbox", "joined Sandbox", "welcome back"]
    await olivia.do("ban", **target, user_id=places.bot)
    assert await olivia.refused("invite_bot", **target) == "banned"


@pytest.mark.req("SAND-401")
async def test_timeouts_have_limits(mia, marco, olivia, max_, places: Places) -> None:
    target = {"guild_id": places.guild}
    assert await marco.refused("timeout", **target, user_id=mia.id, seconds=2_500_000) == "timeout_too_long"
    assert await marco.refused("timeout", **target, user_id=olivia.id, seconds=60) == "hierarchy"
    assert await mia.refused("timeout", **target, user_id=max_.id, seconds=60) == "missing_permission"
    await marco.do("timeout", **target, user_id=mia.id, seconds=60)
    seen = await member(max_, places, mia)
    assert seen is not None
    assert seen["communication_disabled_until"]
    await marco.do("timeout", **target, user_id=mia.id, seconds=0)
    await mia.do("send", channel_id=places.general, content="back")


async def test_everyone_sees_the_bot_come_and_go(mia, bot: AnsweringBot) -> None:
    await mia.hears("bot", lambda shown: shown["online"])
    assert (await mia.get("/state"))["bot"]["online"]
    await bot.close()
    gone = await mia.hears("bot", lambda shown: not shown["online"])
    assert gone["status"] == "offline"
