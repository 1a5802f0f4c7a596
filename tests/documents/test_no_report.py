"""Pages that speak of reports and are none, and why; reports that look like them stay reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from html_making import editor_table
from report_lines import BODY, LAYOUTS, SECTIONS, flat, metadata, report

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.reports import About
from samples.generator.batch import Sample, plan_sample
from samples.generator.document import Line
from samples.generator.forms import TableLayout

TITLE = "彰武县平安镇2023年政府信息公开工作年度报告"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("《平安镇2023年政府信息公开工作年度报告》解读", "explanation"),
        ("彰武县平安镇2023年政府信息公开工作年度报告解读", "explanation"),
        ("一图读懂彰武县2023年政府信息公开工作年度报告", "explanation"),
        ("一图读懂2023年政府信息公开工作年度报告图解", "explanation"),
        ("【图解】彰武县2023年政府信息公开工作年度报告", "explanation"),
        ("关于做好2023年政府信息公开工作年度报告编制的通知", "notice"),
        ("彰武县人民政府办公室关于编制2023年政府信息公开工作年度报告的通知", "notice"),
        ("关于报送2023年度政府信息公开工作年度报告的函", "notice"),
        ("政府信息公开工作年度报告格式", "blank_form"),
        ("平安镇政府信息公开指南", "guide"),
        ("政府信息公开制度", "rules"),
        ("政府信息公开工作年度报告制度", "rules"),
        ("彰武县2017年政府信息公开情况统计表", "statistics"),
        ("彰武县2023年政府信息公开工作年度报告统计表", "statistics"),
        ("政府信息公开目录", "list"),
        ("彰武县2023年政府信息公开工作年度报告汇编", "list"),
        ("我县发布2023年政府信息公开工作年度报告", "news"),
        ("彰武县2023年政府信息公开工作年度报告出炉", "news"),
        ("2023年部门预算公开说明", "no_title"),
    ],
)  # fmt: skip
def test_what_only_speaks_of_a_report_is_none(layout, title: str, why: str) -> None:  # type: ignore[no-untyped-def]
    found = layout(title, BODY, "为了便于公众了解，现就有关情况说明如下。")
    assert (found.is_report, found.no_report) == (False, why)


def test_an_explanation_with_the_report_s_own_headings_is_none() -> None:
    found = flat(
        "《平安镇2023年政府信息公开工作年度报告》解读",
        "发布日期：2024-01-20",
        *SECTIONS,
        f"相关文档：{TITLE}",
        TITLE,
    )
    assert found.no_report == "explanation"
    found = metadata(("一图读懂", 22.0), (TITLE, 22.0), BODY, *SECTIONS)
    assert found.no_report == "explanation"
    found = metadata((f"《{TITLE}》", 22.0), ("解读", 22.0), BODY, *SECTIONS)
    assert found.no_report == "explanation"


def test_a_list_of_reports_is_none() -> None:
    titles = [
        f"彰武县平安镇{year}年政府信息公开工作年度报告 {year + 1}-01-20"
        for year in range(2015, 2024)
    ]
    assert flat("首页", "政府信息公开年报", *titles, "共 9 条").no_report == "list"
    links = [
        f"彰武县{town}2023年政府信息公开工作年度报告"
        for town in ("平安镇", "冯家镇", "后新秋镇", "哈尔套镇")
    ]
    assert flat(*links).no_report == "list"


def test_pages_without_anything_say_so() -> None:
    assert flat("404 Not Found").no_report == "error_page"
    assert flat("抱歉，您访问的页面不存在！").no_report == "error_page"
    assert flat("今天天气很好。").no_report == "no_title"
    assert flat().no_report == "no_title"
    # a page that only links to its attachment
    assert flat(TITLE, "发布日期：2024-01-20", f"附件：{TITLE}.docx").no_report == "no_content"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "beside",
    [
        f"相关解读：《{TITLE}》解读", "上一篇：关于做好2022年政府信息公开工作年度报告编制的通知",
        "下一篇：2023年政府信息公开工作年度报告图解", "政府信息公开指南 政府信息公开制度 政府信息公开年报 解读",
    ],
)  # fmt: skip
def test_a_report_beside_links_to_such_pages_stays_one(layout, beside: str) -> None:  # type: ignore[no-untyped-def]
    found = layout(TITLE, "发布日期：2024-01-20", BODY, *SECTIONS, "无。", beside)
    assert (found.is_report, found.no_report, found.info.title) == (True, None, TITLE)


def test_a_menu_before_the_title_does_not_hide_it() -> None:
    menu = [
        "首页",
        "政务公开",
        "政府信息公开指南",
        "政府信息公开制度",
        "法定主动公开内容",
        "政府信息公开年报",
        "政策解读",
    ]
    found = flat(
        *menu,
        "当前位置：首页 > 政府信息公开年报 > 平安镇",
        TITLE,
        "发布日期：2024-01-20",
        BODY,
        *SECTIONS,
    )
    assert (found.no_report, found.info.title) == (None, TITLE)


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        (f"{TITLE}.docx", TITLE), (f"{TITLE}{TITLE}", TITLE), (f"首页>政务公开>年报>{TITLE}", TITLE),
        (f"{TITLE}_彰武县人民政府", TITLE), (f"{TITLE}(文字版)", f"{TITLE}(文字版)"),
        ("关于公布彰武县平安镇2023年政府信息公开工作年度报告的公告", "关于公布彰武县平安镇2023年政府信息公开工作年度报告的公告"),
    ],
)  # fmt: skip
def test_a_title_is_cut_out_of_what_stands_around_it(printed: str, title: str) -> None:
    found = flat(printed, "发布日期：2024-01-20", BODY, *SECTIONS)
    assert (found.info.title, found.no_report) == (title, None)
    assert found.info.issuer == "彰武县平安镇人民政府"


def test_a_narrative_without_tables_is_a_report_also_of_the_older_kind() -> None:
    headings = [
        "一、概述", "二、政府信息公开的组织领导和制度建设情况", "三、发布解读、回应社会关切以及互动交流情况",
        "四、重点领域政府信息公开工作推进情况", "五、主动公开政府信息及公开平台建设情况", "六、政府信息公开申请的办理情况",
        "七、政府信息公开的收费及减免情况", "八、因政府信息公开申请提起行政复议、行政诉讼的情况", "九、政府信息公开保密审查及监督检查情况",
        "十、所属事业机构信息公开工作推进措施和落实情况", "十一、政府信息公开工作存在的主要问题及改进措施", "十二、需要说明的事项与附表",
    ]  # fmt: skip
    found = flat("乳山市诸往镇2017年政府信息公开工作年度报告", BODY, *headings)
    assert found.no_report is None
    assert found.info.sections_present == (*"一二三四五六七八九十", "十一", "十二")


def test_a_report_without_a_title_is_known_by_its_first_sentence() -> None:
    lead = "彰武县平安镇根据《中华人民共和国政府信息公开条例》规定编制本报告。统计期限为2023年1月1日至2023年12月31日。"
    assert flat(lead, *SECTIONS).no_report is None
    assert flat(BODY, *SECTIONS[:2]).no_report == "no_title"


def test_too_little_text_is_no_report() -> None:
    assert report(TITLE, *SECTIONS[:2]).no_report == "no_content"
    assert report(TITLE, *SECTIONS[:3]).no_report is None
    assert {why.value for why in About} >= {"explanation", "notice", "no_title"}


@pytest.mark.parametrize(
    ("printed", "present"),
    [
        (list(SECTIONS), "一二三四五六"),
        ([s.replace("二、", "一、") for s in SECTIONS], "一二三四五六"),
        ([f"1、{s[2:]}" for s in SECTIONS], "一二三四五六"),
        ([f"- {s[2:]}" for s in SECTIONS], "一二三四五六"),
        ([s[2:] for s in SECTIONS], "一二三四五六"),
        ([SECTIONS[0], f"{SECTIONS[1]}(该部分以表格形式报告)", *SECTIONS[2:]], "一二三四五六"),
        ([SECTIONS[0], f"{SECTIONS[1]}(宋体加粗小四号字)", *SECTIONS[2:5]], "一二三四五"),
        (["一、总体情况", "二、主动公开政府政府信息情况", "三、收到和处理政府信息公开申请情况", "五、存在的主要问题及改进情况"], "一二三五"),
        ([*SECTIONS[:3], "一、本年新收政府信息公开申请数量", "四、结转下年度继续办理", SECTIONS[4]], "一二三五"),
    ],
)  # fmt: skip
def test_sections_are_known_by_words_where_numbers_are_wrong(
    printed: list[str], present: str
) -> None:
    assert report(TITLE, *printed).info.sections_present == tuple(present)


def test_the_sections_that_are_there_are_listed_once_and_in_order() -> None:
    assert report(TITLE, SECTIONS[0], SECTIONS[4], SECTIONS[0]).info.sections_present == tuple(
        "一五"
    )


def test_the_title_of_the_file_counts_only_where_the_page_has_none() -> None:
    assert metadata(BODY, BODY, BODY, file_title=TITLE).info.title == TITLE
    other = "乐安镇2020年政府信息公开工作年度报告"
    assert metadata((TITLE, 22.0), BODY, BODY, BODY, file_title=other).info.title == TITLE
    assert metadata(BODY, BODY, file_title="Microsoft Word - 1.doc").info.title is None
    assert flat("名称：" + TITLE, BODY, *SECTIONS).info.title == TITLE


def test_a_title_on_three_lines_is_one_title() -> None:
    found = metadata(
        ("淮安市洪泽区人民政府", 22.0), ("2023年度政府信息公开", 22.0), ("工作年度报告", 22.0), BODY, BODY, BODY
    )  # fmt: skip
    assert found.info.title == "淮安市洪泽区人民政府2023年度政府信息公开工作年度报告"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (
            (
                f"《{TITLE}》解读",
                "发布日期：2024-01-20",
                "一、编制背景",
                "二、主要内容",
                "三、下一步打算",
            ),
            "explanation",
        ),
        (
            ("关于做好2023年政府信息公开工作年度报告编制的通知", "各乡镇：", "请于1月15日前报送。"),
            "notice",
        ),
        (("彰武县2023年政府信息公开情况统计表", "指标 | 数量", "其他 | 3"), "statistics"),
        (("今天天气很好。",), "no_title"),
    ],
)
def test_a_document_that_is_no_report_says_why(lines: tuple[str, ...], why: str) -> None:
    reading = read_document("page.txt", "\n".join(lines).encode(), ReadSettings())
    assert (reading.report, reading.no_report) == (None, why)
    assert reading.text  # nothing is lost


def test_a_document_that_is_a_report_says_no_reason() -> None:
    page = "\n".join((TITLE, "发布日期：2024-01-20", BODY, *SECTIONS, "无。"))
    reading = read_document("page.txt", page.encode(), ReadSettings())
    assert reading.report is not None
    assert reading.no_report is None
    assert reading.report.region == ("辽宁省", "阜新市", "彰武县", "平安镇")
    assert "tables_missing" in reading.flags


T14_ROWS = (
    "统计指标 | 单位 | 统计数", "一、主动公开情况 | —— | ——",
    "(一)主动公开政府信息数(不同渠道和方式公开相同信息计1条) | 条 | 120", "其中:主动公开规范性文件数 | 条 | 3",
    "制发规范性文件总数 | 件 | 3", "(二)通过不同渠道和方式公开政府信息的情况 | —— | ——", "1.政府公报公开政府信息数 | 条 | 0",
    "2.政府网站公开政府信息数 | 条 | 100", "3.政务微博公开政府信息数 | 条 | 0", "4.政务微信公开政府信息数 | 条 | 20",
    "三、依申请公开情况 | —— | ——", "(一)收到申请数 | 件 | 2", "1.当面申请数 | 件 | 1", "2.传真申请数 | 件 | 0",
    "3.网络申请数 | 件 | 1", "4.信函申请数 | 件 | 0", "四、行政复议数量 | 件 | 0", "五、行政诉讼数量 | 件 | 0",
)  # fmt: skip


@pytest.mark.parametrize(
    ("title", "issuer"),
    [
        ("彰武县2017年政府信息公开情况统计表", "彰武县人民政府"),
        ("彰武县教育局政府信息公开情况统计表(2017年度)", "彰武县教育局"),
        ("政府信息公开情况统计表", None),
    ],
)
def test_a_table_alone_is_a_report_where_its_title_says_whose(
    title: str, issuer: str | None
) -> None:
    reading = read_document("a.txt", "\n".join((title, *T14_ROWS)).encode(), ReadSettings())
    assert any(cell.value == 120 for cell in reading.cells)
    if issuer is None:
        assert (reading.report, reading.no_report) == (None, "statistics")
    else:
        assert reading.report is not None
        assert (reading.report.issuer, reading.report.report_year) == (issuer, 2017)
        assert "statistics_only" in reading.flags


def _form(sample: Sample, text_of: Callable[[int, str], str]) -> str:
    """The sample's tables as a page has them, each value as ``text_of`` has it."""
    pieces = []
    for block in sample.document.blocks:
        if isinstance(block, Line) and block.role == "heading":
            pieces.append(f"<p>{block.text}</p>")
        if isinstance(block, TableLayout):
            cells = [
                replace(cell, text=text_of(number, cell.text)) if cell.key else cell
                for number, cell in enumerate(block.cells)
            ]
            pieces.append(editor_table(replace(block, cells=tuple(cells))))
    return "\n".join(pieces)


@pytest.mark.parametrize("zeros", [0, 3])
def test_a_notice_with_the_blank_form_is_no_report(zeros: int) -> None:
    sample = plan_sample(3, "chromium")
    title = "关于编制2023年政府信息公开工作年度报告的通知"
    lead = "<p>各乡镇人民政府：现将报告格式印发给你们，请于2024年1月15日前报送。</p>"
    page = f"<!doctype html><h1>{title}</h1>{lead}"
    form = _form(sample, lambda n, text: "0" if 20 <= n < 20 + zeros else "")
    reading = read_document("a.html", (page + form).encode(), ReadSettings())
    assert (reading.report, reading.no_report, reading.cells) == (None, "notice", ())
    # a form that is filled in is a report, whatever stands above it
    form = _form(sample, lambda n, text: text)
    reading = read_document("a.html", (page + form).encode(), ReadSettings())
    assert reading.report is not None
