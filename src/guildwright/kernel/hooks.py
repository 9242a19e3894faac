"""Named points others attach to.

Handlers of a hook run one after the other, higher priority first. One that raises or takes too long is
recorded and the next one runs; the emitter never sees it.
"""

import asyncio
import re
from bisect import insort
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from guildwright.kernel.errors import GuildwrightError, Journal

Handler = Callable[[Any], Awaitable[None]]

_NAME = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_TIMEOUT_SECONDS = 10.0


class HookError(GuildwrightError):
    """A hook or handler that cannot be registered."""

    code = "hook"


class HookTimeoutError(HookError):
    """A handler did not finish in its time."""

    code = "hook_timeout"


@dataclass(slots=True, eq=False)
class Registration:
    """One handler at one hook; `remove` takes it away again."""

    hook: str
    handler: Handler
    priority: int
    owner: str
    _hooks: "Hooks" = field(repr=False)

    def remove(self) -> None:
        """Detach the handler; doing it twice is harmless."""
        self._hooks.discard(self)


class Hooks:
    """Who listens to what, and the calling of them."""

    def __init__(self, journal: Journal, *, timeout: float = _TIMEOUT_SECONDS) -> None:
        self._journal = journal
        self._timeout = timeout
        self._registrations: dict[str, tuple[Registration, ...]] = {}

    def register(self, hook: str, handler: Handler, *, priority: int = 0, owner: str = "") -> Registration:
        """Attach an async handler; higher priority runs first, equal ones in order of registration.

        Raises HookError for a name that is none and for a handler that is not callable.
        """
        if not _NAME.fullmatch(hook):
            raise HookError(
                f"{hook!r} is not a name of a hook.",
                hint="Use 1–100 characters: letters, digits and _ . : -",
            )
        if not callable(handler):
            raise HookError(f"The handler for {hook} is not callable.", hint="Pass an async function.")
        registration = Registration(hook, handler, priority, owner, self)
        ordered = list(self._registrations.get(hook, ()))
        insort(ordered, registration, key=lambda known: -known.priority)
        self._registrations[hook] = tuple(ordered)
        return registration

    def discard(self, registration: Registration) -> None:
        """Detach one registration if it is still attached."""
        self._keep(registration.hook, lambda known: known is not registration)

    def remove(self, *, owner: str) -> int:
        """Detach everything of this owner and of modules within it; returns how many handlers that were."""
        before = len(self)
        for hook in list(self._registrations):
            self._keep(hook, lambda known: known.owner != owner and not known.owner.startswith(f"{owner}."))
        return before - len(self)

    def registered(self, hook: str | None = None) -> tuple[Registration, ...]:
        """Return the registrations of one hook or of all, in the order they run."""
        if hook is not None:
            return self._registrations.get(hook, ())
        return tuple(known for ordered in self._registrations.values() for known in ordered)

    def __len__(self) -> int:
        return sum(len(ordered) for ordered in self._registrations.values())

    async def emit(self, hook: str, payload: Any = None) -> int:
        """Call every handler of the hook with the payload; returns how many finished without failing."""
        succeeded = 0
        for registration in self._registrations.get(hook, ()):
            succeeded += await self._call(registration, payload)
        return succeeded

    async def _call(self, registration: Registration, payload: Any) -> bool:
        """Run one handler within its time; its failure is recorded and goes no further."""
        limit = asyncio.timeout(self._timeout)
        try:
            async with limit:
                await registration.handler(payload)
        except asyncio.CancelledError as error:
            if _is_cancelled_from_outside():
                raise
            self._record(registration, error)
            return False
        except Exception as error:  # noqa: BLE001 - whatever a handler raises must not reach the emitter
            self._record(registration, self._too_slow(registration) if limit.expired() else error)
            return False
        return True

    def _too_slow(self, registration: Registration) -> HookTimeoutError:
        return HookTimeoutError(
            f"A handler of {registration.hook} did not finish within {self._timeout:g} s and was stopped.",
            hint="Hand long work to a task of its own.",
        )

    def _record(self, registration: Registration, error: BaseException) -> None:
        self._journal.record(error, source="hook", command=registration.hook, extension=registration.owner)

    def _keep(self, hook: str, wanted: Callable[[Registration], bool]) -> None:
        kept = tuple(known for known in self._registrations.get(hook, ()) if wanted(known))
        if kept:
            self._registrations[hook] = kept
        else:
            self._registrations.pop(hook, None)


def _is_cancelled_from_outside() -> bool:
    """Tell the emitter's own cancellation from a CancelledError that a handler raised itself."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
