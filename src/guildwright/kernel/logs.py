"""Console, `botlogs/permanent.log` and `botlogs/current_run.log` get the records of all loggers.

The loop only puts records into a queue; formatting, redaction, writing and rotation happen in the listener's
thread, so a slow or full disk never holds up the bot.
"""

import copy
import json
import logging
import logging.handlers
import os
import queue
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Protocol

from guildwright.kernel.secrets import redact

PERMANENT = "permanent.log"
CURRENT_RUN = "current_run.log"

_QUEUED = 100_000
_FACTS = ("error_id", "guild_id", "command", "shard_id")
_COMPLAINT_SECONDS = 60.0
_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "DEBUG": "\x1b[90m",
        "INFO": "\x1b[34m",
        "WARNING": "\x1b[33m",
        "ERROR": "\x1b[31m",
        "CRITICAL": "\x1b[1;31m",
    }
)
_PLAIN = "\x1b[0m"
# Alembic tells each of its own parts at INFO; `logging.levels` may ask for it again.
_QUIET: Mapping[str, str] = MappingProxyType({"alembic": "WARNING", "watchfiles": "WARNING"})


class Settings(Protocol):
    """What `configure` asks of the configuration."""

    def get(self, path: str, /) -> Any:
        """Return the effective value of a key."""
        ...

    def subscribe(self, path_prefix: str, callback: Callable[[str, Any], None], /) -> Callable[[], None]:
        """Call back after changes; the result ends that."""
        ...


class TextFormatter(logging.Formatter):
    """`[2026-11-20 12:00:00] [INFO    ] logger: message`, with the error ID at the end (CORE-702)."""

    def __init__(self, *, coloured: bool = False) -> None:
        super().__init__("[{asctime}] [{levelname:<8}] {name}: {message}", "%Y-%m-%d %H:%M:%S", style="{")
        self._coloured = coloured

    def format(self, record: logging.LogRecord) -> str:
        text = redact(super().format(record))
        if error_id := getattr(record, "error_id", None):
            text = f"{text} [{error_id}]"
        if self._coloured:
            return f"{_COLOURS.get(record.levelname, '')}{text}{_PLAIN}"
        return text


