"""Lines: runs that lie on one straight, or slightly wavy, line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..opencv import cv2
from .runs import Floats, Ridge, Run

SAME = 0.35  # type sizes between runs of one line
ASIDE = 0.2  # type sizes between rows of two runs with white between that are of two lines
OVERLAP = 0.5  # type sizes that runs of one line may overlap
LEAN = 0.015  # how far a line leans or waves, per length
LOST = 8.0  # type sizes between runs of one line
SOLID = 6.0  # type sizes: a run so long is no stroke of type
HELD = 0.7  # of a dark piece that is dark
FOLLOWED, LOOKED = 0.25, 2.0  # type sizes that a rule is followed aside, seen over such a stretch
FOLLOWABLE = 6.0  # type sizes: shorter runs say nothing but their row
OWN = 0.2  # of its darkness: so much darker a row at the far end of the reach has to be
AS_DARK = 0.7  # of its darkest row: the others that a rule is as thick as
SMOOTH = 0.6  # type sizes over which a line is looked at

Floats64 = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(slots=True)
class RuleLine:
    """A line that a rule may follow; its runs from the start on.

    Looked at along the line: ``ridge`` (smoothed, and ``raw``) and ``beside`` at every step;
    ``strength`` is its usual ridge.
    """

    runs: list[Run]
    ridge: Floats
    raw: Floats
    beside: Floats
    strength: float
    rows: Floats64  # at every step
    step: int
    horizontal: bool

    @property
    def start(self) -> float:
        return self.runs[0].start

    @property
    def end(self) -> float:
        return self.runs[-1].end

    @property
    def support(self) -> float:
        """Pixels of the line that runs cover."""
        return sum(run.length for run in self.runs)

    @property
    def longest(self) -> float:
        return max(run.length for run in self.runs)

    def row(self, column: float) -> float:
        """Its place at a column, in pixels."""
        index = min(max(int(column / self.step), 0), len(self.rows) - 1)
        return float(self.rows[index])

    def stretch(self, first: float, last: float) -> slice:
        low = max(0, round(first / self.step))
        return slice(low, max(low + 1, round(last / self.step)))

    def pieces(self, darkness: float, shortest: float, gap: float) -> list[RuleLine]:
        """Its stretches of at least so many pixels that are so dark, each as a line.

        Where other rules cross it, it does not stand out: ``gap`` pixels may be fainter.
        """
        found = []
        for run in self.runs:
            first = self.stretch(run.start, run.end).start
            dark = np.flatnonzero(self.ridge[self.stretch(run.start, run.end)] >= darkness) + first
            for part in np.split(dark, np.flatnonzero(np.diff(dark) * self.step > gap) + 1):
                length = float((part[-1] + 1 - part[0]) * self.step) if len(part) else 0.0
                if length < shortest or len(part) * self.step < HELD * length:
                    continue
                start, share = float(part[0] * self.step), run.score * length / run.length
                strength = float(np.median(self.ridge[part]))
                piece = Run(run.row, start, start + length, share)
                found.append(replace(self, runs=[piece], strength=strength))
        return found


def find_lines(runs: Sequence[Run], ridge: Ridge, em: float, *, horizontal: bool) -> list[RuleLine]:
    """Runs gathered to lines, the best run of each first."""
    groups: list[list[Run]] = []
    # A run joins no line further off than the whole length may lean; noise has thousands of runs.
    band = SAME * em + LEAN * ridge.height.shape[1] * ridge.step + 1
    by_band: defaultdict[int, set[int]] = defaultdict(set)
    for run in runs:
        at = int(run.row / band)
        near = by_band[at - 1] | by_band[at] | by_band[at + 1]
        off = [(_apart(groups[number], run), number) for number in near]
        fitting = [pair for pair in off if pair[0] is not None and pair[0] <= SAME * em]
        number = min(fitting)[1] if fitting else len(groups)
        if not fitting:
            groups.append([])
        groups[number].append(run)
        by_band[at].add(number)
    ordered = [sorted(group, key=lambda r: r.start) for group in groups]
    parts = [part for group in ordered for part in _parted(group, em, horizontal)]
    return [_line(part, ridge, em, horizontal) for part in parts]


def _parted(runs: Sequence[Run], em: float, horizontal: bool) -> Iterator[list[Run]]:
    """The runs of a line, parted where it is not seen for so long that they may be of two tables,
    or one of them of type.

    Tables stand one below the other: across, long runs at one height are of one table.
    """
    part: list[Run] = []
    end = longest = 0.0
    for run in runs:
        one = horizontal and min(longest, run.length) >= SOLID * em
        gap = run.start - end
        aside = part and abs(run.row - part[-1].row) > ASIDE * em + LEAN * gap and gap > em
        if part and ((gap > LOST * em and not one) or aside):
            yield part
            part, longest = [], 0.0
        part.append(run)
        end, longest = max(end, run.end), max(longest, run.length)
    yield part


def _apart(group: Sequence[Run], run: Run) -> float | None:
    """How far a run is from the nearest of a line's; None where they stand side by side."""
    best: tuple[float, float] | None = None
    for other in group:
        gap = max(other.start, run.start) - min(other.end, run.end)
        if gap < -0.3 * min(run.length, other.length):
            return None
        off = max(0.0, abs(other.row - run.row) - LEAN * max(gap, 0.0))
        if best is None or gap < best[0]:
            best = (gap, off)
    return best[1] if best else None


