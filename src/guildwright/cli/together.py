"""`guildwright run --sandbox`: the sandbox in this process, the bot as another, one command (SAND-101).

The bot's process is started first, so that it loads its code while the sandbox starts here; the variables
that say where Discord is are handed to it as soon as they are known.
"""

import asyncio
import contextlib
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from guildwright import __version__
from guildwright.cli import loop
from guildwright.cli.child import BotProcess
from guildwright.cli.init import create_instance, is_empty
from guildwright.cli.opening import open_sandbox
from guildwright.cli.report import say
from guildwright.kernel.config import Instance, load_instance
from guildwright.kernel.exit_code import ExitCode
from guildwright.kernel.lifecycle import Lifecycle

if TYPE_CHECKING:
    from guildwright.sandbox.server import Addresses, Sandbox

logger = logging.getLogger("guildwright.cli")

_BOT_STOP_SECONDS = 12.0
_ANNOUNCE_SECONDS = 10.0


def run_together(
    directory: Path,
    *,
    port: int | None = None,
    record: Path | None = None,
    world: Path | None = None,
    ignore_errors: bool = False,
) -> int:
    """Run sandbox and bot until one command ends both; return the exit code."""
    if is_empty(directory):
        create_instance(directory)

    async def both() -> int:
        together = Together(directory, port=port, record=record, world=world, ignore_errors=ignore_errors)
        return await together.run()

    return loop.run(both())


class Together:
    """The two processes under one command."""

    def __init__(
        self,
        directory: Path,
        *,
        port: int | None,
        record: Path | None,
        world: Path | None,
        ignore_errors: bool,
    ) -> None:
        self._directory = directory
        self._port = port
        self._record = record
        self._world = world
        self._ignore_errors = ignore_errors
        command = [sys.executable, "-m", "guildwright", "run", "--supervised", "--dir", str(directory)]
        self._bot = BotProcess([*command, "--ignore-config-errors"] if ignore_errors else command)
        self._sandbox: Sandbox | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._lifecycle = Lifecycle()
        self._lifecycle.add("sandbox", start=self._start_sandbox, stop=self._stop_sandbox)
        self._lifecycle.add("bot", start=self._start_bot, stop=self._stop_bot, stop_seconds=_BOT_STOP_SECONDS)
        self._instance: Instance | None = None
        self._code: int = ExitCode.CLEAN

    async def run(self) -> int:
        """Start both, wait, stop both; whatever happens no bot is left behind."""
        try:
            code = await self._lifecycle.run()
        finally:
            await self._bot.close()
        return self._code or code

    async def _start_sandbox(self) -> None:
        await self._bot.spawn()
        _log_to_console()
        self._instance = load_instance(self._directory, sandbox=True, ignore_errors=self._ignore_errors)
        self._sandbox = await open_sandbox(self._port, record=self._record, world=self._world)

    async def _start_bot(self) -> None:
        if self._sandbox is None or self._instance is None:
            return
        say(f"Guildwright {__version__} starts its sandbox and, in it, your bot. Stop both with Ctrl+C.")
        variables = _variables(self._sandbox.address(), self._instance)
        self._tasks = {
            asyncio.create_task(_announce(self._sandbox), name="announcement"),
            asyncio.create_task(self._supervise(variables), name="bot process"),
        }

    async def _supervise(self, variables: dict[str, str]) -> None:
        try:
            code = await self._bot.keep_running(variables)
        except OSError as error:
            logger.critical("The bot cannot be started: %s", error)
            code = ExitCode.FAILED
        if not self._lifecycle.stopping:
            self._code = code
            self._lifecycle.request_stop(reason="the bot ended")

    async def _stop_bot(self) -> None:
        await self._bot.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _stop_sandbox(self) -> None:
        if self._sandbox is not None:
            await self._sandbox.stop()


async def _announce(sandbox: "Sandbox") -> None:
    """Print the page's address when the bot has come, below what it logged on its way; soon in any case."""
    online = asyncio.Event()

    def note(is_online: bool) -> None:
        if is_online:
            online.set()

    forget = sandbox.worlds["default"].gateway.on_presence(note)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(online.wait(), _ANNOUNCE_SECONDS)
    forget()
    say(f"Chat page: {sandbox.address().page}")


def _variables(address: "Addresses", instance: Instance) -> dict[str, str]:
    """Say where Discord is; the bot belongs to the world's owner unless it has one (CORE-108)."""
    variables = {
        "DISCORD_API_BASE": address.api_base,
        "DISCORD_CDN_BASE": address.cdn_base,
        "DISCORD_TOKEN": address.token,
    }
    if instance.environment.owner_id is None:
        variables["BOT_OWNER_ID"] = str(address.owner_id)
    return variables


def _log_to_console() -> None:
    """This process has no log files: those of the instance belong to the bot."""
    from guildwright.kernel.logs import console_handler  # noqa: PLC0415

    logging.getLogger().addHandler(console_handler(sys.stderr))
