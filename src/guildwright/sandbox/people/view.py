"""A message as one person sees it: Discord's payload, the parsed texts, and what may be done with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from guildwright.kernel import limits
from guildwright.sandbox.people.texts import TextCache, component_with_trees, embed_with_trees, parts, tree
from guildwright.sandbox.world import World, channel_accessible, enums, serializers

if TYPE_CHECKING:
    from guildwright.sandbox.people.person import Person, Rights
    from guildwright.sandbox.world import Channel, Message

LOADING_FLAG: Final = 1 << 7
TOKEN_LIFE: Final = timedelta(seconds=limits.INTERACTION_TOKEN_SECONDS)

_WRITTEN: Final = frozenset(
    {
        enums.MessageType.DEFAULT,
        enums.MessageType.REPLY,
        enums.MessageType.CHAT_INPUT_COMMAND,
        enums.MessageType.CONTEXT_MENU_COMMAND,
    }
)
_SENTENCES: Final = {
    enums.MessageType.PINS_ADD: "{author} pinned a message to this channel.",
    enums.MessageType.NEW_MEMBER: "{author} joined the guild.",
    enums.MessageType.THREAD_CREATED: "{author} started a thread: {content}",
    enums.MessageType.CHANNEL_NAME_CHANGE: "{author} changed the channel name: {content}",
    enums.MessageType.THREAD_STARTER_MESSAGE: "{author} started this thread.",
}


def text_cache(world: World) -> TextCache:
    """Return the one cache of parsed texts of a world."""
    return world.part(_new_cache)


def _new_cache(_world: World) -> TextCache:
    return TextCache()


def message_view(person: Person, message: Message) -> dict[str, Any]:
    """Return the message as the person's client would show it."""
    world = person.world
    texts = text_cache(world).of(message)
    view: dict[str, Any] = dict(serializers.message_payload(world.backend, message, for_user=person.id))
    view["content_tree"] = texts.content_tree
    view["embeds"] = texts.embeds
    view["components"] = texts.components
    view["ephemeral"] = message.is_ephemeral
    view["loading"] = bool(message.flags & LOADING_FLAG)
    view["failed_interaction"] = _never_finished(person, message)
    view["system_text"] = system_text(person, message)
    view["actions"] = allowed_actions(person, message)
    if "target_id" in (view.get("interaction_metadata") or {}):
        # The world keeps it as a number; JavaScript would round it.
        view["interaction_metadata"]["target_id"] = str(view["interaction_metadata"]["target_id"])
    thread = world.backend.channels.get(message.id)
    if thread is not None and thread.parent_id == message.channel_id and person.sees(thread.id):
        view["thread"] = serializers.channel_payload(world.backend, thread)
    if "message_snapshots" in view:
        view["message_snapshots"] = [_snapshot_with_trees(item) for item in view["message_snapshots"]]
    if "referenced_message" in view:
        view["referenced_message"] = _referenced(person, message, view["referenced_message"])
    return view


def is_written(message: Message) -> bool:
    """Whether somebody wrote the message, rather than Discord announcing something."""
    return message.type in _WRITTEN


def system_text(person: Person, message: Message) -> str | None:
    """Return the sentence of a system message; nothing for what somebody wrote."""
    if is_written(message):
        return None
    user = person.world.backend.users.get(message.author_id)
    author = (user.global_name or user.name) if user is not None else "Somebody"
    sentence = _SENTENCES.get(enums.MessageType(message.type), "{author} {content}")
    return sentence.format(author=author, content=message.content)


def allowed_actions(person: Person, message: Message) -> dict[str, bool]:
    """Return what the menu of the message offers this person."""
    channel = person.world.backend.channels[message.channel_id]
    rights = person.rights(channel)
    own = message.author_id == person.id
    lasting = not message.is_ephemeral
    written = lasting and is_written(message)
    return {
        "reply": written and can_send(channel, rights),
        "edit": written and own,
        "delete": lasting and (own or rights.has("manage_messages")),
        "pin": written and can_pin(rights),
        "react": lasting and rights.has("add_reactions"),
    }


def holds_messages(channel: Channel) -> bool:
    """Whether the channel has messages of its own; a forum has posts, a category channels."""
    return channel.type not in (enums.ChannelType.CATEGORY, enums.ChannelType.FORUM)


def can_send(channel: Channel, rights: Rights) -> bool:
    """Whether the composer of the channel is open."""
    return holds_messages(channel) and rights.has(send_permission(channel))


def send_permission(channel: Channel) -> str:
    """Return the permission that writing in the channel needs."""
    return "send_messages_in_threads" if channel.is_thread else "send_messages"


def can_pin(rights: Rights) -> bool:
    """Whether pinning is allowed: Discord is moving it from one permission to another, so both count."""
    return rights.has("manage_messages") or rights.has("pin_messages")


def _never_finished(person: Person, message: Message) -> bool:
    if not message.flags & LOADING_FLAG:
        return False
    sent = datetime.fromisoformat(message.timestamp)
    return person.world.clock.now() - sent >= TOKEN_LIFE


def _snapshot_with_trees(snapshot: dict[str, Any]) -> dict[str, Any]:
    message: dict[str, Any] = snapshot["message"]
    return {
        **snapshot,
        "message": {
            **message,
            "content_tree": tree(message.get("content")),
            "embeds": [embed_with_trees(embed) for embed in parts(message, "embeds")],
            "components": [component_with_trees(item) for item in parts(message, "components")],
        },
    }


def _referenced(person: Person, message: Message, payload: dict[str, Any]) -> dict[str, Any] | None:
    """Return the message replied to, unless this person may not see it."""
    backend = person.world.backend
    channel_id = int(payload["channel_id"])
    original = backend.messages.get(channel_id, {}).get(int(payload["id"]))
    if original is None or not original.visible_to(person.id):
        return None
    if channel_id != message.channel_id and not channel_accessible(backend, channel_id, person.id):
        return None
    return {**payload, "content_tree": text_cache(person.world).of(original).content_tree}
