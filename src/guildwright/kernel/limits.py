"""Discord's numbers, in this file only.

Source: https://discord.com/developers/docs, in the section named per block. Numbers of messages, embeds and
commands were compared on 2026-11-20 with what discord.py 2.7.1 documents and with the published tables of
sapphire and twilight; where those are older (a command's total was 4,000, pins were 50) the newer one stands.
"""

from typing import Final

# Messages; see resources/message#create-message there
MESSAGE_CONTENT: Final = 2_000
MESSAGE_EMBEDS: Final = 10
MESSAGE_ATTACHMENTS: Final = 10
MESSAGE_REACTIONS: Final = 20
MESSAGE_PINS: Final = 250
BULK_DELETE_MINIMUM: Final = 2
BULK_DELETE: Final = 100
BULK_DELETE_AGE_SECONDS: Final = 14 * 24 * 3_600
UPLOAD_BYTES: Final = 10 * 1024 * 1024

# Embeds; see resources/message#embed-object-embed-limits there
EMBED_TITLE: Final = 256
EMBED_DESCRIPTION: Final = 4_096
EMBED_FIELDS: Final = 25
EMBED_AUTHOR: Final = 256
EMBED_FOOTER: Final = 2_048
EMBED_TOTAL: Final = 6_000
FIELD_NAME: Final = 256
FIELD_VALUE: Final = 1_024

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
IDENTIFIES_PER_DAY: Final = 1_000
LARGE_THRESHOLD_MAXIMUM: Final = 250
MEMBER_CHUNK: Final = 1_000
PRESENCE_UPDATES: Final = 5
PRESENCE_UPDATES_WINDOW_SECONDS: Final = 20.0
ACTIVITY_TEXT: Final = 128

# Rate limits; see topics/rate-limits there
GLOBAL_REQUESTS_PER_SECOND: Final = 50
INVALID_REQUESTS: Final = 10_000
INVALID_REQUESTS_WINDOW_SECONDS: Final = 600.0

# Guilds; see resources/guild, resources/channel there
GUILD_CHANNELS: Final = 500
GUILD_ROLES: Final = 250
GUILD_NAME: Final = 100
CHANNEL_NAME: Final = 100
CHANNEL_TOPIC: Final = 1_024
CATEGORY_CHANNELS: Final = 50
ROLE_NAME: Final = 100
NICKNAME: Final = 32
USERNAME: Final = 32
AUDIT_LOG_REASON: Final = 512
TIMEOUT_SECONDS: Final = 28 * 24 * 3_600
SLOWMODE_SECONDS: Final = 21_600
POLL_ANSWERS: Final = 10
POLL_QUESTION: Final = 300
POLL_ANSWER: Final = 55

# IDs; see reference#snowflakes there
DISCORD_EPOCH_MS: Final = 1_420_070_400_000
ID_DIGITS_MINIMUM: Final = 17
ID_DIGITS_MAXIMUM: Final = 20
