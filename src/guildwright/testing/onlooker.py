"""What one person sees: the stream of the own client, and waiting for something in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from guildwright.testing.errors import OutcomeError, is_verdict
from guildwright.testing.inbox import Event, Inbox, StreamClosedError
from guildwright.testing.message import Message, read_message
from guildwright.testing.modal import Modal, read_modal
from guildwright.testing.place import Channel, Guild, Sight, find_channel, read_sight
from guildwright.testing.sight import SHOWN, Matching, Where, looks, matches, message_of

if TYPE_CHECKING:
    from guildwright.testing.person import Person
    from guildwright.testing.world import World

__tracebackhide__ = is_verdict

T = TypeVar("T")
OPEN_AT_FIRST = "#general"


class Onlooker:
    """Somebody's eyes. Waits end in OutcomeError with the conversation when nothing comes in time."""

    def __init__(self, world: World, person_id: int, name: str) -> None:
        self.world = world
        self.id = person_id
        self.name = name
        self.inbox = Inbox(self._saw)
        self._me = cast("Person", self)  # nobody else derives from it; messages name the person who saw them
        self._open: Where = OPEN_AT_FIRST
        self._read_to = 0
        self._sight: Sight | None = None
        self._known: dict[int, Message] = {}
        self._gone: set[int] = set()
        self._modal: Modal | None = None

    async def message(
        self, where: Where | None = None, matching: Matching = None, *, within: float | None = None
    ) -> Message:
        """Return the next message of somebody else that matches, after the last thing waited for."""
        return await self.find_message(self._read_to, where or self._open, matching, within)

    async def find_message(
        self, start: int, where: Where, matching: Matching, within: float | None
    ) -> Message:
        channel_id = await self.channel_id(where)

        def pick(event: Event) -> Message | None:
            seen = message_of(event, self._me) if event.type in SHOWN else None
            if seen is None or seen.channel_id != channel_id or seen.author.id == self.id or seen.loading:
                return None
            return seen if matches(seen, matching) else None

        wanted = "" if matching is None else f" matching {matching!r}"
        return await self.see(start, pick, f"no message{wanted} in {where}", within)

    async def edited(self, message: Message, *, within: float | None = None) -> Message:
        """Return the next version of a message that looks different from this one."""

        def pick(event: Event) -> Message | None:
            seen = message_of(event, self._me)
            changed = seen is not None and seen.id == message.id and looks(seen) != looks(message)
            return seen if changed else None

        return await self.see(message.seen_at, pick, f"no change of {message.text[:80]!r}", within)

    async def deleted(self, message: Message, *, within: float | None = None) -> None:
        """Wait until a message is gone."""

        def pick(event: Event) -> bool | None:
            gone = event.type == "message_delete" and str(message.id) in event.data["ids"]
            return gone or None

        await self.see(message.seen_at, pick, f"{message.text[:80]!r} still there", within)

    async def reacted(self, message: Message, emoji: str, *, within: float | None = None) -> Message:
        """Return the message once it carries that reaction."""

        def pick(event: Event) -> Message | None:
            seen = message_of(event, self._me)
            has = seen is not None and seen.id == message.id and emoji in {r.emoji for r in seen.reactions}
            return seen if has else None

        return await self.see(message.seen_at, pick, f"no {emoji} under {message.text[:80]!r}", within)

    async def history(self, where: Where, *, limit: int = 50) -> list[Message]:
        """Return the newest messages of a channel, oldest first, as this person reads them there."""
        channel_id = await self.channel_id(where)
        answer = await self.world.control.get(f"/channels/{channel_id}/messages", as_=self.id, limit=limit)
        return [self._read(raw, len(self.inbox.events)) for raw in answer["messages"]]

    async def commands(self) -> list[str]:
        """Return the commands offered in the open channel, groups written out: "config set"."""
        offered = await self._offered(await self.channel_id(self._open))
        return [" ".join(each["path"] or [each["name"]]) for each in offered]

    async def sight(self) -> Sight:
        """Return guilds, channels, roles and members as this person's client shows them now."""
        self._sight = read_sight(await self.world.control.get("/state", as_=self.id))
        for guild in self._sight.guilds:
            self.world.transcript.places.update({each.id: f"#{each.name}" for each in guild.channels})
        self.world.transcript.places.update(dict.fromkeys(self._sight.dms, "direct message"))
        return self._sight

    def look_at(self, state: dict[str, Any]) -> Sight:
        """Take in the answer of `/state`, and tell the transcript what the places are called."""
        self._sight = read_sight(state)
        places = self.world.transcript.places
        for guild in self._sight.guilds:
            places.update({each.id: f"#{each.name}" for each in guild.channels})
        places.update(dict.fromkeys(self._sight.dms, f"{self.name}'s direct messages"))
        return self._sight

    async def guild(self, name: str = "") -> Guild:
        """Return a guild as it is now; without a name, the first."""
        seen = await self.sight()
        return seen.guild(name) if name else seen.guilds[0]

    async def channel_id(self, where: Where) -> int:
        """Return the id of a place: "#general", "Guild/#general", "dm", an id, a channel or a message."""
        if isinstance(where, int):
            return where
        if isinstance(where, Message):
            return where.channel_id
        if isinstance(where, Channel):
            return where.id
        if where == "dm":
            return await self._direct_channel()
        found = self._sight.find_channel(where) if self._sight else None
        return (found or find_channel(await self.sight(), where, self.name)).id

    async def see(
        self, start: int, pick: Callable[[Event], T | None], missing: str, within: float | None = None
    ) -> T:
        """Return what `pick` accepts first, from event `start` on; `missing` names what did not come."""
        patience = self.world.patience if within is None else within

        def read(event: Event) -> T | None:
            found = pick(event)
            if found is not None:
                self._read_to = max(self._read_to, event.position + 1)
            return found

        try:
            return await self.inbox.first(start, read, patience)
        except TimeoutError:
            sentence = f"{self.name} saw {missing} within {patience:g} s."
        except StreamClosedError:
            sentence = f"{self.name} saw {missing}: the sandbox closed the connection."
        raise OutcomeError(sentence, self.world.transcript.text())

    async def bot_deeds(self, start: int, where: Where | None, matching: Matching) -> list[str]:
        """Return what bots said, changed or deleted before this person's eyes since event `start`."""
        await self.inbox.catch_up(self.world.patience)
        channel_id = None if where is None else await self.channel_id(where)
        deeds = (self._deed(event, channel_id, matching) for event in self.inbox.events[start:])
        return [deed for deed in deeds if deed]

    def _deed(self, event: Event, channel_id: int | None, matching: Matching) -> str:
        if event.type == "modal":
            return f"the modal {read_modal(event.data, self._me).title!r}"
        if event.type == "message_delete":
            return self._deletion(event, channel_id, matching)
        seen = message_of(event, self._me) if event.type in SHOWN else None
        if seen is None or not seen.author.bot or channel_id not in {None, seen.channel_id}:
            return ""
        return f"{seen.author.name}: {seen.text!r}" if matches(seen, matching) else ""

    def _deletion(self, event: Event, channel_id: int | None, matching: Matching) -> str:
        if channel_id not in {None, int(event.data["channel_id"])}:
            return ""
        gone = [self._known[int(each)] for each in event.data["ids"] if int(each) in self._known]
        return ", ".join(f"{each.text!r} deleted" for each in gone if matches(each, matching))

    async def _direct_channel(self) -> int:
        bot_id = (self._sight or await self.sight()).bot_id
        answer = await self.world.control.post("/actions/dm", {"as": str(self.id), "user_id": str(bot_id)})
        return int(answer["channel"]["id"])

    async def _offered(self, channel_id: int) -> list[dict[str, Any]]:
        answer = await self.world.control.get("/commands", as_=self.id, channel_id=channel_id)
        return answer["commands"]

    def _read(self, raw: dict[str, Any], position: int) -> Message:
        return read_message(raw, self._me, position)

    def _newest(self, wanted: Callable[[Message], bool], name: str) -> Message:
        for message in sorted(self._known.values(), key=lambda each: each.id, reverse=True):
            if message.id not in self._gone and wanted(message):
                return message
        raise OutcomeError(f"{self.name} sees no message with {name!r}.", self.world.transcript.text())

    def _saw(self, event: Event) -> None:
        if event.type == "message_delete":
            for gone in event.data["ids"]:
                self._gone.add(int(gone))
                self.world.transcript.lost(int(event.data["channel_id"]), int(gone))
        elif event.type == "modal":
            self._modal = modal = read_modal(event.data, self._me)
            self.world.transcript.did(modal.channel_id, f"{self.name} sees the modal {modal.title!r}")
        elif event.type == "interaction" and event.data.get("state") == "failed":
            reason = event.data.get("reason") or "The application did not respond"
            self.world.transcript.did(None, f"{self.name} sees: {reason}")
        elif message := message_of(event, self._me):
            self._known[message.id] = message
            self.world.transcript.saw(message)
