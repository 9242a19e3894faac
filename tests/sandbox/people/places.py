"""IDs of the default world that the tests speak of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Places:
    """IDs of what the tests speak of."""

    guild: str
    workshop: str
    general: str
    commands: str
    log: str
    lounge: str
    forum: str
    news: str
    moderator: str
    member: str
    bot: str
