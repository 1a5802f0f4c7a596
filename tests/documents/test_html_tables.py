"""Tables of saved pages as browsers build them, and wrong spans that move no value."""

from __future__ import annotations

import re
from random import Random

import pytest
from html_making import editor_table, site_page
from html_reading import lines, read, wrong_cells
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.unpaged.document import UnpagedDocument
from extractors.unpaged.grid_layout import OwnCell, laid_out
from extractors.unpaged.grid_repair import FLAG, repaired
from gouji.model import GridCell, Kind
from gouji.reports.applications import read_applications
from gouji.reports.rows import Section, sections
from samples.generator.batch import plan_sample
from samples.generator.forms import TableLayout
from samples.generator.producers.html import render_html


def grid(page: str, number: int = 0) -> list[tuple[int, int, int, int, str]]:
    """A table's cells as row, column, row span, column span, text."""
    table = read("<!doctype html>" + page).tables[number]
    return [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells]


def texts(page: str, number: int = 0) -> list[str]:
    return [cell[-1] for cell in grid(page, number)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_one_wrong_span_in_the_applications_table_moves_no_value(seed: int) -> None:
    sample = plan_sample(seed, "chromium")
    page = render_html(sample.document, sample.style)
    rng = Random(f"spans:{seed}")
    for _ in range(3):
        broken = with_wrong_span(page, rng)
        assert wrong_cells(read(broken), sample) == [], broken[:0]


def with_wrong_span(page: str, rng: Random) -> str:
    tables = [m for m in re.finditer(r"<table.*?</table>", page, re.S) if "行政查询" in m.group()]
    table = rng.choice(tables)
    span = rng.choice(list(re.finditer(r'span="(\d+)"', table.group())))
    wrong = max(1, int(span.group(1)) + rng.choice((-1, 1)))
    at = table.start() + span.start()
    return page[:at] + f'span="{wrong}"' + page[at + len(span.group()) :]


HEADS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
LABELS = ["1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”"]


def small_form(rows: list[list[OwnCell]]) -> tuple[list[GridCell], tuple[int, int]]:
    head = [OwnCell("", 1, 3), *(OwnCell(word) for word in HEADS)]
    return laid_out([head, *rows])


def values(*numbers: int | str) -> list[OwnCell]:
    return [OwnCell(str(number)) for number in numbers]


def test_a_row_that_lacks_a_value_is_left_where_it_is() -> None:
    full = [
        [
            OwnCell("三", 3),
            OwnCell("（三）不予公开", 3),
            OwnCell(LABELS[0]),
            *values(1, 0, 0, 0, 0, 0, 1),
        ],
        [OwnCell(LABELS[1]), *values(2, 0, 0, 0, 0, 0, 2)],
    ]
    short = [OwnCell(LABELS[2]), *values(3, 0, 0, 0, 0, 3)]
    cells, shape = small_form([*full, short])
    assert repaired(cells, shape).cells == tuple(cells)
    blank = [OwnCell(LABELS[2]), OwnCell(""), *values(0, 0, 0, 0, 0, 3)]
    narrow = [[OwnCell("三", 2), OwnCell("（三）不予公开", 3), *full[0][2:]], full[1], blank]
    cells, shape = small_form(narrow)  # the third row slips to the left, and one value is missing
    assert [c for c in repaired(cells, shape).cells if c.row == 3] == [
        c for c in cells if c.row == 3
    ]


@given(
    st.lists(st.lists(st.integers(0, 99), min_size=7, max_size=7), min_size=3, max_size=3),
    st.integers(1, 4),
    st.integers(1, 4),
)
@settings(max_examples=60, deadline=None)
def test_wrong_row_spans_of_labels_never_change_which_value_is_which(
    numbers: list[list[int]], outer: int, inner: int
) -> None:
    rows = [
        [OwnCell("三、本年度办理结果", outer), OwnCell("（三）不予公开", inner), OwnCell(LABELS[0]),
         *values(*numbers[0])],
        [OwnCell(LABELS[1]), *values(*numbers[1])],
        [OwnCell(LABELS[2]), *values(*numbers[2])],
    ]  # fmt: skip
    mended = repaired(*small_form(rows))
    for row, wanted in enumerate(numbers, start=1):
        own = sorted((c for c in mended.cells if c.row == row), key=lambda c: c.column)
        assert [(c.column, c.text) for c in own[-7:]] == [
            (3 + i, str(number)) for i, number in enumerate(wanted)
        ]
    if (outer, inner) == (3, 3):
        assert mended.flags == ()
    if inner < 3:
        assert mended.flags == (FLAG,)


def test_other_tables_are_never_touched() -> None:
    rows = [[OwnCell("渠道", 2), *values(1, 2, 3, 4, 5, 6, 7)], values(1, 2, 3, 4, 5, 6, 7)] * 4
    cells, shape = laid_out(rows)
    assert repaired(cells, shape).cells == tuple(cells)


def test_parts_with_one_label_column_less_keep_their_columns() -> None:
    """A table cut in two, its second part with a column more: edges of grids prove nothing."""
    rows = [[OwnCell(label), *values(1, 2, 3, 4, 5, 6, 21)] for label in LABELS[:2]]
    head = [OwnCell(""), *(OwnCell(word) for word in HEADS)]
    document = UnpagedDocument("html")
    document.add_table(*laid_out([head, [OwnCell("（三）不予公开", 1, 8)], *rows]))
    third = [OwnCell("（三）不予公开"), OwnCell(LABELS[2]), *values(9, 8, 7, 6, 5, 4, 39)]
    fourth = [
        OwnCell("（三）不予公开"),
        OwnCell("4.保护第三方合法权益"),
        *values(9, 8, 7, 6, 5, 4, 39),
    ]
    document.add_table(*laid_out([third, fourth]))
    rows_read = sections(document.parts)[Section.APPLICATIONS]
    found = {cell.key: cell.amount.value for cell in read_applications(rows_read).cells}
    assert found["applications/refused.safety_and_stability/natural_person"] == 9
    assert found["applications/refused.safety_and_stability/total"] == 39


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3", 3), ("0", 1), ("-2", 1), ("3abc", 3), (" +2 ", 2), ("", 1), ("x", 1), ("2.9", 2),
        ("“2”", 2), ("99999999999", 1000),
    ],
)  # fmt: skip
def test_column_spans_are_read_as_browsers_read_them(written: str, meant: int) -> None:
    page = f'<table><tr><td colspan="{written}">a<td>b<td>c<tr><td>d<td>e<td>f</table>'
    assert grid(page)[0] == (0, 0, 1, meant, "a")