class JsonFormatter(logging.Formatter):
    """One JSON object per line, time in UTC with milliseconds."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        for fact in _FACTS:
            if (value := getattr(record, fact, None)) is not None:
                line[fact] = value
        trace = record.exc_text or (self.formatException(record.exc_info) if record.exc_info else None)
        if trace:
            line["traceback"] = redact(trace)
        return json.dumps(line, ensure_ascii=False, default=str)


class _IntoQueue(logging.handlers.QueueHandler):
    """Freezes message and trace of a record without merging them, and drops records of a full queue."""

    dropped = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        frozen = copy.copy(record)
        frozen.msg = record.getMessage()
        frozen.args = None
        if record.exc_info and not record.exc_text:
            frozen.exc_text = _trace_formatter.formatException(record.exc_info)
        frozen.exc_info = None
        return frozen

    def enqueue(self, record: logging.LogRecord) -> None:
        try:
            self.queue.put_nowait(record)
        except queue.Full:
            self.dropped += 1


_trace_formatter = logging.Formatter()


class _RotatingFile(logging.handlers.RotatingFileHandler):
    """Rotates in the handler that writes; a write that fails is reported on the console once a minute."""

    _complained = -_COMPLAINT_SECONDS

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        del record
        if time.monotonic() - self._complained < _COMPLAINT_SECONDS:
            return
        self._complained = time.monotonic()
        error = sys.exc_info()[1]
        sys.stderr.write(f"The log {self.baseFilename} cannot be written ({error}); free some space.\n")


@dataclass(slots=True)
class LogSetup:
    """The running log; `close` writes what is queued and puts the root logger back as it was."""

    directory: Path | None
    _listener: logging.handlers.QueueListener
    _handler: logging.Handler
    targets: list[logging.Handler]
    _root_level: int
    _levels: dict[str, int] = field(default_factory=dict[str, int])
    _unsubscribe: Callable[[], None] | None = None

    def follow(self, config: Settings) -> None:
        """Apply levels and sizes of the configuration now and whenever they change (CORE-704)."""

        def apply(*_: object) -> None:
            self.apply_levels(config.get("logging.level"), {**_QUIET, **config.get("logging.levels")})
            self.apply_sizes(config.get("logging.max_bytes"), config.get("logging.backup_count"))

        apply()
        self._unsubscribe = config.subscribe("logging", apply)

    def apply_levels(self, level: str, levels: Mapping[str, str]) -> None:
        """Set the level of the root logger and of single loggers, now (CORE-704)."""
        logging.getLogger().setLevel(level)
        for name in set(self._levels) - set(levels):
            logging.getLogger(name).setLevel(self._levels.pop(name))
        for name, wanted in levels.items():
            named = logging.getLogger(name)
            self._levels.setdefault(name, named.level)
            named.setLevel(wanted)

    def apply_sizes(self, max_bytes: int, backup_count: int) -> None:
        """Change when files rotate and how many are kept, now."""
        for target in self.targets:
            if isinstance(target, _RotatingFile):
                target.maxBytes = max_bytes
                target.backupCount = 1 if target.baseFilename.endswith(CURRENT_RUN) else backup_count

    def close(self) -> None:
        """Flush and close; doing it twice is harmless."""
        root = logging.getLogger()
        if self._handler not in root.handlers:
            return
        if self._unsubscribe is not None:
            self._unsubscribe()
        root.removeHandler(self._handler)
        self._listener.stop()
        for target in self.targets:
            target.close()
        self.apply_levels(logging.getLevelName(self._root_level), {})


def configure(config: Settings, directory: Path, *, console: IO[str] | None = None) -> LogSetup:
    """Send every record to the console and, unless switched off, to the two files of the instance."""
    as_json = config.get("logging.format") == "json"
    targets: list[logging.Handler] = [console_handler(console or sys.stderr, as_json=as_json)]
    folder = directory / "botlogs" if config.get("logging.to_file") else None
    if folder is not None:
        targets += _files(folder, config, as_json=as_json)
    handler = _IntoQueue(queue.Queue(_QUEUED))
    listener = logging.handlers.QueueListener(handler.queue, *targets)
    root = logging.getLogger()
    setup = LogSetup(folder, listener, handler, targets, root.level)
    root.addHandler(handler)
    setup.follow(config)
    listener.start()
    return setup


def console_handler(stream: IO[str], *, as_json: bool = False) -> logging.Handler:
    """Return a handler for the console; coloured on a terminal unless NO_COLOR is set (CORE-703)."""
    handler = logging.StreamHandler(stream)
    coloured = stream.isatty() and not os.environ.get("NO_COLOR")
    handler.setFormatter(JsonFormatter() if as_json else TextFormatter(coloured=coloured))
    return handler


def say_critical(sentence: str) -> None:
    """Write one CRITICAL line to the console, for failures before the log is open or after it closed."""
    handler = console_handler(sys.stderr)
    handler.handle(logging.LogRecord("guildwright", logging.CRITICAL, "", 0, sentence, None, None))


def _files(folder: Path, config: Settings, *, as_json: bool) -> list[logging.Handler]:
    folder.mkdir(parents=True, exist_ok=True)
    for old in (folder / CURRENT_RUN, folder / f"{CURRENT_RUN}.1"):
        old.unlink(missing_ok=True)
    size: int = config.get("logging.max_bytes")
    handlers: list[logging.Handler] = []
    for name, kept in ((PERMANENT, config.get("logging.backup_count")), (CURRENT_RUN, 1)):
        handler = _RotatingFile(folder / name, maxBytes=size, backupCount=kept, encoding="utf-8", delay=True)
        handler.setFormatter(JsonFormatter() if as_json else TextFormatter())
        handlers.append(handler)
    return handlers
