"""Counts what the bot does since it started (shape D3).

Everything here is an addition in memory, cheap enough for every message. Names of commands are bounded by
dropping the least recently used, so that new ones can enter.
"""

import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from typing import Any

_TRACKED = 100
_TOP = 10
_MINUTE = 60.0


@dataclass(slots=True)
class Metrics:
    """Counters of one process; `start_time` is the wall clock, durations use the monotonic one."""

    start_time: float = field(default_factory=time.time)
    commands_processed: int = 0
    slash_commands_processed: int = 0
    messages_seen: int = 0
    error_count: int = 0
    user_error_count: int = 0
    restarts: int = 0
    command_count: OrderedDict[str, int] = field(default_factory=OrderedDict[str, int])
    tracked_limit: int = _TRACKED
    _started: float = field(default_factory=time.monotonic)
    _session_started: float = field(default_factory=time.monotonic)
    _recent: deque[float] = field(default_factory=deque[float])

    def record_command(self, name: str, *, slash: bool = False) -> None:
        """Count one use of a command."""
        self.commands_processed += 1
        self.slash_commands_processed += slash
        self.command_count[name] = self.command_count.pop(name, 0) + 1
        if len(self.command_count) > self.tracked_limit:
            self.command_count.popitem(last=False)
        self._recent.append(time.monotonic())
        self._forget_old_uses()

    def record_message(self) -> None:
        """Count one message of a person."""
        self.messages_seen += 1

    def record_error(self, *, user: bool = False) -> None:
        """Count a failure; a person's own mistake is counted apart."""
        if user:
            self.user_error_count += 1
        else:
            self.error_count += 1

    def session_began(self) -> None:
        """Note that the connection to Discord was established anew."""
        self._session_started = time.monotonic()

    def get_uptime(self) -> float:
        """Return the seconds since the process started counting."""
        return time.monotonic() - self._started

    def get_stats(self) -> dict[str, Any]:
        """Return all figures, as shape D3 names them."""
        self._forget_old_uses()
        ranking = sorted(self.command_count.items(), key=lambda item: item[1], reverse=True)
        return {
            "uptime": self.get_uptime(),
            "commands_processed": self.commands_processed,
            "messages_seen": self.messages_seen,
            "error_count": self.error_count,
            "top_commands": dict(ranking[:_TOP]),
            "tracked_commands": len(self.command_count),
            "user_error_count": self.user_error_count,
            "restarts": self.restarts,
            "slash_commands_processed": self.slash_commands_processed,
            "commands_per_minute": len(self._recent),
            "session_uptime": time.monotonic() - self._session_started,
        }

    def _forget_old_uses(self) -> None:
        oldest = time.monotonic() - _MINUTE
        while self._recent and self._recent[0] < oldest:
            self._recent.popleft()
