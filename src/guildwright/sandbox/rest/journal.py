"""The traffic log's view of a REST call: short name of the route, secrets masked, bodies bounded."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from guildwright.sandbox.rest.endpoint import Exchange

BODY_LIMIT = 16 * 1024
MASK = "***"

_IN_PATH = re.compile(r"^(/(?:webhooks|interactions)/\d+/)(?!messages(?:/|$))[^/]+")
_IN_BODY = re.compile(rb'"(token|access_token|refresh_token|client_secret)":"[^"]*"')
_IN_LOGIN = re.compile(rb'"(code|code_verifier)":"[^"]*"')
_REACTION = re.compile(r"/reactions/[^/]+")
_ID = re.compile(r"/\d{15,20}(?=/|$)")


def masked_path(path: str) -> str:
    """A path without the token that webhooks and interactions carry in it."""
    return _IN_PATH.sub(rf"\1{MASK}", path)


def route_name(method: str, path: str) -> str:
    """The route that a path belongs to, such as "POST /channels/{id}/messages"."""
    path = _IN_PATH.sub(r"\1{token}", path)
    path = _REACTION.sub("/reactions/{emoji}", path)
    return f"{method} {_ID.sub('/{id}', path)}"


def record(exchange: Exchange, milliseconds: float) -> None:
    """Write one call into the world's traffic log."""
    kind = "unrouted" if exchange.status == 501 else "rest"
    path = masked_path(exchange.path)
    exchange.world.traffic.add(
        kind,
        f"{exchange.method} {path}",
        _bodies(exchange),
        method=exchange.method,
        path=path,
        route=route_name(exchange.method, exchange.path),
        status=exchange.status,
        ms=round(milliseconds, 2),
        files=[upload.filename for upload in exchange.body.files],
    )


def _bodies(exchange: Exchange) -> bytes:
    request = _bounded(_as_json(exchange.body.json))
    is_json = any(value.startswith(b"application/json") for _, value in exchange.headers)
    response = _bounded(exchange.payload if exchange.payload and is_json else b"null")
    joined = b'{"request":' + request + b',"response":' + response + b"}"
    masked = _IN_BODY.sub(rb'"\1":"***"', joined)
    if exchange.path.startswith("/oauth2"):
        masked = _IN_LOGIN.sub(rb'"\1":"***"', masked)
    for secret in (exchange.world.token, exchange.world.client_secret, _token_in(exchange.path)):
        if secret:
            masked = masked.replace(secret.encode(), MASK.encode())
    return masked


def _token_in(path: str) -> str:
    """The token that a path carries; a refusal may repeat the path in its sentence."""
    found = _IN_PATH.match(path)
    return path[found.end(1) : found.end()] if found else ""


def _as_json(payload: Any) -> bytes:
    try:
        return orjson.dumps(payload)
    except TypeError:
        return json.dumps(payload).encode()  # integers beyond 64 bits, which orjson does not write


def _bounded(body: bytes) -> bytes:
    if len(body) <= BODY_LIMIT:
        return body
    return orjson.dumps(f"{len(body)} bytes, too long to keep")
