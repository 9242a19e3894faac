"""Puts new code in the place of old: all that changed and all that is built on it, or nothing.

The new modules are imported beside the old ones, so code that does not even import never disturbs what
runs. Only then the old extensions are taken out and the new ones set up; if one fails, the old ones return.
"""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from discord.ext import commands

from guildwright.bot import internals, module_graph, ownership
from guildwright.bot.load_failure import UnusableExtensionError, refuse_unusable

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

SETUP_SECONDS = 30.0

Modules = dict[str, ModuleType]


@dataclass(frozen=True, slots=True)
class Replacement:
    """The modules of some extensions, as they were and as they will be."""

    extensions: tuple[str, ...]
    old: Modules
    new: Modules


class ReloadError(Exception):
    """The new code of one extension failed with `cause`; the old code of all of them runs."""

    def __init__(self, extension: str, cause: Exception) -> None:
        super().__init__(f"{extension}: {cause}")
        self.extension = extension
        self.cause = cause


def refuse(extension: str, file: Path | None) -> None:
    """Raise ReloadError for a file that cannot be an extension, before anything is imported."""
    try:
        refuse_unusable(extension, file)
    except UnusableExtensionError as error:
        raise ReloadError(extension, error) from error


def stage(extensions: Sequence[str], affected: Iterable[str]) -> Replacement:
    """Import extensions and what they are built on anew, beside what runs.

    Raises ReloadError; then everything is as it was.
    """
    old = {name: sys.modules[name] for name in affected if name in sys.modules}
    for extension in extensions:
        old |= ownership.modules_of(extension)
    for name, module in old.items():
        _forget_bytecode(module)
        del sys.modules[name]
    importlib.invalidate_caches()
    known = set(sys.modules)
    for extension in extensions:
        try:
            _require_setup(extension, importlib.import_module(extension))
        except Exception as error:
            for name in set(sys.modules) - known:
                if any(module_graph.belongs(name, other) for other in (*old, *extensions)):
                    del sys.modules[name]
            _put(old)
            raise ReloadError(extension, error) from error
    new = {name: sys.modules[name] for name in old if name in sys.modules}
    for extension in extensions:
        new |= ownership.modules_of(extension)
    _put(old)
    return Replacement(tuple(extensions), old, new)


async def swap(bot: GuildwrightBot, replacement: Replacement) -> None:
    """Take the old extensions out and set the new ones up.

    Raises ReloadError when a new one fails to set up; the old ones run again then.
    """
    for extension in reversed(replacement.extensions):
        await _detach(bot, extension, replacement.old)
    for name in set(replacement.old) - set(replacement.new):
        sys.modules.pop(name, None)
    _put(replacement.new)
    for extension in replacement.extensions:
        before = internals.Registered.of(bot)
        try:
            setup = replacement.new[extension].setup(bot)
            await asyncio.wait_for(setup, SETUP_SECONDS)
        except Exception as error:
            internals.register_extension(bot, extension, replacement.new[extension])
            await _detach(bot, extension, replacement.new)
            before.restore(bot)
            await _return(bot, replacement, extension)
            raise ReloadError(extension, error) from error
        internals.register_extension(bot, extension, replacement.new[extension])


async def _return(bot: GuildwrightBot, replacement: Replacement, failed: str) -> None:
    """Bring the old extensions back after a new one failed."""
    done = replacement.extensions[: replacement.extensions.index(failed)]
    for extension in reversed(done):
        await _detach(bot, extension, replacement.new)
    for name in set(replacement.new) - set(replacement.old):
        sys.modules.pop(name, None)
    _put(replacement.old)
    for extension in replacement.extensions:
        module = replacement.old[extension]
        await module.setup(bot)
        internals.register_extension(bot, extension, module)


async def _detach(bot: GuildwrightBot, extension: str, modules: Modules) -> None:
    own = {name: module for name, module in modules.items() if module_graph.belongs(name, extension)}
    await internals.detach_extension(bot, extension, modules[extension])
    await ownership.release(bot, extension, own.values())


def _put(modules: Modules) -> None:
    """Make these the loaded modules, for `import` as well as for `from package import module`."""
    sys.modules.update(modules)
    for name, module in modules.items():
        parent, _, child = name.rpartition(".")
        if parent in sys.modules:
            setattr(sys.modules[parent], child, module)


def _require_setup(extension: str, module: ModuleType) -> None:
    if not callable(getattr(module, "setup", None)):
        raise commands.NoEntryPointError(extension)


def _forget_bytecode(module: ModuleType) -> None:
    """Delete the compiled copy: two changes within a second and of one length look alike to Python."""
    if module.__spec__ is not None and module.__spec__.cached:
        Path(module.__spec__.cached).unlink(missing_ok=True)
