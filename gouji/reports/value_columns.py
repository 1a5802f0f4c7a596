"""Value columns of tables of indicators: which are whole, which are none, and what each means."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from gouji.model import Number, TableCell

from .amounts import parse_amount, plain
from .columns import Columns
from .forms_t14 import VALUE, VALUE_HEADS
from .panels import Panel, ValueColumn, is_unit
from .rows import PartRow

COUNTED, BY_ONE = 4, 0.8


def with_whole_columns(panel: Panel, rows: Sequence[PartRow]) -> Panel:
    """The panel with value columns as the rows show them.

    Two columns are one where a stray rule cuts the head and most values stand across both. A
    column without a head is none where it numbers the rows (codes of a form) or holds nothing.
    """
    if len(panel.values) < 2:
        return panel
    whole = _joined(panel, rows)
    places = [whole.columns.cells_in(row) for row in rows]
    kept = [
        index
        for index, column in enumerate(whole.values)
        if plain(column.head or "") or _has_values([c for place in places for c in place[index]])
    ]
    if not kept or len(kept) == len(whole.values):
        return whole
    spans = whole.columns.spans
    return replace(
        whole,
        columns=Columns(tuple(spans[i] for i in kept), whole.columns.certainty),
        values=tuple(whole.values[i] for i in kept),
        others=(*whole.others, *(s for i, s in enumerate(spans) if i not in kept)),
    )


def _joined(panel: Panel, rows: Sequence[PartRow]) -> Panel:
    spans, values = [panel.columns.spans[0]], [panel.values[0]]
    for span, value in zip(panel.columns.spans[1:], panel.values[1:], strict=True):
        pair = Columns((spans[-1], span), 1.0)
        cells = {
            (cell.row, cell.column): cell
            for row in rows
            for place in pair.cells_in(row)
            for cell in place
            if plain(cell.text)
        }
        across = sum(pair.covered_by(cell) == 2 for cell in cells.values())
        if across * 2 > len(cells):
            spans[-1] = (spans[-1][0], span[1])
            head = (values[-1].head or "") + (value.head or "")
            values[-1] = ValueColumn(head or None, value.unit or values[-1].unit)
        else:
            spans.append(span)
            values.append(value)
    columns = Columns(tuple(spans), panel.columns.certainty)
    return replace(panel, columns=columns, values=tuple(values))


def _has_values(cells: Sequence[TableCell]) -> bool:
    numbers = [parse_amount(cell.text).value for cell in cells]
    return any(number is not None for number in numbers) and not count_up(numbers)


def count_up(numbers: Sequence[Number | None]) -> bool:
    """Whether numbers only number the rows: they grow, most of them by one; some may be unread."""
    known = [number for number in numbers if number is not None]
    steps = [b - a for a, b in itertools.pairwise(known)]
    return (
        len(known) >= COUNTED
        and all(step > 0 for step in steps)
        and steps.count(1) >= BY_ONE * len(steps)
    )


def with_unit_column(panel: Panel, rows: Sequence[PartRow]) -> Panel:
    """The panel with the column as its units that holds units, whatever its head says."""
    if panel.unit is not None or len(panel.values) < 2:
        return panel
    places = [panel.columns.cells_in(row) for row in rows]
    for index, span in enumerate(panel.columns.spans):
        texts = [c.text for place in places for c in place[index] if plain(c.text)]
        if 2 * sum(is_unit(text) for text in texts) > len(texts):
            kept = [i for i in range(len(panel.values)) if i != index]
            return replace(
                panel,
                unit=span,
                columns=Columns(
                    tuple(panel.columns.spans[i] for i in kept), panel.columns.certainty
                ),
                values=tuple(panel.values[i] for i in kept),
            )
    return panel


@lru_cache(maxsize=256)
def column_codes(values: tuple[ValueColumn, ...], main: str | None) -> tuple[str, ...]:
    """Codes of value columns by the words of their heads.

    With ``main`` the column that says it for the whole organ and the whole year has that code,
    where there is one. Columns with unknown heads are ``column_2`` and so on by their place; so
    are those whose code an earlier column has.
    """
    heads = [plain(value.head or "") for value in values]
    known = [_meaning(head) for head in heads]
    years = [int(m.group()) if (m := re.search(r"20\d\d", head)) else 0 for head in heads]
    latest = max(years, default=0)
    codes: list[str | None] = [code for code, _ in known]
    for index, (code, _) in enumerate(known):
        if code == "year" and years[index] < latest:
            codes[index] = "previous" if years[index] == latest - 1 else None
    if main is not None:
        ranks = {
            index: rank
            for index, (code, rank) in enumerate(known)
            if rank is not None and codes[index] == code
        }
        if len(values) > 1 and ranks:
            codes[min(ranks, key=lambda i: ranks[i])] = main
        elif len(values) == 1:
            codes[0] = main
    if codes[0] is None and (len(values) == 1 or not any(heads)):
        codes[0] = VALUE
    result: list[str] = []
    for index, code in enumerate(codes):
        result.append(code if code and code not in result else f"column_{index + 1}")
    return tuple(result)


def _meaning(head: str) -> tuple[str | None, int | None]:
    for pattern, code, rank in VALUE_HEADS:
        if re.search(pattern, head):
            return code, rank
    return None, None
