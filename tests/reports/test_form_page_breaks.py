"""A form over several pages: cut anywhere, with heads and groups printed again or not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from form_tables import (
    APPLICATION_NUMBERS,
    T21_NUMBERS,
    Cell,
    Row,
    applications,
    applied,
    article20_t21,
    head_rows,
    pages,
    read,
    review,
    t21,
    table_of,
)

from gouji.model import Box, Kind, TableCells, TablePart
from gouji.reports import fill_form
from gouji.reports.forms import FORMS


def cut(rows: list[Row], at: int) -> tuple[list[Row], list[Row]]:
    """A table cut before row ``at``; what spans the cut is printed in the upper part only.

    In the lower part empty cells stand where upper cells would have gone on.
    """
    upper = table_of(rows)
    above = [c for c in upper.cells if c.row < at]
    parts: list[list[Row]] = [[[] for _ in range(at)], [[] for _ in range(len(rows) - at)]]
    for cell in above:
        parts[0][cell.row].append(
            Cell(cell.text, min(cell.row_span, at - cell.row), cell.column_span)
        )
    below = [
        (0, c.column, Cell("", c.row + c.row_span - at, c.column_span))
        for c in above
        if c.row + c.row_span > at
    ] + [
        (c.row - at, c.column, Cell(c.text, c.row_span, c.column_span))
        for c in upper.cells
        if c.row >= at
    ]
    for row, _, cell in sorted(below, key=lambda item: item[:2]):
        parts[1][row].append(cell)
    return parts[0], parts[1]


@pytest.mark.parametrize("at", range(1, 28))
def test_a_table_cut_over_two_pages_anywhere_loses_nothing(at: int) -> None:
    upper, lower = cut(applications(t21), at)
    parts = pages(article20_t21(t21), upper, lower)
    assert applied(read(parts)) == APPLICATION_NUMBERS


@pytest.mark.parametrize("at", [8, 12, 15, 18, 22, 25, 27])
def test_the_group_label_may_be_printed_again_on_the_next_page(at: int) -> None:
    upper, lower = cut(applications(t21), at)
    group = next(
        c.text for row in reversed(upper) for c in row if c.text.startswith("(") and c.rows >= 1
    )
    lower[0] = [replace(c, text=group) if c.text == "" and c.rows > 1 else c for c in lower[0]]
    assert applied(read(pages(article20_t21(t21), upper, lower))) == APPLICATION_NUMBERS


@pytest.mark.parametrize("at", [9, 13, 16, 19, 24])
def test_the_head_may_be_printed_again_on_the_next_page(at: int) -> None:
    upper, lower = cut(applications(t21), at)
    assert (
        applied(read(pages(article20_t21(t21), upper, head_rows() + lower))) == APPLICATION_NUMBERS
    )


@pytest.mark.parametrize("at", [9, 13, 16, 19, 24])
def test_the_head_may_come_again_inside_a_table_and_elsewhere(at: int) -> None:
    upper, lower = cut(applications(t21), at)
    moved = [[Cell("", len(upper)), *upper[0]], *upper[1:]]  # a column further to the right
    parts = pages(article20_t21(t21), [*moved, *head_rows(), *lower])
    assert applied(read(parts)) == APPLICATION_NUMBERS


@pytest.mark.parametrize("at", [8, 9, 13, 16, 19, 22, 24])
def test_the_outer_label_column_may_be_missing_on_the_next_page(at: int) -> None:
    upper, lower = cut(applications(t21), at)
    first = lower[0]
    assert first[0].text == ""
    lower = [[c for c in row if not (row is first and c is first[0])] for row in lower]
    rows = [
        [replace(c, columns=2) if c.columns == 3 else c for c in row] for row in lower
    ]  # 四、 spans two columns now
    parts = pages(article20_t21(t21), upper, rows, shifts={2: 40.0})
    assert applied(read(parts)) == APPLICATION_NUMBERS


@pytest.mark.parametrize("at", [9, 13, 16, 24])
def test_both_label_columns_may_be_missing_on_the_next_page(at: int) -> None:
    upper, lower = cut(applications(t21), at)
    values_only = [row[-8:] if len(row) >= 8 else row for row in lower]
    values_only = [
        [replace(c, columns=1) if c.text and c.columns > 1 else c for c in row]
        for row in values_only
    ]
    parts = pages(article20_t21(t21), upper, values_only, shifts={2: 80.0})
    found = applied(read(parts))
    wrong = {k: v for k, v in found.items() if v is not None and v != APPLICATION_NUMBERS[k]}
    assert wrong == {}
    assert sum(v is not None for v in found.values()) >= 7 * (at - 3)


@pytest.mark.parametrize(
    "code", ["refused.internal_affairs", "unable.needs_creation", "requests_received"]
)
@pytest.mark.parametrize("values_above", [True, False])
def test_a_row_split_by_the_page_break_is_one_row(code: str, values_above: bool) -> None:
    rows = applications(t21)
    at = next(
        i
        for i, row in enumerate(rows)
        if any(c.text == t21(f"applications/{code}/total") for c in row)
    )
    upper, lower = cut(rows, at)
    row = lower[0]
    label = next(i for i in range(len(row) - 8, -1, -1) if row[i].text)
    text = row[label].text
    half = len(text) // 2
    top = [replace(row[label], text=text[:half]), *row[label + 1 :]]
    rest = [*row[:label], replace(row[label], text=text[half:]), *row[label + 1 :]]
    blank = [replace(c, text="") for c in rest[label + 1 :]]
    if values_above:
        rest = [*rest[: label + 1], *blank]
    else:
        top = [top[0], *blank]
    outer = {c.text for r in rows[:at] for c in r if c.text.startswith(("三", "("))}
    # labels that span the cut go on beside the upper half of the row
    upper = [
        [
            replace(c, rows=c.rows + 1) if label and c.text in outer and i + c.rows == at else c
            for c in r
        ]
        for i, r in enumerate(upper)
    ]
    parts = pages(article20_t21(t21), [*upper, top], [rest, *lower[1:]])
    assert applied(read(parts)) == APPLICATION_NUMBERS


def test_the_row_of_part_four_may_stand_alone_on_the_next_page() -> None:
    rows = review(t21)
    parts = pages(article20_t21(t21), applications(t21), rows[:3], rows[3:], joined=False)
    parts[3] = replace(parts[3], continues=2)
    assert read(parts) == T21_NUMBERS


@pytest.mark.parametrize("where", ["top", "bottom"])
@pytest.mark.parametrize("at", [10, 14, 19, 21])
def test_the_empty_rest_of_a_row_is_no_row_of_blanks(at: int, where: str) -> None:
    """The row's values stand on the other page, which may be a picture of its own."""
    upper, lower = cut(applications(t21), at)
    rows = lower if where == "top" else upper
    names = [row.code for row in FORMS["T21"].applications]
    lost = names[at - 3 if where == "top" else at - 4]  # three rows of heads
    index = 0 if where == "top" else len(rows) - 1
    part = table_of(rows)
    kept = []
    for cell in part.cells:
        if cell.row == index and cell.row_span == 1:
            low = replace(cell.box, bottom=cell.box.top + 0.4 * cell.box.height)
            kept.append(replace(cell, text="", box=low))
        else:
            kept.append(cell)
    form = fill_form([replace(part, cells=TableCells(kept), reader="scan")])
    lost_kinds = {c.amount.kind for c in form.cells if c.key.startswith(f"applications/{lost}/")}
    assert lost_kinds <= {Kind.CELL_NOT_IN_SOURCE}
    told = {cell.key.split("/")[1] for cell in form.cells if cell.amount.value is not None}
    assert len(told) == len(rows) - 1 - (3 if where == "bottom" else 0)


