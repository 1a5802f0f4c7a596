"""Where a producer put the value cells, for the producers that know."""

from __future__ import annotations

from dataclasses import dataclass

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class CellPlace:
    """The printed value cell `key`: page from 1, box in points of the page as displayed.

    Of a cell that a page break cuts it is the piece that holds the number, or the first piece
    where the cell is blank.
    """

    key: str
    page: int
    box: Box
