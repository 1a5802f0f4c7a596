"""What a report says about itself, with the traps that published reports set."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.reports import Metadata, MetaLine, read_metadata
from gouji.reports.about import organ_type

calm = settings(deadline=None, max_examples=80)  # a busy machine is no failure

BODY = "本机关认真贯彻落实政府信息公开条例，全年主动公开各类信息。"


def metadata(*lines: str | tuple[str, float], file_title: str = "") -> Metadata:
    """The metadata of a page; a line is its text, or its text and type size."""
    made = [
        MetaLine(1, line, 10.5) if isinstance(line, str) else MetaLine(1, *line) for line in lines
    ]
    return read_metadata(made, file_title)


def report(title: str, *body: str) -> Metadata:
    return metadata((title, 22.0), BODY, *body, BODY, BODY)


@pytest.mark.parametrize(
    ("title", "issuer", "year"),
    [
        ("彰武县平安镇2023年政府信息公开工作年度报告", "彰武县平安镇人民政府", 2023),
        ("2022年湘乡市信访局政府信息公开年度报告", "湘乡市信访局", 2022),
        ("盐池县惠安堡镇人民政府2020年度政府信息公开工作年度报告", "盐池县惠安堡镇人民政府", 2020),
        ("淮安市洪泽区人民政府2023年度政府信息公开工作报告", "淮安市洪泽区人民政府", 2023),
        ("阿拉善右旗民政局政府信息公开工作2021年度报告", "阿拉善右旗民政局", 2021),
        ("关于乳山市诸往镇2017年度信息公开年报", "乳山市诸往镇人民政府", 2017),
        ("永春县东关镇人民政府 ２０２４ 年政府信息公开工作年度报告", "永春县东关镇人民政府", 2024),
        ("上海市浦东新区司法局(区行政复议局)2023年政府信息公开工作年度报告", "上海市浦东新区司法局(区行政复议局)", 2023),
        ("昆明市五华区人民政府莲华街道办事处2022年政府信息公开年度报告", "昆明市五华区人民政府莲华街道办事处", 2022),
    ],
)  # fmt: skip
def test_the_title_names_issuer_and_year(title: str, issuer: str, year: int) -> None:
    found = report(title)
    assert found.is_report
    assert (found.info.issuer, found.info.report_year) == (issuer, year)
    assert found.info.title == "".join(title.translate(str.maketrans("２０４", "204")).split())


def test_a_title_on_three_lines_is_one_title() -> None:
    found = metadata(
        ("淮安市洪泽区人民政府", 22.0),
        ("2023年度政府信息公开", 22.0),
        ("工作年度报告", 22.0),
        BODY,
        BODY,
        BODY,
    )
    assert found.info.title == "淮安市洪泽区人民政府2023年度政府信息公开工作年度报告"


@pytest.mark.parametrize(
    "title",
    [
        "《平安镇2023年政府信息公开工作年度报告》解读",
        "一图读懂2023年政府信息公开工作年度报告图解",
        "关于做好2023年政府信息公开工作年度报告编制的通知",
        "平安镇政府信息公开指南",
        "政府信息公开工作年度报告格式",
        "政府信息公开制度",
        "2023年部门预算公开说明",
    ],
)
def test_what_only_speaks_of_a_report_is_none(title: str) -> None:
    assert not report(title).is_report


def test_older_years_in_the_body_do_not_count() -> None:
    found = report(
        "平安镇2023年政府信息公开工作年度报告",
        "2018年以来，本镇公开信息42条，2022年度报告已于2023年1月公布。",
    )
    assert found.info.report_year == 2023


def test_without_a_year_in_the_title_the_period_tells_it() -> None:
    for period in (
        "自2021年1月1日至12月31日",
        "2021年1月1日至2021年12月31日",
        "2021年1月1日起至12月21日止",
    ):
        found = report(
            "平安镇政府信息公开工作年度报告",
            f"本报告所列数据的统计期限{period}。",
            "2019年修订的条例",
        )
        assert found.info.report_year == 2021, period


def test_a_signature_of_the_wrong_year_is_kept_and_flagged() -> None:
    found = metadata(
        ("2022年湘乡市信访局政府信息公开工作年度报告", 22.0),
        "发布时间：2023-01-10 16:29", BODY, BODY, "湘乡市信访局", "2022年1月10日",
    )  # fmt: skip
    assert found.info.report_year == 2022
    assert found.info.publication_date == date(2023, 1, 10)
    assert found.info.signature_date == date(2022, 1, 10)
    assert "signature_year_differs" in found.flags


@pytest.mark.parametrize(
    "line",
    [
        "发布日期：2024-01-20", "发布时间:2024年01月20日 10:11", "公开日期 2024/1/20", "发布日期: 2024.01.20",
        "发 布 日 期 ： 2024 - 01 - 20",
    ],
)  # fmt: skip
def test_a_labelled_date_is_the_publication_date(line: str) -> None:
    found = report("平安镇2023年政府信息公开工作年度报告", "成文日期：2024-01-18", line)
    assert found.info.publication_date == date(2024, 1, 20)
    assert found.info.document_date == date(2024, 1, 18)


@pytest.mark.parametrize(
    "line", ["发布日期：2024-13-20", "发布日期：2024-02-30", "发布日期：", "发布日期：二月"]
)
def test_a_date_that_is_none_is_none(line: str) -> None:
    assert report("平安镇2023年政府信息公开工作年度报告", line).info.publication_date is None


def test_a_signature_in_chinese_numerals_is_a_date() -> None:
    found = report("平安镇2023年政府信息公开工作年度报告")
    assert found.info.signature_date is None
    lines = (
        ("平安镇2023年政府信息公开工作年度报告", 22.0),
        BODY,
        BODY,
        "平安镇人民政府",
        "二〇二四年一月二十日",
    )
    assert metadata(*lines).info.signature_date == date(2024, 1, 20)


@pytest.mark.parametrize(
    "number",
    [
        "4303000006/2023-1193064", "014416330/2018-04736", "za779940273-2023-000071",
        "01606072-9-30/2021-0223004", "pjsrmzf-2022-000011", "ZX0011/2021-00734",
    ],
)  # fmt: skip
@pytest.mark.parametrize("label", ["索引号：", "索 引 号:", "索  引  号："])
def test_an_index_number_is_kept_as_printed(label: str, number: str) -> None:
    found = report("平安镇2023年政府信息公开工作年度报告", label + number)
    assert found.info.index_number == number
    assert found.info.report_year == 2023


def test_contacts_are_read_and_lost_ones_are_not_made_up() -> None:
    found = report(
        "平安镇2023年政府信息公开工作年度报告",
        "联系地址：彰武县平安镇人民路1号，邮编：123200，联系电话：0418-6366000，邮箱：pa@163.com。",
    )
    assert found.info.contacts["postcode"] == "123200"
    assert found.info.contacts["phone"] == "0418-6366000"
    assert found.info.contacts["email"] == "pa@163.com"
    assert found.info.contacts["address"].startswith("彰武县平安镇人民路1号")
    assert (
        report(
            "平安镇2023年政府信息公开工作年度报告", "邮编：电话：传真：[email protected]"
        ).info.contacts
        == {}
    )


def test_the_sections_that_are_there_are_listed_once_and_in_order() -> None:
    headings = [
        "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项",
    ]  # fmt: skip
    assert report("平安镇2023年政府信息公开工作年度报告", *headings).info.sections_present == tuple(
        "一二三四五六"
    )
    assert report(
        "平安镇2023年政府信息公开工作年度报告", headings[0], headings[4], headings[0]
    ).info.sections_present == tuple("一五")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("彰武县平安镇人民政府", "town"), ("会昌县中村乡人民政府", "township"),
        ("广州市越秀区北京街道办事处", "street"), ("东城街街道", "street"),
        ("淮安市洪泽区人民政府", "county_gov"), ("宿迁市人民政府", "prefecture_gov"),
        ("辽宁省人民政府", "province_gov"), ("内蒙古自治区人民政府", "province_gov"),
        ("阿拉善右旗民政局", "dept"), ("湘乡市信访局", "dept"), ("广东省交通运输厅", "dept"),
        ("县人民政府办公室", "office"), ("杨凌示范区管理委员会", "zone"), ("西咸新区管委会", "zone"),
        ("上海市浦东新区司法局(区行政复议局)", "dept"), ("阿拉善右旗人民政府", "county_gov"),
        ("延边朝鲜族自治州人民政府", "prefecture_gov"), ("国家税务总局", "ministry"),
        (None, None), ("", None), ("某某", None),
    ],
)  # fmt: skip
def test_the_kind_of_organ_is_told_by_the_end_of_its_name(
    name: str | None, kind: str | None
) -> None:
    assert organ_type(name) == kind


def test_the_title_of_the_file_counts_only_where_the_page_has_none() -> None:
    title = "平安镇2023年政府信息公开工作年度报告"
    assert metadata(BODY, BODY, BODY, file_title=title).info.title == title
    assert (
        metadata(
            (title, 22.0), BODY, BODY, BODY, file_title="乐安镇2020年政府信息公开工作年度报告"
        ).info.title
        == title
    )
    assert metadata(BODY, BODY, file_title="Microsoft Word - 1.doc").info.title is None


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
            ]
        ),
        max_size=8,
    ),
    st.text(max_size=20),
)
@calm
def test_any_lines_have_metadata(lines: list[str], file_title: str) -> None:
    found = metadata(*lines, file_title=file_title)
    assert isinstance(found, Metadata)
