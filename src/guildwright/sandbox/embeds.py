"""Pictures of embeds that were uploaded with their message.

An embed names such a file ``attachment://name``. Discord puts the file's address there and takes
the file out of the message's attachments, because it would be shown twice.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Protocol

_PLACES = (
    ("image", "url"),
    ("thumbnail", "url"),
    ("video", "url"),
    ("footer", "icon_url"),
    ("author", "icon_url"),
)
_SCHEME = "attachment://"

Json = dict[str, Any]


class HasFiles(Protocol):
    """What of a message can show files."""

    embeds: list[Json]
    attachments: list[Json]


def resolve_embeds(embeds: list[Json], attachments: list[Json]) -> tuple[list[Json], list[Json]]:
    """Embeds with the addresses of their files, and the attachments that are left."""
    by_name = {attachment["filename"]: attachment for attachment in attachments}
    resolved = copy.deepcopy(embeds)
    used: set[str] = set()
    for section, key in _sections(resolved):
        url = str(section.get(key))
        found = by_name.get(url.removeprefix(_SCHEME)) if url.startswith(_SCHEME) else None
        if found is not None:
            section[key] = found["url"]
            section[f"proxy_{key}"] = found["proxy_url"]
            used.add(found["id"])
    if not used:
        return embeds, attachments
    return resolved, [attachment for attachment in attachments if attachment["id"] not in used]


def file_addresses(message: HasFiles) -> Iterator[str]:
    """Every address under which the message may have a file of its own."""
    for attachment in message.attachments:
        yield attachment["url"]
    for section, key in _sections(message.embeds):
        if section.get(key):
            yield section[key]


def _sections(embeds: list[Json]) -> Iterator[tuple[Json, str]]:
    for embed in embeds:
        for name, key in _PLACES:
            section = embed.get(name)
            if isinstance(section, dict):
                yield section, key
