"""Faults of REST requests, met by a client that knows nothing of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from discord.http import HTTPClient, Route, handle_message_parameters

from guildwright.sandbox.faults.board import faults_of
from guildwright.sandbox.faults.kinds import RestError, RestLatency, RestRateLimit, RestReset, RestSlow
from guildwright.sandbox.faults.strikes import strike
from guildwright.sandbox.rest.buckets import limiter_of

from .rest_client import Api, respond, start_interaction

ME = "/users/@me"

Logged = Callable[[str], Awaitable[None]]


def sent(api: Api) -> list[str]:
    return [message.content for message in api.world.backend.messages[int(api.names["general"])].values()]


async def test_a_server_error_strikes_as_often_as_asked_and_nothing_is_carried_out(api: Api) -> None:
    await strike(api.world, RestError(status=503, count=2, method="POST"))

    replies = [await api.send(content=text) for text in "abc"]

    assert [reply.status for reply in replies] == [503, 503, 200]
    assert replies[0].headers["Content-Type"] != "application/json"
    assert sent(api) == ["c"]
    assert faults_of(api.world).active() == []


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504])
async def test_every_server_error_can_hide_that_the_request_was_carried_out(api: Api, status: int) -> None:
    await strike(api.world, RestError.model_validate({"status": status, "carried_out": True, "count": 1}))
    assert (await api.send(content="a")).status == status
    assert sent(api) == ["a"]


@pytest.mark.parametrize("scope", ["user", "global", "shared"])
async def test_a_rate_limit_says_how_long_to_wait_and_whose_it_is(api: Api, scope: str) -> None:
    fault = RestRateLimit.model_validate({"retry_after": 0.25, "scope": scope, "count": 1})
    await strike(api.world, fault)

    refused, let_in = await api.send(content="a"), await api.send(content="b")

    assert (refused.status, let_in.status) == (429, 200)
    assert refused.body["retry_after"] == 0.25
    assert refused.body["global"] is (scope == "global")
    assert refused.headers["X-RateLimit-Scope"] == scope
    assert refused.headers["Via"], "discord.py takes a 429 without it for a ban"
    assert ("X-RateLimit-Global" in refused.headers) is (scope == "global")
    assert sent(api) == ["b"]


async def test_a_reset_strikes_in_the_middle_of_the_answer_to_what_was_carried_out(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    await strike(api.world, RestReset(count=1))
    with pytest.raises((aiohttp.ClientPayloadError, aiohttp.ClientOSError)):
        await api.send(content="a")
    assert sent(api) == ["a"]
    assert (await api.send(content="b")).status == 200
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_slow_answer_arrives_in_pieces_and_whole(api: Api) -> None:
    whole = (await api.call("GET", ME)).body
    await strike(api.world, RestSlow(milliseconds=100, count=1))
    started = time.monotonic()
    async with api.session.get(api.base + ME, headers={"Authorization": api.token}) as response:
        head = time.monotonic() - started
        pieces = [piece async for piece in response.content.iter_any()]
    assert time.monotonic() - started >= 0.09 > head
    assert len(pieces) > 1
    assert len(b"".join(pieces)) == int(response.headers["Content-Length"])
    assert (await api.call("GET", ME)).body == whole


async def test_latency_is_fixed_or_spread_and_a_seed_repeats_it(api: Api) -> None:
    async def waits(**fields: float) -> list[float]:
        await strike(api.world, RestLatency(count=4, seed=5, **fields))
        return [await seconds_of(api) for _ in range(4)]

    fixed = await waits(milliseconds=30)
    spread = await waits(milliseconds=5, up_to=60)
    again = await waits(milliseconds=5, up_to=60)
    assert min(fixed) >= 0.03
    assert max(spread) - min(spread) > 0.01
    assert all(abs(one - other) < 0.02 for one, other in zip(spread, again, strict=True))


async def seconds_of(api: Api) -> float:
    started = time.monotonic()
    assert (await api.call("GET", ME)).status == 200
    return time.monotonic() - started


async def test_requests_that_wait_are_carried_out_one_beside_the_other(api: Api) -> None:
    await strike(api.world, RestLatency(milliseconds=100))
    started = time.monotonic()
    await asyncio.gather(*(api.call("GET", ME) for _ in range(10)))
    assert time.monotonic() - started < 0.6


async def test_route_and_method_choose_who_is_struck(api: Api) -> None:
    await strike(api.world, RestError(route="/channels/*/messages", method="POST"))
    assert (await api.send(content="a")).status == 500
    assert (await api.call("GET", "/channels/{general}/messages")).status == 200
    assert (await api.call("POST", "/channels/{general}/typing")).status == 204


async def test_probability_is_drawn_and_a_seed_repeats_the_draw(api: Api) -> None:
    async def struck() -> list[int]:
        await strike(api.world, RestError(probability=0.5, seed=3))
        found = [(await api.call("GET", ME)).status for _ in range(40)]
        await faults_of(api.world).end_all()
        return found

    first = await struck()
    assert set(first) == {200, 500}
    assert await struck() == first


async def test_waits_of_several_faults_add_up_and_the_oldest_answer_counts(api: Api) -> None:
    await strike(api.world, RestLatency(milliseconds=30, count=1))
    await strike(api.world, RestLatency(milliseconds=30, count=1))
    await strike(api.world, RestError(status=502))
    await strike(api.world, RestError(status=504))
    started = time.monotonic()
    assert (await api.call("GET", ME)).status == 502
    assert time.monotonic() - started >= 0.06


async def test_an_interaction_that_is_answered_too_late_is_unknown(api: Api, logged: Logged) -> None:
    await strike(api.world, RestLatency(route="/interactions/*", milliseconds=100))
    record = start_interaction(api)
    answer = asyncio.create_task(respond(api, record, 4, {"content": "late"}))
    await logged("rest_latency")
    api.world.clock.advance(3)
    assert (await answer).code == 10062


async def test_a_fault_ends_when_its_seconds_are_over(api: Api) -> None:
    outcome = await strike(api.world, RestError(seconds=0.05))
    assert outcome.active is not None
    async with asyncio.timeout(5):
        await outcome.active.ended.wait()
    assert (await api.call("GET", ME)).status == 200


async def test_every_strike_stands_in_the_traffic_log(api: Api) -> None:
    outcome = await strike(api.world, RestError(count=1))
    assert outcome.active is not None
    await api.call("GET", ME)
    told = [
        (entry.title, dict(entry.facts)) for entry in api.world.traffic.entries() if entry.kind == "fault"
    ]
    number = outcome.active.id
    assert told[-2:] == [
        ("rest_error", {"fault": number, "method": "GET", "path": ME}),
        ("rest_error ended", {"fault": number, "struck": 1}),
    ]


async def test_a_429_on_demand_counts_towards_the_ban_unless_others_caused_it(api: Api) -> None:
    await strike(api.world, RestRateLimit(count=1))
    await api.call("GET", ME)
    await strike(api.world, RestRateLimit(count=1, scope="shared"))
    await api.call("GET", ME)
    assert limiter_of(api.world).invalid_requests == 1


async def test_a_sandbox_stops_at_once_though_requests_wait(api: Api, logged: Logged) -> None:
    await strike(api.world, RestLatency(milliseconds=60_000))
    waiting = asyncio.create_task(api.call("GET", ME))
    await logged("rest_latency")
    await faults_of(api.world).stop()
    async with asyncio.timeout(2):
        assert (await waiting).status == 200


async def test_discord_py_waits_as_long_as_a_429_on_demand_says(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await strike(api.world, RestRateLimit(retry_after=0.2, count=1, route="/channels/*/messages"))
    monkeypatch.setattr(Route, "BASE", api.base)
    client = HTTPClient(asyncio.get_running_loop())
    await client.static_login(api.world.token)
    started = time.monotonic()
    try:
        with handle_message_parameters(content="patient") as params:
            await client.send_message(int(api.names["general"]), params=params)
    finally:
        await client.close()
    assert time.monotonic() - started >= 0.2
    assert sent(api) == ["patient"]
