"""Rulings and words to cells: a drawn table is found again, however it was drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.grids import PageTables, build_tables, join_parts, text_lines
from gouji.grids.parts import PageContent
from gouji.model import Box, Ruling, TablePart, Word

calm = settings(deadline=None, max_examples=40)  # a busy machine is no failure

SIZE = 10.0


def word(
    text: str, left: float, middle: float, size: float = SIZE, step: float | None = None
) -> Word:
    """A run of characters of even width, its middle at height ``middle``."""
    step = step or size * (0.5 if text.isascii() else 1.0)
    edges = tuple(left + step * i for i in range(len(text) + 1))
    return Word(text, Box(left, middle - size / 2, edges[-1], middle + size / 2), size, edges)


@dataclass(frozen=True)
class Drawn:
    """A table as it is meant: edges, and cells as (row, column, row span, column span)."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[tuple[int, int, int, int], ...]

    def box(self, cell: tuple[int, int, int, int]) -> Box:
        row, column, rows, columns = cell
        return Box(self.xs[column], self.ys[row], self.xs[column + columns], self.ys[row + rows])

    def texts(self) -> dict[str, Box]:
        return {f"{r}.{c}": self.box((r, c, rs, cs)) for r, c, rs, cs in self.cells}

    def words(self) -> list[Word]:
        return [word(text, box.left + 3, box.center_y) for text, box in self.texts().items()]

    def strokes(self) -> Iterator[Ruling]:
        """The four sides of every cell, each cut at every edge it crosses."""
        seen = set()
        for cell in self.cells:
            row, column, rows, columns = cell
            for level in (row, row + rows):
                for k in range(column, column + columns):
                    seen.add((True, self.ys[level], self.xs[k], self.xs[k + 1]))
            for level in (column, column + columns):
                for k in range(row, row + rows):
                    seen.add((False, self.xs[level], self.ys[k], self.ys[k + 1]))
        for horizontal, at, start, end in sorted(seen):
            yield Ruling(horizontal, at, start, end, 0.5)

    def sides(self) -> list[Ruling]:
        """The four sides of every cell, whole; neighbours draw their common side twice."""
        return [
            side
            for cell in self.cells
            for box in (self.box(cell),)
            for side in (
                Ruling(True, box.top, box.left, box.right),
                Ruling(True, box.bottom, box.left, box.right),
                Ruling(False, box.left, box.top, box.bottom),
                Ruling(False, box.right, box.top, box.bottom),
            )
        ]


def drawn_again(tables: PageTables) -> dict[str, Box]:
    assert len(tables.tables) == 1, tables.tables
    return {cell.text: cell.box for cell in tables.tables[0].cells}


def assert_found(drawing: Drawn, tables: PageTables, reach: float = 2.5) -> None:
    found = drawn_again(tables)
    wanted = drawing.texts()
    assert set(found) == set(wanted)
    for text, box in wanted.items():
        for ours, theirs in zip(box.as_list(), found[text].as_list(), strict=True):
            assert abs(ours - theirs) <= reach, (text, box, found[text])
    assert not tables.outside


def edges(
    draw: st.DrawFn, least: float, most: float, count: int, start: float
) -> tuple[float, ...]:
    steps = draw(st.lists(st.floats(least, most), min_size=2, max_size=count))
    at = [start]
    for step in steps:
        at.append(round(at[-1] + step, 2))
    return tuple(at)


@st.composite
def drawings(draw: st.DrawFn, *, merged: bool = True) -> Drawn:
    xs = edges(draw, 30, 110, 8, 50.0)
    ys = edges(draw, 15, 50, 10, 70.0)
    rows, columns = len(ys) - 1, len(xs) - 1
    owner: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    for _ in range(draw(st.integers(0, 5)) if merged else 0):
        row, column = draw(st.integers(0, rows - 1)), draw(st.integers(0, columns - 1))
        # a merged cell never spans the whole table: its last edges would be drawn nowhere
        height = draw(st.integers(1, max(1, min(4, rows - row))))
        width = draw(st.integers(1, max(1, min(4, columns - column))))
        cell = (row, column, height, width)
        places = [(r, c) for r in range(row, row + height) for c in range(column, column + width)]
        if not any(place in owner for place in places) and len(places) < rows * columns:
            owner.update(dict.fromkeys(places, cell))
    for row in range(rows):
        for column in range(columns):
            owner.setdefault((row, column), (row, column, 1, 1))
    return Drawn(xs, ys, tuple(sorted(set(owner.values()))))


