"""Cells of a lattice: elementary rows and columns without a wall between them are one."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A cell of a lattice in elementary rows and columns."""

    row: int
    column: int
    row_span: int
    column_span: int


def merged(
    rows: int, columns: int, side_walls: list[list[bool]], floor_walls: list[list[bool]]
) -> tuple[Span, ...]:
    """Elementary cells without a wall between them, as rectangles in row-major order."""
    taken = [[False] * columns for _ in range(rows)]
    cells: list[Span] = []
    for row in range(rows):
        for column in range(columns):
            if taken[row][column]:
                continue
            width = 1
            while (
                column + width < columns
                and not side_walls[column + width][row]
                and not taken[row][column + width]
            ):
                width += 1
            height = 1
            while row + height < rows and _open_below(
                row + height, column, width, side_walls, floor_walls, taken, columns
            ):
                height += 1
            for r in range(row, row + height):
                for c in range(column, column + width):
                    taken[r][c] = True
            cells.append(Span(row, column, height, width))
    return tuple(cells)


def _open_below(
    row: int,
    column: int,
    width: int,
    side_walls: list[list[bool]],
    floor_walls: list[list[bool]],
    taken: list[list[bool]],
    columns: int,
) -> bool:
    """Whether the cell goes on into ``row``: no floor, no wall inside, walls at its sides."""
    inside = range(column, column + width)
    if any(floor_walls[row][c] or taken[row][c] for c in inside):
        return False
    if any(side_walls[c][row] for c in range(column + 1, column + width)):
        return False
    left_open = column > 0 and not side_walls[column][row]
    right_open = column + width < columns and not side_walls[column + width][row]
    return not (left_open or right_open)
