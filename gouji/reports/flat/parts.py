"""The three tables of T19 and T21 from groups of labels and values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..forms import FORMS, LABELS
from ..labels import words_of
from ..rows import Section
from .groups import Group
from .labels import heads_as_printed, is_head20, joined_labels, label_pieces, rows_among
from .layout import FlatTable, Grid
from .trust import APPLICANTS, RESULTS, Trust, widest_rows, without_page_number
from .units import Unit
from .values import Value, said_once, under_heads
from .words import article20_row, is_band, template_of


def article20_table(
    groups: Sequence[Group], every: Sequence[Group], behind: Unit | None, trust: Trust
) -> FlatTable | None:
    """Part two: bands with a head row each, then labelled rows; None where there is nothing."""
    template = template_of({words_of(u.text) for g in every for u in g.labels})
    form = FORMS[template]
    counts = {row.code: len(row.columns) for row in form.article20}
    grid = Grid(Section.ARTICLE20, 4)
    widest = widest_rows(groups)
    above: list[Unit] = []  # the heads of the band
    printed: list[str] = []  # their words, merged cells as often as the text has them
    for number, group in enumerate(groups):
        after = groups[number + 1].unit if number + 1 < len(groups) else behind
        heads: list[Unit] = []
        printed = heads_as_printed(group.labels) or printed
        labels = joined_labels(group.labels)
        for index, unit in enumerate(labels):
            last = index == len(labels) - 1
            filled = last and any(value.text for value in group.values)
            if is_band(unit.text) or words_of(unit.text) == "信息内容":
                continue
            if is_head20(unit.text) and not filled:
                heads.append(unit)
                continue
            match = article20_row(unit.text)
            if match is None and not last:
                continue
            if heads:
                grid.add([(1 + i, head) for i, head in enumerate(heads)], (), 1)
                above, heads = heads, []
            columns = counts.get(match[0], 1) if match else len(group.values) or 1
            row = group if last else replace(group, values=(), hard=False)
            if row.hard and row.width < widest.get(row.piece, 0):
                row = replace(row, width=0)
            row = replace(row, labels=(unit,))
            if row.hard and len(row.values) > columns == len(above) > 1:
                row = replace(row, values=under_heads(row, above))
            elif not row.hard and len(row.values) > columns:
                row = replace(row, values=said_once(row.values, printed, columns))
            values = trust.place(row, columns, after)
            grid.add([(0, unit)], values, 1)
        if heads:
            grid.add([(1 + i, head) for i, head in enumerate(heads)], (), 1)
            above = heads
    return grid.table()


def applications_table(
    groups: Sequence[Group], behind: Unit | None, trust: Trust
) -> FlatTable | None:
    """Part three: three label columns and seven values a row."""
    grid = Grid(Section.APPLICATIONS, LABELS + APPLICANTS)
    padded = _padding(groups)
    widest = widest_rows(groups)
    groups = [without_page_number(group, APPLICANTS) for group in groups]
    for number, group in enumerate(groups):
        after = groups[number + 1].unit if number + 1 < len(groups) else behind
        pieces = label_pieces(group.labels)
        rows = rows_among(pieces, bool(group.values))
        for index, (outer, label) in enumerate(rows):
            last = index == len(rows) - 1
            row = group if last else replace(group, values=(), hard=False)
            if label is None and not row.values:
                continue
            if row.hard and row.width < widest.get(row.piece, 0):
                row = replace(row, width=0)  # shorter than the table: blanks at its end are gone
            row = replace(row, labels=(label,) if label else row.labels)
            values = trust.place(row, APPLICANTS, after, padded)
            labels = [(LABELS - 1, label)] if label else []
            labels += [(i, unit) for i, unit in enumerate(outer[-(LABELS - 1) :])]
            grid.add(sorted(labels, key=lambda pair: pair[0]), values, LABELS)
    return grid.table()


def _padding(groups: Sequence[Group]) -> int | None:
    """The cell at which all rows' values begin, where merged labels are padded in place.

    Rows with fewer labels than others tell it: their first filled value does not stand behind
    their label, but where the values of the other rows begin.
    """
    hard = [g for g in groups if g.hard and len([u for u in g.values if u.text]) >= APPLICANTS - 1]
    if not hard:
        return None
    deepest = max(group.lead for group in hard)
    shallow = [group for group in hard if group.lead < deepest]
    if not shallow:
        return None
    firsts = Counter(
        group.lead + next(i for i, unit in enumerate(group.values) if unit.text)
        for group in shallow
        # else the first applicant's cell is blank, and the row is filled up at its end
        if _last_filled(group) == deepest + APPLICANTS - 1
    )
    return deepest if 2 * firsts[deepest] > len(shallow) else None


def _last_filled(group: Group) -> int:
    """The cell of a row that holds its last value."""
    return group.lead + max((i for i, unit in enumerate(group.values) if unit.text), default=-1)


def review_table(groups: Sequence[Group], after: Unit | None, trust: Trust) -> FlatTable | None:
    """Part four: one row of fifteen values under its heads."""
    grid = Grid(Section.REVIEW, RESULTS)
    if not groups:
        return None
    heads = [unit for group in groups for unit in group.labels]
    hard = [group for group in groups if group.hard and len(group.values) >= 5]
    widest = widest_rows(groups)
    for start in range(0, len(heads), RESULTS):
        grid.add(list(enumerate(heads[start : start + RESULTS])), (), 0)
    if not trust.values:
        return grid.table()
    if hard:
        for group in hard:
            values = list(group.values)
            while len(values) > RESULTS and not values[-1].text:
                values.pop()
            trimmed = not values[-1].text or group.width < widest.get(group.piece, 0)
            if 0 < sum(1 for u in values if u.text) < RESULTS and trimmed:
                row = replace(group, values=tuple(values), lead=0, width=0)
                grid.add((), trust.place(row, RESULTS, None), 0)
                continue
            placed = [Value(i, u.text, (u.start, u.end)) for i, u in enumerate(values[:RESULTS])]
            grid.add((), placed, 0)
        return grid.table()
    soft = tuple(unit for group in groups for unit in group.values)
    whole = replace(groups[-1], values=soft, hard=False)
    grid.add((), trust.place(whole, RESULTS, after), 0)
    return grid.table()
