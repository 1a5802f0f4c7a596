"""How a publisher sets the table of indicators: its columns, and which lines it prints."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from samples.generator.older.codes import (
    T08_TABLES,
    T14_ADDED,
    T14_LINES,
    VALUE,
    Line,
    OlderForm,
)

Headings = Literal["dashes", "hyphens", "blank", "band"]
Tail = Literal["none", "merged", "cells", "below"]
Units = Literal["column", "label", "none"]


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A value column by its code and its head; `total` is the sum of the other columns."""

    code: str
    head: str


# Value columns of T14; a column with the code `value` that stands with others is their sum, unless
# the other is the year before.
SEVERAL_COLUMNS: tuple[tuple[ValueColumn, ...], ...] = (
    (
        ValueColumn("district_government", "区政府统计数"),
        ValueColumn("district_departments", "区直单位统计数"),
        ValueColumn("towns_and_streets", "乡镇街道统计数"),
    ),
    (
        ValueColumn(VALUE, "合计"),
        ValueColumn("own_level", "本级"),
        ValueColumn("towns_and_streets", "乡镇（街道）"),
    ),
    (ValueColumn(VALUE, "统计数"), ValueColumn("previous", "去年统计数")),
    (ValueColumn("previous", "{before}年"), ValueColumn(VALUE, "{year}年")),
)
T08_COLUMNS: tuple[tuple[ValueColumn, ...], ...] = (
    (ValueColumn("current_period", "本期实际"), ValueColumn("year_to_date", "本年累计")),
    (ValueColumn("year", "{year}年度"), ValueColumn("all_years", "历年累计")),
    (ValueColumn(VALUE, "数量"),),
)
LABEL_HEADS = {
    OlderForm.T14: ("统计指标", "统计指标", "统 计 指 标"),
    OlderForm.T08: ("指标名称", "指 标 名 称", "项目"),
}
WORDINGS: tuple[dict[str, str], ...] = (
    {
        "disclosure.other": "5.其它方式公开政府信息数",
        "response.other": "5.其它方式回应事件数",
        "review.other": "（三）其它情形数",
    },
    {"disclosure.items": "（一）主动公开政府信息数"},
    {"disclosure.items": "（一）主动公开政府信息数\n（不同渠道和方式公开相同信息计1条）"},
    {
        "organisation.full_time": "1.专职人员数",
        "organisation.budget": "（四）政府信息公开专项经费",
    },
    {"replies.asked_to_amend": "7.告知做出更改补充数"},
    {"litigation.upheld": "（一）维持具体行政行为或者\n驳回原告诉讼请求数"},
    {
        "replies.refused.state_secret": "其中：（1）涉及国家秘密",
        "replies.refused.trade_secret": "（2）涉及商业秘密",
        "replies.refused.privacy": "（3）涉及个人隐私",
    },
    {"requests.online": "3.网上申请数"},
    {"response.press_conferences": "1.举办新闻发布会总次数"},
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What one publisher does with the table."""

    lines: tuple[Line, ...]
    columns: tuple[ValueColumn, ...] = (ValueColumn(VALUE, "统计数"),)
    label_head: str = "统计指标"
    unit_head: str = "单位"
    units: Units = "column"
    numbered: bool = False  # a column 序号 before the labels
    coded: bool = False  # a column 代码 behind the unit, as local tables have
    letters: bool = False  # a row 甲, 乙, 1 under the head
    divided_head: bool = False  # 统计数 over the heads of several columns
    halves: bool = False
    headings: Headings = "dashes"
    tail: Tail = "none"
    caption: bool = False  # the table's own title as its first row
    remarks: bool = False  # an empty column 备注 at the right
    fees_in_yuan: bool = False
    dot: str = "."


def draw_shape(rng: Random, form: OlderForm, year: int) -> Shape:
    """Most publishers keep the official table; one in three changes something."""
    lines = _t14_lines(rng) if form is OlderForm.T14 else rng.choice(T08_TABLES)
    columns: tuple[ValueColumn, ...] = (
        ValueColumn(VALUE, rng.choice(("统计数", "统计数", "数量"))),
    )
    if form is OlderForm.T08:
        columns = T08_COLUMNS[T08_TABLES.index(lines)]
    elif rng.random() < 0.2:
        columns = rng.choice(SEVERAL_COLUMNS)
    columns = tuple(ValueColumn(c.code, c.head.format(year=year, before=year - 1)) for c in columns)
    several = len(columns) > 1
    units: Units = rng.choice(("column",) * 8 + ("label", "none"))
    halves = not several and rng.random() < 0.14
    return Shape(
        lines=lines,
        columns=columns,
        label_head=rng.choice(LABEL_HEADS[form]),
        unit_head=rng.choice(("单位", "单位", "单 位", "计量单位", "计量\n单位")),
        units=units,
        numbered=rng.random() < (0.2 if form is OlderForm.T14 else 0.0),
        coded=form is OlderForm.T08 and rng.random() < 0.5,
        letters=form is OlderForm.T08 and units == "column" and rng.random() < 0.3,
        divided_head=several and rng.random() < 0.4,
        halves=halves,
        headings=rng.choice(("dashes", "dashes", "dashes", "hyphens", "blank", "band")),
        tail=rng.choice(("none", "none", "merged", "cells", "below")),
        caption=rng.random() < 0.15,
        remarks=not halves and rng.random() < 0.1,
        fees_in_yuan=rng.random() < 0.15,
        dot=rng.choice((".", ".", ".", "、", "．")),
    )


def _t14_lines(rng: Random) -> tuple[Line, ...]:
    """The lines of T14 as one organ prints them: reworded, left out, added."""
    wording: dict[str, str] = {}
    if rng.random() < 0.5:
        for variant in rng.sample(WORDINGS, rng.randint(1, 3)):
            wording |= variant
    lines = [
        Line(line.code, wording.get(line.code or "", line.label), line.unit) for line in T14_LINES
    ]
    if rng.random() < 0.12:
        lines = [line for line in lines if line.unit or not line.label.startswith("（")]
    if rng.random() < 0.12:
        dropped = rng.choice(
            (("meetings.",), ("response.",), ("disclosure.weibo", "disclosure.wechat"),
             ("replies.refused.",), ("complaints.",))
        )  # fmt: skip
        lines = [line for line in lines if not (line.code or "").startswith(dropped)]
    if rng.random() < 0.12:
        for after, added in rng.sample(T14_ADDED, rng.randint(1, 3)):
            places = [n for n, line in enumerate(lines) if line.code == after]
            if places:
                lines.insert(places[0] + 1, added)
    return tuple(lines)
