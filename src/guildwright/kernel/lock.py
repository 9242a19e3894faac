"""One process per data directory (CORE-119).

The lock belongs to the open file, so the system releases it when its process dies, however it dies.
"""

import contextlib
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import IO

from guildwright.kernel.errors import LockedError

LOCK_NAME = "instance.lock"
# Windows locks bytes, and locked bytes cannot be read: the lock lies far behind the PID.
_LOCK_OFFSET = 1 << 20


class InstanceLock:
    """Holds `instance.lock` of a data directory from `acquire` to `release`."""

    def __init__(self, data_directory: Path) -> None:
        self.path = data_directory / LOCK_NAME
        self._stream: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock; raises LockedError naming the process that has it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        stream = self.path.open("a+", encoding="ascii")
        try:
            _lock(stream)
        except OSError as error:
            owner = _read_owner(stream)
            stream.close()
            raise LockedError(
                f"The bot in {self.path.parent.parent} is already running ({owner}).",
                hint="Stop that process first, or start this one in another directory with --dir.",
                owner=owner,
            ) from error
        stream.seek(0)
        stream.truncate()
        stream.write(str(os.getpid()))
        stream.flush()
        self._stream = stream

    def release(self) -> None:
        """Give the lock back; the file stays, because deleting it would race with the next start."""
        if self._stream is None:
            return
        self._stream.seek(0)
        self._stream.truncate()
        with contextlib.suppress(OSError):
            _unlock(self._stream)
        self._stream.close()
        self._stream = None

    def __enter__(self) -> "InstanceLock":
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _read_owner(stream: IO[str]) -> str:
    stream.seek(0)
    text = stream.read(20).strip()
    return f"process {text}" if text.isdigit() else "process unknown"


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: IO[str]) -> None:
        stream.seek(_LOCK_OFFSET)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)

    def _unlock(stream: IO[str]) -> None:
        stream.seek(_LOCK_OFFSET)
        msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(stream: IO[str]) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(stream: IO[str]) -> None:
        fcntl.flock(stream, fcntl.LOCK_UN)
