"""Files for extensions: read and replaced whole, one writer at a time, never in the event loop.

Nothing here raises for a file that cannot be read or written: the older extensions it is made for look at
what is returned. Every failure is logged once, counted and kept in the history.
"""

import asyncio
import json
import logging
import os
import shutil
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

import orjson

from guildwright.kernel.files.cache import TextCache, sign
from guildwright.kernel.files.locks import BusyError, LockDetails, PathLocks
from guildwright.kernel.files.write import atomic_write_text

logger = logging.getLogger("guildwright.files")

Result = TypeVar("Result")
Kind = Literal["read", "write"]

PAUSES = (0.1, 0.2)
REMEMBERED = 200
# An `int` as a key becomes text as in Python's own json; what only orjson knows is refused like there.
_OPTIONS = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


@dataclass(frozen=True, slots=True)
class Operation:
    """One reading or writing: `duration` in seconds, `outcome` is `ok` or the reason of the failure."""

    time: str
    kind: Kind
    path: str
    duration: float
    outcome: str
    retries: int


class AtomicFileHandler:
    """A cache, locks and counters for the files of extensions; paths may be spelled in any way."""

    def __init__(self, cache_ttl: float = 300, max_cache_size: int = 1000) -> None:
        self._cache = TextCache(cache_ttl, max_cache_size)
        self._locks = PathLocks()
        self._history: deque[Operation] = deque(maxlen=REMEMBERED)
        self._corrupt: set[str] = set()
        self._hits = self._misses = self._bypasses = self._invalidations = 0
        self._counts = {"read": 0, "write": 0}
        self._failures = {"read": 0, "write": 0}

    # --- reading -----------------------------------------------------------------------------------

    async def atomic_read(self, path: str | Path, use_cache: bool = True) -> str | None:
        """Return the text of a file, or None when there is none or it cannot be read."""
        place = _place(path)
        if not use_cache:
            self._bypasses += 1
        elif (known := self._cache.find(place)) is not None:
            self._hits += 1
            self._counts["read"] += 1
            return known
        else:
            self._misses += 1
        return await self._read(place, keep=use_cache)

    async def atomic_read_json(self, path: str | Path, use_cache: bool = True) -> Any:
        """Return the value of a JSON file, or None when there is none or it is not valid.

        The value belongs to the caller: changing it changes nothing here.
        """
        text = await self.atomic_read(path, use_cache)
        if text is None:
            return None
        try:
            return json.loads(text)
        except ValueError as error:
            self._note_corrupt(_place(path), error)
            return None

    # --- writing -----------------------------------------------------------------------------------

    async def atomic_write(
        self,
        path: str | Path,
        text: str,
        invalidate_cache_after: bool = True,
    ) -> bool:
        """Replace the text of a file; False when that failed, and then the file is as it was."""
        return await self._locked_write(_place(path), lambda: text, keep=not invalidate_cache_after)

    async def atomic_write_json(
        self,
        path: str | Path,
        value: Any,
        invalidate_cache_after: bool = True,
    ) -> bool:
        """Replace a JSON file, indented by 4; False when that failed, and then the file is as it was.

        NaN and the infinities, which JSON does not know, become null.
        """
        place = _place(path)
        frozen = self._freeze(place, value)
        if frozen is None:
            return False
        return await self._locked_write(place, lambda: _indent(frozen), keep=not invalidate_cache_after)

    async def update_json(self, path: str | Path, change: Callable[[Any], Any], default: Any = None) -> bool:
        """Replace the value of a JSON file by what `change` makes of it; nobody can write in between.

        `change` gets `default` when there is no file. False when the file cannot be read, is not valid JSON
        or cannot be written: then it is as it was. What `change` raises is raised.
        """
        place = _place(path)
        try:
            async with self._locks.hold(place, "write"):
                return await self._update(place, change, default)
        except BusyError as error:
            self._fail("write", place, 0.0, 0, error.sentence)
            return False

    # --- cache and counters ------------------------------------------------------------------------

    async def invalidate_cache(self, path: str | Path) -> None:
        """Forget what is known of a file."""
        self._cache.drop(_place(path))
        self._invalidations += 1

    async def clear_all_cache(self) -> None:
        """Forget what is known of all files."""
        self._cache.clear()
        self._invalidations += 1

    def drop_expired(self) -> tuple[int, int]:
        """Forget expired texts and idle locks; return how many of each."""
        return self._cache.drop_expired(), self._locks.drop_idle()

    def get_cache_stats(self) -> dict[str, Any]:
        """Return the counters since the start (shape D4); `hit_rate` in percent."""
        asked = self._hits + self._misses
        return {
            "cache_size": len(self._cache),
            "max_cache_size": self._cache.size,
            "cache_ttl": self._cache.ttl,
            "active_locks": self._locks.active,
            "cache_hits": self._hits,
            "cache_misses": self._misses,
            "cache_bypasses": self._bypasses,
            "hit_rate": round(100 * self._hits / asked, 2) if asked else 0.0,
            "total_reads": self._counts["read"],
            "total_writes": self._counts["write"],
            "write_failures": self._failures["write"],
            "read_failures": self._failures["read"],
            "lock_cleanups": self._locks.cleanups,
            "cache_invalidations": self._invalidations,
        }

    def get_lock_details(self) -> dict[str, int | list[LockDetails]]:
        """Return the locks (shape D5), the most recently used first."""
        return {
            "total_locks": len(self._locks),
            "active_locks": self._locks.active,
            "locks": self._locks.details(),
        }

    def get_operation_history(self, limit: int = REMEMBERED) -> list[dict[str, Any]]:
        """Return the newest operations, the newest last."""
        return [asdict(operation) for operation in list(self._history)[-limit:]] if limit > 0 else []

    # --- how it is done ----------------------------------------------------------------------------

    async def _read(self, place: str, *, keep: bool) -> str | None:
        def work() -> tuple[str, tuple[int, int, int]] | None:
            try:
                signature = sign(place)
            except FileNotFoundError:
                return None
            text = _text_of(place)
            return None if text is None else (text, signature)

        try:
            async with self._locks.hold(place, "read"):
                found = await self._attempt("read", place, work)
        except BusyError as error:
            self._fail("read", place, 0.0, 0, error.sentence)
            return None
        except (OSError, ValueError):
            return None
        if found is None:
            return None
        if keep:
            self._cache.keep(place, *found)
        return found[0]

    async def _update(self, place: str, change: Callable[[Any], Any], default: Any) -> bool:
        try:
            text = await _in_thread(lambda: _text_of(place))
            value = default if text is None else json.loads(text)
        except (OSError, ValueError) as error:
            self._fail("read", place, 0.0, 0, f"{type(error).__name__}: {error}")
            return False
        frozen = self._freeze(place, change(value))
        return frozen is not None and await self._write(place, lambda: _indent(frozen), keep=False)

    def _freeze(self, place: str, value: Any) -> bytes | None:
        """Take a copy that later changes of the value do not reach; None when it is not JSON."""
        try:
            return orjson.dumps(value, option=_OPTIONS)
        except TypeError as error:
            self._fail("write", place, 0.0, 0, f"not JSON: {error}")
            return None

    async def _locked_write(self, place: str, make: Callable[[], str], *, keep: bool) -> bool:
        try:
            async with self._locks.hold(place, "write"):
                return await self._write(place, make, keep=keep)
        except BusyError as error:
            self._fail("write", place, 0.0, 0, error.sentence)
            return False

    async def _write(self, place: str, make: Callable[[], str], *, keep: bool) -> bool:
        was_corrupt = place in self._corrupt

        def work() -> tuple[str, tuple[int, int, int]]:
            if was_corrupt:
                _keep_copy(Path(place))
            text = make()
            atomic_write_text(place, text)
            return text, sign(place)

        try:
            written = await self._attempt("write", place, work)
        except (OSError, ValueError):
            return False
        self._corrupt.discard(place)
        if keep:
            self._cache.keep(place, *written)
        else:
            self._cache.drop(place)
            self._invalidations += 1
        return True

    async def _attempt(self, kind: Kind, place: str, work: Callable[[], Result]) -> Result:
        """Do it in a thread, three times if the system refuses; what is raised in the end is noted."""
        started = time.perf_counter()
        retries = 0
        while True:
            try:
                result = await _in_thread(work)
            except (OSError, ValueError) as error:
                if isinstance(error, OSError) and retries < len(PAUSES):
                    await asyncio.sleep(PAUSES[retries])
                    retries += 1
                    continue
                reason = f"{type(error).__name__}: {error}"
                self._fail(kind, place, time.perf_counter() - started, retries, reason)
                raise
            self._counts[kind] += 1
            self._note(kind, place, time.perf_counter() - started, retries, "ok")
            return result

    def _note_corrupt(self, place: str, error: ValueError) -> None:
        self._corrupt.add(place)
        self._cache.drop(place)
        self._fail("read", place, 0.0, 0, f"not valid JSON: {error}")

    def _fail(self, kind: Kind, place: str, duration: float, retries: int, reason: str) -> None:
        self._failures[kind] += 1
        self._note(kind, place, duration, retries, reason)
        logger.error("%s of %s failed: %s", kind.capitalize(), place, reason)

    def _note(self, kind: Kind, place: str, duration: float, retries: int, outcome: str) -> None:
        moment = datetime.now(UTC).isoformat()
        self._history.append(Operation(moment, kind, place, duration, outcome, retries))


async def _in_thread(work: Callable[[], Result]) -> Result:
    """Run `work` in a thread; who is cancelled meanwhile still waits, or a second writer would begin."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def _place(path: str | Path) -> str:
    return os.path.realpath(path)


def _text_of(place: str) -> str | None:
    try:
        with Path(place).open(encoding="utf-8", newline="") as stream:
            return stream.read()
    except FileNotFoundError:
        return None


def _indent(frozen: bytes) -> str:
    return json.dumps(orjson.loads(frozen), indent=4, ensure_ascii=False)


def _keep_copy(file: Path) -> None:
    """Keep a file that is not valid JSON beside the one that replaces it."""
    if file.is_file():
        moment = datetime.now(UTC).strftime("%Y%m%d_%H%M%S_%f")
        shutil.copy2(file, file.with_name(f"{file.name}.corrupt-{moment}"))


global_file_handler = AtomicFileHandler()
