"""Labels of tables laid over print: as their lines say them, where that makes more sense.

A cell's label of several lines is cut apart by ink alone; the lines of the page were found and
read by themselves before. Of bad print sometimes the one is legible and sometimes the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from gouji.grids.lines import line_groups
from gouji.model import TableCell, TableCells, TablePart, Word
from gouji.reports.forms import FORMS, LATER
from gouji.reports.labels import best_likeness, ideographs

FEWEST = 2  # ideographs of a label
BETTER = 0.1  # by which the line's words are more like a label of the form


def with_line_labels(tables: Sequence[TablePart], words: Sequence[Word]) -> tuple[TablePart, ...]:
    """The tables with the better one of both readings of each label."""
    legible = [word for word in words if ideographs(word.text)]
    return tuple(
        replace(table, cells=TableCells([_labelled(cell, legible) for cell in table.cells]))
        if legible
        else table
        for table in tables
    )


def _labelled(cell: TableCell, words: Sequence[Word]) -> TableCell:
    box = cell.box
    own = [
        word
        for word in words
        if box.left <= word.box.center_x < box.right and box.top <= word.box.center_y < box.bottom
    ]
    said = "\n".join(
        "".join(word.text for word in sorted(line, key=lambda word: word.box.left))
        for line in line_groups(own)
    )
    if len(ideographs(said)) < FEWEST or said == cell.text:
        return cell
    wordings = _wordings()
    better = best_likeness(said, wordings) > best_likeness(cell.text, wordings) + BETTER
    return replace(cell, text=said) if better else cell


@cache
def _wordings() -> tuple[str, ...]:
    """All labels of rows of the forms that have such tables."""
    rows = [row for name in LATER for row in (*FORMS[name].article20, *FORMS[name].applications)]
    return tuple(dict.fromkeys(wording for row in rows for wording in row.labels))
