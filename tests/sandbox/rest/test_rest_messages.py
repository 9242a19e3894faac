"""Messages, bans and people as bots meet them over REST."""

from __future__ import annotations

import pytest

from guildwright.sandbox.rest.messages import is_emoji

from .rest_client import Api, grant

SEND = "/channels/{general}/messages"


async def test_a_message_sent_twice_with_one_nonce_is_one_message(api: Api) -> None:
    first = await api.send(content="once", nonce="n1", enforce_nonce=True)
    second = await api.send(content="once", nonce="n1", enforce_nonce=True)
    other = await api.send(content="once", nonce="n2", enforce_nonce=True)

    assert first.body["nonce"] == second.body["nonce"] == "n1"
    assert first.body["id"] == second.body["id"] != other.body["id"]


async def test_a_reply_to_a_deleted_message_is_sent_without_it_when_asked_to(api: Api) -> None:
    sent = await api.send(content="a", message_reference={"message_id": "1", "fail_if_not_exists": False})

    assert sent.status == 200
    assert "message_reference" not in sent.body


async def test_people_and_roles_whose_mention_is_suppressed_are_not_mentioned(api: Api) -> None:
    mia, max_ = api.names["mia"], api.names["max"]
    role = next(iter(api.world.backend.guilds[int(api.names["guild"])].roles))
    text = f"<@{mia}> <@{max_}> <@{mia}> <@&{role}>"

    plain = (await api.send(content=text)).body
    silent = (await api.send(content=text, allowed_mentions={"parse": []})).body
    some = (await api.send(content=text, allowed_mentions={"users": [max_]})).body

    assert [user["id"] for user in plain["mentions"]] == [mia, max_]
    assert (plain["mention_roles"], silent["mention_roles"]) == ([str(role)], [])
    assert (silent["mentions"], silent["content"]) == ([], text)
    assert [user["id"] for user in some["mentions"]] == [max_]


@pytest.mark.req("SAND-303")
async def test_embeds_files_and_replies_each_need_their_permission(api: Api) -> None:
    theirs = api.world.backend.create_message(int(api.names["general"]), int(api.names["mia"]), "hello")
    guild = api.world.backend.get_guild(int(api.names["guild"]))
    for role in guild.roles.values():
        role.permissions &= ~((1 << 14) | (1 << 16))

    embed = await api.send(embeds=[{"title": "t"}])
    reply = await api.send(content="a", message_reference={"message_id": str(theirs.id)})
    plain = await api.send(content="a")

    assert (embed.status, embed.code) == (403, 50013)
    assert (reply.status, reply.code) == (400, 160002)
    assert plain.status == 200


@pytest.mark.req("SAND-303")
async def test_old_messages_are_not_deleted_in_bulk(api: Api) -> None:
    ids = [(await api.send(content="a")).body["id"] for _ in range(2)]
    api.world.clock.advance(15 * 86_400)

    reply = await api.call("POST", SEND + "/bulk-delete", {"messages": ids})

    assert (reply.status, reply.code) == (400, 50034)


@pytest.mark.req("SAND-303")
async def test_a_message_carries_twenty_reactions_and_no_more(api: Api) -> None:
    message = (await api.send(content="a")).body["id"]
    codes = []
    for number in range(21):
        reply = await api.call("PUT", f"{SEND}/{message}/reactions/{chr(0x1F600 + number)}/@me")
        codes.append(reply.status if reply.status == 204 else reply.code)

    assert codes == [204] * 20 + [30010]


@pytest.mark.parametrize("emoji", ["👍", "1️⃣", "ℹ️", "🇩🇪", "©", "❤"])
def test_signs_are_emoji(api: Api, emoji: str) -> None:
    assert is_emoji(api.world, emoji)


@pytest.mark.parametrize("text", ["", "a", "é", "字", "smile", "1", "x:", ":1", "gone:123"])
def test_text_is_no_emoji(api: Api, text: str) -> None:
    assert not is_emoji(api.world, text)


