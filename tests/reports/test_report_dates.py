"""The year, the period and the dates of a report, told apart."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_lines import BODY, LAYOUTS, SECTIONS, flat, metadata, one_line, report

from gouji.reports import Metadata

TITLE = "彰武县平安镇2023年政府信息公开工作年度报告"
NO_YEAR = "彰武县平安镇政府信息公开工作年度报告"
calm = settings(deadline=None, max_examples=60)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("彰武县平安镇2023年政府信息公开工作年度报告", 2023),
        ("2023年彰武县平安镇政府信息公开年度报告", 2023),
        ("关于2023年度平安镇政府信息公开工作的年度报告", 2023),
        ("彰武县平安镇政府信息公开工作2023年度报告", 2023),
        ("彰武县平安镇政府信息公开2023年年度报告", 2023),
        ("彰武县平安镇二〇二三年度政府信息公开工作年度报告", 2023),
        ("彰武县平安镇2023年度信息公开年度报告(文字版)", 2023),
        ("彰武县平安镇2023年政府信息公开重点工作年度报告", 2023),
        ("彰武县平安镇2009年政府信息公开工作报告", 2009),
        ("彰武县平安镇2015年信息公开年报", 2015),
        ("彰武縣平安鎮2023年政府信息公開工作年度報告", 2023),
        ("彰武县平安镇 2 0 2 3 年政府信息公开工作年度报告", 2023),
    ],
)  # fmt: skip
def test_the_title_tells_the_year(layout, title: str, year: int) -> None:  # type: ignore[no-untyped-def]
    found = layout(
        title, "2018年以来，本镇公开信息42条，2022年度报告已于2023年1月公布。", *SECTIONS
    )
    assert found.info.report_year == year


@pytest.mark.parametrize(
    ("words", "year", "start", "end", "misprinted"),
    [
        ("统计期限自2021年1月1日起至2021年12月31日止", 2021, date(2021, 1, 1), date(2021, 12, 31), False),
        ("统计期限为2021年1月1日至12月31日", 2021, date(2021, 1, 1), date(2021, 12, 31), False),
        ("统计期限：2021年01月01日—2021年12月31日", 2021, date(2021, 1, 1), date(2021, 12, 31), False),
        ("数据统计期限从2021.1.1到2021.12.31", 2021, date(2021, 1, 1), date(2021, 12, 31), False),
        ("统计期限自2021年1月1日至12月21日", 2021, date(2021, 1, 1), date(2021, 12, 21), True),
        ("统计期限自2021年1月1日起,至12月30日止", 2021, date(2021, 1, 1), date(2021, 12, 30), True),
        ("所列数据的统计期限自2021年5月1日至2021年12月31日", 2021, date(2021, 5, 1), date(2021, 12, 31), False),
        ("统计期限201711日至20171231日", 2017, None, None, False),
        ("统计期限自2018年11日至2018年1231日", 2018, None, None, False),
        ("统计期限202111日至20211231日", 2021, None, None, False),
        ("统计期限为20201月1日至202012月31日", 2020, None, None, False),
        ("统计期限自2017年1月日起至2017年12月31日", 2017, None, None, False),
        ("统计期限自2021年1月1日至2021年12月32日", 2021, None, None, False),
    ],
)  # fmt: skip
def test_the_period_is_read_or_is_evidence_of_the_year_only(
    words: str, year: int, start: date | None, end: date | None, misprinted: bool
) -> None:
    for layout in LAYOUTS:
        found = layout(NO_YEAR, f"本报告所列{words}。", *SECTIONS)
        assert found.info.report_year == year
        assert (found.info.period_start, found.info.period_end) == (start, end)
        assert ("period_misprinted" in found.flags) is misprinted


def test_other_spans_of_the_body_are_no_period() -> None:
    found = report(TITLE, "2022年3月1日至4月30日开展专项检查，2019年5月15日起施行。")
    assert (found.info.period_start, found.info.period_end) == (None, None)


def test_a_title_and_a_period_that_differ_are_flagged() -> None:
    found = report(TITLE, "统计期限自2022年1月1日至2022年12月31日。")
    assert found.info.report_year == 2023
    assert "period_year_differs" in found.flags


def test_the_first_section_tells_the_year_where_title_and_period_do_not() -> None:
    found = flat(
        NO_YEAR, SECTIONS[0], "2021年，我镇认真落实条例。2018年以来公开42条。", *SECTIONS[1:]
    )
    assert (found.info.report_year, found.flags) == (2021, ())
    found = flat(NO_YEAR, SECTIONS[0], "2018年以来，我镇认真落实条例。", *SECTIONS[1:])
    assert found.info.report_year is None


@pytest.mark.parametrize(
    ("url", "year"),
    [
        ("http://www.a.gov.cn/nb.jsp?fbtime=2020&id=7", 2020),
        ("http://www.a.gov.cn/nb?nbYear=2020", 2020),
        ("http://www.a.gov.cn/nb?page=2020", None),
        ("http://[broken", None),
        ("http://www.a.gov.cn/nb?nbYear=20201", None),
    ],
)
def test_the_address_tells_the_year_last(url: str, year: int | None) -> None:
    found = flat(NO_YEAR, *SECTIONS, url=url)
    assert found.info.report_year == year
    assert ("year_from_url" in found.flags) is (year is not None)
    assert flat(TITLE, *SECTIONS, url=url).info.report_year == 2023


def test_the_publication_tells_the_year_only_where_nothing_else_does() -> None:
    found = flat(NO_YEAR, "发布日期：2022-01-20", *SECTIONS)
    assert (found.info.report_year, found.flags) == (2021, ("year_from_publication",))
    assert flat(NO_YEAR, "发布日期：2022-09-20", *SECTIONS).info.report_year is None


@pytest.mark.parametrize(
    "line",
    [
        "发布日期：2024-01-20", "发布时间:2024年01月20日 10:11", "公开日期 2024/1/20", "发布日期: 2024.01.20",
        "发 布 日 期 ： 2024 - 01 - 20", "发布时间：2024-01-20 00:00:00", "[发布日期] 2024-01-20",
        "发布日期|2024-01-20|", "发布日期\t2024-01-20", "日期:2024-01-20", "时间：2024-01-20 09:20 浏览：3",
        "发布时间：二〇二四年一月二十日", "公布时间：2024年1月20日来源：本站", "  • 发布日期:2024-01-20 16:29:05",
        "發布日期：2024-01-20",
    ],
)  # fmt: skip
def test_a_labelled_date_is_the_publication_date(line: str) -> None:
    for layout in LAYOUTS:
        found = layout(TITLE, "成文日期：2024-01-18", line, *SECTIONS)
        assert found.info.publication_date == date(2024, 1, 20), layout
        assert found.info.document_date == date(2024, 1, 18)


def test_a_date_below_its_label_belongs_to_it() -> None:
    found = flat(
        "索引号", "ZX0011/2021-00734", "发布日期", "2024-01-20", "成文日期", "2024-01-18", TITLE
    )
    assert found.info.publication_date == date(2024, 1, 20)
    assert found.info.document_date == date(2024, 1, 18)
    assert found.info.index_number == "ZX0011/2021-00734"


def test_a_lost_date_does_not_take_its_neighbours() -> None:
    found = flat("发布日期：", "成文日期：2024-01-18", TITLE)
    assert (found.info.publication_date, found.info.document_date) == (None, date(2024, 1, 18))


def test_a_date_alone_below_the_title_is_the_publication() -> None:
    for words in ("2024-01-20 16:29", "2024年01月20日", "2024/1/20"):
        assert flat(TITLE, words, BODY, *SECTIONS).info.publication_date == date(2024, 1, 20)
    assert flat(TITLE, "2024年01月20日起施行", BODY).info.publication_date is None


@pytest.mark.parametrize(
    "line",
    [
        "发布日期：2024-13-20",
        "发布日期：2024-02-30",
        "发布日期：",
        "发布日期：二月",
        "统计时间：2023年12月31日",
    ],
)
def test_a_date_that_is_none_is_none(line: str) -> None:
    assert report(TITLE, line).info.publication_date is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("http://www.a.gov.cn/zwgk/202401/t20240128_123.html", date(2024, 1, 28)),
        ("http://www.a.gov.cn/art/2024/1/11/art_88_1.html", date(2024, 1, 11)),
        ("http://www.a.gov.cn/202413/t20241328_1.html", None),
        ("http://www.a.gov.cn/a.html", None),
    ],
)
def test_the_address_dates_the_publication_last_and_flagged(url: str, day: date | None) -> None:
    found = flat(TITLE, *SECTIONS, url=url)
    assert found.info.publication_date == day
    assert ("publication_date_from_url" in found.flags) is (day is not None)
    found = flat(TITLE, "发布日期：2024-01-20", *SECTIONS, url=url)
    assert found.info.publication_date == date(2024, 1, 20)
    assert "publication_date_from_url" not in found.flags


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("二〇二四年一月十日", date(2024, 1, 10)), ("二○二四年十二月三十一日", date(2024, 12, 31)),
        ("2024年1月10日", date(2024, 1, 10)), ("２０２４年１月１０日", date(2024, 1, 10)),
        ("2024 年 1 月 10 日", date(2024, 1, 10)), ("二0二四年一月二十日", date(2024, 1, 20)),
    ],
)  # fmt: skip
def test_a_signature_is_read_in_any_numerals(words: str, day: date) -> None:
    found = one_line(TITLE, BODY, *SECTIONS, "无。", "彰武县平安镇人民政府", words)
    assert (found.info.signature_date, found.info.publication_date) == (day, None)
    found = flat(TITLE, BODY, *SECTIONS, "无。", "彰武县平安镇人民政府", words)
    assert (found.info.signature_date, found.info.publication_date) == (day, None)
    found = flat(TITLE, BODY, *SECTIONS, "无。", f"彰武县平安镇人民政府 {words}")
    assert found.info.signature_date == day


def test_what_follows_the_signature_is_not_the_signature() -> None:
    found = flat(
        TITLE, BODY, *SECTIONS, "无。", "彰武县平安镇人民政府", "2024年1月10日",
        "扫一扫在手机打开当前页", "相关解读", "平安镇2024年预算公开 2024-03-05", "2024-05-06",
        "上一篇：2022年报告", "主办单位：彰武县人民政府办公室", "辽ICP备2020012834号 2025年1月1日",
    )  # fmt: skip
    assert found.info.signature_date == date(2024, 1, 10)


def test_a_signature_of_the_wrong_year_is_kept_and_flagged() -> None:
    found = metadata(
        ("2022年湘乡市信访局政府信息公开工作年度报告", 22.0),
        "发布时间：2023-01-10 16:29", BODY, BODY, "湘乡市信访局", "2022年1月10日",
    )  # fmt: skip
    assert found.info.report_year == 2022
    assert found.info.publication_date == date(2023, 1, 10)
    assert found.info.signature_date == date(2022, 1, 10)
    assert "signature_year_differs" in found.flags


def test_publication_before_the_year_was_over_and_late_ones_are_flagged() -> None:
    assert report(TITLE, "发布日期：2023-11-30").flags == ("published_before_year_end",)
    assert report(TITLE, "发布日期：2025-01-02").flags == ("published_late",)
    assert report(TITLE, "发布日期：2024-12-02").flags == ()


@given(
    st.dates(date(2008, 1, 1), date(2040, 12, 31)),
    st.sampled_from(
        [
            "{0.year}-{0.month:02}-{0.day:02}",
            "{0.year}年{0.month}月{0.day}日",
            "{0.year}/{0.month}/{0.day}",
        ]
    ),
    st.sampled_from(["", " 08:05", " 16:29:01"]),
    st.sampled_from(["发布日期：", "发布时间: ", "公开日期\t"]),
)
@calm
def test_any_date_behind_its_label_comes_back(day: date, shape: str, time: str, label: str) -> None:
    line = label + shape.format(day) + time
    for found in (flat(TITLE, line, BODY), one_line(TITLE, line, BODY)):
        assert found.info.publication_date == day


@given(
    st.lists(
        st.text(max_size=40)
        | st.sampled_from(
            [
                "发布日期：",
                "2024-99-99",
                "二〇二四年十十月日",
                "一、",
                "索引号：",
                "〇〇〇〇年一月十日",
                "统计期限自2021年1月",
            ]
        ),
        max_size=8,
    ),
    st.text(max_size=20),
    st.none() | st.text(max_size=30) | st.just("http://a/?fbtime=2020&area=x"),
)
@calm
def test_any_lines_have_metadata(lines: list[str], file_title: str, url: str | None) -> None:
    assert isinstance(metadata(*lines, file_title=file_title, url=url), Metadata)
    assert isinstance(one_line(*lines, url=url), Metadata)
