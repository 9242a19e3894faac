"""Which versions are too old to start with (CORE-109).

Written for any Python 3, so that an old one reads a sentence and not a traceback.
"""

import sys
from importlib import metadata

PYTHON = (3, 11)
DISCORD = (2, 7, 1)


def refusal(python: "tuple[int, ...] | None" = None, discord: "str | None" = None) -> str:
    """Return why this Python or discord.py cannot be used; nothing when both can."""
    found = python or sys.version_info[:3]
    if found < PYTHON:
        return f"Guildwright needs Python {_dotted(PYTHON)} or newer; this is {_dotted(found)}."
    try:
        library = discord or metadata.version("discord.py")
    except metadata.PackageNotFoundError:
        return f"Guildwright needs discord.py {_dotted(DISCORD)} or newer; none is installed."
    if _numbers(library) < DISCORD:
        return f"Guildwright needs discord.py {_dotted(DISCORD)} or newer; this is {library}."
    return ""


def _numbers(version: str) -> tuple[int, ...]:
    """Return the leading numbers of a version, `2.8.0a1` as 2, 8, 0."""
    numbers: list[int] = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)


def _dotted(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))
