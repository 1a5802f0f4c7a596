"""Tables that are not drawn as the form is: columns and rows too many, too few, or put together."""

from __future__ import annotations

from dataclasses import replace

import pytest
from form_tables import (
    APPLICANTS,
    APPLICATION_NUMBERS,
    T21_NUMBERS,
    Cell,
    Row,
    applications,
    applied,
    article20_t19,
    article20_t21,
    counting,
    kinds,
    pages,
    read,
    review,
    scanned,
    t19,
    t21,
    table_of,
    whole,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gouji.model import Box, Kind, TableCell, TableCells, TablePart
from gouji.reports import fill_form
from gouji.reports.forms import value_keys


def without_column(rows: list[Row], column: int) -> list[Row]:
    """The printed rows less one elementary column, by its place on the page."""
    table = table_of(rows)
    result: list[Row] = [[] for _ in rows]
    for cell in sorted(table.cells, key=lambda c: (c.row, c.column)):
        covers = cell.column <= column < cell.column + cell.column_span
        if covers and cell.column_span == 1:
            continue
        result[cell.row].append(Cell(cell.text, cell.row_span, cell.column_span - covers))
    return result


def test_a_missing_total_column_is_not_in_the_source_and_shifts_nothing() -> None:
    rows = without_column(applications(t21), 9)
    form = fill_form(pages(article20_t21(t21), rows, review(t21), joined=False))
    assert len(form.cells) == 200
    for cell in form.cells:
        if cell.key.startswith("applications/") and cell.key.endswith("/total"):
            assert cell.amount.kind is Kind.CELL_NOT_IN_SOURCE, cell
        else:
            assert cell.amount.value == T21_NUMBERS[cell.key]


def test_an_extra_empty_column_shifts_nothing() -> None:
    rows = [[*row, Cell("")] for row in applications(t21)]
    assert applied(read(pages(article20_t21(t21), rows, joined=False))) == APPLICATION_NUMBERS


def test_a_stray_empty_row_shifts_nothing() -> None:
    rows = applications(t21)
    rows.insert(5, [Cell("", 1, 3), *(Cell("") for _ in range(7))])
    assert applied(read(pages(article20_t21(t21), rows, joined=False))) == APPLICATION_NUMBERS


def test_cells_of_stray_rules_behind_values_take_no_column() -> None:
    rows = article20_t19(counting(value_keys("T19")).__getitem__)
    at = next(i for i, row in enumerate(rows) if row[0].text.startswith("其他对外管理服务"))
    own = [rows[at][0], *rows[at][1:3], replace(rows[at][3], columns=2), Cell("")]
    wide = [[*row[:-1], replace(row[-1], columns=3)] for row in rows[at + 1 :] if len(row) > 1]
    parts = pages(rows[:at], [own, *wide], joined=False)
    form = fill_form([replace(part, page=0) for part in parts])  # grids have no places on paper
    found = {cell.key: cell.text for cell in form.cells}
    for column, cell in zip(("previous_items", "change", "decisions"), own[1:4], strict=True):
        assert found[f"article20/art20_5.other_services/{column}"] == cell.text


def test_a_missing_row_is_not_in_the_source_and_its_neighbours_keep_theirs() -> None:
    rows = applications(t21)
    gone = next(i for i, row in enumerate(rows) if any("四类过程性" in c.text for c in row))
    rows = [
        [
            replace(c, rows=c.rows - 1) if i <= gone < i + c.rows and c.rows > 1 else c
            for c in row
        ]
        for i, row in enumerate(rows)
        if i != gone
    ]  # fmt: skip
    form = fill_form(pages(article20_t21(t21), rows, review(t21), joined=False))
    assert len(form.cells) == 200
    missing = {c.key for c in form.cells if c.amount.kind is Kind.CELL_NOT_IN_SOURCE}
    assert missing == {f"applications/refused.process_information/{a}" for a in APPLICANTS}
    assert all(c.amount.value == T21_NUMBERS[c.key] for c in form.cells if c.key not in missing)


def test_without_a_head_the_last_seven_columns_are_the_values() -> None:
    rows = applications(t21)[3:]
    assert applied(read(pages(article20_t21(t21), rows, joined=False))) == APPLICATION_NUMBERS


def test_without_the_head_of_part_two_the_rows_are_read_in_order() -> None:
    rows = [row for row in article20_t21(t21) if row[0].text != "信息内容"]
    form = fill_form(pages(rows, applications(t21), joined=False))
    article20 = {k: n for k, n in T21_NUMBERS.items() if k.startswith("article20/")}
    assert {c.key: c.amount.value for c in form.cells if c.key in article20} == article20


def test_the_parts_may_be_one_table() -> None:
    rows = [
        [*row[:-1], replace(row[-1], columns=row[-1].columns + 6)] for row in article20_t21(t21)
    ]
    form = read([table_of([*rows, *applications(t21)]), replace(table_of(review(t21)), part=1)])
    assert form == T21_NUMBERS


def test_the_bands_of_part_two_may_be_tables_of_their_own() -> None:
    rows = article20_t21(t21)
    bands = [rows[1:4], rows[5:7], rows[8:11], rows[12:14]]
    assert read(pages(*bands, applications(t21), review(t21), joined=False)) == T21_NUMBERS


def test_a_grid_of_metadata_before_the_form_is_no_part_of_it() -> None:
    grid = [[Cell("索引号"), Cell("014000319/2024-00012")], [Cell("发布日期"), Cell("2024-01-20")]]
    parts = pages(grid, article20_t21(t21), applications(t21), review(t21), joined=False)
    assert read(parts) == T21_NUMBERS


def test_tables_behind_the_form_do_not_change_it() -> None:
    fees = [[Cell("项目"), Cell("金额")], [Cell("信息处理费"), Cell("500")]]
    parts = pages(article20_t21(t21), applications(t21), review(t21), fees, joined=False)
    assert read(parts) == T21_NUMBERS


def test_one_row_for_group_six_takes_the_place_of_three_and_is_flagged() -> None:
    keys = value_keys("T21", True)
    texts = counting(keys)
    form = fill_form(whole("T21", texts.__getitem__, single=True))
    assert "template_mixture" in form.flags
    assert {c.key: c.text for c in form.cells} == texts
    assert any(key.startswith("applications/other_handling/") for key in texts)
    assert not any(key.startswith("applications/other.") for key in texts)


def test_fourteen_values_of_fifteen_leave_the_last_not_in_the_source() -> None:
    rows = review(t21)
    table = without_column(rows, 14)
    form = fill_form(pages(article20_t21(t21), applications(t21), table, joined=False))
    last = "review_litigation/litigation_after_review/total"
    assert kinds(form)[last] is Kind.CELL_NOT_IN_SOURCE
    assert all(c.amount.value == T21_NUMBERS[c.key] for c in form.cells if c.key != last)
    short = [*rows[:3], rows[3][:14]]
    form = fill_form(pages(article20_t21(t21), applications(t21), short, joined=False))
    assert kinds(form)[last] is Kind.CELL_NOT_IN_SOURCE
    assert all(c.amount.value == T21_NUMBERS[c.key] for c in form.cells if c.key != last)


def test_a_form_that_is_not_there_has_all_its_cells_not_in_the_source() -> None:
    form = fill_form([table_of(article20_t21(t21))])
    assert form.template == "T21"
    assert len(form.cells) == 200
    assert {c.amount.kind for c in form.cells if not c.key.startswith("article20/")} == {
        Kind.CELL_NOT_IN_SOURCE
    }
    assert "cells_missing" in form.flags


def test_signed_changes_are_read_in_their_column_only() -> None:
    texts = counting(value_keys("T19", False)) | {
        "article20/art20_5.licences/change": "+19",
        "article20/art20_6.penalties/change": "减38",
        "article20/art20_9.central_procurement/amount": "2601.953875万",
    }
    cells = {c.key: c.amount for c in fill_form(whole("T19", texts.__getitem__)).cells}
    assert cells["article20/art20_5.licences/change"].value == 19
    assert cells["article20/art20_6.penalties/change"].value == -38
    assert str(cells["article20/art20_9.central_procurement/amount"].value) == "2601.953875"
    assert cells["article20/art20_9.central_procurement/amount"].unit == "万"


def test_one_value_cut_in_three_cells_is_read_once_and_flagged_when_they_differ() -> None:
    rows = article20_t21(t21)
    rows[9] = [Cell("行政处罚"), Cell("0"), Cell("0"), Cell("0")]
    rows[10] = [Cell("行政强制"), Cell("1"), Cell("2"), Cell("3")]
    rows[6] = [Cell("行政许可"), Cell("550"), Cell(""), Cell("")]
    form = fill_form(pages(rows, applications(t21), joined=False))
    cells = {c.key: c.amount for c in form.cells}
    assert cells["article20/art20_5.licences/decisions"].value == 550
    assert cells["article20/art20_6.penalties/decisions"].value == 0
    assert cells["article20/art20_6.coercive_measures/decisions"].kind is Kind.UNREAD
    assert "repeated_value" in form.flags


def test_blank_zeros_are_flagged_as_the_organs_way_of_writing() -> None:
    form = fill_form(whole("T21", lambda key: "4" if key.endswith("total") else ""))
    assert "zero_left_blank" in form.flags
    assert "zero_left_blank" not in fill_form(whole("T21", t21)).flags


@given(
    st.lists(
        st.lists(
            st.builds(
                Cell,
                st.sampled_from(
                    ["", "0", "12", "规章", "总计", "其他", "申请人情况", "自然人", "(七)总计", "行政复议", "本年制发件数"]
                ) | st.text(max_size=5),
                st.integers(1, 3), st.integers(1, 3),
            ),
            min_size=1, max_size=10,
        ),
        min_size=1, max_size=8,
    )
)  # fmt: skip
@settings(deadline=None, max_examples=30)
def test_any_table_is_a_form_or_none_and_never_an_error(rows: list[Row]) -> None:
    form = fill_form([table_of(rows)])
    assert form.template in (None, "T19", "T21")
    if form.template:
        assert len(form.cells) in (186, 198, 200)


def test_a_head_that_a_stray_rule_cuts_through_is_still_one_head() -> None:
    rows = applications(t21)
    split = [
        [
            piece
            for c in row
            for piece in (
                (replace(c, text="自然"), replace(c, text="人"))
                if c.text.replace(" ", "") == "自然人"
                else (replace(c, columns=c.columns + 1),)
                if c.text == "申请人情况"
                or c.text == t21("applications/requests_received/natural_person")
                else (c,)
            )
        ]
        for row in rows[:4]
    ]
    wide = [
        [
            replace(c, columns=c.columns + 1)
            if c.columns == 1
            and any(c.text == t21(f"applications/{code}/natural_person") for code in ROW_CODES)
            else c
            for c in row
        ]
        for row in rows[4:]
    ]
    form = read(pages(article20_t21(t21), [*split, *wide], review(t21), joined=False))
    assert applied(form) == applied(T21_NUMBERS)


ROW_CODES = tuple(
    dict.fromkeys(key.split("/")[1] for key in T21_NUMBERS if key.startswith("applications/"))
)


def test_fifteen_columns_with_other_heads_are_no_reviews() -> None:
    rows = [[Cell(f"指标{n}") for n in range(15)], [Cell(str(n)) for n in range(15)]]
    form = fill_form([table_of(applications(t21)), table_of(rows, part=1)])
    assert all(c.amount.value is None for c in form.cells if c.key.startswith("review"))


def test_a_page_with_the_heads_and_one_row_of_part_two_is_a_form() -> None:
    form = fill_form([table_of(article20_t19(t19)[:3])])
    assert form.template == "T19"
    assert form.found == 3
    other = [[Cell("项目"), Cell("本年增加数")], [Cell("行政许可"), Cell("3")]]
    assert fill_form([table_of(other)]).template is None


def test_fifteen_values_under_merged_heads_are_reviews() -> None:
    words = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3
    head: Row = [Cell(words[0], columns=2), *(Cell(w) for w in words[1:])]
    values_: Row = [Cell(""), *(Cell(str(n)) for n in range(40, 55))]
    form = fill_form(scanned([head, values_]))
    found = [c.amount.value for c in form.cells if c.key.startswith("review")]
    assert found == list(range(40, 55))


@settings(max_examples=30, deadline=None)
@given(stray=st.integers(0, 14), missing=st.integers(0, 13), share=st.floats(0.1, 0.45))
def test_an_edge_too_many_and_one_missing_move_no_review(
    stray: int, missing: int, share: float
) -> None:
    """The row has fifteen cells all the same."""
    assume(stray not in (missing, missing + 1))
    (part,) = scanned(review(t21))
    last = max(cell.row for cell in part.cells)
    row = [cell for cell in part.cells if cell.row == last]
    pieces = []
    for place, cell in enumerate(row):
        box = cell.box
        if place == stray:
            edge = box.right - share * box.width
            pieces.append((cell.text, replace(box, right=edge)))
            pieces.append(("", replace(box, left=edge)))
        elif place == missing:
            both = f"{cell.text} {row[place + 1].text}"
            pieces.append((both, replace(box, right=row[place + 1].box.right)))
        elif place != missing + 1:
            pieces.append((cell.text, box))
    assert len(pieces) == len(row) == 15
    cells = [c for c in part.cells if c.row != last]
    cells += [TableCell(last, i, 1, 1, text, box) for i, (text, box) in enumerate(pieces)]
    form = fill_form([replace(part, cells=TableCells(cells))])
    found = {c.key: c.amount.value for c in form.cells if c.key.startswith("review")}
    keys = [key for key in T21_NUMBERS if key.startswith("review")]
    lost = {keys[missing], keys[missing + 1]}
    assert found == {key: None if key in lost else T21_NUMBERS[key] for key in keys}


def under_a_seal() -> list[Row]:
    """Reviews of a scan, with two of its numbers read as characters of a seal over them."""
    *heads, values_ = review(t21)
    return [*heads, [Cell("中") if n in (3, 12) else cell for n, cell in enumerate(values_)]]


def test_reviews_under_a_seal_are_read_but_for_what_it_hides() -> None:
    form = fill_form(scanned(under_a_seal()))
    found = [c.amount.value for c in form.cells if c.key.startswith("review")]
    wanted = [T21_NUMBERS[c.key] for c in form.cells if c.key.startswith("review")]
    wanted[3] = wanted[12] = None
    assert found == wanted
    heads = fill_form(scanned(under_a_seal()[:3]))
    assert all(c.amount.value is None for c in heads.cells)


def test_reviews_between_columns_of_another_width_may_have_moved() -> None:
    (part,) = scanned(under_a_seal())
    cells = list(part.cells)
    last = [i for i, cell in enumerate(cells) if cell.row == 3]
    for n, left, right in ((9, 0, -25), (10, -25, 0)):  # a stroke was taken for the rule between
        box = cells[last[n]].box
        moved = Box(box.left + left, box.top, box.right + right, box.bottom)
        cells[last[n]] = replace(cells[last[n]], box=moved)
    form = fill_form([replace(part, cells=TableCells(cells))])
    found = {c.key: c.amount.value for c in form.cells if c.key.startswith("review")}
    unread = [n for n, value in enumerate(found.values()) if value is None]
    assert unread == [3, 9, 10, 12]


def test_a_scans_label_with_one_character_misread_is_its_rows() -> None:
    misread = {"行政许可": "行政你可", "行政处罚": "行政是罚", "行政强制": "行放强制"}
    rows = [
        [replace(c, text=misread.get(c.text, c.text)) for c in row] for row in article20_t21(t21)
    ]
    printed = {c.key: c.amount.value for c in fill_form(scanned(article20_t21(t21))).cells}
    form = fill_form(scanned(rows))
    assert {c.key: c.amount.value for c in form.cells} == printed
    assert {c.label_score for c in form.cells if "/art20_6" in c.key} == {0.5}


def test_the_last_rows_on_a_scanned_page_of_their_own_are_known_by_a_misread_label() -> None:
    def parts(label: str) -> list[TablePart]:
        rows = applications(t21)
        last = [[Cell("(七)总计"), *(Cell(str(700 + n)) for n in range(7))],
                [Cell(label), *(Cell(str(800 + n)) for n in range(7))]]  # fmt: skip
        (first,), (second,) = scanned(rows[:20]), scanned(last)
        return [first, replace(second, part=1, page=2)]

    def totals(label: str) -> list[object]:
        form = fill_form(parts(label))
        return [c.amount.value for c in form.cells if "carried_forward" in c.key]

    assert totals("四·结辑下年度继缩办理") == list(range(800, 807))
    assert totals("四、窗口办理事项满意情况") == [None] * 7


def test_bands_on_a_scanned_page_are_known_by_heads_that_are_misread() -> None:
    rows: list[Row] = [
        [Cell("第二十条（一)项", columns=4)],
        [Cell("信息内容"), Cell("本三新制乍数重"), Cell("公井教生"), Cell("时外公开总数量")],
        [Cell("规章"), Cell("1"), Cell("2"), Cell("3")],
        [Cell("规范性文件"), Cell("28"), Cell("18"), Cell("19")],
    ]
    page = [replace(table_of(rows, part=0), reader="scan"),
            *(replace(p, part=1, page=2) for p in scanned(applications(t19, "T19")))]  # fmt: skip
    found = {c.key: c.amount.value for c in fill_form(page).cells}
    assert found["article20/art20_1.normative_documents/made"] == 28
    drawn = [replace(page[0], reader="lines"), page[1]]
    assert fill_form(drawn).cells[3].amount.value is None


def test_a_head_that_says_two_is_two_columns_and_nobody_is_sure_of_them() -> None:
    """The side between them was not found: total is not the column after the five that are left."""
    rows = applications(t21)
    merged: list[Row] = []
    for row in rows:
        cells = list(row)
        at = next((i for i, c in enumerate(cells) if c.text.startswith("法律服务")), None)
        if at is not None:
            cells[at : at + 2] = [Cell("法律服务机其他", columns=2)]
        elif len(cells) > 7 and all(c.text.isdigit() for c in cells[-7:]):
            cells[-3:-1] = [Cell(f"{cells[-3].text} {cells[-2].text}", columns=2)]
        merged.append(cells)
    form = fill_form([table_of(article20_t21(t21)), table_of(merged)])
    cells_of = {c.key: c for c in form.cells if c.key.startswith("applications/")}
    for key, cell in cells_of.items():
        if not key.endswith(("/legal_service", "/other_org")):
            assert cell.text == t21(key)
        assert cell.placing <= 0.5


@pytest.mark.parametrize(("first", "known"), [(True, "published_total"), (False, "made")])
def test_a_row_with_a_rule_lost_keeps_its_columns(first: bool, known: str) -> None:
    """A number is the column's above or below which it stands, not the first column's that is
    left; what stands across two is nobody's."""
    rows = article20_t19(t19)
    merged = rows[2] = list(rows[2])
    place = 1 if first else 2
    merged[place : place + 2] = [Cell(f"{merged[place].text}{merged[place + 1].text}", columns=2)]
    rows[1] = [Cell("信息内容"), *(Cell("年新量") for _ in merged[1:])]  # heads that say nothing
    rows[1][place] = Cell("年新量年新量", columns=2)
    pages_ = [
        *scanned(rows),
        *(replace(p, part=1, page=2) for p in scanned(applications(t19, "T19"))),
    ]
    found = {c.key.rsplit("/", 1)[1]: c for c in fill_form(pages_).cells[:3]}
    for column, cell in found.items():
        if column == known:
            assert cell.text == t19(cell.key)
        else:
            assert cell.amount.kind is Kind.UNREAD
