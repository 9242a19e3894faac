"""Writing, replying, forwarding, editing, deleting and typing, as a client lets a person do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from guildwright.kernel import limits
from guildwright.sandbox.people.person import named, require_shared_guild
from guildwright.sandbox.people.refusal import RefusedError, conflict, forbidden
from guildwright.sandbox.people.view import is_written, send_permission
from guildwright.sandbox.world import enums, models, serializers

if TYPE_CHECKING:
    from guildwright.sandbox.people.person import Person
    from guildwright.sandbox.world import Channel, Message


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a person attaches."""

    filename: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person is about to send."""

    content: str = ""
    reply_to: int | None = None
    mention_reply: bool = True
    uploads: Sequence[Upload] = field(default_factory=tuple[Upload, ...])


def send(person: Person, channel_id: int, draft: Draft) -> Message:
    """Send a message, as a reply when the draft says so."""
    channel = _writable(person, channel_id)
    check_content(draft.content, has_more=bool(draft.uploads))
    _check_uploads(person, channel, draft.uploads)
    _check_slowmode(person, channel)
    reference = _reply_reference(person, channel, draft.reply_to)
    _enter_thread(person, channel)
    files = [(upload.filename, upload.data) for upload in draft.uploads]
    return _commit(
        person,
        channel,
        draft.content,
        reference=reference,
        attachments=person.world.backend.store_attachments(channel.id, files),
        allowed_mentions=models.AllowedMentions(replied_user=draft.mention_reply),
    )


def forward(person: Person, channel_id: int, source_channel_id: int, message_id: int) -> Message:
    """Forward a message that the person sees into another channel."""
    channel = _writable(person, channel_id)
    source = person.message(source_channel_id, message_id)
    if source.is_ephemeral or not is_written(source) or source.poll is not None or source.components:
        raise RefusedError("not_forwardable", "That message cannot be forwarded.")
    if source.snapshots:
        raise RefusedError("not_modelled", "The sandbox does not model forwarding a forwarded message.")
    _check_slowmode(person, channel)
    _enter_thread(person, channel)
    reference = {"type": 1, "channel_id": str(source_channel_id), "message_id": str(message_id)}
    return _commit(person, channel, "", reference=reference)


def edit(person: Person, channel_id: int, message_id: int, content: str) -> Message:
    """Change the text of one's own message."""
    message = person.message(channel_id, message_id)
    if message.author_id != person.id or not is_written(message):
        raise forbidden("not_your_message", "Only the author can edit a message.")
    check_content(content, has_more=bool(message.attachments or message.snapshots))
    return person.world.backend.edit_message(channel_id, message_id, {"content": content})


def delete(person: Person, channel_id: int, message_id: int) -> None:
    """Delete one's own message, or another's with the permission to manage messages."""
    message = person.message(channel_id, message_id)
    if message.is_ephemeral:
        raise forbidden("ephemeral", "An ephemeral message can be dismissed by its person, not deleted.")
    if message.author_id != person.id:
        channel = person.channel(channel_id)
        if channel.guild_id is None:
            raise forbidden("not_your_message", "In a direct message everyone deletes their own messages.")
        person.require(channel, "manage_messages")
    person.world.backend.delete_message(channel_id, message_id)


def start_typing(person: Person, channel_id: int) -> None:
    """Show everyone that the person is typing."""
    channel = _writable(person, channel_id)
    backend = person.world.backend
    payload: dict[str, Any] = {
        "channel_id": str(channel_id),
        "user_id": str(person.id),
        "timestamp": int(person.world.clock.now().timestamp()),
    }
    if channel.guild_id is not None:
        guild = backend.guilds[channel.guild_id]
        payload["guild_id"] = str(guild.id)
        payload["member"] = serializers.member_payload(backend, guild, guild.members[person.id])
    backend.emit("TYPING_START", payload)


def _writable(person: Person, channel_id: int) -> Channel:
    channel = person.channel(channel_id)
    if channel.type == enums.ChannelType.FORUM:
        raise RefusedError("not_a_text_channel", f"Messages go into the posts of {named(channel)}.")
    if channel.type == enums.ChannelType.CATEGORY:
        raise RefusedError("not_a_text_channel", "A category holds channels, not messages.")
    if channel.guild_id is None:
        require_shared_guild(person)
    person.require(channel, send_permission(channel))
    meta = channel.thread_metadata
    if meta is not None and meta.locked and not person.rights(channel).has("manage_threads"):
        raise forbidden("thread_locked", f"{named(channel)} is locked.")
    return channel


def check_content(content: str, *, has_more: bool) -> None:
    """Refuse a text that is empty, unless files come with it, or too long."""
    if not content.strip() and not has_more:
        raise RefusedError("empty_message", "Write something, or attach a file.")
    if len(content) > limits.MESSAGE_CONTENT:
        raise RefusedError(
            "message_too_long",
            f"The message has {len(content)} characters; Discord allows {limits.MESSAGE_CONTENT}.",
        )


def check_size(filename: str, content: bytes) -> None:
    """Refuse a file that a person without a subscription may not upload."""
    if len(content) > limits.UPLOAD_BYTES:
        raise RefusedError(
            "file_too_large", f"{filename} is larger than {limits.UPLOAD_BYTES // 1024**2} MiB."
        )


def _check_uploads(person: Person, channel: Channel, uploads: Sequence[Upload]) -> None:
    if not uploads:
        return
    person.require(channel, "attach_files")
    if len(uploads) > limits.MESSAGE_ATTACHMENTS:
        raise RefusedError("too_many_files", f"A message carries at most {limits.MESSAGE_ATTACHMENTS} files.")
    for upload in uploads:
        check_size(upload.filename, upload.data)


def _check_slowmode(person: Person, channel: Channel) -> None:
    wait = channel.rate_limit_per_user
    rights = person.rights(channel)
    if not wait or any(rights.has(name) for name in ("manage_messages", "manage_channels")):
        return
    messages = person.world.backend.messages[channel.id]
    latest = next((item for item in reversed(messages.values()) if item.author_id == person.id), None)
    if latest is None:
        return
    again = datetime.fromisoformat(latest.timestamp) + timedelta(seconds=wait)
    left = (again - person.world.clock.now()).total_seconds()
    if left > 0:
        raise forbidden("slowmode", f"Slow mode: write again in {named(channel)} in {left:.0f} seconds.")


def _reply_reference(person: Person, channel: Channel, message_id: int | None) -> dict[str, Any] | None:
    if message_id is None:
        return None
    person.require(channel, "read_message_history")
    original = person.message(channel.id, message_id)
    if original.is_ephemeral or not is_written(original):
        raise RefusedError("not_repliable", "That message cannot be replied to.")
    reference = {"channel_id": str(channel.id), "message_id": str(message_id)}
    return person.world.backend.normalize_message_reference(channel.id, reference)


def _enter_thread(person: Person, channel: Channel) -> None:
    """Writing in a thread joins it and opens it again when it was archived."""
    if channel.thread_metadata is None:
        return
    if channel.thread_metadata.archived:
        person.world.backend.edit_channel(channel.id, {}, thread_metadata={"archived": False})
    person.world.backend.add_thread_member(channel.id, person.id)


def _commit(person: Person, channel: Channel, content: str, **fields: Any) -> Message:
    backend = person.world.backend
    message = backend.create_message(channel.id, person.id, content, **fields)
    if message.id not in backend.messages[channel.id]:
        raise conflict("blocked_by_automod", "Auto-moderation of this guild blocked the message.")
    return message
