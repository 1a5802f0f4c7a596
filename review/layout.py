"""The form as a grid of rows and cells, like the printed one, for the keys that a reading has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from gouji.model import ReportCell
from gouji.reports.form import Form, Row
from gouji.reports.forms import (
    APPLICANTS,
    APPLICATIONS,
    ARTICLE20,
    FORMS,
    GROUPS,
    LATER,
    REVIEW,
    REVIEW_BLOCKS,
    REVIEW_RESULTS,
    application_rows,
)
from gouji.reports.wording import scope_in_words

BLOCKS = ("行政复议", "未经复议直接起诉", "复议后起诉")
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
HANDLED = "三、本年度办理结果"
CHINESE = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Place:
    """A cell of the grid: a label, or the value cell of a key."""

    text: str = ""
    key: str | None = None
    rows: int = 1
    columns: int = 1
    head: bool = True  # a label; of rows and columns alike


@dataclass(frozen=True, slots=True)
class FormTable:
    """A table of the form."""

    title: str
    rows: tuple[tuple[Place, ...], ...]
    name: str


def form_tables(template: str | None, cells: Sequence[ReportCell]) -> list[FormTable]:
    """The tables of the form with every key of the cells exactly once."""
    keys = list(dict.fromkeys(cell.key for cell in cells))
    there = set(keys)
    tables: list[FormTable] = []
    if template in LATER:
        form = FORMS[template or ""]
        single = f"{APPLICATIONS}/other_handling/total" in there
        tables = [
            FormTable("二、主动公开政府信息情况", tuple(_article20(form, there)), ARTICLE20),
            FormTable(
                "三、收到和处理政府信息公开申请情况",
                tuple(_applications(application_rows(form, single), there)),
                APPLICATIONS,
            ),
            FormTable("四、政府信息公开行政复议、行政诉讼情况", tuple(_review(there)), REVIEW),
        ]
    shown = {place.key for table in tables for row in table.rows for place in row}
    rest = [cell for cell in cells if cell.key not in shown]
    if rest:
        title = "其他" if tables else "政府信息公开情况统计表"
        tables.append(FormTable(title, tuple(_indicators(rest, template)), "rest"))
    return [table for table in tables if any(p.key for row in table.rows for p in row)]


def label_of(cell: ReportCell, template: str | None) -> str:
    """A cell in words: its row and column as the form has them."""
    table, row, column = [*cell.key.split("/", 2), "", ""][:3]
    if table == REVIEW:
        named = dict(zip(REVIEW_BLOCKS, BLOCKS, strict=True)).get(row, row)
        return f"{named} · {dict(zip(REVIEW_RESULTS, RESULTS, strict=True)).get(column, column)}"
    words = scope_in_words(row, template)
    if words == row and cell.label:
        words = cell.label
    group = GROUPS.get(row.partition(".")[0])
    if table == APPLICATIONS and group and "." in row:
        words = f"({group[0]}){group[1]} {words}"
    head = cell.column_label or _heads().get(f"{row}/{column}") or _heads().get(column, "")
    return f"{words} · {head}" if head else words or cell.key


def _heads() -> Mapping[str, str]:
    found = {column.code: column.heads[0] for column in APPLICANTS}
    for form in FORMS.values():
        for row in form.article20:
            found.update({f"{row.code}/{c.code}": c.heads[0] for c in row.columns})
    return found


def _value(key: str, there: set[str], columns: int = 1) -> Place:
    known = key if key in there else None
    return Place("", known, columns=columns, head=False)


def _article20(form: Form, there: set[str]) -> Iterator[tuple[Place, ...]]:
    wide = max(len(row.columns) for row in form.article20)
    for group, rows in groupby(form.article20, key=lambda row: row.group):
        listed = list(rows)
        heads = listed[0].columns
        spans = [1] * len(heads)
        spans[-1] += wide - len(heads)
        yield (Place(f"第二十条第({CHINESE[int(group)]})项", columns=1 + wide),)
        yield (
            Place("信息内容"),
            *(Place(c.heads[0], columns=s) for c, s in zip(heads, spans, strict=True)),
        )
        for row in listed:
            keys = (f"{ARTICLE20}/{row.code}/{c.code}" for c in row.columns)
            yield (
                Place(row.labels[0]),
                *(_value(k, there, s) for k, s in zip(keys, spans, strict=True)),
            )


def _applications(rows: Sequence[Row], there: set[str]) -> Iterator[tuple[Place, ...]]:
    note = "(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)"
    yield (Place(note, rows=3, columns=3), Place("申请人情况", columns=len(APPLICANTS)))
    yield (
        Place("自然人", rows=2),
        Place("法人或其他组织", columns=len(APPLICANTS) - 2),
        Place("总计", rows=2),
    )
    yield tuple(Place(column.heads[0]) for column in APPLICANTS[1:-1])
    last = len(rows) - 1
    sizes: dict[str, int] = {}
    for row in rows:
        sizes[row.group] = sizes.get(row.group, 0) + 1
    begun: set[str] = set()
    for index, row in enumerate(rows):
        labels: list[Place] = []
        words = row.labels[0]
        if index in (0, 1, last):
            labels.append(Place(f"{row.ordinal}、{words}", columns=3))
        else:
            if index == 2:
                labels.append(Place(HANDLED, rows=last - 2))
            if row.group in GROUPS:
                if row.group not in begun:
                    begun.add(row.group)
                    ordinal, name = GROUPS[row.group]
                    labels.append(Place(f"({ordinal}){name}", rows=sizes[row.group]))
                labels.append(Place(f"{row.ordinal}.{words}"))
            else:
                labels.append(Place(f"({row.ordinal}){words}", columns=2))
        keys = (f"{APPLICATIONS}/{row.code}/{column.code}" for column in APPLICANTS)
        yield (*labels, *(_value(key, there) for key in keys))


def _review(there: set[str]) -> Iterator[tuple[Place, ...]]:
    wide = len(RESULTS)
    yield (Place(BLOCKS[0], columns=wide, rows=2), Place("行政诉讼", columns=2 * wide))
    yield (Place(BLOCKS[1], columns=wide), Place(BLOCKS[2], columns=wide))
    yield tuple(Place(text) for _ in BLOCKS for text in RESULTS)
    yield tuple(
        _value(f"{REVIEW}/{block}/{result}", there)
        for block in REVIEW_BLOCKS
        for result in REVIEW_RESULTS
    )


def _indicators(cells: Sequence[ReportCell], template: str | None) -> Iterator[tuple[Place, ...]]:
    """A row a printed line: its label, its unit, and its values."""
    columns = list(dict.fromkeys(cell.key.rpartition("/")[2] for cell in cells))
    heads = {cell.key.rpartition("/")[2]: cell.column_label or "" for cell in cells}
    named = (Place(heads[column] or "统计数") for column in columns)
    yield (Place("统计指标"), Place("单位"), *named)
    for row, group in groupby(cells, key=lambda cell: cell.key.rpartition("/")[0]):
        listed = {cell.key.rpartition("/")[2]: cell for cell in group}
        first = next(iter(listed.values()))
        label = first.label or scope_in_words(row.rpartition("/")[2], template)
        yield (
            Place(label),
            Place(first.unit or ""),
            *(
                Place("", listed[c].key, head=False) if c in listed else Place("", head=False)
                for c in columns
            ),
        )
