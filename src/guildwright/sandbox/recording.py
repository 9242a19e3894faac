"""`--record FILE`: everything that crosses both sides of a sandbox, one JSON object a line, secrets masked.

Lines are made when something crosses and written in batches by a thread, so that a slow disk never
stops the world; a backlog that grows beyond its bound is counted and told instead of kept.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import orjson

from guildwright import __version__
from guildwright.kernel.errors import GuildwrightError

if TYPE_CHECKING:
    from .world import World

SHAPE = 1
BACKLOG_BYTES = 64 << 20
PRIVATE = 0o600
MASK = b"***"

_FIELDS = re.compile(
    rb'"(token|access_token|refresh_token|id_token|client_secret|code_verifier)":"(?:[^"\\]|\\.)*"'
)
_CODE = re.compile(rb'"(code)":"(?:[^"\\]|\\.)*"')
_IN_PATH = re.compile(rb"/(webhooks|interactions)/(\d{1,20})/[\w.~%-]{16,}")
# What is long enough to be an interaction's or a webhook's token is looked up among those there are.
_LONG = re.compile(rb"[A-Za-z0-9_-]{24,}")

_ANOTHER = "Choose another file to record to."

logger = logging.getLogger("guildwright.sandbox.recording")


class RecordError(GuildwrightError):
    """The file of a recording cannot be made."""

    code: ClassVar[str] = "record"


class Recorder:
    """One file, and the task that writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lost = 0
        self._number = 0
        self._lines: list[bytes] = []
        self._waiting = 0
        self._news = asyncio.Event()
        self._descriptor = -1
        self._ending = False
        self._writer: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Make the file and begin to write.

        Raises:
            RecordError: It exists already, or cannot be made.
        """
        try:
            self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        except FileExistsError:
            raise RecordError(
                f"{self.path} exists already.", hint="Choose another file to record to."
            ) from None
        except OSError as error:
            reason = f"{self.path} cannot be written: {error.strerror}."
            raise RecordError(reason, hint=_ANOTHER) from error
        self.add(orjson.dumps({"what": "recording", "shape": SHAPE, "version": __version__}))
        self._writer = asyncio.create_task(self._write(), name="recording")

    async def stop(self) -> None:
        """Write what is left and close the file."""
        if self._writer is None:
            return
        self._ending = True
        self._news.set()
        await self._writer
        self._writer = None
        os.close(self._descriptor)

    def add(self, line: bytes) -> None:
        """Append a JSON object; the recording numbers its lines."""
        if self._waiting > BACKLOG_BYTES:
            self.lost += 1
            return
        self._number += 1
        numbered = b'{"n":%d,%b\n' % (self._number, line[1:])
        self._lines.append(numbered)
        self._waiting += len(numbered)
        self._news.set()

    async def _write(self) -> None:
        while not self._ending or self._lines:
            await self._news.wait()
            self._news.clear()
            lines, self._lines, self._waiting = self._lines, [], 0
            if self.lost:
                lost, self.lost = self.lost, 0
                self.add(orjson.dumps({"what": "lost", "lines": lost}))
            await asyncio.to_thread(self._put, b"".join(lines))

    def _put(self, text: bytes) -> None:
        view = memoryview(text)
        try:
            while view:
                view = view[os.write(self._descriptor, view) :]
        except OSError as error:
            logger.warning("the recording %s lost %d bytes: %s", self.path, len(view), error.strerror)


class Tape:
    """What one world writes into a recording."""

    def __init__(self, recorder: Recorder, world: World, control_token: str) -> None:
        self._recorder = recorder
        self._world = world
        self._secrets: set[bytes] = {control_token.encode()}
        self._connections = 0

    def opened(self, compression: str) -> int:
        """A bot connected to the gateway; returns the number of its connection."""
        self._connections += 1
        self._add("gateway", "open", connection=self._connections, compression=compression)
        return self._connections

    def closed(self, connection: int, code: int | None) -> None:
        """A connection ended."""
        self._add("gateway", "close", connection=connection, code=code)

    def frame(self, connection: int, to: Literal["bot", "discord"], payload: str | bytes) -> None:
        """A payload crossed the gateway; what is no JSON is told as text."""
        raw = payload.encode() if isinstance(payload, str) else payload
        self._add("gateway", "frame", _told("frame", raw), connection=connection, to=to)

    def call(self, path: str, request: Any, response: bytes, **facts: Any) -> None:
        """A REST request was answered."""
        tail = b',"request":' + _as_json(request) + _told("response", response)
        self._add("rest", "call", tail, path=path, **facts)

    def _add(self, side: str, what: str, tail: bytes = b"", **facts: Any) -> None:
        at = self._world.clock.now().timestamp()
        head = _as_json({"at": at, "world": self._world.name, "side": side, "what": what, **facts})
        self._recorder.add(self._masked(head[:-1] + tail + b"}", facts.get("path", "")))

    def _masked(self, line: bytes, path: str) -> bytes:
        line = _FIELDS.sub(rb'"\1":"***"', line)
        if path.startswith("/oauth2"):
            line = _CODE.sub(rb'"\1":"***"', line)
        line = _IN_PATH.sub(rb"/\1/\2/***", line)
        self._secrets |= {self._world.token.encode(), self._world.client_secret.encode()}
        for secret in self._secrets:
            line = line.replace(secret, MASK)
        return _LONG.sub(lambda found: MASK if self._is_token(found[0]) else found[0], line)

    def _is_token(self, text: bytes) -> bool:
        token, backend = text.decode(), self._world.backend
        return token in backend.interaction_tokens or any(
            token == webhook.token for webhook in backend.webhooks.values()
        )


class _Slot:
    """Where a world keeps its tape."""

    def __init__(self, _: World) -> None:
        self.tape: Tape | None = None


def put_tape(world: World, tape: Tape) -> None:
    """Record what crosses this world's sockets from now on."""
    world.part(_Slot).tape = tape


def tape_of(world: World) -> Tape | None:
    """The tape of a world that is recorded."""
    return world.part(_Slot).tape


def _told(name: str, raw: bytes) -> bytes:
    """A field with a payload: as JSON on one line, or as text under `NAME_text` when it is none."""
    if not raw:
        return b',"%b":null' % name.encode()
    try:
        return b',"%b":%b' % (name.encode(), orjson.dumps(orjson.loads(raw)))
    except orjson.JSONDecodeError:
        return b',"%b_text":%b' % (name.encode(), orjson.dumps(raw.decode(errors="replace")))


def _as_json(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value).encode()  # integers beyond 64 bits, which orjson does not write
