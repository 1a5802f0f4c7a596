"""Narrow dark ridges of a picture that go on for longer than any stroke of the type.

Everything here looks for rules across a picture; for those down, it is turned. The picture is
averaged along the rules first, so that faint, dotted and noisy ones gather strength while the
strokes of a line of type even out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from .image import Pixels
from .ink import Ink
from .pieces import FREE, STRUCK, Piece

# Type sizes along a rule over which its ridge is looked at: less than a column is wide, than a row
# is high.
WIDE, HIGH = 1.6, 1.15
STEPS = 7  # pixels a type size after averaging along the rule
HAIR, THIN, THICK = 0.35, 0.8, 2.2  # points: how thick rules are that ridges are looked for
FULL = 0.08  # of the usual darkness of ink: fainter ridges are noise and the reverse page
FAINTEST = 10  # of 255: the same on a page with little ink
EDGE = 0.25  # of the usual darkness of ink: a rule so dark is seen with type at one side
DRAWN = 0.9  # of the window: so much ridge makes a rule
SHORTEST = 0.85  # of the window: shorter pieces are strokes of the type
LEAST_IN_MASK = 12.0  # of 255: lighter pixels of a rule do not hurt a reading
ASIDE = 0.25  # type sizes from a rule where its sides are looked at
CORRIDOR = 0.45  # type sizes on each side of a rule that is looked for, for what type is there
WANDER = 0.2  # type sizes by which a rule may be off where it is looked for

Labels = np.ndarray[Any, np.dtype[np.int32]]
_Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Ridges:
    """A picture averaged along its rules, and where it has ridges, however short.

    ``step`` is pixels of the page a column of these.
    """

    flat: Pixels
    ridged: Pixels  # 0 or 200
    labels: Labels  # of the pixels of pieces, as `Piece.labels` names them
    step: float
    em: float  # the type's size in pixels of the page
    halo: int  # pixels on each side of a rule that belong to it

    def look(self, at: float, start: float, end: float) -> tuple[float, float, float]:
        """How much of a rule is drawn near ``at`` from ``start`` to ``end`` (pixels of the page).

        Returns the share of its length that is, 0-1, how dark its sides are of its own darkness,
        and where it is.
        """
        height, width = self.flat.shape
        pad = 0.2 * self.em if end - start > self.em else 0.0
        first, last = int((start + pad) / self.step), int(np.ceil((end - pad) / self.step))
        first, last = max(0, first), min(width, last)
        wander = max(2, round(WANDER * self.em))
        top, bottom = max(1, int(at) - wander), min(height - 1, int(at) + wander + 1)
        if last <= first or bottom <= top:
            return 0.0, 1.0, at
        near = self.ridged[top - 1 : bottom + 1, first:last]
        drawn = np.maximum(np.maximum(near[:-2], near[1:-1]), near[2:]) > 0
        shares = drawn.mean(axis=1)
        row = int(np.argmax(shares))
        seen = drawn[row]
        if not seen.any():
            return 0.0, 1.0, at
        y, clear, aside = top + row, 2 + self.halo, max(4, round(CORRIDOR * self.em)) + self.halo
        own = float(self.flat[y - 1 : y + 2, first:last].max(axis=0)[seen].mean())
        above = self.flat[max(0, y - aside) : max(0, y - clear + 1), first:last]
        below = self.flat[y + clear : y + aside + 1, first:last]
        sides = max(float(side.mean()) if side.size else 0.0 for side in (above, below))
        return float(shares[row]), sides / max(own, 1.0), y + 0.5


def find_ridges(darkness: Pixels, ink: Ink, em: float, sizes: float) -> tuple[list[Piece], Ridges]:
    """Pieces of rules across ``darkness`` over windows of ``sizes`` type sizes ``em``."""
    height, width = darkness.shape
    step = max(1, round(em / STEPS))
    columns = max(1, width // step)
    flat = np.asarray(
        cv2.resize(darkness, (columns, height), interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
    grain = float(np.median(flat[::3, ::3])) / 0.67  # standard deviation of the paper's noise
    full = max(FAINTEST, FULL * ink.usual, 3.0 * grain)
    ridge, edge = _ridge(flat, ink.scale)
    window = max(3, round(sizes * em * columns / width)) | 1
    body = max(3, round(em * columns / width)) | 1
    _, ridged = cv2.threshold(ridge, full, 200, cv2.THRESH_BINARY)
    strong = max(EDGE * ink.usual, 2.0 * full)
    _, edged = cv2.threshold(edge, strong, 200, cv2.THRESH_BINARY)
    ridged = cv2.max(ridged, edged)
    drawn = cv2.dilate(ridged, np.ones((3, 1), np.uint8))  # a leaning rule steps to the next row
    share = cv2.blur(drawn, (window, 1))
    seen = np.asarray(cv2.min(cv2.compare(share, DRAWN * 200, cv2.CMP_GE), ridged), dtype=np.uint8)
    dotted = _dotted(flat, ridged, seen, ink.scale, full, body)
    seen = np.asarray(cv2.max(seen, dotted), dtype=np.uint8)
    # at a rule's end half of the window is blank
    near = cv2.dilate(seen, np.ones((1, 2 * int((DRAWN - 0.5) * window) + 1), np.uint8))
    seen = np.asarray(cv2.min(near, cv2.max(ridged, seen)), dtype=np.uint8)
    solid = cv2.morphologyEx(
        np.asarray(flat > ink.threshold, dtype=np.uint8),
        cv2.MORPH_OPEN,
        np.ones((1, window), np.uint8),
    )
    seen = np.asarray(
        cv2.morphologyEx(cv2.max(seen, solid), cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8)),
        dtype=np.uint8,
    )
    pieces, labels = _traced(seen, flat, em, width / columns, SHORTEST * sizes * em)
    return pieces, Ridges(
        flat,
        np.asarray(ridged, dtype=np.uint8),
        labels,
        width / columns,
        em,
        round(0.5 * ink.scale),
    )


def _dotted(
    flat: Pixels, ridged: Pixels, seen: Pixels, scale: float, full: float, body: int
) -> Pixels:
    """Dots and dashes in a row, not ``seen`` yet, with next to nothing beside them."""
    even = cv2.blur(flat, (body, 1))
    reach = int(np.ceil(THIN * scale)) + 1
    padded = cv2.copyMakeBorder(even, reach, reach, 0, 0, cv2.BORDER_REPLICATE)
    beside = cv2.max(padded[: -2 * reach], padded[2 * reach :])
    clear = cv2.subtract(even, cv2.add(beside, beside))
    _, clear = cv2.threshold(clear, full, 200, cv2.THRESH_BINARY)
    dots = cv2.morphologyEx(ridged, cv2.MORPH_CLOSE, np.ones((1, body // 2 | 1), np.uint8))
    dots = cv2.min(clear, dots)
    dots[cv2.dilate(seen, np.ones((5, 1), np.uint8)) > 0] = 0
    opened = cv2.morphologyEx(dots, cv2.MORPH_OPEN, np.ones((1, 2 * body), np.uint8))
    return np.asarray(opened, dtype=np.uint8)


def _ridge(flat: Pixels, scale: float) -> tuple[Pixels, Pixels]:
    """How much darker each pixel is than those above and below it, and than one of them.

    Where type stands close to a rule, only its other side is blank.
    """
    ridge, edge = np.zeros_like(flat), np.zeros_like(flat)
    for thickness in (HAIR, THIN, THICK):
        reach = int(np.ceil(thickness * scale)) + 1
        padded = cv2.copyMakeBorder(flat, reach, reach, 0, 0, cv2.BORDER_REPLICATE)
        above, below = padded[: -2 * reach], padded[2 * reach :]
        ridge = cv2.max(ridge, cv2.subtract(flat, cv2.max(above, below)))
        edge = cv2.max(edge, cv2.subtract(flat, cv2.min(above, below)))
    return np.asarray(ridge, dtype=np.uint8), np.asarray(edge, dtype=np.uint8)


def _traced(
    seen: Pixels, flat: Pixels, em: float, step: float, shortest: float
) -> tuple[list[Piece], Labels]:
    """Connected runs of ``seen`` that are long enough as pieces, and the labels of all runs."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(seen, connectivity=8)
    if count <= 1:
        return [], np.asarray(labels, dtype=np.int32)
    wide = stats[:, cv2.CC_STAT_WIDTH] * step
    long = wide >= shortest
    long &= wide > 3.0 * stats[:, cv2.CC_STAT_HEIGHT]
    long[0] = False
    chosen = np.flatnonzero(long)
    if not len(chosen):
        return [], np.asarray(labels, dtype=np.int32)
    rows, columns = np.nonzero(long[labels])
    label = labels[rows, columns]
    dark = flat[rows, columns].astype(np.float64)
    weight = dark + 1.0
    x, y = (columns + 0.5) * step, rows + 0.5

    def total(values: _Floats) -> _Floats:
        return np.bincount(label, values, count)[chosen]

    mass = total(weight)
    middle_x, middle_y = total(weight * x) / mass, total(weight * y) / mass
    spread = total(weight * x * x) / mass - middle_x**2
    lean = total(weight * x * y) / mass - middle_x * middle_y
    slope = np.where(spread > 0, lean / np.maximum(spread, 1e-9), 0.0)
    peak = np.zeros(count)
    np.maximum.at(peak, label, dark)
    per_column = total(dark) * step / np.maximum(wide[chosen], 1.0)
    strength = total(dark) / np.bincount(label, minlength=count)[chosen]
    aside = max(3, round(ASIDE * em))
    bottom = flat.shape[0] - 1
    above = total(flat[np.maximum(rows - aside, 0), columns].astype(np.float64))
    below = total(flat[np.minimum(rows + aside, bottom), columns].astype(np.float64))
    crowd = (above + below) / np.maximum(2 * total(dark), 1.0)
    pieces = []
    for i, index in enumerate(chosen.tolist()):
        if crowd[i] >= STRUCK and wide[index] < FREE * em:
            continue
        start = float(stats[index, cv2.CC_STAT_LEFT]) * step
        end = start + float(wide[index])
        lean_here = float(np.clip(slope[i], -0.02, 0.02))
        at = float(middle_y[i] + lean_here * ((start + end) / 2 - middle_x[i]))
        thickness = float(per_column[i] / max(peak[index], 1.0))
        pieces.append(
            Piece(
                at, lean_here, start, end, thickness, float(strength[i]), float(crowd[i]), (index,)
            )
        )
    return pieces, np.asarray(labels, dtype=np.int32)


def mask_of(pieces: Sequence[Piece], ridges: Ridges, darkness: Pixels, ink: Ink) -> Pixels:
    """The dark pixels of ``pieces``."""
    kept = np.zeros(int(ridges.labels.max()) + 1, np.uint8)
    for piece in pieces:
        kept[list(piece.labels)] = 255
    height, width = darkness.shape
    mask = cv2.resize(kept[ridges.labels], (width, height), interpolation=cv2.INTER_NEAREST)
    mask = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    low = max(LEAST_IN_MASK, 0.5 * ink.threshold)
    _, dark = cv2.threshold(darkness, low, 255, cv2.THRESH_BINARY)
    return np.asarray(cv2.bitwise_and(mask, dark), dtype=np.uint8)
