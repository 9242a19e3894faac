"""Bad requests are refused as Discord refuses them: status, code, and the name of the wrong field."""

from __future__ import annotations

from typing import Any

import pytest

from .rest_client import Api, grant

LONG = "x" * 2001
BIG_EMBED = {"description": "y" * 4096}
SEND = "/channels/{general}/messages"
COMMANDS = "/applications/{app}/commands"


def button(custom_id: str) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "press", "custom_id": custom_id}


# method, path, body, status, code, wrong field (dotted path) and its code word
Refusal = tuple[str, str, Any, int, int, dict[str, str]]

TABLE: list[Refusal] = [
    ("POST", SEND, {"content": LONG}, 400, 50035, {"content": "BASE_TYPE_MAX_LENGTH"}),
    ("POST", SEND, {"content": ["no text"]}, 400, 50035, {"content": "STRING_TYPE_CONVERT"}),
    ("POST", SEND, {"content": ""}, 400, 50006, {}),
    ("POST", SEND, {}, 400, 50006, {}),
    ("POST", SEND, ["no", "object"], 400, 50035, {"": "MODEL_TYPE_CONVERT"}),
    ("POST", SEND, {"embeds": [{"title": "t"}] * 11}, 400, 50035, {"embeds": "BASE_TYPE_MAX_LENGTH"}),
    ("POST", SEND, {"embeds": [BIG_EMBED] * 2}, 400, 50035, {"embeds": "MAX_EMBED_SIZE_EXCEEDED"}),
    (
        "POST",
        SEND,
        {"embeds": [{"title": "t" * 257, "fields": [{"name": "n", "value": ""}]}]},
        400,
        50035,
        {"embeds.0.title": "BASE_TYPE_MAX_LENGTH", "embeds.0.fields.0.value": "BASE_TYPE_REQUIRED"},
    ),
    (
        "POST",
        SEND,
        {"embeds": [{"description": "d", "url": "ftp://x"}]},
        400,
        50035,
        {"embeds.0.url": "URL_TYPE_INVALID_SCHEME"},
    ),
    (
        "POST",
        SEND,
        {"content": "a", "components": [{"type": 1, "components": []}]},
        400,
        50035,
        {"components.0": "BASE_TYPE_BAD_LENGTH"},
    ),
    (
        "POST",
        SEND,
        {
            "content": "a",
            "components": [{"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "c" * 101}]}],
        },
        400,
        50035,
        {"components.0.components.0.custom_id": "BASE_TYPE_MAX_LENGTH"},
    ),
    (
        "POST",
        SEND,
        {
            "content": "a",
            "components": [{"type": 1, "components": [{"type": 2, "style": 1, "custom_id": "c"}] * 2}],
        },
        400,
        50035,
        {"components.0.components.1.custom_id": "COMPONENT_CUSTOM_ID_DUPLICATED"},
    ),
    (
        "POST",
        SEND,
        {"content": "a", "message_reference": {"message_id": "1"}},
        400,
        50035,
        {"message_reference": "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"},
    ),
    ("POST", SEND, {"content": "a", "nonce": "n" * 26}, 400, 50035, {"nonce": "BASE_TYPE_MAX_LENGTH"}),
    (
        "POST",
        SEND,
        {"poll": {"question": {"text": ""}, "answers": [{"poll_media": {"text": "yes"}}]}},
        400,
        50035,
        {"poll.question.text": "BASE_TYPE_BAD_LENGTH"},
    ),
    ("POST", "/channels/{forum}/messages", {"content": "a"}, 400, 50008, {}),
    ("POST", "/channels/abc/messages", {"content": "a"}, 400, 50035, {"channel_id": "NUMBER_TYPE_COERCE"}),
    ("POST", "/channels/1/messages", {"content": "a"}, 404, 10003, {}),
    ("GET", SEND + "?limit=101", None, 400, 50035, {"limit": "NUMBER_TYPE_MAX"}),
    ("GET", SEND + "?limit=many", None, 400, 50035, {"limit": "NUMBER_TYPE_COERCE"}),
    ("GET", SEND + "/1", None, 404, 10008, {}),
    ("PATCH", SEND + "/{theirs}", {"content": "mine now"}, 403, 50005, {}),
    ("POST", SEND + "/bulk-delete", {"messages": ["1"]}, 400, 50035, {"messages": "BASE_TYPE_BAD_LENGTH"}),
    ("PUT", SEND + "/{theirs}/reactions/abc/@me", None, 404, 10014, {}),
    ("PUT", SEND + "/{theirs}/reactions/gone:123/@me", None, 404, 10014, {}),
    ("POST", "/channels/{news}/messages/1/crosspost", None, 404, 10008, {}),
    ("POST", SEND + "/{theirs}/crosspost", None, 400, 50024, {}),
    ("POST", "/users/@me/channels", {}, 400, 50035, {"recipient_id": "BASE_TYPE_REQUIRED"}),
    ("GET", "/users/1", None, 404, 10013, {}),
    ("GET", "/guilds/1", None, 404, 10004, {}),
    ("GET", "/guilds/{guild}/members/1", None, 404, 10007, {}),
    ("PUT", "/guilds/{guild}/members/{mia}/roles/{admin}", None, 403, 50013, {}),
    ("PUT", "/guilds/{guild}/bans/{olivia}", None, 403, 50013, {}),
    ("DELETE", "/guilds/{guild}/members/{mia}", None, 403, 50013, {}),
    ("GET", "/guilds/{guild}/bans", None, 403, 50013, {}),
    ("POST", "/guilds/{guild}/channels", {"name": "x"}, 403, 50013, {}),
    ("POST", "/guilds/{guild}/channels", {"name": "x" * 101}, 400, 50035, {"name": "BASE_TYPE_BAD_LENGTH"}),
    ("POST", "/guilds/{guild}/channels", {}, 400, 50035, {"name": "BASE_TYPE_REQUIRED"}),
    (
        "POST",
        "/channels/{general}/threads",
        {"name": "t", "type": 11, "auto_archive_duration": 7},
        400,
        50035,
        {"auto_archive_duration": "BASE_TYPE_CHOICES"},
    ),
    ("GET", "/webhooks/1/nonsense", None, 404, 10015, {}),
    ("POST", "/interactions/1/nonsense/callback", {"type": 4}, 404, 10062, {}),
    ("GET", "/invites/nothere", None, 404, 10006, {}),
    (
        "POST",
        COMMANDS,
        {"name": "Upper", "description": "d"},
        400,
        50035,
        {"name": "APPLICATION_COMMAND_INVALID_NAME"},
    ),
    ("GET", "/applications/1/commands", None, 404, 10002, {}),
    ("GET", COMMANDS + "/1", None, 404, 10063, {}),
    ("PUT", "/applications/{app}/guilds/{guild}/commands/1/permissions", {"permissions": []}, 403, 20001, {}),
]


@pytest.mark.req("SAND-303")
async def test_bad_requests_are_refused_in_discords_words(api: Api, subtests: pytest.Subtests) -> None:
    theirs = api.world.backend.create_message(int(api.names["general"]), int(api.names["mia"]), "hello")
    api.names["theirs"] = str(theirs.id)

    for method, path, body, status, code, wrong in TABLE:
        with subtests.test(f"{method} {path} {wrong}"):
            reply = await api.call(method, path, body)

            assert (reply.status, reply.code) == (status, code)
            assert reply.wrong() == wrong
            assert reply.body["message"]


def test_the_table_is_as_long_as_promised() -> None:
    assert len(TABLE) >= 40


@pytest.mark.req("SAND-303")
async def test_a_bot_cannot_act_on_whoever_stands_above_it(api: Api) -> None:
    grant(api, "ban_members", "kick_members", "moderate_members", "manage_roles", "manage_nicknames")

    for method, path, body in (
        ("PUT", "/guilds/{guild}/bans/{olivia}", None),
        ("DELETE", "/guilds/{guild}/members/{marco}", None),
        ("PATCH", "/guilds/{guild}/members/{marco}", {"nick": "smaller"}),
        ("PUT", "/guilds/{guild}/members/{mia}/roles/{admin}", None),
    ):
        reply = await api.call(method, path, body)
        assert (reply.status, reply.code) == (403, 50013), path


@pytest.mark.req("SAND-303")
async def test_a_hidden_channel_is_no_access_and_a_missing_right_no_permission(api: Api) -> None:
    guild = api.world.backend.get_guild(int(api.names["guild"]))
    role = guild.members[api.world.bot_id].role_ids[0]
    api.world.backend.edit_role(guild.id, role, {"permissions": 0})
    api.world.backend.edit_role(guild.id, guild.id, {"permissions": 1 << 10})

    seen = await api.send(content="may I?")
    api.world.backend.edit_role(guild.id, guild.id, {"permissions": 0})
    hidden = await api.send(content="may I?")

    assert (seen.status, seen.code) == (403, 50013)
    assert (hidden.status, hidden.code) == (403, 50001)


@pytest.mark.req("SAND-303")
@pytest.mark.parametrize("token", [None, "Bot wrong", "Bearer x", ""])
async def test_only_the_bots_token_opens_the_api(api: Api, token: str | None) -> None:
    reply = await api.call("GET", "/users/@me", token=token or None, headers={"Authorization": token or ""})

    assert reply.status == 401
    assert reply.body == {"message": "401: Unauthorized", "code": 0}


@pytest.mark.req("SAND-303")
async def test_broken_json_and_unknown_versions_are_named(api: Api) -> None:
    broken = await api.call(
        "POST", "/channels/{general}/messages", data=b"{nope", headers={"Content-Type": "application/json"}
    )
    api.base = api.base.replace("/v10", "/v5")
    old = await api.call("GET", "/users/@me")

    assert (broken.status, broken.code) == (400, 50109)
    assert (old.status, old.code) == (400, 50041)


async def test_a_plain_api_address_works_too(api: Api) -> None:
    api.base = api.base.replace("/v10", "")

    assert (await api.call("GET", "/users/@me")).body["id"] == api.names["bot"]


async def test_a_number_beyond_64_bits_is_a_wrong_field_and_not_a_crash(api: Api) -> None:
    reply = await api.call(
        "POST",
        "/channels/{general}/messages",
        data=b'{"content":"a","flags":123456789012345678901234567890}',
        headers={"Content-Type": "application/json"},
    )

    assert reply.status == 400
