"""A real browser on a real sandbox: the stage, and windows in which people of the world act."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from stage import Stage, open_stage
from window import Window

from guildwright.sandbox.page.files import static_files

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed: the chat page is not tested in a browser.")
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


@pytest.fixture(scope="session")
def profiles(browser: Browser) -> Iterator[dict[object, BrowserContext]]:
    """Browser profiles by what they are used for; windows share one, as the tabs of a person do."""
    known: dict[object, BrowserContext] = {}
    yield known
    for context in known.values():
        context.close()


@pytest.fixture
def open_window(
    browser: Browser, profiles: dict[object, BrowserContext], stage: Stage
) -> Iterator[Callable[..., Window]]:
    """Open windows; afterwards none of them may have complained or asked for what is not documented."""
    pages: list[Page] = []
    complaints: list[str] = []
    requests: set[tuple[str, str]] = set()

    def open_one(
        person: str = "olivia", *, profile: str = "", size: tuple[int, int] = WIDE, touch: bool = False
    ) -> Window:
        key = (profile, size, touch)
        if key not in profiles:
            profiles[key] = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                has_touch=touch,
                reduced_motion="reduce",
                locale="en-GB",
            )
        page = profiles[key].new_page()
        pages.append(page)
        watch(page, complaints, requests)
        return Window(page, stage, person)

    yield open_one
    for page in pages:
        page.close()
    assert complaints == []
    assert [request for request in requests if not is_allowed(stage, *request)] == []


def watch(page: Page, complaints: list[str], requests: set[tuple[str, str]]) -> None:
    page.set_default_timeout(5_000)
    page.on(
        "console", lambda message: message.type in {"error", "warning"} and complaints.append(message.text)
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.add((request.method, request.url)))
    page.on("websocket", lambda socket: requests.add(("WS", socket.url)))


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
