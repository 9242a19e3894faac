"""Serves the chat page's own files under a closed content security policy.

Only the files that were found in `static/` when the first request came exist, so no path leads
anywhere else. They are few and small: they are held in memory and checked by ETag.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

STATIC: Final = Path(__file__).with_name("static")

_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_OWN_HOST = re.compile(rb"(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?")


@dataclass(frozen=True, slots=True)
class StaticFile:
    body: bytes
    content_type: str
    etag: str


@cache
def static_files() -> dict[str, StaticFile]:
    """Return the page's files by their path below the page."""
    return {
        path.relative_to(STATIC).as_posix(): _read(path)
        for path in sorted(STATIC.rglob("*"))
        if path.suffix in _TYPES
    }


def _read(path: Path) -> StaticFile:
    body = path.read_bytes()
    return StaticFile(body, _TYPES[path.suffix], f'"{hashlib.sha256(body).hexdigest()[:20]}"')


def content_security_policy(host: bytes) -> str:
    """Return the policy of a page read from this host; older browsers need its websocket named."""
    socket = f" ws://{host.decode()}" if _OWN_HOST.fullmatch(host) else ""
    return (
        "default-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'{socket}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
    )


async def page_app(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer GET and HEAD for a file of the page."""
    if scope["type"] != "http":
        await send({"type": "websocket.close", "code": 1008, "reason": "Events are at /_sandbox/events."})
        return
    if scope["method"] not in {"GET", "HEAD"}:
        await _answer(send, 405, b"The chat page is only read: use GET.\n", [("Allow", "GET, HEAD")])
        return
    await send_file(str(scope["path"]).lstrip("/") or "index.html", scope, send)


async def send_file(name: str, scope: Scope, send: Send) -> None:
    """Answer with one of the page's files, or that there is none of that name."""
    file = static_files().get(name)
    if file is None:
        await _answer(send, 404, b"The chat page has no such file. The page itself is at /.\n", [])
        return
    request = dict[bytes, bytes](scope["headers"])
    headers = _file_headers(file, request.get(b"host", b""))
    if request.get(b"if-none-match", b"").decode("latin-1") == file.etag:
        await _answer(send, 304, b"", headers)
        return
    await _answer(send, 200, file.body, headers, with_body=scope["method"] == "GET")


async def send_to_folder(scope: Scope, send: Send) -> None:
    """Send a reader of `/w/NAME` to `/w/NAME/`, where the page's relative addresses hold."""
    query = scope["query_string"].decode("latin-1")
    location = f"{scope['path']}/" + (f"?{query}" if query else "")
    await _answer(send, 308, b"The page of this world is one slash further.\n", [("Location", location)])


def _file_headers(file: StaticFile, host: bytes) -> list[tuple[str, str]]:
    return [
        ("Content-Type", file.content_type),
        ("Content-Security-Policy", content_security_policy(host)),
        ("ETag", file.etag),
        ("Cache-Control", "no-cache"),
    ]


async def _answer(
    send: Send, status: int, body: bytes, headers: Iterable[tuple[str, str]], *, with_body: bool = True
) -> None:
    every = {
        "Content-Type": "text/plain; charset=utf-8",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        **dict(headers),
    }
    if status != 304:
        every["Content-Length"] = str(len(body))
    raw = [(name.lower().encode(), value.encode()) for name, value in every.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body if with_body else b""})
