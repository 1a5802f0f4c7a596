"""Which cells of a reading are in doubt, so that a second reader is asked."""

from __future__ import annotations

from collections.abc import Sequence

from gouji.model import Kind, RelationResult, RelationStatus
from gouji.reports import FormReading
from gouji.reports.filled import FilledCell

# A label or a place less sure than this is in doubt.
SURE_LABEL = 0.7
SURE_PLACE = 0.9


def doubtful_cells(
    form: FormReading, relations: Sequence[RelationResult]
) -> tuple[FilledCell, ...]:
    """Cells of violated sums, with unmatched labels, unreadable, or empty among filled ones.

    Where an organ leaves its zeros blank, empty cells are its way of writing and not in doubt;
    one of each page is asked all the same, since a font that lost its digits looks like that too.
    """
    violated = {
        key
        for relation in relations
        if relation.level == "H" and relation.status is RelationStatus.VIOLATED
        for key in relation.keys
    }
    blank_style = "zero_left_blank" in form.flags
    asked_pages: set[int] = set()
    doubtful = []
    for cell in form.cells:
        if cell.page is None:
            continue
        kind = cell.amount.kind
        empty = kind is Kind.BLANK
        if empty and blank_style:
            empty = cell.page not in asked_pages
            asked_pages.add(cell.page)
        if (
            cell.key in violated
            or empty
            or kind in (Kind.UNREAD, Kind.TEXT_DAMAGED)
            or cell.label_score < SURE_LABEL
            or cell.placing < SURE_PLACE
        ):
            doubtful.append(cell)
    return tuple(doubtful)
