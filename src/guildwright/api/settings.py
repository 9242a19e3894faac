"""Settings that every guild chooses for itself, shown and changed with `serversettings`.

    settings.declare(bot, __name__, {
        "welcome.enabled": Setting(bool, default=False, label="Welcome new members"),
        "welcome.text": Setting(str, default="Hello!", max_length=200),
    })
    if settings.get(bot, guild.id, "welcome.enabled"): ...

They disappear with the extension; what guilds chose is kept for its return.
"""

from collections.abc import Callable, Mapping

from guildwright.bot.client import GuildwrightBot
from guildwright.kernel.settings import Setting, SettingError, Value

__all__ = [
    "Setting",
    "SettingError",
    "Value",
    "declare",
    "declared",
    "get",
    "is_set",
    "reset",
    "set",
    "watch",
]


def declare(bot: GuildwrightBot, owner: str, settings: Mapping[str, Setting]) -> None:
    """Make settings known; `owner` is the extension's `__name__`.

    Raises SettingError for a key that another extension took.
    """
    bot.settings.declare(owner, settings)


def declared(bot: GuildwrightBot) -> dict[str, Setting]:
    """Return all settings by key."""
    return bot.settings.declared()


def get(bot: GuildwrightBot, guild_id: int, key: str) -> Value:
    """Return the guild's value or the default, from memory. Raises SettingError for an unknown key."""
    return bot.settings.get(guild_id, key)


def is_set(bot: GuildwrightBot, guild_id: int, key: str) -> bool:
    """Say whether the guild has a value of its own."""
    return bot.settings.is_set(guild_id, key)


async def set(bot: GuildwrightBot, guild_id: int, key: str, value: Value, *, by: int | None = None) -> None:  # noqa: A001 - reads as settings.set
    """Save a value; it holds when this returns. `by` is who changed it, for the audit log.

    Raises SettingError for a value that does not fit and StoreError when it could not be saved.
    """
    await bot.settings.set(guild_id, key, value, by=by)


async def reset(bot: GuildwrightBot, guild_id: int, key: str, *, by: int | None = None) -> None:
    """Return to the default. Raises like `set`."""
    await bot.settings.reset(guild_id, key, by=by)


def watch(bot: GuildwrightBot, key: str, listener: Callable[[int, Value], None]) -> None:
    """Call `listener(guild_id, value)` after each change, until the extension is unloaded."""
    bot.settings.subscribe(key, listener)
