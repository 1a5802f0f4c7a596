"""Rulings of a straightened page from its pixels.

Rules are narrow dark ridges that go on for longer than any stroke of the type. They are looked
for in a picture averaged along their direction, so that faint, dotted and noisy rules gather
strength while the strokes of a line of type even out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from gouji.model import Ruling

from .image import PageImage, Pixels
from .ink import Ink, find_ink, type_size

WINDOW = 1.6  # type sizes along a rule over which its ridge is averaged
STEPS = 7  # pixels a type size after averaging along the rule
THIN, THICK = 0.7, 2.2  # points: how thick rules are that ridges are looked for
FULL = 0.08  # of the usual darkness of ink: a ridge so dark counts in full
FAINTEST = 10  # of 255: fainter ridges are noise and the reverse page
DRAWN = 0.9  # of the window: so much ridge makes a rule
WEAK = 0.6  # of a gap between pieces: so much ridge, however faint, closes it
LONGEST_GAP = 5.0  # type sizes
SHORTEST = 1.3  # type sizes: shorter pieces are strokes of the type
BRIDGED = 0.35  # type sizes of nothing at all that part no rule
LEAST_IN_MASK = 12.0
FREE = 6.0  # type sizes: shorter pieces are rules only where they end at others
CROWDED = 0.2  # of a rule's darkness: its emptier side is lighter than that on the average
ASIDE = 0.25  # type sizes from a rule where its sides are looked at
TOUCHES = 0.4  # type sizes between the end of a piece and the rule it ends at
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
    crowd: float  # how dark its emptier side is, of its own darkness
    labels: tuple[int, ...]  # of its pixels

    def level(self, x: float) -> float:
        return self.at + self.slope * (x - (self.start + self.end) / 2)


def find_rulings(page: PageImage, grey: Pixels | None = None) -> RasterRulings:
    """All rules of a page that stands straight to about 0.15°; ``grey`` saves making it again."""
    ink = find_ink(page, grey)
    size = type_size(ink)
    em = size * page.scale
    turned = np.asarray(cv2.transpose(ink.darkness), dtype=np.uint8)
    across, across_labels = _lines(ink.darkness, ink, em)
    down, down_labels = _lines(turned, ink, em)
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


def _lines(darkness: Pixels, ink: Ink, em: float) -> tuple[list[_Piece], Pixels]:
    """Rules across ``darkness``, and the mask of their pixels."""
    height, width = darkness.shape
    step = max(1, round(em / STEPS))
    columns = max(1, width // step)
    flat = np.asarray(
        cv2.resize(darkness, (columns, height), interpolation=cv2.INTER_AREA), dtype=np.uint8
    )
    full = max(FAINTEST, FULL * ink.usual)
    ridge = _ridge(flat, ink.scale)
    window = max(3, round(WINDOW * em * columns / width)) | 1
    _, drawn = cv2.threshold(ridge, full, 200, cv2.THRESH_BINARY)
    drawn = cv2.dilate(drawn, np.ones((3, 1), np.uint8))  # a leaning rule steps to the next row
    share = cv2.blur(drawn, (window, 1))
    seen = ((share >= DRAWN * 200) & (ridge > full)).astype(np.uint8)
    solid = cv2.morphologyEx(
        np.asarray(flat > ink.threshold, dtype=np.uint8),
        cv2.MORPH_OPEN,
        np.ones((1, window), np.uint8),
    )
    seen |= np.asarray(solid, dtype=np.uint8)
    seen = np.asarray(
        cv2.morphologyEx(seen, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8)), dtype=np.uint8
    )
    pieces, labels = _traced(seen, flat, ridge, em, width / columns)
    return _linked(pieces, ridge, em, width / columns, full), labels


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


def _ridge(flat: Pixels, scale: float) -> Pixels:
    """How much darker each pixel is than those above and below it."""
    result = np.zeros_like(flat)
    for thickness in (THIN, THICK):
        reach = int(np.ceil(thickness * scale)) + 1
        if 2 * reach >= flat.shape[0]:
            continue
        padded = cv2.copyMakeBorder(flat, reach, reach, 0, 0, cv2.BORDER_REPLICATE)
        beside = cv2.max(padded[: -2 * reach], padded[2 * reach :])
        result = np.asarray(cv2.max(result, cv2.subtract(flat, beside)), dtype=np.uint8)
    return result


def _traced(
    seen: Pixels, flat: Pixels, ridge: Pixels, em: float, step: float
) -> tuple[list[_Piece], _Labels]:
    """Connected runs of ``seen`` that are long enough as pieces, and the labels of all runs."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(seen, connectivity=8)
    if count <= 1:
        return [], np.asarray(labels, dtype=np.int32)
    wide = stats[:, cv2.CC_STAT_WIDTH] * step
    long = wide >= SHORTEST * em
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
    crowd = np.minimum(above, below) / np.maximum(total(dark), 1.0)
    pieces = []
    for i, index in enumerate(chosen.tolist()):
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
    while True:
        kept_across = [p for p in across if _holds(p, across, down, em)]
        kept_down = [p for p in down if _holds(p, down, across, em)]
        if len(kept_across) == len(across) and len(kept_down) == len(down):
            return across, down
        across, down = kept_across, kept_down


def _holds(piece: _Piece, along: Sequence[_Piece], others: Sequence[_Piece], em: float) -> bool:
    """Whether a piece is long and free of type, or ends where rules end.

    An end is one at a rule across, on the line of a longer piece (a broken rule), or beside the
    ends of two like pieces (a row that the page's edge cut off).
    """
    if piece.end - piece.start >= FREE * em and piece.crowd < CROWDED:
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
        alike = sum(1 for p in along if abs((p.start if start else p.end) - x) < reach)
        if alike < 3:
            return False
    return loose < 2 or piece.crowd < CROWDED


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
        found, labels = _lines(turned, ink, em)
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
