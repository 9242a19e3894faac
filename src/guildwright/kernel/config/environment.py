"""Reads `.env` and the environment: what is set, what is wrong with it, what it overrides.

Real variables win over `.env`; both win over `config.json` (CORE-201). Values are judged with the rows of the
registry; whatever is wrong becomes a problem naming the variable, never an exception.
"""

import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dotenv import dotenv_values
from pydantic import SecretStr

from guildwright.kernel import secrets
from guildwright.kernel.config.address import parse_base
from guildwright.kernel.config.kinds import KindError, describe
from guildwright.kernel.config.registry import Registry
from guildwright.kernel.config.shards import parse_shard_count, parse_shard_ids
from guildwright.kernel.config.variables import Variable
from guildwright.kernel.errors import ConfigError, Problem

_PREFIX = "GUILDWRIGHT_"
# Names below the prefix that belong to somebody else: the test suite, and one part with keys of its own.
_RESERVED = ("GUILDWRIGHT_TEST_", "GUILDWRIGHT_GAMESERVERS_")


@dataclass(frozen=True, slots=True)
class Environment:
    """The effective variables; `overrides` are configuration keys set by them."""

    token: SecretStr | None = None
    owner_id: int | None = None
    shard_count: int | None = None
    shard_ids: tuple[int, ...] = ()
    api_base: str | None = None
    cdn_base: str | None = None
    database_url: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict[str, Any])
    values: Mapping[str, Any] = field(default_factory=dict[str, Any], repr=False)
    problems: tuple[Problem, ...] = ()

    def get(self, name: str) -> Any:
        """Return the value of a registered variable in its type; None when unset."""
        return self.values.get(name)


def read_environment(directory: Path, environ: Mapping[str, str], registry: Registry) -> Environment:
    """Read `.env` of the directory and the given environment; raises ConfigError for an unreadable `.env`."""
    texts = {**_read_dotenv(directory / ".env"), **environ}
    secrets.register_environment(texts)
    reader = _Reader(registry, texts)
    reader.problems += _judge_mode(directory / ".env")
    reader.read_token()
    reader.read_variables()
    reader.read_overrides()
    count = reader.read("SHARD_COUNT", parse_shard_count)
    token = reader.values.get("DISCORD_TOKEN")
    return Environment(
        token=SecretStr(token) if token else None,
        owner_id=reader.values.get("BOT_OWNER_ID"),
        shard_count=count,
        shard_ids=reader.read("SHARD_IDS", lambda text: parse_shard_ids(text, count)) or (),
        api_base=reader.read("DISCORD_API_BASE", parse_base),
        cdn_base=reader.read("DISCORD_CDN_BASE", parse_base),
        database_url=reader.values.get("DATABASE_URL"),
        overrides=MappingProxyType(reader.overrides),
        values=MappingProxyType(reader.values),
        problems=tuple(reader.problems),
    )


class _Reader:
    """Collects values and problems while the variables are read."""

    def __init__(self, registry: Registry, texts: Mapping[str, str]) -> None:
        self._registry = registry
        self._texts = {name: text for name, text in texts.items() if text.strip()}
        self.values: dict[str, Any] = {}
        self.overrides: dict[str, Any] = {}
        self.problems: list[Problem] = []

    def read(self, name: str, parse: Callable[[str], Any]) -> Any:
        """Read one variable; an unset or empty one is None, a wrong one a problem."""
        text = self._texts.get(name)
        if text is None:
            return None
        try:
            value = parse(text)
        except KindError as error:
            self.values.pop(name, None)
            self.problems.append(Problem(name, _shown(name, text), error.expected))
            return None
        self.values[name] = value
        return value

    def read_token(self) -> None:
        """Strip what people paste around a token, with a warning (CORE-107)."""
        text = self._texts.get("DISCORD_TOKEN", "")
        token = text.strip().strip("'\"").strip().removeprefix("Bot ").strip()
        if token == text:
            return
        if token:
            self._texts["DISCORD_TOKEN"] = token
            secrets.register(token)
        else:
            del self._texts["DISCORD_TOKEN"]
        self._warn("DISCORD_TOKEN", "quotes or blanks around the value", "they were left out; remove them")

    def read_variables(self) -> None:
        """Read every registered variable and note those that older files contain."""
        for variable in self._registry.variables.values():
            value = self.read(variable.name, variable.kind.parse)
            if value is None:
                continue
            if variable.replaced:
                used = "use" if variable.key is None else "works, but use"
                self._warn(variable.name, "an older name", f"{used} {variable.replaced}")
            self._override(variable, value)

    def _override(self, variable: Variable, value: Any) -> None:
        if variable.key is not None and not (variable.replaced and variable.key in self.overrides):
            self.overrides[variable.key] = value

    def read_overrides(self) -> None:
        """Read the `GUILDWRIGHT_…` variables (CORE-203)."""
        for name, text in self._texts.items():
            if not name.startswith(_PREFIX) or name.startswith(_RESERVED) or name in self._registry.variables:
                continue
            path = self._registry.key_of_override(name)
            if path is None:
                self._warn(name, "unknown name", self._suggest(name))
            elif path in self._registry.keys:
                value = self.read(name, self._registry.keys[path].kind.parse)
                if value is not None:
                    self.overrides[path] = value
            else:
                self.overrides[path] = text

    def _suggest(self, name: str) -> str:
        path = name.removeprefix(_PREFIX).replace("__", ".").lower()
        nearest = self._registry.nearest_key(path)
        if nearest is None:
            return "no configuration key is called so; see guildwright config schema"
        return f"did you mean {_PREFIX}{nearest.replace('.', '__').upper()}?"

    def _warn(self, path: str, found: str, advice: str) -> None:
        self.problems.append(Problem(path, found, advice, "warning"))


def _shown(name: str, text: str) -> str:
    return "its value is wrong" if secrets.is_secret_name(name) else f"{describe(text)} given"


def _read_dotenv(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    try:
        values = dotenv_values(file, interpolate=False, encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{file} cannot be read: {error}.",
            hint="It must be a text in UTF-8 that this user may read.",
            problems=(Problem(str(file), "cannot be read", str(error)),),
        ) from error
    return {name: value for name, value in values.items() if value is not None}


def _judge_mode(file: Path) -> list[Problem]:
    """Warn about a `.env` that others may read (CORE-205)."""
    if not file.is_file() or not hasattr(stat, "S_IRWXG") or file.stat().st_mode & 0o077 == 0:
        return []
    return [Problem(str(file), "other users can read it", f"run: chmod 600 {file}", "warning")]