def _followed(path: Floats64, runs: Sequence[Run], ridge: Ridge, em: float) -> Floats64:
    """The path where its long runs are darkest: a run has one row, a rule may lean or bend in it.

    Seen over a stretch of the rule, since strokes of type stand near; of the rows that are as dark
    it is the middle, since rules are several rows thick.
    """
    reach = max(1, round(FOLLOWED * em))
    rows = np.arange(-reach, reach + 1)
    width = max(1, round(LOOKED * em / ridge.step)) | 1
    stretches = [
        slice(int(run.start / ridge.step), min(int(run.end / ridge.step), len(path)))
        for run in runs
        if run.length >= FOLLOWABLE * em
    ]
    for _ in range(2):  # the first time from the rows of runs, which are steps
        for part in stretches:
            steps = np.arange(part.start, part.stop)
            index = np.rint(path[part]).astype(np.int64) + rows[:, None]
            near = np.clip(ridge.height[np.clip(index, 0, len(ridge.height) - 1), steps], 0, None)
            even = cv2.blur(near, (width, 1), borderType=cv2.BORDER_REPLICATE)
            even -= OWN * even.max(axis=0) * np.abs(rows[:, None]) / reach
            as_dark = even >= AS_DARK * even.max(axis=0)
            apart = np.cumsum(~as_dark, axis=0)  # the other rule of two is none of this one
            as_dark &= apart == apart[even.argmax(axis=0), np.arange(part.stop - part.start)]
            middle = (index * as_dark).sum(axis=0) / as_dark.sum(axis=0)
            path[part] = cv2.blur(middle[None, :], (width, 1), borderType=cv2.BORDER_REPLICATE)[0]
    return path


def _line(runs: list[Run], ridge: Ridge, em: float, horizontal: bool) -> RuleLine:
    columns = ridge.height.shape[1]
    at: list[float] = []
    rows: list[float] = []
    for run in runs:
        at += [max(run.start, at[-1] if at else 0), run.end]
        rows += [run.row, run.row]
    middle = (np.arange(columns) + 0.5) * ridge.step
    path = _followed(np.interp(middle, at, rows), runs, ridge, em)
    index = np.clip(np.rint(path).astype(np.int64), 0, ridge.height.shape[0] - 1)
    steps = np.arange(columns)
    # it may wave by a pixel between its runs
    beyond = np.clip(index + np.array([[-1], [0], [1]]), 0, ridge.height.shape[0] - 1)
    rows_near = np.clip(ridge.height[beyond, steps], -2 * ridge.allowance, None)
    raw = rows_near.max(axis=0)
    width = max(1, round(SMOOTH * em / ridge.step)) | 1
    # smoothed before the best row is chosen: the best of three noises is no rule
    smooth = cv2.blur(rows_near, (width, 1), borderType=cv2.BORDER_REPLICATE).max(axis=0)
    beside = ridge.beside[index, steps]
    covered = np.concatenate(
        [np.arange(int(r.start / ridge.step), int(r.end / ridge.step)) for r in runs]
    )
    held = smooth[np.minimum(covered, columns - 1)]
    strength = float(np.median(held)) if len(held) else 0.0
    return RuleLine(runs, smooth, raw, beside, strength, path, ridge.step, horizontal)
