"""How a connection's payloads are put on the wire: plain JSON, zlib-stream or zstd-stream.

A stream keeps its state for the life of the connection: every payload ends with a flush, so
that the client can read it at once, and none may be skipped.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import zstandard

from .codes import Close, CloseConnectionError

PACKED_FROM_BYTES = 1_024

Encode = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Transport:
    """What the client asked for in the address it connected to."""

    compression: str
    text: bool
    encode: Encode


def negotiate(target: str) -> Transport:
    """Read version, encoding and compression from the request target.

    Raises:
        CloseConnectionError: One of them is not served here.
    """
    query = parse_qs(urlsplit(target).query)
    if query.get("v", ["10"])[-1] != "10":
        raise CloseConnectionError(Close.INVALID_API_VERSION)
    encoding = query.get("encoding", ["json"])[-1]
    if encoding != "json":
        shown = encoding[:20]
        reason = f"Encoding {shown!r} is not served by the sandbox: connect with encoding=json."
        raise CloseConnectionError(Close.DECODE_ERROR, reason)
    compression = query.get("compress", [""])[-1]
    if compression not in _ENCODERS:
        shown = compression[:20]
        reason = f"Compression {shown!r} is unknown: use zlib-stream, zstd-stream or none."
        raise CloseConnectionError(Close.DECODE_ERROR, reason)
    return Transport(compression, compression == "", _ENCODERS[compression]())


def pack(payload: bytes) -> bytes:
    """Compress one payload by itself, as IDENTIFY's `compress` asks for without a stream."""
    return zlib.compress(payload)


def _plain() -> Encode:
    return lambda payload: payload


def _zlib_stream() -> Encode:
    stream = zlib.compressobj(1)

    def encode(payload: bytes) -> bytes:
        return stream.compress(payload) + stream.flush(zlib.Z_SYNC_FLUSH)

    return encode


def _zstd_stream() -> Encode:
    stream = zstandard.ZstdCompressor(level=1).compressobj()

    def encode(payload: bytes) -> bytes:
        return stream.compress(payload) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)

    return encode


_ENCODERS: dict[str, Callable[[], Encode]] = {
    "": _plain,
    "zlib-stream": _zlib_stream,
    "zstd-stream": _zstd_stream,
}
