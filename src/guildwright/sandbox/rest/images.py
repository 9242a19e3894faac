"""Images that come as data URIs: avatars, icons, emoji."""

import base64
import binascii
import hashlib
import re
from typing import Any

from guildwright.kernel import limits
from guildwright.sandbox.rest.errors import FieldError, invalid_form
from guildwright.sandbox.world import BackendError, World

_DATA_URI = re.compile(r"^data:image/(?P<kind>png|jpeg|jpg|gif|webp);base64,(?P<data>.+)$", re.DOTALL)
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"RIFF", "webp"),
)


def decode_image(value: Any, field: str, *, limit: int = limits.IMAGE_BYTES) -> tuple[bytes, str]:
    """The bytes of a data URI and the extension their signature stands for.

    Raises:
        BackendError: 50035 for anything but an image, 50138 above the size limit.
    """
    match = _DATA_URI.match(value) if isinstance(value, str) else None
    try:
        data = base64.b64decode(match["data"], validate=True) if match else b""
    except binascii.Error:
        data = b""
    extension = next((kind for sign, kind in _SIGNATURES if data.startswith(sign)), None)
    if extension is None:
        raise invalid_form(FieldError((field,), "BASE_TYPE_INVALID_IMAGE", "Invalid image data"))
    if len(data) > limit:
        raise BackendError(400, 50138, f"Failed to resize asset below the maximum size: {limit} bytes")
    return data, extension


def store_image(world: World, folder: str, value: Any, field: str) -> str | None:
    """Keep an image on the world's CDN and return its hash; null removes it."""
    if value is None:
        return None
    data, extension = decode_image(value, field)
    name = hashlib.sha256(data).hexdigest()[:32]
    if extension == "gif":
        name = f"a_{name}"
    world.backend.cdn.put(f"{folder}/{name}", data)
    return name
