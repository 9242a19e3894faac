"""The database: engine, sessions and schema (see `engine`, `tables`, `schema`)."""

from guildwright.kernel.store.engine import Store
from guildwright.kernel.store.tables import Base, GuildSettings, SyncState

__all__ = ["Base", "GuildSettings", "Store", "SyncState"]
