"""Every logger's records reach console and files, in one form, without secrets and without blocking."""

import asyncio
import io
import json
import logging
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guildwright.kernel import secrets
from guildwright.kernel.config.config import Config, new_document
from guildwright.kernel.logs import LogSetup, TextFormatter, configure, console_handler

LINE = re.compile(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] \[[A-Z]{4,8} {0,4}\] [\w.]+: .+")


class Console(io.StringIO):
    """A console that may claim to be a terminal."""

    def __init__(self, *, terminal: bool = False) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


@pytest.fixture
def opened() -> Iterator[list[LogSetup]]:
    setups: list[LogSetup] = []
    yield setups
    for setup in setups:
        setup.close()


def config(**values: Any) -> Config:
    return Config(new_document(), overrides={f"logging.{name}": value for name, value in values.items()})


def written(folder: Path, name: str) -> str:
    return (folder / "botlogs" / name).read_text(encoding="utf-8")


@pytest.mark.req("CORE-701", "CORE-702")
def test_a_record_of_any_logger_reaches_console_and_both_files(tmp_path: Path) -> None:
    console = Console()
    setup = configure(config(), tmp_path, console=console)
    logging.getLogger("x").info("grüße %s", "all")
    logging.getLogger("discord.gateway").warning("slow")
    logging.getLogger("guildwright.bot").debug("not at this level")
    setup.close()

    for text in (
        console.getvalue(),
        written(tmp_path, "permanent.log"),
        written(tmp_path, "current_run.log"),
    ):
        lines = text.splitlines()
        assert [line.partition("] ")[2] for line in lines] == [
            "[INFO    ] x: grüße all",
            "[WARNING ] discord.gateway: slow",
        ]
        assert all(LINE.fullmatch(line) for line in lines)


@pytest.mark.req("CORE-701")
def test_the_permanent_log_goes_on_and_the_log_of_the_run_begins_anew(tmp_path: Path) -> None:
    for run in ("first", "second"):
        setup = configure(config(), tmp_path, console=Console())
        logging.getLogger("x").info("%s run", run)
        setup.close()

    assert [line[-10:] for line in written(tmp_path, "permanent.log").splitlines()] == [
        " first run",
        "second run",
    ]
    assert "first run" not in written(tmp_path, "current_run.log")


@pytest.mark.req("CORE-702")
def test_a_failure_ends_with_its_id(tmp_path: Path) -> None:
    setup = configure(config(), tmp_path, console=Console())
    try:
        raise RuntimeError("boom")
    except RuntimeError:
        logging.getLogger("x").exception("It failed.", extra={"error_id": "E-0123456789AB"})
    setup.close()

    text = written(tmp_path, "permanent.log")
    assert text.rstrip().endswith("RuntimeError: boom [E-0123456789AB]")
    assert text.count("Traceback") == 1


@pytest.mark.req("CORE-702")
def test_as_json_every_line_is_an_object_with_its_facts(tmp_path: Path) -> None:
    setup = configure(config(format="json"), tmp_path, console=Console())
    facts = {"error_id": "E-0123456789AB", "guild_id": 5, "command": "ban", "shard_id": 0}
    logging.getLogger("x").warning("two\nlines %d", 1, extra=facts)
    try:
        raise RuntimeError("boom")
    except RuntimeError:
        logging.getLogger("x").exception("It failed.")
    setup.close()

    first, second = map(json.loads, written(tmp_path, "permanent.log").splitlines())
    assert {name: first[name] for name in facts} == facts
    assert (first["level"], first["logger"], first["message"]) == ("WARNING", "x", "two\nlines 1")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    assert second["traceback"].endswith("RuntimeError: boom")


@pytest.mark.req("CORE-204")
def test_a_secret_reaches_no_log_even_in_a_traceback(tmp_path: Path) -> None:
    secrets.register("planted-token-4711")
    for form in ("text", "json"):
        console = Console()
        setup = configure(config(format=form), tmp_path, console=console)
        try:
            raise RuntimeError("planted-token-4711")
        except RuntimeError:
            logging.getLogger("x").exception("login with %s", "planted-token-4711")
        setup.close()
        for text in (
            console.getvalue(),
            written(tmp_path, "permanent.log"),
            written(tmp_path, "current_run.log"),
        ):
            assert "login with" in text
            assert "4711" not in text


