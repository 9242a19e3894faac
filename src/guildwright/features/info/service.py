"""The figures behind `stats`, `extensions`, `discordbotframework` and `shardinfo`, read from the bot.

Nothing here talks to Discord or waits; the texts for people are in `render`.
"""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files

from guildwright.api import checks, extensions
from guildwright.api.commands import Bot
from guildwright.api.extensions import ExtensionState

_TOP_COMMANDS = 5


@dataclass(frozen=True, slots=True)
class Stats:
    """What `stats` shows; durations in seconds, latency in milliseconds."""

    uptime: float
    guilds: int
    users: int
    commands_processed: int
    messages_seen: int
    extensions: int
    latency_ms: float | None
    system_errors: int
    slash_commands: int
    modules: int
    total_modules: int
    shards: int
    top_commands: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ShardLine:
    """One shard; latency in milliseconds, None before the first heartbeat was answered."""

    shard_id: int
    guilds: int
    latency_ms: float | None
    is_closed: bool


def read_stats(bot: Bot) -> Stats:
    """Collect the statistics of this process."""
    counted = bot.metrics.get_stats()
    bundled = [state for state in extensions.states(bot) if state.bundled]
    return Stats(
        uptime=counted["uptime"],
        guilds=len(bot.guilds),
        users=sum(guild.member_count or 0 for guild in bot.guilds),
        commands_processed=counted["commands_processed"],
        messages_seen=counted["messages_seen"],
        extensions=len(loaded_by_operator(bot)),
        latency_ms=_in_ms(bot.latency),
        system_errors=counted["error_count"],
        slash_commands=len(bot.tree.get_commands()),
        modules=sum(state.outcome == "loaded" for state in bundled),
        total_modules=len(bundled),
        shards=bot.shard_count or 1,
        top_commands=tuple(counted["top_commands"].items())[:_TOP_COMMANDS],
    )


def loaded_by_operator(bot: Bot) -> list[ExtensionState]:
    """Return the operator's extensions that are loaded."""
    return [state for state in extensions.states(bot) if not state.bundled and state.outcome == "loaded"]


def read_shards(bot: Bot) -> list[ShardLine]:
    """Return every shard of this process, by ID."""
    guilds = Counter(guild.shard_id for guild in bot.guilds)
    return [
        ShardLine(shard_id, guilds[shard_id], _in_ms(shard.latency), shard.is_closed())
        for shard_id, shard in sorted(bot.shards.items())
    ]


def count_commands(bot: Bot) -> tuple[list[str], list[str]]:
    """Return the names of the commands for everybody and of those for the bot's owner."""
    everybody: list[str] = []
    owners: list[str] = []
    for command in sorted(bot.commands, key=lambda command: command.name):
        if not command.hidden:
            (owners if checks.is_owner_only(command) else everybody).append(command.name)
    return everybody, owners


def read_news(version: str) -> str:
    """Return what the changelog says about a version; empty where it says nothing."""
    changelog = (files(__name__.rpartition(".")[0]) / "CHANGELOG.md").read_text("utf-8")
    for section in changelog.split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        if title.split()[0] == version:
            return body.strip()
    return ""


def in_words(seconds: float) -> str:
    """Return a duration as `H:MM:SS`, with days in front where there are any."""
    return str(timedelta(seconds=int(seconds)))


def _in_ms(seconds: float) -> float | None:
    return seconds * 1000 if math.isfinite(seconds) else None
