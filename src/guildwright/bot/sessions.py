"""Brings each shard back on its own, with its old session as long as Discord keeps it.

discord.py's sharded client identifies anew after one failed reconnect, sleeps up to 1,024 s inside the loop
of all shards and retries a gateway that closes at once without a pause. Here every shard's return is a task
of its own that keeps session and sequence, pauses 1 to 4 s between attempts and never hurries another.
"""

import asyncio
import logging
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
import discord

from guildwright.bot import internals
from guildwright.bot.internals import EventItem, EventType, ReconnectWebSocket, Shard

if TYPE_CHECKING:
    from collections.abc import Callable

    from guildwright.bot.client import GuildwrightBot

logger = logging.getLogger("guildwright.sessions")

SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 4.0
ATTEMPT_TIMEOUT = 10.0
# A session's own gateway address may be gone for good; the common one then says whether the session is.
TRIES_AT_OWN_ADDRESS = 5
INTENTS_REFUSED = 4014
# An event that cannot be read is replayed after each RESUME; a new session leaves it behind.
UNREADABLE_BEFORE_NEW_SESSION = 3
FINAL = (discord.ConnectionClosed, discord.PrivilegedIntentsRequired, discord.LoginFailure)
RETURNS = frozenset({EventType.resume, EventType.identify, EventType.reconnect})
TRANSIENT = (
    OSError,
    discord.HTTPException,
    discord.GatewayNotFound,
    aiohttp.ClientError,
    asyncio.TimeoutError,
)


@dataclass(slots=True)
class ShardRecord:
    """What happened to one shard's connection since the start."""

    outages: int = 0
    attempts: int = 0
    resumed: int = 0
    identified: int = 0
    unreadable: int = 0
    is_up: bool = False
    last_attempt: float = 0.0


class Sessions:
    """Owns the returns of all shards."""

    def __init__(self, bot: "GuildwrightBot") -> None:
        self._bot = bot
        self._returns: dict[int, asyncio.Task[None]] = {}
        self._adopted: dict[int, Shard] = {}
        self._closed = False
        self.records: dict[int, ShardRecord] = {}

    def adopt(self, shard_id: int) -> None:
        """Take over the returns of a shard that was just launched; twice is once."""
        shard = internals.shard_of(self._bot, shard_id)
        if shard is None or self._adopted.get(shard_id) is shard:
            return
        self._adopted[shard_id] = shard
        self.record_of(shard_id)
        internals.limit_backoff(shard, 0)
        internals.reroute_events(shard, lambda item, put: self._receive(shard, item, put))

    def record_of(self, shard_id: int) -> ShardRecord:
        return self.records.setdefault(shard_id, ShardRecord())

    def mark_connected(self, shard_id: int) -> None:
        """A new session began (READY)."""
        record = self.record_of(shard_id)
        record.is_up = True
        record.identified += 1
        record.unreadable = 0

    def mark_resumed(self, shard_id: int) -> None:
        """The old session goes on (RESUMED)."""
        record = self.record_of(shard_id)
        record.is_up = True
        record.resumed += 1

    def mark_disconnected(self, shard_id: int) -> None:
        record = self.record_of(shard_id)
        if record.is_up:
            record.is_up = False
            record.outages += 1

    async def close(self) -> None:
        """End all returns; none begins afterwards."""
        self._closed = True
        tasks = list(self._returns.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _receive(self, shard: Shard, item: EventItem, put: "Callable[[EventItem], None]") -> None:
        self.mark_disconnected(shard.id)
        if self._closed:
            return
        refused = item.type == EventType.terminate and isinstance(
            item.error, discord.PrivilegedIntentsRequired
        )
        if item.type == EventType.terminate and item.error and not isinstance(item.error, FINAL):
            self._start(shard, put, resume=self._note_unreadable(shard, item.error))
        elif item.type in RETURNS or (refused and self._bot.degrade_intents()):
            can_resume = getattr(item.error, "resume", True) and not refused
            self._start(shard, put, resume=can_resume)
        else:
            put(item)

    def _note_unreadable(self, shard: Shard, error: Exception) -> bool:
        """Record a frame that could not be read; say whether the session may still be worth resuming."""
        record = self.record_of(shard.id)
        record.unreadable += 1
        self._bot.journal.record(error, source="gateway", shard_id=shard.id)
        logger.warning("Shard %s: Discord sent something unreadable, connecting anew.", shard.id)
        return record.unreadable < UNREADABLE_BEFORE_NEW_SESSION

    def _start(self, shard: Shard, put: "Callable[[EventItem], None]", *, resume: bool) -> None:
        task = asyncio.create_task(
            self._bring_back(shard, put, resume=resume), name=f"return of shard {shard.id}"
        )
        self._returns[shard.id] = task
        task.add_done_callback(lambda done: self._finish(shard, put, done))

    def _finish(self, shard: Shard, put: "Callable[[EventItem], None]", task: asyncio.Task[None]) -> None:
        """End the run with what a return did not expect: a shard that silently stays away is worse."""
        if self._returns.get(shard.id) is task:
            del self._returns[shard.id]
        error = None if task.cancelled() else task.exception()
        if error is not None:
            put(EventItem(EventType.terminate, shard, _as_exception(error)))

    async def _bring_back(self, shard: Shard, put: "Callable[[EventItem], None]", *, resume: bool) -> None:
        record = self.record_of(shard.id)
        failures = 0
        while not self._closed:
            await _pace(record, failures)
            resume = resume and bool(shard.ws.session_id)
            try:
                await self._attempt(shard, resume=resume, own_address=failures < TRIES_AT_OWN_ADDRESS)
            except ReconnectWebSocket as signal:
                resume = signal.resume
            except discord.ConnectionClosed as error:
                if error.code != 1000:
                    return put(_final(shard, error))
                logger.info("Shard %s: the gateway closed the connection.", shard.id)
            except TRANSIENT as error:
                logger.info("Shard %s: no connection (%s).", shard.id, _reason(error))
            else:
                return None
            failures += 1
        return None

    async def _attempt(self, shard: Shard, *, resume: bool, own_address: bool) -> None:
        logger.info("Shard %s: %s.", shard.id, "resuming its session" if resume else "starting a new session")
        if not resume:
            await self._bot.identify_gate.reserve(shard.id)
        record = self.record_of(shard.id)
        record.attempts += 1
        record.last_attempt = time.monotonic()
        await internals.abandon_socket(shard)
        reconnected = internals.reconnect(self._bot, shard, resume=resume, own_address=own_address)
        await asyncio.wait_for(reconnected, ATTEMPT_TIMEOUT)


async def _pace(record: ShardRecord, failures: int) -> None:
    """Keep a second between two attempts, more after failures."""
    pause = 0.0
    if failures:
        pause = random.uniform(SHORTEST_PAUSE, min(LONGEST_PAUSE, 2.0**failures))  # noqa: S311 - jitter
    since_last = time.monotonic() - record.last_attempt
    pause = max(pause, SHORTEST_PAUSE - since_last)
    if pause > 0:
        await asyncio.sleep(pause)


def _final(shard: Shard, error: discord.ConnectionClosed) -> EventItem:
    if error.code == INTENTS_REFUSED:
        return EventItem(EventType.terminate, shard, discord.PrivilegedIntentsRequired(shard.id))
    return EventItem(EventType.close, shard, error)


def _as_exception(error: BaseException) -> Exception:
    return error if isinstance(error, Exception) else RuntimeError(repr(error))


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__
