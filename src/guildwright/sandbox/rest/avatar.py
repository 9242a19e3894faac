"""The six default avatars: a plain figure on a colour, drawn here so that no image file is needed."""

import struct
import zlib
from functools import cache

SIZE = 128
_COLOURS = (
    (88, 101, 242),
    (116, 127, 141),
    (59, 165, 93),
    (250, 166, 26),
    (237, 66, 69),
    (235, 69, 159),
)
_FIGURE = (255, 255, 255)


@cache
def default_avatar(number: int) -> bytes | None:
    """The PNG of one default avatar; there are as many as Discord has."""
    if not 0 <= number < len(_COLOURS):
        return None
    rows = bytearray()
    for y in range(SIZE):
        rows.append(0)  # the filter of this row: none
        for x in range(SIZE):
            rows += bytes(_FIGURE if _is_figure(x, y) else _COLOURS[number])
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _is_figure(x: int, y: int) -> bool:
    head = (x - 64) ** 2 + (y - 48) ** 2 <= 22**2
    shoulders = ((x - 64) / 40) ** 2 + ((y - 112) / 34) ** 2 <= 1
    return head or shoulders


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)
