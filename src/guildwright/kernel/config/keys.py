"""The rows of the configuration that this part of the program knows (requirements, core, section 3).

`generated` marks the keys written into a new `config.json` (shape D1). Keys of parts that are not in this
table are listed by section in `OPEN_SECTIONS`: older files contain them, so they are kept and not judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from guildwright.kernel.config.kinds import (
    BOOL,
    ID_OR_IDS,
    IDS,
    LEVEL,
    LEVELS,
    NAMES,
    PREFIX,
    ROLES,
    STATUSES,
    TEXT,
    Kind,
    choice,
    number,
    text,
    whole,
)
from guildwright.kernel.limits import GLOBAL_COMMANDS, MESSAGE_CONTENT

OPEN_SECTIONS = (
    "event_hooks", "diagnostics", "automations", "scheduler", "shards", "cluster", "backup", "dashboard",
    "status_page", "metrics", "ai", "marketplace", "gameservers",
)  # fmt: skip

FEATURE_FLAGS = (
    "mention_reply", "suggest_commands", "auto_delete", "hot_reload", "command_logging", "error_reports",
    "metrics_endpoint", "status_rotation", "ai", "marketplace", "dashboard", "sandbox", "status_page",
    "status_json", "self_ping",
)  # fmt: skip

INTENTS = (
    "guilds", "members", "moderation", "bans", "emojis", "emojis_and_stickers", "expressions", "integrations",
    "webhooks", "invites", "voice_states", "presences", "messages", "guild_messages", "dm_messages",
    "reactions", "guild_reactions", "dm_reactions", "typing", "guild_typing", "dm_typing", "message_content",
    "guild_scheduled_events", "auto_moderation", "auto_moderation_configuration", "auto_moderation_execution",
    "polls", "guild_polls", "dm_polls",
)  # fmt: skip

_SERVICES_IN_NEW_FILES = (
    "event_hooks", "plugin_registry", "framework_diagnostics", "slash_command_limiter", "shard_monitor",
    "shard_manager", "backup_restore", "db_migrations", "task_scheduler", "config_validator",
)  # fmt: skip
_OTHER_SERVICES = (
    "live_monitor", "guild_settings", "ai_assistant", "automations", "extension_assistant", "marketplace",
)  # fmt: skip
SERVICES = _SERVICES_IN_NEW_FILES + _OTHER_SERVICES


@dataclass(frozen=True, slots=True)
class Key:
    """One key: where it stands, what it may hold, and whether a change counts at once."""

    path: str
    kind: Kind
    default: Any
    description: str
    live: bool = True
    generated: bool = False


def _general() -> Iterator[Key]:
    yield Key("prefix", PREFIX, "!", "what text commands start with", generated=True)
    yield Key("allow_mention_prefix", BOOL, True, "@Bot works as a prefix", generated=True)
    yield Key("owner_ids", IDS, [], "further owners of the bot", generated=True)
    yield Key("auto_reload", BOOL, True, "reload extensions when their files change", generated=True)
    activity = choice("playing", "watching", "listening", "competing", "streaming", "custom")
    yield Key("status.type", activity, "watching", "kind of activity shown", generated=True)
    yield Key("status.text", TEXT, "{guilds} servers", "text of the activity", generated=True)
    presence = choice("online", "idle", "dnd", "invisible")
    yield Key("status.presence", presence, "online", "colour of the dot", generated=True)
    yield Key("status.statuses", STATUSES, [], "several statuses, shown in turn", generated=True)
    yield Key("status.interval", number(10), 300, "seconds between two statuses", generated=True)
    yield Key("status.log_status_updates", BOOL, False, "log each change of status", generated=True)


def _storage() -> Iterator[Key]:
    yield Key(
        "database.base_path",
        text(shortest=1),
        "./data",
        "folder of the databases",
        live=False,
        generated=True,
    )
    yield Key("database.path", text(shortest=1), None, "database of an older version, read once", live=False)
    yield Key("database.pool_size", whole(1, 100), 10, "connections to the database", live=False)
    yield Key("database.guild_pool_size", whole(1, 1000), 64, "open databases of guilds", live=False)
    yield Key("database.idle_close", number(10), 600, "seconds until an idle one closes", live=False)
    yield Key("database.backup_on_shutdown", BOOL, True, "copy the databases at every stop")
    yield Key("database.backup_keep", whole(0, 100), 5, "copies kept of each database")
    yield Key(
        "database.guild_retention_days", whole(0, 3650), 30, "days until a left guild is deleted; 0 keeps"
    )


def _logging() -> Iterator[Key]:
    yield Key("logging.level", LEVEL, "INFO", "least level that is logged", generated=True)
    yield Key("logging.levels", LEVELS, {}, "levels of single loggers")
    yield Key("logging.max_bytes", whole(1024), 10_485_760, "size at which a log rotates", generated=True)
    yield Key("logging.backup_count", whole(0, 50), 5, "rotated logs that are kept", generated=True)
    yield Key("logging.retention_days", whole(0, 3650), 30, "days until a log is deleted; 0 keeps")
    yield Key("logging.to_file", BOOL, True, "write botlogs/", live=False)
    yield Key("logging.format", choice("text", "json"), "text", "form of a log line", live=False)
    yield Key("errors.report_channel_ids", ID_OR_IDS, [], "channels that get error reports")
    yield Key("errors.history_limit", whole(10, 100_000), 1000, "errors kept")
    yield Key("errors.history_days", whole(1, 365), 30, "days an error is kept")


def _commands() -> Iterator[Key]:
    yield Key("extensions.auto_load", BOOL, True, "load extensions at start", live=False, generated=True)
    yield Key("extensions.blacklist", NAMES, [], "extensions that are not loaded", generated=True)
    yield Key("extensions.priority", NAMES, [], "extensions that get slash commands first", live=False)
    yield Key("cooldowns.default_rate", whole(1), 3, "uses in the time below", generated=True)
    yield Key("cooldowns.default_per", number(0.5), 5.0, "seconds", generated=True)
    buckets = choice("user", "member", "channel", "guild", "role", "category", "default")
    yield Key("cooldowns.bucket", buckets, "member", "who shares a cooldown")
    yield Key(
        "command_permissions", ROLES, {}, "roles per command of older versions, read once", generated=True
    )
    most, slots = GLOBAL_COMMANDS, whole(1, GLOBAL_COMMANDS)
    yield Key("slash_limiter.max_limit", slots, most, "slash commands at most", live=False, generated=True)
    yield Key("slash_limiter.warning_threshold", slots, 90, "warn from here", live=False, generated=True)
    yield Key("slash_limiter.safe_limit", slots, 95, "convert from here", live=False, generated=True)
    yield Key("slash_limiter.debug_mode", BOOL, False, "log every decision", live=False)
    yield Key("slash_limiter.overflow", TEXT, "prefix", "what becomes of commands too many", live=False)
    yield Key("slash_limiter.keep", NAMES, [], "always slash commands", live=False)
    yield Key("slash_limiter.prefer_prefix", NAMES, [], "rather text commands", live=False)
    yield Key("sync.auto", BOOL, True, "synchronise slash commands when they changed")
    yield Key("sync.owner_guilds", IDS, [], "guilds that get the owner's slash commands")
    yield Key("sync.group_backup", BOOL, False, "one group for the backup commands")
    yield Key("help.show_locked", BOOL, True, "show commands that a member may not use")


def _replies() -> Iterator[Key]:
    seconds = number(0, 300)
    yield Key("auto_delete.enabled", BOOL, True, "delete replies to text commands after a while")
    yield Key("auto_delete.success", seconds, 15, "seconds; 0 keeps")
    yield Key("auto_delete.invalid", seconds, 5, "seconds; 0 keeps")
    yield Key("auto_delete.error", seconds, 10, "seconds; 0 keeps")
    yield Key("auto_delete.unexpected", seconds, 15, "seconds; 0 keeps")
    yield Key("auto_delete.invocation", BOOL, True, "delete the member's message too")
    yield Key("limits.message_cache", whole(0, 100_000), 1000, "messages kept in memory", live=False)
    yield Key(
        "limits.max_output_chars", whole(200, MESSAGE_CONTENT), MESSAGE_CONTENT, "characters of one reply"
    )
    yield Key("limits.max_output_pages", whole(1, 20), 5, "pages of one reply")


def _process() -> Iterator[Key]:
    yield Key("supervisor.mode", choice("internal", "external"), "internal", "who restarts the bot")
    yield Key("supervisor.shutdown_timeout", number(1, 300), 30, "seconds a stop may take")
    yield Key("supervisor.backoff_base", number(0.1, 60), 1, "seconds until the first restart")
    yield Key("supervisor.backoff_max", number(1, 3600), 300, "seconds between restarts at most")
    yield Key("supervisor.max_restarts", whole(0, 1000), 10, "restarts within an hour")
    yield Key("supervisor.stall_seconds", number(0, 3600), 30, "stall that is written to the log; 0 is off")
    yield Key("cache.members", choice("auto", "all", "none"), "auto", "keep members in memory", live=False)
    yield Key("intents.degrade", BOOL, False, "go on without refused intents", live=False)
    for intent in INTENTS:
        yield Key(f"intents.{intent}", BOOL, intent != "presences", "request this intent", live=False)


def _switches() -> Iterator[Key]:
    yield Key("framework.load_cogs", BOOL, True, "load the framework's modules", live=False, generated=True)
    for service in SERVICES:
        generated = service in _SERVICES_IN_NEW_FILES
        yield Key(f"framework.enable_{service}", BOOL, True, "load it", live=False, generated=generated)
    for flag in FEATURE_FLAGS:
        yield Key(f"features.{flag}", BOOL, True, "switches this feature off when false")


# The order is the order of a new config.json.
KEYS: tuple[Key, ...] = (
    *_general(),
    *_storage(),
    *_logging(),
    *_commands(),
    *_replies(),
    *_process(),
    *_switches(),
)
