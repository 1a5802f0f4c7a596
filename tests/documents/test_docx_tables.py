"""DOCX: tables on their exact grid, whatever spans, merges and widths say."""

from __future__ import annotations

import pytest
from docx_making import docx, grid, grids, merge, p, picture, r, read, span, tbl, tc, text_box, tr
from docx_reports import facts_and_document, report
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.generator.codes import Form

KEY = "applications/requests_received/total"

# --- tables ---


def test_spans_and_merges_are_exact() -> None:
    assert grid(
        tr(tc("一", span(2) + merge("restart")), "二", tc("三", merge("restart"))),
        tr(tc("", span(2) + merge()), "四", tc("", merge())),
        tr("五", "六", "七", tc("", merge())),
    ) == [
        (0, 0, 2, 2, "一"), (0, 2, 1, 1, "二"), (0, 3, 3, 1, "三"), (1, 2, 1, 1, "四"),
        (2, 0, 1, 1, "五"), (2, 1, 1, 1, "六"), (2, 2, 1, 1, "七"),
    ]  # fmt: skip


def test_a_merge_without_its_beginning_is_a_cell_of_its_own() -> None:
    cells = grid(
        tr(tc("", merge()), "1"), tr(tc("", merge()), "2"), tr(tc("三", merge("restart")), "3")
    )
    assert cells[0] == (0, 0, 2, 1, "")
    assert cells[3] == (2, 0, 1, 1, "三")
    # it does not print the number above it a second time
    assert grid(["甲", "4"], tr("乙", tc("", merge())))[3] == (1, 1, 1, 1, "")
    assert grid(tr(tc("4", merge("restart"))), tr(tc("", merge() + span(2))))[1][4] == ""


def test_rows_may_begin_and_end_inside_the_table() -> None:
    cells = grid(
        ["a", "b", "c"],
        tr("d", properties='<w:gridBefore w:val="1"/><w:gridAfter w:val="1"/>'),
        tr("e", "f", properties='<w:gridBefore w:val="1"/>'),
    )
    assert [cell[:2] for cell in cells] == [(0, 0), (0, 1), (0, 2), (1, 1), (2, 1), (2, 2)]


def test_cells_merged_in_the_way_of_word_97() -> None:
    first, more = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    assert grid(
        tr(tc("一", first + merge("restart")), tc("", more + merge("restart")), "二"),
        tr(tc("", first + merge()), tc("", more + merge()), "三"),
    ) == [(0, 0, 2, 2, "一"), (0, 2, 1, 1, "二"), (1, 2, 1, 1, "三")]


def test_cells_that_continue_one_above_them_may_be_several() -> None:
    first, more = '<w:hMerge w:val="restart"/>', "<w:hMerge/>"
    assert grid(
        tr(tc("一", first + merge("restart")), tc("", more + merge("restart")), "二"),
        tr(tc("", merge()), tc("", merge()), "三"),
        tr(tc("", merge()), tc("四"), "五"),
    ) == [(0, 0, 2, 2, "一"), (0, 2, 1, 1, "二"), (1, 2, 1, 1, "三"), (2, 0, 1, 1, ""), (2, 1, 1, 1, "四"), (2, 2, 1, 1, "五")]  # fmt: skip


def test_deleted_rows_and_cells_are_not_there() -> None:
    cells = grid(
        ["a", "b"],
        tr("x", "y", properties='<w:del w:id="1"/>'),
        tr(tc("c"), tc("z", '<w:cellDel w:id="2"/>'), tc("d")),
        tr("e", "f", properties='<w:ins w:id="3"/>'),
    )
    assert [cell[4] for cell in cells] == ["a", "b", "c", "d", "e", "f"]
    assert [cell[:2] for cell in cells[2:4]] == [(1, 0), (1, 1)]


def test_rows_and_cells_in_content_controls_are_in_their_places() -> None:
    def control(inner: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{inner}</w:sdtContent></w:sdt>"

    rows = (
        control(tr("a", control(tc("b")), tc(control(p("c")))))
        + f"<w:customXml>{tr('d', 'e', 'f')}</w:customXml>"
    )
    assert [c[4] for c in grids(docx(f"<w:tbl>{rows}</w:tbl>"))[0]] == list("abcdef")


@pytest.mark.parametrize("wrong", ["0", "-3", "x", "", "1.5", "99999999999999999999"])
def test_a_span_that_is_no_number_is_one(wrong: str) -> None:
    cells = grid(tr(tc("a", f'<w:gridSpan w:val="{wrong}"/>'), "b"), ["c", "d"])
    assert [cell[:4] for cell in cells] == [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)]


