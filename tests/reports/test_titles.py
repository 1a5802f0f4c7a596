"""The title among the words of the site around it: menus, breadcrumbs, buttons, the grid."""

from __future__ import annotations

import pytest

from extractors.reading import read_document
from extractors.settings import ReadSettings
from extractors.sniff import sniff
from gouji.model import MediaType
from gouji.reports import MetaLine, read_metadata

TITLE = "临洮县新添镇人民政府2022年政府信息公开工作年度报告"
LEAD = "根据《中华人民共和国政府信息公开条例》的要求，现公布本机关的年度报告。"
PERIOD = "统计期限自2022年1月1日起至2022年12月31日止。"
MENU = [
    "网站首页",
    "新闻中心",
    "政务公开",
    "互动交流",
    "政府信息公开指南",
    "政府信息公开制度",
    "政府信息公开年报",
]
BAR = "发布时间：2023-01-16 来源：新添镇 浏览次数：317 字体：【大 中 小】 打印 关闭"
SECTIONS = (
    "一、总体情况", "全镇主动公开信息一百余条。", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项", "无。",
)  # fmt: skip


def read(*lines: str):  # type: ignore[no-untyped-def]
    return read_metadata([MetaLine(0, line, 10.0) for line in lines])


@pytest.mark.parametrize(
    "link", ["2019年度政府信息公开工作年度报告", "2021年县政府信息公开年度报告"]
)
@pytest.mark.parametrize(
    "grid", [(BAR,), (BAR, "索引号", "XT0/2023-01", "主题分类", "政府信息公开年报")]
)
def test_a_link_of_the_menu_is_not_the_title(link: str, grid: tuple[str, ...]) -> None:
    found = read(*MENU, link, "依申请公开", *grid, TITLE, LEAD, PERIOD, *SECTIONS).info
    assert (found.title, found.report_year) == (TITLE, 2022)


def test_a_title_below_a_long_menu_is_found() -> None:
    links = [f"栏目{number}" for number in range(120)]
    assert read(*MENU, *links, TITLE, LEAD, PERIOD, *SECTIONS).info.title == TITLE


def test_another_report_below_the_text_is_not_the_title() -> None:
    neighbour = "上一篇：临洮县新添镇人民政府2021年政府信息公开工作年度报告"
    assert read(TITLE, LEAD, PERIOD, *SECTIONS, neighbour).info.title == TITLE


@pytest.mark.parametrize("between", ["", " "])
@pytest.mark.parametrize("above", [(), (BAR,), (*MENU, BAR), (*MENU, "您的位置：首页>年报>正文")])
def test_on_a_page_of_one_line_the_title_is_cut_out(between: str, above: tuple[str, ...]) -> None:
    text = between.join((*above, TITLE, LEAD, PERIOD, *SECTIONS))
    info = read(text).info
    assert info.title == TITLE
    assert (info.issuer, info.report_year) == ("临洮县新添镇人民政府", 2022)


def test_a_title_whose_year_stands_elsewhere_names_its_organ() -> None:
    info = read("年临洮县水务局政府信息公开工作年度报告", LEAD, PERIOD, *SECTIONS).info
    assert info.issuer == "临洮县水务局"


def test_markdown_beside_tables_in_html_is_cleaned_and_keeps_its_lines() -> None:
    cells = "".join(f"<tr><td>{n}</td><td></td></tr>\n" for n in range(20))
    page = f"{TITLE}\\_新添镇\n\n[打印](#)\n\n{LEAD}\n\n<table>\n{cells}</table>\n"
    data = (page + "\n\n".join(SECTIONS)).encode()
    assert sniff(data) is MediaType.TEXT
    reading = read_document("a.md", data, ReadSettings())
    assert reading.report is not None
    assert reading.report.title == TITLE
