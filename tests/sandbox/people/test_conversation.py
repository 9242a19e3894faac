"""People write, answer, forward, edit, delete, react, pin and vote as far as a client lets them."""

from __future__ import annotations

import base64
from typing import Any

import aiohttp
import pytest

from guildwright.sandbox.world import World, enums, models, permissions

from .actor import Actor
from .answering_bot import AnsweringBot
from .places import Places

EMOJI = (
    "👍", "❤️", "1️⃣",
    "🇩🇪", "👨\u200d👩\u200d👧", "⏰", "☑️", "‼️", "↩️", "▶️", "©️", "〽️", "㊗️", "🅰️", "➕", "ℹ️", "™️",
    "◾", "⤴️", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
)  # fmt: skip


async def say(actor: Actor, channel_id: str, content: str, **fields: Any) -> dict[str, Any]:
    return (await actor.do("send", channel_id=channel_id, content=content, **fields))["message"]


@pytest.mark.req("SAND-401")
async def test_a_message_reaches_everyone_who_sees_the_channel(olivia, mia, max_, places: Places) -> None:
    sent = await say(mia, places.general, f"hello **all** and <@{max_.id}>")
    heard = await olivia.hears("message")
    assert heard["id"] == sent["id"]
    assert [user["username"] for user in heard["mentions"]] == ["max"]
    assert heard["content_tree"][1]["type"] == "bold"
    assert heard["author"]["username"] == "mia"
    assert sent["actions"]["edit"]
    assert not heard["actions"]["edit"]
    assert heard["actions"]["delete"]


async def test_the_newest_messages_come_first_and_older_ones_on_request(mia, places: Places) -> None:
    sent = [(await say(mia, places.general, f"line {number}"))["id"] for number in range(5)]
    path = f"/channels/{places.general}/messages"
    newest = await mia.get(path, limit="2")
    assert [message["id"] for message in newest["messages"]] == sent[3:]
    assert newest["has_more"]
    older = await mia.get(path, before=sent[3])
    assert [message["id"] for message in older["messages"]][-3:] == sent[:3]
    assert not older["has_more"]
    newer = await mia.get(path, after=sent[0], limit="2")
    assert [message["id"] for message in newer["messages"]] == sent[1:3]
    assert newer["has_more"]


async def test_a_reply_shows_what_it_answers_and_mentions_only_on_request(mia, max_, places: Places) -> None:
    asked = await say(max_, places.general, "who is *there*?")
    answer = await say(mia, places.general, "me", reply_to=asked["id"], mention_reply=False)
    assert answer["type"] == 19
    assert answer["referenced_message"]["content_tree"][1]["type"] == "italic"
    assert answer["mentions"] == []
    louder = await say(mia, places.general, "me!", reply_to=asked["id"])
    assert [user["username"] for user in louder["mentions"]] == ["max"]


async def test_attachments_are_read_back_from_the_sandbox(mia, olivia, places: Places) -> None:
    file = {"filename": "notes.txt", "data_base64": base64.b64encode(b"milk, eggs").decode()}
    await say(mia, places.general, "", attachments=[file])
    attachment = (await olivia.hears("message"))["attachments"][0]
    assert attachment["filename"] == "notes.txt"
    async with aiohttp.ClientSession() as session, session.get(attachment["url"]) as answer:
        assert await answer.read() == b"milk, eggs"


async def test_a_forwarded_message_carries_a_snapshot(mia, places: Places) -> None:
    original = await say(mia, places.general, "read **this**")
    forwarded = await say(
        mia, places.commands, "", forward_of=original["id"], forward_channel_id=places.general
    )
    snapshot = forwarded["message_snapshots"][0]["message"]
    assert snapshot["content"] == "read **this**"
    assert snapshot["content_tree"][1]["type"] == "bold"
    again = {"forward_of": forwarded["id"], "forward_channel_id": places.commands}
    assert await mia.refused("send", channel_id=places.general, **again) == "not_modelled"


async def test_editing_and_deleting_are_seen_by_others(mia, max_, places: Places) -> None:
    sent = await say(mia, places.general, "frist")
    target = {"channel_id": places.general, "message_id": sent["id"]}
    await mia.do("edit", **target, content="first")
    assert (await max_.hears("message_update"))["content"] == "first"
    assert await max_.refused("edit", **target, content="mine") == "not_your_message"
    assert await max_.refused("delete", **target) == "missing_permission"
    await mia.do("delete", **target)
    gone = await max_.hears("message_delete")
    assert gone == {"channel_id": places.general, "ids": [sent["id"]]}
    assert await mia.refused("edit", **target, content="again") == "unknown_message"


async def test_reactions_show_whose_they_are(mia, max_, places: Places) -> None:
    target = {"channel_id": places.general, "message_id": (await say(mia, places.general, "?"))["id"]}
    await mia.do("react", **target, emoji="👍🏽")
    heard = await max_.hears("reaction")
    assert heard["reactions"][0]["emoji"]["name"] == "👍🏽"
    assert not heard["reactions"][0]["me"]
    joined = await max_.do("react", **target, emoji="👍🏽")
    assert joined["message"]["reactions"][0]["count"] == 2
    assert joined["message"]["reactions"][0]["me"]
    await max_.do("unreact", **target, emoji="👍🏽")
    assert await max_.refused("unreact", **target, emoji="👍🏽") == "unknown_reaction"
    assert await max_.refused("react", **target, emoji="thumbs") == "unknown_emoji"
    assert await max_.refused("react", **target, emoji="smile:123") == "unknown_emoji"


