"""Channel messages and reactions: what Discord checks before and beside simcord."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any, cast
from weakref import WeakKeyDictionary

from guildwright.kernel import limits
from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.call import Call, is_snowflake
from guildwright.sandbox.rest.errors import FieldError
from guildwright.sandbox.rest.message_rules import is_empty, message_errors
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.world import BackendError, Message, World, enums, permissions, serializers

EPHEMERAL, LOADING = 1 << 6, 1 << 7
NONCE_MEMORY = 1_000
_CANNOT_HOLD_MESSAGES = {enums.ChannelType.CATEGORY, enums.ChannelType.FORUM}

_nonces: WeakKeyDictionary[World, OrderedDict[tuple[int, str], int]] = WeakKeyDictionary()


@table.on("POST", "/channels/{channel_id}/messages")
def send_message(call: Call) -> Any:
    channel_id = call.snowflake("channel_id")
    body = call.body
    check_message(body, files=bool(call.files))
    _check_destination(call, channel_id)
    nonce = body.get("nonce")
    twin = _same_nonce(call, channel_id) if body.get("enforce_nonce") and nonce is not None else None
    if twin is not None:
        return {**twin, "nonce": nonce}
    # Only an interaction's answer can be ephemeral or "thinking"; elsewhere Discord drops the bits.
    outgoing = {**body, "flags": int(body.get("flags") or 0) & ~(EPHEMERAL | LOADING)}
    if not _reply_target_exists(call, channel_id):
        outgoing.pop("message_reference")
    sent = call.forward(json=outgoing)
    if nonce is None:
        return sent
    _remember_nonce(call, channel_id, int(sent["id"]))
    return {**sent, "nonce": nonce}


@table.on("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit_message(call: Call) -> Any:
    errors.refuse(message_errors(call.body))
    message = _stored(call)
    if message is not None and message.poll is not None and message.author_id == call.world.bot_id:
        raise BackendError(400, 520003, "Cannot edit a poll message")
    return call.forward()


@table.on("GET", "/channels/{channel_id}/messages")
def history(call: Call) -> Any:
    call.integer("limit", limits.MESSAGE_PAGE_DEFAULT, 1, limits.MESSAGE_PAGE)
    for key in ("around", "before", "after"):
        if key in call.query and not is_snowflake(call.query[key]):
            raise errors.invalid_form(errors.not_a_snowflake((key,), call.query[key]))
    return call.forward()


@table.on("POST", "/channels/{channel_id}/messages/bulk-delete")
def bulk_delete(call: Call) -> Any:
    ids = call.body.get("messages")
    least, most = limits.BULK_DELETE_MINIMUM, limits.BULK_DELETE
    if not isinstance(ids, list) or not least <= len(cast("list[Any]", ids)) <= most:
        raise errors.invalid_form(errors.wrong_length(("messages",), least, most))
    oldest = call.world.clock.now() - timedelta(seconds=limits.BULK_DELETE_AGE_SECONDS)
    stored = call.world.backend.messages.get(call.snowflake("channel_id"), {})
    for message_id in cast("list[Any]", ids):
        message = stored.get(int(message_id)) if is_snowflake(str(message_id)) else None
        if message is not None and datetime.fromisoformat(message.timestamp) < oldest:
            raise BackendError(400, 50034, "You can only bulk delete messages that are under 14 days old.")
    return call.forward()


@table.on("POST", "/channels/{channel_id}/threads")
def create_thread(call: Call) -> Any:
    message = call.body.get("message")
    if isinstance(message, dict):
        wrong = message_errors(cast("dict[str, Any]", message))
        errors.refuse(errors.beneath(("message",), wrong))
    return call.forward()


@table.on("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def create_thread_from_message(call: Call) -> Any:
    if call.snowflake("message_id") in call.world.backend.channels:
        raise BackendError(400, 160004, "A thread has already been created for this message")
    return call.forward()


@table.on("PUT", "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}/@me")
def react(call: Call) -> Any:
    message = _stored(call)
    emoji = call.args["emoji"]
    if not is_emoji(call.world, emoji):
        raise errors.unknown_emoji()
    is_new = message is not None and message.reaction_for(emoji) is None
    if message is not None and is_new and len(message.reactions) >= limits.MESSAGE_REACTIONS:
        raise BackendError(400, 30010, f"Maximum number of reactions reached ({limits.MESSAGE_REACTIONS})")
    return call.forward()


def _stored(call: Call) -> Message | None:
    channel = call.world.backend.messages.get(call.snowflake("channel_id"), {})
    return channel.get(call.snowflake("message_id"))


def check_message(body: dict[str, Any], *, files: bool, root: errors.Path = ()) -> None:
    """Refuse a new message that Discord would not take.

    Raises:
        BackendError: 50035 naming every wrong field, or 50006 for an empty message.
    """
    errors.refuse(errors.beneath(root, message_errors(body)))
    if is_empty(body, files=files):
        raise errors.empty_message()


def is_emoji(world: World, emoji: str) -> bool:
    """Whether a reaction's emoji exists: a custom one of the world, or a sign that is no plain text."""
    name, colon, emoji_id = emoji.partition(":")
    if not colon:
        return "\ufe0f" in name or (any(ord(sign) > 0xA8 for sign in name) and not name[0].isalpha())
    if not is_snowflake(emoji_id):
        return False
    guilds = world.backend.guilds.values()
    return int(emoji_id) in world.backend.application_emojis or any(
        int(emoji_id) in guild.emojis for guild in guilds
    )


