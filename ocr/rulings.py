"""Rulings of a straightened page from its pixels.

Rules are narrow dark ridges that go on for longer than any stroke of the type. They are looked
for in a picture averaged along their direction, so that faint, dotted and noisy rules gather
strength while the strokes of a line of type even out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from gouji.model import Ruling

from .image import PageImage, Pixels
from .ink import Ink, find_ink, type_size

TABLE_TYPE = 10.5  # points: tables are seldom set larger, whatever the text around them
# Type sizes along a rule over which its ridge is looked at: less than a column is wide, than a row
# is high.
WIDE, HIGH = 1.6, 1.15
STEPS = 7  # pixels a type size after averaging along the rule
HAIR, THIN, THICK = 0.35, 0.8, 2.2  # points: how thick rules are that ridges are looked for
FULL = 0.08  # of the usual darkness of ink: a ridge so dark counts in full
FAINTEST = 10  # of 255: fainter ridges are noise and the reverse page
EDGE = 0.25  # of the usual darkness of ink: a rule so dark is seen with type at one side
DRAWN = 0.9  # of the window: so much ridge makes a rule
WEAK = 0.6  # of a gap between pieces: so much ridge, however faint, closes it
LONGEST_GAP = 5.0  # type sizes
SHORTEST = 0.85  # of the window: shorter pieces are strokes of the type
BRIDGED = 0.35  # type sizes of nothing at all that part no rule
LEAST_IN_MASK = 12.0
FREE = 10.0  # type sizes: shorter pieces are rules only where they end at others
CROWDED = 0.2  # of a rule's darkness: its sides are lighter than that on the average
STRUCK = 0.4  # the same for a short rule between two others: more is a row of strokes
TIGHT = 0.35  # the same for a long rule between close columns of type
ASIDE = 0.25  # type sizes from a rule where its sides are looked at
ROW_HIGH, ROW_WIDE = 1.6, 3.0  # type sizes: walls of a row or column that end in the open
OVERSHOOT = 1.2  # type sizes beyond the last rule that it meets: no wall of a row
TOUCHES = 0.3  # type sizes between the end of a piece and the rule it ends at
GHOST = 0.15  # of the usual strength of a page's rules: fainter ones shine through
RED_RULE = 13.0  # type sizes: shorter pieces of red ink belong to a seal

_Labels = np.ndarray[Any, np.dtype[np.int32]]
_Floats = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class RasterRulings:
    """The rules of a page, in points of it.

    ``strengths`` (0–255) say how much darker than its surroundings each rule is. ``mask`` is rows
    × columns of the page's pixels, 255 where a pixel belongs to a rule. ``size`` is the type's
    size in points.
    """

    rulings: tuple[Ruling, ...]
    strengths: tuple[float, ...]
    mask: Pixels
    size: float
    ink: Ink


@dataclass(slots=True)
class _Piece:
    """A traced piece of a rule, in pixels: its line is y = at + slope * (x - middle)."""

    at: float
    slope: float
    start: float
    end: float
    thickness: float
    strength: float
    crowd: float  # how dark its sides are, of its own darkness
    labels: tuple[int, ...]  # of its pixels

    def level(self, x: float) -> float:
        return self.at + self.slope * (x - (self.start + self.end) / 2)


def find_rulings(page: PageImage, grey: Pixels | None = None) -> RasterRulings:
    """All rules of a page that stands straight to about 0.15°; ``grey`` saves making it again."""
    ink = find_ink(page, grey)
    size = type_size(ink)
    em = min(size, TABLE_TYPE) * page.scale
    turned = np.asarray(cv2.transpose(ink.darkness), dtype=np.uint8)
    across, across_labels = _lines(ink.darkness, ink, em, WIDE)
    down, down_labels = _lines(turned, ink, em, HIGH)
    across, down = _anchored(across, down, em)
    across_mask = _mask(across, across_labels, ink.darkness, ink)
    down_mask = _mask(down, down_labels, turned, ink)
    mask = np.asarray(cv2.max(across_mask, cv2.transpose(down_mask)), dtype=np.uint8)
    if ink.red is not None:
        _add_red(ink, em, across, down, mask)
    found = [(True, piece) for piece in across] + [(False, piece) for piece in down]
    found = _without_ghosts(found)
    scale = page.scale
    rulings = tuple(
        Ruling(flat, p.at / scale, p.start / scale, p.end / scale, p.thickness / scale)
        for flat, p in found
    )
    return RasterRulings(rulings, tuple(p.strength for _, p in found), mask, size, ink)


def _lines(darkness: Pixels, ink: Ink, em: float, sizes: float) -> tuple[list[_Piece], _Labels]:
    """Rules across ``darkness``, and the mask of their pixels."""
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
    pieces, labels = _traced(seen, flat, ridge, em, width / columns, SHORTEST * sizes * em)
    return _linked(pieces, ridge, em, width / columns, full), labels


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


def _mask(pieces: Sequence[_Piece], labels: _Labels, darkness: Pixels, ink: Ink) -> Pixels:
    """The dark pixels of ``pieces``."""
    kept = np.zeros(int(labels.max()) + 1, np.uint8)
    for piece in pieces:
        kept[list(piece.labels)] = 255
    height, width = darkness.shape
    mask = cv2.resize(kept[labels], (width, height), interpolation=cv2.INTER_NEAREST)
    mask = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    low = max(LEAST_IN_MASK, 0.5 * ink.threshold)
    _, dark = cv2.threshold(darkness, low, 255, cv2.THRESH_BINARY)
    return np.asarray(cv2.bitwise_and(mask, dark), dtype=np.uint8)


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
    seen: Pixels, flat: Pixels, ridge: Pixels, em: float, step: float, shortest: float
) -> tuple[list[_Piece], _Labels]:
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
            _Piece(
                at, lean_here, start, end, thickness, float(strength[i]), float(crowd[i]), (index,)
            )
        )
    return pieces, np.asarray(labels, dtype=np.int32)


def _linked(
    pieces: list[_Piece], ridge: Pixels, em: float, step: float, full: float
) -> list[_Piece]:
    """Pieces of one rule put together, over gaps that are short or show a trace of it."""
    pieces.sort(key=lambda p: (p.start, p.at))
    done: list[_Piece] = []
    for piece in pieces:
        best: _Piece | None = None
        for before in done:
            gap = piece.start - before.end
            if gap < -0.5 * em:
                continue
            off = abs(before.level(before.end) - piece.level(piece.start))
            if off > max(2.0, 0.08 * em) + 0.004 * max(gap, 0.0):
                continue
            if gap > BRIDGED * em and (
                gap > min(LONGEST_GAP * em, before.end - before.start, piece.end - piece.start)
                or not _trace(before, piece, ridge, step, full)
            ):
                continue
            if best is None or before.end > best.end:
                best = before
        if best is None:
            done.append(piece)
            continue
        one, other = best.end - best.start, piece.end - piece.start
        total = one + other
        start, end = best.start, max(best.end, piece.end)
        left, right = best.level(best.start), piece.level(piece.end)
        at = (best.at * one + piece.at * other) / total
        best.slope = (right - left) / (end - start) if end > start else 0.0
        best.at, best.end = at, end
        best.thickness = (best.thickness * one + piece.thickness * other) / total
        best.strength = (best.strength * one + piece.strength * other) / total
        best.crowd = (best.crowd * one + piece.crowd * other) / total
        best.labels = (*best.labels, *piece.labels)
    return done


def _trace(before: _Piece, after: _Piece, ridge: Pixels, step: float, full: float) -> bool:
    """Whether something of the rule is seen all along the gap between two pieces."""
    first, last = int(before.end / step), int(after.start / step)
    if last <= first:
        return True
    xs = np.arange(first, min(last, ridge.shape[1]))
    if not len(xs):
        return True
    low, high = before.level(before.end), after.level(after.start)
    ys = np.clip(
        (low + (high - low) * (xs - first) / max(1, last - first)).astype(int),
        1,
        ridge.shape[0] - 2,
    )
    seen = np.maximum(np.maximum(ridge[ys - 1, xs], ridge[ys, xs]), ridge[ys + 1, xs])
    return float(np.mean(seen > 0.5 * full)) >= WEAK


def _anchored(
    across: list[_Piece], down: list[_Piece], em: float
) -> tuple[list[_Piece], list[_Piece]]:
    """Without short pieces that end nowhere: strokes of the type in a row."""
    likely_across = [p for p in across if _likely(p, em)]
    likely_down = [p for p in down if _likely(p, em)]
    across = [t for p in across if (t := _trimmed(p, likely_across, likely_down, em)).start < t.end]
    down = [t for p in down if (t := _trimmed(p, likely_down, likely_across, em)).start < t.end]
    while True:
        kept_across = [p for p in across if _holds(p, across, down, em, ROW_WIDE)]
        kept_down = [p for p in down if _holds(p, down, across, em, ROW_HIGH)]
        if len(kept_across) == len(across) and len(kept_down) == len(down):
            return across, down
        across, down = kept_across, kept_down


def _likely(piece: _Piece, em: float) -> bool:
    return piece.crowd < CROWDED or piece.end - piece.start >= FREE * em


def _trimmed(piece: _Piece, along: Sequence[_Piece], others: Sequence[_Piece], em: float) -> _Piece:
    """The piece without what sticks out a little beyond the outermost rules that it meets."""
    reach = TOUCHES * em
    met = [
        at
        for o in others
        if piece.start - reach <= (at := o.level(piece.at)) <= piece.end + reach
        and o.start - reach <= piece.level(at) <= o.end + reach
    ]
    if not met:
        return piece
    low, high = min(met), max(met)
    start, end = piece.start, piece.end
    near = TOUCHES * em
    if abs(low - start) < near or (
        abs(low - start) < OVERSHOOT * em and not _cut_off(piece, along, True, em)
    ):
        start = low
    if abs(high - end) < near or (
        abs(high - end) < OVERSHOOT * em and not _cut_off(piece, along, False, em)
    ):
        end = high
    return replace(piece, at=piece.level((start + end) / 2), start=start, end=end)


def _holds(
    piece: _Piece, along: Sequence[_Piece], others: Sequence[_Piece], em: float, row: float
) -> bool:
    """Whether a piece is long and free of type, or ends where rules end.

    An end is one at a rule across, on the line of a longer piece (a broken rule), or beside the
    ends of two like pieces (a row that the page's edge cut off).
    """
    if piece.end - piece.start >= FREE * em and piece.crowd < TIGHT:
        return True
    reach = TOUCHES * em
    loose = 0
    for x, start in ((piece.start, True), (piece.end, False)):
        y = piece.level(x)
        if any(
            abs(o.level(y) - x) <= reach and o.start - reach <= y <= o.end + reach for o in others
        ) or any(
            p is not piece
            and abs(p.level(x) - y) < 0.15 * em
            and p.start - 2 * em <= x <= p.end + 2 * em
            and p.end - p.start >= FREE * em
            for p in along
        ):
            continue
        loose += 1
        if not _cut_off(piece, along, start, em):
            return False
    if loose == 0:
        return piece.crowd < STRUCK
    return piece.crowd < (TIGHT if loose == 1 else CROWDED) and piece.end - piece.start >= row * em


def _cut_off(piece: _Piece, along: Sequence[_Piece], start: bool, em: float) -> bool:
    """Whether other pieces end where this one does, as the walls of a row do at a page's edge."""
    alike = 0
    for p in along:
        if abs((p.start - piece.start) if start else (p.end - piece.end)) < TOUCHES * em:
            like = abs((p.end - p.start) - (piece.end - piece.start)) < TOUCHES * em
            alike += like or p.end - p.start >= FREE * em
    return alike >= 3  # itself and two others


def _without_ghosts(found: Sequence[tuple[bool, _Piece]]) -> list[tuple[bool, _Piece]]:
    """Without rules so much fainter than the others that they stand on the reverse page."""
    if not found:
        return []
    strengths = np.array([p.strength for _, p in found])
    lengths = np.array([p.end - p.start for _, p in found])
    order = np.argsort(strengths, kind="stable")
    weights = np.cumsum(lengths[order])
    usual = strengths[order][int(np.searchsorted(weights, 0.5 * weights[-1]))]
    return [each for each in found if each[1].strength >= GHOST * usual]


def _add_red(ink: Ink, em: float, across: list[_Piece], down: list[_Piece], mask: Pixels) -> None:
    """Rules in red ink, which were taken away with the seals: long ones only."""
    assert ink.red is not None
    (left, top, right, bottom), darkness = ink.red
    for pieces, flat in ((across, True), (down, False)):
        turned = darkness if flat else np.ascontiguousarray(darkness.T)
        found, labels = _lines(turned, ink, em, WIDE if flat else HIGH)
        along, beside = (left, top) if flat else (top, left)
        found = [p for p in found if p.end - p.start >= RED_RULE * em]
        found_mask = _mask(found, labels, turned, ink)
        new = []
        for piece in found:
            piece.start, piece.end = piece.start + along, piece.end + along
            piece.at += beside
            if not any(_covers(p, piece, em) for p in pieces):
                new.append(piece)
        if new:
            pieces.extend(new)
            held = mask[top:bottom, left:right]
            np.maximum(held, found_mask if flat else found_mask.T, out=held)


def _covers(one: _Piece, other: _Piece, em: float) -> bool:
    """Whether most of the other piece lies on this one's line."""
    common = min(one.end, other.end) - max(one.start, other.start)
    off = abs(one.level((other.start + other.end) / 2) - other.at)
    return off < 0.3 * em and common > 0.5 * (other.end - other.start)
