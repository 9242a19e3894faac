"""The tables of the framework. A change here needs a migration; a test compares the two."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Integer, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def _now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Declarative base; every `int` is 64 bits wide, because IDs are (CORE-1717)."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {int: BigInteger, dict[str, Any]: JSON, datetime: DateTime(timezone=True)}  # noqa: RUF012 - SQLAlchemy reads it from the class


class GuildSettings(Base):
    """What a guild changed; None means that the operator's default holds."""

    __tablename__ = "guild_settings"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    prefix: Mapped[str | None] = mapped_column(String(5))
    mention_prefix: Mapped[bool | None]
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=_now)


class SyncState(Base):
    """Which command plan Discord already has; `scope` is `global` or a guild's ID."""

    __tablename__ = "sync_state"

    application_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scope: Mapped[str] = mapped_column(String(20), primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    synced_at: Mapped[datetime] = mapped_column(default=_now)


class CommandRole(Base):
    """A role that may use a command in a guild; `command` is its qualified name."""

    __tablename__ = "command_role"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    command: Mapped[str] = mapped_column(String(200), primary_key=True)
    role_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    added_by: Mapped[int | None]
    added_at: Mapped[datetime] = mapped_column(default=_now)


class AuditLog(Base):
    """Who changed what, where and when: the one audit table of all parts (shape W2)."""

    __tablename__ = "audit_logs"

    # SQLite counts up by itself only where a column is called INTEGER, which has 64 bits there.
    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)
    timestamp: Mapped[datetime] = mapped_column(default=_now, index=True)
    guild_id: Mapped[int | None] = mapped_column(index=True)
    actor_user_id: Mapped[int | None]
    actor_discord_id: Mapped[int | None] = mapped_column(index=True)
    source: Mapped[str] = mapped_column(String(10))
    action: Mapped[str] = mapped_column(String(100), index=True)
    target_type: Mapped[str | None] = mapped_column(String(50))
    target_id: Mapped[str | None] = mapped_column(String(100))
    outcome: Mapped[str] = mapped_column(String(20))
    request_id: Mapped[str | None] = mapped_column(String(50))
    ip_address: Mapped[str | None] = mapped_column(String(45))
    user_agent: Mapped[str | None] = mapped_column(String(300))
    meta_json: Mapped[dict[str, Any]] = mapped_column(default=dict)
    prev_hash: Mapped[str | None] = mapped_column(String(64))
    hash: Mapped[str | None] = mapped_column(String(64))
