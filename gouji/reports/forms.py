"""The forms as data: rows, columns, units and wording of T19 and T21; which forms there are.

Sources: 国办公开办函〔2019〕60号 (T19) and 国办公开办函〔2021〕30号 (T21). Every value cell of
a form is named ``table/row/column``; codes are part of the output contract and never change.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from .form import Column, Form, Row
from .forms_t14 import INDICATORS, T08, T08_MARKS, T14, T14_MARKS, VALUE, indicator_keys

ARTICLE20 = "article20"
APPLICATIONS = "applications"
REVIEW = "review_litigation"


_ISSUED = (
    Column("issued", ("本年制发件数", "本年发件数", "本年制发数", "本年制发件数量"), "件"),
    Column("repealed", ("本年废止件数", "本年废止数", "本年废止件数量"), "件"),
    Column("in_force", ("现行有效件数", "现行有效件", "现行有效数", "现行有效件数量"), "件"),
)
_DECISIONS = (Column("decisions", ("本年处理决定数量", "处理决定数量", "本年处理绝对数量"), "件"),)
_FEES = (
    Column(
        "amount_wan_yuan", ("本年收费金额(单位:万元)", "本年收费金额", "收费金额"), "万元",
        decimal=True,
    ),
)  # fmt: skip
_MADE = (
    Column("made", ("本年新制作数量", "新制作数量", "本年新制作"), "件"),
    Column("newly_published", ("本年新公开数量", "新公开数量", "本年新公开"), "件"),
    Column("published_total", ("对外公开总数量", "公开总数量", "对外公开总数"), "件"),
)
_ITEMS = (
    Column("previous_items", ("上一年项目数量", "上年项目数量"), "项"),
    Column("change", ("本年增/减", "本年增减", "本年增/", "增/减"), "项", signed=True),
)
_ITEMS_AND_DECISIONS = (*_ITEMS, Column("decisions", ("处理决定数量", "本年处理决定数量"), "件"))
_PROCUREMENT = (
    Column("items", ("采购项目数量", "采购项目数"), "项"),
    Column("amount", ("采购总金额", "采购金额"), "", decimal=True),
)

_T21_ARTICLE20 = (
    Row("art20_1.regulations", ("规章",), group="1", columns=_ISSUED),
    Row(
        "art20_1.normative_documents", ("行政规范性文件", "规范性文件"), group="1",
        columns=_ISSUED,
    ),
    Row("art20_5.licences", ("行政许可",), group="5", columns=_DECISIONS),
    Row("art20_6.penalties", ("行政处罚",), group="6", columns=_DECISIONS),
    Row("art20_6.coercive_measures", ("行政强制",), group="6", columns=_DECISIONS),
    Row(
        "art20_8.administrative_fees", ("行政事业性收费", "行政事业型收费"), group="8",
        columns=_FEES,
    ),
)  # fmt: skip
_T19_ARTICLE20 = (
    Row("art20_1.regulations", ("规章",), group="1", columns=_MADE),
    Row("art20_1.normative_documents", ("规范性文件", "行政规范性文件"), group="1", columns=_MADE),
    Row("art20_5.licences", ("行政许可",), group="5", columns=_ITEMS_AND_DECISIONS),
    Row(
        "art20_5.other_services", ("其他对外管理服务事项", "其他对外服务管理事项"), group="5",
        columns=_ITEMS_AND_DECISIONS,
    ),
    Row("art20_6.penalties", ("行政处罚",), group="6", columns=_ITEMS_AND_DECISIONS),
    Row("art20_6.coercive_measures", ("行政强制",), group="6", columns=_ITEMS_AND_DECISIONS),
    Row(
        "art20_8.administrative_fees", ("行政事业性收费", "行政事业型收费"), group="8",
        columns=_ITEMS,
    ),
    Row("art20_9.central_procurement", ("政府集中采购",), group="9", columns=_PROCUREMENT),
)  # fmt: skip

LABELS = 3  # columns of labels of the table of applications, at most
APPLICANTS = (
    Column("natural_person", ("自然人",), "件"),
    Column("business", ("商业企业", "商业机构"), "件"),
    Column("research", ("科研机构",), "件"),
    Column("welfare", ("社会公益组织",), "件"),
    Column("legal_service", ("法律服务机构",), "件"),
    Column("other_org", ("其他",), "件"),
    Column("total", ("总计", "合计"), "件"),
)
APPLICANT_HEADS = tuple(column.heads for column in APPLICANTS)

# The bracketed groups of part three: code -> wording.
GROUPS: Mapping[str, tuple[str, str]] = {
    "refused": ("三", "不予公开"),
    "unable": ("四", "无法提供"),
    "not_processed": ("五", "不予处理"),
    "other": ("六", "其他处理"),
}

_REFUSED = (
    Row("refused.state_secret", ("属于国家秘密",), "1", "refused"),
    Row(
        "refused.prohibited_by_law",
        ("其他法律行政法规禁止公开", "其他法律、行政法规禁止公开"), "2", "refused",
    ),
    Row("refused.safety_and_stability", ("危及三安全一稳定",), "3", "refused"),
    Row("refused.third_party_rights", ("保护第三方合法权益",), "4", "refused"),
    Row("refused.internal_affairs", ("属于三类内部事务信息",), "5", "refused"),
    Row("refused.process_information", ("属于四类过程性信息",), "6", "refused"),
    Row("refused.enforcement_file", ("属于行政执法案卷",), "7", "refused"),
    Row("refused.administrative_query", ("属于行政查询事项",), "8", "refused"),
)  # fmt: skip
_UNABLE = (
    Row("unable.not_held", ("本机关不掌握相关政府信息",), "1", "unable"),
    Row("unable.needs_creation", ("没有现成信息需要另行制作",), "2", "unable"),
    Row("unable.unclear_after_correction", ("补正后申请内容仍不明确",), "3", "unable"),
)
_NOT_PROCESSED = (
    Row("not_processed.petition_or_complaint", ("信访举报投诉类申请",), "1", "not_processed"),
    Row("not_processed.repeat_request", ("重复申请",), "2", "not_processed"),
    Row("not_processed.public_publication", ("要求提供公开出版物",), "3", "not_processed"),
    Row("not_processed.mass_repeated", ("无正当理由大量反复申请",), "4", "not_processed"),
    Row(
        "not_processed.reconfirm_or_reissue",
        ("要求行政机关确认或重新出具已获取信息",), "5", "not_processed",
    ),
)  # fmt: skip
_OTHER_THREE = (
    Row(
        "other.overdue_correction",
        (
            "申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
            "申请人无正当理由逾期不补正",
            "逾期不补正",
        ),
        "1", "other",
    ),
    Row(
        "other.overdue_fee",
        (
            "申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
            "申请人逾期未按收费通知要求缴纳费用",
            "逾期不缴费",
        ),
        "2", "other",
    ),
    Row("other.misc", ("其他",), "3", "other"),
)  # fmt: skip
OTHER_HANDLING = Row("other_handling", ("其他处理",), "六")
_BEFORE = (
    Row("requests_received", ("本年新收政府信息公开申请数量",), "一"),
    Row("carried_over_from_previous_year", ("上年结转政府信息公开申请数量",), "二"),
    Row("granted_in_full", ("予以公开",), "一"),
    Row(
        "granted_in_part",
        ("部分公开(区分处理的,只计这一情形,不计其他情形)", "部分公开"),
        "二",
    ),
)  # fmt: skip
_AFTER = (
    Row("processed_total", ("总计",), "七"),
    Row("carried_forward_to_next_year", ("结转下年度继续办理",), "四"),
)
_HANDLED = (*_BEFORE, *_REFUSED, *_UNABLE, *_NOT_PROCESSED)

T21 = Form(
    "T21",
    _T21_ARTICLE20,
    (*_HANDLED, *_OTHER_THREE, *_AFTER),
    {"other_handling": tuple(row.code for row in _OTHER_THREE)},
)
T19 = Form("T19", _T19_ARTICLE20, (*_HANDLED, OTHER_HANDLING, *_AFTER), {})
FORMS: Mapping[str, Form] = {form.template: form for form in (T08, T14, T19, T21)}
# Forms of several tables, and forms that are one table of indicators.
LATER, OLDER = ("T19", "T21"), ("T08", "T14")

# All rows of part three that occur in any generation, in their order: a document is matched
# against these, and the rows that stand in it decide.
ALL_APPLICATION_ROWS = (*_HANDLED, OTHER_HANDLING, *_OTHER_THREE, *_AFTER)

REVIEW_BLOCKS = ("review", "litigation_direct", "litigation_after_review")
REVIEW_RESULTS = ("upheld", "corrected", "other_result", "pending", "total")

# Head words that only one generation has (most telling first), and what they weigh.
MARKS: Mapping[str, Mapping[str, float]] = {
    "T21": {
        "本年制发": 2,
        "本年废止": 2,
        "现行有效": 2,
        "本年收费金额": 2,
        "本年处理决定": 1,
        "逾期不补正": 1,
        "逾期未按收费通知": 1,
        "本年发件数": 1,
        "行政规范性文件": 0.5,  # T19 has 规范性文件: it decides where nothing else does
    },
    "T19": {
        "新制作": 2,
        "新公开": 2,
        "对外公开总": 2,
        "上一年项目数量": 2,
        "本年增": 2,
        "其他对外管理服务": 2,
        "采购项目数量": 1,
        "采购总金额": 1,
        "政府集中采购": 1,
    },
    "T14": T14_MARKS,
    "T08": T08_MARKS,
}


@cache
def value_keys(template: str, single_other_handling: bool = False) -> tuple[str, ...]:
    """Every value cell of a form in its own order; none of T08, whose tables are local.

    With ``single_other_handling`` a T21 form whose (六) is one row, as in T19: 186 cells.
    """
    form = FORMS[template]
    keys = [f"{ARTICLE20}/{row.code}/{c.code}" for row in form.article20 for c in row.columns]
    rows = application_rows(form, single_other_handling)
    keys += [f"{APPLICATIONS}/{row.code}/{column.code}" for row in rows for column in APPLICANTS]
    if template in LATER:
        keys += [
            f"{REVIEW}/{block}/{result}" for block in REVIEW_BLOCKS for result in REVIEW_RESULTS
        ]
    if form is T14:
        keys += indicator_keys((VALUE,))
    return tuple(keys)


def application_rows(form: Form, single_other_handling: bool) -> tuple[Row, ...]:
    """The rows of part three, with (六) as the document has it."""
    if not single_other_handling or form is not T21:
        return form.applications
    replaced = set(form.substitutes["other_handling"])
    rows: list[Row] = []
    for row in form.applications:
        if row.code not in replaced:
            rows.append(row)
        elif OTHER_HANDLING not in rows:
            rows.append(OTHER_HANDLING)
    return tuple(rows)


@lru_cache(maxsize=8192)  # keys repeat from report to report; codes of added rows do not end
def unit_of(template: str, key: str) -> str | None:
    """The unit that the form names for a value cell, or None: of local tables nothing is known."""
    table, row, _ = key.split("/")
    if table == INDICATORS:
        return _indicator_units().get(row) if template == "T14" else None
    return units().get(f"{template}:{key}", "件") or None


@cache
def units() -> Mapping[str, str]:
    """The unit of each value cell of part two by ``template:key``; all others are 件."""
    return {
        f"{form.template}:{ARTICLE20}/{row.code}/{column.code}": column.unit
        for form in FORMS.values()
        for row in form.article20
        for column in row.columns
    }


@cache
def _indicator_units() -> Mapping[str, str]:
    return {row.code: row.columns[0].unit for row in T14.indicators}


@lru_cache(maxsize=8192)
def block_of(key: str) -> str:
    """What is there or missing as a whole: a table; of a table of indicators each column."""
    table, _, column = key.split("/")
    return f"{table}/{column}" if table == INDICATORS else table
