"""The one error shape of Guildwright.

Every error a person can meet is a `GuildwrightError`: a sentence that names the problem, a hint that says
what to do, a code for programs and the exit code it leads to. Recorded failures get an ID that sorts by time.
"""

import hashlib
import logging
import secrets
import threading
import time
import traceback
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal

from guildwright import __version__
from guildwright.kernel.exit_code import ExitCode
from guildwright.kernel.secrets import redact

Kind = Literal["S", "U"]
Severity = Literal["error", "warning", "info"]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ID_LENGTH = 12
_RANDOM_BITS = 18
_KEPT = 200
_INNERMOST_FRAMES = 3

logger = logging.getLogger("guildwright.errors")


class GuildwrightError(Exception):
    """A failure with a sentence for people, a code for programs and facts for the log."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[ExitCode] = ExitCode.FAILED

    def __init__(self, message: str, *, hint: str = "", **context: Any) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.context: dict[str, Any] = context

    @property
    def sentence(self) -> str:
        """The message and, where there is one, what to do about it."""
        return f"{self.message} {self.hint}".strip()

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the configuration, told so that it can be put right."""

    path: str
    found: str
    expected: str
    severity: Severity = "error"

    def __str__(self) -> str:
        found = f"{self.found}; " if self.found else ""
        return f"{self.path}: {found}{self.expected}"


class ConfigError(GuildwrightError):
    """The operator's configuration is wrong; `problems` lists everything at once."""

    code = "config"
    exit_code = ExitCode.CONFIG

    def __init__(
        self, message: str, *, hint: str = "", problems: tuple[Problem, ...] = (), **context: Any
    ) -> None:
        super().__init__(message, hint=hint, **context)
        self.problems = problems


class CredentialError(GuildwrightError):
    """Discord refused the token or the intents; trying again changes nothing (CORE-508)."""

    code = "credentials"
    exit_code = ExitCode.CONFIG


class StoreError(GuildwrightError):
    """The database could not be read or written."""

    code = "store"


class SchemaError(StoreError):
    """The database belongs to another version of the program."""

    code = "schema"
    exit_code = ExitCode.CONFIG


class LockedError(GuildwrightError):
    """Another process works on the same data directory."""

    code = "locked"
    exit_code = ExitCode.CONFIG


class MissingExtraError(GuildwrightError):
    """A verb needs packages that are not installed."""

    code = "missing_extra"
    exit_code = ExitCode.CONFIG


class _IdSource:
    """Counts upwards from the clock, so that IDs are unique and sort by time within a process."""

    def __init__(self) -> None:
        self._last = 0
        self._lock = threading.Lock()

    def next(self) -> str:
        wanted = (time.time_ns() // 1_000_000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
        with self._lock:
            self._last = wanted = max(wanted, self._last + 1)
        digits = (wanted >> 5 * place & 31 for place in reversed(range(_ID_LENGTH)))
        return "E-" + "".join(_CROCKFORD[digit] for digit in digits)


_ids = _IdSource()


def new_error_id() -> str:
    """Return a new ID: `E-` and twelve characters of Crockford's base 32, sortable by time."""
    return _ids.next()


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """One failure; `kind` is S for the system's and U for a person's mistake."""

    error_id: str
    fingerprint: str
    kind: Kind
    type: str
    message: str
    traceback: str
    source: str
    command: str | None
    extension: str | None
    guild_id: int | None
    channel_id: int | None
    user_id: int | None
    shard_id: int | None
    first_seen: datetime
    last_seen: datetime
    cluster: str | None = None
    version: str = __version__
    count: int = 1
    reported_at: datetime | None = None


class Journal:
    """Records failures, logs them and counts a person's mistakes apart from ours."""

    def __init__(self, limit: int = _KEPT) -> None:
        self._records: deque[ErrorRecord] = deque(maxlen=limit)
        self.user_errors = 0
        self.system_errors = 0

    def record(
        self,
        error: BaseException,
        *,
        source: str,
        kind: Kind = "S",
        command: str | None = None,
        extension: str | None = None,
        guild_id: int | None = None,
        channel_id: int | None = None,
        user_id: int | None = None,
        shard_id: int | None = None,
    ) -> ErrorRecord:
        """Keep the failure and log it; returns the record whose ID is shown to people."""
        now = datetime.now(UTC)
        record = ErrorRecord(
            error_id=new_error_id(),
            fingerprint=_fingerprint(error),
            kind=kind,
            type=type(error).__name__,
            message=redact(str(error)),
            traceback=redact("".join(traceback.format_exception(error))),
            source=source,
            command=command,
            extension=extension,
            guild_id=guild_id,
            channel_id=channel_id,
            user_id=user_id,
            shard_id=shard_id,
            first_seen=now,
            last_seen=now,
        )
        self._records.append(record)
        self._count(record)
        _log(record, error)
        return record

    def recent(self, limit: int = 10) -> list[ErrorRecord]:
        """Return the newest records, newest first."""
        return list(reversed(self._records))[:limit]

    def find(self, error_id: str) -> ErrorRecord | None:
        """Return the record of this ID, if it is still kept; case and blanks do not matter."""
        wanted = error_id.strip().upper()
        return next((record for record in self._records if record.error_id == wanted), None)

    def _count(self, record: ErrorRecord) -> None:
        if record.kind == "U":
            self.user_errors += 1
        else:
            self.system_errors += 1


def _fingerprint(error: BaseException) -> str:
    """Equal for failures of one type from the same place, whatever their message says."""
    frames = traceback.extract_tb(error.__traceback__)[-_INNERMOST_FRAMES:]
    places = [f"{frame.filename}:{frame.name}:{frame.lineno}" for frame in frames]
    return hashlib.sha256("\n".join([type(error).__qualname__, *places]).encode()).hexdigest()[:16]


def _log(record: ErrorRecord, error: BaseException) -> None:
    facts = {
        "error_id": record.error_id,
        "guild_id": record.guild_id,
        "command": record.command,
        "shard_id": record.shard_id,
    }
    where = f"{record.source} {record.command or record.extension or ''}".strip()
    if record.kind == "U":
        logger.info("%s: %s: %s", where, record.type, record.message, extra=facts)
    else:
        logger.error("%s failed: %s: %s", where, record.type, record.message, exc_info=error, extra=facts)
