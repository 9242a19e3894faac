"""Files of extensions: whole, one writer at a time, known again without reading, and never a blocked loop."""

import asyncio
import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from guildwright.kernel.files import handler as handling
from guildwright.kernel.files import locks
from guildwright.kernel.files.handler import AtomicFileHandler


@pytest.fixture
def files() -> AtomicFileHandler:
    return AtomicFileHandler()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.json"


def content(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "replace")


def change_outside(file: Path, raw: bytes | None) -> None:
    if raw is None:
        file.unlink()
    else:
        file.write_bytes(raw)


class HeldWrite:
    """Stops the next write inside its thread, until `release`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached = asyncio.Event()
        self._go_on = threading.Event()
        loop, write = asyncio.get_running_loop(), handling.atomic_write_text

        def held(path: str, text: str) -> None:
            loop.call_soon_threadsafe(self.reached.set)
            self._go_on.wait(10)
            write(path, text)

        monkeypatch.setattr(handling, "atomic_write_text", held)

    def release(self) -> None:
        self._go_on.set()


# --- reading and writing -----------------------------------------------------------------------------


@pytest.mark.req("CORE-1602", "CORE-1603")
async def test_text_and_values_come_back_and_what_is_absent_is_none(
    files: AtomicFileHandler, tmp_path: Path
) -> None:
    assert await files.atomic_read(tmp_path / "none") is None
    assert await files.atomic_read_json(tmp_path / "none", use_cache=False) is None

    assert await files.atomic_write(tmp_path / "deep" / "text", "nëw\r\n")
    assert await files.atomic_read(tmp_path / "deep" / "text") == "nëw\r\n"

    value = {"names": ["ä", "日本"], "count": 2**53, "nothing": None}
    assert await files.atomic_write_json(tmp_path / "value.json", value)
    assert await files.atomic_read_json(tmp_path / "value.json") == value
    text = (tmp_path / "value.json").read_text(encoding="utf-8")
    assert text == json.dumps(value, indent=4, ensure_ascii=False)


@pytest.mark.req("CORE-1603")
async def test_what_is_not_json_is_refused_and_the_old_file_stays(
    files: AtomicFileHandler, file: Path
) -> None:
    await files.atomic_write_json(file, {"old": 1})

    assert not await files.atomic_write_json(file, {"new": object()})

    assert json.loads(content(file)) == {"old": 1}
    assert files.get_cache_stats()["write_failures"] == 1


async def test_a_bare_file_name_is_a_file_of_the_working_folder(
    files: AtomicFileHandler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert await files.atomic_write("notes.txt", "hello")
    assert (tmp_path / "notes.txt").read_text() == "hello"


async def test_text_that_is_not_utf_8_is_a_failure_that_is_told(
    files: AtomicFileHandler, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    change_outside(file, b"\xff\xfe")
    assert await files.atomic_read(file) is None
    assert await files.atomic_write(file, "\ud800") is False
    assert content(file) == "\ufffd\ufffd"
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]


@pytest.mark.req("CORE-1605")
async def test_a_refusing_system_is_asked_three_times_and_told_of_once(
    files: AtomicFileHandler, file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[float] = []

    def refuse(path: str, text: str) -> None:
        tries.append(time.monotonic())
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(handling, "atomic_write_text", refuse)
    assert await files.atomic_write(file, "text") is False

    assert len(tries) == 3
    assert tries[1] - tries[0] >= 0.1
    assert tries[2] - tries[1] >= 0.2
    assert len(caplog.records) == 1
    assert "Permission denied" in caplog.text


async def test_a_system_that_refuses_once_is_no_failure(
    files: AtomicFileHandler, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, tries = handling.atomic_write_text, iter([True, False])

    def refuse_once(path: str, text: str) -> None:
        if next(tries):
            raise OSError(16, "Device or resource busy", path)
        write(path, text)

    monkeypatch.setattr(handling, "atomic_write_text", refuse_once)
    assert await files.atomic_write(file, "text")
    assert files.get_operation_history()[-1]["retries"] == 1


@pytest.mark.req("CORE-1610")
async def test_changes_of_a_value_are_never_lost_to_each_other(files: AtomicFileHandler, file: Path) -> None:
    def increment(value: dict[str, int]) -> dict[str, int]:
        return {"count": value["count"] + 1}

    done = await asyncio.gather(*(files.update_json(file, increment, {"count": 0}) for _ in range(100)))

    assert all(done)
    assert await files.atomic_read_json(file) == {"count": 100}


async def test_a_change_that_fails_changes_nothing(files: AtomicFileHandler, file: Path) -> None:
    await files.atomic_write_json(file, [1])

    def fail(value: list[int]) -> list[int]:
        value.append(2)
        raise LookupError("no such key")

    with pytest.raises(LookupError):
        await files.update_json(file, fail)
    file_before = content(file)
    assert json.loads(file_before) == [1]
    assert await files.update_json(file, lambda _value: object()) is False
    assert content(file) == file_before


@pytest.mark.req("CORE-1613")
async def test_a_broken_json_file_is_told_of_and_kept_beside_the_new_one(
    files: AtomicFileHandler, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    change_outside(file, b'{"a": 1,\n oops}')

    assert await files.atomic_read_json(file) is None
    assert str(file) in caplog.text
    assert "line 2 column 2" in caplog.text
    assert files.get_cache_stats()["read_failures"] == 1
    assert await files.update_json(file, lambda value: value, {}) is False

    assert await files.atomic_write_json(file, {"a": 2})
    (copy,) = file.parent.glob("file.json.corrupt-*")
    assert copy.read_text() == '{"a": 1,\n oops}'
    assert await files.atomic_write_json(file, {"a": 3})
    assert len(list(file.parent.glob("file.json.corrupt-*"))) == 1


# --- the cache ---------------------------------------------------------------------------------------


@pytest.mark.req("CORE-1606")
async def test_a_change_from_outside_is_seen_by_the_next_read(files: AtomicFileHandler, file: Path) -> None:
    await files.atomic_write(file, "first")
    assert await files.atomic_read(file) == "first"
    assert await files.atomic_read(file) == "first"
    assert files.get_cache_stats()["cache_hits"] == 1

    change_outside(file, b"other")
    assert await files.atomic_read(file) == "other"
    change_outside(file, None)
    assert await files.atomic_read(file) is None


@pytest.mark.req("CORE-1606")
async def test_what_a_reader_does_with_a_value_changes_nothing_for_others(
    files: AtomicFileHandler, file: Path
) -> None:
    value: dict[str, Any] = {"list": [1]}
    await files.atomic_write_json(file, value, invalidate_cache_after=False)
    value["list"].append(2)
    (await files.atomic_read_json(file))["list"].append(3)

    assert await files.atomic_read_json(file) == {"list": [1]}


@pytest.mark.req("CORE-1606")
async def test_the_least_recently_used_text_goes_first_and_old_ones_expire(tmp_path: Path) -> None:
    files = AtomicFileHandler(max_cache_size=2)
    for name in ("a", "b", "c"):
        await files.atomic_write(tmp_path / name, name, invalidate_cache_after=False)
        await files.atomic_read(tmp_path / "a")
    assert files.get_cache_stats()["cache_size"] == 2
    before = files.get_cache_stats()
    for name in ("a", "c", "b"):
        assert await files.atomic_read(tmp_path / name) == name
    after = files.get_cache_stats()
    assert after["cache_hits"] - before["cache_hits"] == 2
    assert after["cache_misses"] - before["cache_misses"] == 1

    short = AtomicFileHandler(cache_ttl=0)
    await short.atomic_read(tmp_path / "a")
    assert short.drop_expired() == (1, 0)


@pytest.mark.req("CORE-1607")
async def test_the_cache_can_be_kept_filled_passed_by_and_emptied(
    files: AtomicFileHandler, file: Path
) -> None:
    await files.atomic_write(file, "kept", invalidate_cache_after=False)
    await files.atomic_read(file)
    await files.atomic_read(file, use_cache=False)
    stats = files.get_cache_stats()
    assert (stats["cache_hits"], stats["cache_misses"], stats["cache_bypasses"]) == (1, 0, 1)

    await files.invalidate_cache(file)
    await files.atomic_read(file, use_cache=False)
    assert files.get_cache_stats()["cache_size"] == 0
    await files.atomic_read(file)
    await files.clear_all_cache()
    stats = files.get_cache_stats()
    assert (stats["cache_size"], stats["cache_invalidations"]) == (0, 2)


@pytest.mark.req("CORE-1608")
async def test_three_spellings_of_a_path_are_one_file(
    files: AtomicFileHandler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    spellings = ["./data/x", "data/x", str(tmp_path / "data" / "x")]

    def increment(value: int) -> int:
        return value + 1

    done = [files.update_json(spellings[turn % 3], increment, 0) for turn in range(30)]
    assert all(await asyncio.gather(*done))
    assert await files.atomic_read_json("data/x") == 30
    assert files.get_lock_details()["total_locks"] == 1
    await files.atomic_read(spellings[0])
    await files.atomic_read(spellings[2])
    assert files.get_cache_stats()["cache_hits"] == 2


# --- locks and history -------------------------------------------------------------------------------


@pytest.mark.req("CORE-1609")
async def test_locks_that_nobody_needs_are_dropped_and_one_in_use_never(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]
    paths = locks.PathLocks(clock=lambda: now[0])
    async with paths.hold("held", "write"):
        for number in range(locks.LOCKS_BEFORE_CLEANUP - 1):
            async with paths.hold(f"path {number}", "read"):
                pass
        now[0] += locks.IDLE_SECONDS + 1
        async with paths.hold("one more", "read"):
            assert {each["path"] for each in paths.details()} == {"held", "one more"}
    assert paths.cleanups == 1


@pytest.mark.req("CORE-1611")
async def test_counters_and_locks_have_the_promised_names(files: AtomicFileHandler, file: Path) -> None:
    await files.atomic_write(file, "text")
    assert set(files.get_cache_stats()) == {
        "cache_size",
        "max_cache_size",
        "cache_ttl",
        "active_locks",
        "cache_hits",
        "cache_misses",
        "cache_bypasses",
        "hit_rate",
        "total_reads",
        "total_writes",
        "write_failures",
        "read_failures",
        "lock_cleanups",
        "cache_invalidations",
    }
    details = files.get_lock_details()
    assert set(details) == {"total_locks", "active_locks", "locks"}
    assert isinstance(details["locks"], list)
    assert set(details["locks"][0]) == {"path", "locked", "last_operation", "last_used", "created_at"}
    assert details["locks"][0]["last_operation"] == "write"


@pytest.mark.req("CORE-1615")
async def test_the_newest_two_hundred_operations_are_remembered(
    files: AtomicFileHandler, tmp_path: Path
) -> None:
    for number in range(300):
        await files.atomic_write(tmp_path / f"{number % 7}", str(number))
    await files.atomic_write_json(tmp_path / "last", object())

    history = files.get_operation_history()
    assert len(history) == 200
    assert history[-1]["path"] == str(tmp_path / "last")
    assert history[-1]["outcome"].startswith("not JSON")
    assert set(history[0]) == {"time", "kind", "path", "duration", "outcome", "retries"}
    assert [each["outcome"] for each in files.get_operation_history(2)] == ["ok", history[-1]["outcome"]]


@pytest.mark.req("CORE-1616")
async def test_a_known_text_is_read_while_its_file_is_written(
    files: AtomicFileHandler, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await files.atomic_write(file, "old", invalidate_cache_after=False)
    held = HeldWrite(monkeypatch)
    writing = asyncio.create_task(files.atomic_write(file, "new"))
    await held.reached.wait()

    started = time.perf_counter()
    assert await files.atomic_read(file) == "old"
    assert time.perf_counter() - started < 0.001

    held.release()
    assert await writing
    assert await files.atomic_read(file) == "new"


@pytest.mark.req("CORE-1616")
async def test_waiting_for_a_file_ends_and_is_told_once(
    files: AtomicFileHandler, file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert locks.WAIT_SECONDS == 30
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.02)
    held = HeldWrite(monkeypatch)
    writing = asyncio.create_task(files.atomic_write(file, "first"))
    await held.reached.wait()

    assert await files.atomic_write(file, "second") is False
    assert await files.atomic_read(file) is None
    assert await files.update_json(file, lambda value: value) is False
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 3

    held.release()
    assert await writing
    assert content(file) == "first"


async def test_a_cancelled_writer_holds_its_file_until_the_write_has_ended(
    files: AtomicFileHandler, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = HeldWrite(monkeypatch)
    first = asyncio.create_task(files.atomic_write(file, "first"))
    await held.reached.wait()
    first.cancel()
    second = asyncio.create_task(files.atomic_write(file, "second"))
    held.release()

    with pytest.raises(asyncio.CancelledError):
        await first
    assert await second
    assert content(file) == "second"


@pytest.mark.req("CORE-1612")
async def test_the_loop_goes_on_while_large_files_are_written(files: AtomicFileHandler, file: Path) -> None:
    delays: list[float] = []

    async def watch() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            delays.append(time.perf_counter() - before - 0.001)

    watching = asyncio.create_task(watch())
    text = "x" * 5_000_000
    for _ in range(20):
        assert await files.atomic_write(file, text)
    watching.cancel()
    delays.sort()
    assert delays[int(len(delays) * 0.99)] < 0.02
