"""What a flattened report is rebuilt as: lines of narrative and tables with the form's grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gouji.model import GridCell

from ..rows import Section
from .units import Unit
from .values import Value


@dataclass(frozen=True, slots=True)
class FlatLine:
    """A line of narrative and where it begins in the text.

    ``start`` is None where marks inside the line were taken out, so that places in it are not
    those of the text.
    """

    text: str
    start: int | None


@dataclass(frozen=True, slots=True)
class FlatTable:
    """One table of the form with as many columns as the form gives it.

    Each cell has the span of the text that it was made from.
    """

    section: Section
    cells: tuple[GridCell, ...]
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class FlatText:
    """Lines and tables in the order of the text, and what is odd about it."""

    blocks: tuple[FlatLine | FlatTable, ...]
    flags: tuple[str, ...] = ()


@dataclass(slots=True)
class Grid:
    """A table of the form that rows are added to, one after the other."""

    section: Section
    columns: int
    cells: list[GridCell] = field(default_factory=list)
    rows: int = 0

    def add(self, labels: Sequence[tuple[int, Unit]], values: Sequence[Value], first: int) -> None:
        """A row: labels by their column, values from column ``first`` on."""
        for column, unit in labels:
            self.cells.append(GridCell(self.rows, column, 1, 1, unit.text, (unit.start, unit.end)))
        for value in values:
            column = first + value.column
            if column >= self.columns:
                self.columns = column + 1
            self.cells.append(GridCell(self.rows, column, 1, 1, value.text, value.span))
        self.rows += 1

    def table(self) -> FlatTable | None:
        if not self.rows:
            return None
        return FlatTable(self.section, tuple(self.cells), self.rows, self.columns)
