"""Reactions, pins and votes: what a person leaves on a message."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from guildwright.kernel import limits
from guildwright.sandbox.people.refusal import RefusedError, forbidden, unknown
from guildwright.sandbox.people.view import can_pin, is_written
from guildwright.sandbox.world import reaction_permissions

if TYPE_CHECKING:
    from guildwright.sandbox.people.person import Person
    from guildwright.sandbox.world import Channel, Message


_CUSTOM: Final = re.compile(r"(?:<a?:)?(?P<name>\w{2,32}):(?P<id>\d{1,20})>?")
_SIGNS: Final = frozenset({"So", "Sk", "Sm", "Cn"})
"""Categories of emoji; Cn are signs newer than this Python's tables."""
_JOINERS: Final = frozenset("\u200d\ufe0e\ufe0f\u20e3")


def react(person: Person, channel_id: int, message_id: int, emoji: str) -> Message:
    """Add a reaction; joining one that is there needs no permission to add new ones."""
    message = _lasting(person, channel_id, message_id)
    channel = person.channel(channel_id)
    emoji = _usable(person, channel, emoji, present=[reaction.emoji for reaction in message.reactions])
    person.require(channel, *reaction_permissions(message, emoji))
    if message.reaction_for(emoji) is None and len(message.reactions) >= limits.MESSAGE_REACTIONS:
        raise RefusedError(
            "too_many_reactions", f"A message carries at most {limits.MESSAGE_REACTIONS} different reactions."
        )
    person.world.backend.add_reaction(channel_id, message_id, emoji, person.id)
    return message


def unreact(person: Person, channel_id: int, message_id: int, emoji: str) -> Message:
    """Take one's own reaction back."""
    message = _lasting(person, channel_id, message_id)
    person.require(person.channel(channel_id), "read_message_history")
    emoji = _canonical(emoji)
    reaction = message.reaction_for(emoji)
    if reaction is None or person.id not in reaction.user_ids:
        raise unknown("unknown_reaction", f"{person.user.name} did not react with {emoji}.")
    person.world.backend.remove_reaction(channel_id, message_id, emoji, person.id)
    return message


def set_pinned(person: Person, channel_id: int, message_id: int, *, pinned: bool) -> Message:
    """Pin a message, or take the pin away."""
    message = _lasting(person, channel_id, message_id)
    channel = person.channel(channel_id)
    if not can_pin(person.rights(channel)):
        person.require(channel, "pin_messages")
    if not is_written(message):
        raise RefusedError("not_pinnable", "An announcement of Discord cannot be pinned.")
    backend = person.world.backend
    count = sum(1 for item in backend.messages[channel_id].values() if item.pinned)
    if pinned and not message.pinned and count >= limits.MESSAGE_PINS:
        raise RefusedError("too_many_pins", f"A channel holds at most {limits.MESSAGE_PINS} pins.")
    backend.set_pinned(channel_id, message_id, pinned, actor_id=person.id)
    return message


def vote(person: Person, channel_id: int, message_id: int, answers: Sequence[int]) -> Message:
    """Set the answers that the person votes for; none takes the vote back."""
    message = _lasting(person, channel_id, message_id)
    poll = message.poll
    if poll is None:
        raise RefusedError("no_poll", "That message has no poll.")
    if poll.finalized or poll.expiry <= person.world.backend.now_iso():
        raise RefusedError("poll_closed", "The poll is closed.")
    if any(poll.answer(answer) is None for answer in answers):
        raise unknown("unknown_answer", "The poll has no such answer.")
    if len(set(answers)) > 1 and not poll.allow_multiselect:
        raise RefusedError("one_answer", "This poll takes one answer.")
    person.world.backend.set_poll_votes(channel_id, message_id, sorted(set(answers)), person.id)
    return message


def _lasting(person: Person, channel_id: int, message_id: int) -> Message:
    message = person.message(channel_id, message_id)
    if message.is_ephemeral:
        raise forbidden("ephemeral", "An ephemeral message takes no reactions, pins or votes.")
    return message


def _canonical(emoji: str) -> str:
    custom = _CUSTOM.fullmatch(emoji)
    return f"{custom['name']}:{custom['id']}" if custom else emoji


def _usable(person: Person, channel: Channel, emoji: str, *, present: Sequence[str]) -> str:
    """Return the emoji as the world names it; refuses what the person cannot pick here."""
    emoji = _canonical(emoji)
    if emoji in present:
        return emoji
    custom = _CUSTOM.fullmatch(emoji)
    if custom is None:
        if not _is_emoji(emoji):
            raise unknown("unknown_emoji", f"{emoji!r} is no emoji.")
        return emoji
    emoji_id = int(custom["id"])
    home = next((guild for guild in person.guilds() if emoji_id in guild.emojis), None)
    if home is None:
        raise unknown("unknown_emoji", f"{person.user.name} has no emoji {emoji}.")
    if home.id != channel.guild_id:
        person.require(channel, "use_external_emojis")
    return f"{home.emojis[emoji_id].name}:{emoji_id}"


def _is_emoji(text: str) -> bool:
    """Whether the text looks like one Unicode emoji: signs and joiners, no letters."""
    if not 1 <= len(text) <= 20:
        return False
    if "\u20e3" in text:  # a keycap: digit, # or * with its frame
        return text[0] in "0123456789#*"
    return all(_is_sign(sign) for sign in text)


def _is_sign(sign: str) -> bool:
    if sign in _JOINERS or 0xE0020 <= ord(sign) <= 0xE007F:  # flags of regions are spelled in tags
        return True
    return not sign.isascii() and (unicodedata.category(sign) in _SIGNS or sign in "‼⁉〰〽ℹ")
