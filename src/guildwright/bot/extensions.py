"""Loads the bundled slices, then the user's extensions in name order, and tells what became of each.

Every route (start, command, code) goes through the bot's own `load_extension`; a failed load leaves nothing
behind and is told with its cause, file and line.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Literal

from guildwright.bot import cache, internals, module_graph, ownership, reload
from guildwright.bot.load_failure import LoadFailure, explain, refuse_unusable

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

logger = logging.getLogger("guildwright.extensions")

PACKAGE = "extensions"
BUNDLED = "guildwright.features."
SETUP_SECONDS = 30.0
UNLOAD_SECONDS = 5.0

Outcome = Literal["loaded", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What became of one extension at its latest load."""

    name: str
    outcome: Outcome
    seconds: float = 0.0
    failure: LoadFailure | None = None
    error_id: str = ""


def find_extensions(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield name and file of every extension of a folder in name order, without those that begin with `_`."""
    if not folder.is_dir():
        return
    found: dict[str, Path] = {}
    for path in folder.iterdir():
        if path.suffix == ".py" and path.is_file() and " " not in path.name:
            found.setdefault(path.stem, path)
        elif (path / "__init__.py").is_file():
            found[path.name] = path / "__init__.py"
    yield from sorted((name, path) for name, path in found.items() if not name.startswith(("_", ".")))


class ExtensionLoader:
    """Loads and unloads, with times, results and complete roll-back."""

    def __init__(self, bot: GuildwrightBot, directory: Path) -> None:
        self._bot = bot
        self._root = directory
        self._path_entry = str(directory.resolve())
        self.results: dict[str, LoadResult] = {}
        self.load_times: dict[str, float] = {}
        self._busy = asyncio.Lock()
        self._whole = asyncio.Event()
        self._whole.set()

    @property
    def folder(self) -> Path:
        return self._root / PACKAGE

    def count(self, outcome: Outcome) -> int:
        """Return how many of the user's extensions ended like that at their latest load."""
        return sum(result.outcome == outcome for result in self.results.values())

    async def load_bundled(self, slices: Sequence[str]) -> None:
        """Load what is shipped with Guildwright; a slice that fails does not stop the others."""
        for name in slices:
            await self.load(name)

    async def load_user(self) -> None:
        """Load the extensions of the instance, unless switched off, in name order."""
        if not self._bot.config.get("extensions.auto_load"):
            logger.info("Extensions are not loaded: extensions.auto_load is off.")
            return
        self._make_importable()
        self._rename_blanks()
        blacklist = self._blacklist()
        for stem, _ in find_extensions(self.folder):
            name = f"{PACKAGE}.{stem}"
            if stem in blacklist:
                self.results[name] = LoadResult(name, "skipped")
                logger.info("%s is skipped: it is in extensions.blacklist.", name)
            else:
                await self.load(name)
        logger.info(
            "Extensions: %s loaded, %s failed, %s skipped.",
            *(self._count_own(outcome) for outcome in ("loaded", "failed", "skipped")),
        )

    async def load(self, name: str) -> LoadResult:
        """Load one extension; a failure is explained, recorded, rolled back and returned, not raised."""
        started = time.perf_counter()
        try:
            refuse_unusable(name, self.file_of(name))
            await asyncio.wait_for(self._bot.load_extension(name), SETUP_SECONDS)
        except Exception as error:  # noqa: BLE001 - an extension may raise anything; the others still load
            result = self._fail(name, error, time.perf_counter() - started)
        else:
            result = LoadResult(name, "loaded", time.perf_counter() - started)
            logger.info("%s is loaded (%.3f s).", name, result.seconds)
            self._check_cache(name)
        self.results[name] = result
        return result

    async def reload(self, changed: Collection[str]) -> list[LoadResult]:
        """Reload the extensions that these modules are part of, or that are built on them.

        All of them or none: if one fails, the old code of all runs on and the failure is returned alone. It
        is not recorded here, because a file that is being written may be whole a moment later.
        """
        async with self._busy:
            return await self._reload({*changed, *module_graph.dependants(changed, PACKAGE)})

    async def _reload(self, affected: Collection[str]) -> list[LoadResult]:
        names = [
            name
            for name in self._bot.extensions
            if any(module_graph.belongs(module, name) for module in affected)
        ]
        started = time.perf_counter()
        try:
            for name in names:
                reload.refuse(name, self.file_of(name))
            replacement = reload.stage(names, affected)
            self._whole.clear()
            await reload.swap(self._bot, replacement)
        except reload.ReloadError as error:
            failure = self.explain(error.extension, error.cause)
            return [LoadResult(error.extension, "failed", time.perf_counter() - started, failure)]
        finally:
            self._whole.set()
        seconds = time.perf_counter() - started
        for name in names:
            self.results[name] = LoadResult(name, "loaded", seconds)
            self.note_loaded(name, seconds)
            self._check_cache(name)
            await self._bot.extension_changed("extension_unloaded", name)
            await self._bot.extension_changed("extension_loaded", name)
        if names:
            logger.info("Reloaded in %.3f s: %s.", seconds, ", ".join(names))
        return [self.results[name] for name in names]

    @property
    def is_whole(self) -> bool:
        """False while old code is taken out and new code is not in yet: commands wait then."""
        return self._whole.is_set()

    async def until_whole(self) -> None:
        """Wait until every extension that is being reloaded is there again."""
        await self._whole.wait()

    def report(self, result: LoadResult) -> str:
        """Record a reload that failed, tell the operator that the old code stays; returns the error ID."""
        if result.failure is None:
            return ""
        error_id = self._bot.journal.record(
            result.failure.error, source="extension", extension=result.name
        ).error_id
        text = "%s is not reloaded, the old version runs on: %s [%s]"
        logger.error(text, result.name, result.failure, error_id)
        return error_id

    def is_blacklisted(self, stem: str) -> bool:
        """Say whether the operator keeps an extension of this name from being loaded at start."""
        return stem in self._blacklist()

    def wants(self, stem: str) -> bool:
        """Say whether an extension of this name is to be loaded when its file appears."""
        return (
            bool(self._bot.config.get("extensions.auto_load"))
            and not stem.startswith(("_", "."))
            and stem not in self._blacklist()
        )

    def _rename_blanks(self) -> None:
        """Give files with blanks a name that Python can import (CORE-1402)."""
        for path in sorted(self.folder.glob("* *.py")) if self.folder.is_dir() else ():
            target = path.with_name(path.name.replace(" ", "_"))
            if target.exists():
                logger.warning("extensions/%s is skipped: %s is there too.", path.name, target.name)
                continue
            try:
                path.rename(target)
            except OSError as error:
                self.results[f"{PACKAGE}.{target.stem}"] = self._fail(f"{PACKAGE}.{target.stem}", error, 0.0)
            else:
                logger.info("extensions/%s is now called %s.", path.name, target.name)

    def rename_blank(self, name: str) -> str:
        """Rename the file of an extension that is called for with blanks; returns what was done, for people.

        `name` is as typed, checked before. Raises OSError.
        """
        path = self.folder / f"{name}.py"
        target = self.folder / f"{name.replace(' ', '_')}.py"
        if " " not in name or target.exists() or not path.is_file():
            return ""
        path.rename(target)
        return f"The file is now called {target.name}."

    def note_loaded(self, name: str, seconds: float) -> None:
        """Remember the time of a load, whatever route it took."""
        self.load_times[name.rpartition(".")[2]] = seconds

    def note_unloaded(self, name: str) -> None:
        """Forget everything about an extension that is gone."""
        self.load_times.pop(name.rpartition(".")[2], None)
        self.results.pop(name, None)

    async def unload_all(self) -> None:
        """Unload the user's extensions, then the slices, each bounded; what hangs is named and left."""
        loaded = list(self._bot.extensions)
        kept = _parts_of(name for name in loaded if name.startswith(BUNDLED))
        own = [name for name in loaded if name.startswith(f"{PACKAGE}.")]
        for name in [*reversed(own), *(name for name in reversed(loaded) if name not in own)]:
            try:
                await asyncio.wait_for(self._bot.unload_extension(name), UNLOAD_SECONDS)
            except TimeoutError:
                logger.warning("%s did not unload within %.0f s and was cut off.", name, UNLOAD_SECONDS)
            except Exception as error:  # noqa: BLE001 - a failing unload must not keep the bot from stopping
                self._bot.journal.record(error, source="unload", extension=name)
        # The program's own code does not change: the next application of this process need not compile it.
        sys.modules.update(kept)
        self._make_unimportable()

    # --- failures ----------------------------------------------------------------------------------

    def _fail(self, name: str, error: Exception, seconds: float) -> LoadResult:
        failure = self.explain(name, error)
        record = self._bot.journal.record(failure.error, source="extension", extension=name)
        logger.error("%s is not loaded: %s [%s]", name, failure, record.error_id)
        return LoadResult(name, "failed", seconds, failure, record.error_id)

    async def roll_back(self, name: str, before: internals.Registered) -> None:
        """Take away what discord.py leaves after a failed or cancelled load."""
        if name in self._bot.extensions:
            return  # it was loaded before and runs on
        await internals.remove_leftovers(self._bot, name)
        before.restore(self._bot)
        await ownership.release(self._bot, name, ownership.modules_of(name).values())
        for module in [module for module in sys.modules if module == name or module.startswith(f"{name}.")]:
            del sys.modules[module]

    def _check_cache(self, name: str) -> None:
        """Name what a later extension needs and only a restart can give (CORE-122)."""
        path = self.file_of(name)
        if (
            path is None
            or not name.startswith(f"{PACKAGE}.")
            or self._bot.config.get("cache.members") == "none"
        ):
            return
        needs = cache.judge([(name, path)])
        if needs.members and not self._bot.cache_profile.members:
            logger.warning("%s needs members in memory: restart the bot to cache them.", needs.members[0])
        if needs.presences and not self._bot.intents.presences:
            logger.warning("%s needs presences: restart the bot to request them.", needs.presences[0])

    # --- names and files ---------------------------------------------------------------------------

    def _blacklist(self) -> frozenset[str]:
        return frozenset(
            str(name).removesuffix(".py") for name in self._bot.config.get("extensions.blacklist")
        )

    def _count_own(self, outcome: Outcome) -> int:
        return sum(
            result.outcome == outcome
            for name, result in self.results.items()
            if name.startswith(f"{PACKAGE}.")
        )

    def explain(self, name: str, error: Exception) -> LoadFailure:
        """Turn a failure into cause and place."""
        return explain(self._bot, name, error, self._root)

    def file_of(self, name: str) -> Path | None:
        """Return the file of one of the user's extensions; None when there is none."""
        package, _, stem = name.partition(".")
        if package != PACKAGE:
            return None
        for candidate in (self.folder / stem / "__init__.py", self.folder / f"{stem}.py"):
            if candidate.is_file():
                return candidate
        return None

    def _make_importable(self) -> None:
        if self._path_entry not in sys.path:
            sys.path.insert(0, self._path_entry)
        importlib.invalidate_caches()

    def _make_unimportable(self) -> None:
        """Leave the interpreter as it was: another instance may follow in this process."""
        with contextlib.suppress(ValueError):
            sys.path.remove(self._path_entry)
        for module in [module for module in sys.modules if module.partition(".")[0] == PACKAGE]:
            del sys.modules[module]
        importlib.invalidate_caches()


def _parts_of(names: Iterable[str]) -> dict[str, ModuleType]:
    """Return the loaded modules below packages of these names, the packages themselves not."""
    packages = tuple(f"{name}." for name in names)
    return {name: module for name, module in sys.modules.items() if name.startswith(packages)}
