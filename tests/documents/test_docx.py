"""DOCX: text as printed, tables on their exact grid, whole reports however they were made."""

from __future__ import annotations

import pytest
from docx_making import (
    MACROS,
    TEMPLATE,
    WAYS,
    docx,
    facts_and_document,
    grid,
    grids,
    merge,
    p,
    part,
    picture,
    r,
    read,
    report,
    span,
    strict,
    t,
    tbl,
    tc,
    text_box,
    text_of,
    tr,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from shares import one_in

from extractors.docx.extract import docx_pictures, extract_docx
from extractors.settings import ReadSettings
from extractors.sniff import source_file
from gouji.model import DocumentReading, FailureKind
from samples.generator.codes import Form
from samples.generator.facts import ReportFacts

SETTINGS = ReadSettings()
KEY = "applications/requests_received/total"


def wrong_cells(facts: ReportFacts, reading: DocumentReading) -> dict[str, object]:
    """Cells that are not as the report prints them."""
    got = {cell.key: (cell.value, str(cell.kind)) for cell in reading.cells}
    wanted = {key: (cell.value, cell.kind) for key, cell in facts.cells.items()}
    keys = got.keys() | wanted.keys()
    return {k: (wanted.get(k), got.get(k)) for k in keys if got.get(k) != wanted.get(k)}


# --- whole reports ---


@pytest.mark.parametrize("way", one_in(3, WAYS))
@pytest.mark.parametrize("form", list(Form))
def test_every_cell_of_a_report_is_read_however_it_was_made(way: str, form: Form) -> None:
    facts, document = facts_and_document(WAYS.index(way), form)
    reading = read(report(document, way))
    assert reading.failures == ()
    assert wrong_cells(facts, reading) == {}
    assert reading.report is not None
    assert reading.report.template == facts.form.template
    assert reading.report.title == facts.title
    assert reading.report.report_year == facts.report_year
    assert reading.report.issuer == facts.issuer.name


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_many_reports_are_read_however_they_were_made(way: str) -> None:
    for seed in range(20, 40):
        for form in Form:
            facts, document = facts_and_document(seed, form)
            assert wrong_cells(facts, read(report(document, way, seed))) == {}, (seed, form)


def test_the_place_of_a_cell_is_its_table_row_and_column() -> None:
    facts, document = facts_and_document(3, Form.T21, habits=None)
    reading = read(report(document, "plain"))
    for cell in reading.cells:
        assert cell.place is not None
        assert cell.place.reader == "docx"
        assert cell.place.page is None
        assert cell.place.box is None
        assert cell.place.table is not None
        table = reading.tables[cell.place.table]
        (found,) = [
            c for c in table.cells if (c.row, c.column) == (cell.place.row, cell.place.column)
        ]
        assert found.text == cell.as_read
    assert wrong_cells(facts, reading) == {}


def test_labels_that_word_counts_are_in_the_text() -> None:
    _, document = facts_and_document(3, Form.T21)
    data = report(document, "numbered")
    assert text_of(data).split() == text_of(report(document, "plain")).split()
    assert text_of(data).count("一、") >= 1


@pytest.mark.parametrize("more", ["", "0"])
def test_a_number_of_two_runs_is_accepted_only_where_its_sums_hold(more: str) -> None:
    facts, document = facts_and_document(3, Form.T21, habits=None)
    key, number = next(
        (key, str(cell.value))
        for key, cell in facts.cells.items()
        if key.startswith("applications/") and (cell.value or 0) > 9
    )
    runs = r(number[0]) + r(number[1:] + more)
    reading = read(report(document, "plain", runs={key: runs}))
    (cell,) = [cell for cell in reading.cells if cell.key == key]
    assert cell.value == int(number + more)
    assert cell.state == ("review" if more else "accepted")


def test_numbers_in_paragraphs_or_behind_tabs_are_not_made_one() -> None:
    facts, document = facts_and_document(3, Form.T21, habits=None)
    first, second, *_ = [key for key in facts.cells if key.startswith("applications/")]
    tab = "<w:r><w:t>5</w:t><w:tab/><w:t>120</w:t></w:r>"
    found = read(report(document, "plain", runs={first: r("1\n2"), second: tab}))
    for cell in found.cells:
        if cell.key in (first, second):
            assert (cell.value, cell.kind) == (None, "unread")


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


# --- the document around the tables ---


def test_notes_stand_behind_the_body_and_their_marks_nowhere() -> None:
    def mark(kind: str, number: int, more: str = "") -> str:
        return f'<w:r><w:{kind}Reference {more} w:id="{number}"/>{t("1") if more else ""}</w:r>'

    body = p(r("共4") + mark("footnote", 2) + r("件")) + tbl(
        [
            tc(p(r("5") + mark("endnote", 1))),
            tc(p(r("6") + mark("footnote", 3, 'w:customMarkFollows="1"'))),
        ]
    )
    notes = "".join(
        f'<w:footnote w:id="{n}">{p(f"<w:r><w:footnoteRef/></w:r>{r(text)}")}</w:footnote>'
        for n, text in ((0, "分隔"), (2, "脚注甲"), (3, "脚注乙"), (4, "未引用"))
    )
    data = docx(
        body + p("尾"),
        links={"f": ("footnotes", "footnotes.xml"), "e": ("endnotes", "endnotes.xml")},
        members={
            "word/footnotes.xml": part("footnotes", notes),
            "word/endnotes.xml": part("endnotes", f'<w:endnote w:id="1">{p("尾注")}</w:endnote>'),
        },
    )
    assert text_of(data) == "共4件\n5\t6\n尾\n脚注甲\n脚注乙\n尾注"


def with_header(body: str, header: str, core: str = "") -> bytes:
    members: dict[str, str | bytes] = {"word/header1.xml": part("hdr", p(header))}
    if core:
        members["docProps/core.xml"] = (
            '<cp:coreProperties xmlns:cp="urn:x" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f"<dc:title>{core}</dc:title></cp:coreProperties>"
        )
    return docx(body, links={"h": ("header", "header1.xml")}, members=members)


def test_headers_are_no_text_but_may_give_the_title() -> None:
    sections = "".join(
        p(f"{n}、{name}")
        for n, name in zip("一二三", ("总体情况", "主动公开", "申请"), strict=True)
    )
    name = "某县教育局2023年政府信息公开工作年度报告"
    alone = read(with_header(p("正文") + sections, name))
    assert name not in alone.text[0].text
    assert alone.report is not None
    assert alone.report.title == name
    both = read(
        with_header(p(r(name, '<w:sz w:val="44"/>')) + sections, "某县2011年政府信息公开年度报告")
    )
    assert both.report is not None
    assert both.report.report_year == 2023
    core = read(with_header(p("正文") + sections, "页眉", core=name))
    assert core.report is not None
    assert core.report.title == name
    assert read(with_header(p("正文") + sections, "页眉", core="文档1")).report is None


def test_sizes_come_from_runs_and_styles() -> None:
    styles = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="32"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="Title"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:rPr><w:sz w:val="28"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="C"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:type="character" w:styleId="r"><w:rPr><w:sz w:val="18pt"/></w:rPr></w:style>'
    )
    body = (
        p("a") + p("b", '<w:pStyle w:val="C"/>') + p("c", '<w:pStyle w:val="T"/>')
        + p(r("d") + r("e", '<w:sz w:val="52"/>')) + p(r("f", '<w:rStyle w:val="r"/>'))
        + p(r("g", '<w:sz w:val="x"/>'))
    )  # fmt: skip
    found = extract_docx(source_file("a", docx(body, styles=styles)), SETTINGS)
    assert [line.size for _, line in found.lines] == [16.0, 14.0, 22.0, 26.0, 18.0, 16.0]