def test_a_span_beyond_the_table_ends_with_it() -> None:
    cells = grid(tr(tc("带", span(100_000))), ["a", "b", "c"], tr("d", tc("e", span(500))))
    assert [cell[:4] for cell in cells] == [
        (0, 0, 1, 3), (1, 0, 1, 1), (1, 1, 1, 1), (1, 2, 1, 1), (2, 0, 1, 1), (2, 1, 1, 2),
    ]  # fmt: skip


def test_tables_may_have_more_columns_than_word_draws() -> None:
    many = [*(str(number) for number in range(68)), tc("末", span(3))]
    (table,) = read(docx(tbl(*[tr(*many)] * 3, tr(tc("带", span(71)))))).tables
    assert table.shape == (4, 71)
    assert [(c.column, c.column_span) for c in table.cells][-2:] == [(68, 3), (0, 71)]


def wide(text: str, twips: int, more: str = "") -> str:
    return tc(text, f'<w:tcW w:w="{twips}" w:type="dxa"/>{more}')


def test_where_rows_disagree_on_columns_the_widths_decide() -> None:
    cells = grid(
        tr(wide("标签", 2000), wide("甲", 1000), wide("乙", 1003), wide("丙", 998)),
        tr(wide("带", 5002)),  # without the span that it needs
        tr(wide("许可", 2001), wide("4", 2999)),
        tr(wide("处罚", 1999, span(2)), wide("5", 1001), wide("6", 2002, span(2))),
    )
    assert [cell[:4] for cell in cells] == [
        (0, 0, 1, 1), (0, 1, 1, 1), (0, 2, 1, 1), (0, 3, 1, 1), (1, 0, 1, 4),
        (2, 0, 1, 1), (2, 1, 1, 3), (3, 0, 1, 1), (3, 1, 1, 1), (3, 2, 1, 2),
    ]  # fmt: skip


def test_widths_decide_in_rows_that_begin_late_or_state_no_width() -> None:
    late = '<w:gridBefore w:val="1"/>'
    cells = grid(
        tr("带"),
        tr(wide("甲", 300, span(5)), wide("乙", 300), wide("丙", 400)),
        tr(wide("1", 300), wide("2", 400), properties=late),
        tr(wide("3", 301), wide("4", 399), properties=late + '<w:wBefore w:w="300" w:type="dxa"/>'),
    )
    assert [cell[1:4:2] for cell in cells] == [
        (0, 3), (0, 1), (1, 1), (2, 1), (1, 1), (2, 1), (1, 1), (2, 1),
    ]  # fmt: skip


def test_where_rows_agree_on_columns_widths_change_nothing() -> None:
    cells = grid(tr(wide("a", 100), wide("b", 9000)), tr(wide("c", 9000), wide("d", 100)))
    assert [cell[:4] for cell in cells] == [(0, 0, 1, 1), (0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 1, 1)]


def test_rows_of_unlike_length_without_widths_keep_to_the_left() -> None:
    cells = grid(["a", "b", "c"], ["d"], ["e", "f"])
    assert [cell[:2] for cell in cells] == [(0, 0), (0, 1), (0, 2), (1, 0), (2, 0), (2, 1)]


def test_a_row_with_a_wrong_span_is_spaced_like_the_nearest_that_adds_up() -> None:
    cells = grid(
        tr(tc("", span(3)), "自", "总"),
        tr(tc("一", span(2)), "1", "2"),  # wants 3
        tr(tc("三"), tc("（一）", span(2)), "3", "4"),
        tr(tc("三"), tc("（二）", span(3)), "5", "6"),  # wants 2
        tr(tc("二", span(3)), "7", "8"),
        tr(tc("四", span(3)), "9"),  # cut short
    )
    assert [cell[1:4:2] for cell in cells if cell[4].isdigit()] == [(3, 1), (4, 1)] * 4 + [(3, 1)]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_drawn_grid_is_read_back_whatever_its_spans(data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 6), "rows")
    columns = data.draw(st.integers(2, 7), "columns")
    taken: dict[tuple[int, int], tuple[int, int, int, int]] = {}
    for row in range(rows):
        for column in range(columns):
            if (row, column) in taken:
                continue
            free = 1
            while column + free < columns and (row, column + free) not in taken:
                free += 1
            width = data.draw(st.integers(1, free), "width")
            height = data.draw(st.integers(1, rows - row), "height")
            cell = (row, column, height, width)
            for r_ in range(row, row + height):
                for c in range(column, column + width):
                    taken[r_, c] = cell
    written = []
    for row in range(rows):
        cells, column = [], 0
        while column < columns:
            top, left, height, width = taken[row, column]
            how = merge("restart" if top == row else "continue") if height > 1 else ""
            cells.append(tc(f"{top}.{left}" if top == row else "", span(width) + how))
            column += width
        written.append(tr(*cells))
    # a table of one column places running text
    found = grids(docx(tbl(*written)))
    expected = sorted((*cell, f"{cell[0]}.{cell[1]}") for cell in set(taken.values()))
    if any(cell[3] < columns for cell in expected) and rows * columns > 1:
        assert found == [expected]


