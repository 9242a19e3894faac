"""How every interaction ended, and who wants to know.

The people's side calls :meth:`InteractionBoard.opened` before it sends INTERACTION_CREATE; the REST
side reports the bot's answer; the board itself reports the silence after three seconds of the
world's clock. Ephemeral messages never cross the gateway, so they are announced here as well.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from guildwright.sandbox.world import Interaction, World

logger = logging.getLogger("guildwright.sandbox.rest")

NO_RESPONSE = "The application did not respond"


class InteractionState(StrEnum):
    """What a person sees of an interaction."""

    PENDING = "pending"
    ANSWERED = "answered"
    DEFERRED = "deferred"
    MODAL = "modal"
    AUTOCOMPLETE = "autocomplete"
    FAILED = "failed"


STATE_OF_CALLBACK = {
    1: InteractionState.ANSWERED,
    4: InteractionState.ANSWERED,
    5: InteractionState.DEFERRED,
    6: InteractionState.DEFERRED,
    7: InteractionState.ANSWERED,
    8: InteractionState.AUTOCOMPLETE,
    9: InteractionState.MODAL,
}


@dataclass(frozen=True, slots=True)
class InteractionUpdate:
    """One interaction as it stands now."""

    interaction_id: int
    user_id: int
    channel_id: int
    state: InteractionState
    message_id: int | None = None
    ephemeral: bool = False
    modal: dict[str, Any] | None = None
    choices: tuple[dict[str, Any], ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class EphemeralChange:
    """A message only one person sees was written, edited or deleted."""

    kind: Literal["message", "message_update", "message_delete"]
    channel_id: int
    message_id: int
    user_id: int


UpdateListener = Callable[[InteractionUpdate], None]
EphemeralListener = Callable[[EphemeralChange], None]


@dataclass(slots=True)
class _Entry:
    update: InteractionUpdate
    deadline: datetime
    expires: datetime
    outcome: asyncio.Future[InteractionUpdate]
    timer: asyncio.TimerHandle | None = field(default=None)


class InteractionBoard:
    """The interactions of one world from click to answer."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._entries: dict[int, _Entry] = {}
        self._listeners: list[UpdateListener] = []
        self._ephemeral: list[EphemeralListener] = []
        world.clock.on_advance(self.expire_due)

    def subscribe(self, listener: UpdateListener) -> Callable[[], None]:
        """Hear of every change of state; returns what ends the subscription."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def subscribe_ephemeral(self, listener: EphemeralListener) -> Callable[[], None]:
        """Hear of every ephemeral message; returns what ends the subscription."""
        self._ephemeral.append(listener)
        return lambda: self._ephemeral.remove(listener)

    def opened(self, interaction_id: int) -> InteractionUpdate:
        """Start the three seconds of an interaction that is about to be sent to the bot."""
        self._forget_expired()
        record = self._world.backend.interactions[interaction_id]
        loop = asyncio.get_running_loop()
        deadline = datetime.fromisoformat(str(record.initial_response_deadline))
        entry = _Entry(
            update=self._describe(record, InteractionState.PENDING),
            deadline=deadline,
            expires=datetime.fromisoformat(str(record.expires_at)),
            outcome=loop.create_future(),
        )
        wait = (deadline - self._world.clock.now()).total_seconds()
        entry.timer = loop.call_later(max(0.0, wait) + 0.005, self.expire_due)
        self._entries[interaction_id] = entry
        return entry.update

    def answered(self, record: Interaction, callback_type: int) -> None:
        """The bot's initial response was accepted."""
        self._settle(self._describe(record, STATE_OF_CALLBACK[callback_type]))

    def completed(self, record: Interaction) -> None:
        """A deferred response became a message."""
        self._settle(self._describe(record, InteractionState.ANSWERED))

    def ephemeral(self, change: EphemeralChange) -> None:
        """Announce a message that the gateway never carries."""
        for listener in tuple(self._ephemeral):
            listener(change)

    def state_of(self, interaction_id: int) -> InteractionUpdate | None:
        """The last known state, or None for an interaction nobody opened or long expired."""
        entry = self._entries.get(interaction_id)
        return entry.update if entry else None

    async def outcome(self, interaction_id: int) -> InteractionUpdate:
        """Wait until the bot answered or its three seconds were over.

        Raises:
            KeyError: the interaction was never opened.
        """
        return await asyncio.shield(self._entries[interaction_id].outcome)

    def expire_due(self, *_: object) -> None:
        """Fail what nobody answered in time; called by timers and by the clock when it jumps."""
        now = self._world.clock.now()
        for interaction_id, entry in tuple(self._entries.items()):
            if entry.update.state is not InteractionState.PENDING or now < entry.deadline:
                continue
            self._world.traffic.add("violation", "interaction_unanswered", interaction=str(interaction_id))
            self._settle(replace(entry.update, state=InteractionState.FAILED, reason=NO_RESPONSE))

    def _settle(self, update: InteractionUpdate) -> None:
        entry = self._entries.get(update.interaction_id)
        if entry is not None:
            entry.update = update
            if entry.timer is not None:
                entry.timer.cancel()
            if not entry.outcome.done():
                entry.outcome.set_result(update)
        for listener in tuple(self._listeners):
            listener(update)

    @staticmethod
    def _describe(record: Interaction, state: InteractionState) -> InteractionUpdate:
        return InteractionUpdate(
            interaction_id=record.id,
            user_id=record.user_id,
            channel_id=record.channel_id,
            state=state,
            message_id=record.message_id,
            ephemeral=record.ephemeral,
            modal=record.modal,
            choices=tuple(record.autocomplete_choices or ()),
        )

    def _forget_expired(self) -> None:
        """Drop interactions whose token is dead: a sandbox may run for weeks."""
        now = self._world.clock.now()
        for interaction_id, entry in tuple(self._entries.items()):
            if now < entry.expires:
                return  # opened in order, so everything after it is younger
            del self._entries[interaction_id]


def board_of(world: World) -> InteractionBoard:
    """The one board of a world, made when it is first asked for."""
    return world.part(InteractionBoard)
