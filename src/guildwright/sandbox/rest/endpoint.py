"""The REST API as an ASGI application: who asks, for what, and how the answer is told.

Order of an answer: edge ban, version, token, rate limit, body, our route or simcord's. Whatever
happens is one line in the world's traffic log, with tokens masked.
"""

import hmac
import logging
import re
import time
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import parse_qsl, unquote

import orjson
from starlette.datastructures import Headers as RequestHeaders
from starlette.types import Receive, Scope, Send

from guildwright.kernel import limits
from guildwright.sandbox.faults.rest import Trouble, trouble_for
from guildwright.sandbox.oauth import reading, tokens
from guildwright.sandbox.oauth.grants import Authorization, grants_of
from guildwright.sandbox.recording import Tape, tape_of
from guildwright.sandbox.rest import (
    application,
    callbacks,
    channels,
    commands,
    community,
    guild_edit,
    guild_reads,
    guilds,
    messages,
    pins,
    templates,
    webhooks,
)
from guildwright.sandbox.rest.audit import watched
from guildwright.sandbox.rest.buckets import VIA, Headers, Limiter, limiter_of
from guildwright.sandbox.rest.call import Answer, Call
from guildwright.sandbox.rest.errors import invalid_form, too_long, unauthorized
from guildwright.sandbox.rest.files import Body, read_body
from guildwright.sandbox.rest.journal import record, route_name
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.rest.shapes import check_shape
from guildwright.sandbox.world import BackendError, World

logger = logging.getLogger("guildwright.sandbox.rest")

ROUTES = (
    application,
    callbacks,
    channels,
    commands,
    community,
    guild_edit,
    guild_reads,
    guilds,
    messages,
    pins,
    templates,
    tokens,
    webhooks,
)
JSON = (b"content-type", b"application/json")

_PREFIX = re.compile(r"^/api(?:/v(?P<version>\d+))?(?=/|$)")
# The token in the path is the credential of these.
_OPEN = re.compile(
    r"^(?:/gateway|/oauth2/token(?:/revoke)?|/interactions/\d+/[^/]+/callback|/webhooks/\d+/[^/]+(?:/.*)?)$"
)


@dataclass(slots=True)
class Exchange:
    """One request and what became of it."""

    world: World
    method: str
    path: str
    body: Body = field(default_factory=Body)
    status: int = 500
    payload: bytes = b""
    headers: Headers = field(default_factory=Headers)


