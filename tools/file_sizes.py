"""Fails when a source file grows beyond what one sitting can read.

Tables are allowed to be long; they are named here, each with its reason.
"""

from __future__ import annotations

import sys
from pathlib import Path

LIMIT = 500
TABLES: dict[str, str] = {}
ROOTS = ("src", "tests", "benchmarks", "tools")
SUFFIXES = {".py", ".js", ".css", ".html"}


def too_long(root: Path) -> list[str]:
    """Return one sentence for each file below `root` that has more lines than the limit."""
    complaints: list[str] = []
    for folder in ROOTS:
        for file in sorted((root / folder).rglob("*")):
            name = file.relative_to(root).as_posix()
            if file.suffix not in SUFFIXES or name in TABLES:
                continue
            lines = len(file.read_text(encoding="utf-8").splitlines())
            if lines > LIMIT:
                complaints.append(f"{name} has {lines} lines; the limit is {LIMIT}. Split it by noun.")
    return complaints


if __name__ == "__main__":
    found = too_long(Path(__file__).resolve().parent.parent)
    print("\n".join(found) or f"No file is longer than {LIMIT} lines.")
    sys.exit(bool(found))
