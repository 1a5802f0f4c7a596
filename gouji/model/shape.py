"""The layout of a printed table: which cells there are, before anyone knows where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Cell = tuple[int, int, int, int]  # row, column, row span, column span


@dataclass(frozen=True, slots=True)
class TableShape:
    """A table of a form in elementary rows and columns; its cells tile it."""

    name: str
    rows: int
    columns: int
    cells: tuple[Cell, ...]

    @staticmethod
    def of(name: str, cells: Sequence[Cell]) -> TableShape:
        """The shape that the cells tile.

        Raises:
            ValueError: they overlap or leave a hole.
        """
        rows = max(row + span for row, _, span, _ in cells)
        columns = max(column + span for _, column, _, span in cells)
        covered = [
            (r, c)
            for row, column, row_span, column_span in cells
            for r in range(row, row + row_span)
            for c in range(column, column + column_span)
        ]
        if len(covered) != rows * columns or len(set(covered)) != len(covered):
            raise ValueError(f"the cells of {name} do not tile it")
        return TableShape(name, rows, columns, tuple(sorted(cells)))

    def head(self, rows: int) -> TableShape:
        """The first rows alone, without edges at which no cell of them begins."""
        cells = [
            (row, column, min(row_span, rows - row), column_span)
            for row, column, row_span, column_span in self.cells
            if row < rows
        ]
        starts = sorted({column for _, column, _, _ in cells})
        place = {column: index for index, column in enumerate([*starts, self.columns])}
        return TableShape.of(
            f"{self.name}/{rows}",
            [
                (row, place[column], row_span, place[column + column_span] - place[column])
                for row, column, row_span, column_span in cells
            ],
        )

    @property
    def heads(self) -> int:
        """Rows of heads, which a page may begin with again: as many as its first cell has."""
        return self.cells[0][2]

    def part(self, first: int, last: int, at: int = 0) -> list[Cell]:
        """The cells of the rows from ``first`` to before ``last``, cut off there; the first of
        these rows is row ``at``."""
        cells = []
        for row, column, row_span, column_span in self.cells:
            top, bottom = max(row, first), min(row + row_span, last)
            if top < bottom:
                cells.append((top - first + at, column, bottom - top, column_span))
        return cells

    def going_on(self, first: int) -> TableShape:
        """The heads and below them the rows from ``first`` on, as a page shows them that repeats
        the heads of the page before."""
        cells = [*self.part(0, self.heads), *self.part(first, self.rows, at=self.heads)]
        return TableShape.of(f"{self.name}/{first}", cells)
