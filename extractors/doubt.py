"""Which cells of a reading are in doubt, so that another reader is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from gouji.model import Kind, RelationResult, RelationStatus
from gouji.reports import FormReading
from gouji.reports.filled import FilledCell
from gouji.reports.flat import OUT_OF_ORDER, RUN_ON
from gouji.reports.forms import block_of

from .extracted import Extracted
from .text.decoding import DAMAGED

# A label or a place less sure than this is in doubt.
SURE_LABEL = 0.7
SURE_PLACE = 0.9
# A table with fewer of its cells than this is cut off (columns on another page): nothing in it is
# sure, since a value may stand where nobody looked.
CUT = 0.7
DAMAGES = frozenset((DAMAGED, OUT_OF_ORDER, RUN_ON))


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


def incomplete_blocks(form: FormReading) -> tuple[set[str], set[str]]:
    """Blocks of which something is there, and those of them that are cut off or were not read.

    A table that lacks some of its cells may have lost them in reading; one that is not there not.
    """
    blocks, found = Counter[str](), Counter[str]()  # value cells of each, and those there
    for cell in form.cells:
        block = block_of(cell.key)
        blocks[block] += 1
        found[block] += cell.text is not None
    partly = {block for block, there in found.items() if there}
    cut = {block for block in partly if found[block] / blocks[block] < CUT}
    cut |= {flag.partition(":")[2] for flag in form.flags if flag.startswith("table_unread:")}
    return partly, cut


def uncertain_text(form: FormReading, found: Extracted) -> set[str]:
    """Cells of a digital document whose text may not be all that is printed in them."""
    if not DAMAGES.isdisjoint(found.flags):
        return {cell.key for cell in form.cells}
    _, cut = incomplete_blocks(form)
    return {
        cell.key
        for cell in form.cells
        if block_of(cell.key) in cut
        or (cell.part or 0, cell.row or 0, cell.column or 0) in found.pieced
    }


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
