"""The faults of a world that are in force: how often each struck, when it ends, and its undoing.

Who can be struck asks here (`taking`, `held`); nothing is paid where nothing is in force. Seconds are
real ones: a jump of the world's clock ends no fault.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .kinds import Lasting

if TYPE_CHECKING:
    from guildwright.sandbox.world import World

Undo = Callable[[], Awaitable[None]]
Kind = TypeVar("Kind", bound=Lasting)


@dataclass(slots=True, eq=False)
class ActiveFault(Generic[Kind]):
    """A fault in force."""

    id: int
    fault: Kind
    ends_at: float
    left: int | None
    struck: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    undo: Undo | None = None
    timer: asyncio.TimerHandle | None = None
    random: Random = field(default_factory=Random)

    def facts(self) -> dict[str, Any]:
        """What the control API shows of it."""
        remaining = self.ends_at - asyncio.get_running_loop().time()
        return {
            "id": self.id,
            "title": self.fault.title,
            **self.fault.model_dump(),
            "struck": self.struck,
            "left": self.left,
            "seconds_left": round(max(0.0, remaining), 3),
        }


class FaultBoard:
    """The faults in force in one world."""

    def __init__(self, world: World) -> None:
        self.rest: tuple[ActiveFault[Any], ...] = ()
        self.stopped = asyncio.Event()
        self._world = world
        self._active: dict[int, ActiveFault[Any]] = {}
        self._next_id = 1
        self._listeners: list[Callable[[], None]] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, fault: Kind, undo: Undo | None = None) -> ActiveFault[Kind]:
        """Put a fault in force until its seconds or its count are over; `undo` is awaited at its end."""
        loop = asyncio.get_running_loop()
        count = getattr(fault, "count", None)
        active = ActiveFault(self._next_id, fault, loop.time() + fault.seconds, count, undo=undo)
        seed = getattr(fault, "seed", None)
        active.random = Random(self._world.seed if seed is None else seed)  # noqa: S311 - guards nothing
        self._next_id += 1
        active.timer = loop.call_later(fault.seconds, self.end_soon, active)
        self._active[active.id] = active
        self._note_change()
        return active

    def active(self) -> list[ActiveFault[Any]]:
        """Every fault in force, oldest first."""
        return list(self._active.values())

    def of(self, kind: type[Kind]) -> list[ActiveFault[Kind]]:
        """The faults of one kind that are in force."""
        return [active for active in self._active.values() if isinstance(active.fault, kind)]

    def strike(self, active: ActiveFault[Any], **facts: Any) -> None:
        """Note that a fault in force struck something, and end it when that was the last time."""
        active.struck += 1
        kind: str = active.fault.kind
        self._world.traffic.add("fault", kind, fault=active.id, **facts)
        if active.left is not None:
            active.left -= 1
            if active.left == 0:
                self.end_soon(active)

    async def end(self, fault_id: int) -> bool:
        """End a fault; False when there is none of that number in force."""
        active = self._take(fault_id)
        if active is None:
            return False
        await _undo(active)
        return True

    def end_soon(self, active: ActiveFault[Any]) -> None:
        """End a fault from where nothing can be awaited; its undoing follows at once."""
        if self._take(active.id) is not None and active.undo is not None:
            task = asyncio.create_task(_undo(active), name="fault-undo")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def end_all(self) -> int:
        """End every fault; returns how many there were."""
        ended = [fault_id for fault_id in tuple(self._active) if await self.end(fault_id)]
        await self._idle()
        return len(ended)

    async def stop(self) -> None:
        """Forget every fault without undoing it: the world closes."""
        self.stopped.set()
        for fault_id in tuple(self._active):
            self._take(fault_id)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def subscribe(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` whenever a fault begins or ends; returns what takes it off again."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _take(self, fault_id: int) -> ActiveFault[Any] | None:
        active = self._active.pop(fault_id, None)
        if active is None:
            return None
        if active.timer is not None:
            active.timer.cancel()
        active.ended.set()
        self._world.traffic.add("fault", f"{active.fault.kind} ended", fault=fault_id, struck=active.struck)
        self._note_change()
        return active

    async def _idle(self) -> None:
        """Wait until what ended by itself is undone as well."""
        await asyncio.gather(*self._tasks)

    def _note_change(self) -> None:
        self.rest = tuple(active for active in self._active.values() if active.fault.side == "rest")
        for listener in tuple(self._listeners):
            listener()


async def _undo(active: ActiveFault[Any]) -> None:
    if active.undo is not None:
        await active.undo()


def faults_of(world: World) -> FaultBoard:
    """The one board of a world, made when it is first asked for."""
    return world.part(FaultBoard)
