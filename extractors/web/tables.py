"""Tables of a page: which are tables of data and which only lay the page out, and their grids."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gouji.model import GridCell

from ..unpaged.grid_layout import OwnCell, laid_out
from ..unpaged.grid_repair import repaired
from .text import TextLine, flow, plain_text
from .tree import STRUCK, Element, Tree

# A cell with so much text, over so many lines, holds a page and not a value.
LONG_CELL, LONG_CELL_LINES = 600, 5
LONGEST_CELL = 3_000
# Rows of links are menus and lists of articles.
LINKED, FEWEST_LINKS = 0.6, 4
_SPAN = re.compile(r"[\s\"'\\“”]*\+?(\d{1,9})")
FORM = re.compile(
    "申请人情况|勾稽关系|本年新收|上年结转|第二十条第|制发件|规范性文件|行政许可|结果维持|尚未审结|"
    "统计指标|申请人情況|勾稽關係|本年新收|規範性文件|行政許可|結果維持|尚未審結|統計指標"
)
_NO_HEIGHT = re.compile(r"(?:^|;)\s*height\s*:\s*0(?:px|pt)?\s*(?:;|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of data by its cells; ``inner`` are the tables inside its cells."""

    element: Element
    cells: tuple[GridCell, ...]
    shape: tuple[int, int]
    caption: tuple[TextLine, ...] = ()
    inner: tuple[Element, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def is_form(self) -> bool:
        """Whether words of the form stand in it."""
        return any(FORM.search(cell.text.replace("\n", "")) for cell in self.cells)

    def row_texts(self) -> list[list[str]]:
        """The texts of the cells that begin in each row."""
        rows: list[list[str]] = [[] for _ in range(self.shape[0])]
        for cell in self.cells:
            rows[cell.row].append(cell.text)
        return rows


@dataclass(frozen=True, slots=True)
class _Rows:
    """A table's rows in the order in which they are shown, and where row groups begin."""

    rows: tuple[tuple[Element, ...], ...]
    groups: tuple[int, ...]


class Tables:
    """All tables of a page; `is_data` tells which of them are read as such."""

    def __init__(self, tree: Tree) -> None:
        self._rows: dict[int, _Rows] = {}
        self._data: set[int] = set()
        # inner tables first: a table around a table of data mostly lays the page out
        holding: dict[int, int] = {}
        for element in reversed(tree.elements):
            if element.display != "table":
                continue
            rows = _rows_of(element)
            if _is_data(element, rows, holding):
                self._data.add(element.order)
                self._rows[element.order] = rows
                for around in element.ancestors():
                    if around is not element:
                        held = element.characters - holding.get(element.order, 0)
                        holding[around.order] = holding.get(around.order, 0) + held

    def is_data(self, element: Element) -> bool:
        return element.order in self._data

    def grid(self, table: Element) -> Grid:
        """The cells of a table of data on their grid."""
        found = self._rows[table.order]
        inner: list[Element] = []
        rows = [[self._cell(cell, inner) for cell in row] for row in found.rows]
        cells, shape = _best_layout(rows, found.groups)
        mended = repaired(cells, shape)
        captions = (e for e in table.elements() if e.display == "table-caption")
        lines = [line for c in captions for line in flow(c, self.is_data)]
        return Grid(
            table,
            mended.cells,
            mended.shape,
            tuple(line for line in lines if isinstance(line, TextLine)),
            tuple(inner),
            mended.flags,
        )

    def _cell(self, cell: Element, inner: list[Element]) -> OwnCell:
        text = _only_text(cell)
        if text is None:
            lines: list[TextLine] = []
            for item in flow(cell, self.is_data, cell=True):
                if isinstance(item, TextLine):
                    lines.append(item)
                else:
                    inner.append(item)
            kept = [line for line in lines if not line.struck] or lines
            text = "\n".join(line.text for line in kept)
        row_span = _span(cell.get("rowspan")) if cell.get("rowspan") else 1
        column_span = _span(cell.get("colspan")) if cell.get("colspan") else 1
        return OwnCell(text, row_span, max(column_span, 1))


def _only_text(cell: Element) -> str | None:
    """The text of a cell that holds one piece of it and nothing else, as most do."""
    element = cell
    while len(element.children) == 1:
        child = element.children[0]
        if isinstance(child, str):
            return child.strip(" ") if child.strip() and "\n" not in child else None
        if child.tag in ("sup", "sub") or child.display == "table" or child.marks & STRUCK:
            return None
        element = child
    return None if element.children else ""


def _best_layout(
    rows: list[list[OwnCell]], groups: tuple[int, ...]
) -> tuple[list[GridCell], tuple[int, int]]:
    """The layout of browsers, or the one without empty rows, if only that one leaves fewer holes.

    LibreOffice writes an empty row after each row that it keeps with the next one, and does not
    count them in its row spans.
    """
    first = laid_out(rows, groups)
    if all(rows):
        return first
    kept = [index for index, row in enumerate(rows) if row]
    inner = [sum(1 for index in kept if index < group) for group in groups]
    second = laid_out([rows[index] for index in kept], inner)
    return second if _holes(*second) < _holes(*first) else first


def _holes(cells: list[GridCell], shape: tuple[int, int]) -> int:
    """Places that no cell covers, in rows that have cells."""
    covered = [0] * shape[0]
    for cell in cells:
        for row in range(cell.row, min(cell.row + cell.row_span, shape[0])):
            covered[row] += cell.column_span
    return sum(shape[1] - count for count in covered if count)


def _span(value: str) -> int:
    """A span as browsers read it: leading digits count, anything else is 1."""
    match = _SPAN.match(value)
    return int(match.group(1)) if match else 1


def _rows_of(table: Element) -> _Rows:
    """Rows in the order in which they are shown: the head first, the foot last."""
    head: list[list[Element]] = []
    body: list[list[Element]] = []
    foot: list[list[Element]] = []
    loose: list[Element] = []
    for child in table.elements():
        if child.display == "table-row":
            loose.append(child)
            continue
        if loose:
            body.append(loose)
            loose = []
        if child.display == "table-header-group" and not head:
            head.append(list(_rows_in(child)))
        elif child.display == "table-footer-group" and not foot:
            foot.append(list(_rows_in(child)))
        elif child.display.startswith("table-") and child.display.endswith("-group"):
            body.append(list(_rows_in(child)))
    if loose:
        body.append(loose)
    rows: list[tuple[Element, ...]] = []
    groups: list[int] = []
    for group in (*head, *body, *foot):
        groups.append(len(rows))
        rows.extend(tuple(_cells_in(row)) for row in group if not _is_ghost(row))
    return _Rows(tuple(rows), tuple(groups))


def _rows_in(group: Element) -> Iterator[Element]:
    return (row for row in group.elements() if row.display == "table-row")


def _cells_in(row: Element) -> Iterator[Element]:
    return (cell for cell in row.elements() if cell.display == "table-cell")


def _is_ghost(row: Element) -> bool:
    """A row without height and text: Word writes one to give the columns their widths."""
    return not row.characters and (
        row.get("height") == "0" or _NO_HEIGHT.search(row.get("style")) is not None
    )


def _is_data(table: Element, found: _Rows, holding: dict[int, int]) -> bool:
    cells = [cell for row in found.rows for cell in row]
    width = max((len(row) for row in found.rows), default=0)
    if len(cells) < 3 or width < 2:
        return False
    if table.links >= FEWEST_LINKS and table.linked > LINKED * table.characters:
        return False
    if holding.get(table.order):
        # a cell that holds a table may be a cell of the form all the same
        own = [c for c in cells if c.characters and not holding.get(c.order)]
        short = all(c.characters <= LONG_CELL // 2 for c in own)
        return len(own) >= 6 and short and any(FORM.search(plain_text(c)) for c in own)
    for cell in cells:
        if cell.characters > LONGEST_CELL:
            return False
        if cell.characters > LONG_CELL and _lines(cell) >= LONG_CELL_LINES:
            return False
    return True


def _lines(cell: Element) -> int:
    """How many lines a cell has, about: its blocks and line ends."""
    count = 0
    stack = [cell]
    while stack and count < LONG_CELL_LINES:
        element = stack.pop()
        for child in element.children:
            if isinstance(child, str):
                count += child.count("\n")
            else:
                count += child.display != "inline"
                stack.append(child)
    return count
