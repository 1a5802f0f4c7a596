"""Saved web pages: tables as browsers build them, the report apart from the site around it."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from random import Random

import pytest
from html_making import NEWS, PAGES, URL, editor_paragraph, editor_table, rows_of, site_page, spans
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.reading import read_document
from extractors.settings import ReadSettings
from extractors.sniff import sniff
from extractors.unpaged.document import UnpagedDocument
from extractors.unpaged.grid_layout import OwnCell, laid_out
from extractors.unpaged.grid_repair import FLAG, repaired
from extractors.web.source import flattened, without_scripts
from gouji.model import DocumentReading, GridCell, Kind, MediaType
from gouji.reports.applications import read_applications
from gouji.reports.rows import Section, sections
from samples.generator.batch import Sample, plan_sample
from samples.generator.document import Line
from samples.generator.forms import TableLayout
from samples.generator.producers.html import render_html

SETTINGS = ReadSettings()


def read(page: str | bytes) -> DocumentReading:
    data = page.encode() if isinstance(page, str) else page
    return read_document("a.html", data, SETTINGS)


def lines(reading: DocumentReading) -> list[str]:
    return reading.text[0].text.split("\n") if reading.text else []


def grid(page: str, number: int = 0) -> list[tuple[int, int, int, int, str]]:
    """A table's cells as row, column, row span, column span, text."""
    table = read("<!doctype html>" + page).tables[number]
    return [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells]


def texts(page: str, number: int = 0) -> list[str]:
    return [cell[-1] for cell in grid(page, number)]


def wrong_cells(reading: DocumentReading, sample: Sample) -> list[tuple[str, object, object]]:
    """Cells that are not as the sample prints them."""
    found = {cell.key: (cell.value, str(cell.kind)) for cell in reading.cells}
    wanted = {key: (cell.value, cell.kind) for key, cell in sample.facts.cells.items()}
    return [
        (key, wanted[key], found.get(key))
        for key in wanted
        if found.get(key, (None, ""))[1] != wanted[key][1]
        or _decimal(found[key][0]) != _decimal(wanted[key][0])
    ]


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


# Whole reports


@pytest.mark.parametrize("seed", [3, 10, 25])
@pytest.mark.parametrize("name", PAGES)
def test_every_cell_of_a_report_is_read_from_any_kind_of_page(name: str, seed: int) -> None:
    sample = plan_sample(seed, "chromium")
    reading = read(PAGES[name](sample))
    assert wrong_cells(reading, sample) == []
    assert reading.failures == ()
    report, facts = reading.report, sample.facts
    assert report is not None
    assert report.issuer == facts.issuer.name
    assert report.report_year == facts.report_year
    assert report.publication_date == facts.publication_date
    assert report.index_number == facts.index_number
    assert report.title == facts.title.replace(" ", "")


@pytest.mark.parametrize("name", PAGES)
def test_the_whole_article_is_kept_and_nothing_of_the_site(name: str) -> None:
    sample = plan_sample(4, "chromium")
    reading = read(PAGES[name](sample))
    text = "".join("".join(lines(reading)).split())
    for block in sample.document.blocks:
        if isinstance(block, Line):
            assert "".join(block.text.split()) in text
    for alien in (*NEWS, "网站首页", "互动交流", "打印本页", "分享到", "字体", "8888888", "请输入"):
        assert alien not in text
    assert reading.report is not None
    assert "8888888" not in str(reading.report.contacts)
    assert reading.report.contacts.get("postcode") != "999999"


def test_a_site_page_gives_its_address_and_its_files() -> None:
    reading = read(site_page(plan_sample(4, "chromium")))
    assert [(a.name, a.url) for a in reading.attachments] == [
        ("年报表格.docx", URL.rsplit("/", 1)[0] + "/P0202401.docx")
    ]


def test_a_report_takes_no_longer_than_it_may() -> None:
    pages = [PAGES["word"](plan_sample(seed, "chromium")) for seed in range(6)]
    read(pages[0])
    begun = time.process_time()
    for page in pages:
        read(page)
    assert (time.process_time() - begun) / len(pages) < 0.6  # 60 ms measured


