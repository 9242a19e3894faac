"""How the tests call the command line: in this process where that is enough."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from guildwright.cli import main
from guildwright.kernel import secrets


class Outcome(NamedTuple):
    """What a person who called a verb sees."""

    code: int
    out: str
    err: str


Call = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DISCORD_TOKEN", "BOT_OWNER_ID", "DISCORD_API_BASE", "DISCORD_CDN_BASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(secrets, "_known", type(secrets._known)())


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Call a verb; `call("config", "get", "prefix")`."""

    def call(*arguments: str) -> Outcome:
        capsys.readouterr()
        code = main(arguments)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Outcome(code, out, err)

    return call


@pytest.fixture
def bot(tmp_path: Path, call: Call) -> Path:
    """A new instance as `init` writes it."""
    directory = tmp_path / "bot"
    assert call("init", "--dir", str(directory)).code == 0
    return directory
