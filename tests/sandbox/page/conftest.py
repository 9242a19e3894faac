"""A real browser on a real sandbox: the stage, and windows in which people of the world act."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from guildwright.sandbox.page.files import static_files

from .stage import Stage, open_stage
from .window import Window

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = (1440, 900)
PATIENCE = 10_000


# Per module: while Playwright's synchronous side is open, its loop counts as running on this thread,
# and no asynchronous test can run.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed: the chat page is not tested in a browser.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        yield from launched(playwright, chromium)


def launched(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def shared_stage() -> Iterator[Stage]:
    with open_stage() as running:
        running.start_bot()
        yield running


@pytest.fixture
def stage(shared_stage: Stage) -> Stage:
    """The gallery bot's world, in which nothing was written yet."""
    shared_stage.wipe()
    return shared_stage


class Tab:
    """A tab of the browser and what it said and asked for. Tabs are used again: a new one is dear."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.requests: set[tuple[str, str]] = set()
        page.set_default_timeout(PATIENCE)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.add((request.method, request.url)))
        page.on("websocket", lambda socket: self.requests.add(("WS", socket.url)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def leave(self, stage: Stage) -> None:
        """Leave the sandbox; nothing may have been wrong with the page meanwhile."""
        self.page.goto("about:blank")
        complaints, requests = self.complaints[:], sorted(self.requests)
        self.complaints.clear()
        self.requests.clear()
        assert complaints == []
        assert [request for request in requests if not is_allowed(stage, *request)] == []


class Profiles:
    """A browser profile per person, so that every window is in front, with the tabs that are free."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: dict[object, BrowserContext] = {}
        self._free: dict[object, list[Tab]] = {}

    def take(self, person: str, size: tuple[int, int], *, touch: bool) -> tuple[Tab, list[Tab]]:
        key = (person, size, touch)
        if key not in self._contexts:
            self._contexts[key] = self._browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                has_touch=touch,
                reduced_motion="reduce",
                locale="en-GB",
            )
        free = self._free.setdefault(key, [])
        return (free.pop() if free else Tab(self._contexts[key].new_page())), free


@pytest.fixture(scope="module")
def profiles(browser: Browser) -> Profiles:
    return Profiles(browser)


@pytest.fixture
def open_window(profiles: Profiles, stage: Stage) -> Iterator[Callable[..., Window]]:
    """Open windows; afterwards none of them may have complained or asked for what is not documented."""
    used: list[tuple[Tab, list[Tab]]] = []

    def open_one(person: str = "olivia", *, size: tuple[int, int] = WIDE, touch: bool = False) -> Window:
        used.append(profiles.take(person, size, touch=touch))
        return Window(used[-1][0].page, stage, person)

    yield open_one
    for tab, free in used:
        free.append(tab)
    for tab, _ in used:
        tab.leave(stage)


def is_allowed(stage: Stage, method: str, url: str) -> bool:
    """Whether this is an operation of the control API, a static file or a file of the CDN path."""
    address = urlsplit(url)
    if address.scheme == "data":
        return True
    if address.netloc != f"127.0.0.1:{stage.sandbox.port}":
        return False
    if method == "WS":
        return address.path == "/_sandbox/events"
    static = {f"/{name}" for name in static_files()} | {"/"}
    if method == "GET" and (address.path in static or address.path.startswith("/cdn/")):
        return True
    return any(
        method.lower() in operations and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), address.path)
        for path, operations in stage.documented_paths().items()
    )


@pytest.fixture
def window(open_window: Callable[..., Window]) -> Window:
    """Olivia, in #general."""
    return open_window()


@pytest.fixture
def upload(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text("three figs\n")
    return path
