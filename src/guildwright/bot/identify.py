"""Spaces IDENTIFYs as Discord demands: `max_concurrency` at once, one per 5 seconds in each bucket.

A shard takes its turn before it opens its socket. discord.py gives a connection attempt 60 seconds in all,
so a long queue behind an open socket would time out the last shards.
"""

import asyncio
import time
from collections.abc import Callable

from guildwright.kernel.limits import IDENTIFY_WINDOW_SECONDS

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

    async def reserve(self, shard_id: int) -> None:
        """Wait for this shard's turn; it is held for one window."""
        bucket = shard_id % self.max_concurrency
        # Looked at again after each pause: a turn that is used late moves the next one.
        while (wait := self._free_at.get(bucket, 0.0) - self._clock()) > 0:  # noqa: ASYNC110 - a known time, not an event
            await asyncio.sleep(wait)
        self._turns[shard_id] = self._clock()
        self._free_at[bucket] = self._turns[shard_id] + self._window

    async def enter(self, shard_id: int) -> None:
        """Use the turn now, right before the IDENTIFY; an expired one is taken anew."""
        taken_at = self._turns.pop(shard_id, None)
        if taken_at is None or self._clock() - taken_at >= self._window:
            await self.reserve(shard_id)
            self._turns.pop(shard_id, None)
        self._free_at[shard_id % self.max_concurrency] = self._clock() + self._window
