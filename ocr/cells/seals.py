"""Seals without colour: round, and paler than the print that they lie over.

In a grey scan a red seal has the tone that red has there: its ring, star and characters cross cells
as strokes do. Its broad strokes are even, so their tone is known; print on them is darker by it.
Its thin ones, of characters, are paler than print.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ocr.image import Pixels
from ocr.opencv import cv2

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Points = np.ndarray[Any, np.dtype[np.float64]]

FINE = 2.0  # pixels a point that seals are looked for in
BROAD = 1.8  # points: strokes of print in cells are narrower
FLAT = 0.6  # of the darkest beside it that the palest of a broad stroke is
LONG = 10.0  # points: a broad stroke that is none of a digit
PALEST = 0.25  # of the contrast: strokes of a seal
VOTES = 2.0  # points: circles as near to each other are one
STEEP = 0.5  # of a stroke's tone that it changes by from pixel to pixel at its edge, times 4
MOST_EDGES, MOST_CIRCLES = 10_000, 4  # pixels that vote; circles that are looked at
LEAST, MOST = 38.0, 75.0  # points from a seal's middle to its ring
STEPS = 180  # that a ring is looked at in
BESIDE = 4.5  # points from a ring's middle to where its stroke is over
STANDS_OUT, SEEN = 0.35, 0.5  # of the ring's tone that beside it is paler; of the ring that is so
TONES = 500.0  # that much darker counts as much as a ring seen as a whole
SAME = 25.0  # points between the middles of two circles that are one seal's
HARDLY = 0.3  # of a ring: where less is seen, none is looked for near by
CORE = 85  # per cent of the pixels of print are paler than its strokes' middles
DARKEST = 1.0  # of the tone of print, which its thin strokes blur: a seal as dark hides it
RING = 2.5  # points from a ring's middle to the edge of its stroke
WEAKEST, STRONGEST = 0.35, 1.3  # of a ring's tone: broad strokes of the same seal


@dataclass(frozen=True, slots=True)
class Seal:
    """A round seal on the page, in pixels, and how dark its broad strokes are."""

    x: float
    y: float
    radius: float
    tone: float


def find_seals(dark: Pixels, rules: Pixels, contrast: float, scale: float) -> list[Seal]:
    """Seals that are paler than the print.

    ``dark`` is the darkness of every pixel, ``rules`` is 255 where rules run, ``scale`` pixels a
    point.
    """
    step = max(1.0, scale / FINE)
    point = scale / step
    few = _few(cv2.subtract(dark, rules), step)
    broad = _broad(few, PALEST * contrast, point)
    found: list[tuple[float, Seal]] = []
    for circle in _circles(few, broad, point):
        share, seal = _seen(few, *circle, point)
        if share >= SEEN and seal.tone >= PALEST * contrast:
            found.append((share, seal))
    kept: list[Seal] = []
    for _, seal in sorted(found, key=_likely, reverse=True):
        if all(np.hypot(seal.x - k.x, seal.y - k.y) > SAME * point for k in kept):
            kept.append(seal)
    if not kept:
        return []
    most = DARKEST * _print_tone(few, broad, kept, PALEST * contrast, point)
    return [Seal(s.x * step, s.y * step, s.radius * step, s.tone) for s in kept if s.tone <= most]


def _print_tone(
    few: Pixels, broad: Pixels, seals: Sequence[Seal], limit: float, point: float
) -> float:
    """How dark print is in its strokes' middles, outside of seals; 0 where there is none."""
    free = cv2.compare(few, limit, cv2.CMP_GE)
    free[broad > 0] = 0  # the black beyond a page's edge is none
    for seal in seals:
        around = round(seal.radius + BESIDE * point)
        cv2.circle(free, (round(seal.x), round(seal.y)), around, (0,), -1)
    tones = few[free > 0]
    return float(np.percentile(tones, CORE)) if tones.size else 0.0


