"""Shapes of request bodies: which field, what type, which bounds.

A declarative table for the routes that simcord serves itself, from the pages of
https://discord.com/developers/docs/resources (read 2026-11). It also names the fields that simcord
reads and drops: the sandbox refuses them (501) instead of pretending that they took effect.
"""

import re
from dataclasses import replace
from itertools import pairwise

from guildwright.sandbox.rest.call import Call, is_snowflake
from guildwright.sandbox.rest.errors import not_a_snowflake, refuse
from guildwright.sandbox.rest.shape_rules import (
    Dropped,
    Flag,
    Number,
    Object,
    Objects,
    Shape,
    Snowflake,
    Snowflakes,
    Text,
    Time,
    wrong_fields,
)

_ARCHIVE = Number(choices=(60, 1440, 4320, 10080))
_OVERWRITE: Shape = {
    "id": Snowflake(needed=True),
    "type": Number(choices=(0, 1), needed=True),
    "allow": Number(),
    "deny": Number(),
}
_TAG: Shape = {"name": Text(0, 20, needed=True), "moderated": Flag(), "emoji_id": Snowflake()}
_CHANNEL: Shape = {
    "topic": Text(0, 4096),
    "rate_limit_per_user": Number(0, 21_600),
    "user_limit": Number(0, 99),
    "bitrate": Number(8_000, 384_000),
    "parent_id": Snowflake(),
    "position": Number(),
    "rtc_region": Text(1, 100),
    "permission_overwrites": Objects(_OVERWRITE),
    "available_tags": Objects(_TAG, 20),
    "applied_tags": Snowflakes(5),
    "auto_archive_duration": _ARCHIVE,
    "archived": Flag(),
    "locked": Flag(),
    "invitable": Flag(),
}
_COLOURS: Shape = {"primary_color": Number(0, 0xFFFFFF)}
_ROLE: Shape = {
    "name": Text(1, 100),
    "color": Number(0, 0xFFFFFF),
    "colors": Object(_COLOURS),
    "permissions": Number(),
    "hoist": Flag(),
    "mentionable": Flag(),
}
_MEMBER: Shape = {
    "nick": Text(0, 32),
    "roles": Snowflakes(),
    "channel_id": Snowflake(),
    "mute": Flag(),
    "deaf": Flag(),
}
_THREAD: Shape = {
    "name": Text(1, 100, needed=True),
    "auto_archive_duration": _ARCHIVE,
    "applied_tags": Snowflakes(5),
    "rate_limit_per_user": Dropped((0,)),
    "invitable": Dropped((True,)),
}
_WEBHOOK: Shape = {"name": Text(1, 80), "avatar": Dropped(), "channel_id": Snowflake()}
_PURGE: Shape = {"delete_message_seconds": Number(0, 604_800), "delete_message_days": Number(0, 7)}
_GUILD: Shape = {
    "name": Text(2, 100),
    "description": Text(0, 300),
    "preferred_locale": Text(2, 6),
    "afk_timeout": Number(choices=(60, 300, 900, 1800, 3600)),
    "verification_level": Number(0, 4),
    "default_message_notifications": Number(0, 1),
    "explicit_content_filter": Number(0, 2),
    "afk_channel_id": Snowflake(),
    "system_channel_id": Snowflake(),
    "rules_channel_id": Snowflake(),
    "public_updates_channel_id": Snowflake(),
}
_EVENT: Shape = {
    "name": Text(1, 100),
    "description": Text(1, 1000),
    "channel_id": Snowflake(),
    "privacy_level": Number(choices=(2,)),
    "entity_type": Number(choices=(1, 2, 3)),
    "status": Number(choices=(1, 2, 3, 4)),
    "scheduled_start_time": Time(),
    "scheduled_end_time": Time(),
    "entity_metadata": Object({"location": Text(1, 100)}),
    "image": Dropped(),
}
_AUTOMOD: Shape = {
    "name": Text(1, 100),
    "event_type": Number(choices=(1, 2)),
    "trigger_type": Number(choices=(1, 3, 4, 5, 6)),
    "trigger_metadata": Object({"mention_total_limit": Number(0, 50)}),
    "actions": Objects({"type": Number(choices=(1, 2, 3, 4), needed=True)}, 5),
    "enabled": Flag(),
    "exempt_roles": Snowflakes(20),
    "exempt_channels": Snowflakes(50),
}
_STAGE: Shape = {
    "topic": Text(1, 120),
    "privacy_level": Number(choices=(1, 2)),
    "channel_id": Snowflake(),
    "send_start_notification": Dropped((False,)),
    "guild_scheduled_event_id": Dropped(),
}
_STICKER: Shape = {"name": Text(2, 30), "description": Text(0, 100), "tags": Text(0, 200)}
_MOVED: Shape = {
    "id": Snowflake(needed=True),
    "position": Number(),
    "parent_id": Snowflake(),
    "lock_permissions": Dropped((False,)),
}