def test_a_table_in_a_cell_is_a_table_of_its_own_behind_the_outer_one() -> None:
    inner = tbl(["x", "y"])
    outer = tbl(["a", "b", "c"], [tc(p("前") + inner + p("后")), tc("e"), tc("f")])
    first, second = grids(docx(outer))
    assert [cell[4] for cell in first] == ["a", "b", "c", "前\n后", "e", "f"]
    assert [cell[4] for cell in second] == ["x", "y"]


def test_a_table_that_only_places_the_page_is_read_as_running_text() -> None:
    inner = tbl(["甲", "1"], ["乙", "2"])
    page = tbl(
        [tc(p("某县2023年政府信息公开工作年度报告") + p("一、总体情况") + inner + p("二、尾"))]
    )
    reading = read(docx(page + p()))
    assert len(reading.tables) == 1
    assert reading.text[0].text.split("\n") == [
        "某县2023年政府信息公开工作年度报告", "一、总体情况", "甲\t1", "乙\t2", "二、尾",
    ]  # fmt: skip
    columns = tbl(["", tc(p("头") + inner + inner)], ["", "脚"])
    assert len(grids(docx(columns))) == 2
    assert grids(docx(tbl([tc(p("甲") + p("乙"))], ["丙"]))) == []
    assert grids(docx(tbl(["甲"], ["乙"]))) == [[(0, 0, 1, 1, "甲"), (1, 0, 1, 1, "乙")]]


def continued(body: str) -> list[int | None]:
    return [table.continues for table in read(docx(body)).tables]


def test_a_table_that_no_text_parts_from_the_one_before_carries_it_on() -> None:
    one, other = tbl(["a", "b"], ["c", "d"]), tbl(["e", "f"])
    three = tbl(["x", "y", "z"])
    assert continued(one + other) == [None, 0]
    assert continued(one + p() + other) == [None, 0]
    assert continued(one + p("文") + other) == [None, None]
    assert continued(one + three) == [None, 0]
    assert continued(one + p() + three) == [None, None]
    assert continued(one + other + p("文") + one + p() + other) == [None, 0, None, 2]
    same_width = (
        tbl(tr(wide("a", 500), wide("b", 500))),
        tbl(tr(wide("c", 200), wide("d", 300), wide("e", 500))),
    )
    assert continued(same_width[0] + p() + same_width[1]) == [None, 0]


def test_text_that_a_merge_covers_is_not_printed_and_said_so() -> None:
    reading = read(docx(tbl(tr(tc("4", merge("restart")), "a"), tr(tc("9", merge()), "b"))))
    assert [c.text for c in reading.tables[0].cells] == ["4", "a", "b"]
    assert "covered_text" in reading.flags


def test_an_empty_cell_that_prints_something_is_not_blank() -> None:
    crossed = '<w:tcBorders><w:{} w:val="{}"/></w:tcBorders>'
    cells = grid(
        tr(tc("", crossed.format("tl2br", "single")), tc("", crossed.format("tr2bl", "dotted"))),
        tr(tc("", crossed.format("tl2br", "nil")), tc("甲", crossed.format("tl2br", "single"))),
        tr(tc(picture("none", 10, 10)), tc(r("4") + picture("none", 10, 10))),
    )
    assert [cell[4] for cell in cells] == ["/", "/", "", "甲", "\ufffc", "4"]
    _, document = facts_and_document(2, Form.T21)
    reading = read(report(document, "plain", runs={KEY: picture("none", 10, 10)}))
    (cell,) = [c for c in reading.cells if c.key == KEY]
    assert str(cell.kind) == "unread"


def test_a_text_box_in_a_cell_belongs_to_the_cell() -> None:
    assert grid([tc(p(text_box(p("4")))), tc("a")]) == [(0, 0, 1, 1, "4"), (0, 1, 1, 1, "a")]
