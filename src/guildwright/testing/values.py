"""Python values as the control API takes them, and as a transcript shows them."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class File:
    """A file that a person attaches."""

    filename: str
    data: bytes

    @classmethod
    def read(cls, path: Path) -> File:
        return cls(path.name, path.read_bytes())


def encode_file(file: File) -> dict[str, str]:
    return {"filename": file.filename, "data_base64": base64.b64encode(file.data).decode()}


def option_value(value: object) -> Any:
    """Return what goes on the wire: files encoded, people, roles, channels and messages by their id."""
    if isinstance(value, File):
        return encode_file(value)
    if isinstance(value, list | tuple | set):
        return [option_value(each) for each in value]
    identity = getattr(value, "id", None)
    return value if identity is None else str(identity)


def shown_value(value: object) -> str:
    """Return a value as people would say it."""
    if isinstance(value, File):
        return value.filename
    name = getattr(value, "name", None)
    return name if isinstance(name, str) else repr(value)
