"""A site lets people of the world log in: code, tokens, what they open, and everything that is refused."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import orjson
import pytest

from guildwright.kernel import limits
from guildwright.sandbox.server import Addresses, Sandbox
from guildwright.sandbox.world import World

BACK = "http://127.0.0.1:9/back"
VERIFIER = "a-verifier-that-is-long-enough-for-anybody-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that was read to its end."""

    status_code: int
    text: str

    def json(self) -> Any:
        return orjson.loads(self.text)


class Http:
    """Requests of a browser or a site's server."""

    def __init__(self) -> None:
        self.session = aiohttp.ClientSession()

    async def get(self, url: str, **options: Any) -> Reply:
        async with self.session.get(url, **options) as answer:
            return Reply(answer.status, await answer.text())

    async def post(self, url: str, **options: Any) -> Reply:
        async with self.session.post(url, **options) as answer:
            return Reply(answer.status, await answer.text())


class Site:
    """A site with a login, as its browser and its server talk to Discord."""

    def __init__(self, address: Addresses, world: World) -> None:
        self.address = address
        self.world = world
        self.http = Http()

    def query(self, **changes: str | None) -> dict[str, str]:
        fields = {
            "client_id": self.address.client_id,
            "redirect_uri": BACK,
            "response_type": "code",
            "scope": "identify guilds",
            "state": "xyz",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | changes
        return {name: value for name, value in fields.items() if value is not None}

    async def asks(self, **changes: str | None) -> Reply:
        return await self.http.get(f"{self.address.authorize}/request", params=self.query(**changes))

    async def consents(self, name: str = "mia", **changes: str | None) -> dict[str, list[str]]:
        """What comes back to the site when the person agrees."""
        person = next(user for user in self.world.backend.users.values() if user.name == name)
        return await self.decides({"authorize": True, "person": str(person.id)}, **changes)

    async def decides(self, decision: dict[str, Any], **changes: str | None) -> dict[str, list[str]]:
        answer = await self.http.post(self.address.authorize, params=self.query(**changes), json=decision)
        assert answer.status_code == 200, answer.text
        location = answer.json()["location"]
        assert location.startswith(f"{BACK}?")
        return parse_qs(urlsplit(location).query)

    async def token(self, **fields: str) -> Reply:
        body = {"client_id": self.address.client_id, "client_secret": self.address.client_secret} | fields
        return await self.http.post(f"{self.address.api_base}/oauth2/token", data=body)

    async def exchange(self, code: str, **changes: str) -> Reply:
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        return await self.token(**fields | {"code_verifier": VERIFIER} | changes)

    async def log_in(self, name: str = "mia", **changes: str | None) -> dict[str, Any]:
        [code] = (await self.consents(name, **changes))["code"]
        answer = await self.exchange(code)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def reads(self, path: str, token: str) -> Reply:
        return await self.http.get(
            f"{self.address.api_base}{path}", headers={"Authorization": f"Bearer {token}"}
        )


@pytest.fixture
async def site(sandbox: Sandbox, world: World) -> AsyncIterator[Site]:
    world.application_settings.redirect_uris = [BACK]
    one = Site(sandbox.address(), world)
    async with one.http.session:
        yield one


@pytest.mark.req("SAND-308")
async def test_somebody_logs_in_and_the_site_reads_what_was_agreed_to(site: Site) -> None:
    back = await site.consents()
    assert back["state"] == ["xyz"]
    tokens = (await site.exchange(back["code"][0])).json()
    assert (tokens["token_type"], tokens["scope"]) == ("Bearer", "identify guilds")
    assert tokens["expires_in"] == limits.OAUTH_TOKEN_SECONDS
    me = (await site.reads("/users/@me", tokens["access_token"])).json()
    assert me["username"] == "mia"
    assert "email" not in me
    guilds = (await site.reads("/users/@me/guilds", tokens["access_token"])).json()
    assert {guild["name"]: guild["owner"] for guild in guilds} == {"Sandbox": False, "Mia's workshop": True}


@pytest.mark.req("SAND-308")
async def test_scopes_open_what_they_name_and_nothing_else(site: Site) -> None:
    token = (await site.log_in(scope="identify email"))["access_token"]
    assert (await site.reads("/users/@me", token)).json()["email"] == "mia@sandbox.invalid"
    refused = await site.reads("/users/@me/guilds", token)
    assert (refused.status_code, refused.json()["code"]) == (403, 50026)
    sandbox = next(g for g in site.world.backend.guilds.values() if g.name == "Sandbox")
    for path in (f"/guilds/{sandbox.id}", "/gateway/bot", "/applications/@me"):
        assert (await site.reads(path, token)).status_code == 401, path
    member = (await site.log_in(scope="guilds.members.read"))["access_token"]
    told = (await site.reads(f"/users/@me/guilds/{sandbox.id}/member", member)).json()
    assert told["user"]["username"] == "mia"
    assert (await site.reads("/users/@me", member)).status_code == 403
    about = (await site.reads("/oauth2/@me", token)).json()
    assert (about["scopes"], about["user"]["username"]) == (["identify", "email"], "mia")


@pytest.mark.req("SAND-308")
async def test_tokens_are_renewed_and_revoked(site: Site) -> None:
    first = await site.log_in()
    answer = await site.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    second = answer.json()
    assert (await site.reads("/users/@me", first["access_token"])).status_code == 401
    assert (await site.reads("/users/@me", second["access_token"])).status_code == 200
    again = await site.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    credentials = f"{site.address.client_id}:{site.address.client_secret}".encode()
    basic = {"Authorization": f"Basic {base64.b64encode(credentials).decode()}"}
    revoked = await site.http.post(
        f"{site.address.api_base}/oauth2/token/revoke", data={"token": second["access_token"]}, headers=basic
    )
    assert revoked.status_code == 200
    assert (await site.reads("/users/@me", second["access_token"])).status_code == 401


@pytest.mark.req("SAND-308")
async def test_a_code_is_good_once_for_ten_minutes_and_its_maker_alone(site: Site) -> None:
    [code] = (await site.consents())["code"]
    wrong = [
        (await site.exchange(code[:-1] + "x"), "invalid_grant", 400),
        (await site.exchange(code, client_secret="guess"), "invalid_client", 401),
        (await site.exchange(code, grant_type="password"), "unsupported_grant_type", 400),
    ]
    for answer, error, status in wrong:
        assert (answer.status_code, answer.json()["error"]) == (status, error)
    for changes in ({"code_verifier": "w" * 50}, {"redirect_uri": "http://127.0.0.1:9/other"}):
        [burnt] = (await site.consents())["code"]
        assert (await site.exchange(burnt, **changes)).json()["error"] == "invalid_grant"
        assert (await site.exchange(burnt)).json()["error"] == "invalid_grant"
    token = (await site.exchange(code)).json()["access_token"]
    assert (await site.exchange(code)).json()["error"] == "invalid_grant"
    assert (await site.reads("/users/@me", token)).status_code == 401
    [late] = (await site.consents())["code"]
    site.world.clock.advance(limits.OAUTH_CODE_SECONDS + 1)
    assert (await site.exchange(late)).json()["error"] == "invalid_grant"
    kept = (await site.log_in())["access_token"]
    site.world.clock.advance(limits.OAUTH_TOKEN_SECONDS + 1)
    assert (await site.reads("/users/@me", kept)).status_code == 401


@pytest.mark.req("SAND-308")
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"client_id": "1"}, "Unknown Application"),
        ({"redirect_uri": "http://127.0.0.1:9/back2"}, "Invalid OAuth2 redirect_uri"),
        ({"redirect_uri": "http://evil.example/back"}, "Invalid OAuth2 redirect_uri"),
        ({"response_type": "token"}, "response_type=code only"),
        ({"scope": "identify bot"}, "does not model the scope(s) bot"),
        ({"scope": ""}, "Invalid scope"),
        ({"code_challenge_method": "plain"}, "code_challenge_method=S256"),
        ({"code_challenge": "short"}, "code_challenge"),
    ],
)
async def test_what_is_wrong_with_an_address_is_told_to_the_person_and_leads_nowhere(
    site: Site, changes: dict[str, str], told: str
) -> None:
    answer = await site.asks(**changes)
    assert answer.status_code == 400
    assert told in answer.json()["message"]
    assert "location" not in answer.json()


