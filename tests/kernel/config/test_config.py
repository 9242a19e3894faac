"""The configuration while the bot runs: read, saved, edited by hand."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from guildwright.kernel.config.config import Config, new_document
from guildwright.kernel.config.document import Document
from guildwright.kernel.config.watch import ConfigWatcher, reload
from guildwright.kernel.errors import ConfigError


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return open_config(tmp_path)


def open_config(folder: Path, **changes: Any) -> Config:
    document = Document.of({**new_document().data, **changes})
    (folder / "config.json").write_text(document.text)
    return Config(document, file=folder / "config.json")


def on_disk(config: Config) -> dict[str, Any]:
    assert config.file is not None
    return json.loads(config.file.read_text())


def edit(config: Config, **changes: Any) -> str:
    assert config.file is not None
    text = json.dumps({**on_disk(config), **changes})
    config.file.write_text(text)
    return text


def conflicts(folder: Path) -> list[Path]:
    return list(folder.glob("*.conflict-*"))


@pytest.mark.req("CORE-305")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("weather.city", "Oslo"),
        ("weather.flag", False),
        ("weather.count", 0),
        ("weather.empty", ""),
        ("weather.nothing", "default"),
        ("weather.missing", "default"),
        ("weather.city.deeper", "default"),
        ("missing.deep.er", "default"),
        ("logging.format", "default"),
        ("", "default"),
        ("weather.", "default"),
    ],
)
def test_a_path_is_walked_and_the_default_stands_in_for_what_is_missing(
    tmp_path: Path, path: str, expected: Any
) -> None:
    weather = {"city": "Oslo", "flag": False, "count": 0, "empty": "", "nothing": None}
    assert open_config(tmp_path, weather=weather).get(path, "default") == expected


def test_without_a_default_the_registrys_stands_in(config: Config) -> None:
    assert config.get("logging.format") == "text"
    assert config.get("weather.city") is None


def test_a_section_is_read_whole_with_its_defaults(config: Config) -> None:
    section = config.get("logging")
    assert (section["level"], section["format"], section["levels"]) == ("INFO", "text", {})


def test_what_was_read_can_be_altered_without_harm(config: Config) -> None:
    config.get("owner_ids").append(1)
    config.get("logging")["level"] = "LOUD"
    assert config.get("owner_ids") == []
    assert config.get("logging.level") == "INFO"


@pytest.mark.req("CORE-306")
async def test_a_set_value_is_on_disk_when_set_returns(config: Config) -> None:
    await config.set("prefix", "?")
    await config.set("weather.api.city", "Oslo")

    assert on_disk(config)["prefix"] == config.get("prefix") == "?"
    assert on_disk(config)["weather"] == {"api": {"city": "Oslo"}}


@pytest.mark.req("CORE-306")
@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("prefix", "toolong", "prefix"),
        ("prefix.deeper", "x", "prefix"),
        ("logging", "x", "logging"),
        ("logging.max_bytes", "many", "logging.max_bytes"),
    ],
)
async def test_a_wrong_value_is_refused_with_its_path_and_nothing_changes(
    config: Config, path: str, value: Any, named: str
) -> None:
    before = on_disk(config)
    with pytest.raises(ConfigError, match=named):
        await config.set(path, value)
    assert on_disk(config) == before
    assert config.get("prefix") == "!"


@pytest.mark.req("CORE-306")
async def test_when_the_disk_refuses_the_old_value_stays(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("guildwright.kernel.config.config.atomic_write_text", full)
    with pytest.raises(ConfigError, match="No space left on device"):
        await config.set("prefix", "?")
    assert config.get("prefix") == "!"


@pytest.mark.req("CORE-307")
async def test_a_hundred_changes_at_once_are_all_on_disk(config: Config) -> None:
    await asyncio.gather(*(config.set(f"mine.key{number}", number) for number in range(100)))
    assert on_disk(config)["mine"] == {f"key{number}": number for number in range(100)}


@pytest.mark.req("CORE-308")
async def test_an_edit_by_hand_counts_within_two_seconds(config: Config) -> None:
    seen = asyncio.Event()
    config.subscribe("prefix", lambda *_: seen.set())
    watcher = ConfigWatcher(config)
    await watcher.start()

    async with asyncio.timeout(5):
        while not seen.is_set():
            # The watcher may not listen yet; a file touched again is one more edit for it.
            edit(config, prefix="?")
            try:
                await asyncio.wait_for(seen.wait(), 0.5)
            except TimeoutError:
                continue
    await watcher.close()
    await watcher.close()

    assert config.get("prefix") == "?"


@pytest.mark.req("CORE-308")
def test_a_wrong_edit_is_rejected_as_a_whole_and_reported(
    config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    reported: list[Any] = []
    edit(config, prefix="?", logging={"level": "LOUD"}, auto_reload="x")
    reload(config, reported.append)

    assert (config.get("prefix"), config.get("logging.level")) == ("!", "INFO")
    assert [problem.path for problem in reported[0]] == ["auto_reload", "logging.level"]
    assert len(caplog.records) == 1
    assert "logging.level" in caplog.text


@pytest.mark.req("CORE-308")
def test_an_edit_that_is_not_json_changes_nothing(config: Config) -> None:
    assert config.file is not None
    config.file.write_text('{"prefix": "?",')
    reload(config)
    assert config.get("prefix") == "!"
    assert config.file.read_text() == '{"prefix": "?",'


@pytest.mark.req("CORE-308")
async def test_a_save_keeps_what_was_edited_meanwhile(config: Config) -> None:
    edit(config, auto_reload=False, weather={"city": "Oslo"})
    await config.set("prefix", "?")

    assert (on_disk(config)["auto_reload"], on_disk(config)["weather"]) == (False, {"city": "Oslo"})
    assert (config.get("auto_reload"), config.get("weather.city")) == (False, "Oslo")


@pytest.mark.req("CORE-308")
async def test_when_both_changed_one_key_ours_wins_and_theirs_is_kept(
    config: Config, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = edit(config, prefix="%")
    await config.set("prefix", "?")

    assert on_disk(config)["prefix"] == config.get("prefix") == "?"
    (kept,) = conflicts(tmp_path)
    assert kept.read_text() == theirs
    assert kept.name in caplog.text


async def test_a_file_that_cannot_be_read_is_not_overwritten(config: Config) -> None:
    assert config.file is not None
    config.file.write_text("{ half an edit")
    with pytest.raises(ConfigError, match="line 1"):
        await config.set("prefix", "?")
    assert config.file.read_text() == "{ half an edit"
    assert config.get("prefix") == "!"


def test_a_key_that_is_not_live_waits_for_the_restart(config: Config) -> None:
    edit(config, database={"base_path": "./elsewhere"}, prefix="?")
    reload(config)

    assert (config.get("database.base_path"), config.get("prefix")) == ("./data", "?")
    assert config.restart_needed == {"database.base_path"}


async def test_subscribers_hear_of_their_part_until_they_leave(config: Config) -> None:
    heard: list[tuple[str, Any]] = []
    leave = config.subscribe("logging", lambda path, value: heard.append((path, value)))
    await config.set("logging.level", "DEBUG")
    await config.set("logging.level", "DEBUG")
    await config.set("prefix", "?")
    leave()
    leave()
    await config.set("logging.level", "INFO")

    assert heard == [("logging.level", "DEBUG")]


async def test_a_subscriber_that_fails_harms_nobody(config: Config, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[Any] = []
    config.subscribe("prefix", lambda *_: 1 / 0)
    config.subscribe("", lambda *arguments: heard.append(arguments))
    await config.set("prefix", "?")

    assert heard == [("prefix", "?")]
    assert "ZeroDivisionError" in caplog.text


async def test_what_the_environment_fixes_stays_fixed_while_the_file_changes(tmp_path: Path) -> None:
    config = open_config(tmp_path)
    fixed = Config(config.document, file=config.file, overrides={"prefix": "%"})
    await fixed.set("prefix", "?")

    assert (fixed.get("prefix"), on_disk(fixed)["prefix"]) == ("%", "?")
