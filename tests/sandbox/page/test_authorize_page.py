"""A stranger's site sends a browser to the authorize page, and somebody of the world comes back logged in."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import aiohttp
import pytest
from aiohttp import web
from playwright.sync_api import Browser, Page, expect

from .stage import Stage

pytestmark = pytest.mark.browser


class Site:
    """A site with a login button, as an extension's dashboard would be."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.back = ""

    async def start(self) -> web.AppRunner:
        application = web.Application()
        application.router.add_get("/back", self.welcome)
        application.router.add_get("/favicon.ico", self.nothing)
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.back = f"http://127.0.0.1:{runner.addresses[0][1]}/back"
        self.stage.world.application_settings.redirect_uris = [self.back]
        return runner

    async def nothing(self, _request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def welcome(self, request: web.Request) -> web.Response:
        if "code" not in request.query:
            return web.Response(text=f"No login: {request.query['error']}, state {request.query['state']}")
        address = self.stage.sandbox.address()
        form = {
            "grant_type": "authorization_code",
            "code": request.query["code"],
            "redirect_uri": self.back,
            "client_id": address.client_id,
            "client_secret": address.client_secret,
        }
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{address.api_base}/oauth2/token", data=form) as answer:
                token = (await answer.json())["access_token"]
            headers = {"Authorization": f"Bearer {token}"}
            async with session.get(f"{address.api_base}/users/@me", headers=headers) as answer:
                name = (await answer.json())["username"]
        return web.Response(text=f"Hello {name}, state {request.query['state']}")

    def login_address(self, **changes: str) -> str:
        address = self.stage.sandbox.address()
        fields = {
            "client_id": address.client_id,
            "redirect_uri": self.back,
            "response_type": "code",
            "scope": "identify guilds",
            "state": "s1",
        }
        return f"{address.authorize}?{urlencode(fields | changes)}"


@pytest.fixture
def site(stage: Stage) -> Iterator[Site]:
    site = Site(stage)
    runner = stage.run(site.start())
    yield site
    stage.run(runner.cleanup())


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    page.close()
    # A refused address is a 400, which Chromium notes by itself.
    assert [text for text in complaints if "status of 400" not in text] == []


@pytest.mark.req("SAND-308")
def test_a_person_is_chosen_and_the_site_knows_who_came(site: Site, tab: Page) -> None:
    tab.goto(site.login_address())
    expect(tab.get_by_role("heading", name="Guildwright")).to_be_visible()
    expect(tab.get_by_text("Know which servers you are in")).to_be_visible()
    tab.get_by_role("radio", name="Mia").check()
    tab.get_by_role("button", name="Authorize").click()
    expect(tab.get_by_text("Hello mia, state s1")).to_be_visible()


@pytest.mark.req("SAND-308")
def test_a_person_says_no(site: Site, tab: Page) -> None:
    tab.goto(site.login_address())
    tab.get_by_role("button", name="Cancel").click()
    expect(tab.get_by_text("No login: access_denied, state s1")).to_be_visible()


def test_a_wrong_address_is_told_and_leads_nowhere(site: Site, tab: Page) -> None:
    tab.goto(site.login_address(redirect_uri="http://evil.example/"))
    expect(tab.get_by_role("alert")).to_contain_text("Invalid OAuth2 redirect_uri")
    expect(tab.get_by_role("button", name="Authorize")).to_be_hidden()