def test_a_picture_in_place_of_a_table_waits_for_ocr() -> None:
    headings = (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、存在的主要问题",
    )
    body = p(headings[0]) + p(picture("seal", 100, 100)) + p(headings[1]) + p(picture("one"))
    body += p(headings[2]) + tbl(["a", "b"]) + p(headings[3]) + p(picture("two"))
    data = docx(
        body,
        links={"one": ("image", "media/image1.png"), "two": ("image", "/word/media/image2.png")},
        members={"word/media/image1.png": b"one", "word/media/image2.png": b"two"},
    )
    reading = read(data)
    assert [f.kind for f in reading.failures] == [FailureKind.NEEDS_OCR] * 2
    assert reading.failures[0].message == "picture 1 (image1.png, 400 by 300 points) needs OCR"
    assert "tables_in_pictures" in reading.flags
    pictures = docx_pictures(source_file("a", data), SETTINGS)
    assert [(x.number, x.data, x.tables, x.lines) for x in pictures] == [
        (1, b"one", 0, 2),
        (2, b"two", 1, 4),
    ]
    assert (pictures[0].width, pictures[0].height) == (400.0, 300.0)


def test_pictures_beside_tables_do_not_stand_for_them() -> None:
    body = (
        p("二、主动公开政府信息情况")
        + tbl(["a", "b"])
        + p(picture("one"))
        + p("三、收到和处理政府信息公开申请情况")
    )
    data = docx(body, links={"one": ("image", "media/1.png")}, members={"word/media/1.png": b"x"})
    assert "tables_in_pictures" not in read(data).flags


