"""How the tables of the forms are ruled, as the national forms print them (domain.md, 2)."""

from __future__ import annotations

import itertools
from functools import cache

from gouji.model.shape import Cell, TableShape

from .form import Form, Row
from .forms import APPLICANTS, GROUPS, LABELS, REVIEW_BLOCKS, REVIEW_RESULTS, T19, T21


@cache
def form_shapes() -> tuple[TableShape, ...]:
    """The ruled tables of T19 and T21; their parts on a page are ranges of these rows.

    Where the first rows alone have fewer columns (labels not parted yet), they are shapes as well.
    """
    shapes = [_applications(form) for form in (T21, T19)]
    heads = (shapes[0].head(rows) for rows in range(1, shapes[0].rows))
    shapes.extend(head for head in heads if 3 < head.columns < shapes[0].columns)
    shapes.extend(_review(rows) for rows in (1, 2))
    shapes.extend(_article20(form, wide) for form in (T21, T19) for wide in (0, -1))
    shapes.append(_halved(T19))
    return tuple(dict.fromkeys(shapes))


@cache
def band_shapes() -> tuple[TableShape, ...]:
    """Bands of article 20 that are tables of their own: so few sides that damage makes others of
    them, and all rules of a page have to speak for one."""
    return tuple(_bands_alone(form, values) for form, values in ((T21, 1), (T19, 2)))


def _applications(form: Form) -> TableShape:
    """Three rows of heads, then a row each; part three in the first column, groups beside it."""
    values = len(APPLICANTS)
    cells: list[Cell] = [(0, 0, 3, LABELS), (0, LABELS, 1, values), (1, LABELS, 2, 1)]
    cells.append((1, LABELS + 1, 1, values - 2))
    cells.extend((2, LABELS + k, 1, 1) for k in range(1, values - 1))
    cells.append((1, LABELS + values - 1, 2, 1))
    grouped = [row.group for row in form.applications]
    # part three: from the first row after the two of requests to the last before what is carried on
    first, last = 5, len(form.applications) + 1
    for index, row in enumerate(form.applications):
        at = 3 + index
        cells.extend((at, LABELS + k, 1, 1) for k in range(values))
        if not first <= at <= last:
            cells.append((at, 0, 1, LABELS))
        elif row.group in GROUPS:
            if index == 0 or grouped[index - 1] != row.group:
                cells.append((at, 1, grouped.count(row.group), 1))
            cells.append((at, 2, 1, 1))
        else:
            cells.append((at, 1, 1, 2))
    cells.append((first, 0, last - first + 1, 1))
    return TableShape.of(f"{form.template}/applications", cells)


def _review(rows: int) -> TableShape:
    """Three rows of heads, of which that of the first block has so many."""
    results, blocks = len(REVIEW_RESULTS), len(REVIEW_BLOCKS)
    cells: list[Cell] = [(0, 0, rows, results), (0, results, 1, (blocks - 1) * results)]
    cells.extend((rows, k, 3 - rows, 1) for k in range(results))
    cells.extend((1, block * results, 1, results) for block in range(1, blocks))
    cells.extend((2, k, 1, 1) for k in range(results, blocks * results))
    cells.extend((3, k, 1, 1) for k in range(blocks * results))
    return TableShape.of("review", cells)


def _article20(form: Form, wide: int) -> TableShape:
    """Bands, each with its heads; the value at ``wide`` is wider where a band has fewer."""
    groups: dict[str, list[Row]] = {}
    for row in form.article20:
        groups.setdefault(row.group, []).append(row)
    columns = 1 + max(len(row.columns) for row in form.article20)
    cells: list[Cell] = []
    at = 0
    for rows in groups.values():
        cells.append((at, 0, 1, columns))
        count = len(rows[0].columns)
        spans = [1] * count
        spans[wide] += columns - 1 - count
        for line in range(at + 1, at + 2 + len(rows)):
            cells.append((line, 0, 1, 1))
            column = 1
            for span in spans:
                cells.append((line, column, 1, span))
                column += span
        at += 2 + len(rows)
    return TableShape.of(f"{form.template}/article20/{wide}", cells)


def _halved(form: Form) -> TableShape:
    """Bands whose two values share the width of the three of others evenly."""
    spans_of = {1: (4,), 2: (2, 2), 3: (1, 2, 1)}
    cells: list[Cell] = []
    at = 0
    for _, rows in itertools.groupby(form.article20, lambda row: row.group):
        group = list(rows)
        cells.append((at, 0, 1, 5))
        for line in range(at + 1, at + 2 + len(group)):
            cells.append((line, 0, 1, 1))
            column = 1
            for span in spans_of[len(group[0].columns)]:
                cells.append((line, column, 1, span))
                column += span
        at += 2 + len(group)
    return TableShape.of(f"{form.template}/article20/halved", cells)


def _bands_alone(form: Form, values: int) -> TableShape:
    """Bands of so many values, each a table of its own with no column for others' values."""
    cells: list[Cell] = []
    at = 0
    for _, rows in itertools.groupby(form.article20, lambda row: row.group):
        group = list(rows)
        if len(group[0].columns) == values:
            cells.append((at, 0, 1, 1 + values))
            cells.extend(
                (line, column, 1, 1)
                for line in range(at + 1, at + 2 + len(group))
                for column in range(1 + values)
            )
            at += 2 + len(group)
    return TableShape.of(f"{form.template}/article20/alone", cells)
