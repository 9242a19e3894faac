"""Saving a file changes the running bot: extensions are reloaded, loaded and unloaded as their files change.

A file may be seen half-written, so a failure counts only if the file is still the same a moment later; it is
then told once for that content.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from watchfiles import Change, DefaultFilter, awatch

from guildwright.bot import module_graph
from guildwright.bot.extensions import PACKAGE

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

logger = logging.getLogger("guildwright.extensions")

# Both in milliseconds. Measured: 11 ms from a save to the callback.
STEP = 10
DEBOUNCE = 50
SETTLE_SECONDS = 0.2


class SourceFilter(DefaultFilter):
    """Lets Python files and folders pass: of a new folder, the files in it are not always told."""

    def __call__(self, change: Change, path: str) -> bool:
        """Say whether a change is of interest."""
        return Path(path).suffix in {".py", ""} and super().__call__(change, path)


class ExtensionWatcher:
    """Follows the files of the instance's extensions while `auto_reload` is on."""

    def __init__(self, bot: GuildwrightBot) -> None:
        self._bot = bot
        self._loader = bot.extension_loader
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._told: dict[str, str] = {}
        self._unsubscribe = bot.config.subscribe("auto_reload", lambda *_: self._toggle())
        self._closed = False
        self._follows = False

    @property
    def is_watching(self) -> bool:
        """Whether changes are followed now."""
        return self._follows and not self._stop.is_set()

    async def start(self) -> None:
        """Begin to watch, if the configuration wants it."""
        self._toggle()

    async def close(self) -> None:
        """End for good."""
        self._closed = True
        self._unsubscribe()
        self._stop.set()
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    def _toggle(self) -> None:
        if self._bot.config.get("auto_reload") and not self._closed:
            if self._task is None or self._task.done() or self._stop.is_set():
                self._stop = asyncio.Event()
                self._task = asyncio.create_task(self._watch(self._stop), name="extension watcher")
        else:
            self._stop.set()

    async def _watch(self, stop: asyncio.Event) -> None:
        folder = self._loader.folder.resolve()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._follows = True
            async for changes in awatch(
                folder, watch_filter=SourceFilter(), step=STEP, debounce=DEBOUNCE, stop_event=stop
            ):
                await self._apply({Path(path) for _, path in changes})
        except OSError as error:
            logger.warning("Extensions are not reloaded when they change: %s", error)
        finally:
            self._follows = False

    async def _apply(self, paths: set[Path]) -> None:
        try:
            await self._follow(paths)
        except Exception as error:  # noqa: BLE001 - one change must not end the watching
            self._bot.journal.record(error, source="extension")

    async def _follow(self, paths: set[Path]) -> None:
        """Unload what is gone, reload what changed, load what is new."""
        folder = self._loader.folder.resolve()
        missing = {path for path in paths if not path.exists()}
        if missing:
            # Some editors remove a file before they write it anew.
            await asyncio.sleep(SETTLE_SECONDS)
            missing = {path for path in missing if not path.exists()}
        for stem in {self._stem_of(path) for path in missing if path != folder}:
            await self._unload_if_gone(stem)
        files = {
            file for path in paths - missing for file in (path.rglob("*.py") if path.is_dir() else [path])
        }
        changed = {self._module_of(file): file for file in files if file.suffix == ".py"}
        for part in module_graph.independent(changed, self._bot.extensions, PACKAGE):
            await self._reload({name: changed[name] for name in part})
        if changed:
            await self._load_new(changed)

    async def _reload(self, changed: dict[str, Path]) -> None:
        before = _digest(changed.values())
        for result in await self._loader.reload(changed):
            if result.failure is None:
                self._told.pop(result.name, None)
                continue
            await asyncio.sleep(SETTLE_SECONDS)
            if _digest(changed.values()) == before and self._told.get(result.name) != before:
                self._told[result.name] = before
                self._loader.report(result)

    async def _load_new(self, changed: dict[str, Path]) -> None:
        """Load what appeared, and try again what failed and is built on what changed."""
        stems = {self._stem_of(path) for path in changed.values()}
        stems |= {
            name.rpartition(".")[2]
            for name, result in self._loader.results.items()
            if result.outcome == "failed" and self._is_built_on(name, changed)
        }
        for stem in sorted(stems):
            name = f"{PACKAGE}.{stem}"
            file = self._loader.file_of(name)
            if name in self._bot.extensions or file is None or not self._loader.wants(stem):
                continue
            if not _compiles(file):
                await asyncio.sleep(SETTLE_SECONDS)
            content = _digest([file, *changed.values()])
            if self._told.get(name) != content:
                self._told[name] = content
                await self._loader.load(name)

    async def _unload_if_gone(self, stem: str) -> None:
        name = f"{PACKAGE}.{stem}"
        if name in self._bot.extensions and self._loader.file_of(name) is None:
            await self._bot.unload_extension(name)
            logger.info("%s is unloaded: its file is gone.", name)

    def _is_built_on(self, name: str, changed: Collection[str]) -> bool:
        file = self._loader.file_of(name)
        return file is not None and any(found in changed for found in module_graph.imports_in(file, name))

    def _module_of(self, path: Path) -> str:
        parts = path.relative_to(self._loader.folder.resolve()).with_suffix("").parts
        return ".".join((PACKAGE, *(parts[:-1] if parts[-1] == "__init__" else parts)))

    def _stem_of(self, path: Path) -> str:
        return self._module_of(path).split(".")[1]


def _compiles(path: Path) -> bool:
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OSError):
        return False
    return True


def _digest(paths: Collection[Path]) -> str:
    """Return what tells one content of these files from another."""
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(str(path).encode())
        found.update(path.read_bytes() if path.is_file() else b"")
    return found.hexdigest()
