"""DOCX: text as printed, tables on their exact grid, whole reports however they were made."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from docx_making import (
    MACROS,
    TEMPLATE,
    WAYS,
    docx,
    facts_and_document,
    merge,
    p,
    part,
    r,
    report,
    span,
    strict,
    t,
    tbl,
    tc,
    text_box,
    tr,
    tracked,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.docx_extract import docx_pictures, extract_docx
from extractors.docx_numerals import numeral
from extractors.reading import read_document
from extractors.settings import ReadSettings
from extractors.sniff import source_file
from gouji.model import DocumentReading, FailureKind
from samples.generator.codes import Form
from samples.generator.facts import ReportFacts

SETTINGS = ReadSettings()
RAISED = '<w:vertAlign w:val="superscript"/>'
HIDDEN = "<w:vanish/>"

Grid = list[tuple[int, int, int, int, str]]  # row, column, row span, column span, text


def read(data: bytes, **more: object) -> DocumentReading:
    return read_document("a.docx", data, ReadSettings(**more))  # type: ignore[arg-type]


def text_of(data: bytes) -> str:
    reading = read(data)
    assert reading.failures == ()
    return "\n".join(page.text for page in reading.text)


def grids(data: bytes) -> list[Grid]:
    return [
        [(c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells]
        for table in read(data).tables
    ]


def grid(*rows: str | Iterable[str]) -> Grid:
    (only,) = grids(docx(tbl(*(row if isinstance(row, str) else list(row) for row in rows))))
    return only


def printed(*runs: str) -> str:
    """The text of a paragraph of runs."""
    return text_of(docx(p("".join(runs))))


def wrong_cells(facts: ReportFacts, reading: DocumentReading) -> dict[str, object]:
    """Cells that are not as the report prints them."""
    got = {cell.key: (cell.value, str(cell.kind)) for cell in reading.cells}
    wanted = {key: (cell.value, cell.kind) for key, cell in facts.cells.items()}
    keys = got.keys() | wanted.keys()
    return {k: (wanted.get(k), got.get(k)) for k in keys if got.get(k) != wanted.get(k)}


# --- whole reports ---


@pytest.mark.parametrize("way", WAYS)
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


# --- runs and characters ---


def test_tabs_breaks_and_hyphens_are_what_they_print() -> None:
    odd = "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:noBreakHyphen/><w:softHyphen/><w:t>c</w:t></w:r>"
    assert printed(odd, r("d\u00adE\u2011f")) == "a\tb-cdE\u2011f"
    assert printed(r("一\n二")) == "一\n二"
    assert printed("<w:r><w:t>一</w:t><w:cr/><w:t>二</w:t></w:r>") == "一\n二"


def test_blanks_at_the_ends_of_a_run_count_only_where_they_are_kept() -> None:
    assert printed("<w:r><w:t> 一 </w:t></w:r>", r(" 二 "), r("三")) == "一 二 三"


@pytest.mark.parametrize(
    ("code", "font", "sign"),
    [
        ("F0FE", "Wingdings", "☑"), ("F0A8", "Wingdings", "□"), ("F081", "Wingdings", "①"),
        ("F034", "Symbol", "4"), ("F02D", "Symbol", "−"), ("2460", "宋体", "①"),
        ("F034", "Arial", "4"), ("F0D7", "Webdings", "\uf0d7"), ("FF", "", "ÿ"), ("x", "", ""),
        ("D800", "", ""), ("FFFFFFFF", "", ""),
    ],
)  # fmt: skip
def test_symbols_print_their_sign(code: str, font: str, sign: str) -> None:
    run = f'<w:r><w:sym w:font="{font}" w:char="{code}"/><w:t>x</w:t></w:r>'
    assert printed(run) == sign + "x"


KEY = "applications/requests_received/total"


@pytest.mark.parametrize(
    ("runs", "value", "kind"),
    [
        (r("5") + '<w:r><w:sym w:font="Webdings" w:char="F0D7"/></w:r>', None, "text_damaged"),
        (r("5") + r("1", RAISED), 5, "number"),
        (r("5") + r("①", RAISED), 5, "number"),
        (r("5") + r("[1]", RAISED), 5, "number"),
        (r("1", RAISED) + r("5"), 5, "number"),
        (r("1", "<w:strike/>") + r("5"), 15, "number"),  # struck through by hand: printed
        (r("５"), 5, "number"),
        (r("9", HIDDEN), None, "blank"),
        (tracked("del", r("9")), None, "blank"),
        (tracked("del", r("/")) + tracked("ins", r("0")), 0, "number"),
        (r("/"), None, "not_applicable"),
    ],
)
def test_a_value_is_what_the_accepted_view_prints(runs: str, value: int | None, kind: str) -> None:
    _, document = facts_and_document(2, Form.T21)
    reading = read(report(document, "plain", runs={KEY: runs}))
    (cell,) = [c for c in reading.cells if c.key == KEY]
    assert (cell.value, str(cell.kind)) == (value, kind)


def test_hidden_text_is_left_out_and_unhidden_text_is_not() -> None:
    assert printed(r("4"), r("9", HIDDEN), r("2", '<w:vanish w:val="0"/>')) == "42"
    styles = (
        '<w:style w:type="character" w:styleId="h"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="k"><w:basedOn w:val="h"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="P"><w:rPr><w:vanish/></w:rPr></w:style>'
    )
    named = r("9", '<w:rStyle w:val="k"/>')
    shown = r("7", '<w:rStyle w:val="k"/><w:vanish w:val="false"/>')
    body = p(r("4") + named + shown) + p(r("9"), '<w:pStyle w:val="P"/>')
    assert text_of(docx(body, styles=styles)) == "47"


def test_ruby_is_read_without_its_pinyin() -> None:
    ruby = (
        f"<w:r><w:ruby><w:rubyPr/><w:rt>{r('zhèn')}</w:rt><w:rubyBase>{r('鎮')}</w:rubyBase>"
        "</w:ruby></w:r>"
    )
    assert printed(r("某"), ruby, r("府")) == "某鎮府"
    field = field_of(r'EQ \* jc2 \* "Font:宋体" \* hps10 \o\ad(\s\up 9(zhèn),鎮)', None)
    assert printed(r("某"), field, r("府")) == "某鎮府"


def field_of(instruction: str, result: str | None) -> str:
    separate = '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        + (separate + r(result) if result is not None else "")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_fields_print_their_result_and_not_their_instruction() -> None:
    assert printed(r("共"), field_of("=SUM(ABOVE) 99", "124"), r("件")) == "共124件"
    assert printed(f'<w:fldSimple w:instr="PAGE 7">{r("3")}</w:fldSimple>') == "3"
    inner = field_of("PAGE", "9")
    outer = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>=1+</w:instrText></w:r>'
        f'{inner}<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("10")}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert printed(outer) == "10"
    assert printed(field_of("XE 索引", None), r("甲")) == "甲"
    assert printed(field_of(r"EQ \o\ac(○,3)", None)) == "③"
    assert printed(field_of(r"EQ \f(1,2)", None)) == "1/2"
    assert printed(field_of("MACROBUTTON None 未填", None)) == "未填"


def test_a_drop_down_list_prints_its_choice() -> None:
    choice = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:ddList><w:result w:val="1"/>'
        '<w:listEntry w:val="是"/><w:listEntry w:val="否"/></w:ddList></w:ffData></w:fldChar></w:r>'
        "<w:r><w:instrText>FORMDROPDOWN</w:instrText></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert printed(r("有无:"), choice) == "有无:否"


def test_a_field_that_never_ends_takes_no_text_away() -> None:
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    assert text_of(docx(p(begin + r("一")) + p("二"))) == "一\n二"
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    assert text_of(docx(p(end + r("一")) + p("二"))) == "一\n二"


def test_a_field_may_run_over_paragraphs() -> None:
    begin = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    end = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    body = p(begin + r("一、总体情况")) + p(r("二、其他") + end) + p("尾")
    assert text_of(docx(body)) == "一、总体情况\n二、其他\n尾"


def test_a_raised_mark_is_no_digit_of_the_number_before_it() -> None:
    assert printed(r("4"), r("1", RAISED)) == "4¹"
    assert printed(r("12", RAISED)) == "12"  # all of it raised: it is the number
    assert printed(r("4"), r("1", '<w:vertAlign w:val="baseline"/>')) == "41"
    assert printed(r("H"), r("2", '<w:vertAlign w:val="subscript"/>')) == "H₂"


def test_tracked_changes_are_read_as_accepted() -> None:
    assert printed(tracked("del", r("9")), tracked("ins", r("4")), r("件")) == "4件"
    assert printed(tracked("moveFrom", r("旧")), tracked("moveTo", r("新"))) == "新"
    both = tracked("ins", tracked("del", r("9")) + r("4"))
    assert printed(both) == "4"


@pytest.mark.parametrize("mark", ['<w:del w:id="1"/>', '<w:moveFrom w:id="1"/>', "<w:vanish/>"])
def test_a_paragraph_whose_mark_is_gone_goes_on_in_the_next(mark: str) -> None:
    gone = f"<w:rPr>{mark}</w:rPr>"
    assert text_of(docx(p(r("一、"), gone) + p("总体情况") + p("尾"))) == "一、总体情况\n尾"
    assert grid([tc(p(r("1"), gone) + p("2")), "x"])[0][4] == "12"
    assert text_of(docx(p("头") + p(r("尾"), gone))) == "头\n尾"


def test_content_controls_are_looked_into_and_their_prompts_are_not_read() -> None:
    def control(runs: str, more: str = "") -> str:
        return f"<w:sdt><w:sdtPr>{more}</w:sdtPr><w:sdtContent>{runs}</w:sdtContent></w:sdt>"

    styles = (
        '<w:style w:type="character" w:styleId="a3"><w:name w:val="Placeholder Text"/></w:style>'
    )
    prompt = r("单击此处输入文字", '<w:rStyle w:val="a3"/>')
    shown = "<w:showingPlcHdr/>"
    assert printed(control(r("4")), r("件")) == "4件"
    assert text_of(docx(p(r("甲") + control(prompt, shown)), styles=styles)) == "甲"
    # a program filled it in and left the mark of the prompt
    assert text_of(docx(p(control(r("5"), shown)), styles=styles)) == "5"
    assert text_of(docx(control(p("块")) + p("尾"))) == "块\n尾"


def test_links_smart_tags_and_formulas_print_their_text() -> None:
    assert printed(f'<w:hyperlink r:id="x">{r("见此")}</w:hyperlink>') == "见此"
    assert printed(f"<w:smartTag>{r('北京')}</w:smartTag>") == "北京"
    assert printed("<m:oMath><m:r><m:t>12</m:t></m:r></m:oMath>") == "12"
    assert printed(f"<w:bdo>{r('甲')}</w:bdo>") == "甲"


def test_a_text_box_is_read_once() -> None:
    assert text_of(docx(p(r("前") + text_box(p("盒")) + r("后")))) == "前后\n盒"
    vml = f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{p('盒')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    assert text_of(docx(p(vml))) == "盒"
    inside = text_box(tbl(["甲", "1"]) + p("注"))
    assert grids(docx(p(inside))) == [[(0, 0, 1, 1, "甲"), (0, 1, 1, 1, "1")]]


def test_a_fallback_is_read_where_the_choice_holds_nothing() -> None:
    def alternatives(choice: str, fallback: str) -> str:
        return (
            f'<mc:AlternateContent><mc:Choice Requires="x">{choice}</mc:Choice>'
            f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
        )

    assert printed(alternatives(r("新"), r("旧"))) == "新"
    assert printed(alternatives("<w:r/>", r("旧"))) == "旧"
    assert printed(f"<w:r>{alternatives(t('新'), t('旧'))}</w:r>") == "新"


def test_word_art_is_read() -> None:
    art = '<w:r><w:pict><v:shape><v:textpath string="年度报告"/></v:shape></w:pict></w:r>'
    assert printed(art) == "年度报告"


# --- labels that Word counts ---


def levels(*described: tuple[str, str], more: str = "") -> str:
    """An abstract list: for each level its number format and its text."""
    written = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (form, text) in enumerate(described)
    )
    return f'<w:abstractNum w:abstractNumId="0">{more}{written}</w:abstractNum>'


def num(number: int, inner: str = "", abstract: int = 0) -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{inner}</w:num>'


def item(text: str, number: int = 1, level: int = 0) -> str:
    counted = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return p(r(text) if text else "", counted)


def test_levels_count_and_begin_anew_under_each_other() -> None:
    numbering = levels(("chineseCounting", "（%1）"), ("decimal", "%2."), ("decimal", "%1.%2.%3"))
    body = (
        item("甲") + item("a", level=1) + item("b", level=1) + item("x", level=2) + item("乙")
        + p("间") + item("c", level=1)
    )  # fmt: skip
    assert text_of(docx(body, numbering=numbering + num(1))).split("\n") == [
        "（一）甲", "1.a", "2.b", "一.2.1x", "（二）乙", "间", "1.c",
    ]  # fmt: skip


def test_lists_of_one_kind_go_on_until_one_says_where_it_starts() -> None:
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    numbering = levels(("decimal", "%1.")) + num(1) + num(2) + num(3, override)
    body = item("a") + item("b", 2) + item("c", 3) + item("d", 3) + item("e", 1)
    assert text_of(docx(body, numbering=numbering)) == "1.a\n2.b\n5.c\n6.d\n7.e"


def test_a_level_may_keep_counting_and_a_legal_one_is_in_digits() -> None:
    kept = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:lvlRestart w:val="0"/><w:isLgl/>'
        '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>'
    )
    body = item("a") + item("b", level=1) + item("c") + item("d", level=1)
    assert text_of(docx(body, numbering=kept + num(1))) == "I a\n1.1 b\nII c\n2.2 d"


def test_numbering_comes_through_styles_and_can_be_taken_off() -> None:
    numbering = levels(("chineseCountingThousand", "%1、"), ("decimal", "%2.")) + num(1)
    numbering = numbering.replace(
        '<w:lvl w:ilvl="1"><w:start w:val="1"/>',
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:pStyle w:val="H2"/>',
    )
    styles = (
        '<w:style w:type="paragraph" w:styleId="H"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="H"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H"/></w:style>'
    )
    off = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>'
    body = (
        p("总体情况", '<w:pStyle w:val="H"/>')
        + p("主动公开", '<w:pStyle w:val="B"/>')
        + p("子", '<w:pStyle w:val="H2"/>')
        + p("无号", f'<w:pStyle w:val="B"/>{off}')
        + p("申请", '<w:pStyle w:val="B"/>')
    )
    found = text_of(docx(body, styles=styles, numbering=numbering))
    assert found == "一、总体情况\n二、主动公开\n1.子\n无号\n三、申请"


def test_numbering_comes_through_a_numbering_style() -> None:
    numbering = (
        levels(("decimal", "%1)"), more='<w:styleLink w:val="L"/>')
        + '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="L"/></w:abstractNum>'
        + num(1)
        + num(2, abstract=1)
    )
    styles = (
        '<w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        "</w:pPr></w:style>"
    )
    assert text_of(docx(item("a", 2), styles=styles, numbering=numbering)) == "1)a"
    circle = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="L"/></w:abstractNum>'
    looped = styles.replace('"1"', '"2"')
    data = docx(item("a", 2), styles=looped, numbering=circle + num(2, abstract=1))
    assert text_of(data) == "a"


def test_bullets_are_no_text_and_hidden_or_missing_lists_no_label() -> None:
    for bullet in ("\uf06c", "o", "•", "Ø"):
        assert text_of(docx(item("甲"), numbering=levels(("bullet", bullet)) + num(1))) == "甲"
    assert (
        text_of(docx(item("甲"), numbering=levels(("bullet", "第三项：")) + num(1))) == "第三项：甲"
    )
    assert text_of(docx(item("甲", 7), numbering=num(7, abstract=9))) == "甲"
    assert text_of(docx(item("甲", 7))) == "甲"


def test_an_empty_item_prints_its_label_and_a_deleted_one_is_not_counted() -> None:
    numbering = levels(("decimal", "%1")) + num(1)
    rows = tbl([tc(item("")), "规章"], [tc(item("")), "规范性文件"])
    (cells,) = grids(docx(rows, numbering=numbering))
    assert [cell[4] for cell in cells] == ["1", "规章", "2", "规范性文件"]
    gone = '<w:rPr><w:del/></w:rPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
    body = item("甲") + p(tracked("del", r("旧")), gone) + item("乙")
    assert text_of(docx(body, numbering=numbering)) == "1甲\n2乙"


@pytest.mark.parametrize(
    ("form", "number", "text"),
    [
        ("decimal", 12, "12"), ("decimalZero", 3, "03"), ("decimalFullWidth", 12, "１２"),
        ("decimalEnclosedCircle", 3, "③"), ("decimalEnclosedCircle", 21, "21"),
        ("decimalEnclosedParen", 3, "⑶"), ("decimalEnclosedFullstop", 20, "⒛"),
        ("lowerLetter", 26, "z"), ("lowerLetter", 28, "bb"), ("upperLetter", 3, "C"),
        ("upperRoman", 14, "XIV"), ("lowerRoman", 9, "ix"), ("chineseCounting", 10, "十"),
        ("chineseCounting", 11, "十一"), ("chineseCountingThousand", 20, "二十"),
        ("chineseCountingThousand", 101, "一百零一"), ("chineseCountingThousand", 110, "一百一十"),
        ("chineseLegalSimplified", 3, "叁"), ("chineseLegalSimplified", 12, "壹拾贰"),
        ("ideographTraditional", 1, "甲"), ("ideographTraditional", 11, "11"),
        ("ideographZodiac", 12, "亥"), ("ideographZodiacTraditional", 60, "癸亥"),
        ("japaneseCounting", 12, "十二"), ("japaneseCounting", 110, "百十"),
        ("ideographDigital", 10, "一〇"), ("taiwaneseCountingThousand", 15, "十五"),
        ("ideographEnclosedCircle", 2, "㊁"), ("numberInDash", 2, "- 2 -"), ("hex", 255, "FF"),
        ("ordinal", 22, "22nd"), ("a format of tomorrow", 4, "4"), ("chineseCounting", 0, "0"),
        ("upperRoman", -3, "-3"),
    ],
)  # fmt: skip
def test_numbers_are_printed_as_word_prints_them(form: str, number: int, text: str) -> None:
    assert numeral(number, form) == text


@given(st.integers(1, 9_999))
def test_counted_numbers_can_be_told_apart_and_read_back(number: int) -> None:
    digits = dict(zip("一二三四五六七八九", range(1, 10), strict=True))
    units = {"十": 10, "百": 100, "千": 1000}
    total, digit = 0, 0
    for character in numeral(number, "chineseCountingThousand"):
        if character in digits:
            digit = digits[character]
        elif character in units:
            total, digit = total + (digit or 1) * units[character], 0
    assert total + digit == number


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


PICTURE = (
    '<w:r><w:drawing><wp:inline><wp:extent cx="{w}" cy="{h}"/><a:graphic><a:graphicData><pic:pic>'
    '<pic:blipFill><a:blip r:{how}="{link}"/></pic:blipFill></pic:pic></a:graphicData></a:graphic>'
    "</wp:inline></w:drawing></w:r>"
)


def picture(link: str, width: int = 400, height: int = 300, how: str = "embed") -> str:
    return PICTURE.format(w=width * 12_700, h=height * 12_700, link=link, how=how)


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
