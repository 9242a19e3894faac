"""Channels with the fields that simcord has no place for: age restriction, thread and forum defaults."""

from __future__ import annotations

from typing import Any

from guildwright.kernel import limits
from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.call import Call
from guildwright.sandbox.rest.guild_profile import differences
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.rest.shape_rules import Text
from guildwright.sandbox.world import Channel, enums, serializers

EXTRAS: dict[str, Any] = {
    "nsfw": False,
    "default_auto_archive_duration": None,
    "default_thread_rate_limit_per_user": 0,
    "default_sort_order": None,
    "default_forum_layout": 0,
    "video_quality_mode": 1,
    "flags": 0,
}
"""Fields of a channel's payload beyond simcord's, with what they are when nobody set them."""

_FORUM = enums.ChannelType.FORUM
_PINNED = 1 << 1


@table.on("POST", "/guilds/{guild_id}/channels")
def create_channel(call: Call) -> Any:
    """Forum tags and the extras reach simcord's channel while it is made, so its first event has them."""
    backend, body = call.world.backend, dict(call.body)
    kind = int(body.get("type") or 0)
    _check_topic(body, kind)
    guild = backend.get_guild(call.snowflake("guild_id"))
    if len(guild.channel_ids) >= limits.GUILD_CHANNELS:
        message = f"Maximum number of guild channels reached ({limits.GUILD_CHANNELS})"
        raise errors.BackendError(400, 30013, message)
    _check_parent(call, body)
    own: dict[str, Any] = {"extras": _take_extras(body)}
    if (tags := body.pop("available_tags", None)) is not None:
        own["available_tags"] = [{**tag, "id": str(backend.snowflake())} for tag in tags]
    if (emoji := body.pop("default_reaction_emoji", None)) is not None:
        own["default_reaction_emoji"] = emoji
    backend.channel_to_come = own
    try:
        return call.forward(json=body)
    finally:
        backend.channel_to_come = {}


@table.on("PATCH", "/channels/{channel_id}")
def edit_channel(call: Call) -> Any:
    backend, body = call.world.backend, dict(call.body)
    channel = backend.get_channel(call.snowflake("channel_id"))
    if channel.is_thread:
        return _edit_thread(call, channel, body)
    backend.require_permissions(channel.guild_id, call.world.bot_id, channel.id, "manage_channels")
    _check_topic(body, channel.type)
    _check_parent(call, body, channel)
    before = {**EXTRAS, **backend.channel_extras.get(channel.id, {})}
    after = {**before, **_take_extras(body)}
    changes = differences(before, after)
    if "default_reaction_emoji" in body:
        changes += _set_reaction(channel, body.pop("default_reaction_emoji"))
    backend.also_changed = changes
    if after != before:
        backend.channel_extras[channel.id] = {
            key: value for key, value in after.items() if value != EXTRAS[key]
        }
    told = call.forward(json=body)
    _record_the_rest(call, channel)
    return told


def _edit_thread(call: Call, thread: Channel, body: dict[str, Any]) -> Any:
    """Edit a thread; simcord has no place for the pin of a forum's post."""
    if "flags" not in body:
        return call.forward()
    backend = call.world.backend
    backend.require_permissions(thread.guild_id, call.world.bot_id, thread.id, "manage_threads")
    forum = backend.get_channel(thread.parent_id or 0)
    flags = int(body.pop("flags"))
    if flags & ~_PINNED or forum.type != _FORUM:
        raise errors.not_modelled(f"flags={flags} of this thread")
    pinned = (other for other, extras in backend.channel_extras.items() if extras.get("flags") == _PINNED)
    others = (backend.channels[other] for other in pinned if other != thread.id)
    if flags and any(other.is_thread and other.parent_id == forum.id for other in others):
        raise errors.BackendError(
            400, 30047, "Maximum number of pinned threads in a forum channel reached (1)"
        )
    backend.channel_extras[thread.id] = {"flags": flags}
    if body:
        return call.forward(json=body)
    backend.announce_channel_update(thread.id)
    return serializers.channel_payload(backend, thread)


def _take_extras(body: dict[str, Any]) -> dict[str, Any]:
    return {key: body.pop(key) for key in EXTRAS if key in body}


def _set_reaction(channel: Channel, emoji: dict[str, Any] | None) -> list[dict[str, Any]]:
    before, channel.default_reaction_emoji = channel.default_reaction_emoji, emoji
    return differences({"default_reaction_emoji": before}, {"default_reaction_emoji": emoji})


def _record_the_rest(call: Call, channel: Channel) -> None:
    """Simcord writes an entry when one of its own fields changed; it carries ours, else they get one."""
    backend = call.world.backend
    if backend.also_changed and channel.guild_id is not None:
        action = enums.AuditLogAction.CHANNEL_UPDATE
        backend.record_audit_log(channel.guild_id, action, target_id=channel.id, reason=call.reason)


def _check_topic(body: dict[str, Any], kind: int) -> None:
    longest = limits.FORUM_TOPIC if kind == _FORUM else limits.CHANNEL_TOPIC
    if body.get("topic") is not None:
        errors.refuse(Text(0, longest).wrong(("topic",), body["topic"]))


def _check_parent(call: Call, body: dict[str, Any], moved: Channel | None = None) -> None:
    if body.get("parent_id") is None:
        return
    parent = int(body["parent_id"])
    found = call.world.backend.channels.get(parent)
    if found is None or found.type != enums.ChannelType.CATEGORY:
        code = "CHANNEL_PARENT_INVALID"
        raise errors.invalid_form(errors.FieldError(("parent_id",), code, "Category does not exist"))
    inside = sum(one.parent_id == parent and one is not moved for one in call.world.backend.channels.values())
    if inside >= limits.CATEGORY_CHANNELS:
        sentence = f"Maximum number of channels in category reached ({limits.CATEGORY_CHANNELS})"
        code = "CHANNEL_PARENT_MAX_CHANNELS"
        raise errors.invalid_form(errors.FieldError(("parent_id",), code, sentence))
