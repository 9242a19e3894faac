"""What Discord punishes a bot for: the words for every kind of violation, and how often each happened.

Whoever notices one adds a line of kind "violation" to the traffic log, under one of these names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .traffic import TrafficEntry, TrafficLog


@dataclass(frozen=True, slots=True)
class Violation:
    """What a kind of violation is called, and what Discord does about it."""

    title: str
    sentence: str


VIOLATIONS: dict[str, Violation] = {
    "identify_too_early": Violation(
        "Identified too early",
        "Two shards of one rate key identified within five seconds; Discord answers op 9.",
    ),
    "session_starts_exceeded": Violation(
        "Too many session starts", "No session start was left for today; Discord resets the token."
    ),
    "rate_limited": Violation(
        "Too many sends",
        "The bot sent more than 120 gateway payloads in 60 seconds; Discord closes with 4008.",
    ),
    "session_timed_out": Violation(
        "Missing heartbeats", "Two heartbeats in a row did not come; Discord closes with 4009."
    ),
    "rate_limit_exceeded": Violation(
        "Route limit exceeded", "The bot went on although X-RateLimit-Remaining was 0; Discord answers 429."
    ),
    "global_limit_exceeded": Violation(
        "Global limit exceeded", "The bot sent more than 50 requests in one second; Discord answers 429."
    ),
    "shared_limit_exceeded": Violation(
        "Shared limit exceeded", "A limit that all share was met; Discord answers 429 and does not count it."
    ),
    "invalid_requests_exceeded": Violation(
        "Too many invalid requests",
        "10,000 answers of 401, 403 or 429 in ten minutes; Discord's edge bans the address for a while.",
    ),
    "interaction_unanswered": Violation(
        "Interaction unanswered",
        "The bot did not answer within three seconds; the person reads that it did not respond.",
    ),
    "wrong_token": Violation("Wrong token", "The gateway was given a token that is not the bot's."),
    "voice_refused": Violation("Voice refused", "The bot asked for a voice channel that it may not join."),
    "members_without_intent": Violation(
        "Members without the intent", "The bot asked for all members without the members intent."
    ),
    "unknown_error": Violation("Closed: unknown error", "The gateway failed at a payload (4000)."),
    "unknown_opcode": Violation("Unknown opcode", "The bot sent an opcode that is none (4001)."),
    "decode_error": Violation("Unreadable payload", "The bot sent what cannot be read, or too much (4002)."),
    "not_authenticated": Violation("Sent before identifying", "The bot sent before it identified (4003)."),
    "authentication_failed": Violation("Not let in", "The token is wrong or was reset (4004)."),
    "already_authenticated": Violation("Identified twice", "The bot identified again (4005)."),
    "invalid_sequence": Violation("Wrong sequence", "The bot resumed at a number it was never sent (4007)."),
    "invalid_shard": Violation("Wrong shard", "The bot identified as a shard that does not exist (4010)."),
    "sharding_required": Violation("Sharding required", "One shard has too many guilds (4011)."),
    "invalid_api_version": Violation("Wrong version", "The bot asked for another gateway version (4012)."),
    "invalid_intents": Violation("Wrong intents", "The bot declared intents that do not exist (4013)."),
    "disallowed_intents": Violation(
        "Intents not allowed", "The bot declared a privileged intent that is not switched on (4014)."
    ),
}


def violations(log: TrafficLog) -> list[dict[str, Any]]:
    """Every kind that happened, the latest first, with its words and its count."""
    latest = sorted(log.last_violations.values(), key=lambda entry: entry.number, reverse=True)
    return [describe(entry, log.violations[entry.title]) for entry in latest]


def describe(entry: TrafficEntry, count: int) -> dict[str, Any]:
    """Return a violation in words, with what is known of the last time."""
    words = VIOLATIONS[entry.title]
    return {
        "kind": entry.title,
        "title": words.title,
        "sentence": words.sentence,
        "count": count,
        "number": entry.number,
        "at": entry.at,
        "facts": dict(entry.facts),
    }
