"""An instance is loaded whole or refused with everything that is wrong."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from guildwright.kernel.config import load_instance
from guildwright.kernel.config.instance import FOLDERS
from guildwright.kernel.errors import ConfigError, ExitCode

ID = 123456789012345678
GOOD = {"DISCORD_TOKEN": "abc.def.ghi", "BOT_OWNER_ID": str(ID)}
D1: dict[str, Any] = {
    "prefix": "!", "allow_mention_prefix": True, "owner_ids": [], "auto_reload": True,
    "status": {"type": "watching", "text": "{guilds} servers", "presence": "online",
               "statuses": [], "interval": 300, "log_status_updates": False},
    "database": {"base_path": "./data"},
    "logging": {"level": "INFO", "max_bytes": 10485760, "backup_count": 5},
    "extensions": {"auto_load": True, "blacklist": []},
    "cooldowns": {"default_rate": 3, "default_per": 5.0},
    "command_permissions": {},
    "slash_limiter": {"max_limit": 100, "warning_threshold": 90, "safe_limit": 95},
    "framework": {"load_cogs": True, "enable_event_hooks": True, "enable_plugin_registry": True,
                  "enable_framework_diagnostics": True, "enable_slash_command_limiter": True,
                  "enable_shard_monitor": True, "enable_shard_manager": True,
                  "enable_backup_restore": True, "enable_db_migrations": True,
                  "enable_task_scheduler": True, "enable_config_validator": True},
    "features": {},
}  # fmt: skip


def snapshot(folder: Path) -> dict[str, str]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.mark.req("CORE-301")
def test_a_missing_configuration_is_written_with_the_defaults(tmp_path: Path) -> None:
    load_instance(tmp_path, GOOD)
    file = tmp_path / "config.json"

    assert json.loads(file.read_text()) == D1
    assert list(json.loads(file.read_text())) == list(D1)
    assert file.read_text().splitlines()[1] == '    "prefix": "!",'
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.req("CORE-103")
def test_missing_folders_are_made_and_a_second_start_changes_nothing(tmp_path: Path) -> None:
    load_instance(tmp_path, GOOD)
    before = snapshot(tmp_path)
    load_instance(tmp_path, GOOD)

    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == set(FOLDERS)
    assert "setup(bot)" in (tmp_path / "extensions" / "README.txt").read_text()
    assert snapshot(tmp_path) == before


@pytest.mark.req("CORE-103")
def test_what_exists_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "extensions").mkdir()
    load_instance(tmp_path, GOOD)
    assert not list((tmp_path / "extensions").iterdir())


@pytest.mark.req("CORE-302")
@pytest.mark.parametrize("content", [b'{"prefix": "!",}', b"[]", b"", b"\xff\xfe{", b"{" * 5000])
def test_a_broken_file_stops_the_start_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.json").write_bytes(content)
    for ignore_errors in (False, True):
        with pytest.raises(ConfigError, match=r"config\.json") as refused:
            load_instance(tmp_path, GOOD, ignore_errors=ignore_errors)
        assert refused.value.exit_code == ExitCode.CONFIG
    assert (tmp_path / "config.json").read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["config.json"]


@pytest.mark.req("CORE-107", "CORE-108")
def test_without_token_and_owner_both_are_asked_for_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load_instance(tmp_path, {})
    sentence = refused.value.sentence

    assert "DISCORD_TOKEN" in sentence
    assert "BOT_OWNER_ID" in sentence
    assert str(tmp_path / ".env") in sentence
    assert "run --sandbox" in sentence


@pytest.mark.req("CORE-108", "CORE-120")
def test_the_sandbox_needs_neither_but_refuses_a_wrong_owner(tmp_path: Path) -> None:
    assert load_instance(tmp_path, {}, sandbox=True).environment.token is None
    with pytest.raises(ConfigError, match='BOT_OWNER_ID: the text "abc"'):
        load_instance(tmp_path, {"BOT_OWNER_ID": "abc"}, sandbox=True)


@pytest.mark.req("CORE-201")
@pytest.mark.parametrize(
    ("environ", "dotenv", "file", "expected"),
    [("e", "d", "f", "e"), ("", "d", "f", "d"), ("", "", "f", "f"), ("", "", None, "!")],
)
def test_environment_wins_over_dotenv_over_file_over_default(
    tmp_path: Path, environ: str, dotenv: str, file: str | None, expected: str
) -> None:
    if dotenv:
        (tmp_path / ".env").write_text(f"BOT_PREFIX={dotenv}\n")
    if file:
        (tmp_path / "config.json").write_text(json.dumps({"prefix": file}))
    given = {**GOOD, **({"BOT_PREFIX": environ} if environ else {})}

    assert load_instance(tmp_path, given).config.get("prefix") == expected


@pytest.mark.req("CORE-203")
def test_a_variable_changes_the_effective_value_and_not_the_file(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"prefix": "!"}')
    instance = load_instance(tmp_path, {**GOOD, "GUILDWRIGHT_PREFIX": "?"})

    assert instance.config.get("prefix") == "?"
    assert (tmp_path / "config.json").read_text() == '{"prefix": "!"}'


@pytest.mark.req("CORE-303")
def test_a_file_without_a_prefix_means_the_default_one(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert load_instance(tmp_path, GOOD).config.get("prefix") == "!"
    assert load_instance(tmp_path, {**GOOD, "BOT_PREFIX": "?"}).config.get("prefix") == "?"


@pytest.mark.req("CORE-310")
def test_wrong_keys_stop_the_start_or_give_way_to_their_defaults(tmp_path: Path) -> None:
    wrong = {"prefix": "?", "logging": {"level": "LOUD", "backup_count": 7}, "auto_reload": "yes"}
    (tmp_path / "config.json").write_text(json.dumps(wrong))
    environ = {**GOOD, "SHARD_ALERT_THRESHOLD": "99"}
    with pytest.raises(ConfigError) as refused:
        load_instance(tmp_path, environ)
    named = [problem.path for problem in refused.value.problems if problem.severity == "error"]
    assert named == ["SHARD_ALERT_THRESHOLD", "logging.level", "auto_reload"]

    instance = load_instance(tmp_path, environ, ignore_errors=True)
    assert [problem.path for problem in instance.problems] == named
    got = [
        instance.config.get(path)
        for path in ("prefix", "logging.level", "logging.backup_count", "auto_reload")
    ]
    assert got == ["?", "INFO", 7, True]


@pytest.mark.req("CORE-310")
def test_warnings_never_stop_a_start(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"prefix": "!", "colour": "red"}')
    instance = load_instance(tmp_path, {**GOOD, "GUILDWRIGHT_NOTHING_LIKE_IT": "1"})
    assert {problem.severity for problem in instance.problems} == {"warning"}


def test_owners_come_from_variable_and_file(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"prefix": "!", "owner_ids": [str(ID + 1), ID]}))
    assert load_instance(tmp_path, GOOD).owner_ids == {ID, ID + 1}


def test_the_database_is_in_the_data_directory_unless_an_address_is_given(tmp_path: Path) -> None:
    instance = load_instance(tmp_path, GOOD)
    assert instance.database_url == f"sqlite:///{(tmp_path / 'data' / 'main.db').as_posix()}"
    given = {**GOOD, "DATABASE_URL": "postgresql://bot:pw@db/x"}
    assert load_instance(tmp_path, given).database_url == given["DATABASE_URL"]


def test_looking_only_writes_nothing(tmp_path: Path) -> None:
    load_instance(tmp_path, GOOD, write=False)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_directory_that_is_none_gets_a_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="no directory"):
        load_instance(tmp_path / name, GOOD)


def test_a_directory_that_cannot_be_prepared_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(ConfigError, match="cannot be prepared"):
        load_instance(tmp_path, GOOD)