# Spans that are wrong


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


# Tables as browsers build them


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


# The article and the page


def test_what_stands_in_a_bar_about_the_report_is_kept() -> None:
    report = "".join(
        f"<p>{n}、总体情况</p><p>{'全年公开信息若干条，' * 8}。</p>" for n in "一二三四"
    )
    page = f"""<title>某县司法局2022年政府信息公开工作年度报告</title><div class=header><h2>某县司法局2022年
    政府信息公开工作年度报告</h2><p>索引号：0123/2023-00045　发布日期：2023-01-20&emsp;
    【字体：<a>大</a> <a>中</a> <a>小</a>】</p></div>
    <div class=content>{report}</div><div class=toolbar><a href=#>打印</a> <a href=#>关闭</a></div>"""
    reading = read(page)
    assert reading.report is not None
    assert str(reading.report.publication_date) == "2023-01-20"
    assert reading.report.index_number == "0123/2023-00045"
    assert not any("字体" in line or "打印" in line for line in lines(reading))


def test_meta_elements_tell_what_the_page_does_not_show() -> None:
    head = """<meta name="PubDate" content="2023-02-03 09:00"><meta name="ContentSource"
    content="某县财政局"><meta name=ArticleTitle content="某县财政局2022年政府信息公开工作年度报告">"""
    found = lines(read(f"{head}<p>一、总体情况</p><p>发布日期：2023-02-04</p>"))
    assert "发布日期：2023-02-03 09:00" not in found
    found = lines(read(f"{head}<p>一、总体情况</p>"))
    assert found[0] == "某县财政局2022年政府信息公开工作年度报告"
    assert "发布日期：2023-02-03 09:00" in found
    assert "来源：某县财政局" in found


def test_files_are_listed_and_never_fetched() -> None:
    page = """<base href="http://a.gov.cn/x/"><p>一、总体情况</p>
    <a href="1.pdf?v=2">报告</a> <a href="/down?id=7">附件：年报.docx</a> <a href="t1.html">别的</a>
    <a href="javascript:f('a.pdf')">a.pdf</a> <a href="../b.ofd"><img></a>
    <iframe src="http://b.gov.cn/view/c.pdf"></iframe><a href="http://[bad/e.zip">e</a>"""
    found = {a.name: a.url for a in read(page).attachments}
    assert found == {
        "报告": "http://a.gov.cn/x/1.pdf?v=2",
        "附件：年报.docx": "http://a.gov.cn/down?id=7",
        "b.ofd": "http://a.gov.cn/b.ofd",
        "e": "http://[bad/e.zip",
        "c.pdf": "http://b.gov.cn/view/c.pdf",
    }


@pytest.mark.parametrize(
    "page",
    [
        "<html><frameset cols=20,80><frame src=menu.html><frame src=main.html></frameset></html>",
        "<!doctype html><body><iframe src=main.html></iframe></body>",
    ],
)
def test_a_page_that_only_frames_others_says_so(page: str) -> None:
    reading = read(page)
    assert reading.report is None
    assert [f.message for f in reading.failures if "main.html" in f.message]
    assert reading.failed


def test_pages_that_are_no_report_give_none() -> None:
    for page in (
        "<title>404</title><h1>404 Not Found</h1><p>您访问的页面不存在</p>",
        "<title>登录</title><form>用户名<input name=u>密码<input type=password></form>",
        "<ul>"
        + "".join(f"<li><a href={i}>{title}</a></li>" for i, title in enumerate(NEWS))
        + "</ul>",
    ):
        reading = read("<!doctype html>" + page)
        assert reading.report is None
        assert reading.failures == ()


SECTIONS = "".join(
    f"<p>{n}、总体情况</p><p>{'全年主动公开政府信息，' * 8}。</p>" for n in "一二三四五六"
)


