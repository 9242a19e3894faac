"""The operator's configuration while the bot runs: read at once, saved safely, changed live.

Values are looked up in a flat table, so reading costs a dictionary access. A save changes the text of the
file as it is on disk at that moment; what somebody edited meanwhile survives (CORE-306…308).
"""

import asyncio
import copy
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

from guildwright.kernel.config.document import Document
from guildwright.kernel.config.kinds import KindError, describe
from guildwright.kernel.config.registry import REGISTRY, Registry, put
from guildwright.kernel.config.validate import errors, judge
from guildwright.kernel.errors import ConfigError, Problem
from guildwright.kernel.files import atomic_write_text

logger = logging.getLogger("guildwright.config")

Callback = Callable[[str, Any], None]


class Missing(Enum):
    """The type of MISSING."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
_ABSENT: Final = object()
# What nobody can alter may be handed out as it is; everything else as a copy.
_SHARED = (str, int, float, type(None), Missing)


class Config:
    """The configuration of one instance; `get` is synchronous, `set` saves before it returns."""

    def __init__(
        self,
        document: Document,
        *,
        file: Path | None = None,
        overrides: Mapping[str, Any] | None = None,
        registry: Registry = REGISTRY,
    ) -> None:
        self.file = file
        self.registry = registry
        self.restart_needed: set[str] = set()
        self._overrides = dict(overrides or {})
        self._document = document
        self._values = self._effective(document)
        self._tree = self._assemble()
        self._subscribers: list[tuple[str, Callback]] = []
        self._saving = asyncio.Lock()

    @property
    def document(self) -> Document:
        """The file's content as it was last read or saved."""
        return self._document

    def get(self, path: str, default: Any = MISSING) -> Any:
        """Return the effective value of a dotted path.

        Where nothing is set (a step is missing, is no object, or holds null) the default is returned, and
        without one the default of the registry. Lists and objects are copies.
        """
        value = self._values.get(path, _ABSENT)
        if value is _ABSENT:
            value = self._unset(path, default)
        return value if isinstance(value, _SHARED) else copy.deepcopy(value)

    def effective(self) -> dict[str, Any]:
        """Return every value that is in force, nested as in the file."""
        return copy.deepcopy(self._tree)

    async def set(self, path: str, value: Any) -> None:
        """Save one value and return after the write.

        Raises ConfigError when the value is wrong, a step of the path is not an object, or the file cannot be
        read or written; nothing changes then, neither on disk nor in memory.
        """
        self._check(path, value)
        async with self._saving:
            saved = await asyncio.to_thread(self._save, path, value)
            self._adopt(saved, path, value)

    def subscribe(self, path_prefix: str, callback: Callback) -> Callable[[], None]:
        """Call back with path and new value when something at or below this path changed; "" is everything.

        Returns the function that ends the subscription.
        """
        entry = (path_prefix, callback)
        self._subscribers.append(entry)

        def unsubscribe() -> None:
            if entry in self._subscribers:
                self._subscribers.remove(entry)

        return unsubscribe

    def apply_edit(self, text: str) -> tuple[Problem, ...]:
        """Take over the file's new text; with errors in it the old values stay, and they are returned."""
        name = self._name
        try:
            document = Document.parse(text, name)
        except ConfigError as error:
            return error.problems
        wrong = errors(judge(document.data, self.registry, advise=False).problems)
        if not wrong:
            self._replace(document)
        return wrong

    @property
    def _name(self) -> str:
        return self.file.name if self.file else "config.json"

    def _unset(self, path: str, default: Any) -> Any:
        known = self.registry.keys.get(path)
        if known is not None:
            return known.default if default is MISSING else default
        value: Any = self._tree
        for step in path.split("."):
            if not isinstance(value, dict) or step not in value:
                return None if default is MISSING else default
            value = value[step]  # pyright: ignore[reportUnknownVariableType]
        return value  # pyright: ignore[reportUnknownVariableType]

    def _effective(self, document: Document) -> dict[str, Any]:
        values = judge(document.data, self.registry, advise=False).values
        return values | self._overrides

    def _assemble(self) -> dict[str, Any]:
        """Nest the effective values again, for reading whole sections."""
        tree: dict[str, Any] = {}
        for key in self.registry.keys.values():
            put(tree, key.path, self._values.get(key.path, key.default))
        for path, value in self._values.items():
            if path not in self.registry.keys:
                put(tree, path, value)
        return tree

    def _check(self, path: str, value: Any) -> None:
        known = self.registry.keys.get(path)
        if known is None:
            if self.registry.is_section(path):
                raise ConfigError(f"{path} is a section.", hint="Set one of the keys below it.", path=path)
            return
        try:
            known.kind.check(value)
        except KindError as error:
            problem = Problem(path + error.suffix, f"{describe(error.found)} given", error.expected)
            raise ConfigError(f"{problem}.", hint="Nothing was saved.", problems=(problem,)) from None

    def _save(self, path: str, value: Any) -> Document:
        if self.file is None:
            return self._document.with_value(path, value, self._name)
        try:
            with self.file.open(encoding="utf-8", newline="") as stream:
                on_disk = Document.parse(stream.read(), self._name)
            self._keep_conflict(on_disk, path, value)
            changed = on_disk.with_value(path, value, self._name)
            atomic_write_text(self.file, changed.text)
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(
                f"{self._name} could not be saved: {error}.", hint="Nothing was changed.", path=path
            ) from error
        return changed

    def _keep_conflict(self, on_disk: Document, path: str, value: Any) -> None:
        """When both sides changed one key the running value wins, and the file with the other is kept."""
        theirs = on_disk.value_at(path)
        if self.file is None or theirs in (self._document.value_at(path), value):
            return
        stamp = datetime.now().astimezone().strftime("%Y%m%d_%H%M%S")
        kept = self.file.with_name(f"{self.file.name}.conflict-{stamp}")
        atomic_write_text(kept, on_disk.text)
        logger.warning("%s was edited in %s too; that version is kept in %s.", path, self._name, kept.name)

    def _adopt(self, saved: Document, path: str, value: Any) -> None:
        """Take over what was saved; a foreign edit in it only if it is right."""
        if errors(judge(saved.data, self.registry, advise=False).problems):
            saved = self._document.with_value(path, value, self._name)
        if path in self._overrides:
            logger.warning("%s was saved, but a variable of the environment decides its value.", path)
        self._replace(saved, own=path)

    def _replace(self, document: Document, own: str = "") -> None:
        before, after = self._values, self._effective(document)
        changed = [
            path for path in {**before, **after} if before.get(path, _ABSENT) != after.get(path, _ABSENT)
        ]
        for path in list(changed):
            known = self.registry.keys.get(path)
            if known is not None and not known.live and path != own:
                changed.remove(path)
                self._postpone(path, before, after)
        self._document = document
        self._values = after
        self._tree = self._assemble()
        for path in changed:
            self._notify(path)

    def _postpone(self, path: str, before: Mapping[str, Any], after: dict[str, Any]) -> None:
        """A key that is not live keeps its value until the next start."""
        after.pop(path, None)
        if path in before:
            after[path] = before[path]
        self.restart_needed.add(path)
        logger.info("%s was changed; it counts after a restart.", path)

    def _notify(self, path: str) -> None:
        for prefix, callback in list(self._subscribers):
            if prefix in {"", path} or path.startswith(f"{prefix}."):
                try:
                    callback(path, self.get(path))
                except Exception:
                    logger.exception("A subscriber failed on the change of %s.", path)


def new_document(registry: Registry = REGISTRY) -> Document:
    """Return the configuration file of a new instance (shape D1)."""
    return Document.of(registry.new_document())
