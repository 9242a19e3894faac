"""The authorize page: a static file, what it shows as JSON, and the answer of the person.

No control token is needed, as in Discord: a person's browser comes here from the client's site. In its place
stand the loopback (Host), its own Origin, and that it can act for people of the world only.
"""

from __future__ import annotations

from typing import Any, cast
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope, Send

from guildwright.sandbox.control.auth import is_loopback
from guildwright.sandbox.oauth.asking import Asking, AskingError, describe, read_asking
from guildwright.sandbox.oauth.grants import grants_of
from guildwright.sandbox.page.files import send_file
from guildwright.sandbox.world import World

PAGE = "/oauth2/authorize"
REQUEST = "/oauth2/authorize/request"
_BODY_LIMIT = 64 * 1024


async def authorize_app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request of the authorize page."""
    if scope["type"] != "http":
        await send({"type": "websocket.close", "code": 1008, "reason": "There is no websocket here."})
        return
    refusal = _judge(scope)
    if refusal is not None:
        await _send(send, 403, {"message": refusal})
        return
    method, path = scope["method"], scope["path"]
    if (method in ("GET", "HEAD")) and path == PAGE:
        await send_file("authorize.html", scope, send)
    elif method == "GET" and path == REQUEST:
        await _answer(scope, send, scope["query_string"].decode("latin-1"), None)
    elif method == "POST" and path == PAGE:
        await _answer(scope, send, scope["query_string"].decode("latin-1"), await _read(receive))
    else:
        await _send(send, 404, {"message": f"The authorize page is at {PAGE}."})


def _judge(scope: Scope) -> str | None:
    headers: dict[bytes, bytes] = dict(scope["headers"])
    host = headers.get(b"host", b"").decode("latin-1")
    if not is_loopback(host):
        return "The authorize page answers to localhost, 127.0.0.1 and [::1] only."
    origin = headers.get(b"origin")
    if origin is not None and origin.decode("latin-1") != f"http://{host}":
        return "Another web page may not answer for a person; open the authorize page itself."
    return None


async def _answer(scope: Scope, send: Send, query: str, decision: Any) -> None:
    world = cast("World", scope["state"]["world"])
    try:
        asking = read_asking(world, dict(parse_qsl(query, keep_blank_values=True)))
        if scope["method"] == "GET":
            await _send(send, 200, describe(world, asking))
            return
        await _send(send, 200, {"location": _decide(world, asking, decision)})
    except AskingError as error:
        await _send(send, 400, {"message": str(error)})


def _decide(world: World, asking: Asking, decision: Any) -> str:
    """Return where the person is taken, with a code or with the refusal."""
    if not isinstance(decision, dict):
        raise AskingError("The answer is not understood.")
    answer = cast("dict[str, Any]", decision)
    if not answer.get("authorize"):
        told = "The resource owner or authorization server denied the request"
        return asking.back(error="access_denied", error_description=told)
    code = grants_of(world).issue_code(asking.consent(_person(world, answer.get("person"))))
    world.traffic.add("note", "somebody authorized the application", scopes=list(asking.scopes))
    return asking.back(code=code)


def _person(world: World, given: Any) -> int:
    """The person of the world who answers; bots do not log in."""
    user = world.backend.users.get(int(given)) if str(given).isdecimal() else None
    if user is None or user.bot or user.system:
        raise AskingError("Choose one of the people of this world.")
    return user.id


async def _read(receive: Receive) -> Any:
    body = b""
    more = True
    while more and len(body) <= _BODY_LIMIT:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


async def _send(send: Send, status: int, payload: dict[str, Any]) -> None:
    body = orjson.dumps(payload)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
