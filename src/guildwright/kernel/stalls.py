"""Sees when code blocks the event loop, and which line it was: everybody waits meanwhile.

A thread looks several times a second whether the loop still turns, and notes where it stands when it does
not. The report follows in the loop as soon as that turns again, when the length is known.
"""

import asyncio
import linecache
import sys
import sysconfig
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

THRESHOLD_SECONDS = 0.25
BEAT_SECONDS = 0.1
# One place is reported once in this time, however often it blocks.
QUIET_SECONDS = 60.0

_LIBRARIES = (
    "<frozen ",
    *(str(Path(sysconfig.get_path(name))) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
)
_WAITING = ("asyncio/runners.py", "asyncio/base_events.py", "selectors.py", "uvloop/__init__.py")


@dataclass(frozen=True, slots=True)
class Stall:
    """The loop stood still: for how long, and the innermost line that is not a library's."""

    seconds: float
    file: str
    line: int
    function: str
    code: str

    def tell(self, home: Path) -> str:
        """Say what happened and what to do, with the file as seen from `home`."""
        file = self.file.removeprefix(f"{home}/")
        return (
            f"The bot stood still for {self.seconds:.2f} s at {file}:{self.line} in {self.function}: "
            f"{self.code or '?'} · Everybody waited meanwhile. Await something that waits without blocking, "
            "or hand the work to asyncio.to_thread."
        )


class StallWatch:
    """Watches the running loop from `start` to `close`; `report` is called in the loop."""

    def __init__(
        self,
        report: Callable[[Stall], None],
        *,
        threshold: float = THRESHOLD_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._report = report
        self._threshold = threshold
        self._clock = clock
        self._beaten = 0.0
        self._seen: tuple[str, int, str] | None = None
        self._reported: dict[tuple[str, int, str], float] = {}
        self._closed = threading.Event()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Watch the loop of the calling code."""
        self._loop = asyncio.get_running_loop()
        self._beaten = self._clock()
        self._timer = self._loop.call_later(BEAT_SECONDS, self._beat)
        watcher = threading.Thread(
            target=self._watch, args=(threading.get_ident(),), name="stall watch", daemon=True
        )
        watcher.start()

    def close(self) -> None:
        """Stop watching; doing it twice is harmless."""
        self._closed.set()
        if self._timer is not None:
            self._timer.cancel()

    # --- in the loop -------------------------------------------------------------------------------

    def _beat(self) -> None:
        now = self._clock()
        stood, self._beaten = now - self._beaten, now
        place, self._seen = self._seen, None
        if place is not None and stood >= self._threshold:
            self._tell(place, stood, now)
        if not self._closed.is_set():
            self._timer = self._loop.call_later(BEAT_SECONDS, self._beat)

    def _tell(self, place: tuple[str, int, str], seconds: float, now: float) -> None:
        if now - self._reported.get(place, -QUIET_SECONDS) < QUIET_SECONDS:
            return
        self._reported[place] = now
        file, line, function = place
        self._report(Stall(seconds, file, line, function, linecache.getline(file, line).strip()))

    # --- in the thread -----------------------------------------------------------------------------

    def _watch(self, thread_id: int) -> None:
        while not self._closed.wait(BEAT_SECONDS):
            if self._seen is None and self._clock() - self._beaten >= self._threshold:
                # Private by name only: the documented way to see another thread.
                frames = sys._current_frames()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
                self._seen = _find_place(frames.get(thread_id))


def _find_place(frame: FrameType | None) -> tuple[str, int, str] | None:
    """Return the innermost line outside of libraries, else the innermost of all; None when the loop waits."""
    if frame is None or frame.f_code.co_filename.endswith(_WAITING):
        return None
    found: FrameType | None = frame
    while found is not None and found.f_code.co_filename.startswith(_LIBRARIES):
        found = found.f_back
    chosen = found or frame
    return chosen.f_code.co_filename, chosen.f_lineno, chosen.f_code.co_name
