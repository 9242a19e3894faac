"""Rate limits as Discord tells and enforces them.

Mode "headers" tells the truth and refuses nobody, "enforce" answers 429 as well.
"""

import hashlib
from collections import deque
from dataclasses import dataclass

import orjson

from guildwright.kernel import limits
from guildwright.sandbox.world import World

_MAJOR = ("channels", "guilds", "webhooks", "interactions")
# Discord's API stands behind a proxy that adds this; clients take a 429 without it for a ban.
VIA = (b"via", b"1.1 google")

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Rule:
    """How many calls per how many seconds."""

    calls: int
    seconds: float


DEFAULT_RULE = Rule(*limits.DEFAULT_CALLS)
_RULES = {route: Rule(*calls) for route, calls in limits.ROUTE_CALLS.items()}
_REACTIONS = Rule(*limits.REACTION_CALLS)
SHARED_WEBHOOKS = Rule(*limits.CHANNEL_WEBHOOK_CALLS)
SHARED = (b"x-ratelimit-scope", b"shared")


@dataclass(slots=True)
class _Window:
    opened: float
    used: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call that was not let through."""

    body: bytes
    headers: Headers


class Limiter:
    """The counters of one world's application."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._windows: dict[str, _Window] = {}
        self._recent: deque[float] = deque()
        self._invalid: deque[float] = deque(maxlen=limits.INVALID_REQUESTS)

    @property
    def invalid_requests(self) -> int:
        """How many answers count towards the edge's ban now."""
        self._forget_invalid()
        return len(self._invalid)

    def _forget_invalid(self) -> None:
        now = self._world.clock.monotonic()
        while self._invalid and now - self._invalid[0] >= limits.INVALID_REQUESTS_WINDOW_SECONDS:
            self._invalid.popleft()

    def banned(self) -> Refusal | None:
        """The edge's answer to a client that sent too many invalid requests."""
        self._forget_invalid()
        enforced = self._world.application_settings.limits == "enforce"
        if not enforced or len(self._invalid) < limits.INVALID_REQUESTS:
            return None
        elapsed = self._world.clock.monotonic() - self._invalid[0]
        wait = limits.INVALID_REQUESTS_WINDOW_SECONDS - elapsed
        headers = [(b"content-type", b"text/plain; charset=UTF-8"), (b"retry-after", b"%d" % (wait + 1))]
        return Refusal(b"error code: 1015", headers)

    def spend(self, route: str, path: str) -> tuple[Headers, Refusal | None]:
        """Count one call; the headers for its answer, and the refusal if it is one too many."""
        mode = self._world.application_settings.limits
        if mode == "off" or is_exempt(route):
            return [], None
        over = None
        if mode == "enforce":
            over = self._global_overrun(route) or self._shared_overrun(route, path)
        if over is not None:
            return [], over
        return self._spend_bucket(route, path, enforce=mode == "enforce")

    def count_status(self, status: int, headers: Headers) -> None:
        """Remember an answer that counts towards the ban; a 429 that others caused does not."""
        if status in limits.INVALID_STATUSES and SHARED not in headers:
            self._invalid.append(self._world.clock.monotonic())
            if len(self._invalid) == limits.INVALID_REQUESTS:
                self._world.traffic.add("violation", "invalid_requests_exceeded")

    def _global_overrun(self, route: str) -> Refusal | None:
        if route.startswith(("POST /webhooks/", "PATCH /webhooks/", "GET /webhooks/", "DELETE /webhooks/")):
            return None
        now = self._world.clock.monotonic()
        while self._recent and now - self._recent[0] >= 1.0:
            self._recent.popleft()
        if len(self._recent) < limits.GLOBAL_REQUESTS_PER_SECOND:
            self._recent.append(now)
            return None
        self._world.traffic.add("violation", "global_limit_exceeded", route=route)
        wait = 1.0 - (now - self._recent[0])
        return _refusal(wait, [(b"x-ratelimit-global", b"true"), (b"x-ratelimit-scope", b"global")], True)

    def _shared_overrun(self, route: str, path: str) -> Refusal | None:
        """All incoming webhooks of a channel share one limit."""
        if route != "POST /webhooks/{id}/{token}":
            return None
        webhook = self._world.backend.webhooks.get(int(path.strip("/").split("/")[1]))
        if webhook is None:
            return None
        window = self._window(f"shared:{webhook.channel_id}", SHARED_WEBHOOKS)
        wait = SHARED_WEBHOOKS.seconds - (self._world.clock.monotonic() - window.opened)
        if window.used < SHARED_WEBHOOKS.calls:
            window.used += 1
            return None
        self._world.traffic.add("violation", "shared_limit_exceeded", route=route)
        return _refusal(wait, [SHARED], False)

    def _window(self, key: str, rule: Rule) -> _Window:
        now = self._world.clock.monotonic()
        window = self._windows.get(key)
        if window is None or now - window.opened >= rule.seconds:
            self._forget(now)
            window = self._windows[key] = _Window(now)
        return window

    def _spend_bucket(self, route: str, path: str, *, enforce: bool) -> tuple[Headers, Refusal | None]:
        rule = rule_for(route)
        window = self._window(f"{route}:{major_parameter(path)}", rule)
        reset_after = rule.seconds - (self._world.clock.monotonic() - window.opened)
        if window.used >= rule.calls and enforce:
            headers = self._headers(route, rule, 0, reset_after)
            self._world.traffic.add("violation", "rate_limit_exceeded", route=route)
            return headers, _refusal(reset_after, [*headers, (b"x-ratelimit-scope", b"user")], False)
        window.used += 1
        return self._headers(route, rule, max(0, rule.calls - window.used), reset_after), None

    def _headers(self, route: str, rule: Rule, remaining: int, reset_after: float) -> Headers:
        reset = self._world.clock.now().timestamp() + reset_after
        return [
            (b"x-ratelimit-limit", b"%d" % rule.calls),
            (b"x-ratelimit-remaining", b"%d" % remaining),
            (b"x-ratelimit-reset", b"%.3f" % reset),
            (b"x-ratelimit-reset-after", b"%.3f" % reset_after),
            (b"x-ratelimit-bucket", bucket_name(route)),
        ]

    def _forget(self, now: float) -> None:
        if len(self._windows) > 2_000:
            longest = SHARED_WEBHOOKS.seconds
            self._windows = {key: w for key, w in self._windows.items() if now - w.opened < longest}


def _refusal(wait: float, headers: Headers, is_global: bool) -> Refusal:
    body = {"message": "You are being rate limited.", "retry_after": round(wait, 3), "global": is_global}
    told = [(b"content-type", b"application/json"), (b"retry-after", b"%d" % (wait + 1)), VIA]
    return Refusal(orjson.dumps(body), [*told, *headers])


def rule_for(route: str) -> Rule:
    if "/reactions/" in route:
        return _REACTIONS
    return _RULES.get(route, DEFAULT_RULE)


def is_exempt(route: str) -> bool:
    """Interaction callbacks are not limited: they answer to a deadline instead."""
    return route.startswith("POST /interactions/")


def bucket_name(route: str) -> bytes:
    return hashlib.blake2s(route.encode(), digest_size=16).hexdigest().encode()


def major_parameter(path: str) -> str:
    """What separates two windows of one bucket: channel, guild, or webhook with its token."""
    segments = path.strip("/").split("/")
    if segments[0] not in _MAJOR or len(segments) < 2:
        return ""
    return "/".join(segments[1:3]) if segments[0] == "webhooks" else segments[1]


def limiter_of(world: World) -> Limiter:
    """The one limiter of a world, made when it is first asked for."""
    return world.part(Limiter)