def shaken(strokes: Sequence[Ruling], by: float, seed: int) -> list[Ruling]:
    """Every stroke moved and stretched a little on its own."""
    random = Random(seed)

    def off() -> float:
        return random.uniform(-by, by)

    return [
        Ruling(s.horizontal, s.at + off(), s.start + off(), s.end + off(), s.thickness)
        for s in strokes
    ]


@given(drawings(), st.floats(0, 1), st.integers(0, 999))
@calm
def test_a_drawn_grid_is_found_again(drawing: Drawn, wobble: float, seed: int) -> None:
    rulings = shaken(drawing.sides(), wobble, seed)
    assert_found(drawing, build_tables(1, rulings, drawing.words(), "test"))


@given(drawings(), st.randoms(use_true_random=False))
@calm
def test_the_order_of_strokes_and_words_does_not_matter(drawing: Drawn, random: Random) -> None:
    rulings, words = list(drawing.strokes()), drawing.words()
    first = build_tables(1, rulings, words, "test").tables
    random.shuffle(rulings)
    random.shuffle(words)
    assert build_tables(1, rulings, words, "test").tables == first


@given(drawings(), st.floats(1.5, 3.0))
@calm
def test_doubled_lines_are_one(drawing: Drawn, apart: float) -> None:
    rulings = [
        Ruling(s.horizontal, s.at + side * apart / 2, s.start, s.end, 0.5)
        for s in drawing.strokes()
        for side in (-1, 1)
    ]
    assert_found(drawing, build_tables(1, rulings, drawing.words(), "test"))


@given(drawings(), st.integers(2, 9), st.floats(0, 2))
@calm
def test_rulings_cut_in_pieces_are_one(drawing: Drawn, pieces: int, gap: float) -> None:
    rulings = []
    for s in drawing.strokes():
        step = s.length / pieces
        for k in range(pieces):
            start = s.start + k * step
            rulings.append(Ruling(s.horizontal, s.at, start, start + step - min(gap, 0.4 * step)))
    assert_found(drawing, build_tables(1, rulings, drawing.words(), "test"))


@given(drawings(), st.floats(0, 1.2))
@calm
def test_cells_drawn_as_rectangles_of_their_own_are_a_grid(drawing: Drawn, inset: float) -> None:
    rulings = []
    for cell in drawing.cells:
        box = drawing.box(cell)
        left, top = box.left + inset, box.top + inset
        right, bottom = box.right - inset, box.bottom - inset
        rulings += [
            Ruling(True, top, left, right), Ruling(True, bottom, left, right),
            Ruling(False, left, top, bottom), Ruling(False, right, top, bottom),
        ]  # fmt: skip
    assert_found(drawing, build_tables(1, rulings, drawing.words(), "test"))


@given(drawings(merged=False), st.booleans(), st.booleans())
@calm
def test_outer_borders_that_are_not_drawn_are_supplied(
    drawing: Drawn, sides: bool, ends: bool
) -> None:
    rulings = [
        s
        for s in drawing.strokes()
        if not (sides and not s.horizontal and s.at in (drawing.xs[0], drawing.xs[-1]))
        and not (ends and s.horizontal and s.at in (drawing.ys[0], drawing.ys[-1]))
    ]
    assert_found(drawing, build_tables(1, rulings, drawing.words(), "test"))


@given(drawings(), st.floats(-3, 3), st.floats(0.5, 4))
@calm
def test_scaled_and_moved_drawings_give_the_same_cells(
    drawing: Drawn, move: float, scale: float
) -> None:
    def far(value: float) -> float:
        return value * scale + move * 100

    rulings = [Ruling(s.horizontal, far(s.at), far(s.start), far(s.end)) for s in drawing.strokes()]
    words = [
        Word(
            w.text, Box(far(w.box.left), far(w.box.top), far(w.box.right), far(w.box.bottom)),
            w.size * scale, tuple(far(e) for e in w.edges),
        )
        for w in drawing.words()
    ]  # fmt: skip
    found = build_tables(1, rulings, words, "test").tables[0]
    same = build_tables(1, list(drawing.strokes()), drawing.words(), "test").tables[0]
    assert found.shape == same.shape
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in found.cells] == [
        (c.row, c.column, c.row_span, c.column_span, c.text) for c in same.cells
    ]


