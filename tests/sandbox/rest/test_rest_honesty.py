"""What the sandbox does not model it says, with 501 and in the traffic log; secrets stay out of it."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from .rest_client import Api, grant, respond, start_interaction

SEND = "/channels/{general}/messages"

NOT_MODELLED: list[tuple[str, str, Any, str]] = [
    ("GET", "/guilds/{guild}/soundboard-sounds", None, "GET /guilds/"),
    ("PATCH", "/guilds/{guild}", {"banner": "data:"}, "banner"),
    ("PATCH", "/guilds/{guild}/widget", {"colour": 1}, "colour"),
    ("POST", "/lobbies", {}, "POST /lobbies"),
    ("OPTIONS", "/users/@me", None, "OPTIONS /users/@me"),
    ("POST", SEND, {"content": "a", "teleport": True}, "teleport"),
    ("POST", "/applications/{app}/commands", {"name": "a", "description": "d", "handler": 1}, "handler"),
    ("PATCH", "/users/@me", {"banner": "data:"}, "banner"),
    ("POST", "/channels/{general}/webhooks", {"name": "w", "avatar": "data:"}, "avatar"),
    ("POST", "/channels/{general}/threads", {"name": "t", "rate_limit_per_user": 5}, "rate_limit_per_user"),
    ("PATCH", "/applications/@me", {"event_webhooks_url": "x"}, "event_webhooks_url"),
]


@pytest.mark.req("SAND-302")
async def test_an_unknown_route_or_field_is_501_and_named(api: Api, subtests: pytest.Subtests) -> None:
    grant(api, "manage_webhooks", "manage_guild")
    for method, path, body, named in NOT_MODELLED:
        with subtests.test(f"{method} {path}"):
            reply = await api.call(method, path, body)
            entry = api.world.traffic.entries()[-1]

            assert (reply.status, reply.code) == (501, 0)
            assert named in reply.body["message"]
            assert entry.kind == "unrouted"
            assert entry.facts["status"] == 501


@pytest.mark.req("SAND-302")
async def test_a_refused_field_changes_nothing(api: Api) -> None:
    await api.send(content="a", teleport=True)

    assert (await api.call("GET", SEND)).body == []


@pytest.mark.req("SAND-302")
async def test_a_callback_that_is_not_modelled_leaves_the_interaction_open(api: Api) -> None:
    record = start_interaction(api)

    refused = await respond(api, record, 12)
    answered = await respond(api, record, 4, {"content": "instead"})

    assert (refused.status, refused.code) == (501, 0)
    assert answered.status == 204


async def test_every_call_is_one_line_in_the_traffic_log(api: Api) -> None:
    before = len(api.world.traffic.entries())
    await api.send(content="hello")
    await api.send(content="")
    await api.call("GET", "/users/@me", token=None)

    entries = api.world.traffic.entries()[before:]
    assert [entry.facts["status"] for entry in entries] == [200, 400, 401]
    assert {entry.facts["route"] for entry in entries} == {"POST /channels/{id}/messages", "GET /users/@me"}
    assert all(entry.facts["ms"] >= 0 for entry in entries)
    assert entries[0].as_dict()["body"]["request"] == {"content": "hello"}


async def test_no_token_reaches_the_traffic_log(api: Api) -> None:
    grant(api, "manage_webhooks")
    record = start_interaction(api)
    webhook = (await api.call("POST", "/channels/{general}/webhooks", {"name": "w"})).body
    await respond(api, record, 4, {"content": f"my token is {api.world.token}"})
    await api.call("POST", f"/webhooks/{{app}}/{record.token}", {"content": "a"}, token=None)
    await api.call("POST", f"/webhooks/{webhook['id']}/{webhook['token']}", {"content": "b"}, token=None)
    await api.call("GET", f"/webhooks/{webhook['id']}")

    written = orjson.dumps([entry.as_dict() for entry in api.world.traffic.entries()]).decode()
    for secret in (api.world.token, record.token, webhook["token"]):
        assert secret not in written


async def test_a_failure_inside_the_sandbox_is_told_as_500_and_logged(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("torn")

    monkeypatch.setattr("guildwright.sandbox.rest.call.dispatch", broken)

    reply = await api.send(content="a")

    assert (reply.status, reply.body) == (500, {"message": "500: Internal Server Error", "code": 0})
    assert "torn" in caplog.text


async def test_a_refusal_that_repeats_its_path_keeps_the_token_out_of_the_log(api: Api) -> None:
    record = start_interaction(api)
    refused = await respond(api, record, 4, {"content": "a", "teleport": True})

    assert refused.status == 501
    written = orjson.dumps([entry.as_dict() for entry in api.world.traffic.entries()]).decode()
    assert "teleport" in written
    assert record.token not in written
