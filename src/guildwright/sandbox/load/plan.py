"""What a load is made of, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

NINETY = 0.9
NINETY_NINE = 0.99


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """How many events a second, over how many guilds, and the shares of those that are no plain messages."""

    rate: float
    seconds: float
    guilds: int = 10
    people: int = 20
    commands: float = 0.0
    interactions: float = 0.0
    joins: float = 0.0
    command: str = "!ping"
    slash: tuple[str, ...] = ("ping",)
    grace: float = 5.0
    pid: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds from the socket write of an event to the bot's REST call."""

    answered: int
    p50: float
    p90: float
    p99: float
    most: float


@dataclass(frozen=True, slots=True)
class BotUse:
    """What the bot's process used meanwhile; a share of 1 is one core."""

    cpu_seconds: float
    cpu_share: float
    megabytes_before: float
    megabytes_after: float


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What came of a load; `held_back` is for how many seconds the bot was too far behind to get more."""

    seconds: float
    rate: float
    sent: dict[str, int]
    latency: dict[str, Latency] = field(default_factory=dict[str, Latency])
    lost: int = 0
    duplicated: int = 0
    held_back: float = 0.0
    sandbox_cpu_share: float = 0.0
    bot: BotUse | None = None


def latency_of(milliseconds: Sequence[float]) -> Latency:
    """Summarise at least one measured time."""
    ordered = sorted(milliseconds)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 3)

    return Latency(len(ordered), at(0.5), at(NINETY), at(NINETY_NINE), round(ordered[-1], 3))
