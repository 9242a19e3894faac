"""Who may begin a session: token, shard, intents, and Discord's budget of session starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from guildwright.kernel import limits

from .codes import Close, CloseConnectionError
from .intents import ALL_INTENTS, PRIVILEGED

if TYPE_CHECKING:
    from guildwright.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Identity:
    """What a client declared in IDENTIFY, checked."""

    intents: int
    shard_id: int
    shard_count: int
    sharded: bool
    large_threshold: int
    packed: bool
    presence: object


def read_identity(world: World, data: object) -> Identity:
    """Check an IDENTIFY in the order in which Discord does.

    Raises:
        CloseConnectionError: It is refused; the code says why.
    """
    if not isinstance(data, dict):
        raise CloseConnectionError(Close.DECODE_ERROR)
    fields = cast("dict[str, Any]", data)
    check_token(world, fields.get("token"))
    if not isinstance(fields.get("properties"), dict):
        raise CloseConnectionError(Close.DECODE_ERROR, "IDENTIFY needs properties.")
    shard_id, shard_count = _read_shard(fields.get("shard", [0, 1]))
    _check_guild_count(world, shard_id, shard_count)
    return Identity(
        intents=_read_intents(world, fields.get("intents")),
        shard_id=shard_id,
        shard_count=shard_count,
        sharded="shard" in fields,
        large_threshold=_read_threshold(fields.get("large_threshold", limits.LARGE_THRESHOLD_MINIMUM)),
        packed=fields.get("compress") is True,
        presence=fields.get("presence"),
    )


def check_token(world: World, token: object) -> None:
    """Refuse every token but the world's present one."""
    if token != world.token:
        world.traffic.add("violation", "wrong_token")
        raise CloseConnectionError(Close.AUTHENTICATION_FAILED)


def _read_shard(value: object) -> tuple[int, int]:
    match value:
        case [int(shard_id), int(count)] if 0 <= shard_id < count:
            return shard_id, count
        case _:
            raise CloseConnectionError(Close.INVALID_SHARD)


def _check_guild_count(world: World, shard_id: int, count: int) -> None:
    limit = world.application_settings.guilds_per_shard
    guilds = world.backend.guilds
    if not limit or len(guilds) <= limit:
        return
    if sum((guild_id >> limits.ID_TIME_SHIFT) % count == shard_id for guild_id in guilds) > limit:
        raise CloseConnectionError(Close.SHARDING_REQUIRED)


def _read_intents(world: World, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0 or value & ~ALL_INTENTS:
        raise CloseConnectionError(Close.INVALID_INTENTS)
    for name, bit in PRIVILEGED.items():
        if value & bit and name not in world.application_settings.privileged_intents:
            reason = f"Disallowed intent: {name} is not switched on for this application."
            raise CloseConnectionError(Close.DISALLOWED_INTENTS, reason)
    return value


def _read_threshold(value: object) -> int:
    least, most = limits.LARGE_THRESHOLD_MINIMUM, limits.LARGE_THRESHOLD_MAXIMUM
    if not isinstance(value, int) or not least <= value <= most:
        reason = f"large_threshold lies between {least} and {most}."
        raise CloseConnectionError(Close.DECODE_ERROR, reason)
    return value


class IdentifyBudget:
    """Session starts left today, and when each rate key identified last."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._last: dict[int, float] = {}
        self._resets_at: float | None = None

    def limit(self) -> dict[str, int]:
        """`session_start_limit` of GET /gateway/bot."""
        self._renew()
        settings = self._world.application_settings
        left = settings.identify_reset_after
        if self._resets_at is not None:
            left = self._resets_at - self._world.clock.monotonic()
        return {
            "total": settings.identify_total,
            "remaining": max(0, settings.identify_remaining),
            "reset_after": int(left * 1000),
            "max_concurrency": settings.max_concurrency,
        }

    def too_early(self, shard_id: int) -> bool:
        """Whether this rate key identified within the last five seconds; notes it if not."""
        settings = self._world.application_settings
        if settings.limits == "off":
            return False
        key = shard_id % settings.max_concurrency
        now = self._world.clock.monotonic()
        last = self._last.get(key)
        if last is not None and now - last < limits.IDENTIFY_WINDOW_SECONDS:
            return True
        self._last[key] = now
        return False

    def spend(self) -> bool:
        """Take one session start from today's; False when none was left."""
        self._renew()
        settings = self._world.application_settings
        if settings.limits == "off":
            return True
        if settings.identify_remaining <= 0:
            return False
        if self._resets_at is None:
            self._resets_at = self._world.clock.monotonic() + settings.identify_reset_after
        settings.identify_remaining -= 1
        return True

    def _renew(self) -> None:
        if self._resets_at is not None and self._world.clock.monotonic() >= self._resets_at:
            self._resets_at = None
            self._world.application_settings.identify_remaining = (
                self._world.application_settings.identify_total
            )
