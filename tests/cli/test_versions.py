"""Versions that are too old are refused before anything else."""

import pytest

from guildwright.cli import main, versions


@pytest.mark.req("CORE-109")
@pytest.mark.parametrize(
    ("python", "discord", "sentence"),
    [
        ((3, 10, 12), "2.7.1", "needs Python 3.11 or newer; this is 3.10.12."),
        ((3, 11, 0), "2.7.0", "needs discord.py 2.7.1 or newer; this is 2.7.0."),
        ((3, 11, 0), "2.6.4", "needs discord.py 2.7.1 or newer; this is 2.6.4."),
        ((3, 11, 0), "1.7.3", "needs discord.py 2.7.1 or newer; this is 1.7.3."),
        ((3, 11, 0), "2.7.1", ""),
        ((3, 13, 1), "2.8.0a5220+g1", ""),
        ((4, 0, 0), "3.0", ""),
    ],
)
def test_an_old_version_is_refused_with_both_numbers(
    python: tuple[int, ...], discord: str, sentence: str
) -> None:
    assert versions.refusal(python, discord) == (f"Guildwright {sentence}" if sentence else "")


@pytest.mark.req("CORE-109")
def test_the_command_ends_with_78(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(versions, "DISCORD", (99, 0))
    assert main(["version"]) == 78
    assert "discord.py 99.0 or newer" in capsys.readouterr().err
