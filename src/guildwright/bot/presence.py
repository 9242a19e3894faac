"""Shows what the bot is doing beside its name, and changes it at the operator's rhythm.

Only a presence that differs from the shown one is sent, and never more often than Discord lets a shard.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import discord

from guildwright import __version__
from guildwright.kernel.limits import ACTIVITY_TEXT, PRESENCE_UPDATES, PRESENCE_UPDATES_WINDOW_SECONDS

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

logger = logging.getLogger("guildwright.presence")

SHORTEST_INTERVAL = 10.0
STREAM_HOSTS = frozenset({"twitch.tv", "www.twitch.tv", "youtube.com", "www.youtube.com", "youtu.be"})
KINDS = {
    "playing": discord.ActivityType.playing,
    "watching": discord.ActivityType.watching,
    "listening": discord.ActivityType.listening,
    "competing": discord.ActivityType.competing,
}
STATUSES = {
    "online": discord.Status.online,
    "idle": discord.Status.idle,
    "dnd": discord.Status.dnd,
    "invisible": discord.Status.invisible,
}
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Presence:
    """One entry as it is shown, placeholders replaced."""

    kind: str
    text: str
    status: str
    url: str = ""


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """Replace the known placeholders literally; everything else in braces stays as it is (CORE-402)."""
    filled = _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)
    return filled[:ACTIVITY_TEXT]


def to_activity(presence: Presence) -> discord.BaseActivity:
    """Return what discord.py sends for a presence."""
    if presence.kind == "custom":
        return discord.CustomActivity(name=presence.text)
    if presence.kind == "streaming":
        return discord.Streaming(name=presence.text, url=presence.url)
    return discord.Activity(type=KINDS[presence.kind], name=presence.text)


class PresenceRotation:
    """Shows the configured entries in order, from the first READY on."""

    def __init__(self, bot: GuildwrightBot) -> None:
        self._bot = bot
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._index = 0
        self._shown: dict[int, Presence] = {}
        self._sent: dict[int, deque[float]] = {}
        self._warned: set[str] = set()
        self._unsubscribe = bot.config.subscribe("status", lambda *_: self._begin_again())

    def start(self) -> None:
        """Begin to rotate; a second call changes nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="presence rotation")

    def renew(self, shard_id: int) -> None:
        """A new session of a shard shows nothing yet."""
        self._shown.pop(shard_id, None)
        if self._task is not None:
            self._index = max(0, self._index - 1)
            self._wake.set()

    async def close(self) -> None:
        self._unsubscribe()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _begin_again(self) -> None:
        self._index = 0
        self._wake.set()

    async def _run(self) -> None:
        while True:
            await self._show_next()
            interval = max(SHORTEST_INTERVAL, float(self._bot.config.get("status.interval")))
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), interval)
            except TimeoutError:
                continue

    async def _show_next(self) -> None:
        entries = self._bot.config.get("status.statuses") or [self._single()]
        position = self._index % len(entries)
        self._index = position + 1
        presence = self._read(entries[position])
        changed = [await self._send(shard_id, presence) for shard_id in list(self._bot.shards)]
        if any(changed) and self._bot.config.get("status.log_status_updates"):
            logger.info("Status %s: %s %s (%s)", position, presence.kind, presence.text, presence.status)

    def _single(self) -> Mapping[str, Any]:
        return {name: self._bot.config.get(f"status.{name}") for name in ("type", "text", "presence")}

    async def _send(self, shard_id: int, presence: Presence) -> bool:
        if self._shown.get(shard_id) == presence:
            return False
        await self._await_allowance(shard_id)
        try:
            await self._bot.change_presence(
                activity=to_activity(presence), status=STATUSES[presence.status], shard_id=shard_id
            )
        except Exception as error:  # noqa: BLE001 - whatever failed, the rotation goes on (CORE-405)
            self._bot.journal.record(error, source="presence", shard_id=shard_id)
            return False
        self._shown[shard_id] = presence
        return True

    async def _await_allowance(self, shard_id: int) -> None:
        """Keep to Discord's five updates in twenty seconds."""
        sent = self._sent.setdefault(shard_id, deque(maxlen=PRESENCE_UPDATES))
        if len(sent) == PRESENCE_UPDATES:
            wait = sent[0] + PRESENCE_UPDATES_WINDOW_SECONDS - time.monotonic()
            if wait > 0:
                await asyncio.sleep(wait)
        sent.append(time.monotonic())

    def _read(self, entry: Mapping[str, Any]) -> Presence:
        kind = self._known(
            "type", str(entry.get("type") or "watching"), {*KINDS, "custom", "streaming"}, "watching"
        )
        status = self._known("presence", str(entry.get("presence") or "online"), set(STATUSES), "online")
        url = str(entry.get("url") or "")
        if kind == "streaming" and urlsplit(url).hostname not in STREAM_HOSTS:
            self._warn_once(
                f"Status: streaming needs a Twitch or YouTube url, not {url!r}; shown as playing."
            )
            kind = "playing"
        return Presence(kind, fill_in(str(entry.get("text") or ""), self._values()), status, url)

    def _known(self, name: str, value: str, allowed: set[str], fallback: str) -> str:
        if value in allowed:
            return value
        self._warn_once(
            f"Status: {name} {value!r} is unknown; shown as {fallback}. Known: {', '.join(sorted(allowed))}."
        )
        return fallback

    def _warn_once(self, sentence: str) -> None:
        if sentence not in self._warned:
            self._warned.add(sentence)
            logger.warning(sentence)

    def _values(self) -> dict[str, str]:
        bot = self._bot
        latency = bot.latency * 1000
        return {
            "guilds": str(len(bot.guilds)),
            "users": str(sum(guild.member_count or 0 for guild in bot.guilds)),
            "commands": str(len(set(bot.walk_commands()))),
            "shards": str(bot.shard_count or 1),
            "uptime": _short_duration(bot.metrics.get_uptime()),
            "latency": f"{latency:.0f}" if latency < float("inf") else "–",
            "version": __version__,
            "prefix": bot.prefixes.text(None),
        }


def _short_duration(seconds: float) -> str:
    minutes = int(seconds // 60)
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days}d {hours}h"
    return f"{hours}h {minutes % 60}m" if hours else f"{minutes}m"
