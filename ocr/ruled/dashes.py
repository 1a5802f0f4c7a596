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
THIN, THICKEST, SOLID = 0.22, 0.5, 0.75  # type sizes: thicker ones are filled, or are characters
SHORT, LONGEST = 1.4, 1.4  # times as long as thick, and type sizes
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
    stroke &= (less < THIN * em) | (stats[:, 4] >= SOLID * wide * high)
    stroke[0] = False
    if np.count_nonzero(stroke) < FEWEST:
        return found, []
    strokes = np.flatnonzero(stroke)
    flat, upright = strokes[wide[strokes] > high[strokes]], strokes[high[strokes] > wide[strokes]]
    surely = np.concatenate([_in_line(stats, own, em)[0] for own in (flat, upright)])
    thick = 1.4 * float(np.median(less[surely])) + 1 if len(surely) else THIN * em
    crossings = []
    for index in _among(stats, stroke, pieces & ~stroke, em):
        x, y, broad, tall = (int(v) for v in stats[index, :4])
        arms = _arms(labels[y : y + tall, x : x + broad] == index, max(2, round(thick)))
        if arms is not None:
            row, column = arms
            flat_arm = (x, y + row.start, broad, row.stop - row.start)
            upright_arm = (x + column.start, y, column.stop - column.start, tall)
            crossings.append(Crossing(index, flat_arm, upright_arm))
    across, flat_arms = _in_line(stats, flat, em, [one.across for one in crossings])
    down, upright_arms = _in_line(stats, upright, em, [one.down for one in crossings])
    found[across] = found[down] = True
    found[[one.piece for one in itertools.compress(crossings, flat_arms & upright_arms)]] = True
    return found, list(itertools.compress(crossings, ~(flat_arms & upright_arms)))


def _in_line(
    stats: Stats, strokes: Places, em: float, arms: Sequence[tuple[int, int, int, int]] = ()
) -> tuple[Places, Mask]:
    """Which strokes, all flat or all upright, are in line with several others or with ``arms``,
    and which arms are."""
    boxes = np.concatenate([stats[strokes, :4], np.array(arms, stats.dtype).reshape(-1, 4)])
    if len(boxes) < SEVERAL:
        return strokes[:0], np.zeros(len(arms), bool)
    if len(strokes) and stats[strokes[0], 3] > stats[strokes[0], 2]:
        boxes = boxes[:, [1, 0, 3, 2]]
    chained = _chained(boxes.astype(np.float64), em)
    return strokes[chained[: len(strokes)]], chained[len(strokes) :]


def _chained(boxes: Values, em: float) -> Mask:
    """Which of flat strokes (left, top, width, height) follow each other in line."""
    chosen = np.zeros(len(boxes), bool)
    left, width, high = boxes[:, 0], boxes[:, 2], boxes[:, 3]
    middle = boxes[:, 1] + high / 2
    level = max(1.0, LEVEL * em)
    for shift in (0.0, 0.5):  # a rule may lie where one band of rows meets the next
        band = np.floor(middle / (4 * level) + shift)
        order = np.lexsort((left, band))
        before, after = order[:-1], order[1:]
        gap = left[after] - left[before] - width[before]
        thicker = np.maximum(high[after], high[before])
        thinner = np.minimum(high[after], high[before])
        follows = (
            (band[after] == band[before])
            & (np.abs(middle[after] - middle[before]) <= level)
            & (gap <= np.maximum(width[after], width[before]))
            & ((thicker <= AS_THICK * thinner) | (thicker <= thinner + 1))
        )
        chain = np.concatenate([[0], np.cumsum(~follows)])
        starts = np.flatnonzero(np.concatenate([[True], ~follows]))
        counts = np.bincount(chain)
        ends = np.maximum.reduceat((left + width)[order], starts)
        long = (ends - left[order][starts] >= LONG * em) & (counts >= SEVERAL)
        chosen[order[long[chain]]] = True
    return chosen


def _among(stats: Stats, dashes: Mask, pieces: Mask, em: float) -> list[int]:
    """Of pieces those that have dashes beside them as well as above or below."""
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

    near = (around(reach, 0) >= IN_LINE * em) & (around(0, reach) >= IN_LINE * em)
    return [int(index) for index in chosen[near]]


def _arms(piece: Mask, most: int) -> tuple[slice, slice] | None:
    """The rows of the stroke across and the columns of that down, ``most`` pixels thick at the
    most; None where a piece is anything else."""
    if min(piece.shape) < SHORT * most:
        return None
    rows, columns = (_thick(piece.sum(axis=axis), most) for axis in (1, 0))
    outside = piece.copy()
    outside[rows] = False
    outside[:, columns] = False
    if np.count_nonzero(outside) > BESIDE_ARMS * np.count_nonzero(piece):
        return None
    return rows, columns


def _thick(counts: Places, most: int) -> slice:
    """Where most of a piece is, so many rows or columns at the most, without its soft edges."""
    first = int(np.argmax(np.convolve(counts, np.ones(most, np.int64), "valid")))
    held = np.flatnonzero(
        counts[first : first + most] >= EDGES * counts[first : first + most].max()
    )
    return slice(first + int(held[0]), first + int(held[-1]) + 1)
