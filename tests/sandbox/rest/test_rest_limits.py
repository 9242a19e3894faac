"""Rate limits: told in every mode but "off", enforced in one."""

from __future__ import annotations

import asyncio

import pytest
from discord.http import HTTPClient, Route, handle_message_parameters

from guildwright.kernel import limits
from guildwright.sandbox.rest import buckets

from .rest_client import Api, grant, respond, start_interaction


async def test_headers_tell_what_is_left_and_nobody_is_refused(api: Api) -> None:
    replies = [await api.send(content="a") for _ in range(7)]

    left = [reply.headers["X-RateLimit-Remaining"] for reply in replies]
    assert [reply.status for reply in replies] == [200] * 7
    assert left == ["4", "3", "2", "1", "0", "0", "0"]
    assert replies[0].headers["X-RateLimit-Limit"] == "5"
    assert 0 < float(replies[0].headers["X-RateLimit-Reset-After"]) <= 5
    assert len({reply.headers["X-RateLimit-Bucket"] for reply in replies}) == 1


async def test_off_means_no_headers(api: Api) -> None:
    api.world.application_settings.limits = "off"

    assert "X-RateLimit-Limit" not in (await api.send(content="a")).headers


@pytest.mark.req("SAND-304")
async def test_a_client_that_ignores_the_headers_is_refused_until_the_window_ends(api: Api) -> None:
    api.world.application_settings.limits = "enforce"

    replies = [await api.send(content="a") for _ in range(6)]
    elsewhere = await api.call("POST", "/channels/{news}/messages", {"content": "a"})
    api.world.clock.advance(5)
    later = await api.send(content="a")

    over = replies[5]
    assert [reply.status for reply in replies] == [200] * 5 + [429]
    assert over.body["global"] is False
    assert 0 < over.body["retry_after"] <= 5
    assert over.headers["Retry-After"]
    assert over.headers["X-RateLimit-Scope"] == "user"
    assert (elsewhere.status, later.status) == (200, 200)
    assert api.world.traffic.violations["rate_limit_exceeded"] == 1


@pytest.mark.req("SAND-304")
async def test_fifty_a_second_overall_but_interactions_are_exempt(api: Api) -> None:
    api.world.application_settings.limits = "enforce"
    api.world.clock.advance(10)
    record = start_interaction(api)

    calls = [api.call("GET", "/users/@me") for _ in range(60)]
    replies = await asyncio.gather(*calls)
    answer = await respond(api, record, 4, {"content": "in time"})

    refused = [reply for reply in replies if reply.status == 429]
    assert refused
    assert any(reply.headers.get("X-RateLimit-Global") == "true" for reply in refused)
    assert answer.status == 204
    assert "X-RateLimit-Limit" not in answer.headers


@pytest.mark.req("SAND-304")
async def test_the_webhooks_of_a_channel_share_a_limit_that_nobody_is_blamed_for(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    grant(api, "manage_webhooks")
    api.world.application_settings.limits = "enforce"
    monkeypatch.setattr(buckets, "SHARED_WEBHOOKS", buckets.Rule(4, 60.0))
    monkeypatch.setattr(limits, "INVALID_REQUESTS", 1)
    hooks = [(await api.call("POST", "/channels/{general}/webhooks", {"name": name})).body for name in "ab"]

    replies = [
        await api.call("POST", f"/webhooks/{hook['id']}/{hook['token']}", {"content": "a"}, token=None)
        for hook in hooks
        for _ in range(3)
    ]

    assert [reply.status for reply in replies] == [204] * 4 + [429] * 2
    assert replies[-1].headers["X-RateLimit-Scope"] == "shared"
    assert (await api.call("GET", "/users/@me")).status == 200


@pytest.mark.req("SAND-304")
async def test_too_many_invalid_requests_ban_the_client_for_ten_minutes(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.world.application_settings.limits = "enforce"
    monkeypatch.setattr(limits, "INVALID_REQUESTS", 20)
    for _ in range(20):
        await api.call("GET", "/users/@me", token="Bot wrong")

    banned = await api.call("GET", "/users/@me")
    api.world.clock.advance(600)
    free = await api.call("GET", "/users/@me")

    assert banned.status == 429
    assert banned.headers["Content-Type"] != "application/json"
    assert banned.body == b"error code: 1015"
    assert free.status == 200


@pytest.mark.req("SAND-304")
async def test_discord_py_heeds_the_headers_and_is_never_refused(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.world.application_settings.limits = "enforce"
    monkeypatch.setattr(Route, "BASE", api.base)
    monkeypatch.setitem(buckets._RULES, "POST /channels/{id}/messages", buckets.Rule(5, 0.2))
    client = HTTPClient(asyncio.get_running_loop())
    await client.static_login(api.world.token)

    async def send() -> None:
        with handle_message_parameters(content="a") as params:
            await client.send_message(int(api.names["general"]), params=params)

    try:
        await asyncio.gather(*(send() for _ in range(20)))
    finally:
        await client.close()

    statuses = [entry.facts["status"] for entry in api.world.traffic.entries() if entry.kind == "rest"]
    assert statuses.count(429) == 0
    assert statuses.count(200) == 21
