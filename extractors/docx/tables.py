"""Tables of a DOCX document: rows and cells as the file has them, laid out on one grid."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gouji.reports.values import is_value

from .text import chosen
from .xml import MC, VAL, Element, W, first, is_on, whole

WORDS_COLUMNS = 63  # Word draws no more; other programs do
MOST_COLUMNS = 1_000  # a span beyond this is garbage whoever wrote it
# Widths of two rows of one table differ by rounding, a few twips a cell; by more, and the widths
# are not what the table was drawn by (0.05 of a page's width is more than one of 15 columns).
SAME_WIDTH = 0.03
# Edges nearer than this share of the narrowest cell are one edge.
SAME_EDGE = 0.34

_ROW, _CELL, _TABLE = f"{W}tr", f"{W}tc", f"{W}tbl"
_CONTROL, _CONTENT = f"{W}sdt", f"{W}sdtContent"
_ALTERNATE = f"{MC}AlternateContent"
_DIAGONALS = (f"{W}tl2br", f"{W}tr2bl")
_WRAPPERS = frozenset((f"{W}customXml", f"{W}ins", f"{W}moveTo", f"{W}smartTag", _CONTENT))


@dataclass(slots=True)
class RawCell:
    """A ``w:tc`` with what it says of its place; ``start`` is its first grid column."""

    element: Element
    span: int = 1
    merge: str = ""  # vertically: restart, continue, or nothing
    joined_left: bool = False  # continues the cell before it
    width: tuple[str, float] | None = None  # unit and number
    start: int = 0
    covered: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class RawRow:
    """A ``w:tr``: its cells, and the grid columns left out before and after them."""

    cells: list[RawCell]
    before: int = 0
    after: int = 0
    width_before: tuple[str, float] | None = None
    width_after: tuple[str, float] | None = None

    @property
    def total(self) -> int:
        """Grid columns of the row as it counts them itself."""
        return self.before + sum(cell.span for cell in self.cells) + self.after


@dataclass(slots=True)
class PlacedCell:
    """A cell of the grid; ``covered`` are cells that it hides, as parts of a merged one."""

    row: int
    column: int
    row_span: int
    column_span: int
    element: Element
    covered: list[Element] = field(default_factory=list)


def is_crossed_out(cell: Element) -> bool:
    """Whether a line is drawn from corner to corner: so empty cells are marked as not to fill."""
    properties = first(cell, f"{W}tcPr")
    borders = first(properties, f"{W}tcBorders") if properties is not None else None
    return borders is not None and any(
        border.tag in _DIAGONALS and border.get(VAL, "nil") not in ("nil", "none")
        for border in borders
    )


def rows_of(table: Element, most: int) -> list[RawRow]:
    """The rows of a ``w:tbl`` in the accepted view: what is tracked as deleted is not there.

    Ends with the first row that brings the cells to more than ``most``.
    """
    rows: list[RawRow] = []
    count = 0
    for element in _children(table, _ROW):
        properties = first(element, f"{W}trPr")
        if properties is not None and first(properties, f"{W}del") is not None:
            continue
        cells = [cell for tc in _children(element, _CELL) if (cell := _cell(tc)) is not None]
        if not cells:
            continue
        row = RawRow(cells)
        if properties is not None:
            if _is_hidden(properties) and not any(
                (text.text or "").strip() for text in element.iter(f"{W}t")
            ):
                continue
            for child in properties:
                tag = child.tag
                if tag == f"{W}gridBefore":
                    row.before = min(max(whole(child.get(VAL)), 0), MOST_COLUMNS)
                elif tag == f"{W}gridAfter":
                    row.after = min(max(whole(child.get(VAL)), 0), MOST_COLUMNS)
                elif tag == f"{W}wBefore":
                    row.width_before = _width(child)
                elif tag == f"{W}wAfter":
                    row.width_after = _width(child)
        rows.append(row)
        count += len(cells)
        if count > most:
            break
    return rows


def _cell(element: Element) -> RawCell | None:
    cell = RawCell(element)
    properties = first(element, f"{W}tcPr")
    for child in properties if properties is not None else ():
        tag = child.tag
        if tag == f"{W}gridSpan":
            cell.span = min(max(whole(child.get(VAL), 1), 1), MOST_COLUMNS)
        elif tag == f"{W}vMerge":
            cell.merge = "restart" if child.get(VAL) == "restart" else "continue"
        elif tag == f"{W}hMerge":
            cell.joined_left = child.get(VAL, "continue") != "restart"
        elif tag == f"{W}tcW":
            cell.width = _width(child)
        elif tag == f"{W}cellDel":
            return None
        elif tag == f"{W}cellMerge" and not cell.merge:
            cell.merge = {"cont": "continue", "rest": "restart"}.get(
                child.get(f"{W}vMerge", ""), ""
            )
    return cell


def _children(parent: Element, wanted: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, also where content controls or the like wrap them."""
    for child in parent:
        tag = child.tag
        if tag == wanted:
            yield child
        elif tag == _CONTROL:
            content = first(child, _CONTENT)
            if content is not None:
                yield from _children(content, wanted)
        elif tag == _ALTERNATE:
            yield from _children(chosen(child), wanted)
        elif tag in _WRAPPERS:
            yield from _children(child, wanted)


