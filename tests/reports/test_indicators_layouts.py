"""Tables of indicators set otherwise: halves side by side, page breaks, labels cut, chapters."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indicator_tables import HEAD, Grid, counted, finished, found, read, started, t14, texts

from gouji.model import (
    GridCell,
)
from samples.generator.older.codes import T14_LINES


def halves(rows: Grid, middle: int) -> Grid:
    left, right = rows[:middle], rows[middle:]
    right += [[""] * len(rows[0])] * (len(left) - len(right))
    return [[*a, *b] for a, b in zip(left, right, strict=True)]


@pytest.mark.parametrize("headed", [True, False])
def test_halves_side_by_side_are_read_down_the_left_one_first(headed: bool) -> None:
    rows = halves(t14()[1:], 34)
    assert texts(read([[*HEAD, *HEAD], *rows] if headed else rows)) == counted()


def test_halves_go_on_over_pages_in_either_order() -> None:
    whole = halves(t14()[1:], 34)
    head = [[*HEAD, *HEAD]]
    assert texts(read([*head, *whole[:20]], [*head, *whole[20:]])) == counted()
    body = t14()[1:]
    pages = [[*head, *halves(body[:40], 20)], [*head, *halves(body[40:], 14)]]
    assert texts(read(*pages)) == counted()


def test_halves_read_across_come_out_right() -> None:
    body = t14()[1:]
    rows = [
        [*body[n], *(body[n + 1] if n + 1 < len(body) else [""] * 3)]
        for n in range(0, len(body), 2)
    ]
    assert texts(read([[*HEAD, *HEAD], *rows])) == counted()


@pytest.mark.slow
@given(cut=st.integers(1, len(T14_LINES) - 1), again=st.booleans(), joined=st.booleans())
@settings(max_examples=30, deadline=None)
def test_a_page_break_anywhere_loses_nothing(cut: int, again: bool, joined: bool) -> None:
    head, *body = t14()
    below = [head, *body[cut:]] if again else body[cut:]
    assert texts(read([head, *body[:cut]], below, joined=joined)) == counted()


def test_a_label_cut_by_a_page_break_is_one_label() -> None:
    head, *body = t14()
    at = next(n for n, row in enumerate(body) if "危及国家安全" in row[0])
    label, unit, value = body[at]
    for first, second in (
        ([label[:10], "", ""], [label[10:], unit, value]),
        ([label[:10], unit, value], [label[10:], "", ""]),
    ):
        reading = read([head, *body[:at], first], [second, *body[at + 1 :]])
        assert texts(reading) == counted()
        assert found(reading)["replies.refused.security_stability"].label == label


def test_a_label_over_two_rows_of_the_table_is_one_label() -> None:
    head, *body = t14()
    at = next(n for n, row in enumerate(body) if "危及国家安全" in row[0])
    label, unit, value = body[at]
    for two in (
        [[label[:10], "", ""], [label[10:], unit, value]],
        [[label[:10], unit, value], [label[10:], "", ""]],
    ):
        assert texts(read([head, *body[:at], *two, *body[at + 1 :]])) == counted()


def test_chapters_in_a_column_of_their_own_tell_rows_of_the_same_words_apart() -> None:
    own = {
        "disclosure": "主动公开情况", "response": "回应解读情况", "requests": "依申请公开情况",
        "replies": "依申请公开情况", "litigation": "行政诉讼情况",
        "organisation": "机构建设和保障经费情况", "meetings": "会议和培训情况",
    }  # fmt: skip
    left_out = ("litigation.total", "litigation.upheld")
    lines = [
        line
        for line in T14_LINES
        if line.code and line.code.split(".")[0] in own and line.code not in left_out
    ]
    document = started()
    cells = [GridCell(0, c, 1, 1, text) for c, text in enumerate(["类别", *HEAD])]
    begun: dict[str, int] = {}
    for n, line in enumerate(lines, start=1):
        begun.setdefault(own[(line.code or "").split(".")[0]], n)
        for c, text in enumerate((line.label, line.unit, counted()[line.code or ""]), start=1):
            cells.append(GridCell(n, c, 1, 1, text or ""))
    ends = [*list(begun.values())[1:], len(lines) + 1]
    for (chapter, row), end in zip(begun.items(), ends, strict=True):
        cells.append(GridCell(row, 0, end - row, 1, chapter))
    document.add_table(cells, (len(lines) + 1, 4))
    got = texts(finished(document))
    assert {row: text for row, text in got.items() if text is not None} == {
        line.code: counted()[line.code or ""] for line in lines
    }
