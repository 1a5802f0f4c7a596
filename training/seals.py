"""What lies over print when a page is seen without colours: seals, and strokes of a pen.

A seal is a ring with words along it and a star or a line of words in its middle; cleaning leaves
of it what it cannot tell from print, or a pale rest. Lengths are those of seals on paper, in
heights of a digit.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFont

from ocr.opencv import cv2

from .damage import Floats, cloud

WORDS = "人民政府办公室委员会局专用章信息开县市区省镇财教育厅中华国合"


def sealed(rng: Generator, over: Floats, big: float, font: str) -> Floats:
    """One seal or two, somewhere; ``big`` is the height of a digit in pixels."""
    rows, columns = over.shape
    for _ in range(1 if rng.random() < 0.8 else 2):
        radius = big * rng.uniform(4, 10)
        drawn = Image.new("L", (2 * round(1.1 * radius),) * 2)
        middle = drawn.width / 2
        kind = rng.random()
        if kind < 0.85:
            _ring(rng, drawn, middle, radius, big)
        _words_around(rng, drawn, middle, radius, font)
        if kind < 0.6:
            _star(rng, drawn, middle, big * rng.uniform(1.2, 3))
        if rng.random() < 0.5:
            _words_across(rng, drawn, middle, radius, font)
        seal = np.asarray(np.asarray(drawn, np.float32) / 255)
        if rng.random() < 0.6:  # pressed unevenly
            seal = seal * cloud(rng, seal.shape, big * rng.uniform(0.2, 2), -0.2, 1.0).clip(0, 1)
        seal = seal * rng.uniform(0.12, 1.0)
        x, y = int(rng.integers(0, columns) - middle), int(rng.integers(0, rows) - middle)
        left, top = max(x, 0), max(y, 0)
        right, bottom = min(x + drawn.width, columns), min(y + drawn.height, rows)
        if left < right and top < bottom:
            part = seal[top - y : bottom - y, left - x : right - x]
            at = (slice(top, bottom), slice(left, right))
            over[at] = np.maximum(over[at], part)
    return over


def _ring(rng: Generator, drawn: Image.Image, middle: float, radius: float, big: float) -> None:
    draw = ImageDraw.Draw(drawn)
    wide = max(1, round(big * rng.uniform(0.15, 0.6)))
    flat = rng.uniform(0.6, 1.0) if rng.random() < 0.2 else 1.0
    for r in (radius, radius * rng.uniform(0.8, 0.93))[: 1 if rng.random() < 0.8 else 2]:
        draw.ellipse(
            (middle - r, middle - flat * r, middle + r, middle + flat * r), None, 255, wide
        )
        wide = max(1, wide // 3)


def _star(rng: Generator, drawn: Image.Image, middle: float, radius: float) -> None:
    turn = rng.uniform(0, 2 * np.pi)
    points = []
    for i in range(10):
        r = radius if i % 2 == 0 else 0.4 * radius
        points.append((middle + r * np.cos(turn + i * np.pi / 5),
                       middle + r * np.sin(turn + i * np.pi / 5)))  # fmt: skip
    ImageDraw.Draw(drawn).polygon(points, 255)


def _words_around(
    rng: Generator, drawn: Image.Image, middle: float, radius: float, font: str
) -> None:
    count = int(rng.integers(6, 15))
    size = radius * rng.uniform(0.24, 0.36)
    face = ImageFont.truetype(font, max(6, round(size)), index=0)
    span = rng.uniform(1.1, 1.5) * np.pi
    side = round(1.6 * size)
    turn = rng.uniform(-0.5, 0.5)
    for i in range(count):
        angle = turn - span / 2 + span * i / (count - 1)
        sign = Image.new("L", (side, side))
        ImageDraw.Draw(sign).text(
            (side / 2, side / 2), str(rng.choice(list(WORDS))), 255, face, "mm"
        )
        sign = sign.rotate(-np.degrees(angle), Image.Resampling.BILINEAR)
        away = 0.74 * radius
        x, y = middle + away * np.sin(angle), middle - away * np.cos(angle)
        drawn.paste(255, (round(x - side / 2), round(y - side / 2)), sign)


def _words_across(
    rng: Generator, drawn: Image.Image, middle: float, radius: float, font: str
) -> None:
    face = ImageFont.truetype(font, max(6, round(radius * rng.uniform(0.2, 0.3))), index=0)
    words = "".join(rng.choice(list(WORDS), size=5))
    down = middle + radius * rng.uniform(0.3, 0.6)
    ImageDraw.Draw(drawn).text((middle, down), words, 255, face, "mm")


def penned(rng: Generator, over: Floats, big: float) -> Floats:
    """Strokes of a pen across cells: ticks, circles and underlines."""
    rows, columns = over.shape
    for _ in range(int(rng.integers(1, 12))):
        start = np.array([rng.uniform(0, columns), rng.uniform(0, rows)])
        steps = rng.normal(0, big * rng.uniform(0.1, 0.5), (int(rng.integers(4, 25)), 2))
        drift = rng.normal(0, 0.3 * big, 2)
        path = np.cumsum(np.vstack([start, cv2.blur(steps, (1, 3)) + drift]), 0)
        wide = max(1, round(big * rng.uniform(0.05, 0.2)))
        shade = float(rng.uniform(0.2, 1.0))
        cv2.polylines(over, [path.astype(np.int32)], isClosed=False, color=shade, thickness=wide)
    return over
