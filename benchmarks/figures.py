"""Measured pairs, their ratio with median and spread, and the budget they are held against."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median


@dataclass(slots=True)
class Row:
    """One line of the result: what plain and ours needed in each round, and what ours may need.

    `at_most` is a factor of plain's figure, `plus` an amount above it, `limit` an amount of its own where
    there is nothing to compare with.
    """

    what: str
    unit: str
    at_most: float | None = None
    plus: float | None = None
    limit: float | None = None
    plain: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        return [ours / plain for plain, ours in zip(self.plain, self.ours, strict=True)]

    @property
    def difference(self) -> float:
        return median(self.ours) - median(self.plain)

    @property
    def is_kept(self) -> bool:
        if self.limit is not None:
            return median(self.ours) <= self.limit
        if self.at_most is not None:
            return median(self.ratios) <= self.at_most
        return self.plus is None or self.difference <= self.plus

    @property
    def budget(self) -> str:
        if self.limit is not None:
            return f"≤ {self.limit:g} {self.unit}"
        if self.at_most is not None:
            return f"≤ {self.at_most:g} ×"
        return "" if self.plus is None else f"≤ +{self.plus:g} {self.unit}"

    @property
    def result(self) -> str:
        if self.limit is not None:
            return ""
        if self.plus is not None:
            return f"{self.difference:+.2f} {self.unit}"
        return f"{median(self.ratios):.2f} × ({spread(self.ratios, 2)})"

    def cells(self) -> tuple[str, ...]:
        verdict = "" if not self.budget else "kept" if self.is_kept else "MISSED"
        return (
            self.what,
            shown(self.plain, self.unit),
            shown(self.ours, self.unit),
            self.result,
            self.budget,
            verdict,
        )


HEADINGS = ("What", "plain", "ours", "ours to plain", "budget", "")


def shown(values: list[float], unit: str) -> str:
    if not values:
        return ""
    digits = 2 if median(values) < 10 else 1
    return f"{median(values):.{digits}f} {unit} ({spread(values, digits)})"


def spread(values: list[float], digits: int) -> str:
    return f"{min(values):.{digits}f}–{max(values):.{digits}f}"


def table(rows: list[Row], *, markdown: bool = False) -> str:
    """Return the rows as aligned text, or as a Markdown table."""
    cells = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEADINGS))]
    lines = [[text.ljust(width) for text, width in zip(line, widths, strict=True)] for line in cells]
    if not markdown:
        return "\n".join("  ".join(line).rstrip() for line in lines)
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
