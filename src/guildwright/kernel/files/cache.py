"""Texts of files by path, the least recently used dropped first.

Only text is kept: whoever asks for JSON parses a copy of his own, so nobody can alter what others get.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Signature = tuple[int, int, int]


def sign(path: str) -> Signature:
    """Return size, time of change in nanoseconds and inode: what tells one content from another.

    Raises OSError when there is no such file.
    """
    found = Path(path).stat()
    return found.st_size, found.st_mtime_ns, found.st_ino


@dataclass(frozen=True, slots=True)
class Entry:
    """One text and until when it holds."""

    text: str
    signature: Signature
    expires_at: float


class TextCache:
    """At most `size` texts, each for at most `ttl` seconds."""

    def __init__(self, ttl: float, size: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.ttl = ttl
        self.size = size
        self._clock = clock
        self._entries: OrderedDict[str, Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, path: str) -> str | None:
        """Return the text if it is known, young enough and the file has not changed since."""
        entry = self._entries.get(path)
        if entry is None:
            return None
        if entry.expires_at <= self._clock() or entry.signature != _sign_or_nothing(path):
            del self._entries[path]
            return None
        self._entries.move_to_end(path)
        return entry.text

    def keep(self, path: str, text: str, signature: Signature) -> None:
        """Remember a text; the least recently used ones make room."""
        if self.size <= 0:
            return
        self._entries[path] = Entry(text, signature, self._clock() + self.ttl)
        self._entries.move_to_end(path)
        while len(self._entries) > self.size:
            self._entries.popitem(last=False)

    def drop(self, path: str) -> bool:
        """Forget one text; tell whether it was known."""
        return self._entries.pop(path, None) is not None

    def drop_expired(self) -> int:
        """Forget the texts whose time is over; return how many."""
        now = self._clock()
        expired = [path for path, entry in self._entries.items() if entry.expires_at <= now]
        for path in expired:
            del self._entries[path]
        return len(expired)

    def clear(self) -> int:
        """Forget everything; return how much that was."""
        count = len(self._entries)
        self._entries.clear()
        return count


def _sign_or_nothing(path: str) -> Signature | None:
    try:
        return sign(path)
    except OSError:
        return None
