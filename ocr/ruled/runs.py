"""Runs: stretches along a row of pixels that are, on the whole, darker than what lies beside them.

A rule may be fainter than the noise of the paper, broken or dotted; what tells it is that it goes
on. So evidence is added up along the row (a cumulative sum test): each step adds how much darker
it is than both sides, less an allowance, and a run ends where the sum has fallen too far below its
peak. Strokes of type are darker by far, but end soon and have other strokes beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..image import Pixels
from ..opencv import cv2

Floats = np.ndarray[Any, np.dtype[np.float32]]

STEPS = 5  # along a rule, in a type size
CAP = 0.5  # of the usual darkness of ink: darker pixels count no more
REACHES = (0.07, 0.12, 0.22)  # type sizes from a rule's middle to its sides, by its thickness
LEAST_REACHES = (2, 3, 4)  # pixels: blur makes rules wider where type is small
ALLOWANCE = 0.03  # of the usual darkness of ink
NOISE = 1.2  # standard deviations of the ridge
LEAST_ALLOWANCE = 3.0  # of 255
STRONGEST = 6.0  # allowances that one step adds at most
# Two rules side by side are one that thick; as dark as that type is not, over some characters.
DOUBLE, LEAST_DOUBLE, SOLID = 0.36, 6, 0.9
APART = 0.25  # type sizes: of runs nearer than that to a better one nothing is kept


@dataclass(frozen=True, slots=True)
class Ridge:
    """How much darker than both its sides each pixel is; rows × columns of ``step`` pixels.

    ``beside`` is the lighter of the two sides a little further off.
    """

    height: Floats
    beside: Floats
    step: int
    allowance: float


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a row, in pixels; ``score`` is its evidence in allowances × type sizes."""

    row: int
    start: float
    end: float
    score: float

    @property
    def length(self) -> float:
        return self.end - self.start


def steps_of(em: float) -> int:
    """Pixels along a rule that are looked at as one."""
    return max(1, round(em / STEPS))


def find_ridge(darkness: Pixels, em: float, usual: float) -> Ridge:
    """The ridge across a picture; ``em`` is the type size in pixels."""
    step = steps_of(em)
    columns = max(1, darkness.shape[1] // step)
    capped = cv2.min(darkness[:, : columns * step], max(1.0, CAP * usual))
    size = (columns, darkness.shape[0])
    even = cv2.resize(capped, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    ridge: Floats | None = None
    for reach, least in zip(REACHES, LEAST_REACHES, strict=True):
        sides = _sides(even, max(least, round(reach * em)))
        above = even - np.maximum(*sides)
        ridge = above if ridge is None else np.maximum(ridge, above)
    assert ridge is not None
    if (reach := round(DOUBLE * em)) >= LEAST_DOUBLE:
        solid = cv2.erode(even, np.ones((1, 5), np.uint8)) > SOLID * float(even.max(initial=1.0))
        double = even - np.maximum(*_sides(even, reach))
        ridge = np.where(solid, np.maximum(ridge, double), ridge)
    far = _sides(even, max(3, round(0.3 * em)))
    sample = ridge[::2, ::2]
    noise = 1.4826 * float(np.median(np.abs(sample - np.median(sample))))
    allowance = max(LEAST_ALLOWANCE, NOISE * noise, ALLOWANCE * usual)
    return Ridge(ridge, np.minimum(*far), step, allowance)


def _sides(even: Floats, reach: int) -> tuple[Floats, Floats]:
    padded = cv2.copyMakeBorder(even, reach, reach, 0, 0, cv2.BORDER_REPLICATE)
    return padded[: -2 * reach], padded[2 * reach :]


def find_runs(ridge: Ridge, em: float, shortest: float, gap: float) -> list[Run]:
    """Runs of at least ``shortest`` type sizes, the best first; ``gap`` type sizes of nothing end
    one."""
    allowance, per_em = ridge.allowance, em / ridge.step
    gains = np.clip(ridge.height, -2 * allowance, STRONGEST * allowance) - allowance
    rows, columns = gains.shape
    drop, least = 1.5 * allowance * gap * per_em, allowance * shortest * per_em
    fewest = 0.8 * shortest * per_em
    total = np.zeros(rows, np.float32)
    peak = np.zeros(rows, np.float32)
    start = np.zeros(rows, np.int32)
    last = np.zeros(rows, np.int32)
    found: list[tuple[float, int, int, int]] = []
    turned = np.ascontiguousarray(gains.T)
    for column in range(columns):
        fresh = total <= 0
        start[fresh] = column
        peak[fresh] = 0.0
        total = np.where(fresh, np.float32(0.0), total) + turned[column]
        higher = total > peak
        peak[higher] = total[higher]
        last[higher] = column
        ended = (total <= 0) | (peak - total > drop)
        done = ended & (peak > least) & (last - start >= fewest)
        for row in np.flatnonzero(done).tolist():
            found.append((float(peak[row]), row, int(start[row]), int(last[row])))
        total[ended] = 0.0
    for row in np.flatnonzero((total > 0) & (peak > least) & (last - start >= fewest)).tolist():
        found.append((float(peak[row]), row, int(start[row]), int(last[row])))
    found.sort(key=lambda run: (-run[0], run[1], run[2]))
    return _best(found, ridge, em)


def _best(found: list[tuple[float, int, int, int]], ridge: Ridge, em: float) -> list[Run]:
    """Of runs beside each other the best."""
    away = max(2, round(APART * em))
    taken = np.zeros(ridge.height.shape, bool)
    runs: list[Run] = []
    unit = ridge.allowance * em / ridge.step
    for score, row, first, last in found:
        part = taken[row, first : last + 1]
        if np.count_nonzero(part) > 0.3 * len(part):
            continue
        taken[max(0, row - away) : row + away + 1, first : last + 1] = True
        runs.append(Run(row, first * ridge.step, (last + 1) * ridge.step, score / unit))
    return runs
