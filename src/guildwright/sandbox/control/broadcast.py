"""Tells the people who watch what happens in a world, each only what that person may see.

Listens to the world while somebody watches and not otherwise, so that a sandbox under load without
a page pays nothing. Frames are built when the event happens: a message deleted a moment later has
been seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from guildwright.sandbox.faults.board import faults_of
from guildwright.sandbox.people.overview import bot_payload
from guildwright.sandbox.people.texts import component_with_trees, parts
from guildwright.sandbox.people.view import message_view
from guildwright.sandbox.rest.commands import command_book
from guildwright.sandbox.rest.interactions import EphemeralChange, InteractionUpdate, board_of
from guildwright.sandbox.violations import describe
from guildwright.sandbox.world import World, message_accessible

if TYPE_CHECKING:
    from guildwright.sandbox.control.stream import Stream
    from guildwright.sandbox.traffic import TrafficEntry

STATE_DELAY: Final = 0.02
"""Seconds in which changes of the state are told as one."""

_MESSAGE_FRAMES: Final = {
    "MESSAGE_CREATE": "message",
    "MESSAGE_UPDATE": "message_update",
    "MESSAGE_REACTION_ADD": "reaction",
    "MESSAGE_REACTION_REMOVE": "reaction",
    "MESSAGE_REACTION_REMOVE_ALL": "reaction",
    "MESSAGE_REACTION_REMOVE_EMOJI": "reaction",
    "MESSAGE_POLL_VOTE_ADD": "message_update",
    "MESSAGE_POLL_VOTE_REMOVE": "message_update",
}
_STATE_PREFIXES: Final = ("GUILD_", "CHANNEL_", "THREAD_", "VOICE_STATE_", "PRESENCE_", "USER_", "STAGE_")
_NOT_STATE: Final = frozenset(
    {"GUILD_AUDIT_LOG_ENTRY_CREATE", "CHANNEL_PINS_UPDATE", "GUILD_SCHEDULED_EVENT_USER_ADD"}
)


class Broadcast:
    """The watchers of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._streams: list[Stream] = []
        self._unsubscribe: list[Callable[[], None]] = []
        self._pinned: dict[int, set[int]] = {}
        self._bot: dict[str, Any] = {}

    def attach(self, stream: Stream) -> None:
        """Tell this stream everything from now on."""
        if not self._streams:
            self._listen()
        self._streams.append(stream)

    def detach(self, stream: Stream) -> None:
        """Tell this stream nothing any more."""
        self._streams.remove(stream)
        if not self._streams:
            for unsubscribe in self._unsubscribe:
                unsubscribe()
            self._unsubscribe.clear()

    def close(self) -> None:
        """End every stream: the world closes."""
        for stream in self._streams:
            stream.end()

    def _listen(self) -> None:
        board = board_of(self._world)
        bot = bot_payload(self._world)
        self._bot = {key: bot[key] for key in ("online", "status", "activities")}
        self._pinned = {
            channel_id: pinned
            for channel_id, messages in self._world.backend.messages.items()
            if (pinned := {message.id for message in messages.values() if message.pinned})
        }
        self._unsubscribe = [
            self._world.subscribe(self._on_event),
            self._world.traffic.subscribe(self._on_traffic),
            self._world.gateway.on_presence(self._on_presence),
            command_book(self._world).subscribe(self._on_commands),
            board.subscribe(self._on_interaction),
            board.subscribe_ephemeral(self._on_ephemeral),
            faults_of(self._world).subscribe(self._on_faults),
        ]

    def _on_event(self, event: str, payload: dict[str, Any]) -> None:
        frame = _MESSAGE_FRAMES.get(event)
        if frame is not None:
            self._tell_message(frame, payload, int(payload.get("message_id") or payload["id"]))
        elif event == "MESSAGE_DELETE":
            self._tell_deleted(payload, [payload["id"]])
        elif event == "MESSAGE_DELETE_BULK":
            self._tell_deleted(payload, payload["ids"])
        elif event == "TYPING_START":
            self._tell_typing(payload)
        elif event == "CHANNEL_PINS_UPDATE":
            self._tell_pins(int(payload["channel_id"]))
        elif event.startswith(_STATE_PREFIXES) and event not in _NOT_STATE:
            self._tell_state(event, payload)

    def _on_interaction(self, update: InteractionUpdate) -> None:
        for stream in self._streams:
            if stream.person.id != update.user_id:
                continue
            shown = {
                "interaction_id": str(update.interaction_id),
                "channel_id": str(update.channel_id),
                "state": str(update.state),
                "message_id": str(update.message_id) if update.message_id else None,
                "reason": update.reason,
            }
            stream.offer("interaction", shown)
            if update.modal is not None and update.state == "modal":
                stream.offer("modal", {**shown, "modal": modal_view(update.modal)})

    def _on_ephemeral(self, change: EphemeralChange) -> None:
        for stream in self._streams:
            if stream.person.id != change.user_id:
                continue
            if change.kind == "message_delete":
                data = {"channel_id": str(change.channel_id), "ids": [str(change.message_id)]}
                stream.offer("message_delete", data)
                continue
            message = self._world.backend.messages.get(change.channel_id, {}).get(change.message_id)
            if message is not None:
                stream.offer(change.kind, message_view(stream.person, message))

    def _on_faults(self) -> None:
        for stream in self._streams:
            stream.offer("faults", {})

    def _on_traffic(self, entry: TrafficEntry) -> None:
        if entry.kind == "violation":
            told = describe(entry, self._world.traffic.violations[entry.title])
            for stream in self._streams:
                stream.offer("violation", told)
        watching = [stream for stream in self._streams if stream.with_traffic]
        if watching:
            shown = entry.as_dict()
            for stream in watching:
                stream.offer("traffic", shown)

    def _on_presence(self, *_: object) -> None:
        """Tell everyone how the bot shows now, if that is new."""
        bot = bot_payload(self._world)
        shown = {key: bot[key] for key in ("online", "status", "activities")}
        if shown != self._bot:
            self._bot = shown
            for stream in self._streams:
                stream.offer("bot", shown)

    def _on_commands(self) -> None:
        for stream in self._streams:
            stream.offer("commands", {})

    def _watching(self, channel_id: int) -> Iterator[Stream]:
        return (stream for stream in self._streams if stream.person.sees(channel_id))

    def _tell_message(self, frame: str, payload: dict[str, Any], message_id: int) -> None:
        channel_id = int(payload["channel_id"])
        backend = self._world.backend
        messages = backend.messages.get(channel_id, {})
        message = messages.get(message_id)
        if message is None:
            return
        first_in_dm = len(messages) == 1 and backend.channels[channel_id].guild_id is None
        for stream in self._streams:
            if not message_accessible(backend, channel_id, message, stream.person.id):
                continue
            if first_in_dm:
                # The client does not know this conversation yet; no gateway event announces it.
                stream.offer("state", {})
            stream.offer(frame, message_view(stream.person, message))

    def _tell_deleted(self, payload: dict[str, Any], message_ids: list[str]) -> None:
        for stream in self._watching(int(payload["channel_id"])):
            stream.offer("message_delete", {"channel_id": payload["channel_id"], "ids": message_ids})

    def _tell_typing(self, payload: dict[str, Any]) -> None:
        for stream in self._watching(int(payload["channel_id"])):
            if str(stream.person.id) != payload["user_id"]:
                stream.offer("typing", {key: payload[key] for key in ("channel_id", "user_id")})

    def _tell_pins(self, channel_id: int) -> None:
        """Show the messages whose pin changed; Discord's event does not say which they are."""
        messages = self._world.backend.messages.get(channel_id, {})
        pinned = {message.id for message in messages.values() if message.pinned}
        for message_id in pinned ^ self._pinned.get(channel_id, set()):
            self._tell_message("message_update", {"channel_id": channel_id}, message_id)
        self._pinned[channel_id] = pinned

    def _tell_state(self, event: str, payload: dict[str, Any]) -> None:
        user: dict[str, Any] = payload.get("user") or {}
        user_id = int(user.get("id") or payload.get("user_id") or 0)
        if user_id == self._world.bot_id:
            self._on_presence()
        guild_id = int(payload.get("guild_id") or (payload["id"] if event.startswith("GUILD_") else 0))
        guild = self._world.backend.guilds.get(guild_id)
        for stream in self._streams:
            if guild is None or stream.person.id in guild.members or stream.person.id == user_id:
                stream.offer_state(STATE_DELAY)


def modal_view(modal: dict[str, Any]) -> dict[str, Any]:
    """Return the form as the page draws it: its texts parsed."""
    return {**modal, "components": [component_with_trees(item) for item in parts(modal, "components")]}


def broadcast_of(world: World) -> Broadcast:
    """Return the one broadcast of a world."""
    return world.part(Broadcast)
