"""Shards identify as quickly as Discord allows and never quicker."""

import asyncio
import itertools

import pytest

from guildwright.bot.identify import IdentifyGate


class Clock:
    """A clock that only `sleep` moves."""

    def __init__(self, monkeypatch):
        self.now = 100.0
        monkeypatch.setattr("guildwright.bot.identify.asyncio.sleep", self.sleep)

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        self.now += seconds


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


async def identify(gate, clock, shard_id):
    await gate.reserve(shard_id)
    await gate.enter(shard_id)
    return clock.now


async def test_sixteen_at_once_start_at_once(clock):
    gate = IdentifyGate(16, clock=clock)
    assert {await identify(gate, clock, shard) for shard in range(16)} == {100.0}


async def test_one_bucket_lets_one_pass_in_five_seconds(clock):
    gate = IdentifyGate(1, clock=clock)
    times = [await identify(gate, clock, shard) for shard in range(4)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(times)]
    assert all(5.0 <= gap < 6.0 for gap in gaps)


async def test_buckets_do_not_wait_for_one_another(clock):
    gate = IdentifyGate(4, clock=clock)
    times = [await identify(gate, clock, shard) for shard in range(8)]
    assert times[:4] == [100.0] * 4
    assert all(5.0 <= time - 100.0 < 6.0 for time in times[4:])


async def test_a_turn_that_was_not_used_in_time_is_taken_anew(clock):
    gate = IdentifyGate(1, clock=clock)
    await gate.reserve(0)
    clock.now += 6
    second = await identify(gate, clock, 1)
    await gate.enter(0)
    assert clock.now - second >= 5.0


async def test_an_identify_without_a_turn_waits_like_the_others():
    gate = IdentifyGate(1, window=0.05)
    loop = asyncio.get_running_loop()
    started = loop.time()
    await gate.enter(0)
    await gate.enter(1)
    assert loop.time() - started >= 0.05


async def test_without_a_session_start_left_a_shard_waits_for_the_new_ones(clock, caplog):
    gate = IdentifyGate(16, clock=clock)
    gate.allow(remaining=2, total=1000, renewed_in=7200)
    assert [await identify(gate, clock, shard) for shard in range(4)] == [100.0, 100.0, 7300.0, 7300.0]
    assert gate.remaining == 998
    assert caplog.text.count("Discord allows no new session for 2.0 h (1000 were used): shard 2 waits") == 1


async def test_a_turn_that_is_not_used_costs_no_session_start(clock):
    gate = IdentifyGate(1, clock=clock)
    gate.allow(remaining=1, total=1000, renewed_in=7200)
    await gate.reserve(0)
    clock.now += 6
    await gate.reserve(0)
    await gate.enter(0)
    assert (clock.now, gate.remaining) == (106.0, 0)
