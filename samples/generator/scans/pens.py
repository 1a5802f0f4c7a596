"""What people write over the numbers of a printed table: strikes, scribbles, rings, corrections.

The truth stays what is printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import cv2
import numpy as np

from samples.generator.places import Box, CellPlace
from samples.generator.scans.geometry import Pixels

PENS = (
    (30, 40, 150), (30, 30, 90), (40, 40, 45), (70, 70, 75),
    (190, 30, 40), (20, 110, 60), (110, 40, 130),
)  # fmt: skip
WAYS = ("strike", "two strikes", "scribble", "ring", "tick", "correction", "correction")
FEWEST, SHARE = 2, 0.06  # of the page's cells, at the most
HIGH, LARGEST = 0.75, 13.0  # of a cell's height, and points: so large people write
# Digits as a pen draws them, in a square of 1 with y downward.
DIGITS: tuple[tuple[tuple[float, float], ...], ...] = (
    ((0.5, 0), (0.1, 0.3), (0.15, 0.8), (0.5, 1), (0.85, 0.7), (0.8, 0.2), (0.45, 0)),
    ((0.35, 0.15), (0.55, 0), (0.5, 1)),
    ((0.15, 0.2), (0.5, 0), (0.85, 0.25), (0.5, 0.6), (0.1, 1), (0.9, 0.95)),
    ((0.2, 0.05), (0.8, 0.1), (0.4, 0.45), (0.85, 0.7), (0.5, 1), (0.1, 0.9)),
    ((0.5, 0), (0.1, 0.65), (0.9, 0.65), (0.65, 0.4), (0.6, 1)),
    ((0.85, 0), (0.25, 0.05), (0.2, 0.45), (0.75, 0.5), (0.8, 0.85), (0.15, 1)),
    ((0.7, 0), (0.2, 0.5), (0.25, 0.95), (0.7, 0.95), (0.75, 0.6), (0.25, 0.65)),
    ((0.1, 0.05), (0.9, 0), (0.5, 0.5), (0.35, 1)),
    ((0.75, 0.15), (0.4, 0), (0.25, 0.25), (0.75, 0.7), (0.5, 1), (0.2, 0.75), (0.75, 0.2)),
    ((0.8, 0.3), (0.4, 0.45), (0.25, 0.15), (0.65, 0), (0.8, 0.25), (0.65, 1)),
)

Stroke = list[tuple[float, float]]  # points


def write_over(
    sheet: Pixels, rng: Random, scale: float, places: Sequence[CellPlace]
) -> tuple[str, ...]:
    """Write over a few of the page's numbers; the keys of their cells."""
    if not places:
        return ()
    count = rng.randint(FEWEST, max(FEWEST, round(SHARE * len(places))))
    chosen = rng.sample(list(places), min(count, len(places)))
    colour = rng.choice(PENS)
    thickness = max(1, round(rng.uniform(0.7, 1.6) * scale))
    for place in chosen:
        for stroke in _strokes(rng, rng.choice(WAYS), place.box):
            line = np.rint(np.array(stroke) * scale * 16).astype(np.int32)
            cv2.polylines(sheet, [line], False, colour, thickness, cv2.LINE_AA, 4)
    return tuple(place.key for place in chosen)


def _strokes(rng: Random, way: str, box: Box) -> list[Stroke]:
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    high = min(HIGH * (bottom - top), LARGEST)
    wide = min(0.8 * (right - left), rng.uniform(1.5, 3.0) * high)

    def wobble(size: float) -> float:
        return rng.uniform(-size, size)

    def across(height: float) -> Stroke:
        slope = wobble(0.3 * high)
        return [
            (x + wide * (part - 0.5), y + height + slope * (part - 0.5) + wobble(0.04 * high))
            for part in (0, 0.25, 0.5, 0.75, 1)
        ]

    if way == "strike":
        return [across(wobble(0.15 * high))]
    if way == "two strikes":
        return [across(-0.15 * high), across(0.15 * high)]
    if way == "scribble":
        turns = rng.randint(4, 9)
        return [
            [
                (x + wide * (n / turns - 0.5), y + high * (0.4 if n % 2 else -0.4) + wobble(1))
                for n in range(turns + 1)
            ]
        ]
    if way == "ring":
        angles = np.linspace(0, 2 * np.pi * rng.uniform(0.95, 1.15), 30)
        return [
            [(x + wide / 2 * float(np.cos(a)), y + high * 0.6 * float(np.sin(a))) for a in angles]
        ]
    if way == "tick":
        return [[(x - 0.3 * high, y), (x, y + 0.4 * high), (x + 0.6 * high, y - 0.6 * high)]]
    number = [int(sign) for sign in str(rng.randint(0, 999))]
    start = x + rng.uniform(-0.5, 0.5) * wide
    digits = [
        [
            (start + high * (0.6 * place + 0.5 * u), y + high * (v - 0.5) + wobble(0.03 * high))
            for u, v in DIGITS[digit]
        ]
        for place, digit in enumerate(number)
    ]
    return [across(0.0), *digits]
