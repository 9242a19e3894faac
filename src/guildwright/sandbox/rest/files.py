"""Request bodies: JSON, multipart, and Discord's size limits on both.

A whole body is read into memory before it is parsed: Discord refuses everything above 25 MiB, so
the limit is the bound. Uploads get the shape simcord reads (`filename`, `fp`, `description`).
"""

import io
import json
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.types import Receive

from guildwright.kernel import limits
from guildwright.sandbox.rest.errors import (
    FieldError,
    entity_too_large,
    invalid_form,
    invalid_json,
    not_modelled,
)
from guildwright.sandbox.world import BackendError

_NUMBERED = re.compile(r"^files\[(\d+)\]$|^file(\d+)$")
_DESCRIBED = {"id", "filename", "description"}
# What clients send along with a new upload and Discord works out by itself.
_DERIVED = {"size", "content_type", "width", "height", "ephemeral", "url", "proxy_url", "uploaded_filename"}


@dataclass(slots=True)
class Upload:
    """One file of a request, as simcord expects it."""

    number: int
    filename: str
    data: bytes
    description: str | None = None

    @property
    def fp(self) -> io.BytesIO:
        return io.BytesIO(self.data)


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carried."""

    json: Any = None
    files: tuple[Upload, ...] = ()
    size: int = 0


class _InMemoryParser(MultiPartParser):
    # The body is in memory already; spooling would only add a thread per large file.
    spool_max_size = limits.REQUEST_BYTES + 1
    max_part_size = limits.REQUEST_BYTES


async def read_body(headers: Headers, receive: Receive) -> Body:
    """Read and parse one request body.

    Raises:
        BackendError: 40005 above the size limits, 50109 for broken JSON, 50035 for a broken form.
    """
    raw = await _read_all(headers, receive)
    if not raw:
        return Body()
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _read_form(headers, raw)
    if kind == "application/x-www-form-urlencoded":
        fields = parse_qsl(raw.decode("latin-1"), keep_blank_values=True)
        return Body(json=dict(fields), size=len(raw))
    return Body(json=_parse(raw), size=len(raw))


async def _read_all(headers: Headers, receive: Receive) -> bytes:
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limits.REQUEST_BYTES:
        raise entity_too_large()
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunk = cast("bytes", message.get("body", b""))
        size += len(chunk)
        if size > limits.REQUEST_BYTES:
            raise entity_too_large()
        chunks.append(chunk)
        if not message.get("more_body", False):
            break
    return b"".join(chunks)


def _parse(raw: bytes | str) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return _parse_large_numbers(raw)


def _parse_large_numbers(raw: bytes | str) -> Any:
    # orjson refuses integers above 64 bits; Discord's answer to them names the field, not the JSON.
    try:
        return json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise invalid_json() from error


async def _read_form(headers: Headers, raw: bytes) -> Body:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield raw

    try:
        parser = _InMemoryParser(headers, stream(), max_files=100, max_part_size=limits.REQUEST_BYTES)
        form = await parser.parse()
    except MultiPartException as error:
        raise invalid_form(FieldError((), "BASE_TYPE_INVALID", error.message)) from error
    fields: dict[str, str] = {}
    uploads: list[Upload] = []
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            uploads.append(await _upload(name, value, len(uploads)))
        else:
            fields[name] = value
    await form.close()
    _check_sizes(uploads)
    uploads.sort(key=lambda upload: upload.number)
    payload = _parse(fields["payload_json"]) if "payload_json" in fields else (fields or None)
    return Body(json=_describe(payload, uploads), files=tuple(uploads), size=len(raw))


async def _upload(name: str, value: UploadFile, position: int) -> Upload:
    match = _NUMBERED.match(name)
    number = int(next(group for group in match.groups() if group)) if match else position
    return Upload(number, _safe_name(value.filename or name), await value.read())


def _safe_name(filename: str) -> str:
    # Discord keeps letters, digits, "._-" and drops directories and everything else.
    bare = filename.replace("\\", "/").rsplit("/", 1)[-1].replace(" ", "_")
    return "".join(sign for sign in bare if sign.isalnum() or sign in "._-").strip(".") or "unknown"


def _check_sizes(uploads: list[Upload]) -> None:
    if len(uploads) > limits.MESSAGE_ATTACHMENTS:
        told = f"Maximum number of attachments in a message reached ({limits.MESSAGE_ATTACHMENTS})"
        raise BackendError(400, 30015, told)
    if any(len(upload.data) > limits.UPLOAD_BYTES for upload in uploads):
        raise entity_too_large()


def _describe(payload: Any, uploads: list[Upload]) -> Any:
    """Give every upload its name and description from ``attachments``, and entries their index."""
    holder = attachment_holder(payload)
    if holder is None:
        return payload
    index_of = {str(upload.number): index for index, upload in enumerate(uploads)}
    for entry in cast("list[Any]", holder["attachments"]):
        key = str(cast("dict[str, Any]", entry).get("id")) if isinstance(entry, dict) else ""
        if key in index_of:
            _apply(cast("dict[str, Any]", entry), uploads[index_of[key]])
            entry["id"] = str(index_of[key])
    return payload


def _apply(entry: dict[str, Any], upload: Upload) -> None:
    unknown = sorted(set(entry) - _DESCRIBED - _DERIVED)
    if any(entry[key] is not None for key in unknown):
        raise not_modelled(f"the attachment field(s) [{', '.join(unknown)}]")
    if entry.get("filename"):
        upload.filename = _safe_name(str(entry["filename"]))
    if entry.get("description") is not None:
        upload.description = str(entry["description"])


def attachment_holder(payload: Any) -> dict[str, Any] | None:
    """The object that lists attachments: the body, a callback's data or a forum post's message."""
    if not isinstance(payload, dict):
        return None
    body = cast("dict[str, Any]", payload)
    for candidate in (body, body.get("data"), body.get("message")):
        if isinstance(candidate, dict) and isinstance(cast("Any", candidate).get("attachments"), list):
            return cast("dict[str, Any]", candidate)
    return None
