"""`check` finds mistakes without connecting and without writing."""

import json
import socket
from pathlib import Path

import pytest

from .conftest import Call

GOOD = "DISCORD_TOKEN=abc.def.ghi\nBOT_OWNER_ID=123456789012345678\n"


@pytest.fixture
def ready(bot: Path) -> Path:
    (bot / ".env").write_text(GOOD)
    return bot


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


@pytest.mark.req("CORE-309")
def test_a_good_bot_is_ready_and_nothing_is_written(call: Call, ready: Path) -> None:
    before = names(ready)
    outcome = call("check", "--dir", str(ready))

    assert outcome.code == 0
    assert "ready to run (no warnings)" in outcome.out
    assert outcome.err == ""
    assert names(ready) == before


@pytest.mark.req("CORE-309")
def test_everything_wrong_is_listed_with_its_place(call: Call, ready: Path) -> None:
    (ready / "config.json").write_text('{"prefix": "toolong", "colour": 1, "auto_reload": 1}')
    (ready / "extensions" / "broken.py").write_text("def setup(bot:\n")
    (ready / "extensions" / "old.py").write_text("def setup(bot):\n    bot.add_cog(None)\n")
    (ready / "extensions" / "none.py").write_text("x = 1\n")
    outcome = call("check", "--dir", str(ready))

    assert outcome.code == 78
    lines = outcome.err.splitlines()
    assert [line.split(": ")[:2] for line in lines] == [
        ["Error", "prefix"],
        ["Error", "auto_reload"],
        ["Warning", "colour"],
        ["Error", "extensions/broken.py"],
        ["Error", "extensions/none.py"],
        ["Error", "extensions/old.py"],
    ]
    assert outcome.out.endswith("5 errors, 1 warning.\n")


def test_as_json_the_same_is_there_for_programs(call: Call, bot: Path) -> None:
    outcome = call("check", "--dir", str(bot), "--json")
    found = json.loads(outcome.out)

    assert outcome.code == 78
    assert found["ok"] is False
    assert [error["path"] for error in found["errors"]] == ["DISCORD_TOKEN", "BOT_OWNER_ID"]


def test_code_of_an_extension_is_not_run(call: Call, ready: Path) -> None:
    text = "raise SystemExit('it ran')\nasync def setup(bot): ...\n"
    (ready / "extensions" / "evil.py").write_text(text)
    assert call("check", "--dir", str(ready)).code == 0


def test_extensions_that_are_folders_or_import_their_setup_are_good(call: Call, ready: Path) -> None:
    (ready / "extensions" / "folder").mkdir()
    (ready / "extensions" / "folder" / "__init__.py").write_text("from .cog import setup\n")
    (ready / "extensions" / "binary.py").write_bytes(b"\x00\xff")
    outcome = call("check", "--dir", str(ready))
    assert "folder" not in outcome.err
    assert "binary.py" in outcome.err


@pytest.mark.req("CORE-204")
def test_the_token_is_not_shown(call: Call, ready: Path) -> None:
    (ready / ".env").write_text('DISCORD_TOKEN="planted.check.token "\nBOT_OWNER_ID=planted.check.token\n')
    outcome = call("check", "--dir", str(ready))
    assert "planted" not in outcome.out + outcome.err


def test_a_directory_that_is_not_there_gets_a_sentence(call: Call, tmp_path: Path) -> None:
    outcome = call("check", "--dir", str(tmp_path / "nowhere"))
    assert outcome.code == 78
    assert "nowhere" in outcome.err
