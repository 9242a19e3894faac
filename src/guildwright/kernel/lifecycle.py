"""Starts the parts of the application in order and stops them in the opposite one.

Stopping is bounded: each step has its own limit, all together have one, what did not finish is cut off and
named in the log. Steps marked `always` (closing the database) run even when a second signal forces the end.
"""

import asyncio
import logging
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from types import FrameType

from guildwright.kernel.exit_code import ExitCode

__all__ = ["ExitCode", "Lifecycle", "Step"]

logger = logging.getLogger("guildwright.lifecycle")

Action = Callable[[], Awaitable[object]]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_STEP_SECONDS = 5.0
_SHUTDOWN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the application: how it starts, how it stops and how long that may take."""

    name: str
    start: Action | None = None
    stop: Action | None = None
    stop_seconds: float = _STEP_SECONDS
    always: bool = False


class Lifecycle:
    """The application between start and exit code."""

    def __init__(self, *, shutdown_seconds: float = _SHUTDOWN_SECONDS) -> None:
        self.trace: list[str] = []
        self.cut_off: list[str] = []
        self._shutdown_seconds = shutdown_seconds
        self._steps: list[Step] = []
        self._started: list[Step] = []
        self._requested = asyncio.Event()
        self._forced = asyncio.Event()
        self._stopping = False
        self._stopped = asyncio.Event()
        self._exit_code = ExitCode.CLEAN

    def add(
        self,
        name: str,
        *,
        start: Action | None = None,
        stop: Action | None = None,
        stop_seconds: float = _STEP_SECONDS,
        always: bool = False,
    ) -> None:
        """Append a step; steps start in this order and stop in the opposite one."""
        self._steps.append(Step(name, start, stop, stop_seconds, always))

    @property
    def stopping(self) -> bool:
        """True from the first request to stop."""
        return self._stopping or self._requested.is_set()

    async def start(self) -> None:
        """Start every step in order; a failure ends it there, and `stop` undoes what had started."""
        for step in self._steps:
            self.trace.append(f"start {step.name}")
            self._started.append(step)
            if step.start is not None:
                await step.start()

    def request_stop(self, code: ExitCode = ExitCode.CLEAN, *, reason: str = "") -> None:
        """Ask for the ordered stop; a second request changes nothing."""
        if self._requested.is_set():
            return
        self._exit_code = code
        logger.info("Stopping%s.", f": {reason}" if reason else "")
        self._requested.set()

    def force(self) -> None:
        """Give up on everything but the steps that must always run; the exit code becomes 130."""
        self._exit_code = ExitCode.FORCED
        self._requested.set()
        self._forced.set()

    async def wait(self) -> ExitCode:
        """Return once somebody asked for the stop."""
        await self._requested.wait()
        return self._exit_code

    async def stop(self) -> ExitCode:
        """Stop what has started, within the limits; calling it again waits for the first call."""
        if self._stopping:
            await self._stopped.wait()
            return self._exit_code
        self._stopping = True
        deadline = time.monotonic() + self._shutdown_seconds
        try:
            for step in reversed(self._started):
                await self._stop_step(step, deadline)
        finally:
            self._stopped.set()
        if self.cut_off:
            logger.warning("Cut off while stopping: %s.", ", ".join(self.cut_off))
        return self._exit_code

    async def run(self) -> ExitCode:
        """Start, wait for a signal or `request_stop`, stop; a failing start is raised after the stop."""
        remove_signals = self._listen_for_signals()
        try:
            await self._start_unless_stopped()
            await self.wait()
        finally:
            try:
                await self.stop()
            finally:
                remove_signals()
        return self._exit_code

    async def _start_unless_stopped(self) -> None:
        """A signal during the start ends the start; it need not finish first."""
        starting = asyncio.ensure_future(self.start())
        asked = asyncio.ensure_future(self._requested.wait())
        try:
            await asyncio.wait({starting, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (starting, asked):
                if not task.done():
                    task.cancel()
                    with suppress(asyncio.CancelledError):
                        await task
        if not starting.cancelled():
            starting.result()

    async def _stop_step(self, step: Step, deadline: float) -> None:
        if step.stop is None or (self._forced.is_set() and not step.always):
            return
        self.trace.append(f"stop {step.name}")
        limit = step.stop_seconds
        if not step.always:
            limit = max(0.0, min(limit, deadline - time.monotonic()))
        stopping = asyncio.ensure_future(step.stop())
        waiting = {stopping} if step.always else {stopping, asyncio.ensure_future(self._forced.wait())}
        await asyncio.wait(waiting, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        for task in waiting:
            task.cancel()
        # A step that ignores its cancellation is left behind: the process ends anyway.
        await asyncio.wait({stopping}, timeout=0.2)
        self._judge(step, stopping)

    def _judge(self, step: Step, stopping: "asyncio.Future[object]") -> None:
        if not stopping.done() or stopping.cancelled():
            self.cut_off.append(step.name)
        elif (error := stopping.exception()) is not None:
            logger.error("Stopping %s failed: %s", step.name, error, exc_info=error)

    def _listen_for_signals(self) -> Callable[[], None]:
        loop = asyncio.get_running_loop()

        def received(number: int) -> None:
            name = signal.Signals(number).name
            if self._requested.is_set():
                logger.warning("%s again: ending now.", name)
                self.force()
            else:
                self.request_stop(reason=name)

        def from_any_thread(number: int, frame: FrameType | None) -> None:
            del frame
            loop.call_soon_threadsafe(received, number)

        # signal.signal also works on Windows, where a loop cannot listen to signals.
        previous = {number: signal.signal(number, from_any_thread) for number in _SIGNALS}

        def remove() -> None:
            for number, handler in previous.items():
                signal.signal(number, handler)

        return remove
