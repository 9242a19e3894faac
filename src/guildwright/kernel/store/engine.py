"""One database for everything, keyed by guild: SQLite by default, PostgreSQL by address.

SQLite runs in WAL mode with `synchronous=NORMAL`: a killed process loses nothing it acknowledged.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NoSuchModuleError,
    ProgrammingError,
)
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import QueuePool

from guildwright.kernel.errors import MissingExtraError, StoreError
from guildwright.kernel.store.schema import bring_up_to_date

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA busy_timeout=5000",
    "PRAGMA foreign_keys=ON",
)
# Beyond those that stay open, while many want one at once: the default of SQLAlchemy's pools.
EXTRA_CONNECTIONS = 10
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


class Store:
    """The database of one instance; open it once, then take sessions."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
        except ArgumentError as error:
            raise StoreError(
                "DATABASE_URL is not an address of a database.",
                hint="Use for example sqlite:///data/main.db or postgresql://user:password@host/name.",
            ) from error
        self.url = self.url.set(drivername=_DRIVERS.get(self.url.drivername, self.url.drivername))
        self._engine: AsyncEngine | None = None
        self._sessions: async_sessionmaker[AsyncSession] | None = None

    @property
    def file(self) -> Path | None:
        """The database file, for SQLite on disk."""
        name = self.url.database
        if self.url.get_backend_name() != "sqlite" or name in {None, "", ":memory:"}:
            return None
        return Path(str(name))

    @property
    def is_open(self) -> bool:
        """True between `open` and `close`."""
        return self._engine is not None

    @property
    def connections(self) -> tuple[int, int]:
        """How many connections are in use, and how many can be at most; zeros while closed."""
        pool = self._engine.pool if self._engine is not None else None
        if not isinstance(pool, QueuePool):
            return (0, 0)
        return pool.checkedout(), pool.size() + EXTRA_CONNECTIONS

    async def open(self) -> None:
        """Connect and bring the schema up to date; raises StoreError or SchemaError."""
        if self.is_open:
            return
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        engine = self._create_engine()
        try:
            async with engine.begin() as connection:
                await connection.run_sync(bring_up_to_date, self.file)
        except (DBAPIError, OSError) as error:
            await engine.dispose()
            raise StoreError(
                f"The database {self._shown} cannot be opened: {_reason(error)}.",
                hint="Check that it exists and that this user may write to it.",
            ) from error
        except BaseException:
            await engine.dispose()
            raise
        self._engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def close(self) -> None:
        """Close every connection; doing it twice is harmless."""
        engine, self._engine, self._sessions = self._engine, None, None
        if engine is not None:
            await engine.dispose()

    @asynccontextmanager
    async def session(self) -> AsyncGenerator[AsyncSession]:
        """Give a session that commits when the block ends well and rolls back when it does not.

        Raises StoreError when the database cannot be reached or is closed.
        """
        if self._sessions is None:
            raise StoreError("The database is not open.", hint="It opens with the bot and closes with it.")
        session = self._sessions()
        try:
            yield session
            await _finish(session.commit())
        except (IntegrityError, DataError, ProgrammingError):
            # These are mistakes of the statement, and whoever wrote it wants to see them as they are.
            raise
        except (DBAPIError, ConnectionError) as error:
            raise StoreError(
                f"The database could not be read or saved: {_reason(error)}.", hint="Nothing was changed."
            ) from error
        finally:
            # Closing rolls back what was not committed.
            await _finish(session.close())

    @property
    def _shown(self) -> str:
        return str(self.file) if self.file else self.url.render_as_string(hide_password=True)

    def _create_engine(self) -> AsyncEngine:
        try:
            engine = create_async_engine(self.url)
        except NoSuchModuleError as error:
            raise StoreError(
                f"Databases of the kind {self.url.drivername!r} are not supported.",
                hint="Use SQLite or PostgreSQL.",
            ) from error
        except ModuleNotFoundError as error:
            raise MissingExtraError(
                "PostgreSQL needs packages that are not installed.",
                hint="Install them: pip install 'guildwright[postgres]'",
            ) from error
        if self.url.get_backend_name() == "sqlite":
            event.listen(engine.sync_engine, "connect", _apply_pragmas)
        return engine


async def _finish(ending: Coroutine[Any, Any, None]) -> None:
    """Let the end of a transaction run to its end even when the task is cancelled in it.

    A cancelled rollback would leave the connection in an unknown state and a traceback in the log.
    """
    task = asyncio.ensure_future(ending)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def _apply_pragmas(connection: Any, record: object) -> None:
    del record
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _reason(error: Exception) -> str:
    original = getattr(error, "orig", None) or error
    return str(original).rstrip(".")
