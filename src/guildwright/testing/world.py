"""One world of the sandbox, opened for one test: its people, its guilds, its faults and its clock."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from guildwright.sandbox.faults.client import Faults
from guildwright.testing.control import ControlClient
from guildwright.testing.errors import OutcomeError, is_verdict, require
from guildwright.testing.person import Person
from guildwright.testing.transcript import Transcript

if TYPE_CHECKING:
    from guildwright.testing.process import SandboxProcess
    from guildwright.testing.settling import Watcher

__tracebackhide__ = is_verdict

PATIENCE = 5.0


class World:
    """Isolated: own guilds, people, messages, bot user, token and commands.

    `patience` is how many seconds every wait of this world allows.
    """

    def __init__(self, opened: dict[str, Any], root: ControlClient) -> None:
        self.name: str = opened["name"]
        self.api_base: str = opened["api_base"]
        self.cdn_base: str = opened["cdn_base"]
        self.gateway: str = opened["gateway"]
        self.token: str = opened["token"]
        self.owner_id = int(opened["owner_id"])
        self.control = root.moved_to(opened["control"])
        self._root = root
        self.patience = PATIENCE
        self.transcript = Transcript()
        self.faults = Faults(self.control, lambda text: self.transcript.did(None, text))
        self.pending: dict[int, str] = {}
        self.watcher: Watcher | None = None
        self.people = {
            person["name"]: Person(self, int(person["id"]), person["name"])
            for person in map(with_name, opened["people"])
        }

    @classmethod
    async def open(cls, process: SandboxProcess, **settings: Any) -> World:
        """Create a fresh world in a running sandbox, with everybody looking."""
        root = ControlClient(process.control, process.token)
        try:
            world = cls(await root.post("/worlds", settings), root)
        except BaseException:
            await root.close()
            raise
        await asyncio.gather(*map(world._seat, world.people.values()))
        return world

    def person(self, name: str) -> Person:
        """Return somebody by name, in any case."""
        for known, person in self.people.items():
            if known.lower() == name.lower():
                return person
        raise OutcomeError(f"Nobody is called {name!r} in this world, only {', '.join(self.people)}.")

    async def settled(self, *, within: float | None = None) -> None:
        """Wait until the bot has finished everything it was sent.

        All events delivered are dispatched, no task that an event started runs, no REST call is open.
        """
        watcher = require(self.watcher, "No bot of this test is watched: ask for `app` or `plain_bot`.")
        await watcher.settled(self.patience if within is None else within)

    async def fault(self, kind: str, **fields: object) -> int:
        """Break something by the name of its kind, such as "drop"; `faults` takes them typed."""
        self.transcript.did(None, f"fault: {kind} {fields or ''}".rstrip())
        return (await self.control.post("/faults", {"kind": kind, **fields}))["affected"]

    async def advance(self, seconds: float) -> None:
        """Move the world's clock."""
        await self.control.post("/clock", {"advance": seconds})

    async def change(self, **settings: object) -> None:
        """Change settings of the world: heartbeat_interval_ms, max_concurrency, limits and others."""
        await self.control.post("/settings", settings)

    async def sessions(self) -> list[dict[str, Any]]:
        """Return the gateway sessions of the bot."""
        answer: Any = await self.control.get("/sessions")
        return answer

    async def traffic(self, since: int = 0) -> list[dict[str, Any]]:
        """Return gateway events and REST calls as the inspector shows them."""
        return (await self.control.get("/traffic", since=since))["entries"]

    async def close(self) -> None:
        """Leave; the world is gone afterwards."""
        await asyncio.gather(*(person.inbox.close() for person in self.people.values()))
        await self._root.delete(f"/worlds/{self.name}")
        await self._root.close()

    async def _seat(self, person: Person) -> None:
        person.inbox.open(await self.control.events(person.id))


def with_name(raw: dict[str, Any]) -> dict[str, Any]:
    return {"id": raw["id"], "name": raw.get("global_name") or raw.get("name") or raw["username"]}