def test_a_row_span_of_0_reaches_to_the_end_of_its_group() -> None:
    page = """<table><tbody><tr><td rowspan=0>a<td>b<td>c<tr><td>d<td>e</tbody>
    <tbody><tr><td>f<td>g<td>h</tbody></table>"""
    assert (0, 0, 2, 1, "a") in grid(page)
    assert (2, 0, 1, 1, "f") in grid(page)


def test_spans_end_with_the_table_and_never_lie_over_each_other() -> None:
    page = "<table><tr><td>a<td rowspan=9>b<td>c<tr><td colspan=5>d<tr><td>e<td>f<td>g</table>"
    cells = grid(page)
    places = [
        (row + i, column + j)
        for row, column, down, right, _ in cells
        for i in range(down)
        for j in range(right)
    ]
    assert len(places) == len(set(places))
    assert (0, 1, 3, 1, "b") in cells


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 6), st.integers(-1, 5)), max_size=6),
        min_size=1,
        max_size=8,
    ),
    st.sets(st.integers(0, 8)),
)
def test_a_grid_holds_every_cell_once(
    shapes: list[list[tuple[int, int]]], groups: set[int]
) -> None:
    rows = [[OwnCell(f"{i}.{j}", down, right) for j, (down, right) in enumerate(row)]
            for i, row in enumerate(shapes)]  # fmt: skip
    cells, (height, width) = laid_out(rows, groups)
    assert [c.text for c in cells] == [own.text for row in rows for own in row]
    places = [
        (c.row + i, c.column + j)
        for c in cells
        for i in range(c.row_span)
        for j in range(c.column_span)
    ]
    assert len(places) == len(set(places))
    assert all(row < height and column < width for row, column in places)


def test_head_and_foot_stand_where_browsers_show_them() -> None:
    page = """<table><tfoot><tr><td>总计<td>3<td>4</tfoot><tr><td>规章<td>1<td>2
    <thead><tr><th>a<th>b<th>c</thead></table>"""
    assert texts(page) == ["a", "b", "c", "规章", "1", "2", "总计", "3", "4"]


def test_rows_that_only_a_program_counts() -> None:
    """Word's row without height, and the empty rows that LibreOffice does not count."""
    word = """<table><tr><td>a<td>b<td>c</tr><![if !supportMisalignedColumns]><tr height=0><td>
    <td><td></tr><![endif]></table>"""
    assert {cell[0] for cell in grid(word)} == {0}
    office = """<table><tr><td rowspan=2>a</td><td>b</td><td>c</td></tr><tr></tr>
    <tr><td>d</td><td>e</td></tr><tr></tr></table>"""
    assert grid(office)[3:] == [(1, 1, 1, 1, "d"), (1, 2, 1, 1, "e")]
    browser = """<table><tr><td rowspan=2>a<td rowspan=2>b<td rowspan=2>c</tr><tr></tr>
    <tr><td>d<td>e<td>f</tr></table>"""
    assert grid(browser)[3][0] == 2


