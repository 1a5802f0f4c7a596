"""A measurement as a table of words, with the targets it is held to."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Target:
    """A number that must not pass a limit (or, with ``at_least``, must reach it)."""

    name: str
    measured: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit

    def __str__(self) -> str:
        sign = "at least" if self.at_least else "at most"
        unit = f" {self.unit}" if self.unit else ""
        verdict = "pass" if self.met else "FAIL"
        return f"{verdict}  {self.name}: {self.measured:.4g}{unit} ({sign} {self.limit:.4g})"


@dataclass(frozen=True, slots=True)
class Report:
    """One measurement, ready to be printed."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    targets: tuple[Target, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        return all(target.met for target in self.targets)

    def __str__(self) -> str:
        lines = [self.title, *_columns((self.heads, *self.rows)), *self.notes]
        return "\n".join((*lines, *map(str, self.targets))) + "\n"


def _columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with their columns under each other, the first flush left, the others flush right."""
    widths = [max(_width(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(
            text + " " * (width - _width(text)) if i == 0 else " " * (width - _width(text)) + text
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """Columns of a terminal that the text takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