@pytest.mark.req("CORE-703")
@pytest.mark.parametrize(
    ("terminal", "no_color", "coloured"), [(True, "", True), (True, "1", False), (False, "", False)]
)
def test_colours_are_for_terminals_that_want_them(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, no_color: str, coloured: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_color)
    console = Console(terminal=terminal)
    console_handler(console).handle(logging.LogRecord("x", logging.CRITICAL, "", 0, "end", None, None))

    assert console.getvalue().startswith("\x1b[1;31m") is coloured
    assert ("\x1b" in console.getvalue()) is coloured


@pytest.mark.req("CORE-704")
async def test_a_changed_level_counts_at_once_for_all_or_for_one_logger(
    tmp_path: Path, opened: list[LogSetup]
) -> None:
    live = Config(new_document())
    console = Console()
    setup = configure(live, tmp_path, console=console)
    opened.append(setup)
    before = logging.getLogger("x.y").level

    logging.getLogger("x").debug("unseen")
    await live.set("logging.level", "DEBUG")
    logging.getLogger("x").debug("seen")
    await live.set("logging.levels", {"x.y": "ERROR"})
    logging.getLogger("x.y").warning("unseen too")
    await live.set("logging.levels", {})
    assert logging.getLogger("x.y").level == before
    setup.close()

    assert "x: seen" in console.getvalue()
    assert "unseen" not in console.getvalue()


@pytest.mark.req("CORE-704")
def test_files_can_be_switched_off(tmp_path: Path) -> None:
    setup = configure(config(to_file=False), tmp_path, console=Console())
    logging.getLogger("x").info("only on the console")
    setup.close()

    assert not (tmp_path / "botlogs").exists()


@pytest.mark.req("CORE-705", "CORE-706")
async def test_rotation_loses_no_line_and_keeps_to_its_size(tmp_path: Path) -> None:
    size, kept, lines = 20_000, 50, 1_600
    setup = configure(config(max_bytes=size, backup_count=kept, level="DEBUG"), tmp_path, console=Console())
    logger = logging.getLogger("guildwright.flood")

    async def write(task: int) -> None:
        for number in range(lines // 20):
            logger.info("task %d line %d %s", task, number, "x" * 40)
            await asyncio.sleep(0)

    await asyncio.gather(*(write(task) for task in range(20)))
    setup.close()

    files = list((tmp_path / "botlogs").glob("permanent.log*"))
    counted = [file.read_text().count("\n") for file in files]
    assert sum(counted) == lines
    assert all(file.stat().st_size <= size + 200 for file in files)
    names = {file.name for file in (tmp_path / "botlogs").glob("current_run.log*")}
    assert names == {"current_run.log", "current_run.log.1"}


def test_a_disk_that_cannot_be_written_is_told_once_and_the_bot_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    setup = configure(config(), tmp_path, console=Console())
    for target in setup.targets:
        if isinstance(target, logging.FileHandler):
            target.baseFilename = str(tmp_path / "missing" / target.name.__str__())
    for number in range(20):
        logging.getLogger("x").info("line %d", number)
    setup.close()

    complaints = capsys.readouterr().err.splitlines()
    assert len(complaints) == 2
    assert all("cannot be written" in line for line in complaints)


def test_logging_does_not_wait_for_a_slow_disk(tmp_path: Path) -> None:
    class Slow(Console):
        def write(self, text: str, /) -> int:
            time.sleep(0.01)
            return super().write(text)

    setup = configure(config(to_file=False), tmp_path, console=Slow())
    began = time.perf_counter()
    for number in range(20):
        logging.getLogger("x").info("line %d", number)
    waited = time.perf_counter() - began
    setup.close()

    assert waited < 0.1


def test_closing_twice_and_logging_afterwards_is_harmless(tmp_path: Path) -> None:
    level = logging.getLogger().level
    setup = configure(config(), tmp_path, console=Console())
    setup.close()
    setup.close()
    logging.getLogger("x").warning("after the end")

    assert logging.getLogger().level == level
    assert (
        TextFormatter().format(logging.LogRecord("x", logging.INFO, "", 0, "m", None, None)).endswith("x: m")
    )
