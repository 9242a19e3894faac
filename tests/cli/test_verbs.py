"""The verbs exist, tell what is wrong in one line, and end with the code that scripts rely on."""

import json
import re
from pathlib import Path

import pytest

from .conftest import Call

VERBS = ("init", "run", "check", "ext", "test", "config", "version", "sandbox")


@pytest.mark.req("CORE-104")
def test_help_lists_exactly_the_verbs_that_work(call: Call) -> None:
    listed = re.findall(r"^  (\w+)  ", call("--help").out.partition("Commands:")[2], re.MULTILINE)
    assert sorted(listed) == sorted(VERBS)


@pytest.mark.parametrize("arguments", [(), ("-h",), *((verb, "--help") for verb in VERBS)])
def test_help_is_shown_in_whole_sentences(call: Call, arguments: tuple[str, ...]) -> None:
    outcome = call(*arguments)

    assert outcome.code == 0
    assert outcome.out.startswith("Usage: guildwright")
    assert max(map(len, outcome.out.splitlines())) <= 80


@pytest.mark.req("CORE-104")
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nosuch"], "nosuch"),
        (["--nosuch"], "--nosuch"),
        (["init", "extra"], "extra"),
        (["run", "--port", "many", "--sandbox"], "--port"),
        (["run", "--port", "8090"], "--port"),
        (["run", "--dir"], "--dir"),
        (["check", "--nosuch"], "--nosuch"),
        (["config", "nosuch"], "nosuch"),
        (["config", "set", "prefix"], "VALUE"),
        (["config", "get", "loging.level"], "logging.level"),
        (["version", "--nosuch"], "--nosuch"),
        (["sandbox", "serve", "--limits", "nosuch"], "nosuch"),
    ],
)
def test_wrong_usage_ends_with_2_and_one_line_naming_the_argument(
    call: Call, arguments: list[str], named: str
) -> None:
    outcome = call(*arguments)

    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert named in outcome.err


@pytest.mark.req("CORE-104")
def test_every_verb_that_only_reads_speaks_json(call: Call, bot: Path) -> None:
    for arguments in (
        ["version"],
        ["check", "--dir", str(bot)],
        ["config", "get", "--dir", str(bot)],
        ["config", "get", "prefix", "--dir", str(bot)],
        ["config", "schema"],
    ):
        json.loads(call(*arguments, "--json").out)


def test_version_names_what_a_bug_report_needs(call: Call) -> None:
    outcome = call("version")
    assert outcome.code == 0
    assert {"guildwright", "python", "discord.py", "platform"} <= set(
        re.findall(r"^\S+", outcome.out, re.MULTILINE)
    )


@pytest.mark.req("CORE-204")
def test_an_unexpected_failure_is_a_sentence_with_an_id_and_the_log(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "botlogs").mkdir()
    monkeypatch.setenv("PLANTED_TOKEN", "planted-value-77")
    from guildwright.kernel import secrets

    secrets.register("planted-value-77")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("planted-value-77 in a bug")

    monkeypatch.setattr("guildwright.kernel.config.load_instance", fail)
    outcome = call("config", "get")

    found = re.search(r"\((E-[0-9A-Z]{12})\).* (/\S+)\.", outcome.err)
    assert outcome.code == 1
    assert found
    log = Path(found[2]).read_text()
    assert found[1] in log
    assert "RuntimeError" in log
    assert "planted-value" not in log + outcome.err