def test_old_drawings_are_pictures_too() -> None:
    old = '<w:r><w:pict><v:shape style="width:300pt;height:10cm"><v:imagedata r:id="one"/></v:shape></w:pict></w:r>'
    data = docx(p(old), links={"one": ("image", "media/1.png")}, members={"word/media/1.png": b"x"})
    (only,) = docx_pictures(source_file("a", data), SETTINGS)
    assert only.width == 300
    assert round(only.height, 1) == 283.5


def test_what_lies_outside_the_file_is_never_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    links = {
        "p": ("image", "http://198.51.100.1/x.png"), "c": ("aFChunk", "http://198.51.100.1/x.html"),
        "s": ("subDocument", "file:///etc/passwd"), "t": ("attachedTemplate", "http://198.51.100.1/t"),
        "up": ("image", "../../../../etc/passwd"), "st": ("styles", "http://198.51.100.1/styles.xml"),
    }  # fmt: skip
    body = p(r("文") + picture("p", how="link") + picture("up") + picture("none"))
    body += '<w:altChunk r:id="c"/><w:subDoc r:id="s"/>'
    data = docx(body, links=links)
    reading = read(data)
    assert reading.text[0].text == "文"
    said = [(f.kind, f.message) for f in reading.failures]
    assert said == [
        (FailureKind.NOT_READABLE, "picture 1 is not in the file: not fetched"),
        (FailureKind.NEEDS_OCR, "picture 2 (passwd, 400 by 300 points) needs OCR"),
        (FailureKind.NOT_READABLE, "picture 3 is not in the file: not fetched"),
        (FailureKind.UNSUPPORTED, "a part of the document is another file (http://198.51.100.1/x.html): not fetched"),
        (FailureKind.UNSUPPORTED, "a part of the document is another file (file:///etc/passwd): not fetched"),
    ]  # fmt: skip
    assert [x.data for x in docx_pictures(source_file("a", data), SETTINGS)] == [b"", b"", b""]


@pytest.mark.parametrize("kind", [MACROS, TEMPLATE])
def test_documents_with_macros_and_templates_are_read_like_others(kind: str) -> None:
    data = docx(p("文"), kind=kind, members={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"})
    assert text_of(data) == "文"


def test_the_strict_standard_says_the_same() -> None:
    body = p("文", '<w:jc w:val="center"/>') + tbl([tc("a", span(2))], ["b", "c"])
    assert grids(strict(docx(body))) == grids(docx(body))
    assert text_of(strict(docx(body))) == "文\na\nb\tc"


def test_an_embedded_object_is_named_and_not_read() -> None:
    sheet = '<w:r><w:object><v:shape style="width:400pt;height:300pt"><v:imagedata r:id="i"/></v:shape><o:OLEObject ProgID="Excel.Sheet.12" r:id="o"/></w:object></w:r>'
    (failure,) = read(docx(p(r("文") + sheet), links={"i": ("image", "media/1.emf")})).failures
    assert failure.message == "an embedded object (Excel.Sheet.12) is not read"