def _with(shape: Shape, *names: str) -> Shape:
    """The same shape in which these fields must be there."""
    return shape | {name: replace(shape[name], needed=True) for name in names}


_SHAPES: dict[str, Shape] = {
    "POST /guilds": {"name": Text(2, 100, needed=True), "icon": Dropped()},
    "PATCH /guilds/{}": _GUILD,
    "POST /guilds/{}/channels": {
        **_CHANNEL,
        "name": Text(1, 100, needed=True),
        "type": Number(choices=(0, 2, 4, 5, 13, 15)),
    },
    "PATCH /channels/{}": {**_CHANNEL, "name": Text(1, 100)},
    "PUT /channels/{}/permissions/{}": {key: _OVERWRITE[key] for key in ("type", "allow", "deny")},
    "POST /guilds/{}/roles": _ROLE,
    "PATCH /guilds/{}/roles/{}": _ROLE,
    "PATCH /guilds/{}/members/{}": _MEMBER,
    "PATCH /guilds/{}/members/@me": {"nick": Text(0, 32)},
    "PUT /guilds/{}/bans/{}": _PURGE,
    "POST /guilds/{}/bulk-ban": {**_PURGE, "user_ids": Snowflakes(200, needed=True)},
    "POST /guilds/{}/prune": {"days": Number(1, 30), "include_roles": Snowflakes()},
    "POST /channels/{}/threads": _THREAD,
    "POST /channels/{}/messages/{}/threads": _THREAD,
    "POST /channels/{}/invites": {
        "max_age": Number(0, 604_800),
        "max_uses": Number(0, 100),
        "temporary": Flag(),
        "unique": Flag(),
    },
    "POST /channels/{}/webhooks": _with(_WEBHOOK, "name"),
    "PATCH /webhooks/{}": _WEBHOOK,
    "POST /channels/{}/followers": {"webhook_channel_id": Snowflake(needed=True)},
    "POST /users/@me/channels": {"recipient_id": Snowflake(needed=True)},
    "PATCH /guilds/{}/emojis/{}": {"name": Text(2, 32), "roles": Snowflakes()},
    "PATCH /applications/{}/emojis/{}": {"name": Text(2, 32)},
    "POST /guilds/{}/stickers": _with(_STICKER, "name", "tags"),
    "PATCH /guilds/{}/stickers/{}": _STICKER,
    "POST /guilds/{}/scheduled-events": _with(_EVENT, "name", "entity_type", "scheduled_start_time"),
    "PATCH /guilds/{}/scheduled-events/{}": _EVENT,
    "POST /guilds/{}/auto-moderation/rules": _with(_AUTOMOD, "name", "event_type", "trigger_type", "actions"),
    "PATCH /guilds/{}/auto-moderation/rules/{}": _AUTOMOD,
    "POST /stage-instances": _with(_STAGE, "channel_id", "topic"),
    "PATCH /stage-instances/{}": _STAGE,
}

# Bodies that are lists: discord.py moves channels and roles with these.
_LIST_SHAPES: dict[str, Objects] = {
    "PATCH /guilds/{}/channels": Objects(_MOVED),
    "PATCH /guilds/{}/roles": Objects(_MOVED),
}

_ID_SEGMENT = re.compile(r"(?<=/)\d+(?=/|$)")
_NOUNS = frozenset(
    {
        "channels",
        "guilds",
        "messages",
        "members",
        "roles",
        "bans",
        "emojis",
        "stickers",
        "webhooks",
        "interactions",
        "users",
    }
)
_NAMED = frozenset(
    {
        "@me",
        "@original",
        "pins",
        "bulk-delete",
        "search",
        "templates",
        "member-counts",
        "welcome-screen",
        "onboarding",
    }
)


def check_shape(call: Call) -> None:
    """Refuse IDs that are none and fields of the wrong type or size.

    Raises:
        BackendError: 50035 naming every wrong field, or 501 for a field that would be dropped.
    """
    _check_ids(call.path)
    route = f"{call.method} {_ID_SEGMENT.sub('{}', call.path)}"
    if route in _LIST_SHAPES:
        refuse(_LIST_SHAPES[route].wrong((), call.json))
    elif route in _SHAPES:
        refuse(wrong_fields(call.body, _SHAPES[route]))


def _check_ids(path: str) -> None:
    for noun, value in pairwise(path.strip("/").split("/")):
        if noun in _NOUNS and not is_snowflake(value) and value not in _NAMED:
            refuse([not_a_snowflake((f"{noun.rstrip('s')}_id",), value)])
