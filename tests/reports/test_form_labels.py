"""Labels that are misprinted, misread or gone: rows placed by what is left, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from form_tables import (
    APPLICATION_NUMBERS,
    GROUPS,
    T21_NUMBERS,
    T21_TEXTS,
    THREE,
    Cell,
    Row,
    applications,
    applied,
    article20_t19,
    article20_t21,
    kinds,
    pages,
    read,
    review,
    scanned,
    t19,
    t21,
    table_of,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.model import Kind
from gouji.reports import fill_form


def reworded(rows: list[Row], changes: Mapping[str, str]) -> list[Row]:
    """The rows with other words in some cells; every change must find its cell."""
    texts = {cell.text for row in rows for cell in row}
    assert set(changes) <= texts
    return [[replace(cell, text=changes.get(cell.text, cell.text)) for cell in row] for row in rows]


@pytest.mark.parametrize(
    "changes",
    [
        {"二、上年结转政府信息公开申请数量": "二、上年转结政府信息公开申请数量"},
        {"二、上年结转政府信息公开申请数量": "二、上年结转政府信息公开数量"},
        {"1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": "1.逾期不补正"},
        {
            "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": "2.逾期不缴费"
        },
        {"3.危及“三安全一稳定”": '3.危及"三安全一稳定"'},
        {"2.其他法律行政法规禁止公开": "2．其他法律、行政法规禁止公开"},
        {"(三)不予公开": "( 三 )\n不予公开", "(五)不予处理": "（五）不予\n处理"},
        {"(二)部分公开(区分处理的,只计这一情形,不计其他情形)": "（二）部分公开"},
        {"(四)无法提供": "(三)无法提供"},
        {"8.属于行政查询事项": "6.属于行政查询事项"},
        {"3.其他": "3. 其 他"},
        {"(七)总计": "（七） 总 计"},
        {"5.属于三类内部事务信息": "5.属于三类内部事务信息 信息"},
        {"2.重复申请": "重复申请", "1.属于国家秘密": "属于国家秘密"},
        {"(七)总计": "(六)总计"},
        {"1.信访举报投诉类申请": "1.信访投诉举报类申请"},
        {"商业企业": "商业\n机构", "自然人": "自\n然\n人", "总计": "总 计"},
        {"四、结转下年度继续办理": "四、结转下年度继\n续办理"},
    ],
    ids=lambda changes: next(iter(changes.values())).replace("\n", " ")[:20],
)
def test_a_misprinted_label_still_names_its_row(changes: dict[str, str]) -> None:
    rows = reworded(applications(t21), changes)
    assert applied(read(pages(article20_t21(t21), rows, joined=False))) == APPLICATION_NUMBERS


FORM_LABELS = [label for _, rows in (*GROUPS, THREE) for _, label in rows]


def mangled(rows: list[Row], texts: Mapping[str, str], gone: Sequence[str] = ()) -> list[Row]:
    """The rows with other words for some labels, and without the rows of others."""
    changed = reworded(rows, texts)
    for at in reversed(range(len(changed))):
        if not any(cell.text in gone for cell in changed[at]):
            continue
        lost = changed.pop(at)
        for above, row in enumerate(changed[:at]):
            changed[above] = [
                replace(cell, rows=cell.rows - 1) if above + cell.rows > at else cell
                for cell in row
            ]
        tall = [replace(cell, rows=cell.rows - 1) for cell in lost if cell.rows > 1]
        if tall:
            changed[at] = [*tall, *changed[at]]
    return changed


@pytest.mark.parametrize(
    "texts",
    [
        {"7.属于行政执法案卷": "7.国于行收执去案春"},
        {"1.属于国家秘密": "", "2.其他法律行政法规禁止公开": "00"},
        {"1.信访举报投诉类申请": "伐话举", "2.重复申请": "重夏中", "3.要求提供公开出版物": "3."},
        {"(七)总计": "()5", "3.其他": "3. 真他"},
    ],
    ids=lambda texts: next(iter(texts.values())) or "nothing",
)
def test_a_row_whose_label_cannot_be_read_is_placed_by_its_neighbours_and_is_doubted(
    texts: dict[str, str],
) -> None:
    form = fill_form([table_of(mangled(applications(t21), texts))])
    read_values = {c.key: c.amount.value for c in form.cells if c.key.startswith("applications/")}
    assert read_values == APPLICATION_NUMBERS
    placed = [cell for cell in form.cells if cell.placing < 0.9]
    assert len(placed) == 7 * len(texts)
    assert all(cell.label_score < 0.7 for cell in placed)


def test_a_row_between_others_is_not_placed_where_a_row_is_missing() -> None:
    texts = {"7.属于行政执法案卷": "7.国于行收执去案春"}
    rows = mangled(applications(t21), texts, gone=["8.属于行政查询事项"])
    form = read([table_of(rows)])
    assert {form[f"applications/refused.{row}/total"] for row in
            ("enforcement_file", "administrative_query")} == {None}  # fmt: skip


def test_a_label_of_ones_own_between_others_is_not_taken_for_the_forms() -> None:
    texts = {"7.属于行政执法案卷": "7.涉及商业合同条款"}
    form = read([table_of(mangled(applications(t21), texts))])
    assert form["applications/refused.enforcement_file/total"] is None
    assert form["applications/refused.administrative_query/total"] is not None


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_unreadable_labels_and_missing_rows_never_put_a_value_under_another_key(
    data: st.DataObject,
) -> None:
    noise = st.text("国于收春去话夏真一00.", max_size=8)
    texts = data.draw(st.dictionaries(st.sampled_from(FORM_LABELS), noise, max_size=8))
    # of group six alone one row without words would be the one row of the older form
    left = [
        label
        for label in FORM_LABELS
        if label not in texts and label not in dict(THREE[1]).values()
    ]
    gone = data.draw(st.lists(st.sampled_from(left), max_size=4, unique=True))
    form = applied(read([table_of(mangled(applications(t21), texts, gone))]))
    assert {k: v for k, v in form.items() if v is not None}.items() <= APPLICATION_NUMBERS.items()


def test_rows_of_group_six_tell_the_form_where_their_words_are_lost() -> None:
    texts = {
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请": "1.申人当由期不正、行政机不再处理其政府信息公开申请",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请": "收费关知要理其政府信息公开申请",
    }
    form = fill_form([table_of(mangled(applications(t21), texts))])
    assert form.template == "T21"
    assert applied({c.key: c.amount.value for c in form.cells}) == APPLICATION_NUMBERS


@pytest.mark.parametrize(
    "changes",
    [
        {"本年制发件数": "本年制发件数量"},
        {"本年制发件数": "本年发件数"},
        {"现行有效件数": "现行有效件"},
        {"现行有效件数": "现行有效件数 (历史累计)"},
        {"本年处理决定数量": "本年处理绝对数量"},
        {"行政事业性收费": "行政事业型收费"},
        {"本年收费金额(单位:万元)": "本年收费金额"},
        {"行政规范性文件": "规范性文件"},
        {"本年制发件数": "本年制\n发件数", "本年废止件数": "本年废\n止件数"},
        {"第二十条第(一)项": "第二十一条第（一）项", "第二十条第(五)项": "第二十条（五）项"},
        {"规章": "规 章", "行政许可": "行政\n许可"},
    ],
    ids=lambda changes: next(iter(changes.values())).replace("\n", " ")[:20],
)
def test_a_misprinted_head_or_label_of_part_two_is_read(changes: dict[str, str]) -> None:
    form = fill_form(pages(reworded(article20_t21(t21), changes), applications(t21), joined=False))
    assert form.template == "T21"
    wanted = {k: n for k, n in T21_NUMBERS.items() if not k.startswith("review")}
    assert {c.key: c.amount.value for c in form.cells if c.key in wanted} == wanted


def test_the_head_of_part_four_may_have_lost_half_of_its_words() -> None:
    broken = {"结果维持": "结 果\n持", "结果纠正": "结果", "其他结果": "其他", "尚未审结": "尚未"}
    parts = pages(
        article20_t21(t21), applications(t21), reworded(review(t21), broken), joined=False
    )
    assert read(parts) == T21_NUMBERS


def test_reviews_are_known_by_heads_that_are_badly_read_and_one_value_read_as_a_word() -> None:
    rows = review(t21)
    bad = {"结果维持": "精果堆持", "结果纠正": "结集树正", "其他结果": "其链结果", "尚未审结": "尚毛审结",
           "行政复议": "行政规议", "行政诉讼": "合诉味", "未经复议直接起诉": "未受量议直按起话",
           "复议后起诉": "复议后始诉"}  # fmt: skip
    misread = dict(T21_TEXTS) | {"review_litigation/review/upheld": "年"}
    rows = [*reworded(rows, bad)[:-1], review(misread.__getitem__)[-1]]
    part = replace(table_of(rows, part=1), reader="scan")
    form = fill_form([table_of(applications(t21)), part])
    read_values = {c.key: c.amount.value for c in form.cells if c.key.startswith("review")}
    wanted = {k: n for k, n in T21_NUMBERS.items() if k.startswith("review")}
    assert read_values == wanted | {"review_litigation/review/upheld": None}
    assert kinds(form)["review_litigation/review/upheld"] is Kind.UNREAD


@pytest.mark.parametrize(
    ("template", "misread", "code"),
    [("T21", "现您", "art20_1.regulations"), ("T19", "线政酒锅", "art20_6.penalties"),
     ("T19", "其能对外营理服务事项", "art20_5.other_services")],
)  # fmt: skip
def test_a_row_of_part_two_is_placed_by_its_neighbours_in_a_scan(template, misread, code) -> None:
    make, numbers = (article20_t21, t21) if template == "T21" else (article20_t19, t19)
    printed = {"art20_1.regulations": "规章", "art20_6.penalties": "行政处罚",
               "art20_5.other_services": "其他对外管理服务事项"}[code]  # fmt: skip
    rows = reworded(make(numbers), {printed: misread})
    form = fill_form(scanned(rows))
    found = {c.key: c for c in form.cells if c.key.startswith(f"article20/{code}/")}
    assert {key: cell.text for key, cell in found.items()} == {key: numbers(key) for key in found}
    assert f"label_unmatched:{code}" in form.flags
    assert all(cell.label_score <= 0.5 for cell in found.values())


def test_the_first_row_of_part_two_is_placed_though_its_heads_cannot_be_read() -> None:
    """As under a seal: the row above the second one is the first, whatever stands over it."""
    lost = {"规章": "四車", "第二十条第(一)项": "河第(一场", "信息内容": "6"}
    heads = {"本年新制作数量": "", "本年新公开数量": "区", "对外公开总数量": "(1"}
    rows = article20_t19(t19)
    form = fill_form(scanned([*reworded(rows[:4], lost | heads), *rows[4:]]))
    found = {c.key: c for c in form.cells if c.key.startswith("article20/art20_1.regulations/")}
    assert len(found) == 3
    assert {key: cell.text for key, cell in found.items()} == {key: t19(key) for key in found}
    assert all(cell.label_score <= 0.5 for cell in found.values())


def test_a_head_misread_as_a_number_with_words_is_no_row_between() -> None:
    """信息内容 read as 1信0内宿 is no value, so the rows around it keep their places."""
    misread = {"行政处罚": "有政处当", "行政强制": "万政强制", "信息内容": "1信0内宿"}
    misread["本年处理决定数量"] = "4年公理统付数量"
    form = fill_form(scanned(reworded(article20_t21(t21), misread)))
    found = {c.key: c.text for c in form.cells if "/art20_6." in c.key}
    assert found == {key: t21(key) for key in found}
    assert any("penalties" in key for key in found)


def test_a_row_of_ones_own_in_part_two_is_not_placed_by_its_neighbours() -> None:
    rows = article20_t21(t21)
    own: Row = [Cell("其他主动公开文件"), *(Cell(str(n)) for n in (31, 32, 33))]
    added = [*rows[:4], own, *rows[4:]]
    with_own, without = fill_form(scanned(added)), fill_form(scanned(rows))
    assert {c.key: c.text for c in with_own.cells} == {c.key: c.text for c in without.cells}


def test_a_point_after_an_ordinal_may_stand_high() -> None:
    """And a row then keeps its place where the label of its group is on the page after."""
    rows = applications(t21)
    at = next(i for i, row in enumerate(rows) if any("信访举报投诉" in c.text for c in row))
    bare = [
        Cell(c.text.replace("1.", "1·"), c.rows, c.columns) if "信访" in c.text
        else Cell("" if "不予处理" in c.text else c.text, c.rows, c.columns)
        for c in rows[at]
    ]  # fmt: skip
    found = {c.key: c.text for c in fill_form([table_of([*rows[:at], bare])]).cells}
    key = "applications/not_processed.petition_or_complaint/business"
    assert found[key] == t21(key)
