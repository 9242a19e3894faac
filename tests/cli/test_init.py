"""A new instance is complete, private, and never written over something."""

import hashlib
import os
import stat
from pathlib import Path

import pytest

from guildwright.kernel.config import load_instance

from .conftest import Call

FILES = (".env", "config.json", "main.py", "extensions/hello.py")


def hashes(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}


@pytest.mark.req("CORE-105")
def test_init_writes_a_bot_and_tells_how_to_connect_it(call: Call, tmp_path: Path) -> None:
    outcome = call("init", "--dir", str(tmp_path / "bot"))

    assert outcome.code == 0
    assert hashes(tmp_path / "bot")
    for step in ("Reset Token", "Developer Mode", "Server Members Intent", "Message Content Intent"):
        assert step in outcome.out
    for step in (
        "applications.commands",
        "DISCORD_TOKEN",
        "BOT_OWNER_ID",
        f"run --sandbox --dir {tmp_path / 'bot'}",
    ):
        assert step in outcome.out
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "bot" / ".env").stat().st_mode) == 0o600


@pytest.mark.req("CORE-105")
def test_a_second_init_names_what_exists_and_changes_nothing(call: Call, bot: Path) -> None:
    before = hashes(bot)
    outcome = call("init", "--dir", str(bot))

    assert outcome.code != 0
    assert all(name in outcome.err for name in FILES)
    assert hashes(bot) == before


@pytest.mark.req("CORE-105")
@pytest.mark.parametrize("name", FILES)
def test_one_file_that_exists_is_enough_to_write_nothing(call: Call, tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine")

    assert call("init").code != 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / name]
    assert (tmp_path / name).read_text() == "mine"


def test_what_init_wrote_is_accepted_once_token_and_owner_are_there(bot: Path, call: Call) -> None:
    environment = {"DISCORD_TOKEN": "abc.def.ghi", "BOT_OWNER_ID": "1" * 18}
    assert load_instance(bot, environment).problems == ()
    assert load_instance(bot, {}, sandbox=True).problems == ()


def test_a_place_that_cannot_be_written_gets_a_sentence(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    outcome = call("init", "--dir", str(tmp_path / "file" / "bot"))
    assert outcome.code == 1
    assert "cannot be written" in outcome.err
