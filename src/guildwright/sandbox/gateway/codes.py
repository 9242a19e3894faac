"""Opcodes and close codes of the gateway, with the sentence a client reads when it is closed.

Source: Discord's documentation, "Opcodes and Status Codes", gateway v10, read 2026-11.
"""

from __future__ import annotations

from enum import IntEnum

from guildwright.kernel import limits


class Op(IntEnum):
    """What a payload is about."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11
    REQUEST_SOUNDBOARD = 31


class Close(IntEnum):
    """Why the gateway ends a connection."""

    NORMAL = 1000
    GOING_AWAY = 1001
    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQUENCE = 4007
    RATE_LIMITED = 4008
    SESSION_TIMED_OUT = 4009
    INVALID_SHARD = 4010
    SHARDING_REQUIRED = 4011
    INVALID_API_VERSION = 4012
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


CLIENT_ENDS = frozenset({Close.NORMAL, Close.GOING_AWAY})
"""With these codes a client says that it will not resume."""

SERVER_ENDS = frozenset(
    {
        Close.AUTHENTICATION_FAILED,
        Close.INVALID_SEQUENCE,
        Close.SESSION_TIMED_OUT,
        Close.INVALID_SHARD,
        Close.SHARDING_REQUIRED,
        Close.INVALID_API_VERSION,
        Close.INVALID_INTENTS,
        Close.DISALLOWED_INTENTS,
    }
)
"""After the gateway closed with one of these, the session cannot be resumed."""

REASONS = {
    Close.UNKNOWN_ERROR: "Unknown error.",
    Close.UNKNOWN_OPCODE: "Unknown opcode.",
    Close.DECODE_ERROR: "Error while decoding payload.",
    Close.NOT_AUTHENTICATED: "Not authenticated: send IDENTIFY or RESUME first.",
    Close.AUTHENTICATION_FAILED: "Authentication failed.",
    Close.ALREADY_AUTHENTICATED: "Already authenticated.",
    Close.INVALID_SEQUENCE: "Invalid seq.",
    Close.RATE_LIMITED: f"Rate limited: more than {limits.GATEWAY_SENDS} payloads in "
    f"{limits.GATEWAY_SENDS_WINDOW_SECONDS:.0f} seconds.",
    Close.SESSION_TIMED_OUT: "Session timed out: two heartbeats are missing.",
    Close.INVALID_SHARD: "Invalid shard.",
    Close.SHARDING_REQUIRED: "Sharding required.",
    Close.INVALID_API_VERSION: "Invalid API version: the sandbox speaks v10.",
    Close.INVALID_INTENTS: "Invalid intent(s).",
    Close.DISALLOWED_INTENTS: "Disallowed intent(s).",
}


class CloseConnectionError(Exception):
    """The connection is to be closed with a code and a sentence."""

    def __init__(self, code: Close, reason: str = "") -> None:
        self.code = code
        self.reason = reason or REASONS[code]
        super().__init__(f"{int(code)} {self.reason}")


def read_id(value: object) -> int:
    """The snowflake in a payload of the client.

    Raises:
        CloseConnectionError: It is none.
    """
    text = str(value)
    if (
        isinstance(value, (str, int))
        and text.isascii()
        and text.isdecimal()
        and len(text) <= limits.ID_DIGITS_MAXIMUM
    ):
        return int(text)
    raise CloseConnectionError(Close.DECODE_ERROR, f"{text[:30]!r} is not a snowflake.")
