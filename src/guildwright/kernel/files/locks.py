"""One lock for each path, so that writers of one file come one after the other.

Locks that nobody holds or waits for are dropped once there are many of them.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, TypedDict

from guildwright.kernel.errors import GuildwrightError

LOCKS_BEFORE_CLEANUP = 500
IDLE_SECONDS = 300.0
WAIT_SECONDS = 30.0

Use = Literal["read", "write", "idle"]


class BusyError(GuildwrightError):
    """A file was held by another writer for too long."""

    code = "file_busy"


class LockDetails(TypedDict):
    """One lock, as `get_lock_details` shows it."""

    path: str
    locked: bool
    last_operation: Use
    last_used: str
    created_at: str


@dataclass(slots=True)
class PathLock:
    """The lock of one path; `users` are its holder and those who wait."""

    path: str
    created_at: float
    used_at: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    use: Use = "idle"

    def details(self) -> LockDetails:
        return {
            "path": self.path,
            "locked": self.lock.locked(),
            "last_operation": self.use,
            "last_used": _iso(self.used_at),
            "created_at": _iso(self.created_at),
        }


class PathLocks:
    """The locks of all paths in use."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.cleanups = 0
        self._clock = clock
        self._locks: dict[str, PathLock] = {}

    def __len__(self) -> int:
        return len(self._locks)

    @property
    def active(self) -> int:
        """How many locks are held."""
        return sum(known.lock.locked() for known in self._locks.values())

    def details(self) -> list[LockDetails]:
        """Return all locks, the most recently used first."""
        ordered = sorted(self._locks.values(), key=lambda known: known.used_at, reverse=True)
        return [known.details() for known in ordered]

    @contextlib.asynccontextmanager
    async def hold(self, path: str, use: Use) -> AsyncGenerator[None]:
        """Hold the lock of a path while the block runs.

        Raises BusyError when it was not free within 30 seconds.
        """
        known = self._find(path)
        known.users += 1
        try:
            await _acquire(known)
            try:
                known.use = use
                yield
            finally:
                known.lock.release()
        finally:
            known.users -= 1
            known.used_at = self._clock()

    def drop_idle(self) -> int:
        """Drop the locks that nobody has used for five minutes; return how many."""
        oldest = self._clock() - IDLE_SECONDS
        idle = [path for path, known in self._locks.items() if not known.users and known.used_at < oldest]
        for path in idle:
            del self._locks[path]
        self.cleanups += bool(idle)
        return len(idle)

    def _find(self, path: str) -> PathLock:
        known = self._locks.get(path)
        if known is None:
            if len(self._locks) >= LOCKS_BEFORE_CLEANUP:
                self.drop_idle()
            now = self._clock()
            known = self._locks[path] = PathLock(path, now, now)
        return known


async def _acquire(known: PathLock) -> None:
    try:
        async with asyncio.timeout(WAIT_SECONDS):
            await known.lock.acquire()
    except TimeoutError as error:
        raise BusyError(f"{known.path} was in use for more than {WAIT_SECONDS:g} s.") from error


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat()
