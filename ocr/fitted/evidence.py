"""How much speaks for a rule at every place of a page: for (+1) or against (−1).

One side of a cell may be lost in the noise; all sides on one line together are not. So evidence is
kept as sums along lines, not as decisions.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..image import Pixels
from ..opencv import cv2
from ..ruled.rulings import Seen
from ..ruled.runs import Floats, Ridge, find_ridge, steps_of

SMOOTH = 0.6  # type sizes along a rule that are looked at together: breaks are shorter
# As much for as against a rule: of the usual strength of rules, since thin ones are fainter, and of
# what noise may be, where that is more.
FAINT, HALF = 0.3, 0.5
UNSEEN = 2.0  # allowances for noise: as strong are rules where none has been found
TAKEN = 127  # of 255: where more of a step was taken for type
TYPED = 0.5  # so much counts what was taken for type
BANDS = 16  # of a page, that are moved against each other to find how it leans
UPRIGHT = 0.1  # what the steepest slope has to gain
STREAK = 0.8  # of the page's height: a longer upright rule is a scanner's
RIM_ENDS, RIM = 0.04, 0.6  # of a picture's side: from so near to its ends; seen on so much of it
RIM_LEAN, RIM_WIDE, MOST_RIMS = 0.02, 0.3, 2  # a step; type sizes
MOST_LINES = 60  # that are looked at side by side: a page of noise has any number
THERE = 0.3  # of the support of a line that is there
TOGETHER, SEVERAL = 0.6, 3  # type sizes within which so many lines end together


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for rules across (rows × steps) and down (columns × steps), −1 to 1.

    A row or column is a pixel, a step is ``step`` pixels along the rule; ``em`` is the type size
    in pixels, ``scale`` pixels a point.
    """

    across: Floats
    down: Floats
    step: int
    em: float
    scale: float


def find_evidence(seen: Seen) -> Evidence:
    """Evidence from all that is dark, where it was taken for type half as much.

    Pieces of rules between dense type look like type; but type seldom goes on from one edge of a
    cell to the other.
    """
    gone = ((seen.before > 0) & (seen.after == 0)).astype(np.uint8)
    gone *= 255
    ridges = (seen.before, gone), (seen.before.T, gone.T)
    across, down = (
        _weighed(
            find_ridge(np.ascontiguousarray(dark), seen.em, seen.usual),
            strength,
            np.ascontiguousarray(typed),
            seen.em,
        )
        for (dark, typed), strength in zip(ridges, seen.strengths, strict=True)
    )
    step = steps_of(seen.em)
    across, down = (_without_rims(one, seen.em, step) for one in (across, down))
    return Evidence(across, down, step, seen.em, seen.scale)


def _without_rims(evidence: Floats, em: float, step: int) -> Floats:
    """Without the edges of the paper: lines from end to end of the picture, two at the most.

    One was taken for the first side of a table, and the table's own first side for its second. In
    a picture that is cut out round a table many lines reach both ends.
    """
    slope = lean(evidence, RIM_LEAN * step)
    level = levelled(evidence, slope)
    seen = support(level, em, step)
    steps = evidence.shape[1]
    end = max(1, round(RIM_ENDS * steps))
    whole = (seen[:, :end].mean(axis=1) > THERE) & (seen[:, -end:].mean(axis=1) > THERE)
    strong = np.where(whole & (seen.mean(axis=1) > RIM), seen.sum(axis=1), np.float32(0))
    strong = np.asarray(strong * (step / em), np.float32)
    rims = peaks(strong, round(em), RIM * steps * step / em)
    if not 0 < len(rims) <= MOST_RIMS:
        return evidence
    found = evidence.copy()
    wide = max(2, round(RIM_WIDE * em))
    for at in range(steps):
        for rim in rims:
            row = rim + round(slope * (at - steps / 2))
            found[max(0, row - wide) : max(0, row + wide + 1), at] = -1
    return found


def _weighed(ridge: Ridge, strength: float, gone: Pixels, em: float) -> Floats:
    strength = strength or UNSEEN * ridge.allowance
    even = min(max(FAINT * strength, ridge.allowance), HALF * strength)
    height = np.clip(ridge.height, -2 * ridge.allowance, 4 * even)
    width = max(1, round(SMOOTH * em / ridge.step)) | 1
    smooth = cv2.blur(height, (width, 1), borderType=cv2.BORDER_REPLICATE)
    # a rule may wave by a pixel
    smooth = cv2.dilate(smooth, np.ones((3, 1), np.uint8))
    weighed = np.clip((smooth - even) / even, -1, 1)
    columns = weighed.shape[1]
    typed = cv2.resize(
        gone[:, : columns * ridge.step], (columns, len(gone)), interpolation=cv2.INTER_AREA
    )
    weighed[typed > TAKEN] *= TYPED
    return np.asarray(weighed, np.float32)


