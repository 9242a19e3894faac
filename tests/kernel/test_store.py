"""One database: opened with its schema, never by a program too old for it, and it loses nothing."""

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from guildwright.kernel.errors import ExitCode, GuildwrightError, SchemaError, StoreError
from guildwright.kernel.store import Base, GuildSettings, Store, SyncState
from guildwright.kernel.store.schema import HEAD, alembic_config

LARGEST_ID = 2**63 - 1

WRITER = """
import asyncio, sys
from guildwright.kernel.store import GuildSettings, Store
async def main():
    store = Store(f"sqlite:///{sys.argv[1]}")
    await store.open()
    for number in range(1, 100_000):
        async with store.session() as session:
            session.add_all([GuildSettings(guild_id=2 * number), GuildSettings(guild_id=2 * number + 1)])
        print(number, flush=True)
asyncio.run(main())
"""


def address(folder: Path) -> str:
    return f"sqlite:///{(folder / 'main.db').as_posix()}"


def copies(folder: Path) -> list[Path]:
    return list(folder.glob("main.db.backup_*"))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(address(tmp_path))
    await store.open()
    yield store
    await store.close()


async def test_the_database_is_quick_and_checks_its_references(store: Store) -> None:
    expected = {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 5000, "foreign_keys": 1}
    async with store.session() as session:
        found = {name: (await session.execute(text(f"PRAGMA {name}"))).scalar() for name in expected}

    assert found == expected


async def test_what_was_saved_is_there_after_a_restart(tmp_path: Path) -> None:
    store = Store(address(tmp_path))
    await store.open()
    async with store.session() as session:
        session.add(GuildSettings(guild_id=LARGEST_ID, prefix="?", settings={"colour": 1}))
        session.add(SyncState(application_id=LARGEST_ID, scope="global", hash="ab"))
    await store.close()

    again = Store(address(tmp_path))
    await again.open()
    async with again.session() as session:
        saved = await session.get(GuildSettings, LARGEST_ID)
        assert saved is not None
        assert (saved.prefix, saved.mention_prefix, saved.settings) == ("?", None, {"colour": 1})
    await again.close()


async def test_a_block_that_fails_saves_nothing(store: Store) -> None:
    async def fail_half_way() -> None:
        async with store.session() as session:
            session.add(GuildSettings(guild_id=1))
            await session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_half_way()

    async with store.session() as session:
        assert await session.get(GuildSettings, 1) is None


async def test_tables_of_another_program_are_refused_and_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "main.db")) as connection, connection:
        connection.execute("CREATE TABLE guild_settings (guild_id INTEGER, note TEXT)")
    with pytest.raises(StoreError, match="guild_settings already exists"):
        await Store(address(tmp_path)).open()

    with closing(sqlite3.connect(tmp_path / "main.db")) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(guild_settings)")]
    assert columns == ["guild_id", "note"]


async def test_a_task_cancelled_at_any_point_leaves_a_usable_database_and_no_complaint(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    async def write(number: int) -> None:
        async with store.session() as session:
            session.add(GuildSettings(guild_id=number))
            await session.flush()
            await session.execute(text("SELECT count(*) FROM guild_settings"))

    for steps in range(0, 3_000, 50):
        task = asyncio.create_task(write(1_000 + steps))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})

    await write(7)
    async with store.session() as session:
        assert await session.get(GuildSettings, 7) is not None
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


async def test_many_writers_at_once_lose_nothing(store: Store) -> None:
    async def write(number: int) -> None:
        async with store.session() as session:
            session.add(GuildSettings(guild_id=number))

    await asyncio.gather(*(write(number) for number in range(1, 41)))
    async with store.session() as session:
        count = (await session.execute(text("SELECT count(*) FROM guild_settings"))).scalar()
    assert count == 40


@pytest.mark.req("CORE-1702")
async def test_migrations_make_exactly_the_tables_of_the_program(tmp_path: Path) -> None:
    engine = create_async_engine(Store(address(tmp_path)).url)

    def differences(connection: Connection) -> list[object]:
        command.upgrade(alembic_config(connection), "head")
        assert ScriptDirectory.from_config(alembic_config(connection)).get_current_head() == HEAD
        return compare_metadata(MigrationContext.configure(connection), Base.metadata)

    async with engine.begin() as connection:
        assert await connection.run_sync(differences) == []
        await connection.run_sync(lambda known: command.downgrade(alembic_config(known), "base"))
    await engine.dispose()


@pytest.mark.req("CORE-1702")
async def test_a_database_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    store = Store(address(tmp_path))
    await store.open()
    await store.close()
    with closing(sqlite3.connect(tmp_path / "main.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(SchemaError, match="9999") as refused:
        await store.open()

    assert refused.value.exit_code == ExitCode.CONFIG
    assert not store.is_open
    assert not copies(tmp_path)


@pytest.mark.req("CORE-1702")
async def test_an_older_database_is_copied_before_it_is_upgraded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(address(tmp_path))
    await store.open()
    async with store.session() as session:
        session.add(GuildSettings(guild_id=7, prefix="?"))
    await store.close()
    # To a program whose newest schema is another one, this database is an older one.
    monkeypatch.setattr("guildwright.kernel.store.schema.HEAD", "9999")

    await store.open()
    await store.close()

    (copy,) = copies(tmp_path)
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT guild_id, prefix FROM guild_settings").fetchall() == [(7, "?")]


@pytest.mark.req("CORE-1716")
async def test_a_removed_database_is_made_again_and_that_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    store = Store(address(tmp_path / "not" / "there"))
    with caplog.at_level("INFO"):
        await store.open()
    await store.close()

    assert "new, empty database" in caplog.text
    assert (tmp_path / "not" / "there" / "main.db").exists()


async def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "main.db").write_text("these are my notes, not a database " * 50)
    store = Store(address(tmp_path))

    with pytest.raises(StoreError, match="cannot be opened"):
        await store.open()
    assert (tmp_path / "main.db").read_text().startswith("these are my notes")


@pytest.mark.parametrize("url", ["nonsense", "", "mysql://x/y", "oracle+x://y"])
async def test_an_address_that_is_none_gets_a_sentence(url: str) -> None:
    with pytest.raises(GuildwrightError) as refused:
        await Store(url).open()
    assert refused.value.hint


async def test_a_closed_database_says_so(tmp_path: Path) -> None:
    store = Store(address(tmp_path))
    with pytest.raises(StoreError, match="not open"):
        async with store.session():
            pass


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "main.db"
    acknowledged = 0
    with subprocess.Popen([sys.executable, "-c", WRITER, str(file)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        for line in writer.stdout:
            acknowledged = int(line)
            if acknowledged == 10:
                break
        writer.kill()

    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        ids = {row[0] for row in connection.execute("SELECT guild_id FROM guild_settings")}
    assert set(range(2, 2 * acknowledged + 2)) <= ids
    assert len(ids) % 2 == 0
