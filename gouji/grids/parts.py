"""Tables that go on over pages: a part is told which part it carries on, and keeps its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from gouji.model import TablePart

from .lines import Line

# Rules of one table are at the same x on both pages to a fraction of a point in files; scans are
# straightened first and agree within two points.
SAME_EDGE = 3.0
# Running heads and page numbers stand in the outer tenth of a page.
MARGIN = 0.1
HEADING = re.compile(
    r"^\s*([(（]?[一二三四五六七八九十]+[)）]?[、.．]|第[一二三四五六七八九十]+[部章])"
)
PAGE_NUMBER = re.compile(r"^[\s\-—–－_·.第页共/\\|0-9０-９]{1,16}$")


@dataclass(frozen=True, slots=True)
class PageContent:
    """What joining needs to know of a page."""

    number: int
    height: float
    tables: tuple[TablePart, ...]  # top to bottom
    lines: tuple[Line, ...]  # text outside tables


class PartJoiner:
    """Takes the pages of a document in turn, and tells which tables go on from the page before.

    Only the page before is kept, so a document of 1,000 pages takes no more than one of ten.
    """

    def __init__(self) -> None:
        self._count = 0
        self._before: PageContent | None = None
        self._last: TablePart | None = None  # the last table of the page before

    def add(self, page: PageContent) -> list[TablePart]:
        """The tables of the next page, numbered on, with ``continues`` filled in."""
        joined: list[TablePart] = []
        before, last = self._before, self._last
        for index, table in enumerate(page.tables):
            continues = None
            if (
                index == 0
                and last is not None
                and before is not None
                and before.number == page.number - 1
                and _carries_on(last, before, table, page)
            ):
                continues = last.part
            joined.append(replace(table, part=self._count, continues=continues))
            self._count += 1
        self._before, self._last = page, joined[-1] if joined else None
        return joined


def join_parts(pages: Iterable[PageContent]) -> list[TablePart]:
    """All tables of a document, numbered from 0, with ``continues`` filled in."""
    joiner = PartJoiner()
    return [part for page in pages for part in joiner.add(page)]


def _carries_on(last: TablePart, before: PageContent, table: TablePart, page: PageContent) -> bool:
    below = [
        line
        for line in before.lines
        if line.box.center_y > last.box.bottom and not _furniture(line, before.height)
    ]
    above = [
        line
        for line in page.lines
        if line.box.center_y < table.box.top and not _furniture(line, page.height)
    ]
    if below or above:
        return False
    return _same_columns(last, table)


def _furniture(line: Line, height: float) -> bool:
    """Running heads, feet and page numbers: no text of the report."""
    if HEADING.match(line.text):
        return False
    outer = min(line.box.center_y, height - line.box.center_y) <= MARGIN * height
    return outer or PAGE_NUMBER.match(line.text) is not None


def _same_columns(last: TablePart, table: TablePart) -> bool:
    """Whether the second part has the columns of the first, or some of them."""
    first, second = column_edges(last), column_edges(table)
    if len(first) == len(second) and abs(last.box.width - table.box.width) <= 2 * SAME_EDGE:
        return True
    shared = sum(1 for x in second if any(abs(x - y) <= SAME_EDGE for y in first))
    return shared >= 2 and shared >= 0.6 * min(len(first), len(second))


def column_edges(part: TablePart) -> list[float]:
    """The x of every column edge of a part, ascending."""
    edges: dict[int, float] = {}
    for cell in part.cells:
        edges[cell.column] = cell.box.left
        edges[cell.column + cell.column_span] = cell.box.right
    return [edges[key] for key in sorted(edges)]
