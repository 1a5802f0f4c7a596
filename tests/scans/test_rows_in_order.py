"""Rows of scanned tables whose labels are hardly legible: placed by the form's order, or not."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from gouji.model import Box, TableCell, TablePart
from gouji.model.table import TableCells
from gouji.reports.fill import fill_form
from gouji.reports.form import Row
from gouji.reports.forms import APPLICANTS, FORMS, GROUPS

NOISE = "。、一二ニトい方个力于公中入い人工之口日月上下几二1240.:!|"
STRANGE = "霾韭蠹鬻龟鼎齑鬯麝黻黹黼鼋鼍龠"
RESULTS = ("granted_in_full", "granted_in_part", "other_handling", "processed_total")
# Where a row is missing, what is left of a label may be another row's: rarely, and one row.
ONE_ROW = len(APPLICANTS)
HEADS = ("自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计")


def damaged(text: str, share: float, chance: random.Random, noise: str = NOISE) -> str:
    """A text with this share of its characters replaced, and half as many dropped."""
    kept = [chance.choice(noise) if chance.random() < share else c for c in text]
    return "".join(c for c in kept if chance.random() >= share / 2)


def printed(row: Row) -> str:
    if not row.ordinal:
        return row.labels[0]
    number = row.ordinal if row.group else f"({row.ordinal})" if row.code in RESULTS else ""
    return f"{number or row.ordinal}{'' if number.startswith('(') else '、'}{row.labels[0]}"


def part_of(
    form_rows: Sequence[tuple[int, Row]], page: int, share: float, chance: random.Random,
    noise: str = NOISE, heads: bool = True, reader: str = "scan",
) -> TablePart:  # fmt: skip
    """Some rows of part three on a page, ruled as the form is; a value tells its row."""
    cells: list[TableCell] = []

    def add(row: int, column: int, rows: int, columns: int, text: str) -> None:
        box = Box(50 + 40 * column, 50 + 20 * row, 50 + 40 * (column + columns), 70 + 20 * row)
        cells.append(TableCell(row, column, rows, columns, text, box))

    at = 0
    if heads:
        add(0, 0, 2, 3, damaged("本列数据的勾稽关系为:第一项加第二项之和", share, chance, noise))
        add(0, 3, 1, 7, damaged("申请人情况", share, chance, noise))
        for k, head in enumerate(HEADS):
            add(1, 3 + k, 1, 1, damaged(head, share, chance, noise))
        at = 2
    inside = [k for k, (_, row) in enumerate(form_rows) if row.group or row.code in RESULTS]
    for k, (index, row) in enumerate(form_rows):
        label = damaged(printed(row), share, chance, noise)
        if k in inside and k == inside[0]:
            add(at + k, 0, len(inside), 1, damaged("三、本年度办理结果", share, chance, noise))
        if row.group:
            group = [m for m, (_, other) in enumerate(form_rows) if other.group == row.group]
            if k == group[0]:
                ordinal, words = GROUPS[row.group]
                name = damaged(f"({ordinal}){words}", share, chance, noise)
                add(at + k, 1, len(group), 1, name)
            add(at + k, 2, 1, 1, label)
        elif k in inside:
            add(at + k, 1, 1, 2, label)
        else:
            add(at + k, 0, 1, 3, label)
        for c in range(len(APPLICANTS)):
            add(at + k, 3 + c, 1, 1, str(1000 + 10 * index + c))
    size = (at + len(form_rows), 10)
    box = Box.around(cell.box for cell in cells)
    before = page - 2 if page > 1 else None
    return TablePart(page, page - 1, before, box, size, TableCells(cells), reader)


def pages_of(
    template: str, cuts: Sequence[int], missing: Sequence[int], share: float,
    chance: random.Random, noise: str = NOISE, heads: bool = True, reader: str = "scan",
) -> list[TablePart]:  # fmt: skip
    rows = [(i, r) for i, r in enumerate(FORMS[template].applications) if i not in missing]
    edges = sorted({0, *(cut for cut in cuts if 0 < cut < len(rows)), len(rows)})
    parts = []
    for page, (start, end) in enumerate(itertools.pairwise(edges), 1):
        above = heads or page == 1
        parts.append(part_of(rows[start:end], page, share, chance, noise, above, reader))
    return parts


def placed(parts: Sequence[TablePart], template: str) -> tuple[int, list[str]]:
    """How many rows of part three were placed, and those that were placed wrong."""
    codes = [row.code for row in FORMS[template].applications]
    found, wrong = set(), []
    for cell in fill_form(parts).cells:
        table, row, _ = cell.key.split("/")
        if table == "applications" and cell.amount.value is not None:
            found.add(row)
            index = (int(cell.amount.value) - 1000) // 10
            if not 0 <= index < len(codes) or codes[index] != row:
                wrong.append(f"{cell.key}={cell.amount.value}")
    return len(found), wrong


@given(
    st.sampled_from(("T19", "T21")), st.lists(st.integers(1, 26), max_size=3),
    st.floats(0.3, 0.6), st.booleans(), st.integers(0, 2**32),
)  # fmt: skip
@example("T19", [], 0.34765625, False, 3010284975)  # a label reads like an indicator
@example("T19", [], 0.453125, False, 2693)  # 其他 is all that is left of 其他处理
@settings(max_examples=40, deadline=None)
def test_a_whole_table_is_placed_by_what_is_left_of_its_labels(
    template: str, cuts: list[int], share: float, heads: bool, seed: int
) -> None:
    parts = pages_of(template, cuts, (), share, random.Random(seed), heads=heads)
    found, wrong = placed(parts, template)
    assert len(wrong) <= (ONE_ROW if cuts else 0)  # on a page of its own a row may be another's
    if share < 0.45 and not cuts:
        assert found >= 0.8 * len(FORMS[template].applications)


@pytest.mark.slow
@given(
    st.sampled_from(("T19", "T21")), st.lists(st.integers(1, 26), max_size=3),
    st.lists(st.integers(0, 26), max_size=5), st.floats(0.2, 0.35), st.booleans(),
    st.integers(0, 2**32),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_hardly_a_row_is_placed_wrong_when_others_are_missing(
    template: str, cuts: list[int], missing: list[int], share: float, heads: bool, seed: int
) -> None:
    parts = pages_of(template, cuts, missing, share, random.Random(seed), heads=heads)
    assert len(placed(parts, template)[1]) <= ONE_ROW


@pytest.mark.slow
@given(
    st.sampled_from(("T19", "T21")), st.integers(0, 26), st.integers(0, 26), st.floats(0.3, 0.9),
    st.integers(0, 2**32),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_hardly_a_row_of_a_page_of_its_own_is_placed_wrong(
    template: str, start: int, end: int, share: float, seed: int
) -> None:
    start, end = min(start, end), max(start, end) + 1
    outside = [i for i in range(27) if not start <= i < end]
    assume(len(FORMS[template].applications) > start)
    parts = pages_of(template, (), outside, share, random.Random(seed))
    assert len(placed(parts, template)[1]) <= ONE_ROW


@pytest.mark.parametrize("template", ["T19", "T21"])
@pytest.mark.parametrize("noise", [NOISE, STRANGE])
def test_noise_places_nothing(template: str, noise: str) -> None:
    for seed in range(5):
        parts = pages_of(template, (), (), 1.0, random.Random(seed), noise)
        assert placed(parts, template)[0] == 0


def test_a_digital_document_is_not_guessed_at() -> None:
    parts = pages_of("T19", (), (), 0.5, random.Random(1), reader="pdf_table")
    scanned = pages_of("T19", (), (), 0.5, random.Random(1))
    assert placed(scanned, "T19")[0] > placed(parts, "T19")[0]


def test_a_table_of_other_rows_is_not_taken_for_the_forms() -> None:
    names = (
        "教育局", "公安局", "民政局", "财政局", "人力资源和社会保障局", "自然资源局", "生态环境局",
        "住房和城乡建设局", "交通运输局", "水利局", "农业农村局", "卫生健康局", "应急管理局",
        "审计局", "市场监督管理局", "统计局", "信访局", "行政审批服务局", "司法局", "政务公开办",
    )  # fmt: skip
    rows = [(i, Row(f"local.{i}", (name,), str(i + 1))) for i, name in enumerate(names)]
    for seed in range(5):
        part = part_of(rows, 1, 0.2, random.Random(seed), heads=False)
        assert placed([part], "T21")[0] == 0


@pytest.mark.parametrize("group", ["unable", "refused", "not_processed"])
def test_a_label_of_several_rows_names_none_of_them(group: str) -> None:
    """The sides between a group's labels were not found, but for one that lies too low."""
    (part,) = pages_of("T21", (), (), 0.0, random.Random(1))
    own = [c for c in part.cells if c.column == 2 and c.row_span == 1 and c.column_span == 1]
    rows = [row for row in FORMS["T21"].applications if row.code.startswith(f"{group}.")]
    labels = [cell for cell in own if any(cell.text == printed(row) for row in rows)]
    assert len(labels) == len(rows)
    first, *others = labels
    below = Box.around(cell.box for cell in others)
    text = "\n".join(cell.text for cell in labels)
    joined = TableCell(others[0].row, 2, len(others), 1, text, below)
    kept = [cell for cell in part.cells if cell not in labels]
    table = replace(part, cells=TableCells([*kept, replace(first, text="0"), joined]))
    found, wrong = placed([table], "T21")
    assert not wrong
    assert found == len(FORMS["T21"].applications)


def test_one_character_of_a_label_does_not_name_another_row() -> None:
    # 期 is left of 总计; it is in other rows' wordings, which do not make it theirs
    rows = list(enumerate(FORMS["T21"].applications))
    part = part_of(rows, 1, 0.0, random.Random(0))
    cells = [replace(c, text="(七)期") if c.text == "(七)总计" else c for c in part.cells]
    found, wrong = placed([replace(part, cells=TableCells(cells))], "T21")
    assert (found, wrong) == (len(rows), [])
