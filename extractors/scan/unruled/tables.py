"""The tables of a page without rules, as lattices like those of rules."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from gouji.grids.complete import agrees
from gouji.grids.lattice import Lattice
from gouji.model import Box, Word
from gouji.model.shape import TableShape
from gouji.reports.labels import ideographs, likeness, pairs_of, words_of
from gouji.reports.shapes import band_shapes, form_shapes
from ocr.engine import Engine
from ocr.grid import RasterGrid, with_lattices
from ocr.image import PageImage
from ocr.lines import find_lines, read_lines

from .applications import applications_table
from .article20 import article20_table
from .ink import WORDS, RunLine, inked, run_lines, table_type, without_numbers
from .review import review_table

FEW_ROWS = 2  # of a table that type may be taken for, whatever form it agrees with
MOST_CUT = 3  # words that sides of cells cut: more, and they are no sides
SEVERAL, SEVERAL_LINES = 6, 2  # runs of ink on one line, and such lines: rows without rules
SEEN = 0.97  # mean placing of cells whose sides are seen
MOSTLY, LARGELY = 0.8, 0.65  # of the cells
AROUND = 0.95  # of the print that a table is laid over
MOST_COLUMNS = 0.6  # of those that print shows: rules lack a few
FLANK, IN_GAPS = (0.1, 0.3), 0.6  # word heights beside a side; of a word's ink that gaps have
TITLES = ("主动公开政府信息情况", "收到和处理政府信息公开申请情况",
          "政府信息公开行政复议行政诉讼情况", "存在的主要问题及改进情况")  # fmt: skip
PARTS = 3  # of them with tables
LEAST_TITLE, LIKE_TITLE = 0.7, 0.6  # of its length; its likeness
ABOUT = 0.3  # word heights: as far from its place a character may be told
SET_APART, HALF = 2.0, 0.5  # type sizes between two numbers; of a number in a cell


@dataclass(frozen=True, slots=True)
class LineWords:
    """The words of a page as its lines say them."""

    outside: tuple[Word, ...]  # of all tables
    inside: tuple[Word, ...]  # tables laid over print


def is_poor(grid: RasterGrid) -> bool:
    """Whether rules may not show the form's tables: none, none of a form, or rows beside them."""
    shapes = _shapes()
    if not grid.lattices or not all(_is_sure(lattice, shapes) for lattice in grid.lattices):
        return True
    rules = grid.rules
    boxes = [lattice.box for lattice in grid.lattices]
    lines = run_lines(rules.ink, rules.mask, (), rules.size, boxes)
    return sum(len(line.runs) >= SEVERAL for line in lines) >= SEVERAL_LINES


@cache
def _shapes() -> tuple[TableShape, ...]:
    """All tables that rules may show: the form's, and its bands that stand alone."""
    return (*form_shapes(), *band_shapes())


def _is_sure(lattice: Lattice, shapes: Sequence[TableShape]) -> bool:
    return len(lattice.ys) > FEW_ROWS + 1 and agrees(lattice, shapes)


def with_unruled(
    page: PageImage, grid: RasterGrid, engine: Engine
) -> tuple[RasterGrid, LineWords | None]:
    """The grid with tables laid over print where rules show none; and the words of the page.

    No words where the grid stays as it is.

    Where rules show a table of the form it stays; what else they show gives way to a table that
    numbers and labels show.
    """
    shapes = _shapes()
    sure = [one for one in grid.lattices if _is_sure(one, shapes) and _is_seen(one)]
    rules = grid.found
    known = [lattice.box for lattice in sure]
    lines = find_lines(page, rules.ink, rules.mask, known, engine).lines
    words = read_lines(page, lines, engine, rules.ink)
    size = table_type(words)
    labels = [without_numbers(word) for word in words]
    runs = run_lines(rules.ink, rules.mask, labels, size, known)
    laid = _laid(runs, labels, size, sure)
    ruled = list(sure)
    contested: list[Lattice] = []
    most = max(shape.columns for shape in shapes)  # what has more are strokes of type in line
    for lattice in grid.lattices:
        if lattice in sure:
            continue
        if not _is_mostly_seen(lattice) and _is_type(lattice, words, grid):
            continue
        others = [table for table in laid if lattice.meets(table)]
        one_each = _is_seen(lattice) and _holds_one_each(lattice, runs, size)
        whole = one_each or all(_is_whole(lattice, table, shapes) for table in others)
        if not others or (whole and len(lattice.xs) - 1 <= most):
            laid = [table for table in laid if table not in others]
            others = []
        (contested if others else ruled).append(lattice)
    # what was laid over several tables may have given way to another of them
    ruled += [one for one in contested if not any(one.meets(table) for table in laid)]
    if not laid and len(ruled) == len(grid.lattices) > 0:
        return grid, None
    boxes = [lattice.box for lattice in (*ruled, *laid)]
    outside = [word for word in words if not any(word.box.overlap(box) > 0.5 for box in boxes)]
    inside = [w for w in labels if any(w.box.overlap(table.box) > 0.5 for table in laid)]
    return with_lattices(page, grid, ruled, laid), LineWords(tuple(outside), tuple(inside))