def _few(dark: Pixels, step: float) -> Pixels:
    rows, columns = (max(1, round(size / step)) for size in dark.shape)
    few = cv2.resize(dark, (columns, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.GaussianBlur(few, (5, 5), 0), np.uint8)


def _broad(few: Pixels, limit: float, point: float) -> Pixels:
    """How dark strokes are where they are broad and even, else 0."""
    size = max(2, round(BROAD * point))
    window = np.ones((size, size), np.uint8)
    opened = cv2.morphologyEx(few, cv2.MORPH_OPEN, window)
    most = cv2.convertScaleAbs(cv2.dilate(few, window), alpha=FLAT)
    even = cv2.compare(opened, most, cv2.CMP_GE)
    held = cv2.bitwise_and(even, cv2.compare(opened, limit, cv2.CMP_GE))
    return np.asarray(cv2.bitwise_and(opened, held), np.uint8)


def _circles(few: Pixels, broad: Pixels, point: float) -> list[tuple[float, float, float]]:
    """Middles and radii that most edges of broad strokes vote for (Hough), in pixels.

    Whatever else hangs together with a ring votes for other circles.
    """
    rows, columns = np.nonzero(broad)
    right, down = (
        cv2.Sobel(few, cv2.CV_16S, *way)[rows, columns].astype(np.float64)
        for way in ((1, 0), (0, 1))
    )
    steep = np.hypot(right, down)
    edges = np.flatnonzero(steep >= STEEP * broad[rows, columns])
    if not edges.size:
        return []
    edges = edges[:: 1 + edges.size // MOST_EDGES]
    rows, columns, steep = rows[edges], columns[edges], steep[edges]
    across, along = right[edges] / steep, down[edges] / steep
    cell = VOTES * point
    high, wide = (int(size / cell) + 1 for size in few.shape)
    found: list[tuple[float, tuple[float, float, float]]] = []
    for radius in np.arange(LEAST, MOST, VOTES) * point:
        votes = np.zeros(high * wide)
        for away in (radius, -radius):
            x = ((columns + away * across) / cell).astype(np.intp)
            y = ((rows + away * along) / cell).astype(np.intp)
            inside = (x >= 0) & (x < wide) & (y >= 0) & (y < high)
            votes += np.bincount(y[inside] * wide + x[inside], minlength=high * wide)
        near = cv2.GaussianBlur(votes.reshape(high, wide), (5, 5), 0)
        at = np.unravel_index(int(near.argmax()), near.shape)
        middle = (float(at[1] + 0.5) * cell, float(at[0] + 0.5) * cell)
        found.append((float(near[at]) / radius, (*middle, float(radius))))
    kept: list[tuple[float, float, float]] = []
    for _, (x, y, radius) in sorted(found, reverse=True):
        if all(np.hypot(x - other[0], y - other[1]) > SAME * point for other in kept):
            kept.append((x, y, radius))
    return kept[:MOST_CIRCLES]


def _seen(few: Pixels, x: float, y: float, radius: float, point: float) -> tuple[float, Seal]:
    """How much of a ring is a stroke with paper on both sides, at its likeliest near by."""
    angles = np.linspace(0, 2 * np.pi, STEPS, endpoint=False)
    across, down = np.cos(angles), np.sin(angles)

    def tones(x: float, y: float, radius: float) -> Points:
        places = (x + radius * across).astype(np.float32), (y + radius * down).astype(np.float32)
        seen = cv2.remap(few, places[0][None], places[1][None], cv2.INTER_LINEAR)
        return np.asarray(seen[0], np.float64)

    def seen(seal: Seal) -> tuple[float, Seal]:
        ring = tones(seal.x, seal.y, seal.radius)
        tone = float(np.median(ring))
        beside = np.maximum(
            tones(seal.x, seal.y, seal.radius + BESIDE * point),
            tones(seal.x, seal.y, seal.radius - BESIDE * point),
        )
        there = (ring > 0.6 * tone) & (ring - beside > STANDS_OUT * tone)
        return float(np.mean(there)), replace(seal, tone=tone)

    moves = np.arange(-2, 3) * point
    first = Seal(x, y, radius, 0.0)
    best = max((seen(replace(first, radius=radius + dr)) for dr in moves), key=_likely)
    if best[0] < HARDLY:
        return best
    for dx, dy, dr in itertools.product(moves, moves, moves):
        found = seen(Seal(x + dx, y + dy, radius + dr, 0.0))
        best = max(best, found, key=_likely)
    return best


def _likely(found: tuple[float, Seal]) -> float:
    """By how much of the ring is seen, and how dark: it is darkest in the middle of its stroke."""
    return found[0] + found[1].tone / TONES


def lift_seals(dark: Pixels, seals: Sequence[Seal], scale: float) -> Mask:
    """Take the broad strokes of seals off and keep the print on them, in place.

    Returns where they were.
    """
    lifted = np.zeros(dark.shape, np.bool_)
    step = max(1.0, scale / FINE)
    point = scale / step
    for seal in seals:
        rows, columns = _around(seal, dark.shape, scale)
        part = dark[rows, columns]
        if not part.size:
            continue
        tones = _broad(_few(part, step), WEAKEST * seal.tone, point)
        tones = _of_seal(tones, seal, rows, columns, step, point)
        tones = cv2.GaussianBlur(cv2.dilate(tones, np.ones((3, 3))), (3, 3), 0)
        local = cv2.resize(tones, part.shape[::-1], interpolation=cv2.INTER_LINEAR)
        local[_disc(seal, rows, columns, scale) == 0] = 0
        light = cv2.bitwise_not(part)
        white = cv2.divide(light, cv2.bitwise_not(local), scale=255)
        part[:] = cv2.bitwise_not(white)
        lifted[rows, columns] |= local > 0
    return lifted


def _of_seal(
    tones: Pixels, seal: Seal, rows: slice, columns: slice, step: float, point: float
) -> Pixels:
    """Broad strokes that are larger than a digit, or on the ring: an 8 is broad, too.

    None is darker than the ring is, or than a star may be, which is less blurred.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats((tones > 0).astype(np.uint8))
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    y, x = np.indices(tones.shape, np.float32)
    away = np.hypot(x - (seal.x - columns.start) / step, y - (seal.y - rows.start) / step)
    ring = np.abs(away - seal.radius / step) <= RING * point
    most = np.where(ring, 1.0, STRONGEST) * seal.tone
    held = np.where(ring | (size >= LONG * point)[labels], np.minimum(tones, most), 0)
    return np.asarray(held, np.uint8)


def _around(seal: Seal, shape: tuple[int, ...], scale: float) -> tuple[slice, slice]:
    reach = seal.radius + BESIDE * scale
    return (
        slice(max(0, round(seal.y - reach)), min(shape[0], round(seal.y + reach) + 1)),
        slice(max(0, round(seal.x - reach)), min(shape[1], round(seal.x + reach) + 1)),
    )


def _disc(seal: Seal, rows: slice, columns: slice, scale: float) -> Pixels:
    disc = np.zeros((rows.stop - rows.start, columns.stop - columns.start), np.uint8)
    middle = round(seal.x) - columns.start, round(seal.y) - rows.start
    cv2.circle(disc, middle, round(seal.radius + BESIDE * scale), (255,), -1)
    return disc
