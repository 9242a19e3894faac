"""The first minute of a stranger: a fresh clone, one command, the printed address in a browser, `!help`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.sandbox.page.conftest import launched

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30


class MakeRun:
    """`make run` in a clone, with the packages of the environment that runs this test."""

    def __init__(self, clone: Path) -> None:
        venv = Path(sys.prefix)
        outside = {k: v for k, v in os.environ.items() if not k.startswith(("DISCORD_", "BOT_", "MAKE"))}
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            ["make", "--silent", "-o", str(venv / ".run"), "run", f"VENV={venv}"],
            cwd=clone,
            env=outside,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.printed = ""

    def read_until(self, pattern: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            if match := re.search(pattern, line):
                return match[1]
        raise AssertionError(f"{pattern!r} was not printed:\n{self.printed}")

    def interrupt(self) -> None:
        """Press Ctrl+C: the terminal sends it to the whole foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=PATIENCE)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: there is nothing to clone")
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    return folder


@pytest.fixture
def started(clone: Path) -> Iterator[MakeRun]:
    run = MakeRun(clone)
    yield run
    if run.process.poll() is None:
        os.killpg(run.process.pid, signal.SIGKILL)
    run.process.wait()
    assert run.process.stdout is not None
    run.process.stdout.close()


@pytest.fixture
def page() -> Iterator[Page]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed: the chat page is not tested in a browser.")
    with sync_playwright() as playwright:
        for browser in launched(playwright, chromium):
            yield browser.new_page()


def say(page: Page, text: str, answer: str) -> None:
    """Write a message and wait for an answer with this text in it."""
    field = page.get_by_label("Message", exact=True).and_(page.locator("textarea"))
    field.fill(text)
    field.press("Enter")
    found = page.get_by_role("log").locator("article.message").filter(has_text=answer).last
    expect(found).to_be_visible(timeout=PATIENCE * 1000)


def become(page: Page, name: str) -> None:
    """Act as another person of the world."""
    page.get_by_role("button", name="Acting as").click()
    page.get_by_role("dialog", name="Switch person").get_by_text(name, exact=True).click()
    expect(page.get_by_role("button", name=f"Acting as {name}")).to_be_visible()


@pytest.mark.browser
@pytest.mark.req("SAND-102", "SAND-101", "SAND-105")
def test_one_command_in_a_fresh_clone_and_the_bot_answers_in_the_browser(
    started: MakeRun, page: Page, clone: Path
) -> None:
    address = started.read_until(r"(http://127\.0\.0\.1:\d+/#token=\S+)")
    page.goto(address)
    say(page, "!help", "categories")

    assert (clone / "sandbox-bot" / "extensions" / "hello.py").exists()
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True
    )
    assert status.stdout == ""
    say(page, "!reload hello", "is reloaded")
    become(page, "Marco")
    say(page, "!reload hello", "Only the owner of this bot can use this command.")
    started.interrupt()
    assert "Traceback" not in started.printed
