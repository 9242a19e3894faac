"""Tells Discord our commands when they differ from what it last accepted, and only then.

The hash of what Discord accepted is kept in the database per application and scope. Each wait for a limit is
counted, logged and bounded (CORE-906).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
import discord
from sqlalchemy import delete, select

from guildwright.bot import command_plan
from guildwright.bot.command_plan import CommandPlan, ScopePlan
from guildwright.bot.command_upload import SyncError, application_id_of, upload
from guildwright.kernel.store.tables import SyncState

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

logger = logging.getLogger("guildwright.sync")

RETRIES = 3
COALESCE_SECONDS = 60.0
AUTOMATIC_PER_HOUR = 10
HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, by scope."""

    sent: dict[str, int] = field(default_factory=dict)
    unchanged: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScopeState:
    """What is planned for a scope, and what Discord accepted for it last."""

    scope: str
    names: tuple[str, ...]
    hash: str
    accepted_hash: str = ""
    accepted_at: datetime | None = None

    @property
    def is_pending(self) -> bool:
        return self.hash != self.accepted_hash


class Sync:
    """Keeps Discord's list of our commands equal to ours."""

    def __init__(self, bot: GuildwrightBot) -> None:
        self._bot = bot
        self._running = asyncio.Lock()
        self._pending: asyncio.Task[None] | None = None
        self._automatic: deque[float] = deque(maxlen=AUTOMATIC_PER_HOUR)
        self.coalesce_seconds = COALESCE_SECONDS
        self.last: SyncReport | None = None

    async def sync_if_needed(self, *, force: bool = False) -> SyncReport:
        """Send every scope whose plan differs from what Discord accepted last; `force` sends all.

        A scope that fails does not keep the others from being sent; the report says why.
        """
        async with self._running:
            plan = await command_plan.collect(self._bot, self._owner_guilds())
            known = await self._read_hashes()
            sent: dict[str, int] = {}
            failed: dict[str, str] = {}
            unchanged: list[str] = []
            for scope in self._with_abandoned(plan, known):
                if not force and known.get(scope.scope) == scope.hash and not await self._was_lost(scope):
                    unchanged.append(scope.scope)
                    continue
                try:
                    await self._send(scope)
                except (SyncError, discord.HTTPException, aiohttp.ClientError, TimeoutError) as error:
                    failed[scope.scope] = str(error)
                    self._bot.journal.record(error, source="sync", guild_id=scope.guild_id)
                else:
                    sent[scope.scope] = len(scope.payload)
                    await self._remember(scope)
            self.last = SyncReport(sent, tuple(unchanged), failed)
            _log(self.last)
            return self.last

    async def copy_to_guild(self, guild_id: int) -> tuple[str, ...]:
        """Register all global commands in one guild as well, where they appear at once; returns their names.

        Raises SyncError with Discord's reason. They stay until `clear_guild`.
        """
        async with self._running:
            plan = await command_plan.collect(self._bot, self._owner_guilds())
            copied = {
                (command.get("type", 1), command["name"]): command
                for scope in (plan.of(None), plan.of(guild_id))
                if scope is not None
                for command in scope.payload
            }
            payload = tuple(copied.values())
            await self._send(ScopePlan(guild_id, payload, command_plan.hash_payload(payload)))
            return tuple(command["name"] for command in payload)

    async def clear_guild(self, guild_id: int) -> None:
        """Remove all of our commands that are registered in one guild alone.

        Raises SyncError with Discord's reason. The next sync brings back what is planned for the guild.
        """
        async with self._running:
            await self._send(ScopePlan(guild_id, (), command_plan.hash_payload(())))
            await self._forget(str(guild_id))

    async def read_states(self) -> list[ScopeState]:
        """Return every scope with what is planned for it and what Discord accepted last."""
        plan = await command_plan.collect(self._bot, self._owner_guilds())
        known = {row.scope: row for row in await self._read_rows()}
        return [
            ScopeState(scope.scope, scope.names, scope.hash, row.hash, row.synced_at)
            if (row := known.get(scope.scope))
            else ScopeState(scope.scope, scope.names, scope.hash)
            for scope in plan.scopes
        ]

    def request(self) -> None:
        """Ask for an automatic sync soon: several requests within a minute become one (CORE-907)."""
        if not self._bot.config.get("sync.auto") or (self._pending and not self._pending.done()):
            return
        self._pending = asyncio.create_task(self._sync_later(), name="coalesced sync")

    async def close(self) -> None:
        if self._pending is not None:
            self._pending.cancel()
            await asyncio.gather(self._pending, return_exceptions=True)

    async def _sync_later(self) -> None:
        await asyncio.sleep(self.coalesce_seconds)
        if len(self._automatic) == AUTOMATIC_PER_HOUR:
            wait = self._automatic[0] + HOUR - time.monotonic()
            if wait > 0:
                logger.warning("The commands changed often: the next sync follows in %.0f s.", wait)
                await asyncio.sleep(wait)
        self._automatic.append(time.monotonic())
        self._pending = None
        try:
            await self.sync_if_needed()
        except Exception as error:  # noqa: BLE001 - a background task reports instead of vanishing
            self._bot.journal.record(error, source="sync")

    def _owner_guilds(self) -> list[int]:
        """Return the configured guilds that the bot is in: elsewhere Discord would refuse the request."""
        wanted = [int(guild_id) for guild_id in self._bot.config.get("sync.owner_guilds") or ()]
        return [guild_id for guild_id in wanted if self._bot.get_guild(guild_id) is not None]

    def _with_abandoned(self, plan: CommandPlan, known: Mapping[str, str]) -> list[ScopePlan]:
        """Add an empty plan for each guild that had commands from us and has none any more."""
        scopes = list(plan.scopes)
        planned = {scope.scope for scope in scopes}
        empty = command_plan.hash_payload(())
        for name, accepted in known.items():
            if name not in planned and accepted != empty and self._bot.get_guild(int(name)) is not None:
                scopes.append(ScopePlan(int(name), (), empty))
        return scopes

    async def _was_lost(self, scope: ScopePlan) -> bool:
        """A simulated Discord forgets commands when its process ends; the real one never does."""
        if self._bot.instance.environment.api_base is None:
            return False
        application_id = application_id_of(self._bot)
        if scope.guild_id is None:
            registered = await self._bot.http.get_global_commands(application_id)
        else:
            registered = await self._bot.http.get_guild_commands(application_id, scope.guild_id)
        difference = command_plan.compare(scope, registered)
        return bool(difference.added or difference.removed)

    # --- sending -----------------------------------------------------------------------------------

    async def _send(self, scope: ScopePlan) -> None:
        if excess := command_plan.find_excess(scope.payload):
            kinds = ", ".join(f"{amount} {kind.name} commands" for kind, amount in excess.items())
            raise SyncError(
                f"There are {kinds} more than Discord takes in {scope.scope}.",
                hint="Unload an extension or make some commands prefix-only; nothing was sent.",
            )
        for attempt in range(1, RETRIES + 2):
            wait = await upload(self._bot, scope)
            if wait is None:
                return
            if attempt <= RETRIES:
                logger.warning(
                    "Discord limits the sync of %s: waiting %.1f s (retry %s of %s).",
                    scope.scope,
                    wait,
                    attempt,
                    RETRIES,
                )
                await asyncio.sleep(wait)
        raise SyncError(
            f"Discord still limits the sync of {scope.scope} after {RETRIES} retries.",
            hint="Commands keep their last form; the sync is tried again at the next start or with sync.",
        )

    # --- remembering -------------------------------------------------------------------------------

    async def _read_hashes(self) -> dict[str, str]:
        return {row.scope: row.hash for row in await self._read_rows()}

    async def _read_rows(self) -> Sequence[SyncState]:
        query = select(SyncState).where(SyncState.application_id == application_id_of(self._bot))
        async with self._bot.store.session() as session:
            return (await session.execute(query)).scalars().all()

    async def _forget(self, scope: str) -> None:
        own = SyncState.application_id == application_id_of(self._bot)
        async with self._bot.store.session() as session:
            await session.execute(delete(SyncState).where(own, SyncState.scope == scope))

    async def _remember(self, scope: ScopePlan) -> None:
        async with self._bot.store.session() as session:
            await session.merge(
                SyncState(
                    application_id=application_id_of(self._bot),
                    scope=scope.scope,
                    hash=scope.hash,
                    synced_at=datetime.now(UTC),
                )
            )


def _log(report: SyncReport) -> None:
    for scope, amount in report.sent.items():
        logger.info("Discord has %s commands for %s.", amount, scope)
    if report.unchanged and not report.sent and not report.failed:
        logger.info("The commands are unchanged, nothing was sent.")
