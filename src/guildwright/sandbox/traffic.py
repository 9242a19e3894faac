"""What crossed a world's sockets: events, client payloads, REST calls and violations, bounded.

Bodies are kept as the JSON bytes that were on the wire, because the gateway has them anyway
and a dictionary of the same message takes five times the memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

import orjson

from .clock import SandboxClock

TrafficKind = Literal["event", "send", "rest", "session", "violation", "unrouted", "fault", "note"]

CAPACITY = 5_000


@dataclass(frozen=True, slots=True)
class TrafficEntry:
    """One line of the inspector; `number` grows by one and never repeats."""

    number: int
    at: float
    kind: TrafficKind
    title: str
    facts: Mapping[str, Any]
    body: bytes | None

    def as_dict(self) -> dict[str, Any]:
        """The entry as the control API shows it."""
        body = None if self.body is None else orjson.loads(self.body)
        return {
            "number": self.number,
            "at": self.at,
            "kind": self.kind,
            "title": self.title,
            **self.facts,
            "body": body,
        }


TrafficListener = Callable[[TrafficEntry], None]


class TrafficLog:
    """The last `capacity` entries of a world, and how often each kind of violation happened."""

    def __init__(self, clock: SandboxClock, capacity: int = CAPACITY) -> None:
        self.violations: dict[str, int] = {}
        self.last_violations: dict[str, TrafficEntry] = {}
        self.next_number = 0
        self._clock = clock
        self._entries: deque[TrafficEntry] = deque(maxlen=capacity)
        self._listeners: tuple[TrafficListener, ...] = ()

    def add(self, kind: TrafficKind, title: str, body: bytes | None = None, **facts: Any) -> TrafficEntry:
        """Append an entry; `body` is JSON with the secrets masked already."""
        entry = TrafficEntry(self.next_number, self._clock.now().timestamp(), kind, title, facts, body)
        if kind == "violation":
            self.violations[title] = self.violations.get(title, 0) + 1
            self.last_violations[title] = entry
        self.next_number += 1
        self._entries.append(entry)
        for listener in self._listeners:
            listener(entry)
        return entry

    def entries(self, since: int = 0) -> list[TrafficEntry]:
        """Every entry kept whose number is at least `since`, oldest first."""
        first = self.next_number - len(self._entries)
        return list(islice(self._entries, max(0, since - first), None))

    def subscribe(self, listener: TrafficListener) -> Callable[[], None]:
        """Call `listener` with every entry from now on; returns what takes it off again."""
        self._listeners = (*self._listeners, listener)

        def unsubscribe() -> None:
            self._listeners = tuple(kept for kept in self._listeners if kept is not listener)

        return unsubscribe
