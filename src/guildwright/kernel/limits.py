"""Discord's numbers, in this file only.

Source: https://discord.com/developers/docs, in the section named per block (read 2026-11). Numbers of
messages, embeds and commands were compared on 2026-11-20 with what discord.py 2.7.1 documents and with the
published tables of sapphire and twilight; where those are older (a command's total was 4,000, pins were 50)
the newer one stands.
"""

from typing import Final

# Messages; see resources/message#create-message there
MESSAGE_CONTENT: Final = 2_000
MESSAGE_EMBEDS: Final = 10
MESSAGE_ATTACHMENTS: Final = 10
MESSAGE_REACTIONS: Final = 20
MESSAGE_PINS: Final = 250
MESSAGE_NONCE: Final = 25
MESSAGE_PAGE_DEFAULT: Final = 50
MESSAGE_PAGE: Final = 100
BULK_DELETE_MINIMUM: Final = 2
BULK_DELETE: Final = 100
BULK_DELETE_AGE_SECONDS: Final = 14 * 24 * 3_600

# Uploads; see reference#uploading-files there (10 MiB a file since September 2024), resources/emoji for emoji
UPLOAD_BYTES: Final = 10 * 1024 * 1024
REQUEST_BYTES: Final = 25 * 1024 * 1024
IMAGE_BYTES: Final = 10 * 1024 * 1024
EMOJI_BYTES: Final = 256 * 1024

# Polls; see resources/poll#poll-create-request-object there
POLL_ANSWERS: Final = 10
POLL_QUESTION: Final = 300
POLL_ANSWER: Final = 55
POLL_HOURS: Final = 32 * 24
POLL_HOURS_DEFAULT: Final = 24

# Embeds; see resources/message#embed-object-embed-limits there
EMBED_TITLE: Final = 256
EMBED_DESCRIPTION: Final = 4_096
EMBED_FIELDS: Final = 25
EMBED_AUTHOR: Final = 256
EMBED_FOOTER: Final = 2_048
EMBED_TOTAL: Final = 6_000
FIELD_NAME: Final = 256
FIELD_VALUE: Final = 1_024
COLOUR: Final = 0xFFFFFF

# Components; see components/reference there
COMPONENT_ROWS: Final = 5
COMPONENTS_V2: Final = 40
ROW_BUTTONS: Final = 5
BUTTON_LABEL: Final = 80
CUSTOM_ID: Final = 100
SELECT_OPTIONS: Final = 25
SELECT_PLACEHOLDER: Final = 150
OPTION_LABEL: Final = 100
OPTION_VALUE: Final = 100
OPTION_DESCRIPTION: Final = 100
MODAL_TITLE: Final = 45
MODAL_COMPONENTS: Final = 5
TEXT_INPUT: Final = 4_000
TEXT_INPUT_LABEL: Final = 45
TEXT_INPUT_PLACEHOLDER: Final = 100

# Application commands; see interactions/application-commands there
GLOBAL_COMMANDS: Final = 100
GUILD_COMMANDS: Final = 100
USER_COMMANDS: Final = 15
MESSAGE_COMMANDS: Final = 15
COMMAND_NAME: Final = 32
COMMAND_DESCRIPTION: Final = 100
COMMAND_OPTIONS: Final = 25
COMMAND_CHOICES: Final = 25
CHOICE_NAME: Final = 100
CHOICE_VALUE: Final = 100
COMMAND_TEXT: Final = 6_000
COMMAND_TOTAL: Final = 8_000
COMMAND_CREATES_PER_DAY: Final = 200
AUTOCOMPLETE_CHOICES: Final = 25

# Interactions; see interactions/receiving-and-responding there
INTERACTION_DEADLINE_SECONDS: Final = 3.0
INTERACTION_TOKEN_SECONDS: Final = 15 * 60

# Gateway; see events/gateway there
GATEWAY_SENDS: Final = 120
GATEWAY_SENDS_WINDOW_SECONDS: Final = 60.0
GATEWAY_PAYLOAD_BYTES: Final = 4_096
IDENTIFY_WINDOW_SECONDS: Final = 5.0
SESSION_STARTS_WINDOW_SECONDS: Final = 86_400.0
IDENTIFIES_PER_DAY: Final = 1_000
LARGE_THRESHOLD_MINIMUM: Final = 50
LARGE_THRESHOLD_MAXIMUM: Final = 250
MEMBER_CHUNK: Final = 1_000
REQUESTED_MEMBERS: Final = 100
REQUEST_NONCE_BYTES: Final = 32
HEARTBEAT_INTERVAL_MS: Final = 41_250
SHARD_GUILDS: Final = 2_500
RECOMMENDED_SHARD_GUILDS: Final = 1_000
PRESENCE_UPDATES: Final = 5
PRESENCE_UPDATES_WINDOW_SECONDS: Final = 20.0
ACTIVITY_TEXT: Final = 128

# Rate limits; see topics/rate-limits there
GLOBAL_REQUESTS_PER_SECOND: Final = 50
INVALID_REQUESTS: Final = 10_000
INVALID_REQUESTS_WINDOW_SECONDS: Final = 600.0
INVALID_STATUSES: Final = frozenset({401, 403, 429})

