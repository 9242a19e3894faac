"""Settings of guilds: declared by extensions with type and default, kept in memory, saved before they hold.

A value outlives the extension that declared it, so nothing is lost when it is unloaded for a while.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from guildwright.kernel import audit
from guildwright.kernel.errors import GuildwrightError
from guildwright.kernel.store import Store
from guildwright.kernel.store.tables import GuildSettings

logger = logging.getLogger("guildwright.settings")

Value = str | int | float | bool | None
Listener = Callable[[int, Value], None]

_YES = frozenset({"on", "yes", "true", "1", "enable", "enabled"})
_NO = frozenset({"off", "no", "false", "0", "disable", "disabled"})


class SettingError(GuildwrightError):
    """A value that a setting cannot have, or a setting that nobody declared."""

    code = "setting"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a guild may set: `kind` is `str`, `int`, `float` or `bool`, bounds are inclusive.

    `permission` is the Discord permission that a person needs to change it; `problem_of` may refuse a value
    with a sentence.
    """

    kind: type[str] | type[int] | type[float] | type[bool]
    default: Value = None
    label: str = ""
    description: str = ""
    permission: str = "administrator"
    choices: tuple[Value, ...] = ()
    min: float | None = None
    max: float | None = None
    max_length: int = 1000
    problem_of: Callable[[Any], str | None] | None = None

    def read(self, typed: str) -> Value:
        """Return the value that a person typed. Raises SettingError with what fits."""
        text = typed.strip()
        if self.kind is bool:
            if text.casefold() not in _YES | _NO:
                raise SettingError(f"{text[:50]!r} does not fit.", hint="Say on or off.")
            return text.casefold() in _YES
        try:
            value = self.kind(text)
        except ValueError:
            raise SettingError(f"{text[:50]!r} does not fit.", hint=self.expected) from None
        return self.validate(value)

    def validate(self, value: Value) -> Value:
        """Return the value if it fits. Raises SettingError with what does."""
        is_kind = type(value) is self.kind or (self.kind is float and type(value) is int)
        too_long = isinstance(value, str) and len(value) > self.max_length
        outside = isinstance(value, int | float) and (
            (self.min is not None and value < self.min) or (self.max is not None and value > self.max)
        )
        if not is_kind or too_long or outside or (self.choices and value not in self.choices):
            raise SettingError(f"{str(value)[:50]!r} does not fit.", hint=self.expected)
        if self.problem_of is not None and (problem := self.problem_of(value)):
            raise SettingError(problem)
        return value

    @property
    def expected(self) -> str:
        """Say in one sentence which values fit."""
        if self.choices:
            return f"Choose one of: {', '.join(map(str, self.choices))}."
        if self.kind is str:
            return f"Give a text of at most {self.max_length} characters."
        low, high = self.min, self.max
        bounds = f" from {low:g} to {high:g}" if low is not None and high is not None else ""
        return f"Give a {'whole ' if self.kind is int else ''}number{bounds}."


class Settings:
    """The settings of all guilds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._declared: dict[str, tuple[str, Setting]] = {}
        self._values: dict[int, dict[str, Value]] = {}
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)
        self._writing = asyncio.Lock()

    async def start(self) -> None:
        """Read what guilds have set; one query."""
        query = select(GuildSettings.guild_id, GuildSettings.settings)
        async with self._store.session() as session:
            rows = (await session.execute(query)).all()
        self._values = {guild_id: dict(values) for guild_id, values in rows if values}

    # --- declaring ---------------------------------------------------------------------------------

    def declare(self, owner: str, settings: Mapping[str, Setting]) -> None:
        """Make settings known until `withdraw`; raises SettingError for a name that another one took."""
        for key, setting in settings.items():
            known = self._declared.get(key)
            if known is not None and known[0] != owner:
                raise SettingError(f"The setting {key!r} belongs to {known[0]}.", hint="Choose another name.")
            self._declared[key] = (owner, setting)

    def withdraw(self, is_gone: Callable[[str], bool]) -> None:
        """Forget the settings of owners that are gone; the values stay in the database."""
        for key in [key for key, (owner, _) in self._declared.items() if is_gone(owner)]:
            del self._declared[key]
            self._listeners.pop(key, None)

    def declared(self) -> dict[str, Setting]:
        """Return all settings by key, in the order of their keys."""
        return {key: setting for key, (_, setting) in sorted(self._declared.items())}

    def subscribe(self, key: str, listener: Listener) -> None:
        """Call `listener(guild_id, value)` after each change, until the setting is withdrawn."""
        self._listeners[key].append(listener)

    # --- values ------------------------------------------------------------------------------------

    def get(self, guild_id: int, key: str) -> Value:
        """Return the guild's value, else the default; never waits for the database.

        Raises SettingError when nobody declared the setting.
        """
        setting = self._find(key)
        return self._values.get(guild_id, {}).get(key, setting.default)

    def is_set(self, guild_id: int, key: str) -> bool:
        """Say whether the guild has a value of its own."""
        return key in self._values.get(guild_id, {})

    async def set(self, guild_id: int, key: str, value: Value, *, by: int | None = None) -> None:
        """Validate, save and only then use a value; `by` is who changed it, for the audit log.

        Raises SettingError or StoreError; nothing has changed then.
        """
        await self._write(guild_id, key, self._find(key).validate(value), by=by)

    async def reset(self, guild_id: int, key: str, *, by: int | None = None) -> None:
        """Return to the default. Raises SettingError or StoreError; nothing has changed then."""
        self._find(key)
        await self._write(guild_id, key, None, by=by)

    # --- how it is done ----------------------------------------------------------------------------

    def _find(self, key: str) -> Setting:
        found = self._declared.get(key)
        if found is None:
            known = ", ".join(self._declared) or "none"
            raise SettingError(f"There is no setting {key[:50]!r}.", hint=f"Known are: {known}.")
        return found[1]

    async def _write(self, guild_id: int, key: str, value: Value, *, by: int | None) -> None:
        async with self._writing:
            async with self._store.session() as session:
                row = await session.get(GuildSettings, guild_id)
                if row is None:
                    row = GuildSettings(guild_id=guild_id, settings={})
                    session.add(row)
                saved = dict(row.settings)
                old = saved.pop(key, None)
                if value is not None:
                    saved[key] = value
                row.settings = saved
                audit.record_change(session, key, guild_id=guild_id, by=by, old=old, new=value)
            self._values[guild_id] = saved
        for listener in self._listeners.get(key, ()):
            listener(guild_id, self.get(guild_id, key))
