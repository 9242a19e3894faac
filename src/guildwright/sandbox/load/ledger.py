"""Which answers are awaited: one per command and interaction, from the socket write to the REST call.

A text command is answered by a message in its channel: the one that refers to it, else the first.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from guildwright.sandbox.traffic import TrafficEntry

ANSWERED = 300
CALLBACK = "POST /interactions/{id}/{token}/callback"
MESSAGE = "POST /channels/{id}/messages"


@dataclass(slots=True, eq=False)
class Awaited:
    """A command or interaction that was sent."""

    kind: str
    id: str
    written: float


@dataclass(slots=True)
class Ledger:
    """The answers of one load."""

    milliseconds: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    duplicated: int = 0
    _channels: dict[str, deque[Awaited]] = field(default_factory=dict[str, "deque[Awaited]"])
    _interactions: dict[str, Awaited | None] = field(default_factory=dict[str, "Awaited | None"])
    _unwritten: dict[int, tuple[bytes, Awaited]] = field(default_factory=dict[int, "tuple[bytes, Awaited]"])
    _complete: asyncio.Event = field(default_factory=asyncio.Event)
    _open: int = 0

    @property
    def lost(self) -> int:
        """How many were not answered."""
        return self._open

    def expect_message(self, channel_id: int, message_id: int, frame: bytes | None) -> None:
        """Await a message in a channel; `frame` is what carries the command to the bot."""
        awaited = self._expect("command", str(message_id), frame)
        self._channels.setdefault(str(channel_id), deque()).append(awaited)

    def expect_callback(self, interaction_id: int, frame: bytes | None) -> None:
        """Await the response to an interaction."""
        self._interactions[str(interaction_id)] = self._expect("interaction", str(interaction_id), frame)

    def _expect(self, kind: str, id_: str, frame: bytes | None) -> Awaited:
        awaited = Awaited(kind, id_, time.perf_counter())
        if frame is not None:
            # The frame is kept, so that no other can have its identity meanwhile.
            self._unwritten[id(frame)] = (frame, awaited)
        self._open += 1
        return awaited

    def note_written(self, frame: bytes) -> None:
        """A frame is in the socket: from here on the bot's time counts."""
        found = self._unwritten.pop(id(frame), None)
        if found is not None:
            found[1].written = time.perf_counter()

    def note(self, entry: TrafficEntry) -> None:
        """See whether a REST call is an answer."""
        route, status = entry.facts.get("route"), entry.facts.get("status", ANSWERED)
        if route == CALLBACK:
            self._note_callback(entry)
        elif route == MESSAGE and status < ANSWERED:
            self._note_message(entry)

    async def complete(self, seconds: float) -> None:
        """Wait until everything is answered, or the time is over."""
        if self._open:
            self._complete.clear()
            try:
                await asyncio.wait_for(self._complete.wait(), seconds)
            except TimeoutError:
                return

    def _note_callback(self, entry: TrafficEntry) -> None:
        interaction_id = str(entry.facts["path"]).split("/")[2]
        if interaction_id not in self._interactions:
            return
        awaited = self._interactions[interaction_id]
        if awaited is None:
            self.duplicated += 1
        elif entry.facts["status"] < ANSWERED:
            self._interactions[interaction_id] = None
            self._settle(awaited, entry)

    def _note_message(self, entry: TrafficEntry) -> None:
        waiting = self._channels.get(str(entry.facts["path"]).split("/")[2])
        if waiting is None:
            return
        referred = _reference(entry.body)
        awaited = next((each for each in waiting if each.id == referred), None)
        if awaited is None and referred is None and waiting:
            awaited = waiting[0]
        if awaited is None:
            self.duplicated += 1
        else:
            waiting.remove(awaited)
            self._settle(awaited, entry)

    def _settle(self, awaited: Awaited, entry: TrafficEntry) -> None:
        arrived = time.perf_counter() - float(entry.facts["ms"]) / 1000
        self.milliseconds.setdefault(awaited.kind, []).append(max(0.0, (arrived - awaited.written) * 1000))
        self._open -= 1
        if not self._open:
            self._complete.set()


def _reference(body: bytes | None) -> str | None:
    """The message that a message answers to."""
    if body is None or b'"message_reference"' not in body:
        return None
    sent: dict[str, Any] = orjson.loads(body)["request"]
    reference: dict[str, Any] = sent.get("message_reference") or {}
    return reference.get("message_id")
