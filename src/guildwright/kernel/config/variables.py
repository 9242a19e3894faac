"""Environment variables that this program knows (requirements, core, section 2).

A variable with a `key` overrides that key of `config.json`. Names of parts that are not built yet stand here
because older `.env` files contain them; `replaced` says what is used instead of a variable that does nothing.
"""

from dataclasses import dataclass
from typing import Any

from guildwright.kernel.config.keys import FEATURE_FLAGS, SERVICES
from guildwright.kernel.config.kinds import (
    BOOL,
    ID,
    ID_OR_IDS,
    LEVEL,
    PREFIX,
    TEXT,
    Kind,
    choice,
    number,
    whole,
)


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable: what it may hold, what holds without it, and which key it overrides."""

    name: str
    kind: Kind
    default: str
    description: str
    key: str | None = None
    replaced: str = ""
    required: bool = False


def _pair(names: str, *rest: Any, **more: Any) -> tuple[Variable, ...]:
    return tuple(Variable(name, *rest, **more) for name in names.split())


_CORE = (
    Variable("DISCORD_TOKEN", TEXT, "", "token of the bot, from the developer portal", required=True),
    Variable("BOT_OWNER_ID", ID, "", "your own user ID", required=True),
    Variable("BOT_PREFIX", PREFIX, "", "what text commands start with", key="prefix"),
    Variable("LOG_LEVEL", LEVEL, "INFO", "least level that is logged", key="logging.level"),
    Variable("LOG_TO_FILE", BOOL, "true", "write botlogs/", key="logging.to_file"),
    Variable("LOG_FORMAT", choice("text", "json"), "text", "form of a log line", key="logging.format"),
    Variable(
        "ERROR_CHANNEL_ID", ID_OR_IDS, "", "channels for error reports", key="errors.report_channel_ids"
    ),
    Variable("SENTRY_DSN", TEXT, "", "external error reporting"),
    Variable("DATABASE_URL", TEXT, "SQLite under data/", "SQLite or PostgreSQL, as an SQLAlchemy address"),
    Variable("SHARD_COUNT", TEXT, "auto", "auto, or a whole number of at least 1"),
    Variable("SHARD_IDS", TEXT, "", "shards of this process, such as 0,2-5; needs a fixed SHARD_COUNT"),
    Variable("DISCORD_API_BASE", TEXT, "Discord's own", "where Discord's REST API is, for the sandbox"),
    Variable("DISCORD_CDN_BASE", TEXT, "Discord's own", "where Discord's files are, for the sandbox"),
    Variable("DISCORD_HTTP_PROXY_BASE", TEXT, "", "shared proxy that keeps the rate limits"),
    Variable("GUILDWRIGHT_SECRET_KEY", TEXT, "data/secret.key", "instance key of the secret store"),
    Variable("NO_COLOR", TEXT, "", "set to anything: no colours on the console"),
    Variable("PORT", whole(1, 65_535), "", "port of the dashboard"),
)
_OTHER_PARTS = (
    Variable("SHARD_ALERT_THRESHOLD", whole(1, 20), "3", "failures of a shard before an alert"),
    Variable("SHARD_CLUSTER_NAME", TEXT, "lowest free cluster-N", "name of this member"),
    Variable("BACKUP_MAX_PER_GUILD", whole(1), "25", "snapshots kept of a guild"),
    Variable("BACKUP_COOLDOWN", whole(0), "300", "seconds between two snapshots"),
    Variable("BACKUP_AUTO_INTERVAL", whole(0), "0", "hours between snapshots; 0 is off"),
    Variable("BACKUP_RETENTION_DAYS", whole(0), "0", "days a snapshot is kept; 0 keeps"),
    Variable("BACKUP_EXPORT_BY_GUILD_OWNER", BOOL, "false", "guild owners may export their snapshots"),
    Variable("BACKUP_ENCRYPTION_KEY_FILE", TEXT, "", "file with the key that encrypts snapshots"),
    Variable("GEMINI_API_KEY", TEXT, "", "key of the assistant's model"),
    Variable("GEMINI_MODEL", TEXT, "gemini-2.5-flash-lite", "model of the assistant"),
    Variable("AI_API_KEY", TEXT, "", "key of another model provider"),
    Variable("FW_LOOP_LAG_THRESHOLD_MS", whole(10, 60_000), "500", "delay of the loop that counts as lag"),
    Variable("CLUSTER_NATS_URL", TEXT, "", "addresses of NATS, nats:// or tls://"),
    Variable("CLUSTER_DATA_DIR", TEXT, "data/members/<name>", "data directory of this member"),
    Variable("CLUSTER_HEARTBEAT", number(2, 30), "10", "seconds between heartbeats"),
    Variable("CLUSTER_LEASE_TTL", number(10, 120), "30", "seconds a lease lasts"),
    Variable("CLUSTER_WEIGHT", whole(1, 100), "1", "share of the shards"),
    Variable("CLUSTER_REBALANCE", BOOL, "on", "move shards by itself"),
    Variable(
        "CLUSTER_ON_STORE_LOSS", choice("stop", "hold"), "stop", "without NATS: stop, or hold the shards"
    ),
    Variable("CLUSTER_IDENTIFY_RESERVE", whole(0), "larger of 10 and shard count", "IDENTIFYs kept back"),
    Variable("DASHBOARD_CLIENT_SECRET", TEXT, "", "secret of the dashboard's login through Discord"),
    Variable("METRICS_TOKEN", TEXT, "", "token that /metrics asks for"),
    Variable("CONTROL_CHANNEL", TEXT, "peon", "control channel of the game servers"),
    Variable("DISCORD_ADMIN_CHANNEL_ID", ID, "", "control channel of the game servers, by ID"),
    Variable("TIMEZONE", TEXT, "the guild's", "time zone of the game servers"),
    Variable("LANGUAGE", TEXT, "auto", "language of the game servers"),
    Variable("DEV_MODE", TEXT, "disabled", "developer mode of the game servers"),
    Variable("LOCAL_API_KEY", TEXT, "", "key of the local orchestrator"),
    Variable("API_KEY", TEXT, "generated", "key of the embedded orchestrator"),
    Variable("HOST_DIR", TEXT, "data root", "folder of the embedded orchestrator"),
)
_OLDER = (
    Variable("COMMAND_PREFIX", PREFIX, "", "older name", key="prefix", replaced="BOT_PREFIX"),
    Variable(
        "DATABASE_PATH", TEXT, "bot_data.db", "older name", replaced="database.base_path in config.json"
    ),
    Variable("DASHBOARD_SECRET_KEY", TEXT, "", "older name", replaced="GUILDWRIGHT_SECRET_KEY"),
    *_pair("SHARD_IPC_MODE SHARD_IPC_HOST SHARD_IPC_PORT", TEXT, "", "not used", replaced="CLUSTER_NATS_URL"),
    Variable("SHARD_IPC_SECRET", TEXT, "", "not used", replaced="CLUSTER_NATS_URL"),
)
_FLAGS = tuple(
    Variable(f"FEATURE_{flag.upper()}", BOOL, "true", "switches the feature", key=f"features.{flag}")
    for flag in FEATURE_FLAGS
)
_SERVICES = tuple(
    Variable(f"ENABLE_{name.upper()}", BOOL, "", "switches the service", key=f"framework.enable_{name}")
    for name in SERVICES
)

VARIABLES: tuple[Variable, ...] = (*_CORE, *_OTHER_PARTS, *_OLDER, *_FLAGS, *_SERVICES)
