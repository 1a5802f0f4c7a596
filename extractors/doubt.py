"""Which cells of a reading are in doubt, so that another reader is asked."""

from __future__ import annotations

from collections import Counter
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
    """Cells that a misreading would explain, and cells whose row, column or text is unsure.

    Of violated sums, the cells where most of them meet: one wrong cell breaks its row and its
    column, and lies where they cross. Empty cells are not listed here (`empty_cells`).
    """
    suspects = _suspects(relations)
    return tuple(
        cell
        for cell in form.cells
        if cell.page
        and (
            cell.key in suspects
            or cell.amount.kind in (Kind.UNREAD, Kind.TEXT_DAMAGED)
            or cell.label_score < SURE_LABEL
            or cell.placing < SURE_PLACE
        )
    )


def empty_cells(form: FormReading) -> tuple[FilledCell, ...]:
    """Cells without text: blank in print, or printed in a way the text layer does not hold."""
    return tuple(cell for cell in form.cells if cell.page and cell.amount.kind is Kind.BLANK)


def _suspects(relations: Sequence[RelationResult]) -> set[str]:
    """Keys of violated hard relations, kept to the crossings where relations cross."""
    violated = [r for r in relations if r.level == "H" and r.status is RelationStatus.VIOLATED]
    counts = Counter(key for relation in violated for key in relation.keys)
    suspects: set[str] = set()
    for relation in violated:
        most = max(counts[key] for key in relation.keys)
        suspects.update(key for key in relation.keys if counts[key] == most)
    return suspects