def _is_whole(lattice: Lattice, table: Lattice, shapes: Sequence[TableShape]) -> bool:
    """Whether rules show all that is laid over print in their place.

    Where they are seen less surely, they have to reach as far as the print does: strokes of type
    taken for rules seldom go round a table.
    """
    columns = len(lattice.xs) - 1 >= MOST_COLUMNS * (len(table.xs) - 1)
    around = table.box.overlap(lattice.box) >= AROUND and _seen_share(lattice) >= LARGELY
    shown = _is_sure(lattice, shapes) or ((_is_seen(lattice) or around) and columns)
    return shown and _rows(table) <= _rows(lattice)


def _holds_one_each(lattice: Lattice, lines: Sequence[RunLine], size: float) -> bool:
    """Whether every number beside or in the lattice stands in a cell of its own: else rules are
    missing, or all of this is none of a table."""
    boxes = [lattice.cell_box(cell) for cell in lattice.cells]
    held: list[int | None] = []
    for line in lines:
        if not lattice.ys[0] < line.middle < lattice.ys[-1]:
            continue
        before: Box | None = None
        for run in line.runs:
            if before is None or run.left - before.right > SET_APART * size:
                inside = (i for i, box in enumerate(boxes) if run.overlap(box) > HALF)
                held.append(next(inside, None))
            before = run
    return bool(held) and None not in held and len(set(held)) == len(held)


def _rows(lattice: Lattice) -> int:
    return len(lattice.ys) - 1


def _is_seen(lattice: Lattice) -> bool:
    """Whether nearly all of its sides were seen by themselves."""
    placing = lattice.placing or (1.0,)
    return sum(placing) >= SEEN * len(placing)


def _is_mostly_seen(lattice: Lattice) -> bool:
    """Whether most cells have four sides that were seen: lines of type have none from one to the
    next, whatever was read over them."""
    return _seen_share(lattice) >= MOSTLY


def _seen_share(lattice: Lattice) -> float:
    """How many of its cells have four sides that were seen."""
    placing = lattice.placing or (1.0,)
    return sum(place == 1.0 for place in placing) / len(placing)


def _laid(
    lines: Sequence[RunLine], words: Sequence[Word], size: float, sure: Sequence[Lattice]
) -> list[Lattice]:
    twenty, applications, review = _by_part(lines, words)
    found = [
        article20_table(twenty, words, size),
        applications_table(applications, words, size),
        review_table(review, words, size),
    ]
    return [
        table
        for table in found
        if table is not None and not any(table.meets(lattice) for lattice in sure)
    ]


def _by_part(lines: Sequence[RunLine], words: Sequence[Word]) -> list[list[RunLine]]:
    """The lines that may be part two's, three's and four's: between its title and the next one,
    where the page has them.

    Broken heads of the table below look like numbers of the one above.
    """
    titles: dict[int, float] = {}
    for word in words:
        said = words_of(word.text)
        for number, title in enumerate(_titles()):
            if (
                len(said) >= LEAST_TITLE * len(title)
                and likeness(pairs_of(said), pairs_of(title)) >= LIKE_TITLE
            ):
                titles.setdefault(number, word.box.center_y)
    parts = []
    for number in range(PARTS):
        first = titles.get(number, 0.0)
        after = [at for other, at in titles.items() if other > number and at > first]
        end = min(after, default=float("inf"))
        parts.append([line for line in lines if first < line.middle < end])
    return parts


@cache
def _titles() -> tuple[str, ...]:
    """Of parts two to five, without what a table or a sentence may say, too."""
    return tuple(map(words_of, TITLES))


def _is_blank_at(word: Word, x: float) -> bool:
    """Whether a word has a blank about there: it is several, read in one."""
    spans = zip(word.text, itertools.pairwise(word.edges), strict=False)
    slack = ABOUT * word.box.height
    return any(c.isspace() and a - slack <= x <= b + slack for c, (a, b) in spans)


def _is_type(lattice: Lattice, words: Sequence[Word], grid: RasterGrid) -> bool:
    """Whether lines of type were taken for rules: words go on over the sides of cells.

    A line of a noisy page may be read over several cells as one word; then the sides stand where
    it has gaps.
    """
    cut = 0
    at_sides: list[Box] = []
    whole: list[Box] = []
    for word in words:
        box = word.box
        if len(ideographs(word.text)) < WORDS or not lattice.ys[0] < box.center_y < lattice.ys[-1]:
            continue
        near = 0.3 * box.height
        row = bisect_right(lattice.ys, box.center_y) - 1
        sides = [
            lattice.xs[cell.column]
            for cell in lattice.cells
            if cell.column and cell.row <= row < cell.row + cell.row_span
        ]
        over = [side for side in sides if box.left + near < side < box.right - near]
        over = [side for side in over if not _is_blank_at(word, side)]
        cut += bool(over)
        whole += [box] * bool(over)
        for side in over:
            near, far = FLANK[0] * box.height, FLANK[1] * box.height
            at_sides += [
                Box(side - far, box.top, side - near, box.bottom),
                Box(side + near, box.top, side + far, box.bottom),
            ]
    if cut < min(MOST_CUT, len(lattice.ys) - 1):
        return False
    rules = grid.found
    beside, all_over = inked(rules.ink, rules.mask, rules.size, (at_sides, whole))
    return beside > IN_GAPS * all_over
