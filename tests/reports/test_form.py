"""Tables as the filled form: every value cell under its own key, whatever the print did to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.model import Box, Kind, TableCell, TableCells, TablePart
from gouji.reports import FormReading, fill_form
from gouji.reports.forms import value_keys


@dataclass(frozen=True)
class Cell:
    """A printed cell with its spans."""

    text: str
    rows: int = 1
    columns: int = 1


Row = list[Cell]
Values = Callable[[str], str]

APPLICANTS = (
    "natural_person",
    "business",
    "research",
    "welfare",
    "legal_service",
    "other_org",
    "total",
)
HEADS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
BEFORE = (
    ("requests_received", "一、本年新收政府信息公开申请数量"),
    ("carried_over_from_previous_year", "二、上年结转政府信息公开申请数量"),
)
GRANTED = (
    ("granted_in_full", "(一)予以公开"),
    ("granted_in_part", "(二)部分公开(区分处理的,只计这一情形,不计其他情形)"),
)
GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "(三)不予公开",
        (
            ("refused.state_secret", "1.属于国家秘密"),
            ("refused.prohibited_by_law", "2.其他法律行政法规禁止公开"),
            ("refused.safety_and_stability", "3.危及“三安全一稳定”"),
            ("refused.third_party_rights", "4.保护第三方合法权益"),
            ("refused.internal_affairs", "5.属于三类内部事务信息"),
            ("refused.process_information", "6.属于四类过程性信息"),
            ("refused.enforcement_file", "7.属于行政执法案卷"),
            ("refused.administrative_query", "8.属于行政查询事项"),
        ),
    ),
    (
        "(四)无法提供",
        (
            ("unable.not_held", "1.本机关不掌握相关政府信息"),
            ("unable.needs_creation", "2.没有现成信息需要另行制作"),
            ("unable.unclear_after_correction", "3.补正后申请内容仍不明确"),
        ),
    ),
    (
        "(五)不予处理",
        (
            ("not_processed.petition_or_complaint", "1.信访举报投诉类申请"),
            ("not_processed.repeat_request", "2.重复申请"),
            ("not_processed.public_publication", "3.要求提供公开出版物"),
            ("not_processed.mass_repeated", "4.无正当理由大量反复申请"),
            ("not_processed.reconfirm_or_reissue", "5.要求行政机关确认或重新出具已获取信息"),
        ),
    ),
)
THREE = (
    "(六)其他处理",
    (
        ("other.overdue_correction", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
        ("other.overdue_fee", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
        ("other.misc", "3.其他"),
    ),
)  # fmt: skip
T21_ISSUED = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
T19_ITEMS = ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量")


def table_of(rows: Sequence[Row], *, page: int = 1, left: float = 50.0, part: int = 0) -> TablePart:
    """Rows of cells with spans as a table part, 40 points a column and 20 a row."""
    taken: set[tuple[int, int]] = set()
    placed: list[TableCell] = []
    for index, row in enumerate(rows):
        column = 0
        for cell in row:
            while (index, column) in taken:
                column += 1
            for r in range(index, index + cell.rows):
                taken.update((r, c) for c in range(column, column + cell.columns))
            box = Box(
                left + 40 * column, 100 + 20 * index,
                left + 40 * (column + cell.columns), 100 + 20 * (index + cell.rows),
            )  # fmt: skip
            placed.append(TableCell(index, column, cell.rows, cell.columns, cell.text, box))
    columns = 1 + max(c for _, c in taken)
    box = Box.around(cell.box for cell in placed)
    return TablePart(page, part, None, box, (len(rows), columns), TableCells(placed), "test")


def pages(
    *tables: Sequence[Row], joined: bool = True, shifts: Mapping[int, float] | None = None
) -> list[TablePart]:
    """The tables, one a page; each goes on from the one before when ``joined``."""
    parts = []
    for index, rows in enumerate(tables):
        part = table_of(
            rows, page=index + 1, part=index, left=50.0 + (shifts or {}).get(index, 0.0)
        )
        parts.append(replace(part, continues=index - 1) if joined and index else part)
    return parts


def counting(keys: Sequence[str], start: int = 101) -> dict[str, str]:
    """Another number for every cell."""
    return {key: str(start + index) for index, key in enumerate(keys)}


def article20_t21(v: Values, single: int = 3) -> list[Row]:
    def issued(code: str, label: str) -> Row:
        columns = ("issued", "repealed", "in_force")
        return [Cell(label), *(Cell(v(f"article20/{code}/{c}")) for c in columns)]

    def one(code: str, label: str, column: str) -> Row:
        return [Cell(label), Cell(v(f"article20/{code}/{column}"), 1, single)]

    return [
        [Cell("第二十条第(一)项", 1, 4)],
        [Cell(head) for head in T21_ISSUED],
        issued("art20_1.regulations", "规章"),
        issued("art20_1.normative_documents", "行政规范性文件"),
        [Cell("第二十条第(五)项", 1, 4)],
        [Cell("信息内容"), Cell("本年处理决定数量", 1, 3)],
        one("art20_5.licences", "行政许可", "decisions"),
        [Cell("第二十条第(六)项", 1, 4)],
        [Cell("信息内容"), Cell("本年处理决定数量", 1, 3)],
        one("art20_6.penalties", "行政处罚", "decisions"),
        one("art20_6.coercive_measures", "行政强制", "decisions"),
        [Cell("第二十条第(八)项", 1, 4)],
        [Cell("信息内容"), Cell("本年收费金额(单位:万元)", 1, 3)],
        one("art20_8.administrative_fees", "行政事业性收费", "amount_wan_yuan"),
    ]


def article20_t19(v: Values) -> list[Row]:
    def row(code: str, label: str, *columns: str) -> Row:
        return [Cell(label), *(Cell(v(f"article20/{code}/{c}")) for c in columns)]

    items = ("previous_items", "change", "decisions")
    return [
        [Cell("第二十条第(一)项", 1, 4)],
        [Cell(head) for head in ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量")],
        row("art20_1.regulations", "规章", "made", "newly_published", "published_total"),
        row("art20_1.normative_documents", "规范性文件", "made", "newly_published", "published_total"),
        [Cell("第二十条第(五)项", 1, 4)],
        [Cell(head) for head in T19_ITEMS],
        row("art20_5.licences", "行政许可", *items),
        row("art20_5.other_services", "其他对外管理服务事项", *items),
        [Cell("第二十条第(六)项", 1, 4)],
        [Cell(head) for head in T19_ITEMS],
        row("art20_6.penalties", "行政处罚", *items),
        row("art20_6.coercive_measures", "行政强制", *items),
        [Cell("第二十条第(八)项", 1, 4)],
        [Cell("信息内容"), Cell("上一年项目数量"), Cell("本年增/减", 1, 2)],
        [
            Cell("行政事业性收费"), Cell(v("article20/art20_8.administrative_fees/previous_items")),
            Cell(v("article20/art20_8.administrative_fees/change"), 1, 2),
        ],
        [Cell("第二十条第(九)项", 1, 4)],
        [Cell("信息内容"), Cell("采购项目数量"), Cell("采购总金额", 1, 2)],
        [
            Cell("政府集中采购"), Cell(v("article20/art20_9.central_procurement/items")),
            Cell(v("article20/art20_9.central_procurement/amount"), 1, 2),
        ],
    ]  # fmt: skip


def values(row: str, v: Values) -> Row:
    return [Cell(v(f"applications/{row}/{applicant}")) for applicant in APPLICANTS]


def head_rows() -> list[Row]:
    return [
        [
            Cell("(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)", 3, 3),
            Cell("申请人情况", 1, 7),
        ],
        [Cell("自然人", 2), Cell("法人或其他组织", 1, 5), Cell("总计", 2)],
        [Cell(head) for head in HEADS],
    ]


def applications(v: Values, template: str = "T21", *, single: bool = False) -> list[Row]:
    """Part three as printed: ten columns, three of them labels."""
    three = template == "T21" and not single
    groups = (*GROUPS, THREE) if three else GROUPS
    inner = 2 + sum(len(rows) for _, rows in groups) + (0 if three else 1) + 1
    body: list[Row] = [[Cell(label, 1, 3), *values(code, v)] for code, label in BEFORE]
    for index, (code, label) in enumerate(GRANTED):
        side = [Cell("三、本年度办理结果", inner)] if index == 0 else []
        body.append([*side, Cell(label, 1, 2), *values(code, v)])
    for group, rows in groups:
        for index, (code, label) in enumerate(rows):
            side = [Cell(group, len(rows))] if index == 0 else []
            body.append([*side, Cell(label), *values(code, v)])
    if not three:
        body.append([Cell("(六)其他处理", 1, 2), *values("other_handling", v)])
    body.append([Cell("(七)总计", 1, 2), *values("processed_total", v)])
    body.append([Cell("四、结转下年度继续办理", 1, 3), *values("carried_forward_to_next_year", v)])
    return [*head_rows(), *body]


def review(v: Values) -> list[Row]:
    results = ("upheld", "corrected", "other_result", "pending", "total")
    blocks = ("review", "litigation_direct", "litigation_after_review")
    return [
        [Cell("行政复议", 1, 5), Cell("行政诉讼", 1, 10)],
        [
            *(Cell(w, 2) for w in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")),
            Cell("未经复议直接起诉", 1, 5), Cell("复议后起诉", 1, 5),
        ],
        [Cell(w) for w in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 2],
        [Cell(v(f"review_litigation/{block}/{result}")) for block in blocks for result in results],
    ]  # fmt: skip


def whole(template: str, v: Values, *, single: bool = False) -> list[TablePart]:
    article20 = article20_t21(v) if template == "T21" else article20_t19(v)
    return pages(article20, applications(v, template, single=single), review(v), joined=False)


def read(parts: Sequence[TablePart]) -> dict[str, object]:
    return {cell.key: cell.amount.value for cell in fill_form(parts).cells}


def kinds(form: FormReading) -> dict[str, Kind]:
    return {cell.key: cell.amount.kind for cell in form.cells}


FORMS = pytest.mark.parametrize(
    ("template", "single", "count"), [("T21", False, 200), ("T19", False, 198), ("T21", True, 186)]
)
T21_KEYS = value_keys("T21", False)
T21_TEXTS = counting(T21_KEYS)
T21_NUMBERS = {key: int(text) for key, text in T21_TEXTS.items()}
APPLICATION_NUMBERS = {k: n for k, n in T21_NUMBERS.items() if k.startswith("applications/")}


def t21(key: str) -> str:
    return T21_TEXTS[key]


def applied(form: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in form.items() if key.startswith("applications/")}


@FORMS
def test_every_value_of_a_form_is_read_under_its_key(
    template: str, single: bool, count: int
) -> None:
    keys = value_keys(template, single)
    texts = counting(keys)
    form = fill_form(whole(template, texts.__getitem__, single=single))
    assert form.template == template
    assert len(form.cells) == len(keys) == count
    assert {c.key: c.text for c in form.cells} == texts
    assert ("template_mixture" in form.flags) is single


@FORMS
def test_blank_cells_are_blank_and_never_zero(template: str, single: bool, count: int) -> None:
    keys = value_keys(template, single)
    texts = counting(keys) | dict.fromkeys(keys[::3], "")
    found = kinds(fill_form(whole(template, texts.__getitem__, single=single)))
    assert [key for key, kind in found.items() if kind is Kind.BLANK] == list(keys[::3])


@pytest.mark.parametrize("mark", ["/", "-", "—", "无"])
def test_a_mark_for_none_stays_a_mark(mark: str) -> None:
    texts = T21_TEXTS | dict.fromkeys(T21_KEYS[5::7], mark)
    form = fill_form(whole("T21", texts.__getitem__))
    assert len(form.cells) == 200
    assert [k for k, kind in kinds(form).items() if kind is Kind.NOT_APPLICABLE] == list(
        T21_KEYS[5::7]
    )


@given(
    st.lists(
        st.sampled_from(["0", "1", "12", "", "/", "１２", "11398889", "3.5"]),
        min_size=200,
        max_size=200,
    )
)
@settings(deadline=None, max_examples=25)
def test_whatever_stands_in_the_cells_stands_under_their_keys(texts: list[str]) -> None:
    printed = dict(zip(T21_KEYS, texts, strict=True))
    form = fill_form(whole("T21", printed.__getitem__))
    if form.template is not None:
        assert {cell.key: cell.text for cell in form.cells} == printed


def test_no_table_is_no_form() -> None:
    assert fill_form([]).template is None
    other = table_of([[Cell("姓名"), Cell("电话")], [Cell("张三"), Cell("12345")]])
    assert fill_form([other]).template is None


def test_the_form_is_told_by_its_head_words_and_never_by_the_year() -> None:
    title = [Cell("2023年政府信息公开工作年度报告", 1, 4)]
    texts = counting(value_keys("T19", False))
    parts = pages(
        [title, *article20_t19(texts.__getitem__)],
        applications(texts.__getitem__, "T19"),
        joined=False,
    )
    assert fill_form(parts).template == "T19"
    parts = pages([title, *article20_t21(t21)], applications(t21), joined=False)
    assert fill_form(parts).template == "T21"


def test_part_three_alone_tells_its_form_by_the_rows_of_group_six() -> None:
    assert fill_form([table_of(applications(t21))]).template == "T21"
    texts = counting(value_keys("T19", False))
    assert fill_form([table_of(applications(texts.__getitem__, "T19"))]).template == "T19"


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


def cut(rows: list[Row], at: int) -> tuple[list[Row], list[Row]]:
    """A table cut before row ``at``; what spans the cut is printed in the upper part only.

    In the lower part empty cells stand where upper cells would have gone on.
    """
    upper = table_of(rows)
    above = [c for c in upper.cells if c.row < at]
    parts: list[list[Row]] = [[[] for _ in range(at)], [[] for _ in range(len(rows) - at)]]
    for cell in above:
        parts[0][cell.row].append(
            Cell(cell.text, min(cell.row_span, at - cell.row), cell.column_span)
        )
    below = [
        (0, c.column, Cell("", c.row + c.row_span - at, c.column_span))
        for c in above
        if c.row + c.row_span > at
    ] + [
        (c.row - at, c.column, Cell(c.text, c.row_span, c.column_span))
        for c in upper.cells
        if c.row >= at
    ]
    for row, _, cell in sorted(below, key=lambda item: item[:2]):
        parts[1][row].append(cell)
    return parts[0], parts[1]


@pytest.mark.parametrize("at", range(1, 28))
def test_a_table_cut_over_two_pages_anywhere_loses_nothing(at: int) -> None:
    upper, lower = cut(applications(t21), at)
    parts = pages(article20_t21(t21), upper, lower)
    assert applied(read(parts)) == APPLICATION_NUMBERS


@pytest.mark.parametrize("at", [8, 12, 15, 18, 22, 25, 27])
def test_the_group_label_may_be_printed_again_on_the_next_page(at: int) -> None:
    upper, lower = cut(applications(t21), at)
    group = next(
        c.text for row in reversed(upper) for c in row if c.text.startswith("(") and c.rows >= 1
    )
    lower[0] = [replace(c, text=group) if c.text == "" and c.rows > 1 else c for c in lower[0]]
    assert applied(read(pages(article20_t21(t21), upper, lower))) == APPLICATION_NUMBERS


@pytest.mark.parametrize("at", [9, 13, 16, 19, 24])
def test_the_head_may_be_printed_again_on_the_next_page(at: int) -> None:
    upper, lower = cut(applications(t21), at)
    assert (
        applied(read(pages(article20_t21(t21), upper, head_rows() + lower))) == APPLICATION_NUMBERS
    )


@pytest.mark.parametrize("at", [9, 13, 16, 19, 24])
def test_the_head_may_come_again_inside_a_table_and_elsewhere(at: int) -> None:
    upper, lower = cut(applications(t21), at)
    moved = [[Cell("", len(upper)), *upper[0]], *upper[1:]]  # a column further to the right
    parts = pages(article20_t21(t21), [*moved, *head_rows(), *lower])
    assert applied(read(parts)) == APPLICATION_NUMBERS


@pytest.mark.parametrize("at", [8, 9, 13, 16, 19, 22, 24])
def test_the_outer_label_column_may_be_missing_on_the_next_page(at: int) -> None:
    upper, lower = cut(applications(t21), at)
    first = lower[0]
    assert first[0].text == ""
    lower = [[c for c in row if not (row is first and c is first[0])] for row in lower]
    rows = [
        [replace(c, columns=2) if c.columns == 3 else c for c in row] for row in lower
    ]  # 四、 spans two columns now
    parts = pages(article20_t21(t21), upper, rows, shifts={2: 40.0})
    assert applied(read(parts)) == APPLICATION_NUMBERS


@pytest.mark.parametrize("at", [9, 13, 16, 24])
def test_both_label_columns_may_be_missing_on_the_next_page(at: int) -> None:
    upper, lower = cut(applications(t21), at)
    values_only = [row[-8:] if len(row) >= 8 else row for row in lower]
    values_only = [
        [replace(c, columns=1) if c.text and c.columns > 1 else c for c in row]
        for row in values_only
    ]
    parts = pages(article20_t21(t21), upper, values_only, shifts={2: 80.0})
    found = applied(read(parts))
    wrong = {k: v for k, v in found.items() if v is not None and v != APPLICATION_NUMBERS[k]}
    assert wrong == {}
    assert sum(v is not None for v in found.values()) >= 7 * (at - 3)


@pytest.mark.parametrize(
    "code", ["refused.internal_affairs", "unable.needs_creation", "requests_received"]
)
@pytest.mark.parametrize("values_above", [True, False])
def test_a_row_split_by_the_page_break_is_one_row(code: str, values_above: bool) -> None:
    rows = applications(t21)
    at = next(
        i
        for i, row in enumerate(rows)
        if any(c.text == t21(f"applications/{code}/total") for c in row)
    )
    upper, lower = cut(rows, at)
    row = lower[0]
    label = next(i for i in range(len(row) - 8, -1, -1) if row[i].text)
    text = row[label].text
    half = len(text) // 2
    top = [replace(row[label], text=text[:half]), *row[label + 1 :]]
    rest = [*row[:label], replace(row[label], text=text[half:]), *row[label + 1 :]]
    blank = [replace(c, text="") for c in rest[label + 1 :]]
    if values_above:
        rest = [*rest[: label + 1], *blank]
    else:
        top = [top[0], *blank]
    outer = {c.text for r in rows[:at] for c in r if c.text.startswith(("三", "("))}
    # labels that span the cut go on beside the upper half of the row
    upper = [
        [
            replace(c, rows=c.rows + 1) if label and c.text in outer and i + c.rows == at else c
            for c in r
        ]
        for i, r in enumerate(upper)
    ]
    parts = pages(article20_t21(t21), [*upper, top], [rest, *lower[1:]])
    assert applied(read(parts)) == APPLICATION_NUMBERS


def without_column(rows: list[Row], column: int) -> list[Row]:
    """The printed rows less one elementary column, by its place on the page."""
    table = table_of(rows)
    result: list[Row] = [[] for _ in rows]
    for cell in sorted(table.cells, key=lambda c: (c.row, c.column)):
        covers = cell.column <= column < cell.column + cell.column_span
        if covers and cell.column_span == 1:
            continue
        result[cell.row].append(Cell(cell.text, cell.row_span, cell.column_span - covers))
    return result


def test_a_missing_total_column_is_not_in_the_source_and_shifts_nothing() -> None:
    rows = without_column(applications(t21), 9)
    form = fill_form(pages(article20_t21(t21), rows, review(t21), joined=False))
    assert len(form.cells) == 200
    for cell in form.cells:
        if cell.key.startswith("applications/") and cell.key.endswith("/total"):
            assert cell.amount.kind is Kind.CELL_NOT_IN_SOURCE, cell
        else:
            assert cell.amount.value == T21_NUMBERS[cell.key]


def test_an_extra_empty_column_shifts_nothing() -> None:
    rows = [[*row, Cell("")] for row in applications(t21)]
    assert applied(read(pages(article20_t21(t21), rows, joined=False))) == APPLICATION_NUMBERS


def test_a_stray_empty_row_shifts_nothing() -> None:
    rows = applications(t21)
    rows.insert(5, [Cell("", 1, 3), *(Cell("") for _ in range(7))])
    assert applied(read(pages(article20_t21(t21), rows, joined=False))) == APPLICATION_NUMBERS


def test_cells_of_stray_rules_behind_values_take_no_column() -> None:
    rows = article20_t19(counting(value_keys("T19")).__getitem__)
    at = next(i for i, row in enumerate(rows) if row[0].text.startswith("其他对外管理服务"))
    own = [rows[at][0], *rows[at][1:3], replace(rows[at][3], columns=2), Cell("")]
    wide = [[*row[:-1], replace(row[-1], columns=3)] for row in rows[at + 1 :] if len(row) > 1]
    parts = pages(rows[:at], [own, *wide], joined=False)
    form = fill_form([replace(part, page=0) for part in parts])  # grids have no places on paper
    found = {cell.key: cell.text for cell in form.cells}
    for column, cell in zip(("previous_items", "change", "decisions"), own[1:4], strict=True):
        assert found[f"article20/art20_5.other_services/{column}"] == cell.text


def test_a_missing_row_is_not_in_the_source_and_its_neighbours_keep_theirs() -> None:
    rows = applications(t21)
    gone = next(i for i, row in enumerate(rows) if any("四类过程性" in c.text for c in row))
    rows = [
        [
            replace(c, rows=c.rows - 1) if i <= gone < i + c.rows and c.rows > 1 else c
            for c in row
        ]
        for i, row in enumerate(rows)
        if i != gone
    ]  # fmt: skip
    form = fill_form(pages(article20_t21(t21), rows, review(t21), joined=False))
    assert len(form.cells) == 200
    missing = {c.key for c in form.cells if c.amount.kind is Kind.CELL_NOT_IN_SOURCE}
    assert missing == {f"applications/refused.process_information/{a}" for a in APPLICANTS}
    assert all(c.amount.value == T21_NUMBERS[c.key] for c in form.cells if c.key not in missing)


def test_without_a_head_the_last_seven_columns_are_the_values() -> None:
    rows = applications(t21)[3:]
    assert applied(read(pages(article20_t21(t21), rows, joined=False))) == APPLICATION_NUMBERS


def test_without_the_head_of_part_two_the_rows_are_read_in_order() -> None:
    rows = [row for row in article20_t21(t21) if row[0].text != "信息内容"]
    form = fill_form(pages(rows, applications(t21), joined=False))
    article20 = {k: n for k, n in T21_NUMBERS.items() if k.startswith("article20/")}
    assert {c.key: c.amount.value for c in form.cells if c.key in article20} == article20


def test_the_parts_may_be_one_table() -> None:
    rows = [
        [*row[:-1], replace(row[-1], columns=row[-1].columns + 6)] for row in article20_t21(t21)
    ]
    form = read([table_of([*rows, *applications(t21)]), replace(table_of(review(t21)), part=1)])
    assert form == T21_NUMBERS


def test_the_bands_of_part_two_may_be_tables_of_their_own() -> None:
    rows = article20_t21(t21)
    bands = [rows[1:4], rows[5:7], rows[8:11], rows[12:14]]
    assert read(pages(*bands, applications(t21), review(t21), joined=False)) == T21_NUMBERS


def test_a_grid_of_metadata_before_the_form_is_no_part_of_it() -> None:
    grid = [[Cell("索引号"), Cell("014000319/2024-00012")], [Cell("发布日期"), Cell("2024-01-20")]]
    parts = pages(grid, article20_t21(t21), applications(t21), review(t21), joined=False)
    assert read(parts) == T21_NUMBERS


def test_tables_behind_the_form_do_not_change_it() -> None:
    fees = [[Cell("项目"), Cell("金额")], [Cell("信息处理费"), Cell("500")]]
    parts = pages(article20_t21(t21), applications(t21), review(t21), fees, joined=False)
    assert read(parts) == T21_NUMBERS


def test_one_row_for_group_six_takes_the_place_of_three_and_is_flagged() -> None:
    keys = value_keys("T21", True)
    texts = counting(keys)
    form = fill_form(whole("T21", texts.__getitem__, single=True))
    assert "template_mixture" in form.flags
    assert {c.key: c.text for c in form.cells} == texts
    assert any(key.startswith("applications/other_handling/") for key in texts)
    assert not any(key.startswith("applications/other.") for key in texts)


def test_fourteen_values_of_fifteen_leave_the_last_not_in_the_source() -> None:
    rows = review(t21)
    table = without_column(rows, 14)
    form = fill_form(pages(article20_t21(t21), applications(t21), table, joined=False))
    last = "review_litigation/litigation_after_review/total"
    assert kinds(form)[last] is Kind.CELL_NOT_IN_SOURCE
    assert all(c.amount.value == T21_NUMBERS[c.key] for c in form.cells if c.key != last)
    short = [*rows[:3], rows[3][:14]]
    form = fill_form(pages(article20_t21(t21), applications(t21), short, joined=False))
    assert kinds(form)[last] is Kind.CELL_NOT_IN_SOURCE
    assert all(c.amount.value == T21_NUMBERS[c.key] for c in form.cells if c.key != last)


def test_the_head_of_part_four_may_have_lost_half_of_its_words() -> None:
    broken = {"结果维持": "结 果\n持", "结果纠正": "结果", "其他结果": "其他", "尚未审结": "尚未"}
    parts = pages(
        article20_t21(t21), applications(t21), reworded(review(t21), broken), joined=False
    )
    assert read(parts) == T21_NUMBERS


def test_the_row_of_part_four_may_stand_alone_on_the_next_page() -> None:
    rows = review(t21)
    parts = pages(article20_t21(t21), applications(t21), rows[:3], rows[3:], joined=False)
    parts[3] = replace(parts[3], continues=2)
    assert read(parts) == T21_NUMBERS


def test_a_form_that_is_not_there_has_all_its_cells_not_in_the_source() -> None:
    form = fill_form([table_of(article20_t21(t21))])
    assert form.template == "T21"
    assert len(form.cells) == 200
    assert {c.amount.kind for c in form.cells if not c.key.startswith("article20/")} == {
        Kind.CELL_NOT_IN_SOURCE
    }
    assert "cells_missing" in form.flags


def test_signed_changes_are_read_in_their_column_only() -> None:
    texts = counting(value_keys("T19", False)) | {
        "article20/art20_5.licences/change": "+19",
        "article20/art20_6.penalties/change": "减38",
        "article20/art20_9.central_procurement/amount": "2601.953875万",
    }
    cells = {c.key: c.amount for c in fill_form(whole("T19", texts.__getitem__)).cells}
    assert cells["article20/art20_5.licences/change"].value == 19
    assert cells["article20/art20_6.penalties/change"].value == -38
    assert str(cells["article20/art20_9.central_procurement/amount"].value) == "2601.953875"
    assert cells["article20/art20_9.central_procurement/amount"].unit == "万"


def test_one_value_cut_in_three_cells_is_read_once_and_flagged_when_they_differ() -> None:
    rows = article20_t21(t21)
    rows[9] = [Cell("行政处罚"), Cell("0"), Cell("0"), Cell("0")]
    rows[10] = [Cell("行政强制"), Cell("1"), Cell("2"), Cell("3")]
    rows[6] = [Cell("行政许可"), Cell("550"), Cell(""), Cell("")]
    form = fill_form(pages(rows, applications(t21), joined=False))
    cells = {c.key: c.amount for c in form.cells}
    assert cells["article20/art20_5.licences/decisions"].value == 550
    assert cells["article20/art20_6.penalties/decisions"].value == 0
    assert cells["article20/art20_6.coercive_measures/decisions"].kind is Kind.UNREAD
    assert "repeated_value" in form.flags


def test_blank_zeros_are_flagged_as_the_organs_way_of_writing() -> None:
    form = fill_form(whole("T21", lambda key: "4" if key.endswith("total") else ""))
    assert "zero_left_blank" in form.flags
    assert "zero_left_blank" not in fill_form(whole("T21", t21)).flags


@given(
    st.lists(
        st.lists(
            st.builds(
                Cell,
                st.sampled_from(
                    ["", "0", "12", "规章", "总计", "其他", "申请人情况", "自然人", "(七)总计", "行政复议", "本年制发件数"]
                ) | st.text(max_size=5),
                st.integers(1, 3), st.integers(1, 3),
            ),
            min_size=1, max_size=10,
        ),
        min_size=1, max_size=8,
    )
)  # fmt: skip
@settings(deadline=None, max_examples=30)
def test_any_table_is_a_form_or_none_and_never_an_error(rows: list[Row]) -> None:
    form = fill_form([table_of(rows)])
    assert form.template in (None, "T19", "T21")
    if form.template:
        assert len(form.cells) in (186, 198, 200)


def test_a_head_that_a_stray_rule_cuts_through_is_still_one_head() -> None:
    rows = applications(t21)
    split = [
        [
            piece
            for c in row
            for piece in (
                (replace(c, text="自然"), replace(c, text="人"))
                if c.text.replace(" ", "") == "自然人"
                else (replace(c, columns=c.columns + 1),)
                if c.text == "申请人情况"
                or c.text == t21("applications/requests_received/natural_person")
                else (c,)
            )
        ]
        for row in rows[:4]
    ]
    wide = [
        [
            replace(c, columns=c.columns + 1)
            if c.columns == 1
            and any(c.text == t21(f"applications/{code}/natural_person") for code in ROW_CODES)
            else c
            for c in row
        ]
        for row in rows[4:]
    ]
    form = read(pages(article20_t21(t21), [*split, *wide], review(t21), joined=False))
    assert applied(form) == applied(T21_NUMBERS)


ROW_CODES = tuple(
    dict.fromkeys(key.split("/")[1] for key in T21_NUMBERS if key.startswith("applications/"))
)


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


def test_fifteen_columns_with_other_heads_are_no_reviews() -> None:
    rows = [[Cell(f"指标{n}") for n in range(15)], [Cell(str(n)) for n in range(15)]]
    form = fill_form([table_of(applications(t21)), table_of(rows, part=1)])
    assert all(c.amount.value is None for c in form.cells if c.key.startswith("review"))


T19_TEXTS = counting(value_keys("T19", False))


def t19(key: str) -> str:
    return T19_TEXTS[key]


def scanned(rows: Sequence[Row]) -> list[TablePart]:
    return [replace(table_of(rows), reader="scan")]


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


def test_a_row_of_ones_own_in_part_two_is_not_placed_by_its_neighbours() -> None:
    rows = article20_t21(t21)
    own: Row = [Cell("其他主动公开文件"), *(Cell(str(n)) for n in (31, 32, 33))]
    added = [*rows[:4], own, *rows[4:]]
    with_own, without = fill_form(scanned(added)), fill_form(scanned(rows))
    assert {c.key: c.text for c in with_own.cells} == {c.key: c.text for c in without.cells}


def test_a_page_with_the_heads_and_one_row_of_part_two_is_a_form() -> None:
    form = fill_form([table_of(article20_t19(t19)[:3])])
    assert form.template == "T19"
    assert form.found == 3
    other = [[Cell("项目"), Cell("本年增加数")], [Cell("行政许可"), Cell("3")]]
    assert fill_form([table_of(other)]).template is None


def test_fifteen_values_under_merged_heads_are_reviews() -> None:
    words = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计") * 3
    head: Row = [Cell(words[0], columns=2), *(Cell(w) for w in words[1:])]
    values_: Row = [Cell(""), *(Cell(str(n)) for n in range(40, 55))]
    form = fill_form(scanned([head, values_]))
    found = [c.amount.value for c in form.cells if c.key.startswith("review")]
    assert found == list(range(40, 55))


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
