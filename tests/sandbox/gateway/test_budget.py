"""Session starts are counted as Discord counts them."""

from __future__ import annotations

import pytest

from guildwright.kernel import limits
from guildwright.sandbox.world import World

from .raw_client import Connect


@pytest.mark.req("SAND-202")
async def test_two_shards_of_one_key_within_five_seconds_get_op_9(
    world: World, connect_client: Connect
) -> None:
    world.application_settings.max_concurrency = 1
    first, second = await connect_client(), await connect_client()
    await first.identify(shard=[0, 2])

    await second.send_identify(shard=[1, 2])
    assert (await second.until_op(9))["d"] is False
    assert world.traffic.violations["identify_too_early"] == 1

    world.clock.advance(5)
    await second.identify(shard=[1, 2])
    assert len(world.gateway.sessions()) == 2


@pytest.mark.req("SAND-202")
async def test_shards_of_different_keys_identify_together(world: World, connect_client: Connect) -> None:
    world.application_settings.max_concurrency = 2
    first, second = await connect_client(), await connect_client()
    await first.identify(shard=[0, 2])
    await second.identify(shard=[1, 2])
    assert [session["shard"] for session in world.gateway.sessions()] == [[0, 2], [1, 2]]


@pytest.mark.req("SAND-202")
async def test_the_start_after_the_last_closes_every_session_and_resets_the_token(
    world: World, connect_client: Connect
) -> None:
    world.application_settings.identify_remaining = 1
    first, second = await connect_client(), await connect_client()
    await first.identify(shard=[0, 2])
    token = world.token

    await second.send_identify(shard=[1, 2])

    assert (await second.closed())[0] == 4004
    assert (await first.closed())[0] == 4004
    assert world.token != token
    assert world.gateway.sessions() == []
    assert world.gateway.budget.limit()["remaining"] == 0


@pytest.mark.req("SAND-202")
async def test_the_budget_says_what_is_left_and_is_full_again_after_a_day(
    world: World, connect_client: Connect
) -> None:
    client = await connect_client()
    await client.identify()
    limit = world.gateway.budget.limit()
    assert (limit["total"], limit["remaining"], limit["max_concurrency"]) == (1_000, 999, 16)
    assert 86_390_000 < limit["reset_after"] <= 86_400_000

    world.clock.advance(86_400)
    assert world.gateway.budget.limit()["remaining"] == 1_000


async def test_without_limits_nothing_is_counted(world: World, connect_client: Connect) -> None:
    world.application_settings.limits = "off"
    world.application_settings.max_concurrency = 1
    world.application_settings.identify_remaining = 0
    first, second = await connect_client(), await connect_client()
    await first.identify(shard=[0, 2])
    await second.identify(shard=[1, 2])
    for _ in range(limits.GATEWAY_SENDS + 10):
        await first.send(1)
    await first.settle()
    assert world.traffic.violations == {}
