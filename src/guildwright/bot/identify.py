"""Spaces IDENTIFYs as Discord demands: `max_concurrency` at once, one per 5 seconds in each bucket.

A shard takes its turn before it opens its socket. discord.py gives a connection attempt 60 seconds in all,
so a long queue behind an open socket would time out the last shards. Session starts of a day are limited
too: when none is left a shard waits for the new ones, because Discord would take the token away.
"""

import asyncio
import logging
import time
from collections.abc import Callable

from guildwright.kernel.limits import IDENTIFY_WINDOW_SECONDS, SESSION_STARTS_WINDOW_SECONDS

logger = logging.getLogger("guildwright.identify")

# Two IDENTIFYs travel differently fast; without this their distance at the gateway may fall below 5 s.
TRAVEL_MARGIN = 0.2


class IdentifyGate:
    """Hands out turns to identify, one line per bucket `shard_id % max_concurrency`."""

    def __init__(
        self,
        max_concurrency: int = 1,
        *,
        window: float = IDENTIFY_WINDOW_SECONDS + TRAVEL_MARGIN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.max_concurrency = max_concurrency
        self._window = window
        self._clock = clock
        self._free_at: dict[int, float] = {}
        self._turns: dict[int, float] = {}
        self._total = 0
        self._renewed_at = 0.0
        self.remaining: int | None = None
        """Session starts that are left until Discord gives new ones; None while nobody told."""

    def allow(self, remaining: int, total: int, renewed_in: float) -> None:
        """Note what Discord told: session starts left, of how many, and seconds until there are new ones."""
        self.remaining, self._total = remaining, total
        self._renewed_at = self._clock() + renewed_in

    async def reserve(self, shard_id: int) -> None:
        """Wait for this shard's turn; it is held for one window."""
        await self._await_budget(shard_id)
        bucket = shard_id % self.max_concurrency
        # Looked at again after each pause: a turn that is used late moves the next one.
        while (wait := self._free_at.get(bucket, 0.0) - self._clock()) > 0:  # noqa: ASYNC110 - a known time, not an event
            await asyncio.sleep(wait)
        self._turns[shard_id] = self._clock()
        self._free_at[bucket] = self._turns[shard_id] + self._window

    async def _await_budget(self, shard_id: int) -> None:
        """Take one of the day's session starts; a turn that was not used still has its own."""
        if self.remaining is None or shard_id in self._turns:
            return
        while self.remaining <= 0:
            wait = self._renewed_at - self._clock()
            if wait > 0:
                logger.warning(
                    "Discord allows no new session for %.1f h (%s were used): shard %s waits for that.",
                    wait / 3600,
                    self._total,
                    shard_id,
                )
                await asyncio.sleep(wait)
            if self.remaining <= 0:
                self.allow(self._total, self._total, SESSION_STARTS_WINDOW_SECONDS)
        self.remaining -= 1

    async def enter(self, shard_id: int) -> None:
        """Use the turn now, right before the IDENTIFY; an expired one is taken anew."""
        taken_at = self._turns.pop(shard_id, None)
        if taken_at is None or self._clock() - taken_at >= self._window:
            if taken_at is not None:
                self._turns[shard_id] = taken_at  # its session start was not used
            await self.reserve(shard_id)
            self._turns.pop(shard_id, None)
        self._free_at[shard_id % self.max_concurrency] = self._clock() + self._window
