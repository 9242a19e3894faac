"""Every fault as a typed body: its fields are its parameters, its docstring is what the page says of it.

A fault strikes once, or lasts until its seconds or its count are over or somebody ends it; none lasts
for ever. Light to import, because tests build faults too.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import AfterValidator, Field

from guildwright.sandbox.control.body import Body, Snowflake

Side = Literal["gateway", "rest", "guild", "clock", "all"]
Seconds = Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Shard = Annotated[int, Field(ge=0, le=100_000)]
Milliseconds = Annotated[float, Field(ge=0, le=60_000, allow_inf_nan=False)]

LONGEST = 3_600.0
ENDING_CODES = frozenset({1000, 1001})
OWN_CODES_FROM = 3_000


def _sendable(code: int) -> int:
    if code in ENDING_CODES or code >= OWN_CODES_FROM:
        return code
    raise ValueError("no close frame can carry this code: use 1000, 1001 or 3000 to 4999")


CloseCode = Annotated[int, Field(ge=1000, le=4999), AfterValidator(_sendable)]


class Fault(Body):
    """Something that goes wrong."""

    title: ClassVar[str]
    side: ClassVar[Side] = "gateway"
    lasting: ClassVar[bool] = False


class OfShard(Fault):
    """A fault of connections."""

    shard: Shard | None = Field(default=None, description="Only this shard.")


class Drop(OfShard):
    """The line is cut without a word, as when a network fails."""

    title: ClassVar[str] = "Cut the connection"
    kind: Literal["drop"] = "drop"
    code: CloseCode | None = Field(default=None, description="Close with this code instead.")


class Close(OfShard):
    """The gateway closes with a code; the code says whether the session can be resumed."""

    title: ClassVar[str] = "Close with a code"
    kind: Literal["close"] = "close"
    code: CloseCode = Field(default=1000, description="Close code; 4000 can be resumed, 4004 cannot.")


class Reconnect(OfShard):
    """The gateway asks the bot to connect anew and to resume (op 7)."""

    title: ClassVar[str] = "Ask to reconnect"
    kind: Literal["reconnect"] = "reconnect"


class InvalidSession(OfShard):
    """The gateway calls the session invalid (op 9); unless it is resumable it is gone."""

    title: ClassVar[str] = "Invalidate the session"
    kind: Literal["invalid_session"] = "invalid_session"
    resumable: bool = Field(default=True, description="Whether the bot may resume it.")


class Garbage(OfShard):
    """The gateway sends a frame that nobody can read."""

    title: ClassVar[str] = "Send garbage"
    kind: Literal["garbage"] = "garbage"


class RequestHeartbeat(OfShard):
    """The gateway asks for a heartbeat at once (op 1)."""

    title: ClassVar[str] = "Ask for a heartbeat"
    kind: Literal["request_heartbeat"] = "request_heartbeat"


class Lasting(Fault):
    """A fault that goes on until its seconds are over or it is ended."""

    lasting: ClassVar[bool] = True
    seconds: Seconds = Field(default=LONGEST, description="Seconds until it ends by itself.")


class StopAcks(Lasting):
    """Heartbeats on the present connections are no longer acknowledged, so that the bot finds them dead."""

    title: ClassVar[str] = "Stop acknowledging"
    kind: Literal["stop_acks"] = "stop_acks"
    shard: Shard | None = Field(default=None, description="Only this shard.")


class Refuse(Lasting):
    """Every connection is cut and new ones are refused, as in an outage of the gateway."""

    title: ClassVar[str] = "Refuse connections"
    kind: Literal["refuse"] = "refuse"


class AcceptAndClose(Lasting):
    """Every connection is cut, and new ones are accepted and closed at once, before HELLO."""

    title: ClassVar[str] = "Accept and close at once"
    kind: Literal["accept_and_close"] = "accept_and_close"
    count: Count | None = Field(default=None, description="How many connections are closed; without it all.")
    code: CloseCode = Field(default=1001, description="Close code.")


class HoldIdentify(Lasting):
    """IDENTIFY stays without an answer until this ends."""

    title: ClassVar[str] = "Hold IDENTIFY"
    kind: Literal["hold_identify"] = "hold_identify"


class GuildUnavailable(Lasting):
    """A guild is unavailable: the bot hears nothing of it until it is back. REST goes on answering."""

    title: ClassVar[str] = "Guild unavailable"
    side: ClassVar[Side] = "guild"
    kind: Literal["guild_unavailable"] = "guild_unavailable"
    guild_id: Snowflake = Field(description="ID of the guild.")


class OfRest(Lasting):
    """A fault of REST requests: which ones, how many, how often."""

    side: ClassVar[Side] = "rest"
    route: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        default="*", description="Pattern of the path below /api/v10: * any text, ? any sign."
    )
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] | None = Field(
        default=None, description="Only requests of this method."
    )
    count: Count | None = Field(default=None, description="How many requests are struck; without it all.")
    probability: Annotated[float, Field(gt=0, le=1)] = Field(
        default=1.0, description="How likely a request that matches is struck."
    )
    seed: Annotated[int, Field(ge=0, le=2**53)] | None = Field(
        default=None, description="Makes the choice of requests and the times repeatable."
    )


class RestLatency(OfRest):
    """Requests wait before they are carried out, all equally long or each for a time of its own."""

    title: ClassVar[str] = "Slow REST"
    kind: Literal["rest_latency"] = "rest_latency"
    milliseconds: Milliseconds = Field(default=500.0, description="The wait, or the shortest one.")
    up_to: Milliseconds | None = Field(
        default=None, description="The longest wait in milliseconds; the waits are then spread evenly."
    )


class RestRateLimit(OfRest):
    """Requests are answered with 429 and are not carried out."""

    title: ClassVar[str] = "Rate limit (429)"
    kind: Literal["rest_rate_limit"] = "rest_rate_limit"
    retry_after: Annotated[float, Field(ge=0, le=86_400, allow_inf_nan=False)] = Field(
        default=1.0, description="Seconds after which the bot may try again."
    )
    scope: Literal["user", "global", "shared"] = Field(default="user", description="Whose limit it is.")


class RestError(OfRest):
    """Requests are answered with an error of the server."""

    title: ClassVar[str] = "Server error (5xx)"
    kind: Literal["rest_error"] = "rest_error"
    status: Literal[500, 501, 502, 503, 504] = Field(default=500, description="Status of the answer.")
    carried_out: bool = Field(default=False, description="Carry the request out before it is answered so.")


class RestReset(OfRest):
    """Requests are carried out, but the connection is reset in the middle of the answer."""

    title: ClassVar[str] = "Reset in mid-answer"
    kind: Literal["rest_reset"] = "rest_reset"


class RestSlow(OfRest):
    """The answer comes at once, its body in small pieces."""

    title: ClassVar[str] = "Slow answer"
    kind: Literal["rest_slow"] = "rest_slow"
    milliseconds: Milliseconds = Field(default=2_000.0, description="How long the body takes.")


class ClockJump(Fault):
    """The sandbox's clock jumps forward: deadlines, tokens and sessions run out."""

    title: ClassVar[str] = "Clock jump"
    side: ClassVar[Side] = "clock"
    kind: Literal["clock_jump"] = "clock_jump"
    advance: Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)] = Field(
        default=60.0, description="Seconds to jump."
    )


class Restore(Fault):
    """Every fault that lasts is ended."""

    title: ClassVar[str] = "Everything back to normal"
    side: ClassVar[Side] = "all"
    kind: Literal["restore"] = "restore"


KINDS: tuple[type[Fault], ...] = (
    Drop,
    Close,
    Reconnect,
    InvalidSession,
    StopAcks,
    Garbage,
    RequestHeartbeat,
    Refuse,
    AcceptAndClose,
    HoldIdentify,
    RestLatency,
    RestRateLimit,
    RestError,
    RestReset,
    RestSlow,
    GuildUnavailable,
    ClockJump,
    Restore,
)

AnyFault: TypeAlias = Annotated[
    Drop
    | Close
    | Reconnect
    | InvalidSession
    | StopAcks
    | Garbage
    | RequestHeartbeat
    | Refuse
    | AcceptAndClose
    | HoldIdentify
    | RestLatency
    | RestRateLimit
    | RestError
    | RestReset
    | RestSlow
    | GuildUnavailable
    | ClockJump
    | Restore,
    Field(discriminator="kind"),
]
