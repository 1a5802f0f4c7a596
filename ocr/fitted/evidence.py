"""How much speaks for a rule at every place of a page: for (+1), against (−1), unknown (0).

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
from ..ruled.runs import Floats, Ridge

SMOOTH = 0.6  # type sizes along a rule that are looked at together: breaks are shorter
HALF = 0.5  # of the usual strength of rules: as much for as against a rule
TAKEN = 127  # of 255: where more of a step was type, nothing is known
BANDS = 24  # of a page, that are moved against each other to find how it leans
SHARP, UPRIGHT = 1.5, 0.1  # how sharp sums are told, and what a slope has to gain
STREAK = 0.55  # of the page's height: a longer upright rule is a scanner's


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


def find_evidence(
    before: Pixels,
    after: Pixels,
    ridges: tuple[Ridge, Ridge],
    strengths: tuple[float, float],
    em: float,
    scale: float,
) -> Evidence:
    """Evidence from the ridges across and down and how strong rules usually are in them.

    ``before`` and ``after`` are the darkness with type and without.
    """
    gone = ((before > 0) & (after == 0)).astype(np.uint8)
    gone *= 255
    across = _weighed(ridges[0], strengths[0], gone, em)
    down = _weighed(ridges[1], strengths[1], np.ascontiguousarray(gone.T), em)
    return Evidence(across, down, ridges[0].step, em, scale)


def _weighed(ridge: Ridge, strength: float, gone: Pixels, em: float) -> Floats:
    height = np.clip(ridge.height, -2 * ridge.allowance, 2 * strength)
    width = max(1, round(SMOOTH * em / ridge.step)) | 1
    smooth = cv2.blur(height, (width, 1), borderType=cv2.BORDER_REPLICATE)
    # a rule may wave by a pixel
    smooth = cv2.dilate(smooth, np.ones((3, 1), np.uint8))
    weighed = np.clip((smooth - HALF * strength) / (HALF * strength), -1, 1)
    columns = weighed.shape[1]
    typed = cv2.resize(
        gone[:, : columns * ridge.step], (columns, len(gone)), interpolation=cv2.INTER_AREA
    )
    weighed[typed > TAKEN] = 0
    return np.asarray(weighed, np.float32)


def support(evidence: Floats, em: float, step: int) -> Floats:
    """How surely a rule of a type size or more goes through each place, 0–1."""
    width = max(1, round(1.5 * em / step)) | 1
    mean = cv2.blur(evidence, (width, 1), borderType=cv2.BORDER_REPLICATE)
    return np.asarray(np.clip((mean - 0.2) / 0.6, 0, 1), np.float32)


def lean(evidence: Floats, most: float) -> float:
    """By how many rows lines fall a step: where their sums are sharpest."""
    rows, steps = evidence.shape
    edges = np.linspace(0, steps, min(BANDS, steps) + 1).astype(int)
    seen = np.clip(evidence, 0, 1)
    streaks = (seen.mean(axis=1) > STREAK).astype(np.uint8)[:, None]
    seen[cv2.dilate(streaks, np.ones((5, 1), np.uint8))[:, 0] > 0] = 0
    bands = [seen[:, a:b].sum(axis=1) for a, b in itertools.pairwise(edges)]
    middles = (edges[:-1] + edges[1:]) / 2 - steps / 2
    furthest = min(int(most * steps), rows // 4)
    best = (-1.0, 0.0)
    for shift in sorted(range(-furthest, furthest + 1), key=abs):
        slope = shift / steps
        total = np.zeros(rows, np.float32)
        for band, middle in zip(bands, middles, strict=True):
            total += np.roll(band, -round(slope * float(middle)))
        # not squared: two streaks of a scanner shall not outweigh ten rules
        sharp = float(np.sum(total**SHARP)) * (1 - UPRIGHT * abs(shift) / max(1, furthest))
        best = max(best, (sharp, slope), key=lambda pair: pair[0])
    return best[1]


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
        if sums[index] < least:
            break
        if free[index]:
            found.append(index)
            free[max(0, index - apart) : index + apart + 1] = False
    return sorted(found)


def summed(
    evidence: Floats, lines: Sequence[int], stops: Sequence[int]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """For each line (a row) the sum of its evidence up to each stop (a step)."""
    sums = np.zeros((len(lines), evidence.shape[1] + 1))
    np.cumsum(evidence[list(lines)], axis=1, out=sums[:, 1:])
    return sums[:, list(stops)]
