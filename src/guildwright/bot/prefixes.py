"""Which prefixes each guild answers to, in memory.

One query at start reads the guilds that changed theirs; changes are written first and then known at once,
and a background read every 600 s sees what foreign SQL changed. No message ever waits for the database.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.exc import SQLAlchemyError

from guildwright.kernel import audit
from guildwright.kernel.errors import GuildwrightError, StoreError
from guildwright.kernel.prefix import broken_rule
from guildwright.kernel.store.tables import GuildSettings

if TYPE_CHECKING:
    from guildwright.kernel.config import Config
    from guildwright.kernel.errors import Journal
    from guildwright.kernel.store import Store

logger = logging.getLogger("guildwright.prefixes")

REFRESH_SECONDS = 600.0
RETRY_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0)
REPORT_SECONDS = 60.0
READ_FAILURES = (SQLAlchemyError, GuildwrightError, OSError)


class PrefixError(GuildwrightError):
    """The wanted prefix breaks a rule; the sentence names it and nothing was changed."""

    code = "prefix"


@dataclass(frozen=True, slots=True)
class GuildPrefix:
    """What one guild decided itself; None leaves it to the operator."""

    text: str | None = None
    mention: bool | None = None


@dataclass(frozen=True, slots=True)
class Openings:
    """With what a command may begin in one guild."""

    text: str
    mention: bool
    accepted: tuple[str, ...]
    watched: tuple[str, ...]


class Prefixes:
    """Knows and changes the prefix of every guild."""

    def __init__(self, store: Store, config: Config, journal: Journal) -> None:
        self._store = store
        self._config = config
        self._journal = journal
        self._guilds: dict[int, GuildPrefix] = {}
        self._openings: dict[int, Openings] = {}
        self._changed_while_reading: set[int] = set()
        self._writing = asyncio.Lock()
        self._refreshing: asyncio.Task[None] | None = None
        self._wanted = asyncio.Event()
        self._reported_at = -REPORT_SECONDS
        self._read_at: float | None = None
        self.mentions: frozenset[str] = frozenset()
        self._default = self._combine(GuildPrefix())
        self._unsubscribe = [
            config.subscribe(path, lambda *_: self._recombine())
            for path in ("prefix", "allow_mention_prefix")
        ]

    # --- asked by the hot path ---------------------------------------------------------------------

    def openings(self, guild_id: int | None) -> tuple[str, ...]:
        """Return what a message of this guild (None: a direct message) may begin with to be looked at."""
        return self._of(guild_id).watched

    def accepted(self, guild_id: int | None) -> tuple[str, ...]:
        """Return the prefixes that are commands here: the text and, where allowed, the mentions."""
        return self._of(guild_id).accepted

    def text(self, guild_id: int | None) -> str:
        """Return the effective text prefix: the guild's, else the operator's."""
        return self._of(guild_id).text

    def allows_mention(self, guild_id: int | None) -> bool:
        """Say whether `@Bot command` works here."""
        return self._of(guild_id).mention

    def chosen(self, guild_id: int) -> GuildPrefix:
        """Return what the guild itself decided."""
        return self._guilds.get(guild_id, GuildPrefix())

    @property
    def count(self) -> int:
        """How many guilds decided something themselves."""
        return len(self._guilds)

    @property
    def read_ago(self) -> float | None:
        """Seconds since all of it was read; None before the first time."""
        return None if self._read_at is None else time.monotonic() - self._read_at

    # --- changes -----------------------------------------------------------------------------------

    def identify(self, user_id: int) -> None:
        """Learn the bot's own ID, which both spellings of its mention contain."""
        self.mentions = frozenset((f"<@{user_id}>", f"<@!{user_id}>"))
        self._recombine()

    async def set(self, guild_id: int, prefix: str | None, *, by: int | None = None) -> None:
        """Give a guild its prefix; None returns it to the operator's. `by` is named in the audit log.

        Raises:
            PrefixError: the prefix breaks a rule of CORE-802.
            StoreError: it could not be saved. In both cases nothing was changed.
        """
        if prefix is not None and (problem := broken_rule(prefix)):
            raise PrefixError(problem, hint="Nothing was changed.", prefix=prefix)
        await self._write(guild_id, lambda known: replace(known, text=prefix), by)

    async def set_mention(self, guild_id: int, allowed: bool | None, *, by: int | None = None) -> None:
        """Allow or forbid `@Bot command` in a guild; None returns it to the operator's choice."""
        await self._write(guild_id, lambda known: replace(known, mention=allowed), by)

    def learn(self, guild_id: int, entry: GuildPrefix) -> None:
        """Take over a change that somebody else has saved (restore, dashboard, another process)."""
        self._changed_while_reading.add(guild_id)
        self._remember(guild_id, entry)

    def forget(self, guild_id: int) -> None:
        """Drop a guild that the bot left."""
        self.learn(guild_id, GuildPrefix())

    def refresh(self) -> None:
        """Read everything again now: a guild that the bot joined may have been with it before."""
        self._wanted.set()

    # --- reading -----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Read all changed prefixes once and keep them fresh from then on; a failure is not fatal."""
        succeeded = await self._refresh()
        self._refreshing = asyncio.create_task(self._keep_fresh(succeeded), name="prefix refresh")

    async def close(self) -> None:
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        if self._refreshing is not None:
            self._refreshing.cancel()
            await asyncio.gather(self._refreshing, return_exceptions=True)

    async def _keep_fresh(self, succeeded: bool) -> None:
        failures = 0 if succeeded else 1
        while True:
            pause = REFRESH_SECONDS
            if failures:
                pause = RETRY_SECONDS[min(failures, len(RETRY_SECONDS)) - 1]
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), pause)
            self._wanted.clear()
            failures = 0 if await self._refresh() else failures + 1

    async def _refresh(self) -> bool:
        self._changed_while_reading.clear()
        try:
            rows = await self._read()
        except READ_FAILURES as error:
            self._report(error)
            return False
        self._replace_all(rows)
        self._read_at = time.monotonic()
        return True

    async def _read(self) -> list[tuple[int, GuildPrefix]]:
        query = select(GuildSettings.guild_id, GuildSettings.prefix, GuildSettings.mention_prefix).where(
            or_(GuildSettings.prefix.is_not(None), GuildSettings.mention_prefix.is_not(None))
        )
        async with self._store.session() as session:
            rows = (await session.execute(query)).all()
        return [(row[0], GuildPrefix(row[1], row[2])) for row in rows]

    def _replace_all(self, rows: Iterable[tuple[int, GuildPrefix]]) -> None:
        """Take over what was read, but not for guilds that changed while the query ran."""
        kept = {guild_id: self.chosen(guild_id) for guild_id in self._changed_while_reading}
        read = {guild_id: _sane(guild_id, entry) for guild_id, entry in rows}
        self._guilds = {
            guild_id: entry for guild_id, entry in (read | kept).items() if entry != GuildPrefix()
        }
        self._recombine()

    def _report(self, error: BaseException) -> None:
        now = time.monotonic()
        if now - self._reported_at >= REPORT_SECONDS:
            self._reported_at = now
            self._journal.record(error, source="prefixes")

    # --- writing -----------------------------------------------------------------------------------

    async def _write(
        self, guild_id: int, change: Callable[[GuildPrefix], GuildPrefix], by: int | None
    ) -> None:
        async with self._writing:
            entry = change(self.chosen(guild_id))
            try:
                await self._save(guild_id, entry, by)
            except (SQLAlchemyError, OSError) as error:
                raise StoreError(
                    "The prefix could not be saved, nothing was changed.", hint="Try again in a minute."
                ) from error
            self.learn(guild_id, entry)

    async def _save(self, guild_id: int, entry: GuildPrefix, by: int | None) -> None:
        old = self.chosen(guild_id)
        async with self._store.session() as session:
            row = await session.get(GuildSettings, guild_id)
            if row is None:
                row = GuildSettings(guild_id=guild_id)
                session.add(row)
            row.prefix = entry.text
            row.mention_prefix = entry.mention
            for key, before, after in (
                ("prefix", old.text, entry.text),
                ("mention_prefix", old.mention, entry.mention),
            ):
                if before != after:
                    audit.record_change(session, key, guild_id=guild_id, by=by, old=before, new=after)

    # --- combining ---------------------------------------------------------------------------------

    def _of(self, guild_id: int | None) -> Openings:
        return self._default if guild_id is None else self._openings.get(guild_id, self._default)

    def _remember(self, guild_id: int, entry: GuildPrefix) -> None:
        if entry == GuildPrefix():
            self._guilds.pop(guild_id, None)
            self._openings.pop(guild_id, None)
        else:
            self._guilds[guild_id] = entry
            self._openings[guild_id] = self._combine(entry)

    def _recombine(self) -> None:
        self._default = self._combine(GuildPrefix())
        self._openings = {guild_id: self._combine(entry) for guild_id, entry in self._guilds.items()}

    def _combine(self, entry: GuildPrefix) -> Openings:
        text = entry.text if entry.text is not None else str(self._config.get("prefix"))
        mention = self._config.get("allow_mention_prefix") if entry.mention is None else entry.mention
        spellings = tuple(sorted(self.mentions))
        return Openings(
            text=text,
            mention=bool(mention),
            accepted=(text, *spellings) if mention else (text,),
            # A mention alone is greeted even where it is no prefix.
            watched=(text, *spellings),
        )


def _sane(guild_id: int, entry: GuildPrefix) -> GuildPrefix:
    """Ignore a prefix that foreign SQL wrote against the rules: an empty one would match every message."""
    if entry.text is not None and (problem := broken_rule(entry.text)):
        logger.warning("The stored prefix of guild %s is ignored: %s", guild_id, problem)
        return replace(entry, text=None)
    return entry
