"""Tells Discord our commands when they differ from what it last accepted, and only then.

The hash of what Discord accepted is kept in the database per application and scope. discord.py sleeps out a
429 by itself and silently; here each wait is counted, logged and bounded (CORE-906), so the PUT is our own.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import orjson
from discord.http import Route

from guildwright.bot import command_plan
from guildwright.bot.command_plan import CommandPlan, ScopePlan
from guildwright.kernel.errors import GuildwrightError
from guildwright.kernel.store.tables import SyncState

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

logger = logging.getLogger("guildwright.sync")

RETRIES = 3
DEFAULT_WAIT = 60.0
COALESCE_SECONDS = 60.0
AUTOMATIC_PER_HOUR = 10
HOUR = 3600.0
REQUEST_TIMEOUT = 30.0


class SyncError(GuildwrightError):
    """Discord did not accept our commands."""

    code = "sync"


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did, by scope."""

    sent: dict[str, int] = field(default_factory=dict)
    unchanged: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)


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
        application_id = self._application_id()
        if scope.guild_id is None:
            registered = await self._bot.http.get_global_commands(application_id)
        else:
            registered = await self._bot.http.get_guild_commands(application_id, scope.guild_id)
        return {command["name"] for command in registered} != set(scope.names)

    # --- sending -----------------------------------------------------------------------------------

    async def _send(self, scope: ScopePlan) -> None:
        for attempt in range(1, RETRIES + 2):
            wait = await self._put(scope)
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

    async def _put(self, scope: ScopePlan) -> float | None:
        """Send one scope; returns the seconds to wait if Discord limits us, None when it accepted."""
        http = self._bot.http
        headers = {
            "Authorization": f"Bot {http.token}",
            "User-Agent": http.user_agent,
            "Content-Type": "application/json",
        }
        session = aiohttp.ClientSession(
            connector=http.connector, connector_owner=False, timeout=aiohttp.ClientTimeout(REQUEST_TIMEOUT)
        )
        async with (
            session,
            session.put(
                self._route(scope).url, data=orjson.dumps(list(scope.payload)), headers=headers
            ) as response,
        ):
            self._bot.budget.note(response.status)
            data = await _read(response)
            if response.status == 429:
                return _waiting_time(response, data)
            if response.status >= 400:
                raise self._explain(scope, response, data)
            return None

    def _route(self, scope: ScopePlan) -> Route:
        application_id = self._application_id()
        if scope.guild_id is None:
            return Route("PUT", "/applications/{application_id}/commands", application_id=application_id)
        return Route(
            "PUT",
            "/applications/{application_id}/guilds/{guild_id}/commands",
            application_id=application_id,
            guild_id=scope.guild_id,
        )

    def _explain(self, scope: ScopePlan, response: aiohttp.ClientResponse, data: Any) -> GuildwrightError:
        """Put the names of our commands where Discord names their positions."""
        error = discord.HTTPException(response, data)
        problems = _field_problems(data.get("errors", {}) if isinstance(data, Mapping) else {}, scope.names)
        detail = "; ".join(problems) or error.text or str(response.reason)
        return SyncError(
            f"Discord refused the commands of {scope.scope} ({response.status}): {detail}",
            hint="Correct the definition and sync again; until then Discord keeps what it accepted last.",
        )

    def _application_id(self) -> int:
        application_id = self._bot.application_id
        if application_id is None:
            raise SyncError(
                "Commands can be synced only after the login.", hint="Wait until the bot is ready."
            )
        return application_id

    # --- remembering -------------------------------------------------------------------------------

    async def _read_hashes(self) -> dict[str, str]:
        from sqlalchemy import select  # noqa: PLC0415 - loaded by the store anyway, but not by this import

        query = select(SyncState.scope, SyncState.hash).where(
            SyncState.application_id == self._application_id()
        )
        async with self._bot.store.session() as session:
            return {row[0]: row[1] for row in (await session.execute(query)).all()}

    async def _remember(self, scope: ScopePlan) -> None:
        async with self._bot.store.session() as session:
            await session.merge(
                SyncState(
                    application_id=self._application_id(),
                    scope=scope.scope,
                    hash=scope.hash,
                    synced_at=datetime.now(UTC),
                )
            )


async def _read(response: aiohttp.ClientResponse) -> Any:
    text = await response.text()
    if response.content_type == "application/json" and text:
        return orjson.loads(text)
    return text


def _waiting_time(response: aiohttp.ClientResponse, data: Any) -> float:
    given = data.get("retry_after") if isinstance(data, Mapping) else None
    if given is None:
        given = response.headers.get("Retry-After")
    try:
        return max(0.0, float(given)) if given is not None else DEFAULT_WAIT
    except ValueError:
        return DEFAULT_WAIT


def _field_problems(errors: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    """Turn Discord's nested errors into sentences that begin with the command at fault."""
    problems: list[str] = []
    for index, inner in errors.items():
        named = index.isdigit() and int(index) < len(names)
        problems += _flatten(inner, f"command {names[int(index)]}" if named else index)
    return problems


def _flatten(errors: Any, path: str) -> list[str]:
    if not isinstance(errors, Mapping):
        return [f"{path}: {errors}"]
    found = [f"{path}: {entry.get('message', entry)}" for entry in errors.get("_errors", ())]
    for key, inner in errors.items():
        if key != "_errors":
            found += _flatten(inner, f"{path}.{key}")
    return found


def _log(report: SyncReport) -> None:
    for scope, amount in report.sent.items():
        logger.info("Discord has %s commands for %s.", amount, scope)
    if report.unchanged and not report.sent and not report.failed:
        logger.info("The commands are unchanged, nothing was sent.")
