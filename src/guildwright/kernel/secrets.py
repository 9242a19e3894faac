"""Keeps secrets out of everything that leaves the process as text.

Known values are replaced wherever they stand; what merely looks like a Discord token, an authorization
header or a password in an address is replaced as well, because a value may appear that nobody registered.
"""

import re
from collections.abc import Mapping

MASK = "•••"
_SECRET_NAME = re.compile(r"TOKEN|SECRET|KEY|PASSWORD|DSN", re.IGNORECASE)
_SHORTEST = 4

_SHAPES = (
    (re.compile(r"(?<![\w-])[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,}"), MASK),
    (re.compile(r"\b(Bot|Bearer|Basic) +[\w.~+/=-]{16,}"), rf"\1 {MASK}"),
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s/:@]*):[^\s/@]+@"), rf"\1:{MASK}@"),
    (
        re.compile(r"(?i)\b(\w*(?:TOKEN|SECRET|PASSWORD|API_KEY|DSN)\w*)(\"?\s*[=:]\s*\"?)[^\s\"',;•]{8,}"),
        rf"\1\2{MASK}",
    ),
)


class _Known:
    """The values that must never be shown, as one pattern."""

    def __init__(self) -> None:
        self.values: set[str] = set()
        self.pattern: re.Pattern[str] | None = None

    def add(self, value: str) -> None:
        if len(value) < _SHORTEST or value in self.values:
            return
        self.values.add(value)
        longest_first = sorted(self.values, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, longest_first)))


_known = _Known()


def is_secret_name(name: str) -> bool:
    """Say whether a variable of this name holds something that must not be shown (CORE-204)."""
    return _SECRET_NAME.search(name) is not None


def register(value: str) -> None:
    """Hide this value in every text from now on; values under four characters are left alone."""
    _known.add(value)


def register_environment(environ: Mapping[str, str]) -> None:
    """Hide the values of all variables whose name says that they are secret."""
    for name, value in environ.items():
        if is_secret_name(name):
            register(value.strip().strip("'\""))


def redact(text: str) -> str:
    """Return the text with every known or likely secret replaced."""
    if _known.pattern is not None:
        text = _known.pattern.sub(MASK, text)
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return text
