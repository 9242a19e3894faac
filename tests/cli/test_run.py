"""`run` from outside: refusals before anything happens, and both processes of `run --sandbox`."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from guildwright.kernel.lock import InstanceLock
from guildwright.testing.world import World

from .conftest import Call

OWNER = "123456789012345678"
PATIENCE = 40.0


@pytest.mark.req("CORE-107")
def test_without_a_token_it_ends_before_any_network_and_names_the_sandbox(
    call: Call, bot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    outcome = call("run", "--dir", str(bot))

    assert outcome.code == 78
    assert "[CRITICAL] guildwright: " in outcome.err
    for part in ("DISCORD_TOKEN", str(bot / ".env"), "guildwright run --sandbox"):
        assert part in outcome.err


@pytest.mark.req("CORE-108")
def test_a_wrong_owner_is_one_line_with_the_value(
    call: Call, bot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_OWNER_ID", "abc")
    monkeypatch.setenv("DISCORD_TOKEN", "abc.def.ghi")
    outcome = call("run", "--dir", str(bot))

    assert outcome.code == 78
    assert outcome.err.count("\n") == 1
    assert 'BOT_OWNER_ID: the text "abc" given' in outcome.err


@pytest.mark.req("CORE-302", "CORE-310")
@pytest.mark.parametrize(
    ("file", "environ", "named"),
    [
        ('{"prefix": "!",}', {}, "line 1, column"),
        ('{"prefix": "toolong"}', {}, "prefix"),
        ('{"prefix": "!"}', {"SHARD_COUNT": "2", "SHARD_IDS": "0,5"}, "shard 5"),
        ('{"prefix": "!"}', {"ENABLE_SHARD_MONITOR": "maybe"}, "ENABLE_SHARD_MONITOR"),
        ('{"prefix": "!"}', {"DISCORD_API_BASE": "http://example.org/api"}, "DISCORD_API_BASE"),
    ],
)
def test_a_wrong_configuration_ends_with_78_and_stays_as_it_is(
    call: Call, bot: Path, monkeypatch: pytest.MonkeyPatch, file: str, environ: dict[str, str], named: str
) -> None:
    (bot / "config.json").write_text(file)
    for name, value in {"DISCORD_TOKEN": "abc.def.ghi", "BOT_OWNER_ID": OWNER, **environ}.items():
        monkeypatch.setenv(name, value)
    outcome = call("run", "--dir", str(bot))

    assert outcome.code == 78
    assert named in outcome.err
    assert "abc.def.ghi" not in outcome.err
    assert (bot / "config.json").read_text() == file


@pytest.mark.req("CORE-119")
@pytest.mark.parametrize("entry", [["-m", "guildwright", "run", "--dir", "{bot}"], ["{bot}/main.py"]])
def test_a_second_start_on_one_directory_is_refused_with_the_process_of_the_first(
    bot: Path, entry: list[str]
) -> None:
    command = [sys.executable, *(part.format(bot=bot) for part in entry)]
    environ = {**os.environ, "DISCORD_TOKEN": "abc.def.ghi", "BOT_OWNER_ID": OWNER}
    with InstanceLock(bot / "data"):
        ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=30, check=False)

    assert ended.returncode == 78
    assert f"already running (process {os.getpid()})" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_sandbox_without_its_packages_names_them(bot: Path) -> None:
    without = (
        "import sys; sys.modules['simcord'] = None; from guildwright.cli import main;"
        "sys.exit(main(['run', '--sandbox', '--port', '0', '--dir', sys.argv[1]]))"
    )
    command = [sys.executable, "-c", without, str(bot)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)

    assert ended.returncode == 78
    assert "guildwright[sandbox]" in ended.stderr
    assert "Traceback" not in ended.stderr


class Running:
    """`run --sandbox` as a person started it in a terminal."""

    def __init__(self, directory: Path) -> None:
        environ = {
            name: value for name, value in os.environ.items() if not name.startswith(("DISCORD_", "BOT_"))
        }
        self.began = time.monotonic()
        self.command = subprocess.Popen(
            [sys.executable, "-m", "guildwright", "run", "--sandbox", "--port", "0", "--dir", str(directory)],
            env={**environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []

    def read_until(self, pattern: str) -> re.Match[str]:
        """Read what is printed up to the line that matches."""
        assert self.command.stdout is not None
        for line in self.command.stdout:
            self.lines.append(line)
            if match := re.search(pattern, line):
                return match
        raise AssertionError(f"{pattern!r} was not printed:\n{''.join(self.lines)}")

    def seen(self, pattern: str) -> str:
        """Find what has been printed, or is printed next."""
        found = re.search(pattern, "".join(self.lines), re.MULTILINE) or self.read_until(pattern)
        return found[1]

    def bot_pid(self) -> int:
        children = Path(f"/proc/{self.command.pid}/task/{self.command.pid}/children").read_text().split()
        return int(children[0])

    def kill(self) -> None:
        if self.command.poll() is None:
            os.killpg(self.command.pid, signal.SIGKILL)
        self.command.wait()
        if self.command.stdout is not None:
            self.command.stdout.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    started = Running(tmp_path / "sandbox-bot")
    yield started
    started.kill()


def wait_until(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen")


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ask(page: str, path: str) -> Any:
    """Ask the control API, as the page does."""
    address, _, token = page.partition("/#token=")
    request = Request(f"{address}/_sandbox/{path}", headers={"Authorization": f"Bearer {token}"})
    with urlopen(request, timeout=5) as answer:
        return json.load(answer)


def owner_of(page: str) -> str:
    return ask(page, "info")["owner_id"]


def bot_is_online(page: str) -> bool:
    return bool(ask(page, f"state?as={owner_of(page)}")["bot"]["online"])


@pytest.mark.req("SAND-101", "CORE-108", "CORE-120")
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes through /proc")
def test_one_command_starts_both_the_bot_comes_back_and_one_interrupt_ends_both(
    running: Running, tmp_path: Path
) -> None:
    running.read_until("^Version: ")
    page = running.seen(r"Chat page: (http://127\.0\.0\.1:\d+/#token=\S+)")
    assert bot_is_online(page)
    assert running.seen(r"^Owner: (\d+)") == owner_of(page)
    assert (tmp_path / "sandbox-bot" / "extensions" / "hello.py").exists()

    first = running.bot_pid()
    os.kill(first, signal.SIGKILL)
    running.read_until("killed by SIGKILL")
    wait_until(lambda: bot_is_online(page))
    second = running.bot_pid()
    assert second != first

    running.command.send_signal(signal.SIGINT)
    assert running.command.wait(timeout=PATIENCE) == 0
    assert not alive(second)
    output = "".join(running.lines) + running.command.stdout.read()  # type: ignore[union-attr]
    assert output.count("/#token=") == 1
    assert "Traceback" not in output, output


@pytest.mark.req("SAND-101")
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes through /proc")
def test_a_killed_command_leaves_no_bot_behind(running: Running) -> None:
    running.read_until("Chat page: ")
    bot = running.bot_pid()

    running.command.kill()
    running.command.wait()
    wait_until(lambda: not alive(bot))


@pytest.mark.req("CORE-108")
def test_a_wrong_owner_is_refused_in_the_sandbox_too(tmp_path: Path) -> None:
    (tmp_path / "sandbox-bot").mkdir()
    (tmp_path / "sandbox-bot" / ".env").write_text("BOT_OWNER_ID=abc\n")
    running = Running(tmp_path / "sandbox-bot")
    output, _ = running.command.communicate(timeout=PATIENCE)

    assert running.command.returncode == 78
    assert "BOT_OWNER_ID" in output
    assert "Chat page" not in output
    assert "Traceback" not in output, output


WRITES_A_FILE = """
from pathlib import Path
async def setup(bot):
    Path("./data/x.json").write_text("{}")
