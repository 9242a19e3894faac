"""The content network: uploads byte for byte, avatars, emoji, icons, stickers.

It shares its address with the chat page, so nothing that a browser would run is served as what it
is: text of any kind is plain text, everything unknown is a download. Images are not converted: a
`.webp` of a PNG is the PNG, and the content type says so.
"""

import mimetypes
import re
from typing import cast
from urllib.parse import quote

from starlette.types import Receive, Scope, Send

from guildwright.sandbox.rest.avatar import default_avatar
from guildwright.sandbox.world import World

Header = tuple[bytes, bytes]

_PREFIX = "/cdn/"
_DEFAULT_AVATAR = re.compile(r"^embed/avatars/(\d+)\.png$")
_UPLOAD = re.compile(r"^(?:attachments|stickers)/")
_EXTENSION = re.compile(r"\.(?:png|jpe?g|webp|gif|avif|json)$")
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)
_SHOWN = re.compile(r"^(?:image/(?:png|jpeg|gif|webp|avif)|video/[\w.+-]+|audio/[\w.+-]+|application/json)$")
_GUARDS: list[Header] = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; sandbox"),
    (b"cache-control", b"private, max-age=3600"),
    (b"access-control-allow-origin", b"*"),
]


async def cdn_app(scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer one request for a file of a world."""
    if scope["method"] not in ("GET", "HEAD"):
        await _send(send, 405, b"", [(b"allow", b"GET, HEAD")])
        return
    path = str(scope["path"]).removeprefix(_PREFIX)
    data = _find(cast("World", scope["state"]["world"]), path)
    if data is None:
        await _send(send, 404, b"", [])
        return
    headers = [*_type_headers(path, data), *_GUARDS, (b"content-length", b"%d" % len(data))]
    await _send(send, 200, b"" if scope["method"] == "HEAD" else data, headers)


def _find(world: World, path: str) -> bytes | None:
    match = _DEFAULT_AVATAR.match(path)
    if match:
        return default_avatar(int(match[1]))
    cdn = world.backend.cdn
    if _UPLOAD.match(path):
        return cdn.get(cdn.address(path))
    return cdn.get(cdn.address(_EXTENSION.sub("", path)))


def _type_headers(path: str, data: bytes) -> list[Header]:
    kind = next((kind for sign, kind in _IMAGES if data.startswith(sign)), None)
    kind = kind or mimetypes.guess_type(path)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind.endswith("xml"):
        return [(b"content-type", b"text/plain; charset=utf-8")]
    if _SHOWN.match(kind):
        return [(b"content-type", kind.encode())]
    name = quote(path.rsplit("/", 1)[-1])
    return [
        (b"content-type", b"application/octet-stream"),
        (b"content-disposition", f"attachment; filename*=UTF-8''{name}".encode()),
    ]


async def _send(send: Send, status: int, body: bytes, headers: list[Header]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
