"""Every key and every variable the program knows, in one place (CORE-206).

What reads the configuration, what validates it, what writes `.env.example` and what shows the schema all
look here, so that they cannot disagree.
"""

import difflib
from collections.abc import Iterable, Iterator
from typing import Any

from guildwright.kernel.config.keys import KEYS, OPEN_SECTIONS, Key
from guildwright.kernel.config.variables import VARIABLES, Variable


class Registry:
    """The known keys by path and the known variables by name; parts may add rows."""

    def __init__(
        self,
        keys: Iterable[Key] = KEYS,
        variables: Iterable[Variable] = VARIABLES,
        open_sections: Iterable[str] = OPEN_SECTIONS,
    ) -> None:
        self.keys = {key.path: key for key in keys}
        self.variables = {variable.name: variable for variable in variables}
        self.open_sections = frozenset(open_sections)
        self._sections = _sections_of(self.keys)

    def add(self, key: Key) -> None:
        """Add a row; an existing path keeps its row."""
        self.keys.setdefault(key.path, key)
        self._sections = _sections_of(self.keys)

    def is_section(self, path: str) -> bool:
        """Say whether known keys stand below this path."""
        return path in self._sections

    def is_open(self, path: str) -> bool:
        """Say whether the path belongs to a part whose keys are not judged here."""
        return path.partition(".")[0] in self.open_sections

    def nearest_key(self, path: str) -> str | None:
        """Return the known path that looks most like this one."""
        return _nearest(path, self.keys)

    def key_of_override(self, name: str) -> str | None:
        """Return the path that a `GUILDWRIGHT_…` variable names, known or in an open section."""
        wanted = name.removeprefix("GUILDWRIGHT_").replace("__", ".").lower()
        if wanted in self.keys or self.is_open(wanted):
            return wanted
        return None

    def new_document(self) -> dict[str, Any]:
        """Return the content of a new `config.json` (shape D1)."""
        document: dict[str, Any] = {}
        for key in self.keys.values():
            if key.generated:
                put(document, key.path, key.default)
        document["features"] = {}
        return document


def put(document: dict[str, Any], path: str, value: Any) -> None:
    """Set a value deep inside nested objects, making those that are missing."""
    *sections, last = path.split(".")
    for section in sections:
        document = document.setdefault(section, {})
    document[last] = value


def _sections_of(paths: Iterable[str]) -> frozenset[str]:
    return frozenset(prefix for path in paths for prefix in _prefixes(path))


def _prefixes(path: str) -> Iterator[str]:
    parts = path.split(".")
    return (".".join(parts[:length]) for length in range(1, len(parts)))


def _nearest(wanted: str, known: Iterable[str]) -> str | None:
    matches = difflib.get_close_matches(wanted, list(known), n=1, cutoff=0.6)
    return matches[0] if matches else None


REGISTRY = Registry()
