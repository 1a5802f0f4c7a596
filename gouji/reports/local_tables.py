"""T08, tables of indicators of local making: label, unit, value, and which column it stands in.

There is no form to be missing from: only what the source prints becomes a cell. A line whose
label several local tables share has its code, any other is ``row_NN`` by its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from .filled import FilledCell
from .forms_t14 import INDICATORS, T08
from .indicators import IndicatorsReading
from .labels import Label, dice, pairs_of, words_of
from .printed_lines import (
    PrintedLine,
    fill_line,
    in_reading_orders,
    indicator_label,
    rejoined,
    stretches,
)
from .rows import PartRow
from .value_columns import column_codes

MATCHED = 0.75  # likeness of a label to a known one; 免予公开范围1 and 2 are 0.71 alike


def read_local_table(rows: Sequence[PartRow]) -> IndicatorsReading:
    """The lines of local tables with their values, in their order."""
    lines = rejoined(in_reading_orders(stretches(rows))[0], _best_words)
    stated = [
        line
        for line in lines
        if line.is_indicator or (line.values[0] and max(_scores(line.said)) >= MATCHED)
    ]
    codes = _codes(stated)
    cells: list[FilledCell] = []
    flags: list[str] = []
    columns: dict[str, None] = {}
    for line, (code, score) in zip(stated, codes, strict=True):
        names = column_codes(line.panel.values, None)
        columns.update(dict.fromkeys(names))
        keys = [
            f"{INDICATORS}/{code}/{name}" if cells_of else None
            for name, cells_of in zip(names, line.values, strict=True)
        ]
        cells += fill_line(line, keys, label_score=score, flags=flags)
    return IndicatorsReading(tuple(cells), tuple(columns), tuple(dict.fromkeys(flags)))


def _codes(lines: Sequence[PrintedLine]) -> list[tuple[str, float]]:
    """The code of each line and how sure it is; each code once, to the line most like it."""
    likely = sorted(
        (
            (score, -index, row)
            for index, line in enumerate(lines)
            for row, score in enumerate(_scores(line.said))
            if score >= MATCHED
        ),
        reverse=True,
    )
    given: dict[int, tuple[str, float]] = {}
    taken: set[int] = set()
    for score, index, row in likely:
        if -index not in given and row not in taken:
            given[-index] = (T08.indicators[row].code, score)
            taken.add(row)
    return [given.get(n, (f"row_{n + 1:02d}", 1.0)) for n in range(len(lines))]


@lru_cache(maxsize=4096)
def _scores(text: str) -> tuple[float, ...]:
    return tuple(_likeness(indicator_label(text), wordings) for wordings in _wordings())


@lru_cache(maxsize=1)
def _wordings() -> tuple[tuple[frozenset[str], ...], ...]:
    return tuple(tuple(pairs_of(words_of(label)) for label in row.labels) for row in T08.indicators)


def _likeness(label: Label, wordings: Sequence[frozenset[str]]) -> float:
    return max(dice(label.pairs, wanted) for wanted in wordings)


def _best_words(label: Label) -> float:
    return max(_likeness(label, wordings) for wordings in _wordings())
