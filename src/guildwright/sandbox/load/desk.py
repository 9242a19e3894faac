"""The one load that a world may have at a time, and the report of the last."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

from guildwright.sandbox.people.refusal import conflict

from .drive import Load

if TYPE_CHECKING:
    from guildwright.sandbox.world import World

    from .plan import LoadPlan, LoadReport


class LoadDesk:
    """Starts and stops the load of a world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stopped = asyncio.Event()
        self._load: asyncio.Task[LoadReport] | None = None

    @property
    def running(self) -> bool:
        return self._load is not None and not self._load.done()

    def start(self, plan: LoadPlan) -> None:
        """Begin a load.

        Raises:
            RefusedError: One is running already, or the bot cannot be put under this one.
        """
        if self.running:
            raise conflict("load_running", "A load is running in this world; end it first.")
        self._stopped = asyncio.Event()
        self._load = asyncio.create_task(Load(self._world, plan, self._stopped).run(), name="load")

    async def report(self, seconds: float) -> LoadReport | None:
        """The report of the last load; waits for the end of one that is running, so long at most."""
        if self._load is None:
            return None
        await asyncio.wait({self._load}, timeout=seconds)
        return self._load.result() if self._load.done() and not self._load.cancelled() else None

    def stop(self) -> bool:
        """Send nothing more; the report follows when the answers are there. False when nothing ran."""
        self._stopped.set()
        return self.running

    async def close(self) -> None:
        """End the load without a report: the world closes."""
        if self._load is not None:
            self._load.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.gather(self._load, return_exceptions=True)


def load_desk(world: World) -> LoadDesk:
    """The one desk of a world, made when it is first asked for."""
    return world.part(LoadDesk)