def _is_hidden(properties: Element) -> bool:
    hidden = first(properties, f"{W}hidden")
    return hidden is not None and is_on(hidden.get(VAL, "1"))


def _width(element: Element) -> tuple[str, float] | None:
    """A width with its unit; None for widths that the program leaves to the layout."""
    text, unit = element.get(f"{W}w", ""), element.get(f"{W}type", "dxa")
    if text.endswith("%"):
        text, unit = text[:-1], "pct"
    try:
        number = float(text)
    except ValueError:
        return None
    return (unit, number) if unit in ("dxa", "pct") and 0 < number < 1e6 else None


def laid_out(rows: Sequence[RawRow], promised: int = 0) -> tuple[list[PlacedCell], tuple[int, int]]:
    """Cells with their places on the grid, in the order of the file, and the grid's shape.

    A cell's place is told by the spans before it in its row. Only where the rows do not agree on
    how many columns there are, and the widths of the cells do agree, the widths decide: they are
    what Word draws by, so that whoever made the file saw a wrong width and not a wrong span.
    `w:tblGrid` places nothing, since many programs leave it out or write it wrong; ``promised``,
    the number of its columns, only tells a wide last cell from one whose span is garbage.
    """
    _clamp(rows, promised)
    by_widths = len({row.total for row in rows}) > 1 and _place_by_widths(rows)
    if not by_widths:
        _space_alike(rows)
        for row in rows:
            column = row.before
            for cell in row.cells:
                cell.start = column
                column += cell.span
    for row in rows:
        _join_left(row)
    columns = max((c.start + c.span for row in rows for c in row.cells), default=0)
    if columns > MOST_COLUMNS:
        columns = _narrow(rows)
    return _merged(rows), (len(rows), columns)


def _clamp(rows: Sequence[RawRow], promised: int) -> None:
    """Last cells whose span is garbage, made to end where the table ends."""
    limit = promised if 0 < promised <= WORDS_COLUMNS else WORDS_COLUMNS
    ends = [row.total - row.after for row in rows]
    if max(ends, default=0) <= limit:
        return
    shared = Counter(ends)
    widest = max(
        promised if promised <= limit else 0,
        max(end - row.cells[-1].span + 1 for row, end in zip(rows, ends, strict=True)),
        max(
            (e for e, n in shared.items() if 2 * n > len(rows) or (n > 1 and e <= limit)), default=0
        ),
    )
    for row, end in zip(rows, ends, strict=True):
        if end > widest:
            row.cells[-1].span -= end - widest
            row.after = 0


def width_of(rows: Sequence[RawRow]) -> tuple[str, float] | None:
    """The width of the widest row, with its unit; None where a cell of it says none."""
    found: tuple[str, float] | None = None
    for row in rows:
        widths = [cell.width for cell in row.cells]
        units = {width[0] for width in widths if width is not None}
        if None in widths or len(units) != 1:
            continue
        total = sum(width[1] for width in widths if width is not None)
        if found is None or total > found[1]:
            found = (units.pop(), total)
    return found


def _join_left(row: RawRow) -> None:
    """Cells that continue the one before them, in the way of Word 97, made one with it."""
    kept: list[RawCell] = []
    for cell in row.cells:
        if cell.joined_left and kept:
            kept[-1].span = cell.start + cell.span - kept[-1].start
            kept[-1].covered.append(cell.element)
        else:
            kept.append(cell)
    row.cells = kept


def _place_by_widths(rows: Sequence[RawRow]) -> bool:
    """Give cells the columns that their widths say, where all rows are equally wide."""
    measured = [_edges(row) for row in rows]
    known = [edges for edges in measured if edges is not None]
    units = {unit for row in rows for unit in _units(row)}
    full = max((edges[-1] for edges in known), default=0.0)
    if len(units) != 1 or not full:
        return False
    edges_of: list[list[float]] = []
    for row, edges in zip(rows, measured, strict=True):
        if edges is None:
            if len(row.cells) > 1 or row.before or row.after:
                return False
            edges = [0.0, full]  # one cell across, of no stated width
        elif row.before and row.width_before is None:
            edges = [edge + full - edges[-1] for edge in edges]  # it ends where the others do
        end = edges[-1] + (row.width_after[1] if row.width_after else 0.0)
        if abs(full - end) > SAME_WIDTH * full:
            return False
        # each row is stretched to the same width: rounding adds up to the right
        edges_of.append([edge * full / end for edge in edges])
    narrowest = min(b - a for edges in edges_of for a, b in itertools.pairwise(edges))
    places: list[float] = []  # the first edge of each group
    numbers: dict[float, int] = {}
    for edge in sorted({edge for edges in edges_of for edge in edges}):
        if not places or edge - places[-1] > SAME_EDGE * narrowest:
            places.append(edge)
        numbers[edge] = len(places) - 1
    if any(numbers[a] == numbers[b] for edges in edges_of for a, b in itertools.pairwise(edges)):
        return False
    first = min(numbers[edges[0]] for edges in edges_of)
    for row, edges in zip(rows, edges_of, strict=True):
        for cell, (left, right) in zip(row.cells, itertools.pairwise(edges), strict=True):
            cell.start = numbers[left] - first
            cell.span = numbers[right] - numbers[left]
    return True


