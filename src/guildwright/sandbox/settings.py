"""What a person would set on the application's page, and how strict the world is.

All of it may be changed while the world runs; a session reads it when it needs it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from guildwright.kernel.limits import HEARTBEAT_INTERVAL_MS, IDENTIFIES_PER_DAY, SHARD_GUILDS

LimitMode = Literal["off", "headers", "enforce"]
Status = Literal["online", "idle", "dnd", "invisible", "offline"]

PRIVILEGED_INTENTS = frozenset({"members", "presences", "message_content"})


def _all_privileged() -> set[str]:
    return set(PRIVILEGED_INTENTS)


@dataclass(slots=True)
class WorldSettings:
    """The settable numbers of a world; units are in the names, seconds where none is."""

    privileged_intents: set[str] = field(default_factory=_all_privileged)
    max_concurrency: int = 16
    identify_total: int = IDENTIFIES_PER_DAY
    identify_remaining: int = IDENTIFIES_PER_DAY
    identify_reset_after: float = 86_400.0
    heartbeat_interval_ms: int = HEARTBEAT_INTERVAL_MS
    replay_buffer: int = 500
    session_lifetime: float = 180.0
    guilds_per_shard: int = SHARD_GUILDS
    shards: int | None = None
    limits: LimitMode = "headers"
    message_limit: int = 500
    redirect_uris: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class PresenceState:
    """How a person or the bot shows in the member list."""

    status: Status = "offline"
    activities: tuple[dict[str, Any], ...] = ()
