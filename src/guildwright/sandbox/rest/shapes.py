"""Shapes of request bodies: which field, what type, which bounds.

A declarative table for the routes that simcord serves itself; which fields and values there are is from the
pages of https://discord.com/developers/docs/resources (read 2026-11). It also names the fields that simcord
reads and drops: the sandbox refuses them (501) instead of pretending that they took effect.
"""

import re
from dataclasses import replace
from itertools import pairwise

from guildwright.kernel import limits
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
    Texts,
    Time,
    wrong_fields,
)

_ARCHIVE = Number(choices=limits.ARCHIVE_MINUTES)
_OVERWRITE: Shape = {
    "id": Snowflake(needed=True),
    "type": Number(choices=(0, 1), needed=True),
    "allow": Number(),
    "deny": Number(),
}
_TAG: Shape = {
    "name": Text(0, limits.FORUM_TAG_NAME, needed=True),
    "moderated": Flag(),
    "emoji_id": Snowflake(),
}
_CHANNEL: Shape = {
    "rate_limit_per_user": Number(0, limits.SLOWMODE_SECONDS),
    "user_limit": Number(0, limits.VOICE_USERS),
    "bitrate": Number(limits.BITRATE_MINIMUM, limits.BITRATE),
    "parent_id": Snowflake(),
    "position": Number(),
    "rtc_region": Text(1, 100),
    "permission_overwrites": Objects(_OVERWRITE),
    "available_tags": Objects(_TAG, limits.FORUM_TAGS),
    "applied_tags": Snowflakes(limits.THREAD_TAGS),
    "auto_archive_duration": _ARCHIVE,
    "archived": Flag(),
    "locked": Flag(),
    "invitable": Flag(),
    "nsfw": Flag(),
    "default_auto_archive_duration": _ARCHIVE,
    "default_thread_rate_limit_per_user": Number(0, limits.SLOWMODE_SECONDS),
    "default_sort_order": Number(choices=(0, 1)),
    "default_forum_layout": Number(choices=(0, 1, 2)),
    "default_reaction_emoji": Object({"emoji_id": Snowflake(), "emoji_name": Text(0, limits.EMOJI_NAME)}),
    "video_quality_mode": Number(choices=(1, 2)),
    "flags": Number(0, 1 << 31),
}
_COLOURS: Shape = {"primary_color": Number(0, limits.COLOUR)}
_ROLE: Shape = {
    "name": Text(1, limits.ROLE_NAME),
    "color": Number(0, limits.COLOUR),
    "colors": Object(_COLOURS),
    "permissions": Number(),
    "hoist": Flag(),
    "mentionable": Flag(),
}
_MEMBER: Shape = {
    "nick": Text(0, limits.NICKNAME),
    "roles": Snowflakes(),
    "channel_id": Snowflake(),
    "mute": Flag(),
    "deaf": Flag(),
}
_THREAD: Shape = {
    "name": Text(1, limits.CHANNEL_NAME, needed=True),
    "auto_archive_duration": _ARCHIVE,
    "applied_tags": Snowflakes(limits.THREAD_TAGS),
    "rate_limit_per_user": Dropped((0,)),
    "invitable": Dropped((True,)),
}
_WEBHOOK: Shape = {"name": Text(1, limits.WEBHOOK_NAME), "avatar": Dropped(), "channel_id": Snowflake()}
_PURGE: Shape = {
    "delete_message_seconds": Number(0, limits.BAN_PURGE_SECONDS),
    "delete_message_days": Number(0, limits.BAN_PURGE_DAYS),
}
_GUILD: Shape = {
    "name": Text(limits.GUILD_NAME_MINIMUM, limits.GUILD_NAME),
    "description": Text(0, limits.GUILD_DESCRIPTION),
    "preferred_locale": Text(2, 6),
    "afk_timeout": Number(choices=limits.AFK_TIMEOUTS_SECONDS),
    "verification_level": Number(0, 4),
    "default_message_notifications": Number(0, 1),
    "explicit_content_filter": Number(0, 2),
    "afk_channel_id": Snowflake(),
    "system_channel_id": Snowflake(),
    "rules_channel_id": Snowflake(),
    "public_updates_channel_id": Snowflake(),
    "safety_alerts_channel_id": Snowflake(),
    "owner_id": Snowflake(),
    "features": Texts(100),
    "system_channel_flags": Number(0, (1 << 16) - 1),
    "premium_progress_bar_enabled": Flag(),
}
_WELCOME: Shape = {
    "enabled": Flag(),
    "description": Text(0, limits.WELCOME_DESCRIPTION),
    "welcome_channels": Objects(
        {
            "channel_id": Snowflake(needed=True),
            "description": Text(1, limits.WELCOME_CHANNEL_DESCRIPTION, needed=True),
            "emoji_id": Snowflake(),
            "emoji_name": Text(0, limits.EMOJI_NAME),
        },
        limits.WELCOME_CHANNELS,
    ),
}
_ONBOARDING_OPTION: Shape = {
    "id": Snowflake(),
    "title": Text(1, limits.ONBOARDING_OPTION_TITLE, needed=True),
    "description": Text(0, limits.ONBOARDING_OPTION_DESCRIPTION),
    "channel_ids": Snowflakes(limits.GUILD_CHANNELS),
    "role_ids": Snowflakes(limits.GUILD_ROLES),
    "emoji_id": Snowflake(),
    "emoji_name": Text(0, limits.EMOJI_NAME),
    "emoji_animated": Flag(),
}
_ONBOARDING: Shape = {
    "prompts": Objects(
        {
            "id": Snowflake(),
            "type": Number(choices=(0, 1)),
            "title": Text(1, limits.ONBOARDING_PROMPT_TITLE, needed=True),
            "single_select": Flag(),
            "required": Flag(),
            "in_onboarding": Flag(),
            "options": Objects(_ONBOARDING_OPTION, limits.ONBOARDING_OPTIONS, needed=True),
        },
        limits.ONBOARDING_PROMPTS,
    ),
    "default_channel_ids": Snowflakes(limits.GUILD_CHANNELS),
    "enabled": Flag(),
    "mode": Number(choices=(0, 1)),
}
_TEMPLATE: Shape = {
    "name": Text(1, limits.TEMPLATE_NAME),
    "description": Text(0, limits.TEMPLATE_DESCRIPTION),
}
_EVENT: Shape = {
    "name": Text(1, limits.EVENT_NAME),
    "description": Text(1, limits.EVENT_DESCRIPTION),
    "channel_id": Snowflake(),
    "privacy_level": Number(choices=(2,)),
    "entity_type": Number(choices=(1, 2, 3)),
    "status": Number(choices=(1, 2, 3, 4)),
    "scheduled_start_time": Time(),
    "scheduled_end_time": Time(),
    "entity_metadata": Object({"location": Text(1, limits.EVENT_LOCATION)}),
    "image": Dropped(),
}
_AUTOMOD: Shape = {
    "name": Text(1, limits.AUTOMOD_NAME),
    "event_type": Number(choices=(1, 2)),
    "trigger_type": Number(choices=(1, 3, 4, 5, 6)),
    "trigger_metadata": Object({"mention_total_limit": Number(0, limits.AUTOMOD_MENTIONS)}),
    "actions": Objects({"type": Number(choices=(1, 2, 3, 4), needed=True)}, limits.AUTOMOD_ACTIONS),
    "enabled": Flag(),
    "exempt_roles": Snowflakes(limits.AUTOMOD_EXEMPT_ROLES),
    "exempt_channels": Snowflakes(limits.AUTOMOD_EXEMPT_CHANNELS),
}
_EMOJI_NAME = Text(limits.EMOJI_NAME_MINIMUM, limits.EMOJI_NAME)
_STAGE: Shape = {
    "topic": Text(1, limits.STAGE_TOPIC),
    "privacy_level": Number(choices=(1, 2)),
    "channel_id": Snowflake(),
    "send_start_notification": Dropped((False,)),
    "guild_scheduled_event_id": Dropped(),
}
_STICKER: Shape = {
    "name": Text(limits.STICKER_NAME_MINIMUM, limits.STICKER_NAME),
    "description": Text(0, limits.STICKER_DESCRIPTION),
    "tags": Text(0, limits.STICKER_TAGS),
}
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
    "POST /guilds": {
        "name": Text(limits.GUILD_NAME_MINIMUM, limits.GUILD_NAME, needed=True),
        "icon": Dropped(),
    },
    "PATCH /guilds/{}": _GUILD,
    "PATCH /guilds/{}/welcome-screen": _WELCOME,
    "PUT /guilds/{}/onboarding": _ONBOARDING,
    "PATCH /guilds/{}/widget": {"enabled": Flag(), "channel_id": Snowflake()},
    "PUT /guilds/{}/incident-actions": {"invites_disabled_until": Time(), "dms_disabled_until": Time()},
    "POST /guilds/{}/mfa": {"level": Number(choices=(0, 1), needed=True)},
    "PATCH /guilds/{}/vanity-url": {"code": Text(2, limits.VANITY_CODE)},
    "POST /guilds/{}/templates": _with(_TEMPLATE, "name"),
    "PATCH /guilds/{}/templates/{code}": _TEMPLATE,
    "POST /guilds/templates/{code}": {
        "name": Text(limits.GUILD_NAME_MINIMUM, limits.GUILD_NAME, needed=True)
    },
    "POST /guilds/{}/channels": {
        **_CHANNEL,
        "name": Text(1, limits.CHANNEL_NAME, needed=True),
        "type": Number(choices=(0, 2, 4, 5, 13, 15)),
    },
    "PATCH /channels/{}": {**_CHANNEL, "name": Text(1, limits.CHANNEL_NAME)},
    "PUT /channels/{}/permissions/{}": {key: _OVERWRITE[key] for key in ("type", "allow", "deny")},
    "POST /guilds/{}/roles": _ROLE,
    "PATCH /guilds/{}/roles/{}": _ROLE,
    "PATCH /guilds/{}/members/{}": _MEMBER,
    "PATCH /guilds/{}/members/@me": {"nick": Text(0, limits.NICKNAME)},
    "PUT /guilds/{}/bans/{}": _PURGE,
    "POST /guilds/{}/bulk-ban": {**_PURGE, "user_ids": Snowflakes(limits.BULK_BAN, needed=True)},
    "POST /guilds/{}/prune": {"days": Number(1, limits.PRUNE_DAYS), "include_roles": Snowflakes()},
    "POST /channels/{}/threads": _THREAD,
    "POST /channels/{}/messages/{}/threads": _THREAD,
    "POST /channels/{}/invites": {
        "max_age": Number(0, limits.INVITE_SECONDS),
        "max_uses": Number(0, limits.INVITE_USES),
        "temporary": Flag(),
        "unique": Flag(),
    },
    "POST /channels/{}/webhooks": _with(_WEBHOOK, "name"),
    "PATCH /webhooks/{}": _WEBHOOK,
    "POST /channels/{}/followers": {"webhook_channel_id": Snowflake(needed=True)},
    "POST /users/@me/channels": {"recipient_id": Snowflake(needed=True)},
    "PATCH /guilds/{}/emojis/{}": {"name": _EMOJI_NAME, "roles": Snowflakes()},
    "PATCH /applications/{}/emojis/{}": {"name": _EMOJI_NAME},
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
_TEMPLATE_CODE = re.compile(r"/templates/[^/]+$")
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
    route = f"{call.method} {_TEMPLATE_CODE.sub('/templates/{code}', _ID_SEGMENT.sub('{}', call.path))}"
    if route in _LIST_SHAPES:
        refuse(_LIST_SHAPES[route].wrong((), call.json))
    elif route in _SHAPES:
        refuse(wrong_fields(call.body, _SHAPES[route]))


def _check_ids(path: str) -> None:
    for noun, value in pairwise(path.strip("/").split("/")):
        if noun in _NOUNS and not is_snowflake(value) and value not in _NAMED:
            refuse([not_a_snowflake((f"{noun.rstrip('s')}_id",), value)])
