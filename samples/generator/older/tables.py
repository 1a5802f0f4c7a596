"""The table of indicators as a grid of cells, and the report around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from samples.generator.document import Block, Document, Line, chinese_date, masthead
from samples.generator.forms import Cell, TableLayout
from samples.generator.older.codes import Line as IndicatorLine
from samples.generator.older.codes import OlderForm, key, rows_of
from samples.generator.older.facts import MONEY, OlderFacts
from samples.generator.older.shape import Shape

DASHES = {"dashes": "——", "hyphens": "----", "blank": "", "band": ""}
PEOPLE = ("李明华", "王建国", "张秀英", "刘永强", "陈桂兰", "赵新民")


def compose_older(facts: OlderFacts) -> Document:
    """Title, seven parts, signature and the table at the end or before the last part."""
    rng = Random(f"document:{facts.seed}:{facts.form.value}")
    blocks: list[Block] = [*masthead(rng, facts), Line("paragraph", facts.lead)]
    table = list(_table_blocks(rng, facts))
    early = rng.random() < 0.3
    for section in facts.sections:
        if early and section is facts.sections[-1]:
            blocks.extend(table)
        blocks.append(Line("heading", f"{section.numeral}、{section.heading}"))
        blocks.extend(Line("paragraph", text) for text in section.paragraphs)
    if not early and rng.random() < 0.3:
        blocks.extend(table)
        table = []
    if facts.document_date:
        blocks.append(Line("signature", facts.issuer.name))
        blocks.append(Line("signature", chinese_date(facts.document_date)))
    if not early:
        blocks.extend(table)
    return Document(facts.title, tuple(blocks))


def _table_blocks(rng: Random, facts: OlderFacts) -> Iterator[Block]:
    shape = facts.shape
    name = _caption(facts)
    tail = _tail_texts(rng, facts)
    if not shape.caption:
        yield Line("heading", rng.choice(("附件：", "附：", "附表：")) + name)
    if rng.random() < 0.3:
        yield Line("small", f"填报单位（盖章）：{facts.issuer.name}")
    yield lay_out(facts, tail)
    if shape.tail == "below":
        yield Line("small", "　".join(tail))


def _caption(facts: OlderFacts) -> str:
    if facts.form is OlderForm.T14:
        return f"政府信息公开情况统计表（{facts.report_year}年度）"
    return f"{facts.report_year}年政府信息公开情况统计表"


def _tail_texts(rng: Random, facts: OlderFacts) -> tuple[str, ...]:
    people = rng.sample(PEOPLE, 3)
    day = chinese_date(facts.document_date) if facts.document_date else f"{facts.report_year}.12.31"
    return (
        f"单位负责人：{people[0]}",
        f"审核人：{people[1]}",
        f"填报人：{people[2]}",
        f"联系电话：{facts.issuer.phone}",
        f"填报日期：{day}",
    )


def lay_out(facts: OlderFacts, tail: Sequence[str] = ()) -> TableLayout:
    """The table as this publisher sets it."""
    shape = facts.shape
    lines = _named(shape)
    panels: list[list[tuple[str | None, IndicatorLine]]] = [lines]
    if shape.halves:
        middle = (len(lines) + 1) // 2
        panels = [lines[:middle], lines[middle:]]
    width = len(_column_roles(shape))
    head = list(_head(shape, len(panels), width, _caption(facts)))
    top = max(cell.rows.stop for cell in head)
    cells = list(head)
    for index, panel in enumerate(panels):
        first = 1 + sum(line.unit is not None for _, line in lines[: len(panels[0]) * index])
        cells.extend(_body(facts, panel, top, index * width, first))
    rows = top + len(panels[0])
    if len(panels) > 1 and len(panels[1]) < len(panels[0]):
        cells.extend(Cell(rows - 1, width + column, 1, 1, "", "value") for column in range(width))
    cells.extend(_tail(shape, rows, width * len(panels), tail))
    rows = max(cell.rows.stop for cell in cells)
    weights = tuple(_weights(shape)) * len(panels)
    ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
    return TableLayout("indicators", rows, weights, top, 2 if shape.numbered else 1, ordered)


def _named(shape: Shape) -> list[tuple[str | None, IndicatorLine]]:
    """Lines with their row codes; headings have none."""
    codes = iter(rows_of(shape.lines))
    return [(next(codes)[0] if line.unit else None, line) for line in shape.lines]


def _column_roles(shape: Shape) -> tuple[str, ...]:
    roles = ["number"] if shape.numbered else []
    roles.append("label")
    if shape.units == "column":
        roles.append("unit")
    if shape.coded:
        roles.append("code")
    roles.extend(column.code for column in shape.columns)
    if shape.remarks:
        roles.append("remark")
    return tuple(roles)


def _weights(shape: Shape) -> Iterator[float]:
    sizes = {"number": 0.07, "label": 0.6, "unit": 0.12, "code": 0.09, "remark": 0.12}
    for role in _column_roles(shape):
        yield sizes.get(role, 0.2)


def _head(shape: Shape, panels: int, width: int, caption: str) -> Iterator[Cell]:
    row = 0
    if shape.caption:
        yield Cell(0, 0, 1, width * panels, caption, "band")
        row = 1
    words = {"number": "序号", "label": shape.label_head, "unit": shape.unit_head}
    words |= {"code": "代码", "remark": "备注"} | {c.code: c.head for c in shape.columns}
    tall = 2 if shape.divided_head else 1
    values = {column.code for column in shape.columns}
    for panel in range(panels):
        start = panel * width
        for column, role in enumerate(_column_roles(shape), start):
            divided = role in values and tall > 1
            yield Cell(row + divided, column, tall - divided, 1, words[role], "header")
        if tall > 1:
            first = start + _column_roles(shape).index(shape.columns[0].code)
            yield Cell(row, first, 1, len(shape.columns), "统计数", "header")
        if shape.letters:
            for column, role in enumerate(_column_roles(shape), start):
                letter = {"label": "甲", "unit": "乙", "code": "丙", "number": "", "remark": ""}
                order = [c.code for c in shape.columns]
                text = letter.get(role) if role in letter else str(order.index(role) + 1)
                yield Cell(row + tall, column, 1, 1, text or "", "header")


def _body(
    facts: OlderFacts,
    lines: Sequence[tuple[str | None, IndicatorLine]],
    top: int,
    left: int,
    first: int,
) -> Iterator[Cell]:
    """The lines of one panel; `first` numbers its first line that has values."""
    shape, roles = facts.shape, _column_roles(facts.shape)
    number = first
    for row, (code, line) in enumerate(lines, top):
        if line.unit is None and shape.headings == "band":
            yield Cell(row, left, 1, len(roles), _label(shape, line), "label")
            continue
        for column, role in enumerate(roles, left):
            text = ""
            if role == "label":
                yield Cell(row, column, 1, 1, _label(shape, line), "label")
            elif code is not None and role not in ("number", "unit", "code", "remark"):
                place = key(code, role)
                yield Cell(row, column, 1, 1, facts.cells[place].text, "value", place)
            else:
                if role == "number":
                    text = str(row - top + 1 if shape.halves is False else number)
                elif role == "code":
                    text = f"{number:02d}" if line.unit else ""
                elif role == "unit" and line.unit:
                    text = facts.units.get(key(code or "", shape.columns[0].code), line.unit)
                elif role != "remark" and line.unit is None:
                    text = DASHES[shape.headings]
                yield Cell(row, column, 1, 1, text, "value")
        number += line.unit is not None


def _label(shape: Shape, line: IndicatorLine) -> str:
    text = line.label
    if line.unit and shape.units == "label":
        unit = "元" if shape.fees_in_yuan and line.code in MONEY else line.unit
        text += f"（单位：{unit}）"
    head, dot, rest = text.partition(".")
    return f"{head}{shape.dot}{rest}" if dot and head[-1:].isdigit() else text


def _tail(shape: Shape, row: int, width: int, texts: Sequence[str]) -> Iterator[Cell]:
    if not texts or shape.tail not in ("merged", "cells"):
        return
    if shape.tail == "merged" or width < 3:
        yield Cell(row, 0, 1, width, "　".join(texts), "note")
        return
    for number, text in enumerate((*texts[:1], *texts[3:]), row):
        words, _, value = text.partition("：")
        yield Cell(number, 0, 1, 1, words, "label")
        yield Cell(number, 1, 1, width - 2, "", "value")
        yield Cell(number, width - 1, 1, 1, value, "label")
