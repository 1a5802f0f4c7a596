"""Dashes: thin strokes that follow each other in line, and the pieces where they cross.

A dash may be as long as a stroke of a character. What tells it is that more of its kind lie before
and behind it, no further off than it is long; where two rules cross lies a piece of the size of a
character that is nothing but a stroke across and a stroke down.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..opencv import cv2

FEWEST = 8  # dashes on a page that has any
THIN, THICKEST, SOLID = 0.22, 0.5, 0.85  # type sizes: thicker ones are filled, or are characters
SHORT, LONGEST = 1.4, 1.4  # times as long as thick, and type sizes
SLENDER = 2.0  # times as long as wide: with what little of a rule across it hangs on
REACH, IN_LINE = 1.2, 0.4  # type sizes: how near a crossing, and how much, other dashes are
BESIDE_ARMS = 0.08  # of a crossing of two dashes that is in neither
EDGES = 0.4  # of a stroke's length: as much is dark at its edges
LEVEL = 0.12  # type sizes that dashes of one rule may be off its line
SEVERAL, LONG = 5, 4.0  # dashes of a rule, and type sizes from the first to the last
AS_THICK = 1.7  # times as thick as the one before, or a pixel more

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, np.dtype[np.intp]]
Values = np.ndarray[Any, np.dtype[np.float64]]
Stats = np.ndarray[Any, Any]  # a row for each piece: left, top, width, height, area in pixels


@dataclass(frozen=True, slots=True)
class Crossing:
    """A piece that is a stroke across and one down: left, top, width and height of both."""

    piece: int
    across: tuple[int, int, int, int]
    down: tuple[int, int, int, int]


def find_dashes(labels: Any, stats: Stats, pieces: Mask, em: float) -> tuple[Mask, list[Crossing]]:
    """Which pieces of ink are dashes of rules, or two of them that cross (among ``pieces``).

    ``labels`` says of each pixel of which piece it is, ``em`` is the type size in pixels. Also
    what may be crossings: with dashes on both ways, but too few in line to be sure.
    """
    found = np.zeros(len(stats), bool)
    wide, high = stats[:, 2], stats[:, 3]
    less, more = np.minimum(wide, high), np.maximum(wide, high)
    stroke = (more >= SHORT * less) & (more <= LONGEST * em) & (less < THICKEST * em)
    thick = stats[:, 4] / np.maximum(more, 1)  # in the mean: the end of another rule may touch it
    bare = (less < THIN * em) | ((thick < THIN * em) & (more >= SLENDER * less))
    stroke &= bare | (stats[:, 4] >= SOLID * wide * high)
    stroke[0] = False
    if np.count_nonzero(stroke) < FEWEST:
        return found, []
    strokes = np.flatnonzero(stroke)
    lines = [
        _Strokes.of(stats, strokes[wide[strokes] > high[strokes]], thick, down=False),
        _Strokes.of(stats, strokes[high[strokes] > wide[strokes]], thick, down=True),
    ]
    firm = [_in_line(line, em) for line in lines]
    usual = np.concatenate(
        [thick[line.pieces[held]] for line, held in zip(lines, firm, strict=True)]
    )
    most = max(2, round(1.4 * float(np.median(usual)) + 1 if len(usual) else THIN * em))
    sparse = pieces & ~(stroke & bare) & (stats[:, 4] <= most * (wide + high))
    crossings = []
    for index in _near(stats, stroke, sparse, em):
        x, y, broad, tall = (int(v) for v in stats[index, :4])
        arms = _arms(labels[y : y + tall, x : x + broad] == index, most)
        if arms is not None:
            row, column = arms
            across = (x, y + row.start, broad, row.stop - row.start)
            down = (x + column.start, y, column.stop - column.start, tall)
            crossings.append(Crossing(index, across, down))
    arms_at = [len(line.pieces) for line in lines]
    lines = [
        lines[0].joined([one.across for one in crossings], down=False),
        lines[1].joined([one.down for one in crossings], down=True),
    ]
    held = [_in_line(line, em) for line in lines]
    for _ in range(2):  # a rule of two or three dashes runs from one that is known to another
        anchored = held[0][arms_at[0] :] | held[1][arms_at[1] :]
        held = [
            _in_line(line, em, np.concatenate([np.zeros(at, bool), anchored]))
            for line, at in zip(lines, arms_at, strict=True)
        ]
    for line, chosen, at in zip(lines, held, arms_at, strict=True):
        found[line.pieces[:at][chosen[:at]]] = True
    both = held[0][arms_at[0] :] & held[1][arms_at[1] :]
    found[[one.piece for one in itertools.compress(crossings, both)]] = True
    return found, list(itertools.compress(crossings, ~both))


@dataclass(frozen=True, slots=True)
class _Strokes:
    """Strokes of one direction, in pixels along it and across; ``pieces`` are numbers of pieces,
    those of crossings at the end without any."""

    pieces: Places
    start: Values
    length: Values
    middle: Values
    thick: Values

    @staticmethod
    def of(stats: Stats, pieces: Places, thick: Values, *, down: bool) -> _Strokes:
        left, top, wide, high = (stats[pieces, i].astype(np.float64) for i in range(4))
        if down:
            left, top, wide, high = top, left, high, wide
        return _Strokes(pieces, left, wide, top + high / 2, thick[pieces])

    def joined(self, arms: Sequence[tuple[int, int, int, int]], *, down: bool) -> _Strokes:
        """With the arms of crossings."""
        left, top, wide, high = np.array(arms, np.float64).reshape(-1, 4).T
        if down:
            left, top, wide, high = top, left, high, wide
        return _Strokes(
            self.pieces,
            np.concatenate([self.start, left]),
            np.concatenate([self.length, wide]),
            np.concatenate([self.middle, top + high / 2]),
            np.concatenate([self.thick, high]),
        )


def _in_line(line: _Strokes, em: float, anchored: Mask | None = None) -> Mask:
    """Which strokes follow each other, several of them or from one ``anchored`` to another."""
    chosen = np.zeros(len(line.start), bool)
    if len(chosen) < 2:
        return chosen
    level = max(1.0, LEVEL * em)
    for shift in (0.0, 0.5):  # a rule may lie where one band of rows meets the next
        band = np.floor(line.middle / (4 * level) + shift)
        order = np.lexsort((line.start, band))
        start, length = line.start[order], line.length[order]
        middle, thick = line.middle[order], line.thick[order]
        follows = (
            (np.diff(band[order]) == 0)
            & (np.abs(np.diff(middle)) <= level)
            & (start[1:] - start[:-1] - length[:-1] <= np.maximum(length[1:], length[:-1]))
            & (
                np.maximum(thick[1:], thick[:-1])
                <= AS_THICK * np.minimum(thick[1:], thick[:-1]) + 0.5
            )
        )
        chain = np.concatenate([[0], np.cumsum(~follows)])
        first = np.flatnonzero(np.concatenate([[True], ~follows]))
        counts = np.bincount(chain)
        ends = np.maximum.reduceat(start + length, first)
        enough = (ends - start[first] >= LONG * em) & (counts >= SEVERAL)
        if anchored is not None:
            last = first + counts - 1
            enough |= (counts > 1) & anchored[order[first]] & anchored[order[last]]
        chosen[order[enough[chain]]] = True
    return chosen


def _near(stats: Stats, dashes: Mask, pieces: Mask, em: float) -> list[int]:
    """Of pieces those that have dashes beside them, or above or below."""
    chosen = np.flatnonzero(pieces)
    if not len(chosen):
        return []
    reach, unit = REACH * em, max(1.0, IN_LINE * em / 4)
    left, top, wide, high = (stats[:, i] / unit for i in range(4))
    at = (top + high / 2)[dashes].astype(np.int64), (left + wide / 2)[dashes].astype(np.int64)
    size = int(np.max(top + high)) + 1, int(np.max(left + wide)) + 1
    lengths = np.zeros(size)
    np.add.at(lengths, at, np.maximum(wide, high)[dashes] * unit)
    summed = cv2.integral(lengths)

    def around(over: float, down: float) -> Values:
        xs = left - over / unit, left + wide + over / unit + 1
        ys = top - down / unit, top + high + down / unit + 1
        first, last = (np.clip(x[chosen].astype(np.int64), 0, size[1]) for x in xs)
        upper, lower = (np.clip(y[chosen].astype(np.int64), 0, size[0]) for y in ys)
        inside = summed[lower, last] - summed[upper, last]
        return np.asarray(inside - summed[lower, first] + summed[upper, first])

    near = (around(reach, 0) >= IN_LINE * em) | (around(0, reach) >= IN_LINE * em)
    return [int(index) for index in chosen[near]]


def _arms(piece: Mask, most: int) -> tuple[slice, slice] | None:
    """The rows of the stroke across and the columns of that down, ``most`` pixels thick at the
    most; None where a piece is anything else."""
    small = max(piece.shape) <= 2 * most  # where short dashes cross is little but their middle
    if min(piece.shape) < SHORT * most and not small:
        return None
    rows, columns = (_thick(piece.sum(axis=axis), most) for axis in (1, 0))
    outside = piece.copy()
    outside[rows] = False
    outside[:, columns] = False
    if not small and np.count_nonzero(outside) > BESIDE_ARMS * np.count_nonzero(piece):
        return None
    return rows, columns


def _thick(counts: Places, most: int) -> slice:
    """Where most of a piece is, so many rows or columns at the most, without its soft edges."""
    first = int(np.argmax(np.convolve(counts, np.ones(most, np.int64), "valid")))
    held = np.flatnonzero(
        counts[first : first + most] >= EDGES * counts[first : first + most].max()
    )
    return slice(first + int(held[0]), first + int(held[-1]) + 1)