def _edges(row: RawRow) -> list[float] | None:
    """Where the cells of a row begin and the last one ends; None where one states no width."""
    edges = [row.width_before[1] if row.before and row.width_before is not None else 0.0]
    for cell in row.cells:
        if cell.width is None:
            return None
        edges.append(edges[-1] + cell.width[1])
    return edges


def _units(row: RawRow) -> set[str]:
    widths = [row.width_before if row.before else None, *(cell.width for cell in row.cells)]
    return {width[0] for width in widths if width is not None}


def _space_alike(rows: Sequence[RawRow]) -> None:
    """Mend rows that do not add up to as many columns as most do.

    Such a row takes the spans of the nearest row with as many cells that does add up. Where there
    is none, but it ends in as many values as those rows do, its label has the wrong span. A row cut
    short has fewer values than the rows around it and keeps to the left; one with as many values
    and a wrong span would have all of them a column beside their heads.
    """
    totals = Counter(row.total for row in rows)
    if len(totals) < 2:
        return
    (total, count), (_, next_count) = totals.most_common(2)
    if 2 * count < len(rows) or count == next_count:
        return  # which rows are right cannot be told
    whole: dict[int, list[int]] = {}
    for index, row in enumerate(rows):
        if row.total == total:
            whole.setdefault(len(row.cells), []).append(index)
    values: set[int] | None = None
    for index, row in enumerate(rows):
        if row.total == total:
            continue
        alike = whole.get(len(row.cells))
        if alike:
            model = rows[min(alike, key=lambda other: abs(other - index))]
            row.before, row.after = model.before, model.after
            for cell, other in zip(row.cells, model.cells, strict=True):
                cell.span = other.span
            continue
        if values is None:
            values = {_values_at_end(row) for row in rows if row.total == total} - {0}
        found = _values_at_end(row)
        if found in values and found < len(row.cells):
            label = row.cells[-found - 1]
            label.span = max(1, label.span + total - row.total)


def _values_at_end(row: RawRow) -> int:
    """How many cells from the end of the row hold values, each in one column."""
    count = 0
    for cell in reversed(row.cells):
        text = "".join(part.text or "" for part in cell.element.iter(f"{W}t"))
        if cell.span > 1 or cell.merge or not is_value(text):
            break
        count += 1
    return count


def _narrow(rows: Sequence[RawRow]) -> int:
    """Grid columns counted anew, only those at which a cell begins or ends; returns how many."""
    edges = sorted({e for row in rows for c in row.cells for e in (c.start, c.start + c.span)})
    number = {edge: index for index, edge in enumerate(edges)}
    for row in rows:
        for cell in row.cells:
            start, end = number[cell.start], number[cell.start + cell.span]
            cell.start, cell.span = start, end - start
    return len(edges) - 1


def _merged(rows: Sequence[RawRow]) -> list[PlacedCell]:
    """Cells with those joined to them; what is joined to nothing is a cell of its own.

    So is a cell that claims to continue one of another width, or one that no merge has begun: to
    join it would print the value above it a second time.
    """
    placed: list[PlacedCell] = []
    above: dict[int, PlacedCell] = {}  # merged cells of the row above, by their first column
    for index, row in enumerate(rows):
        here: dict[int, PlacedCell] = {}
        for upper, cells in _runs(row.cells, above):
            if upper is not None:
                upper.row_span += 1
                for cell in cells:
                    upper.covered += (cell.element, *cell.covered)
                here[upper.column] = upper
                continue
            for cell in cells:
                new = PlacedCell(index, cell.start, 1, cell.span, cell.element, cell.covered)
                placed.append(new)
                if cell.merge:
                    here[cell.start] = new
        above = here
    return placed


def _runs(
    cells: Sequence[RawCell], above: Mapping[int, PlacedCell]
) -> Iterator[tuple[PlacedCell | None, Sequence[RawCell]]]:
    """Cells with the merged cell that they continue: one, or several that are as wide together."""
    at = 0
    while at < len(cells):
        upper, end = above.get(cells[at].start), at
        if upper is not None:
            edge = upper.column + upper.column_span
            while end < len(cells) and cells[end].merge == "continue" and cells[end].start < edge:
                end += 1
            if end == at or cells[end - 1].start + cells[end - 1].span != edge:
                upper, end = None, at
        yield upper, cells[at : max(end, at + 1)]
        at = max(end, at + 1)
