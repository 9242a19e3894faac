"""A session: what one shard has been sent, whether somebody is listening or not.

It outlives its connection: events go on being numbered and kept until the client comes back
with RESUME, the buffer has overflowed or the lifetime is over.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from guildwright.kernel.limits import ID_TIME_SHIFT
from guildwright.sandbox.settings import PresenceState

from .intents import Intent

if TYPE_CHECKING:
    from .connection import Connection
    from .identify import Identity


class Session:
    """One shard's numbered stream of events."""

    __slots__ = (
        "connection",
        "expires_at",
        "hides_content",
        "identity",
        "intents",
        "presence",
        "replay",
        "sequence",
        "session_id",
        "shard_count",
        "shard_id",
    )

    def __init__(self, session_id: str, identity: Identity, buffer: int) -> None:
        self.session_id = session_id
        self.identity = identity
        self.intents = identity.intents
        self.shard_id = identity.shard_id
        self.shard_count = identity.shard_count
        self.hides_content = not identity.intents & Intent.MESSAGE_CONTENT
        self.sequence = 0
        self.replay: deque[tuple[int, bytes]] = deque(maxlen=buffer)
        self.presence = PresenceState("online")
        self.connection: Connection | None = None
        self.expires_at: float | None = None

    def owns(self, guild_id: int) -> bool:
        """Whether the guild's events belong to this shard."""
        return (guild_id >> ID_TIME_SHIFT) % self.shard_count == self.shard_id

    def dispatch(self, event: str, body: bytes) -> None:
        """Number an event, keep it for RESUME and send it if somebody is connected."""
        self.sequence += 1
        frame = b'{"t":"%b","s":%d,"op":0,"d":%b}' % (event.encode(), self.sequence, body)
        self.replay.append((self.sequence, frame))
        if self.connection is not None:
            self.connection.send(frame)

    def missed_since(self, sequence: int) -> list[bytes] | None:
        """The payloads after `sequence`, oldest first; None when some of them are gone."""
        if sequence < self.sequence and (not self.replay or self.replay[0][0] > sequence + 1):
            return None
        return [frame for number, frame in self.replay if number > sequence]

    def facts(self, now: float) -> dict[str, Any]:
        """What the inspector shows of the session; `now` is the world's monotonic time."""
        connection = self.connection
        return {
            "shard": [self.shard_id, self.shard_count],
            "session_id": self.session_id,
            "sequence": self.sequence,
            "acknowledged": connection.acknowledged if connection else None,
            "intents": self.intents,
            "intent_names": [str(intent.name).lower() for intent in Intent if self.intents & intent],
            "compression": connection.transport.compression if connection else None,
            "connected": connection is not None,
            "silent_for": round(now - connection.last_beat, 3) if connection else None,
            "resumable_for": None if self.expires_at is None else round(max(0.0, self.expires_at - now), 3),
            "buffered": len(self.replay),
            "waiting": connection.waiting if connection else 0,
        }
