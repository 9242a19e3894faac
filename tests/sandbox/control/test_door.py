"""The control API lets in the person at this machine and nobody else."""

from __future__ import annotations

import aiohttp
import pytest

from guildwright.sandbox.server import Sandbox

from .control_api import Control

FOREIGN_HOSTS = (
    "evil.example",
    "evil.example:8090",
    "127.0.0.1.evil.example",
    "localhost.",
    "127.0.0.1:x",
    "",
)
FOREIGN_ORIGINS = ("http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1", "file://")


async def ask(control: Control, **headers: str) -> tuple[int, str]:
    async with control.session.get(f"{control.base}/info", headers=headers) as answer:
        body = await answer.json()
        assert answer.headers["Content-Type"] == "application/json"
        return answer.status, body.get("error", {}).get("code", "")


@pytest.mark.req("SAND-402")
async def test_a_foreign_host_or_origin_is_refused_over_http(control: Control) -> None:
    for host in FOREIGN_HOSTS:
        assert await ask(control, **control.headers, Host=host) == (403, "foreign_host"), host
    for origin in FOREIGN_ORIGINS:
        assert await ask(control, **control.headers, Origin=origin) == (403, "foreign_origin"), origin


@pytest.mark.req("SAND-402")
async def test_a_missing_or_wrong_token_is_refused_over_http(control: Control) -> None:
    assert await ask(control) == (401, "missing_token")
    assert await ask(control, Authorization="Bearer ") == (401, "missing_token")
    assert await ask(control, Authorization=f"Basic {control.token}") == (401, "missing_token")
    assert await ask(control, Authorization="Bearer wrong") == (401, "wrong_token")
    assert await ask(control, Authorization=f"Bearer {control.token}x") == (401, "wrong_token")
    assert await ask(control, Authorization="Bearer tökén") == (401, "wrong_token")


@pytest.mark.req("SAND-402")
async def test_every_documented_path_is_behind_the_door(control: Control) -> None:
    _, document = await control.get("/openapi.json")
    root = control.base.removesuffix("/_sandbox")
    for path, operations in [*document["paths"].items(), ("/_sandbox/openapi.json", {"get": {}})]:
        for method in operations:
            async with control.session.request(method, root + path) as answer:
                assert answer.status == 401, path


@pytest.mark.req("SAND-402")
async def test_the_own_page_is_let_in_under_each_of_its_names(sandbox: Sandbox, control: Control) -> None:
    for host in (f"127.0.0.1:{sandbox.port}", f"localhost:{sandbox.port}", "LOCALHOST", "[::1]:80", "[::1]"):
        own = {"Host": host, "Origin": f"http://{host}"}
        assert await ask(control, **control.headers, **own) == (200, ""), host


async def handshake(
    control: Control, mia: str, protocols: tuple[str, ...], **headers: str
) -> aiohttp.ClientWebSocketResponse:
    return await control.session.ws_connect(
        f"{control.base}/events?as={mia}", protocols=protocols, headers=headers
    )


@pytest.mark.req("SAND-402")
async def test_the_websocket_has_the_same_door(control: Control, mia: str) -> None:
    right = ("guildwright", f"token.{control.token}")
    refusals = [
        (right, {"Host": "evil.example"}, 403),
        (right, {"Origin": "http://evil.example"}, 403),
        (("guildwright",), {}, 401),
        ((), control.headers, 401),
        (("guildwright", "token.wrong"), {}, 401),
    ]
    for protocols, headers, status in refusals:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await handshake(control, mia, protocols, **headers)
        assert refused.value.status == status
    async with await handshake(control, mia, right) as socket:
        assert socket.protocol == "guildwright"


async def test_a_stream_is_for_a_person_of_the_world(control: Control) -> None:
    right = ("guildwright", f"token.{control.token}")
    for stranger in ("", "1", "mia"):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await handshake(control, stranger, right)
