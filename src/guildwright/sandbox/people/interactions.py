"""Sends an interaction to the bot and watches what becomes of it.

The payload is the one Discord sends; the three seconds start before it leaves, so that a bot that
answers at once is never faster than the clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guildwright.sandbox.people.refusal import unknown
from guildwright.sandbox.rest.interactions import InteractionUpdate, board_of
from guildwright.sandbox.world import base_payload, enums, serializers

if TYPE_CHECKING:
    from guildwright.sandbox.people.person import Person
    from guildwright.sandbox.world import Interaction, Message


def dispatch_interaction(
    person: Person,
    kind: enums.InteractionType,
    channel_id: int,
    data: dict[str, Any],
    *,
    source: Message | None = None,
) -> Interaction:
    """Send an interaction of a person to the bot; `source` is the message with the component."""
    world = person.world
    guild_id = world.backend.channels[channel_id].guild_id
    record, payload = base_payload(
        world.backend, type=kind, channel_id=channel_id, guild_id=guild_id, user_id=person.id, data=data
    )
    owner = str(guild_id) if guild_id is not None else "0"
    payload["authorizing_integration_owners"] = {"0": owner}
    if source is not None:
        record.source_message_id = source.id
        payload["message"] = dict(serializers.message_payload(world.backend, source))
    board_of(world).opened(record.id)
    world.backend.emit("INTERACTION_CREATE", payload)
    return record


def find_interaction(person: Person, interaction_id: int) -> tuple[Interaction, InteractionUpdate]:
    """Return an interaction of this person and how it stands; refuses those of others."""
    record = person.world.backend.interactions.get(interaction_id)
    update = board_of(person.world).state_of(interaction_id)
    if record is None or update is None or record.user_id != person.id:
        raise unknown("unknown_interaction", "There is no such interaction of this person (any more).")
    return record, update
