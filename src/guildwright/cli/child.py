"""The bot as a process of its own under the command: started, restarted, stopped, never left behind."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence

from guildwright.cli import handover
from guildwright.kernel.exit_code import ExitCode

logger = logging.getLogger("guildwright.bot-process")

_STOP_SECONDS = 10.0
_FORCE_SECONDS = 2.0
_LONGEST_DELAY = 30.0
_STABLE_SECONDS = 60.0
_FINAL = frozenset({ExitCode.CLEAN, ExitCode.USAGE, ExitCode.CONFIG, ExitCode.FORCED})


class BotProcess:
    """One bot that is there again when it dies, until it ends by itself or is stopped."""

    def __init__(self, command: Sequence[str], *, first_delay: float = 1.0) -> None:
        self._command = tuple(command)
        self._first_delay = first_delay
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False

    async def spawn(self) -> None:
        """Start the process; it loads its code and waits for the variables."""
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            # A group of its own: Ctrl+C reaches the command, and the command decides.
            start_new_session=True,
        )

    async def keep_running(self, variables: Mapping[str, str]) -> int:
        """Hand over the variables and restart the bot whenever it dies; return the code of its own end."""
        failures = 0
        while True:
            if self._process is None:
                await self.spawn()
            began = time.monotonic()
            code = await self._run(variables)
            if self._stopping or code in _FINAL:
                return code
            failures = 1 if time.monotonic() - began > _STABLE_SECONDS else failures + 1
            delay = (
                0.0
                if code == ExitCode.RESTART
                else min(self._first_delay * 2.0 ** (failures - 1), _LONGEST_DELAY)
            )
            logger.warning("The bot ended (%s); it starts again in %g s.", _cause(code), delay)
            await asyncio.sleep(delay)

    async def stop(self) -> None:
        """Ask the bot to stop in order, and end it after ten seconds."""
        self._stopping = True
        if not await self._terminate(_STOP_SECONDS):
            logger.warning("The bot did not stop within %g s and was ended.", _STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End the bot and whatever it started, at once; harmless when nothing is left."""
        self._stopping = True
        process = self._process
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if sys.platform == "win32":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)

    async def close(self) -> None:
        """End the bot without its orderly stop and wait until it is gone.

        To a bot that is stopping already the second signal says: close the database and go (CORE-504).
        """
        await self._terminate(_FORCE_SECONDS)
        self.kill()
        if self._process is not None:
            await self._process.wait()

    async def _terminate(self, seconds: float) -> bool:
        """Ask the process to end and wait for it; False when it is still there."""
        process = self._process
        if process is None or process.returncode is not None:
            return True
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(seconds):
                await process.wait()
        except TimeoutError:
            return False
        return True

    async def _run(self, variables: Mapping[str, str]) -> int:
        process = self._process
        if process is None or process.stdin is None:
            return ExitCode.FAILED
        with contextlib.suppress(ConnectionError):
            process.stdin.write(handover.line(variables))
            await process.stdin.drain()
        code = await process.wait()
        self._process = None if not self._stopping else process
        return code


def _cause(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