"""


@pytest.mark.req("CORE-101", "CORE-102")
async def test_every_way_to_start_makes_the_same_bot_ready_in_its_own_directory(
    world: World, tmp_path: Path, call: Call
) -> None:
    async def start(name: str, *command: str) -> str:
        directory = tmp_path / name
        assert call("init", "--dir", str(directory)).code == 0
        (directory / "extensions" / "writes.py").write_text(WRITES_A_FILE)
        environ = {**os.environ, "DISCORD_TOKEN": world.token, "DISCORD_API_BASE": world.api_base}
        process = await asyncio.create_subprocess_exec(
            *(part.format(directory=directory) for part in command),
            env={**environ, "DISCORD_CDN_BASE": world.cdn_base, "BOT_OWNER_ID": str(world.owner_id)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=tmp_path,
        )
        try:
            return await commands_when_ready(process)
        finally:
            process.terminate()
            assert await process.wait() == 0
            assert (directory / "data" / "x.json").exists()

    script = str(Path(sys.executable).with_name("guildwright"))
    counts = await asyncio.gather(
        start("script", script, "run", "--dir", "{directory}"),
        start("module", sys.executable, "-m", "guildwright", "run", "--dir", "{directory}"),
        start("launcher", sys.executable, "{directory}/main.py"),
    )
    assert counts[0].startswith("Slash commands: ")
    assert len(set(counts)) == 1
    assert not (tmp_path / "data").exists()


async def commands_when_ready(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async for line in process.stdout:
        if line.startswith(b"Slash commands"):
            return line.decode().strip()
    raise AssertionError("the bot did not become ready")
