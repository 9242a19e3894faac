"""Keeps the control API for the person at this machine.

Pure ASGI, so that HTTP and websocket pass the same door: the Host must name the loopback (a web page
elsewhere cannot rebind its own name to it), the Origin must be absent or the sandbox's own, and the
token of the printed address must be there.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import orjson

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

SUBPROTOCOL: Final = "guildwright"
TOKEN_PREFIX: Final = "token."  # noqa: S105 - the prefix of a websocket subprotocol, not a secret
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request was turned away at the door."""

    status: int
    code: str
    message: str

    def body(self) -> bytes:
        return orjson.dumps({"error": {"code": self.code, "message": self.message}})


_FOREIGN_HOST = Refusal(
    403,
    "foreign_host",
    "The control API answers to localhost, 127.0.0.1 and [::1] only; use the address the sandbox printed.",
)
_FOREIGN_ORIGIN = Refusal(
    403,
    "foreign_origin",
    "Another web page may not use the control API; open the chat page at the address the sandbox printed.",
)
_MISSING_TOKEN = Refusal(
    401,
    "missing_token",
    "Send the control token of the address the sandbox printed, as 'Authorization: Bearer …' "
    "or as websocket subprotocol 'token.…'.",
)
_WRONG_TOKEN = Refusal(
    401,
    "wrong_token",
    "That control token is not this sandbox's; it changes with every start, so open the newest address.",
)


def _headers(scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in scope["headers"]:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def is_loopback(host: str) -> bool:
    """Whether a Host header names this machine."""
    name, _, port = host.rpartition(":") if not host.endswith("]") else (host, "", "")
    if not name:
        name, port = host, ""
    return name.lower() in _LOOPBACK and (port == "" or port.isdigit())


def _subprotocols(headers: Mapping[str, list[str]]) -> list[str]:
    offered = ",".join(headers.get("sec-websocket-protocol", []))
    return [item.strip() for item in offered.split(",") if item.strip()]


def _offered_token(scope: Scope, headers: Mapping[str, list[str]]) -> str | None:
    if scope["type"] == "websocket":
        for item in _subprotocols(headers):
            if item.startswith(TOKEN_PREFIX):
                return item.removeprefix(TOKEN_PREFIX)
        return None
    scheme, _, token = next(iter(headers.get("authorization", [])), "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


class Door:
    """ASGI middleware that lets a request in, or says why not."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Judge one HTTP request or websocket handshake."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refusal = self._judge(scope)
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await _answer(refusal, send, "http.response")
        else:
            await _deny_websocket(refusal, scope, receive, send)

    def _judge(self, scope: Scope) -> Refusal | None:
        headers = _headers(scope)
        hosts = headers.get("host", [])
        if len(hosts) != 1 or not is_loopback(hosts[0]):
            return _FOREIGN_HOST
        origins = headers.get("origin", [])
        if origins and origins != [f"http://{hosts[0]}"]:
            return _FOREIGN_ORIGIN
        token = _offered_token(scope, headers)
        if token is None:
            return _MISSING_TOKEN
        # Compared in constant time: the answer's delay must not spell the token.
        if not hmac.compare_digest(token.encode(), self._token):
            return _WRONG_TOKEN
        return None


async def _answer(refusal: Refusal, send: Send, kind: str) -> None:
    headers = [(b"content-type", b"application/json")]
    if refusal.status == _MISSING_TOKEN.status:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": f"{kind}.start", "status": refusal.status, "headers": headers})
    await send({"type": f"{kind}.body", "body": refusal.body()})


async def _deny_websocket(refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
    await receive()  # websocket.connect
    if "websocket.http.response" in scope.get("extensions", {}):
        await _answer(refusal, send, "websocket.http.response")
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": refusal.code})