async def rest_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one REST request of a world."""
    started = time.perf_counter()
    world = cast("World", scope["state"]["world"])
    exchange = Exchange(world, scope["method"], _PREFIX.sub("", scope["path"]) or "/")
    limiter = limiter_of(world)
    ban = limiter.banned()
    trouble = trouble_for(world, exchange.method, exchange.path) if ban is None else None
    if ban is not None:
        exchange.status, exchange.payload, exchange.headers = 429, ban.body, ban.headers
    else:
        await _fill_in_trouble(exchange, scope, receive, limiter, trouble)
        limiter.count_status(exchange.status, exchange.headers)
    milliseconds = (time.perf_counter() - started) * 1000
    record(exchange, milliseconds)
    if (tape := tape_of(world)) is not None:
        _tape_call(tape, exchange, scope, milliseconds)
    if trouble is not None and trouble.breaks_answer:
        await trouble.send(_start(exchange), exchange.payload, scope["state"]["transport"], receive, send)
    else:
        await send(_start(exchange))
        await send({"type": "http.response.body", "body": exchange.payload})


async def _fill_in_trouble(
    exchange: Exchange, scope: Scope, receive: Receive, limiter: Limiter, trouble: Trouble | None
) -> None:
    """Fill the answer, or what a fault puts in its place."""
    if trouble is None:
        await _fill(exchange, scope, receive, limiter)
        return
    await trouble.delay()
    instead = trouble.instead()
    if instead is None:
        await _fill(exchange, scope, receive, limiter)
        instead = trouble.afterwards()
    if instead is not None:
        exchange.status, exchange.payload, exchange.headers = instead.status, instead.payload, instead.headers


async def _fill(exchange: Exchange, scope: Scope, receive: Receive, limiter: Limiter) -> None:
    route = route_name(exchange.method, exchange.path)
    exchange.headers, refusal = limiter.spend(route, exchange.path)
    if refusal is not None:
        exchange.status, exchange.payload, exchange.headers = 429, refusal.body, refusal.headers
        return
    exchange.headers = [JSON, VIA, *exchange.headers]
    try:
        answer = await _answer(exchange, scope, receive)
    except BackendError as error:
        _tell(exchange, error)
    except Exception:
        logger.exception("%s failed inside the sandbox", route)
        exchange.status = 500
        exchange.payload = orjson.dumps({"message": "500: Internal Server Error", "code": 0})
    else:
        exchange.status = answer.status
        exchange.payload = b"" if answer.status == 204 else orjson.dumps(answer.payload)


def _tell(exchange: Exchange, error: BackendError) -> None:
    payload = error.to_json()
    if error.status == 429:
        payload |= {"retry_after": 86_400.0, "global": False}
        exchange.headers.append((b"retry-after", b"86400"))
    exchange.status = error.status
    exchange.payload = orjson.dumps(payload)


async def _answer(exchange: Exchange, scope: Scope, receive: Receive) -> Answer:
    headers = RequestHeaders(scope=scope)
    _check_version(scope["path"])
    authorized = _is_authorized(exchange.world, headers)
    holder = None if authorized else _holder(exchange.world, headers)
    if not authorized and holder is None and not _OPEN.match(exchange.path):
        raise unauthorized()
    exchange.body = await read_body(headers, receive)
    call = Call(
        world=exchange.world,
        addresses=scope["state"]["sandbox"].address(exchange.world.name),
        method=exchange.method,
        path=exchange.path,
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        json=exchange.body.json,
        files=exchange.body.files,
        reason=_reason(headers),
        authorized=authorized,
        authorization=headers.get("authorization", ""),
        holder=holder,
    )
    return answer_call(call)


def answer_call(call: Call) -> Answer:
    """Let the right route answer. Synchronous, so that no other call sees a half-made change."""
    if call.holder is not None and not _OPEN.match(call.path):
        return _answer_person(call)
    guilds.guild_guard(call)
    found = table.find(call.method, call.path)
    check_shape(call)
    with watched(call) as results:
        if found is None:
            results.append(call.forward())
        else:
            route, call.args = found
            results.append(route.handler(call))
    [result] = results
    if isinstance(result, Answer):
        return result
    return Answer(204 if result is None else _created(call), result)


def _answer_person(call: Call) -> Answer:
    """Let a route answer that a person's token opens; the others are the bot's."""
    found = reading.bearer_table.find(call.method, call.path)
    if found is None:
        raise unauthorized()
    route, call.args = found
    return Answer(200, route.handler(call))


_CREATED = re.compile(
    r"^/(?:guilds/\d+/(?:channels|emojis|stickers)|channels/\d+/(?:threads|messages/\d+/threads))$"
)


def _created(call: Call) -> int:
    return 201 if call.method == "POST" and _CREATED.match(call.path) else 200


def _check_version(path: str) -> None:
    match = _PREFIX.match(path)
    version = match["version"] if match else None
    if version not in (None, "10"):
        raise BackendError(400, 50041, "Invalid API version")


def _is_authorized(world: World, headers: RequestHeaders) -> bool:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return scheme == "Bot" and hmac.compare_digest(token.strip().encode(), world.token.encode())


def _holder(world: World, headers: RequestHeaders) -> Authorization | None:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return grants_of(world).holder(token.strip()) if scheme == "Bearer" else None


def _reason(headers: RequestHeaders) -> str | None:
    reason = headers.get("x-audit-log-reason")
    if reason is None:
        return None
    decoded = unquote(reason)
    if len(decoded) > limits.AUDIT_LOG_REASON:
        raise invalid_form(too_long(("reason",), limits.AUDIT_LOG_REASON))
    return decoded or None


def _tape_call(tape: Tape, exchange: Exchange, scope: Scope, milliseconds: float) -> None:
    body = exchange.body
    tape.call(
        exchange.path,
        body.json,
        exchange.payload,
        method=exchange.method,
        query=dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)),
        files=[{"filename": file.filename, "size": len(file.data)} for file in body.files],
        status=exchange.status,
        ms=round(milliseconds, 2),
    )


def _start(exchange: Exchange) -> dict[str, Any]:
    headers: list[Any] = [*exchange.headers, (b"content-length", b"%d" % len(exchange.payload))]
    if exchange.status == 204:
        headers = [header for header in headers if header[0] not in (b"content-type", b"content-length")]
    return {"type": "http.response.start", "status": exchange.status, "headers": headers}