# Calls per seconds of single routes, as clients have observed them: Discord documents none, see
# topics/rate-limits#header-format there
DEFAULT_CALLS: Final = (50, 1.0)
REACTION_CALLS: Final = (1, 0.25)
CHANNEL_WEBHOOK_CALLS: Final = (30, 60.0)
ROUTE_CALLS: Final = {
    "POST /channels/{id}/messages": (5, 5.0),
    "PATCH /channels/{id}/messages/{id}": (5, 5.0),
    "DELETE /channels/{id}/messages/{id}": (5, 1.0),
    "POST /channels/{id}/messages/bulk-delete": (1, 1.0),
    "POST /channels/{id}/typing": (5, 5.0),
    "PATCH /channels/{id}": (10, 15.0),
    "PATCH /guilds/{id}/members/{id}": (10, 10.0),
    "PATCH /guilds/{id}/members/@me": (1, 2.0),
    "POST /webhooks/{id}/{token}": (5, 2.0),
    "GET /gateway/bot": (2, 5.0),
}

# Guilds; see resources/guild there
GUILD_CHANNELS: Final = 500
GUILD_ROLES: Final = 250
GUILD_NAME_MINIMUM: Final = 2
GUILD_NAME: Final = 100
GUILD_DESCRIPTION: Final = 300
AFK_TIMEOUTS_SECONDS: Final = (60, 300, 900, 1_800, 3_600)
ROLE_NAME: Final = 100
NICKNAME: Final = 32
AUDIT_LOG_REASON: Final = 512
TIMEOUT_SECONDS: Final = 28 * 24 * 3_600
BULK_BAN: Final = 200
BAN_PURGE_DAYS: Final = 7
BAN_PURGE_SECONDS: Final = 7 * 24 * 3_600
PRUNE_DAYS: Final = 30
MEMBER_PAGE: Final = 1_000
BAN_PAGE: Final = 1_000

# Community guilds and templates; see resources/guild#modify-guild-welcome-screen and
# #modify-guild-onboarding, resources/guild-template there. Discord states no lengths for the welcome
# screen and onboarding; these are its client's.
WELCOME_DESCRIPTION: Final = 140
WELCOME_CHANNELS: Final = 5
WELCOME_CHANNEL_DESCRIPTION: Final = 50
ONBOARDING_PROMPTS: Final = 15
ONBOARDING_PROMPT_TITLE: Final = 100
ONBOARDING_OPTIONS: Final = 50
ONBOARDING_OPTION_TITLE: Final = 50
ONBOARDING_OPTION_DESCRIPTION: Final = 100
ONBOARDING_DEFAULT_CHANNELS: Final = 7
ONBOARDING_WRITABLE_CHANNELS: Final = 5
TEMPLATE_NAME: Final = 100
TEMPLATE_DESCRIPTION: Final = 120
INCIDENT_ACTION_SECONDS: Final = 24 * 3_600
VANITY_CODE: Final = 25

# Channels and threads; see resources/channel there
CHANNEL_NAME: Final = 100
CHANNEL_TOPIC: Final = 1_024
FORUM_TOPIC: Final = 4_096
CATEGORY_CHANNELS: Final = 50
SLOWMODE_SECONDS: Final = 21_600
VOICE_USERS: Final = 99
BITRATE_MINIMUM: Final = 8_000
BITRATE: Final = 384_000
ARCHIVE_MINUTES: Final = (60, 1_440, 4_320, 10_080)
FORUM_TAGS: Final = 20
FORUM_TAG_NAME: Final = 20
THREAD_TAGS: Final = 5
INVITE_SECONDS: Final = 7 * 24 * 3_600
INVITE_USES: Final = 100

# Webhooks; see resources/webhook there
CHANNEL_WEBHOOKS: Final = 15
WEBHOOK_NAME: Final = 80

# Emoji and stickers; see resources/emoji, resources/sticker there
EMOJI_NAME_MINIMUM: Final = 2
EMOJI_NAME: Final = 32
STICKER_NAME_MINIMUM: Final = 2
STICKER_NAME: Final = 30
STICKER_DESCRIPTION: Final = 100
STICKER_TAGS: Final = 200

# Events, stages and moderation rules; see resources/guild-scheduled-event, resources/stage-instance,
# resources/auto-moderation there
EVENT_NAME: Final = 100
EVENT_DESCRIPTION: Final = 1_000
EVENT_LOCATION: Final = 100
STAGE_TOPIC: Final = 120
AUTOMOD_NAME: Final = 100
AUTOMOD_MENTIONS: Final = 50
AUTOMOD_ACTIONS: Final = 5
AUTOMOD_EXEMPT_ROLES: Final = 20
AUTOMOD_EXEMPT_CHANNELS: Final = 50

# Users and applications; see resources/user, resources/application there
USERNAME_MINIMUM: Final = 2
USERNAME: Final = 32
OWN_GUILDS_PAGE: Final = 200
APPLICATION_DESCRIPTION: Final = 400

# Logins; see topics/oauth2 there: tokens live a week; the ten minutes of a code are RFC 6749's advice
OAUTH_CODE_SECONDS: Final = 600
OAUTH_TOKEN_SECONDS: Final = 604_800
OAUTH_AUTHORIZATIONS: Final = 10_000

# IDs; see reference#snowflakes there
DISCORD_EPOCH_MS: Final = 1_420_070_400_000
ID_TIME_SHIFT: Final = 22
ID_DIGITS_MINIMUM: Final = 17
ID_DIGITS_MAXIMUM: Final = 20
