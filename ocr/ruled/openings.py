"""Where a table stands open: its upright rules go on beyond its last rule across and end together.

So a page break leaves a table whose top or bottom rule is not drawn. An inner upright of the row
that is open crosses one rule only; the place where the outer ones end is as good as a second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from .lines import RuleLine
from .runs import Run

TOGETHER = 0.6  # type sizes between the ends of the outer rules
AT_END = 1.0  # type sizes from an outer rule to the end of the rule across
AS_WIDE = 0.8  # of a rule's width: narrower ones run across a part of a table, or under words
LONG = 2.0  # type sizes: a line of a table
SEVERAL, MOST = 3, 0.6  # lines of a table, and of those that are drawn on beyond its rule
AS_STRONG = 0.5  # of the rule's strength: of print and noise stands less in line
ROW = (0.8, 12.0)  # type sizes: how high the open row may be


def openings(across: Sequence[RuleLine], down: Sequence[RuleLine], em: float) -> list[RuleLine]:
    """Lines across at which tables stand open, one for each; ``across`` are rules, ``down`` lines
    that may be."""
    found: list[RuleLine] = []
    for rule in across:
        left = [line for line in down if _meets(line, rule, rule.start, em)]
        right = [line for line in down if _meets(line, rule, rule.end, em)]
        for above in (True, False):
            ends = [
                (a + b) / 2
                for a in _beyond(left, rule, rule.start, above, em)
                for b in _beyond(right, rule, rule.end, above, em)
                if abs(a - b) <= TOGETHER * em
            ] or _together(rule, down, above, em)
            if ends and not (
                _is_closed(rule, across, ends[0], em) or _is_crossed(rule, down, ends[0], em)
            ):
                found.append(_line_at(rule, ends[0], *_extent(rule, down, ends[0], em)))
    return found


def _together(rule: RuleLine, down: Sequence[RuleLine], above: bool, em: float) -> list[float]:
    """Where several lines of a table end together, though one of the outer ones is broken there."""
    ends = sorted(
        end
        for line in down
        if line.strength >= AS_STRONG * rule.strength
        and rule.start - AT_END * em <= (at := line.row(rule.rows.mean())) <= rule.end + AT_END * em
        for end in _beyond([line], rule, at, above, em)
    )
    near = [[end for end in ends if 0 <= end - first <= TOGETHER * em] for first in ends]
    most = max(near, key=len, default=[])
    return [most[len(most) // 2]] if len(most) >= max(SEVERAL, MOST * len(ends)) else []


def _extent(rule: RuleLine, down: Sequence[RuleLine], end: float, em: float) -> tuple[float, float]:
    """From and to where lines end together: a cell over rows has no rule below it there."""
    places = [rule.start, rule.end]
    for line in down:
        if any(
            run.length >= LONG * em
            and min(abs(run.start - end), abs(run.end - end)) <= TOGETHER * em
            for run in line.runs
        ):
            places.append(line.row(end))
    return min(places), max(places)


def _meets(line: RuleLine, rule: RuleLine, end: float, em: float) -> bool:
    return abs(line.row(rule.row(end)) - end) <= AT_END * em


def _beyond(
    lines: Sequence[RuleLine], rule: RuleLine, at: float, above: bool, em: float
) -> Iterator[float]:
    """Where lines that are drawn from a rule on beyond it end."""
    level = float(rule.row(at))
    for line in lines:
        for run in line.runs:
            if not run.start - AT_END * em <= level <= run.end + AT_END * em:
                continue
            end = run.start if above else run.end
            high = level - end if above else end - level
            if ROW[0] * em <= high <= ROW[1] * em:
                yield end


def _is_closed(rule: RuleLine, across: Sequence[RuleLine], end: float, em: float) -> bool:
    """Whether another rule as wide runs across between a rule and the end, or at the end."""
    middle = (rule.start + rule.end) / 2
    level = rule.row(middle)
    low, high = min(level, end) - TOGETHER * em, max(level, end) + TOGETHER * em
    return any(
        other is not rule
        and _common(rule, other) > AS_WIDE * (rule.end - rule.start)
        and low <= other.row(middle) <= high
        for other in across
    )


def _is_crossed(rule: RuleLine, down: Sequence[RuleLine], end: float, em: float) -> bool:
    """Whether a line of the table goes on beyond the end: the outer ones are broken there."""
    low, high = end - TOGETHER * em, end + TOGETHER * em
    return any(
        rule.start - AT_END * em <= line.row(end) <= rule.end + AT_END * em
        and any(run.start < low and high < run.end for run in line.runs)
        for line in down
    )


def _common(rule: RuleLine, other: RuleLine) -> float:
    return min(rule.end, other.end) - max(rule.start, other.start)


def _line_at(rule: RuleLine, row: float, start: float, end: float) -> RuleLine:
    """A line across as level as a rule, at another place."""
    rows = rule.rows + (row - rule.row((rule.start + rule.end) / 2))
    nothing = np.zeros(len(rows), np.float32)
    run = Run(round(row), start, end, 0.0)
    return RuleLine([run], nothing, nothing, nothing, 0.0, rows, rule.step, rule.horizontal)