def _moved(part: TablePart, by: float, wider: float) -> TablePart:
    """A part as a page shows it that was taken from further away or beside its middle."""

    def placed(box: Box) -> Box:
        return replace(box, left=wider * box.left + by, right=wider * box.right + by)

    cells = TableCells([replace(cell, box=placed(cell.box)) for cell in part.cells])
    return replace(part, box=placed(part.box), cells=cells)


@pytest.mark.parametrize("wider", [1, 1.06])
@pytest.mark.parametrize("share", [0, 0.3, 0.45])
@pytest.mark.parametrize("at", [18, 22, 23])
def test_a_row_alone_that_lost_its_outer_columns_is_not_shifted(
    at: int, share: float, wider: float
) -> None:
    """Six numbers behind a label of two lines: they are the first six, and nobody is sure.

    ``share`` of a column's width is how far the page stands aside.
    """
    rows = applications(t21)
    upper, rest = cut(rows, at)
    alone, lower = cut(rest, 1)
    alone[0] = [
        replace(cell, text=cell.text[:-2] + "\n" + cell.text[-2:]) if len(cell.text) > 4 else cell
        for cell in alone[0][1:-1]  # nor its first, which is empty
    ]
    parts = pages(article20_t21(t21), upper, alone, lower)
    first = parts[2].cells[1].box
    parts[2] = _moved(parts[2], share * first.width - (wider - 1) * first.left, wider)
    found = applied(read(parts))
    wrong = {key for key, value in found.items() if value not in (APPLICATION_NUMBERS[key], None)}
    assert not wrong
    cells = fill_form(parts).cells
    assert [c.key[-6:] for c in cells if c.amount.kind is Kind.UNREAD] == ["/total"]
    doubted = [c for c in cells if c.amount.value is not None and c.placing <= 0.5]
    assert len(doubted) == 6


@pytest.mark.parametrize("blank_row", [False, True])
def test_a_row_with_its_numbers_on_one_page_and_its_label_on_the_next(blank_row: bool) -> None:
    """Rows are as high as their label, and numbers stand at their top.

    With ``blank_row`` a row of the form is left out in between: then the label is of a row of its
    own, which is empty, and nobody knows what the numbers above it are.
    """
    rows = applications(t21)
    codes = [row.code for row in FORMS["T21"].applications]
    at = len(rows) - len(codes) + codes.index("other.overdue_fee")
    upper, lower = cut(rows, at + 1)
    kept = [*upper[at][:-8], Cell(""), *upper[at][-7:]]
    moved = [Cell("", columns=2), upper[at][-8], *(Cell("") for _ in range(7))]
    above = [*upper[: at - blank_row], kept]
    found = applied(read(pages(article20_t21(t21), above, [moved, *lower], joined=False)))
    row = {key for key in found if "/other.overdue_fee/" in key}
    if blank_row:
        assert {found[key] for key in row} <= {None}
    else:
        assert {key: found[key] for key in row} == {key: APPLICATION_NUMBERS[key] for key in row}
