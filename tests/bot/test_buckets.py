"""Cooldown buckets count per person and forget who has been idle, without looking at everybody each time."""

from __future__ import annotations

import types
from typing import Any

from discord.ext import commands

from guildwright.bot.cooldowns import Buckets


def written_by(person: int) -> Any:
    return types.SimpleNamespace(author=types.SimpleNamespace(id=person))


def test_each_person_has_a_bucket_that_refuses_the_third_use() -> None:
    buckets = Buckets(commands.Cooldown(2, 10), commands.BucketType.user)
    assert [buckets.update_rate_limit(written_by(1), 100.0) for _ in range(2)] == [None, None]
    assert buckets.update_rate_limit(written_by(1), 104.0) == 6.0
    assert buckets.update_rate_limit(written_by(2), 104.0) is None
    assert buckets.update_rate_limit(written_by(1), 110.5) is None


def test_who_is_idle_for_the_time_of_the_cooldown_is_forgotten() -> None:
    buckets = Buckets(commands.Cooldown(2, 10), commands.BucketType.user)
    first = buckets.get_bucket(written_by(1), 100.0)
    for person in range(2, 1_000):
        buckets.get_bucket(written_by(person), 100.0)
    assert buckets.get_bucket(written_by(1), 109.0) is first
    buckets.get_bucket(written_by(2_000), 111.0)
    assert len(buckets._used) == 2


def test_one_bucket_for_all_is_the_rule_itself() -> None:
    rule = commands.Cooldown(2, 10)
    buckets = Buckets(rule, commands.BucketType.default)
    assert buckets.get_bucket(written_by(1)) is buckets.get_bucket(written_by(2)) is rule