async def test_a_ban_takes_the_messages_of_the_last_hours_along(api: Api) -> None:
    grant(api, "ban_members")
    backend, general = api.world.backend, int(api.names["general"])
    old = backend.create_message(general, int(api.names["max"]), "long ago")
    api.world.clock.advance(7200)
    new = backend.create_message(general, int(api.names["max"]), "spam")
    other = backend.create_message(general, int(api.names["mia"]), "not me")

    guild = backend.get_guild(int(api.names["guild"]))
    guild.members[int(api.names["max"])].role_ids.clear()
    reply = await api.call("PUT", "/guilds/{guild}/bans/{max}", {"delete_message_seconds": 3600})
    bans = await api.call("GET", "/guilds/{guild}/bans")

    assert reply.status == 204
    assert set(backend.messages[general]) == {old.id, other.id}
    assert new.id not in backend.messages[general]
    assert [ban["user"]["username"] for ban in bans.body] == ["max"]


@pytest.mark.req("SAND-303")
async def test_a_timeout_lasts_28_days_at_most(api: Api) -> None:
    grant(api, "moderate_members")
    reply = await api.call(
        "PATCH",
        "/guilds/{guild}/members/{max}",
        {"communication_disabled_until": "2099-01-01T00:00:00+00:00"},
    )

    assert reply.wrong() == {"communication_disabled_until": "INVALID_COMMUNICATION_DISABLED_TIMESTAMP"}


async def test_a_bot_that_leaves_leaves_the_guild_to_its_people(api: Api) -> None:
    left = await api.call("DELETE", "/users/@me/guilds/{guild}")

    guild = api.world.backend.get_guild(int(api.names["guild"]))
    assert left.status == 204
    assert int(api.names["mia"]) in guild.members
    assert (await api.call("GET", "/guilds/{guild}")).code == 10004
    assert (await api.call("GET", "/guilds/{guild}/roles")).code == 50001


async def test_members_are_found_by_name_and_listed_with_the_intent_only(api: Api) -> None:
    found = await api.call("GET", "/guilds/{guild}/members/search?query=ma&limit=10")
    listed = await api.call("GET", "/guilds/{guild}/members?limit=1000")
    api.world.application_settings.privileged_intents.discard("members")
    refused = await api.call("GET", "/guilds/{guild}/members?limit=1000")

    assert {member["user"]["username"] for member in found.body} == {"marco", "max"}
    assert len(listed.body) == 5
    assert (refused.status, refused.code) == (403, 50001)


async def test_older_clients_pin_by_the_older_routes(api: Api) -> None:
    grant(api, "manage_messages", "pin_messages")
    message = (await api.send(content="keep")).body["id"]

    pinned = await api.call("PUT", f"/channels/{{general}}/pins/{message}")
    listed = await api.call("GET", "/channels/{general}/pins")
    unpinned = await api.call("DELETE", f"/channels/{{general}}/pins/{message}")

    assert (pinned.status, unpinned.status) == (204, 204)
    assert [item["id"] for item in listed.body] == [message]
    assert (await api.call("GET", "/channels/{general}/pins")).body == []


async def test_an_incoming_webhook_posts_with_its_token_alone(api: Api) -> None:
    grant(api, "manage_webhooks")
    hook = (await api.call("POST", "/channels/{general}/webhooks", {"name": "news"})).body
    path = f"/webhooks/{hook['id']}/{hook['token']}"

    silent = await api.call("POST", path, {"content": "a"}, token=None)
    waited = await api.call("POST", path + "?wait=true", {"content": "b"}, token=None)
    wrong = await api.call("POST", f"/webhooks/{hook['id']}/wrong", {"content": "c"}, token=None)

    assert silent.status == 204
    assert waited.body["content"] == "b"
    assert waited.body["author"]["username"] == "news"
    assert (wrong.status, wrong.code) == (401, 50027)
