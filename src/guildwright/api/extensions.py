"""What is loaded, what is not, and why; loading, unloading and reloading what the operator wrote."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from guildwright.bot.client import GuildwrightBot
from guildwright.bot.extensions import PACKAGE, LoadResult, find_extensions
from guildwright.kernel.errors import GuildwrightError

__all__ = [
    "BadNameError",
    "ExtensionState",
    "LoadResult",
    "authors",
    "is_blacklisted",
    "is_loaded",
    "load",
    "loadable",
    "loaded",
    "read_name",
    "reload",
    "rename_blank",
    "states",
    "unload",
]

_NAME = re.compile(r"[A-Za-z0-9_\- ]{1,100}")


class BadNameError(GuildwrightError):
    """What was typed can be no extension's name."""

    code = "extension_name"


@dataclass(frozen=True, slots=True)
class ExtensionState:
    """One extension: `bundled` ones come with Guildwright, the others are the operator's."""

    name: str
    bundled: bool
    outcome: Literal["loaded", "failed", "skipped"]
    seconds: float = 0.0
    reason: str = ""


def states(bot: GuildwrightBot) -> list[ExtensionState]:
    """Return every extension that is loaded, failed to load or was left out, by name."""
    loader = bot.extension_loader
    found: dict[str, ExtensionState] = {}
    for name in bot.extensions:
        seconds = loader.load_times.get(_short(name), 0.0)
        found[name] = ExtensionState(_short(name), _is_bundled(name), "loaded", seconds)
    for name, result in loader.results.items():
        if name in found or result.outcome == "loaded":
            continue
        reason = str(result.failure) if result.failure else "listed in extensions.blacklist"
        found[name] = ExtensionState(_short(name), _is_bundled(name), result.outcome, result.seconds, reason)
    return sorted(found.values(), key=lambda state: state.name)


def authors(bot: GuildwrightBot) -> Iterator[tuple[str, str]]:
    """Yield name and author of each loaded extension of the operator that names one (`__author__`)."""
    for name in sorted(bot.extensions):
        author = getattr(sys.modules.get(name), "__author__", None)
        if not _is_bundled(name) and isinstance(author, str) and author.strip():
            yield _short(name), author.strip()


def read_name(typed: str) -> str:
    """Return the name of an extension as people type it, with or without `extensions.` and `.py`.

    Blanks are kept: `rename_blank` turns them into underscores. The disk is not touched.

    Raises:
        BadNameError: it has other characters than letters, digits, `_`, `-` and blanks.
    """
    name = typed.strip().removeprefix(f"{PACKAGE}.").removesuffix(".py")
    if not _NAME.fullmatch(name) or not name.strip():
        raise BadNameError(
            "That can be no extension's name.", hint="Use letters, digits, `_` and `-`, such as `cookies`."
        )
    return name


def rename_blank(bot: GuildwrightBot, name: str) -> str:
    """Rename the file of a name with blanks; returns a sentence about it, or nothing.

    Raises OSError.
    """
    return bot.extension_loader.rename_blank(name)


def loaded(bot: GuildwrightBot) -> list[str]:
    """Return the names of the operator's extensions that are loaded."""
    return sorted(_short(name) for name in bot.extensions if not _is_bundled(name))


def loadable(bot: GuildwrightBot) -> list[str]:
    """Return the names of the operator's extensions that are there and not loaded."""
    there = (name for name, _ in find_extensions(bot.extension_loader.folder))
    return [name for name in there if not is_loaded(bot, name)]


def is_loaded(bot: GuildwrightBot, name: str) -> bool:
    """Say whether the operator's extension of this name is loaded."""
    return _full(name) in bot.extensions


def is_blacklisted(bot: GuildwrightBot, name: str) -> bool:
    """Say whether the operator keeps an extension of this name from being loaded at start."""
    return bot.extension_loader.is_blacklisted(name)


async def load(bot: GuildwrightBot, name: str) -> LoadResult:
    """Load an extension of the operator; a failure is in the result, recorded under `error_id`."""
    return await bot.extension_loader.load(_full(name))


async def unload(bot: GuildwrightBot, name: str) -> None:
    """Unload an extension of the operator with everything that it registered."""
    await bot.unload_extension(_full(name))


async def reload(bot: GuildwrightBot, name: str) -> list[LoadResult]:
    """Put the new code of an extension, and of those built on it, in the place of the old.

    If one fails the old code of all stays, and the failure is the only result, recorded under `error_id`.
    """
    results = await bot.extension_loader.reload({_full(name)})
    return [replace(result, error_id=bot.extension_loader.report(result)) for result in results]


def _full(name: str) -> str:
    return f"{PACKAGE}.{name}"


def _is_bundled(name: str) -> bool:
    return not name.startswith(f"{PACKAGE}.")


def _short(name: str) -> str:
    return name.rpartition(".")[2]
