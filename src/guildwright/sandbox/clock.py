"""The clock of a world: real time by default, shifted on demand, standing still when seeded.

A seeded clock starts at a fixed instant and moves a millisecond with every id that is
allocated, and otherwise only when it is told to: that is what makes two seeded runs equal.
The instant lies in the future because clients compare ids with their own clock
(discord.py holds an interaction whose id is 15 minutes old for expired).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

SEEDED_START = datetime(2035, 1, 1, tzinfo=UTC)

AdvanceListener = Callable[[float], None]


class SandboxClock:
    """Tells a world's time; `advance` moves it forward and tells whoever waits for a deadline."""

    def __init__(self, *, seeded: bool = False) -> None:
        self.seeded = seeded
        self.elapsed = 0.0
        self._epoch = SEEDED_START if seeded else datetime.now(UTC)
        self._started = time.monotonic()
        self._listeners: list[AdvanceListener] = []

    def now(self) -> datetime:
        """The world's time, aware, in UTC."""
        flowed = 0.0 if self.seeded else time.monotonic() - self._started
        return self._epoch + timedelta(seconds=flowed + self.elapsed)

    def monotonic(self) -> float:
        """Seconds that never go back, for deadlines on the wire: real time plus every advance."""
        return time.monotonic() + self.elapsed

    def advance(self, seconds: float) -> None:
        """Move the clock forward and tell the listeners; a clock never goes back."""
        if seconds < 0:
            raise ValueError("A sandbox clock only moves forward; give a number of seconds of at least 0.")
        self.elapsed += seconds
        for listener in tuple(self._listeners):
            listener(seconds)

    def tick(self) -> None:
        """Move a seeded clock by the millisecond that a new id stands for."""
        if self.seeded:
            self.elapsed += 0.001

    def on_advance(self, listener: AdvanceListener) -> Callable[[], None]:
        """Call `listener(seconds)` after every advance; returns what takes it off again."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe
