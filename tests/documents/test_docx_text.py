"""DOCX: runs, fields, changes and the labels that Word counts, as they are printed."""

from __future__ import annotations

import pytest
from docx_making import (
    docx,
    grid,
    grids,
    p,
    printed,
    r,
    read,
    t,
    tbl,
    tc,
    text_box,
    text_of,
    tracked,
)
from docx_reports import facts_and_document, report
from hypothesis import given
from hypothesis import strategies as st

from extractors.docx.numerals import numeral
from samples.generator.codes import Form

RAISED = '<w:vertAlign w:val="superscript"/>'
HIDDEN = "<w:vanish/>"


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
        (r("1", "<w:strike/>") + r("5"), None, "unread"),  # a correction by hand: 5, or 15
        (r("9", "<w:dstrike/>"), None, "unread"),
        (r("9", '<w:strike w:val="0"/>'), 9, "number"),
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
