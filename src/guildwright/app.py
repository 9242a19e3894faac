"""The composition root: builds the bot of an instance from all parts, starts it in a fixed order, stops it.

Only the command line and the testing kit import this. The order is that of CORE-110; stopping follows
CORE-501: commands first, the database before the connection, the log last.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import discord

from guildwright.bot import cache, internals, login
from guildwright.bot.client import GuildwrightBot
from guildwright.bot.extensions import find_extensions
from guildwright.bot.summary import show_summary
from guildwright.kernel import logs
from guildwright.kernel.config import Instance
from guildwright.kernel.config.watch import ConfigWatcher
from guildwright.kernel.errors import Journal
from guildwright.kernel.lifecycle import ExitCode, Lifecycle
from guildwright.kernel.lock import InstanceLock
from guildwright.kernel.stalls import Stall, StallWatch
from guildwright.kernel.store import Store
from guildwright.kernel.store.schema import back_up

logger = logging.getLogger("guildwright.app")

DEFAULT_SLICES = (
    "guildwright.features.help",
    "guildwright.features.info",
    "guildwright.features.extensions",
    "guildwright.features.guild_settings",
    "guildwright.features.permissions",
    "guildwright.features.maintenance",
)
COMMAND_SECONDS = 10.0
UNLOAD_SECONDS = 20.0
CLOSE_SECONDS = 5.0
# A sync that Discord limits goes on in the background; people need not wait for it.
SYNC_PATIENCE = 5.0
# New objects until the garbage collector runs; measured for discord.py's messages.
COLLECT_AFTER = 50_000


class Application:
    """One bot from its directory to its exit code."""

    def __init__(
        self,
        instance: Instance,
        *,
        slices: Sequence[str] = DEFAULT_SLICES,
        handle_signals: bool = True,
        log: bool = True,
    ) -> None:
        self.instance = instance
        self.journal = Journal()
        self.store = Store(instance.database_url)
        self.lifecycle = Lifecycle(shutdown_seconds=float(instance.config.get("supervisor.shutdown_timeout")))
        self._slices = tuple(slices)
        self._handle_signals = handle_signals
        self._log = log
        self._lock = InstanceLock(instance.data_directory)
        self._watcher = ConfigWatcher(instance.config)
        self._stall_watch = StallWatch(self._report_stall)
        self._logging: logs.LogSetup | None = None
        self._connection: asyncio.Task[None] | None = None
        self._syncing: asyncio.Task[Any] | None = None
        internals.point_at(instance.environment.api_base, instance.environment.cdn_base)
        self.bot = self._build_bot()
        self._add_steps()

    def _build_bot(self) -> GuildwrightBot:
        config = self.instance.config
        blacklist = {str(name).removesuffix(".py") for name in config.get("extensions.blacklist")}
        found = (
            find_extensions(self.instance.directory / "extensions")
            if config.get("extensions.auto_load")
            else ()
        )
        needs = cache.judge((name, path) for name, path in found if name not in blacklist)
        intents = choose_intents(self.instance, needs)
        profile = cache.choose_profile(config.get("cache.members"), needs, intents)
        return GuildwrightBot(
            self.instance, store=self.store, journal=self.journal, intents=intents, profile=profile
        )

    def _add_steps(self) -> None:
        add = self.lifecycle.add
        add("environment", start=self._take_lock, stop=self._release_lock, always=True)
        add("config", start=self._watcher.start, stop=self._watcher.close)
        add("logging", start=self._open_log, stop=self._close_log, always=True)
        add(
            "client", start=self._prepare_client, stop=self.bot.close, stop_seconds=CLOSE_SECONDS, always=True
        )
        add(
            "database",
            start=self.open_store,
            stop=self._close_store,
            stop_seconds=CLOSE_SECONDS,
            always=True,
        )
        add("modules", start=self._load_modules)
        add(
            "extensions",
            start=self.bot.extension_loader.load_user,
            stop=self._unload,
            stop_seconds=UNLOAD_SECONDS,
        )
        add("jobs", start=self.bot.prefixes.start, stop=self._stop_jobs)
        add("login", start=self._log_in, stop=self.bot.sessions.close)
        add("sync", start=self._sync)
        add("stalls", start=self._watch_stalls, stop=self._end_watch)
        add("watcher", start=self.bot.extension_watcher.start, stop=self.bot.extension_watcher.close)
        add("summary", start=self._show_summary)
        if self._handle_signals:
            add("memory", start=settle_memory)
        add("commands", stop=self._finish_commands, stop_seconds=COMMAND_SECONDS + 1)

    # --- running -----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start everything; returns at the first READY.

        Raises:
            GuildwrightError: a sentence why the bot cannot run; `stop` undoes what had started.
        """
        await self.lifecycle.start()

    async def stop(self) -> None:
        """Stop everything in order, within `supervisor.shutdown_timeout`."""
        await self.lifecycle.stop()

    async def run(self) -> ExitCode:
        """Start, wait for a signal or the end of the connection, stop.

        Raises:
            GuildwrightError: the start failed; what had started is stopped before.
        """
        if self._handle_signals:
            return await self.lifecycle.run()
        try:
            await self.start()
            await self.lifecycle.wait()
        finally:
            code = await self.lifecycle.stop()
        return code

    # --- steps -------------------------------------------------------------------------------------

    async def _take_lock(self) -> None:
        self._lock.acquire()

    async def _release_lock(self) -> None:
        self._lock.release()

    async def _open_log(self) -> None:
        if self._log:
            self._logging = logs.configure(self.instance.config, self.instance.directory)
        for problem in self.instance.problems:
            logger.log(logging.DEBUG if problem.severity == "info" else logging.WARNING, "%s", problem)
        if reason := self.bot.cache_profile.reason:
            logger.info("%s", reason)

    async def _close_log(self) -> None:
        if self._logging is not None:
            self._logging.close()

    async def _prepare_client(self) -> None:
        await internals.prepare_loop(self.bot)
        internals.prepare_http(self.bot)

    async def _load_modules(self) -> None:
        await self.bot.extension_loader.load_bundled(self._slices)

    async def _unload(self) -> None:
        await self.bot.extension_loader.unload_all()
        await self.bot.replies.close()

    async def _stop_jobs(self) -> None:
        if self._syncing is not None:
            self._syncing.cancel()
        await asyncio.gather(self.bot.sync.close(), self.bot.presence.close(), self.bot.prefixes.close())

    async def open_store(self) -> None:
        """Open the database and read what guilds have decided."""
        await self.store.open()
        await self.bot.settings.start()
        await self.bot.role_rules.start()

    async def _close_store(self) -> None:
        """Copy the database, then close it: it is closed even when the copy fails."""
        keep = int(self.instance.config.get("database.backup_keep"))
        try:
            if self.store.is_open and keep and self.instance.config.get("database.backup_on_shutdown"):
                await asyncio.to_thread(keep_backup, self.store.file, keep)
        except Exception as error:  # noqa: BLE001 - a full disk must not keep the database open
            self.journal.record(error, source="backup")
        finally:
            await self.store.close()

    async def _log_in(self) -> None:
        self._connection = await login.connect(self.bot)
        self._connection.add_done_callback(self._connection_ended)
        self.bot.presence.start()

    def _connection_ended(self, task: asyncio.Task[None]) -> None:
        if self.lifecycle.stopping or task.cancelled():
            return
        code = ExitCode.FAILED
        if (error := task.exception()) is not None:
            told = login.explain(self.bot, error)
            code = told.exit_code
            logger.critical("The connection to Discord ended: %s", told.sentence)
        self.lifecycle.request_stop(code, reason="the connection to Discord ended")

    async def _sync(self) -> None:
        if not self.instance.config.get("sync.auto"):
            return
        self._syncing = asyncio.create_task(self._sync_and_report(), name="first sync")
        await asyncio.wait({self._syncing}, timeout=SYNC_PATIENCE)

    async def _sync_and_report(self) -> None:
        try:
            await self.bot.sync.sync_if_needed()
        except Exception as error:  # noqa: BLE001 - text commands work without it; the operator is told
            self.journal.record(error, source="sync")

    async def _watch_stalls(self) -> None:
        self._stall_watch.start()

    def _report_stall(self, stall: Stall) -> None:
        logger.warning("%s", stall.tell(self.instance.directory))

    async def _end_watch(self) -> None:
        self._stall_watch.close()

    async def _show_summary(self) -> None:
        show_summary(self.bot)

    async def _finish_commands(self) -> None:
        """Let running commands end; new ones are asked to come back."""
        self.bot.running.close()
        left = await self.bot.running.finish(COMMAND_SECONDS)
        if left:
            logger.warning("Cut off while running: %s.", ", ".join(left))


async def settle_memory() -> None:
    """Let garbage collection pass over what stays until the end anyway: modules, commands, tables.

    For a process of its own only. With Python's default of 700 new objects the collector ran within every
    command, and looked through the whole program each time it ran in full.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])


def choose_intents(instance: Instance, needs: cache.Needs) -> discord.Intents:
    """Return what configuration and extensions ask for: all but presences, unless needed (CORE-116)."""
    intents = discord.Intents.all()
    for name in discord.Intents.VALID_FLAGS:
        if instance.config.get(f"intents.{name}", default=True) is False:
            setattr(intents, name, False)
    intents.presences = bool(instance.config.get("intents.presences")) or bool(needs.presences)
    return intents


def keep_backup(database: Path | None, keep: int) -> None:
    """Copy a database file beside itself and delete the oldest copies; a database elsewhere is left alone."""
    if database is None or not database.is_file():
        return
    copy = back_up(database)
    logger.info("The database is copied to %s.", copy.name)
    copies = sorted(database.parent.glob(f"{database.name}.backup_*"))
    for old in copies[:-keep]:
        old.unlink(missing_ok=True)
