"""Which intent shows which event. Events that stand in no table are always delivered.

Source: Discord's documentation, "Gateway", list of intents, read 2026-11.
"""

from __future__ import annotations

from enum import IntFlag


class Intent(IntFlag):
    """The bits of IDENTIFY's `intents`."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INTEGRATIONS = 1 << 4
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


ALL_INTENTS = sum(int(intent) for intent in Intent)

PRIVILEGED = {
    "members": int(Intent.GUILD_MEMBERS),
    "presences": int(Intent.GUILD_PRESENCES),
    "message_content": int(Intent.MESSAGE_CONTENT),
}

_IN_GUILDS: dict[Intent, tuple[str, ...]] = {
    Intent.GUILDS: (
        "GUILD_CREATE",
        "GUILD_UPDATE",
        "GUILD_DELETE",
        "GUILD_ROLE_CREATE",
        "GUILD_ROLE_UPDATE",
        "GUILD_ROLE_DELETE",
        "CHANNEL_CREATE",
        "CHANNEL_UPDATE",
        "CHANNEL_DELETE",
        "CHANNEL_PINS_UPDATE",
        "THREAD_CREATE",
        "THREAD_UPDATE",
        "THREAD_DELETE",
        "THREAD_LIST_SYNC",
        "THREAD_MEMBER_UPDATE",
        "THREAD_MEMBERS_UPDATE",
        "STAGE_INSTANCE_CREATE",
        "STAGE_INSTANCE_UPDATE",
        "STAGE_INSTANCE_DELETE",
        "VOICE_CHANNEL_STATUS_UPDATE",
    ),
    Intent.GUILD_MEMBERS: ("GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE"),
    Intent.GUILD_MODERATION: ("GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_BAN_ADD", "GUILD_BAN_REMOVE"),
    Intent.GUILD_EXPRESSIONS: (
        "GUILD_EMOJIS_UPDATE",
        "GUILD_STICKERS_UPDATE",
        "GUILD_SOUNDBOARD_SOUND_CREATE",
        "GUILD_SOUNDBOARD_SOUND_UPDATE",
        "GUILD_SOUNDBOARD_SOUND_DELETE",
        "GUILD_SOUNDBOARD_SOUNDS_UPDATE",
    ),
    Intent.GUILD_INTEGRATIONS: (
        "GUILD_INTEGRATIONS_UPDATE",
        "INTEGRATION_CREATE",
        "INTEGRATION_UPDATE",
        "INTEGRATION_DELETE",
    ),
    Intent.GUILD_WEBHOOKS: ("WEBHOOKS_UPDATE",),
    Intent.GUILD_INVITES: ("INVITE_CREATE", "INVITE_DELETE"),
    Intent.GUILD_VOICE_STATES: ("VOICE_STATE_UPDATE", "VOICE_CHANNEL_EFFECT_SEND"),
    Intent.GUILD_PRESENCES: ("PRESENCE_UPDATE",),
    Intent.GUILD_MESSAGES: (
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
        "MESSAGE_DELETE_BULK",
    ),
    Intent.GUILD_MESSAGE_REACTIONS: (
        "MESSAGE_REACTION_ADD",
        "MESSAGE_REACTION_REMOVE",
        "MESSAGE_REACTION_REMOVE_ALL",
        "MESSAGE_REACTION_REMOVE_EMOJI",
    ),
    Intent.GUILD_MESSAGE_TYPING: ("TYPING_START",),
    Intent.GUILD_SCHEDULED_EVENTS: (
        "GUILD_SCHEDULED_EVENT_CREATE",
        "GUILD_SCHEDULED_EVENT_UPDATE",
        "GUILD_SCHEDULED_EVENT_DELETE",
        "GUILD_SCHEDULED_EVENT_USER_ADD",
        "GUILD_SCHEDULED_EVENT_USER_REMOVE",
    ),
    Intent.AUTO_MODERATION_CONFIGURATION: (
        "AUTO_MODERATION_RULE_CREATE",
        "AUTO_MODERATION_RULE_UPDATE",
        "AUTO_MODERATION_RULE_DELETE",
    ),
    Intent.AUTO_MODERATION_EXECUTION: ("AUTO_MODERATION_ACTION_EXECUTION",),
    Intent.GUILD_MESSAGE_POLLS: ("MESSAGE_POLL_VOTE_ADD", "MESSAGE_POLL_VOTE_REMOVE"),
}

_IN_DIRECT_MESSAGES: dict[Intent, tuple[str, ...]] = {
    Intent.DIRECT_MESSAGES: (
        "MESSAGE_CREATE",
        "MESSAGE_UPDATE",
        "MESSAGE_DELETE",
        "CHANNEL_PINS_UPDATE",
    ),
    Intent.DIRECT_MESSAGE_REACTIONS: _IN_GUILDS[Intent.GUILD_MESSAGE_REACTIONS],
    Intent.DIRECT_MESSAGE_TYPING: ("TYPING_START",),
    Intent.DIRECT_MESSAGE_POLLS: _IN_GUILDS[Intent.GUILD_MESSAGE_POLLS],
}

GUILD_GATES = {event: int(intent) for intent, events in _IN_GUILDS.items() for event in events}
DIRECT_GATES = {event: int(intent) for intent, events in _IN_DIRECT_MESSAGES.items() for event in events}

_OF_A_CHANNEL = (
    *_IN_GUILDS[Intent.GUILD_MESSAGES],
    *_IN_GUILDS[Intent.GUILD_MESSAGE_REACTIONS],
    *_IN_GUILDS[Intent.GUILD_MESSAGE_TYPING],
    *_IN_GUILDS[Intent.GUILD_MESSAGE_POLLS],
    "CHANNEL_PINS_UPDATE",
    "WEBHOOKS_UPDATE",
)

VIEWED_CHANNEL = {
    **dict.fromkeys(_OF_A_CHANNEL, "channel_id"),
    "THREAD_CREATE": "id",
    "THREAD_UPDATE": "id",
    "THREAD_DELETE": "parent_id",
}
"""Events that reach a bot only if it may view a channel, and the field that names the channel."""

NEEDED_PERMISSION = {
    "GUILD_AUDIT_LOG_ENTRY_CREATE": "view_audit_log",
    **dict.fromkeys(_IN_GUILDS[Intent.GUILD_INVITES], "manage_channels"),
    **dict.fromkeys(_IN_GUILDS[Intent.AUTO_MODERATION_CONFIGURATION], "manage_guild"),
    **dict.fromkeys(_IN_GUILDS[Intent.AUTO_MODERATION_EXECUTION], "manage_guild"),
}
"""Events that reach a bot only with a permission, in the event's channel where it has one."""