def support(evidence: Floats, em: float, step: int) -> Floats:
    """How surely a rule of a type size or more goes through each place, 0–1."""
    width = max(1, round(1.5 * em / step)) | 1
    mean = cv2.blur(evidence, (width, 1), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.clip((mean - 0.2) / 0.6, 0, 1), np.float32)


def lean(evidence: Floats, most: float, *, page: bool = False) -> float:
    """By how many rows lines fall a step: where their sums are sharpest.

    On a whole ``page`` lines that go on over nearly all of it are streaks of a scanner.
    """
    rows, steps = evidence.shape
    edges = np.linspace(0, steps, min(BANDS, steps) + 1).astype(int)
    seen = np.clip(evidence, 0, 1)
    if page:
        streaks = (seen.mean(axis=1) > STREAK).astype(np.uint8)[:, None]
        seen[cv2.dilate(streaks, np.ones((5, 1), np.uint8))[:, 0] > 0] = 0
    bands = [seen[:, a:b].sum(axis=1) for a, b in itertools.pairwise(edges)]
    middles = (edges[:-1] + edges[1:]) / 2 - steps / 2
    furthest = min(int(most * steps), rows // 4)
    padded = [np.pad(band, furthest) for band in bands]

    def sharpness(shift: int) -> float:
        total: Floats = np.zeros(rows, np.float32)
        for band, middle in zip(padded, middles.tolist(), strict=True):
            start = furthest + round(shift * middle / steps)
            total += band[start : start + rows]
        # not squared: two streaks of a scanner shall not outweigh ten rules
        upright = 1.0 - UPRIGHT * abs(shift) / max(1, furthest)
        return float(np.sum(total * np.sqrt(total)) * upright)

    coarse = max(sorted(range(-furthest, furthest + 1, 2), key=abs), key=sharpness)
    near = [s for s in (coarse, coarse - 1, coarse + 1) if abs(s) <= furthest]
    return float(max(near, key=sharpness) / steps)


def levelled(evidence: Floats, slope: float) -> Floats:
    """Lines that fall by ``slope`` rows a step made level about their middle."""
    if not slope:
        return evidence
    steps = evidence.shape[1]
    result = np.full_like(evidence, -1)
    for at in range(steps):
        shift = round(slope * (at - steps / 2))
        if shift >= 0:
            result[: len(evidence) - shift, at] = evidence[shift:, at]
        else:
            result[-shift:, at] = evidence[:shift, at]
    return result


def peaks(sums: Floats, apart: int, least: float) -> list[int]:
    """Where sums are largest, ``apart`` or more from each other, ascending."""
    free = np.ones(len(sums), bool)
    found: list[int] = []
    for index in np.argsort(-sums, kind="stable").tolist():
        if sums[index] < least or len(found) >= MOST_LINES:
            break
        if free[index]:
            found.append(index)
            free[max(0, index - apart) : index + apart + 1] = False
    return sorted(found)


def shared_ends(lines: Floats, em: float, step: int) -> list[int]:
    """Steps at which several lines begin or end together, as at the open side of a table."""
    there = (support(lines, em, step) > THERE).astype(np.int8)
    change = np.diff(there, axis=1, prepend=there[:, :1])
    width = max(1, round(TOGETHER * em / step)) | 1
    found: list[int] = []
    for sign in (1, -1):
        count = (change == sign).sum(axis=0).astype(np.float32)
        near = cv2.blur(count[None], (width, 1), borderType=cv2.BORDER_CONSTANT)[0] * width
        found += peaks(near, round(em / step), max(SEVERAL, 0.3 * len(lines)) - 0.5)
    return found


def summed(
    evidence: Floats, lines: Sequence[int], stops: Sequence[int]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """For each line (a row) the sum of its evidence up to each stop (a step)."""
    sums = np.zeros((len(lines), evidence.shape[1] + 1))
    np.cumsum(evidence[list(lines)], axis=1, out=sums[:, 1:])
    return sums[:, list(stops)]