async def test_every_kind_of_emoji_is_one(mia, places: Places) -> None:
    target = {"channel_id": places.general, "message_id": (await say(mia, places.general, "?"))["id"]}
    for emoji in EMOJI:
        reacted = await mia.do("react", **target, emoji=emoji)
    assert tuple(item["emoji"]["name"] for item in reacted["message"]["reactions"]) == EMOJI
    crowded = {**target, "emoji": "🎉"}
    assert await mia.refused("react", **crowded) == "too_many_reactions"


async def test_pins_need_the_permission_and_are_announced(mia, marco, places: Places) -> None:
    sent = await say(mia, places.general, "rules")
    target = {"channel_id": places.general, "message_id": sent["id"]}
    assert await mia.refused("pin", **target) == "missing_permission"
    assert (await marco.do("pin", **target))["message"]["pinned"]
    assert (await mia.hears("message_update"))["pinned"]
    announced = await mia.hears("message", lambda message: message["type"] == 6)
    assert announced["system_text"] == "Marco pinned a message to this channel."
    assert not announced["actions"]["reply"]
    await marco.do("unpin", **target)
    assert not (await mia.hears("message_update"))["pinned"]


async def test_others_see_who_is_typing(mia, max_, places: Places) -> None:
    await mia.do("typing", channel_id=places.general)
    assert await max_.hears("typing") == {"channel_id": places.general, "user_id": mia.id}
    assert not [frame for frame in await mia.heard_so_far() if frame["type"] == "typing"]


async def test_a_vote_is_counted_once_and_ends_with_the_poll(
    bot: AnsweringBot, world: World, mia, max_, places: Places
) -> None:
    await mia.do("send", channel_id=places.general, content="!poll")
    poll = await mia.hears("message", lambda message: "poll" in message)
    target = {"channel_id": places.general, "message_id": poll["id"]}
    assert await mia.refused("vote", **target, answers=[1, 2]) == "one_answer"
    assert await mia.refused("vote", **target, answers=[7]) == "unknown_answer"
    voted = await mia.do("vote", **target, answers=[2])
    counts = voted["message"]["poll"]["results"]["answer_counts"]
    assert [(item["count"], item["me_voted"]) for item in counts] == [(0, False), (1, True)]
    seen = await max_.hears("message_update", lambda message: "poll" in message)
    assert not seen["poll"]["results"]["answer_counts"][1]["me_voted"]
    world.clock.advance(3_700)
    assert await max_.refused("vote", **target, answers=[1]) == "poll_closed"
    plain = await say(mia, places.general, "no poll")
    assert (
        await mia.refused("vote", channel_id=places.general, message_id=plain["id"], answers=[1]) == "no_poll"
    )


@pytest.mark.req("SAND-401")
async def test_what_a_client_would_not_send_is_refused(world: World, mia, places: Places) -> None:
    send = {"channel_id": places.general}
    assert await mia.refused("send", **send, content="  ") == "empty_message"
    assert await mia.refused("send", **send, content="x" * 2001) == "message_too_long"
    assert await mia.refused("send", channel_id=places.log, content="hi") == "unknown_channel"
    assert await mia.refused("send", channel_id=places.forum, content="hi") == "not_a_text_channel"
    assert await mia.refused("send", channel_id="1", content="hi") == "unknown_channel"
    assert await mia.refused("send", **send, content="hi", reply_to="5") == "unknown_message"
    file = {"filename": "a.txt", "data_base64": "?"}
    assert await mia.refused("send", **send, attachments=[file]) == "wrong_option_type"
    empty = {"filename": "a.txt", "data_base64": ""}
    assert await mia.refused("send", **send, attachments=[empty] * 11) == "too_many_files"
    deny = permissions.flag("send_messages")
    world.backend.set_overwrite(
        int(places.general), models.Overwrite(int(places.guild), enums.OverwriteType.ROLE, deny=deny)
    )
    assert await mia.refused("send", **send, content="hi") == "missing_permission"


async def test_slow_mode_makes_members_wait_and_moderators_not(
    world: World, mia, marco, places: Places
) -> None:
    world.backend.edit_channel(int(places.general), {"rate_limit_per_user": 30})
    await say(mia, places.general, "one")
    assert await mia.refused("send", channel_id=places.general, content="two") == "slowmode"
    await say(marco, places.general, "one")
    await say(marco, places.general, "two")
    world.clock.advance(31)
    await say(mia, places.general, "two")


