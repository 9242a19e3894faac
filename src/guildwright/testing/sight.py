"""Recognising in a person's stream what a test waits for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from guildwright.testing.errors import OutcomeError
from guildwright.testing.inbox import Event
from guildwright.testing.message import Message, read_message
from guildwright.testing.modal import Modal, read_modal

if TYPE_CHECKING:
    from guildwright.testing.person import Person
    from guildwright.testing.place import Channel

Where: TypeAlias = "str | int | Channel | Message"
Matching: TypeAlias = str | re.Pattern[str] | Callable[[Message], object] | None

SHOWN = frozenset({"message", "message_update"})


def message_of(event: Event, person: Person) -> Message | None:
    """Return the message that an event shows, if it shows one."""
    if event.type in SHOWN or event.type == "reaction":
        return read_message(event.data, person, event.position)
    return None


def matches(message: Message, matching: Matching) -> bool:
    """Tell whether its text contains the string, is found by the pattern, or satisfies the callable."""
    if matching is None:
        return True
    if isinstance(matching, str):
        return matching in message.text
    if isinstance(matching, re.Pattern):
        return matching.search(message.text) is not None
    return bool(matching(message))


def looks(message: Message) -> tuple[object, ...]:
    """Return what makes two versions of a message differ for a reader."""
    return (
        message.content,
        message.embeds,
        message.buttons,
        message.menus,
        message.displays,
        message.attachments,
        message.loading,
        message.pinned,
    )


@dataclass(frozen=True, slots=True)
class Watch:
    """What counts as the next thing a person sees after doing something."""

    person: Person
    channel_id: int
    interaction_id: int | None = None
    source: Message | None = None
    own_message_id: int = 0

    def next_thing(self, event: Event) -> Message | Modal | None:
        """Return the answer if the event is one; a failed interaction ends the wait."""
        if event.type == "modal":
            return self._modal(event)
        if event.type == "interaction":
            self._refuse_failure(event)
            return None
        message = message_of(event, self.person) if event.type in SHOWN else None
        return message if message is not None and self._answers(event, message) else None

    def _modal(self, event: Event) -> Modal | None:
        if self.interaction_id is None or int(event.data["interaction_id"]) != self.interaction_id:
            return None
        return read_modal(event.data, self.person)

    def _refuse_failure(self, event: Event) -> None:
        own = self.interaction_id is not None and int(event.data["interaction_id"]) == self.interaction_id
        if own and event.data.get("state") == "failed":
            reason = event.data.get("reason") or "The application did not respond"
            raise OutcomeError(f"{self.person.name} saw the interaction fail: {reason}")

    def _answers(self, event: Event, message: Message) -> bool:
        if message.loading or message.author.id == self.person.id:
            return False
        if self.source is not None and message.id == self.source.id:
            return looks(message) != looks(self.source)
        if self.interaction_id is not None and message.interaction_id == self.interaction_id:
            return True
        # What was written before may arrive late; it is no answer.
        is_newer = message.id > (self.interaction_id or self.own_message_id)
        return event.type == "message" and is_newer and self._is_from_a_bot_here(message)

    def _is_from_a_bot_here(self, message: Message) -> bool:
        return message.author.bot and message.channel_id == self.channel_id