def _check_destination(call: Call, channel_id: int) -> None:
    world = call.world
    channel = world.backend.get_channel(channel_id)
    if channel.guild_id is None:
        return
    if world.bot_id not in world.backend.get_guild(channel.guild_id).members:
        raise errors.missing_access()
    if channel.type in _CANNOT_HOLD_MESSAGES:
        raise BackendError(400, 50008, "Cannot send messages in a non-text channel")
    world.backend.require_permissions(channel.guild_id, world.bot_id, channel_id)
    granted = world.backend.compute_permissions(channel.guild_id, world.bot_id, channel_id)
    body = call.body
    for wanted, permission in ((body.get("embeds"), "embed_links"), (call.files, "attach_files")):
        if wanted and not granted & permissions.flag(permission):
            raise errors.missing_permissions()
    if call.body.get("message_reference") and not granted & permissions.flag("read_message_history"):
        raise BackendError(400, 160002, "Cannot reply without permission to read message history")


def _reply_target_exists(call: Call, channel_id: int) -> bool:
    """False for a reply to a message that is gone and may be; the rest is simcord's to check."""
    reference = call.body.get("message_reference")
    if reference is None:
        return True
    if not isinstance(reference, dict):
        raise errors.invalid_form(errors.not_an_object(("message_reference",)))
    typed = cast("dict[str, Any]", reference)
    message_id = str(typed.get("message_id"))
    known = call.world.backend.messages.get(channel_id, {})
    if typed.get("type", 0) != 0 or (is_snowflake(message_id) and int(message_id) in known):
        return True
    if typed.get("fail_if_not_exists", True):
        raise errors.invalid_form(
            FieldError(("message_reference",), "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
        )
    return False


def _same_nonce(call: Call, channel_id: int) -> dict[str, Any] | None:
    message_id = _nonces.get(call.world, OrderedDict()).get((channel_id, str(call.body["nonce"])))
    message = call.world.backend.messages.get(channel_id, {}).get(message_id or 0)
    return None if message is None else dict(serializers.message_payload(call.world.backend, message))


def _remember_nonce(call: Call, channel_id: int, message_id: int) -> None:
    known = _nonces.setdefault(call.world, OrderedDict())
    known[channel_id, str(call.body["nonce"])] = message_id
    if len(known) > NONCE_MEMORY:
        known.popitem(last=False)
