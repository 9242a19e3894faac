"""Keeps secrets out of everything that leaves the process as text.

Known values are replaced wherever they stand; what merely looks like a Discord token, an authorization
header or a password in an address is replaced as well, because a value may appear that nobody registered.
"""

import re
from collections.abc import Mapping

MASK = "•••"
_SECRET_NAME = re.compile(r"TOKEN|SECRET|KEY|PASSWORD|DSN", re.IGNORECASE)
_SHORTEST = 4

# What follows the lead-in of each shape and must not be shown is its group `secret`.
_SHAPES = (
    re.compile(r"(?<![\w-])(?P<secret>[A-Za-z0-9_-]{23,28}\.[A-Za-z0-9_-]{6,7}\.[A-Za-z0-9_-]{27,})"),
    re.compile(r"\b(?:Bot|Bearer|Basic) +(?P<secret>[\w.~+/=-]{16,})"),
    re.compile(r"\b[a-z][a-z0-9+.-]*://[^\s/:@]*:(?P<secret>[^\s/@]+)@"),
    re.compile(
        r"(?i)\b\w*(?:TOKEN|SECRET|PASSWORD|API_KEY|DSN)\w*\"?\s*[=:]\s*\"?(?P<secret>[^\s\"',;•]{8,})"
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
    spans = [match.span("secret") for shape in _SHAPES for match in shape.finditer(text)]
    if _known.pattern is not None:
        spans += [match.span() for match in _known.pattern.finditer(text)]
    return _cover(text, sorted(spans)) if spans else text


def _cover(text: str, spans: list[tuple[int, int]]) -> str:
    """Replace the spans, taking those that overlap as one: what sticks out of either is secret too."""
    pieces: list[str] = []
    covered_until = 0
    for start, end in spans:
        if start > covered_until or not pieces:
            pieces += [text[covered_until:start], MASK]
        covered_until = max(covered_until, end)
    return "".join(pieces) + text[covered_until:]