def test_what_cells_hold_is_what_a_reader_sees() -> None:
    page = """<table><tr><td>a<td>b<td>c<tr>
    <td>1<sup>[2]</sup><td><del>5</del><ins>6</ins><td><s>7</s>8<tr>
    <td>&nbsp;<td>　<td>&#48;&#x4E00;<tr>
    <td><input value=0><td><select><option>3<option selected>4</select><td><input type=hidden
    value=9><textarea>8</textarea><tr>
    <td>镇<!-- 7 --><script>8</script><td><ruby>鎮<rt>zhèn</rt></ruby><td><span
    style="display: none">9</span>1<tr>
    <td>1<br>2<td><p>3</p><p>4</p><td><![CDATA[5]]>6<tr>
    <td><b style=mso-hide:all>1</b><td><sup>3</sup><td><font>1</font><font>2</font></table>"""
    assert texts(page)[3:] == [
        "1", "6", "8", "", "", "0一", "0", "4", "", "镇", "鎮", "1", "1\n2", "3\n4", "6", "", "3",
        "12",
    ]  # fmt: skip


def test_hidden_rows_and_cells_are_no_part_of_the_grid() -> None:
    page = """<style>.x, .gone {display:none} @media print {.y {display:none}}</style><table>
    <tr style="display:none"><td>1<td>2<td>3<tr><td>a<td class="gone">h<td class=y>b<td
    style="visibility:hidden">9<td hidden>8</table>"""
    assert [(c[1], c[-1]) for c in grid(page)] == [(0, "a"), (1, "b"), (2, "")]


def test_nested_tables_are_tables_of_their_own() -> None:
    data = "".join(f"<tr><td>规章<td>{i}<td>{i}" for i in range(3))
    layout = f"<table><tr><td>左<td><table>{data}</table><td>右</table>"
    assert texts(layout) == ["规章", "0", "0", "规章", "1", "1", "规章", "2", "2"]
    boxed = """<table><tr><td>规章<td>a<td>b<tr><td>行政规范性文件
    <td><table><tr><td>1</table><td><table><tr><td>2</td></tr></table></table>"""
    assert texts(boxed) == ["规章", "a", "b", "行政规范性文件", "1", "2"]


def test_a_table_made_of_boxes_is_a_table() -> None:
    row = "<div style='display:table-row'>" + "".join(
        f"<div style='display:table-cell'>{i}</div>" for i in range(3)
    )
    page = f"<div style='display:table'>{row}</div>{row}</div></div>"
    assert [(c[0], c[1]) for c in grid(page)] == [(r, c) for r in range(2) for c in range(3)]
    roles = "<div role=table><div role=row><span role=columnheader>a</span><span role=cell>b</span><i role=cell>c</i></div></div>"
    assert texts(roles) == ["a", "b", "c"]


def test_a_table_that_holds_the_sections_is_none_of_data() -> None:
    data = "<table><tr><td>规章<td>0<td>1<td>2<tr><td>行政规范性文件<td>3<td>4<td>5</table>"
    rows = "".join(
        f"<tr><td>{n}、总体情况<td>{'全年制发规范性文件，办理行政许可。' * 30}" for n in "一二三"
    )
    reading = read(f"<!doctype html><table border=1>{rows}<tr><td>四、表<td>{data}</table>")
    assert len(reading.tables) == 1
    assert len([line for line in lines(reading) if line.startswith("全年制发")]) == 3


@pytest.mark.parametrize("seed", range(4))
def test_all_tables_in_one_with_a_wrong_span(seed: int) -> None:
    """Pages whose editor joined the three tables of the form."""
    sample = plan_sample(seed, "chromium")
    tables = [b for b in sample.document.blocks if isinstance(b, TableLayout) and b.rows > 2]
    rows = "".join(re.sub(r"</?(?:table|tbody)[^>]*>", "", editor_table(table)) for table in tables)
    page = f"<!doctype html><h1>{sample.facts.title}</h1><table><tr><td>规章<td>a<td>b</tr>{rows}</table>"
    broken = re.sub(r'rowspan="8"', 'rowspan="9"', page)
    for each in (page, broken):
        wrong = [key for key, *_ in wrong_cells(read(each), sample) if "applications" in key]
        assert wrong == []


def test_cells_have_their_place_in_the_table() -> None:
    sample = plan_sample(4, "chromium")
    reading = read(site_page(sample))
    for cell in reading.cells:
        if cell.kind is Kind.CELL_NOT_IN_SOURCE:
            continue
        assert cell.place is not None
        table = reading.tables[cell.place.table or 0]
        found = [c for c in table.cells if (c.row, c.column) == (cell.place.row, cell.place.column)]
        assert [c.text for c in found] == [cell.as_read]
