"""The tables of the forms as printed cells with spans, to be filled and spoilt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

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


T21_KEYS = value_keys("T21", False)
T21_TEXTS = counting(T21_KEYS)
T21_NUMBERS = {key: int(text) for key, text in T21_TEXTS.items()}
APPLICATION_NUMBERS = {k: n for k, n in T21_NUMBERS.items() if k.startswith("applications/")}


def t21(key: str) -> str:
    return T21_TEXTS[key]


def applied(form: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in form.items() if key.startswith("applications/")}


T19_TEXTS = counting(value_keys("T19", False))


def t19(key: str) -> str:
    return T19_TEXTS[key]


def scanned(rows: Sequence[Row]) -> list[TablePart]:
    return [replace(table_of(rows), reader="scan")]
