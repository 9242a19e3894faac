"""What is loaded, what is not, and why."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from guildwright.bot.client import GuildwrightBot
from guildwright.bot.extensions import PACKAGE

__all__ = ["ExtensionState", "authors", "states"]


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


def _is_bundled(name: str) -> bool:
    return not name.startswith(f"{PACKAGE}.")


def _short(name: str) -> str:
    return name.rpartition(".")[2]
