"""Writes who changed what into the audit log, in the transaction of the change itself: both or neither."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from guildwright.kernel.store import Store
from guildwright.kernel.store.tables import AuditLog

Source = Literal["web", "api", "discord", "cli", "schedule", "webhook", "voice", "system"]


def record_change(
    session: AsyncSession,
    key: str,
    *,
    guild_id: int | None,
    by: int | None,
    old: Any,
    new: Any,
    source: Source = "discord",
) -> None:
    """Note that `by` (None: the program itself) changed a setting from `old` to `new`."""
    session.add(
        AuditLog(
            guild_id=guild_id,
            actor_discord_id=by,
            source="system" if by is None else source,
            action="setting_change",
            target_type="setting",
            target_id=key,
            outcome="done",
            meta_json={"old": old, "new": new},
        )
    )


async def read_newest(store: Store, *, guild_id: int, limit: int = 20) -> Sequence[AuditLog]:
    """Return the newest entries of a guild, the newest first."""
    query = select(AuditLog).where(AuditLog.guild_id == guild_id).order_by(AuditLog.id.desc()).limit(limit)
    async with store.session() as session:
        return (await session.execute(query)).scalars().all()