async def test_auto_moderation_blocks_a_message(world: World, mia, places: Places) -> None:
    world.backend.create_auto_mod_rule(
        int(places.guild),
        int(world.owner_id),
        {
            "name": "words",
            "event_type": 1,
            "trigger_type": 1,
            "trigger_metadata": {"keyword_filter": ["badword"]},
            "actions": [{"type": 1}],
        },
    )
    assert await mia.refused("send", channel_id=places.general, content="a badword") == "blocked_by_automod"
    history = await mia.get(f"/channels/{places.general}/messages")
    assert history["messages"] == []


async def test_only_the_two_see_a_direct_message(bot: AnsweringBot, mia, max_, places: Places) -> None:
    channel = (await mia.do("dm", user_id=places.bot))["channel"]
    sent = await say(mia, channel["id"], "between us")
    assert (await mia.hears("message"))["id"] == sent["id"]
    shown = (await mia.get("/state"))["dms"][0]
    assert shown["id"] == channel["id"]
    assert [user["id"] for user in shown["recipients"]] == [places.bot]
    assert "message" not in {frame["type"] for frame in await max_.heard_so_far()}
    assert await max_.refused("send", channel_id=channel["id"], content="me too") == "unknown_channel"
    assert (await max_.get("/state"))["dms"] == []


async def test_a_bot_without_a_shared_guild_cannot_be_written_to(mia, max_, places: Places) -> None:
    channel = (await max_.do("dm", user_id=places.bot))["channel"]
    await max_.do("leave_guild", guild_id=places.guild)
    assert await max_.refused("send", channel_id=channel["id"], content="hi") == "blocked"
    assert await max_.refused("dm", user_id=places.bot) == "blocked"
    assert await mia.refused("dm", user_id=max_.id) == "not_modelled"


async def test_a_bot_is_not_a_person(olivia, places: Places) -> None:
    olivia.id = places.bot
    assert await olivia.refused("send", channel_id=places.general, content="hi") == "not_a_person"
    olivia.id = "12345"
    assert await olivia.refused("send", channel_id=places.general, content="hi") == "unknown_person"


async def test_a_message_shows_the_thread_that_it_started(world: World, mia, places: Places) -> None:
    sent = await say(mia, places.general, "let us talk")
    world.backend.create_thread(int(places.general), "talk", int(mia.id), message_id=int(sent["id"]))
    shown = (await mia.get(f"/channels/{places.general}/messages"))["messages"][0]
    assert shown["thread"]["name"] == "talk"


async def test_people_start_threads_and_post_in_forums(mia, max_, places: Places) -> None:
    sent = await say(mia, places.general, "let us talk")
    start = {"channel_id": places.general, "message_id": sent["id"]}
    thread = (await mia.do("thread", **start, name="talk", content="here"))["channel"]
    assert thread["id"] == sent["id"]
    assert (await max_.hears("message", lambda message: message["channel_id"] == thread["id"]))[
        "content"
    ] == "here"
    assert await mia.refused("thread", **start, name="again") == "thread_exists"
    assert await mia.refused("thread", channel_id=places.general, name=" ") == "wrong_name"
    assert await mia.refused("thread", channel_id=places.lounge, name="x") == "no_threads"
    hidden = {"channel_id": places.general, "name": "x", "private": True}
    assert await mia.refused("thread", **hidden) == "missing_permission"
    post = (await mia.do("thread", channel_id=places.forum, name="How?", content="Like **this**"))["channel"]
    starter = await max_.hears("message", lambda message: message["channel_id"] == post["id"])
    assert starter["id"] == post["id"]
    assert "thread" not in starter
    assert await mia.refused("thread", channel_id=places.forum, name="Why?") == "empty_message"
    tagged = {"channel_id": places.forum, "name": "Why?", "content": "?", "applied_tags": ["1"]}
    assert await mia.refused("thread", **tagged) == "unknown_tag"
    assert post["id"] in [channel["id"] for channel in (await max_.get("/state"))["guilds"][0]["channels"]]


async def test_without_the_permission_for_history_the_channel_starts_empty(
    world: World, mia, olivia, places: Places
) -> None:
    await say(olivia, places.general, "old")
    deny = permissions.flag("read_message_history")
    overwrite = models.Overwrite(int(places.guild), enums.OverwriteType.ROLE, deny=deny)
    world.backend.set_overwrite(int(places.general), overwrite)
    assert (await mia.get(f"/channels/{places.general}/messages"))["messages"] == []
    await say(olivia, places.general, "new")
    await mia.hears("message", lambda message: message["content"] == "new")


async def test_a_locked_thread_is_closed_to_members(world: World, mia, marco, places: Places) -> None:
    thread = world.backend.create_thread(int(places.general), "plans", int(marco.id))
    await say(mia, str(thread.id), "in here")
    assert int(mia.id) in thread.thread_members
    world.backend.edit_channel(thread.id, {}, thread_metadata={"archived": True})
    await say(mia, str(thread.id), "still here")
    assert thread.thread_metadata is not None
    assert not thread.thread_metadata.archived
    world.backend.edit_channel(thread.id, {}, thread_metadata={"locked": True})
    assert await mia.refused("send", channel_id=str(thread.id), content="hm") == "thread_locked"
    await say(marco, str(thread.id), "closed")
