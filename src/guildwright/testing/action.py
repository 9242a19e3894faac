"""One thing a person does, and the ways to wait for what comes of it.

Nothing happens before it is awaited: `await olivia.says("#general", "!ping")` speaks and returns the reply,
`await olivia.says("#general", "hello").nothing()` speaks and holds when the bot stays silent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from guildwright.testing.errors import OutcomeError, is_verdict, require
from guildwright.testing.message import Message
from guildwright.testing.modal import Modal
from guildwright.testing.sight import Matching, Watch, Where

if TYPE_CHECKING:
    from guildwright.testing.person import Person

__tracebackhide__ = is_verdict

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Deed:
    """What an action left behind: where it happened and how its answer is recognised."""

    channel_id: int
    start: int
    message: Message | None = None
    interaction_id: int | None = None
    source: Message | None = None


class Action(Generic[Seen]):
    """Awaiting it does it and returns what the person sees next."""

    def __init__(self, person: Person, summary: str, perform: Callable[[], Awaitable[Deed]]) -> None:
        self._person = person
        self._summary = summary
        self._perform = perform
        self._deed: Deed | None = None
        person.world.pending[id(self)] = f"{person.name}.{summary}"

    def __await__(self) -> Generator[Any, None, Seen]:
        return self.reply().__await__()

    async def done(self) -> Deed:
        """Do it, once, and wait for nothing."""
        if self._deed is None:
            self._person.world.pending.pop(id(self), None)
            self._deed = await self._perform()
        return self._deed

    async def sent(self) -> Message:
        """Do it and return the person's own message."""
        deed = await self.done()
        return require(deed.message, f"{self._summary} sends no message.")

    async def reply(self, *, within: float | None = None) -> Seen:
        """Return what the person sees next: an answer, a change of the message clicked on, or a modal."""
        deed = await self.done()
        own = deed.message.id if deed.message else 0
        watch = Watch(self._person, deed.channel_id, deed.interaction_id, deed.source, own)
        missing = f"no answer to {self._summary}"
        return cast("Seen", await self._person.see(deed.start, watch.next_thing, missing, within))

    async def modal(self, *, within: float | None = None) -> Modal:
        """Return the modal that opens."""
        seen = await self.reply(within=within)
        if isinstance(seen, Modal):
            return seen
        raise OutcomeError(f"{self._summary} showed no modal but {seen!r}.")

    async def message(
        self, where: Where | None = None, matching: Matching = None, *, within: float | None = None
    ) -> Message:
        """Return the first message of somebody else that matches, in `where` (default: where it was done)."""
        deed = await self.done()
        return await self._person.find_message(deed.start, where or deed.channel_id, matching, within)

    async def edited(self, message: Message | None = None, *, within: float | None = None) -> Message:
        """Return the new look of `message` (default: the message it was done on)."""
        deed = await self.done()
        target = message or deed.source
        target = require(target, f"Say which message {self._summary} changes: edited(message).")
        return await self._person.edited(target, within=within)

    async def deleted(self, message: Message | None = None, *, within: float | None = None) -> None:
        """Wait until `message` (default: the one it was done on, or the person's own) is gone."""
        deed = await self.done()
        target = message or deed.source or deed.message
        target = require(target, f"Say which message {self._summary} deletes: deleted(message).")
        await self._person.deleted(target, within=within)

    async def nothing(
        self, where: Where | None = None, matching: Matching = None, *, within: float | None = None
    ) -> None:
        """Hold when the bot has finished with it and the person saw nothing of it.

        Raises:
            OutcomeError: the bot said, changed or deleted something, or did not finish in time.
        """
        if self._deed is None:
            # What an earlier command still does is not of this one.
            await self._person.world.settled(within=within)
        deed = await self.done()
        await self._person.world.settled(within=within)
        for found in await self._person.bot_deeds(deed.start, where, matching):
            raise OutcomeError(
                f"{self._person.name} should see nothing of {self._summary}, but saw: {found}",
                self._person.world.transcript.text(),
            )