@given(
    st.lists(
        st.builds(
            Ruling, st.booleans(), st.floats(0, 800), st.floats(0, 400), st.floats(400, 800),
        ),
        max_size=40,
    ),
    st.lists(st.builds(word, st.text("0123甲乙", min_size=1, max_size=6), st.floats(0, 700), st.floats(0, 800)), max_size=30),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_any_strokes_and_words_give_tables_whose_cells_tile_them(
    rulings: list[Ruling], words: list[Word]
) -> None:
    tables = build_tables(1, rulings, words, "test")
    for table in tables.tables:
        rows, columns = table.shape
        covered = [
            (r, c)
            for cell in table.cells
            for r in range(cell.row, cell.row + cell.row_span)
            for c in range(cell.column, cell.column + cell.column_span)
        ]
        assert len(covered) == len(set(covered)) == rows * columns
    kept = sum(len(c) for w in words for c in w.text)
    inside = sum(len("".join(c.text.split())) for t in tables.tables for c in t.cells)
    assert inside + sum(len(w.text) for w in tables.outside) <= kept


PLAIN = Drawn(
    (50.0, 150.0, 200.0, 250.0),
    (100.0, 120.0, 140.0),
    tuple((r, c, 1, 1) for r in range(2) for c in range(3)),
)


def rows(words: Sequence[Word], drawing: Drawn = PLAIN) -> list[str]:
    return [c.text for c in build_tables(1, list(drawing.strokes()), words, "test").tables[0].cells]


def test_a_label_that_overflows_its_cell_stays_whole() -> None:
    words = [word("一二三四五六七八九十甲乙", 53, 110), word("12", 205, 110)]
    assert rows(words)[:3] == ["一二三四五六七八九十甲乙", "", "12"]


def test_digits_that_touch_across_a_rule_are_two_numbers() -> None:
    assert rows([word("1234", 190, 110)])[:3] == ["", "12", "34"]
    assert rows([word("甲", 60, 110), word("7890", 190, 130)])[3:] == ["", "78", "90"]


def test_a_number_that_overflows_its_cell_stays_whole() -> None:
    # the rule at 200 passes through the middle of the tenth digit
    overflowing = word("12345678901", 152.5, 110)
    assert rows([word("甲", 60, 110), overflowing])[:3] == ["甲", "12345678901", ""]


def test_a_label_and_its_number_in_one_run_are_parted_at_the_rule() -> None:
    assert rows([word("行政许可", 110, 110), word("乙", 210, 130)])[0] == "行政许可"
    run = Word("行政550", Box(130, 105, 165, 115), 10, (130, 140, 150, 155, 160, 165))
    assert rows([run])[:2] == ["行政", "550"]


def test_lines_of_a_cell_are_read_from_top_to_bottom() -> None:
    drawing = Drawn((50.0, 100.0, 150.0), (100.0, 140.0), ((0, 0, 1, 1), (0, 1, 1, 1)))
    words = [word("企业", 60, 128), word("商业", 60, 112), word("5", 120, 120)]
    assert rows(words, drawing) == ["商业\n企业", "5"]


def test_words_outside_a_table_stay_outside() -> None:
    words = [word("正文在表格之外", 50, 60), word("甲", 60, 110), word("脚", 50, 200)]
    tables = build_tables(1, list(PLAIN.strokes()), words, "test")
    assert [w.text for w in tables.outside] == ["正文在表格之外", "脚"]


@pytest.mark.parametrize("double", [False, True])
def test_a_frame_round_a_paragraph_is_no_table(double: bool) -> None:
    frame = [(50.0, 100.0, 550.0, 700.0)] + ([(53.0, 103.0, 547.0, 697.0)] if double else [])
    rulings = [
        Ruling(horizontal, at, start, end)
        for left, top, right, bottom in frame
        for horizontal, at, start, end in (
            (True, top, left, right), (True, bottom, left, right),
            (False, left, top, bottom), (False, right, top, bottom),
        )
    ]  # fmt: skip
    words = [word("本报告由本机关编制" * 5, 60, 130 + 16 * i) for i in range(30)]
    tables = build_tables(1, rulings, words, "test")
    assert tables.tables == ()
    assert len(tables.outside) == 30


def test_a_line_under_a_heading_is_no_table() -> None:
    rulings = [Ruling(True, 90, 50, 500), Ruling(True, 93, 50, 500)]
    assert build_tables(1, rulings, [word("标题", 200, 80)], "test").tables == ()


def test_an_empty_drawing_is_no_table() -> None:
    assert build_tables(1, list(PLAIN.strokes()), [word("正文", 50, 400)], "test").tables == ()


@given(drawings(), drawings(), st.floats(15, 60))
@calm
def test_two_tables_under_each_other_stay_two(upper: Drawn, lower: Drawn, gap: float) -> None:
    down = upper.ys[-1] - lower.ys[0] + gap
    moved = Drawn(lower.xs, tuple(y + down for y in lower.ys), lower.cells)
    rulings = [*upper.strokes(), *moved.strokes()]
    found = build_tables(1, rulings, [*upper.words(), *moved.words()], "test").tables
    assert [{c.text for c in t.cells} for t in found] == [set(upper.texts()), set(moved.texts())]


def part(
    page: int, top: float, bottom: float, xs: Sequence[float] = (50, 150, 200, 250)
) -> TablePart:
    ys = (top, (top + bottom) / 2, bottom)
    cells = tuple((r, c, 1, 1) for r in range(2) for c in range(len(xs) - 1))
    drawing = Drawn(tuple(xs), ys, cells)
    return build_tables(page, list(drawing.strokes()), drawing.words(), "test").tables[0]


def content(number: int, *tables: TablePart, lines: Sequence[Word] = ()) -> PageContent:
    return PageContent(number, 842.0, tables, tuple(text_lines(lines)))


def joined(*pages: PageContent) -> list[int | None]:
    return [table.continues for table in join_parts(pages)]


def test_a_table_at_the_foot_goes_on_at_the_head_of_the_next_page() -> None:
    pages = (
        content(1, part(1, 700, 780)),
        content(2, part(2, 60, 120)),
        content(3, part(3, 60, 120)),
    )
    assert joined(*pages) == [None, 0, 1]
    assert [t.part for t in join_parts(pages)] == [0, 1, 2]
    assert [t.page for t in join_parts(pages)] == [1, 2, 3]


def test_page_numbers_and_running_heads_do_not_part_a_table() -> None:
    foot = [word("— 3 —", 280, 815)]
    head = [word("政府信息公开年度报告", 250, 30)]
    pages = (content(1, part(1, 700, 780), lines=foot), content(2, part(2, 60, 120), lines=head))
    assert joined(*pages) == [None, 0]


@pytest.mark.parametrize(
    ("below", "above"), [("以上为本年数据", ""), ("", "以下是申请情况"), ("四、行政复议", "")]
)
def test_text_between_two_tables_parts_them(below: str, above: str) -> None:
    pages = (
        content(1, part(1, 600, 680), lines=[word(below, 50, 700)] if below else ()),
        content(2, part(2, 150, 220), lines=[word(above, 50, 120)] if above else ()),
    )
    assert joined(*pages) == [None, None]


def test_a_part_without_the_label_column_goes_on_all_the_same() -> None:
    first = content(1, part(1, 700, 780, (50, 100, 150, 200, 250)))
    assert joined(first, content(2, part(2, 60, 120, (100, 150, 200, 250)))) == [None, 0]


def test_tables_of_other_columns_or_after_a_page_between_are_new() -> None:
    first = content(1, part(1, 700, 780))
    assert joined(first, content(2, part(2, 60, 120, (90, 117, 333, 400, 480)))) == [None, None]
    assert joined(first, content(3, part(3, 60, 120))) == [None, None]
    assert joined(first, content(2), content(3, part(3, 60, 120))) == [None, None]


def test_only_the_first_table_of_a_page_goes_on() -> None:
    second = content(2, part(2, 60, 120), part(2, 300, 360))
    assert joined(content(1, part(1, 700, 780)), second) == [None, 0, None]
