"""The configuration from the shell."""

import json
from pathlib import Path

import pytest

from .conftest import Call


@pytest.mark.req("CORE-304", "CORE-306")
def test_a_set_value_is_read_back_and_only_its_line_changed(call: Call, bot: Path) -> None:
    before = (bot / "config.json").read_text().splitlines()
    assert call("config", "set", "logging.level", "debug", "--dir", str(bot)).code == 0
    after = (bot / "config.json").read_text().splitlines()

    assert [line for line in after if line not in before] == ['        "level": "DEBUG",']
    assert len(after) == len(before)
    assert call("config", "get", "logging.level", "--dir", str(bot)).out == "DEBUG\n"


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("prefix", "5", "5"),
        ("auto_reload", "off", False),
        ("status.interval", "12.5", 12.5),
        ("owner_ids", "123456789012345678", [123456789012345678]),
        ("extensions.blacklist", '["a", "b"]', ["a", "b"]),
        ("weather.city", "Oslo", "Oslo"),
        ("weather.days", "3", 3),
        ("dashboard.port", "8000", 8000),
    ],
)
def test_a_value_becomes_what_its_key_holds(
    call: Call, bot: Path, key: str, text: str, value: object
) -> None:
    assert call("config", "set", key, text, "--dir", str(bot)).code == 0
    assert json.loads(call("config", "get", key, "--json", "--dir", str(bot)).out) == value


@pytest.mark.parametrize(
    ("key", "text", "expected"),
    [
        ("prefix", "toolong", "at most 5"),
        ("logging.level", "LOUD", "DEBUG"),
        ("logging", "x", "section"),
        ("logging.max_bytes", "1", "1024"),
    ],
)
def test_a_wrong_value_is_refused_and_the_file_stays(
    call: Call, bot: Path, key: str, text: str, expected: str
) -> None:
    before = (bot / "config.json").read_bytes()
    outcome = call("config", "set", key, text, "--dir", str(bot))

    assert outcome.code == 2
    assert expected in outcome.err
    assert (bot / "config.json").read_bytes() == before


def test_a_key_nobody_knows_is_saved_with_a_warning(call: Call, bot: Path) -> None:
    outcome = call("config", "set", "loging.level", "INFO", "--dir", str(bot))
    assert outcome.code == 0
    assert "did you mean logging.level?" in outcome.err


def test_a_change_that_waits_for_the_restart_says_so(call: Call, bot: Path) -> None:
    assert "after a restart" in call("config", "set", "cache.members", "all", "--dir", str(bot)).out


def test_a_broken_file_is_neither_read_nor_written(call: Call, bot: Path) -> None:
    (bot / "config.json").write_text('{"prefix": "!",}')
    for arguments in (("get", "prefix"), ("set", "prefix", "?")):
        outcome = call("config", *arguments, "--dir", str(bot))
        assert outcome.code == 78
        assert "line 1" in outcome.err
    assert (bot / "config.json").read_text() == '{"prefix": "!",}'


def test_without_a_file_nothing_is_made_up(call: Call, tmp_path: Path) -> None:
    assert call("config", "set", "prefix", "?").code == 78
    assert call("config", "get", "prefix").out == "!\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.req("CORE-204")
def test_a_secret_of_an_extension_is_masked(call: Call, bot: Path) -> None:
    call("config", "set", "weather.api_key", "planted-weather-key", "--dir", str(bot))
    for arguments in (("weather.api_key",), (), ("--json",)):
        assert "planted" not in call("config", "get", *arguments, "--dir", str(bot)).out


@pytest.mark.req("CORE-206")
def test_the_schema_lists_every_key_and_every_variable(call: Call) -> None:
    rows = json.loads(call("config", "schema", "--json").out)
    assert {"prefix", "logging.level", "framework.enable_marketplace", "intents.degrade"} <= {
        row["key"] for row in rows
    }
    assert "DISCORD_TOKEN=" in call("config", "schema", "--env").out
    assert 'logging.level = "INFO"' in call("config", "schema").out