@pytest.mark.parametrize("menu", ["", "<ul><li>" + "<li>".join("政务公开" * 9) + "</ul>"])
def test_content_that_only_a_script_shows_is_read_all_the_same(menu: str) -> None:
    reading = read(f"<!doctype html><body>{menu}<div style='display:none'>{SECTIONS}</div>")
    assert "一、总体情况" in lines(reading)
    assert "hidden_text" in reading.flags


def test_hidden_content_beside_a_report_is_left_out() -> None:
    reading = read(f"<!doctype html>{SECTIONS}<div style='display:none'>{'另文。' * 90}</div>")
    assert not any("另文" in line for line in lines(reading))
    assert reading.flags == ()


def test_an_address_above_the_imprint_is_the_sites() -> None:
    page = f"""<!doctype html><div class=a><h1>某县司法局2022年政府信息公开工作年度报告</h1>{SECTIONS}
    <p>联系电话：0999-1234567</p></div><div>地址：某县人民路1号　电话：0999-8888888</div>
    <div>主办：某县人民政府办公室　网站标识码：9999990001</div>"""
    report = read(page).report
    assert report is not None
    assert report.contacts.get("phone") == "0999-1234567"
    assert "address" not in report.contacts


def test_an_imprint_without_a_box_is_cut_off() -> None:
    page = f"""<!doctype html><body>{SECTIONS}<p>某县司法局</p><p>2023年1月9日</p>
    <a href=/a>网站地图</a><br>版权所有：某县人民政府 电话：0999-8888888<br>某ICP备99号</body>"""
    found = lines(read(page))
    assert found[-1] == "2023年1月9日" or found[-1] == "网站地图"
    assert not any("8888888" in line for line in found)


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


def test_sizes_tell_the_title() -> None:
    text = "".join(
        f"<p style='font-size:16pt'>{'全年主动公开政府信息。' * 6}</p>" for _ in range(4)
    )
    sections = "".join(f"<p style='font-size:16pt'>{n}、总体情况</p>" for n in "一二三四五六")
    page = f"""<!doctype html><p style="font-size:16pt">某某县2020年政府信息公开年度报告汇编</p>
    <p align=center><strong><span style="font-size:22pt">某某县水利局2021年政府信息公开工作年度报告
    </span></strong></p>{sections}{text}"""
    report = read(page).report
    assert report is not None
    assert report.title == "某某县水利局2021年政府信息公开工作年度报告"


def test_struck_text_beside_other_text_is_left_out() -> None:
    found = lines(
        read("<!doctype html><p>收到申请<s>5</s>6件</p><p>注<sup>1</sup>，12<sup>2</sup>件</p>")
    )
    assert found == ["收到申请6件", "注[1]，12[2]件"]


# What the bytes are


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xef\xbb\xbf<!DOCTYPE html><p>x", MediaType.HTML),
        ("<html><body>报告</body></html>".encode("utf-16"), MediaType.HTML),
        ("<html><body>报告</body></html>".encode("utf-16-le"), MediaType.HTML),
        (b"<table><tr><td>1</td></tr></table>", MediaType.HTML),
        (b"<!-- saved --><!-- x -->\n<div>1</div>", MediaType.HTML),
        (b'<?xml version="1.0"?><html xmlns="x"><body/></html>', MediaType.HTML),
        (b"<!--" + b"licence " * 1000 + b"--><html><body>1</body></html>", MediaType.HTML),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n", MediaType.MHTML),
        ("一个小于号 <b> 不是网页".encode(), MediaType.TEXT),
        (b"Content-Type: text/html\n", MediaType.TEXT),
        (b"<note>1</note>", MediaType.TEXT),
    ],
)  # fmt: skip
def test_pages_are_told_by_their_bytes(data: bytes, kind: MediaType) -> None:
    assert sniff(data) is kind


def test_an_mhtml_file_without_a_page_says_so() -> None:
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
    reading = read(head + b"Content-Type: text/css\r\n\r\np {}\r\n--x--")
    assert [f.message for f in reading.failures] == ["the saved page (MHTML) holds no HTML part"]


