"""Index numbers, document numbers, organ codes and contacts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_lines import BODY, LAYOUTS, SECTIONS, flat, one_line, report

from gouji.reports.about.numbers import is_credit_code

TITLE = "彰武县平安镇2023年政府信息公开工作年度报告"
calm = settings(deadline=None, max_examples=60)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "number",
    [
        "4303000006/2023-1193064", "014416330/2018-04736", "za779940273-2023-000071",
        "01606072-9-30/2021-0223004", "/2021-172732", "pjsrmzf-2022-000011", "ZX0011/2021-00734",
        "11210922MB0Y12345X/2024-00012",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "label", ["索引号：", "索 引 号:", "索  引  号：", "索引号\t", "[索引号] "]
)
def test_an_index_number_is_kept_as_printed(layout, label: str, number: str) -> None:  # type: ignore[no-untyped-def]
    found = layout(
        label + number + " 发布机构：平安镇 发布日期：2024-01-20", TITLE, BODY, *SECTIONS
    )
    assert found.info.index_number == number
    assert found.info.report_year == 2023
    assert layout(TITLE, label + number, BODY).info.index_number == number


def test_a_lost_index_number_is_none() -> None:
    for line in (
        "索引号：",
        "索引号：发布机构：平安镇",
        "索引号： 2024-01-20",
        "索引号：无",
        "索引号|",
    ):
        assert flat(line, TITLE, BODY).info.index_number is None, line


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("文号：彰平政发〔2024〕5号", "彰平政发〔2024〕5号"),
        ("发文字号：彰平政发[2024]5号", "彰平政发[2024]5号"),
        ("文 号: 彰平政发【2024】5号", "彰平政发【2024】5号"),
        ("文号：彰平政发﹝2024﹞5号", "彰平政发〔2024〕5号"),
        ("文号：彰平政发(2024)5号", "彰平政发(2024)5号"),
        ("文号：国办公开办函〔202130", "国办公开办函〔202130"),
        ("文号：彰平政发20245号", "彰平政发20245号"),
        ("文号：", None), ("文号：无", None), ("文号：—— 主题分类：其他", None),
        ("根据国办公开办函〔2021〕30号编制。", None),
    ],
)  # fmt: skip
def test_a_document_number_may_have_lost_its_marks(layout, line: str, number: str | None) -> None:  # type: ignore[no-untyped-def]
    assert layout(TITLE, line, BODY, *SECTIONS).info.document_number == number


def test_a_document_number_above_the_title_counts() -> None:
    assert flat("彰平政发〔2024〕5号", TITLE, BODY).info.document_number == "彰平政发〔2024〕5号"
    assert flat(TITLE, BODY, *SECTIONS, "国办发〔2014〕32号").info.document_number is None


def _code(body: str) -> str:
    digits = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    return next(body + last for last in digits if is_credit_code(body + last))


def test_an_organ_code_counts_only_with_its_check_character() -> None:
    code = _code("11210922MB0Y12345")
    other = "A" if code[-1] != "A" else "B"
    for parameter in ("area", "orgCode", "orgcode"):
        url = f"http://www.a.gov.cn/nb.html?{parameter}={code}&y=1"
        assert flat(TITLE, url=url).info.organ_code == code
        assert flat(TITLE, url=url.replace(code, code[:-1] + other)).info.organ_code is None
    assert flat(TITLE, url=f"http://a/?area={code}0").info.organ_code is None
    assert flat(TITLE, f"统一社会信用代码：{code}").info.organ_code == code
    assert flat(TITLE, url="http://a/?area=210922").info.organ_code is None


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17))
@calm
def test_every_code_has_one_check_character(body: str) -> None:
    whole = _code(body)
    assert sum(is_credit_code(body + c) for c in "0123456789ABCDEFGHJKLMNPQRTUWXY") == 1
    assert not is_credit_code(whole[:-1])
    assert not is_credit_code("I" + whole[1:])  # a letter that codes do not use


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("0418-6366000", "0418-6366000"), ("0418—6366000", "0418-6366000"), ("0418–6366000", "0418-6366000"),
        ("0418--6366000", "0418-6366000"), ("052784368216", "052784368216"), ("(0418)6366000", "0418-6366000"),
        ("6366000", "6366000"), ("13812345678", "13812345678"), ("0418 - 6366000", "0418-6366000"),
        ("０４１８－６３６６０００", "0418-6366000"),
    ],
)  # fmt: skip
def test_a_phone_has_any_hyphen_or_none(layout, printed: str, number: str) -> None:  # type: ignore[no-untyped-def]
    found = layout(TITLE, BODY, *SECTIONS, f"联系电话：{printed} 传真：0418-6366001")
    assert found.info.contacts == {"phone": number, "fax": "0418-6366001"}


def test_contacts_are_read_and_lost_ones_are_not_made_up() -> None:
    found = report(
        TITLE,
        "联系地址：彰武县平安镇人民路1号，邮编：123200，联系电话：0418-6366000，邮箱：pa@163.com。",
    )
    assert found.info.contacts == {
        "address": "彰武县平安镇人民路1号", "postcode": "123200", "phone": "0418-6366000", "email": "pa@163.com",
    }  # fmt: skip
    for line in (
        "邮编：电话：传真：[email protected]",
        "邮编: 电话: 传真:",
        "邮编：12320 电话：12345",
    ):
        for layout in LAYOUTS:
            assert layout(TITLE, line).info.contacts == {}, line


def test_neighbours_on_one_line_do_not_run_together() -> None:
    found = one_line(
        TITLE, BODY, "地址:彰武县平安镇人民路1号 邮编:123200 电话:0418-6366000 传真:0418-6366001",
        "邮箱:pa@163.com 网址:www.a.gov.cn 123456 一、总体情况",
    )  # fmt: skip
    assert found.info.contacts == {
        "address": "彰武县平安镇人民路1号", "postcode": "123200", "phone": "0418-6366000", "fax": "0418-6366001",
        "email": "pa@163.com",
    }  # fmt: skip


def test_a_sentence_broken_over_lines_keeps_its_contacts() -> None:
    found = flat(
        TITLE, "如有疑问，请与平安镇党政办联系（地址：彰武县平安镇人民大街90", "号，邮编：123200，电话：0418-6366000，电子邮",
        "箱：zwgk@", "126.com）。", "一、总体情况",
    )  # fmt: skip
    assert found.info.contacts == {
        "address": "彰武县平安镇人民大街90号", "postcode": "123200", "phone": "0418-6366000", "email": "zwgk@126.com",
    }  # fmt: skip
    found = flat(
        TITLE,
        "（地址：平安镇人民大街90号，邮",
        "编：123200，电话",
        "：0418-63660",
        "00，传真：0 4 1 8 - 6 3 6 6 0 0 1）",
    )
    assert found.info.contacts == {
        "address": "平安镇人民大街90号", "postcode": "123200", "phone": "0418-6366000", "fax": "0418-6366001",
    }  # fmt: skip
    found = flat(TITLE, BODY, "地址：彰武县平安镇人民大街90号", "一、总体情况")
    assert found.info.contacts == {"address": "彰武县平安镇人民大街90号"}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_host_s_foot_is_not_the_issuer_s(layout) -> None:  # type: ignore[no-untyped-def]
    found = layout(
        TITLE, BODY, *SECTIONS, "无。", "主办单位:彰武县人民政府办公室 版权所有:阜新市人民政府办公室",
        "地址:彰武县彰武镇人民大街65号 邮编:123200 Email:zw@163.com 电话:0418-6940100",
        "辽ICP备2020012834号 网站标识码:2109220045", "网站监督举报热线:0418-6940100",
    )  # fmt: skip
    assert found.info.contacts == {}


def test_the_issuer_s_contacts_stay_where_the_page_has_a_foot() -> None:
    found = flat(
        TITLE, "联系电话：0418-6366000", *SECTIONS, "无。", "地址:彰武镇人民大街65号 电话:0418-6940100 主办:彰武县人民政府",
    )  # fmt: skip
    assert found.info.contacts == {"phone": "0418-6366000"}