@pytest.mark.req("SAND-308")
async def test_a_refusal_of_the_person_comes_back_with_the_state(site: Site) -> None:
    back = await site.decides({"authorize": False})
    assert (back["error"], back["state"]) == (["access_denied"], ["xyz"])


@pytest.mark.parametrize("person", ["1", "x", "", None, "bot"])
async def test_only_people_of_the_world_log_in(site: Site, person: str | None) -> None:
    given = str(site.world.bot_id) if person == "bot" else person
    answer = await site.http.post(
        site.address.authorize, params=site.query(), json={"authorize": True, "person": given}
    )
    assert (answer.status_code, answer.json()["message"]) == (400, "Choose one of the people of this world.")


@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.example"}, {"host": "evil.example"}, {"origin": "null"}]
)
async def test_another_page_cannot_answer_for_a_person(site: Site, headers: dict[str, str]) -> None:
    answer = await site.http.post(
        site.address.authorize, params=site.query(), json={"authorize": True}, headers=headers
    )
    assert answer.status_code == 403


async def test_secrets_of_a_login_stand_in_no_log(site: Site) -> None:
    tokens = await site.log_in()
    await site.token(grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    seen = repr([(entry.title, entry.facts, entry.body) for entry in site.world.traffic.entries()])
    for secret in (site.address.client_secret, VERIFIER, tokens["access_token"], tokens["refresh_token"]):
        assert secret not in seen