# Hostile pages: bounded time, one clear line

MANY = 20_000
HOSTILE = {
    "divs": b"<div>" * MANY + b"1",
    "closed divs": b"<div>" * MANY + b"1" + b"</div>" * MANY,
    "tables": b"<table><tr><td>" * MANY + b"1",
    "open fonts": b"".join(b"<p><font size=%d>" % i for i in range(MANY)) + b"1",
    "attributes": b"<p " + b" ".join(b"a%d=1" % i for i in range(MANY)) + b">1",
    "row spans": b"<table>" + b"<tr><td rowspan=100000 colspan=100000>1<td>2<td>3" * 2_000,
    "spans to the end": b"<table>" + b"<tr><td rowspan=0>1<td>2<td>3" * 2_000,
    "comments": b"<!--" * MANY + b"-->1",
    "scripts": b"<script>" * MANY + b"</script>1",
    "quotes": b'<a title="' * MANY + b'">1',
    "laughs": b'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a "ha">]><html><body>&a;1</body></html>',
    "mojibake": "锛".encode() * MANY + b"1",
    "pictures": b'<img src="data:image/png;base64,' + b"AAAA" * 500_000 + b'">1',
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_in_bounded_time(name: str) -> None:
    begun = time.process_time()
    reading = read(b"<!doctype html>" + HOSTILE[name])
    assert time.process_time() - begun < 10
    assert reading.failures == ()
    assert "1" in (reading.text[0].text if reading.text else "1")


def test_a_page_beyond_the_limit_is_refused_with_one_line() -> None:
    reading = read(b"<!doctype html><p>" + b"<b>1</b> " * 1_000_000)
    assert [f.message for f in reading.failures] == [
        "the page has 9.0 MB of text and tags without its scripts and pictures; "
        "no more than 6 MB are read"
    ]


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_random_bytes_after_a_head_are_no_accident(data: bytes) -> None:
    reading = read(b"<html><body><table>" + data)
    assert all(f.kind != "internal" for f in reading.failures)


@given(st.lists(st.sampled_from(
    ["<table>", "</table>", "<tr>", "<td rowspan=2 colspan=3>", "</td>", "<p>", "<div>", "</div>",
     "<b>", "</p>", "<li>", "1", "规章", "<s>", "<sup>", "<caption>", "<thead>", "<br>", "<!--", "-->",
     "<select>", "<option>", "<style>", "</style>", "<ruby>", "<a href=x.pdf>", "<form>", "<nav>"]
), max_size=60))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_no_order_of_tags_is_an_accident(tags: list[str]) -> None:
    reading = read("<!doctype html>" + "".join(tags))
    assert reading.failures == ()


def test_scripts_are_taken_out_and_what_only_looks_like_one_is_not() -> None:
    page = b"<!-- <script> -->1<script>'<p>2</p>'</SCRIPT >3<!-- 4 --><!-->5<style>a{}</style>6"
    assert without_scripts(page) == b"135<style>a{}</style>6"
    assert without_scripts(b"1<script>2") == b"1<script>2"


def test_markup_within_bounds_stays_as_it_is() -> None:
    page = site_page(plan_sample(1, "chromium")).encode()
    assert flattened(page) == page
    sloppy = b"<table>" + b"<tr><td><span><font size=2>1</td>" * 900 + b"</table>"
    assert flattened(sloppy) == sloppy


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


def test_the_makers_write_what_the_layout_has() -> None:
    """The pages above show every cell of the layouts they are made from."""
    sample = plan_sample(2, "chromium")
    layout = next(b for b in sample.document.blocks if isinstance(b, TableLayout))
    assert editor_table(layout).count("<td") == sum(len(row) for row in rows_of(layout))
    assert spans(layout.cells[0], "") in editor_table(layout).replace('"', "")
    assert editor_paragraph(Line("title", "a<b")).count("&lt;") == 1
