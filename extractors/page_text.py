"""The text of a page whose tables and lines are known."""

from __future__ import annotations

from collections.abc import Sequence

from gouji.grids import Line
from gouji.model import TablePart


def page_text(tables: Sequence[TablePart], lines: Sequence[Line]) -> str:
    """The page's text from top to bottom, table rows with a tab between cells."""
    pieces = [(line.box.top, line.text) for line in lines]
    for table in tables:
        rows: dict[int, list[str]] = {}
        tops: dict[int, float] = {}
        for cell in table.cells:
            rows.setdefault(cell.row, []).append(cell.text.replace("\n", ""))
            tops[cell.row] = min(tops.get(cell.row, cell.box.top), cell.box.top)
        pieces.extend((tops[row], "\t".join(texts)) for row, texts in rows.items())
    pieces.sort(key=lambda piece: piece[0])
    return "\n".join(text for _, text in pieces)
