"""`ext new`, `ext list`, `ext check` and `test`: an extension author's first steps."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Call


@pytest.mark.req("TEST-06")
def test_a_new_extension_comes_with_a_test_that_passes(call: Call, bot: Path) -> None:
    written = call("ext", "new", "Free Cookies", "--dir", str(bot))
    assert written.code == 0
    assert "guildwright test --dir" in written.out

    command = [sys.executable, "-m", "guildwright", "test", "--dir", str(bot), "--", "-q"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=50)
    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr
    assert ran.returncode == 0


def test_a_test_that_fails_is_told_by_the_exit_code(call: Call, bot: Path) -> None:
    (bot / "test_wrong.py").write_text(
        "def test_wrong():\n    assert 1 == 2\n\ndef test_right():\n    pass\n"
    )
    assert call("test", "--dir", str(bot), "--", "-q").code == 1
    assert call("test", "--dir", str(bot), "--", "-q", "-k", "right").code == 0


@pytest.mark.parametrize("name", ["", "1st", "a/b", "../main", "class", "x" * 33, "naïve", "{0.__class__}"])
def test_a_name_that_none_can_have_is_refused(call: Call, bot: Path, name: str) -> None:
    before = sorted(bot.rglob("*"))
    outcome = call("ext", "new", "--dir", str(bot), "--", name)
    assert outcome.code != 0
    assert "no name for an extension" in outcome.err
    assert sorted(bot.rglob("*")) == before


def test_nothing_is_overwritten(call: Call, bot: Path) -> None:
    text = (bot / "extensions" / "hello.py").read_text()
    outcome = call("ext", "new", "hello", "--dir", str(bot))
    assert outcome.code != 0
    assert "hello.py is there already" in outcome.err
    assert (bot / "extensions" / "hello.py").read_text() == text
    assert not (bot / "tests").exists()


def test_the_list_names_extensions_and_their_commands(call: Call, bot: Path) -> None:
    (bot / "extensions" / "broken.py").write_text("def setup(:")
    (bot / "extensions" / "folder").mkdir()
    (bot / "extensions" / "folder" / "__init__.py").write_text("async def setup(bot): ...\n")
    lines = call("ext", "list", "--dir", str(bot)).out.splitlines()
    assert lines[0].startswith("broken  no commands  (does not load")
    assert lines[1:] == ["folder  no commands", "hello  !hello and /hello"]

    found = json.loads(call("ext", "list", "--dir", str(bot), "--json").out)
    assert found["hello"]["cogs"] == ["Hello"]
    assert "has no extensions" in call("ext", "list", "--dir", str(bot / "nowhere")).out


def test_a_bot_without_tests_is_told_how_to_get_one(call: Call, bot: Path) -> None:
    outcome = call("test", "--dir", str(bot))
    assert outcome.code == 0
    assert "guildwright ext new NAME" in outcome.out
    assert "is not a directory" in call("test", "--dir", str(bot / "nowhere")).err


def check(call: Call, tmp_path: Path, text: str) -> tuple[int, str]:
    file = tmp_path / "extension.py"
    file.write_text(text, encoding="utf-8")
    outcome = call("ext", "check", str(file))
    return outcome.code, outcome.out + outcome.err


SETUP = "\n\nasync def setup(bot): ...\n"


@pytest.mark.req("CORE-1414")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def broken(:", "line 1"),
        ("x = 1\n", "no setup"),
        ("def setup(bot): ...\n", "setup is not async"),
        ("@hybrid_command()\nasync def Big(ctx): ..." + SETUP, "line 2: 'Big'"),
        ("@app_commands.command(name='a b')\nasync def x(i): ..." + SETUP, "line 2: 'a b'"),
        (
            f"@hybrid_command()\nasync def x(ctx, {', '.join(f'a{n}' for n in range(26))}): ..." + SETUP,
            "line 2: 26 options; at most 25",
        ),
        (
            "\n".join(f"@hybrid_command()\nasync def x{n}(ctx): ..." for n in range(101)) + SETUP,
            "101 slash commands; at most 100",
        ),
    ],
)
def test_what_would_not_work_is_an_error(call: Call, tmp_path: Path, text: str, told: str) -> None:
    code, said = check(call, tmp_path, text)
    assert code == 1
    assert told in said
    assert "would not work" in said


@pytest.mark.req("CORE-1414")
def test_calls_that_stop_the_whole_bot_are_warned_of(call: Call, tmp_path: Path) -> None:
    text = """
import time
import requests as web
from subprocess import run as execute
from pathlib import Path

async def a():
    time.sleep(1)
    web.get("https://example.org")
    execute(["ls"])
    open("file")

    def in_a_thread():
        time.sleep(1)

def plain():
    time.sleep(1)
"""
    code, said = check(call, tmp_path, text + SETUP)
    assert code == 0
    lines = [line.split(": ", 2)[2] for line in said.splitlines() if line.startswith("Warning: ")]
    assert len(lines) == 4
    for line, instead in ((8, "asyncio.sleep"), (9, "aiohttp"), (10, "create_subprocess"), (11, "api.files")):
        assert any(found.startswith(f"line {line}:") and instead in found for found in lines), line


@pytest.mark.req("CORE-1414")
def test_a_good_extension_is_described_and_not_run(call: Call, tmp_path: Path) -> None:
    text = '''"""Gives cookies."""
raise SystemExit("it ran")
__version__ = "1.2"

class Jar(commands.Cog):
    @commands.command()
    async def cookie(self, ctx): ...
    @hybrid_group(name="jar")
    async def group(self, ctx): ...
    @app_commands.command()
    async def count(self, interaction): ...
    @app_commands.context_menu(name="Give a Cookie")
    async def give(self, interaction, member): ...
'''
    code, said = check(call, tmp_path, text + SETUP)
    assert code == 0
    assert "extension.py 1.2 can be loaded." in said
    assert "Commands: !cookie, !jar and /jar, /count, menu 'Give a Cookie'" in said

    outcome = call("ext", "check", str(tmp_path / "extension.py"), "--json")
    found = json.loads(outcome.out)
    assert found["ok"] is True
    assert found["metadata"] == {"description": "Gives cookies.", "version": "1.2"}


def test_a_file_that_is_not_there_gets_a_sentence(call: Call, tmp_path: Path) -> None:
    outcome = call("ext", "check", str(tmp_path / "none.py"))
    assert outcome.code == 1
    assert "cannot be read" in outcome.err
