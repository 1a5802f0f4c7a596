"""A round red seal of an organ, as it is stamped on paper."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from samples.generator.fonts import FONTS

Ink = np.ndarray[Any, np.dtype[np.float32]]  # rows × columns, 0 (none) to 1 (full)
FINER = 2  # drawn so many times larger, then made smaller
SEAL_FONT = "microhei"


@dataclass(frozen=True, slots=True)
class Seal:
    """Where a seal is stamped (points) and how; `ink` is its share at the darkest."""

    x: float
    y: float
    diameter: float
    turn: float  # degrees
    words: str
    foot: str
    colour: tuple[int, int, int]
    ink: float
    patchiness: float  # share of the ink that is missing in places
    seed: int


def draw_seal(rng: Random, x: float, y: float, words: str) -> Seal:
    """A seal of 38 to 45 mm with its centre at (x, y)."""
    return Seal(
        x=x,
        y=y,
        diameter=rng.uniform(108.0, 128.0),
        turn=rng.uniform(-12.0, 12.0),
        words=words[:18],
        foot=rng.choice(("", "", "政府信息公开专用章", "办公室")),
        colour=(rng.randint(190, 235), rng.randint(20, 60), rng.randint(25, 70)),
        ink=rng.uniform(0.55, 0.95),
        patchiness=rng.uniform(0.05, 0.5),
        seed=rng.getrandbits(63),
    )


def seal_ink(seal: Seal, scale: float) -> Ink:
    """How much ink lies where, in a square with the seal in its middle; `scale` is px a point.

    Raises:
        MissingProgram: the font of the words is not installed.
    """
    side = max(24, round(seal.diameter * scale * 1.1)) * FINER
    unit = seal.diameter * scale * FINER / 100  # a hundredth of the diameter
    canvas = Image.new("L", (side, side))
    pen, middle = ImageDraw.Draw(canvas), side / 2
    ring = 48.5 * unit
    pen.ellipse((middle - ring, middle - ring, middle + ring, middle + ring), outline=255,
                width=max(1, round(2.6 * unit)))  # fmt: skip
    points = []
    for corner in range(10):
        reach, angle = (15.0 if corner % 2 == 0 else 5.7) * unit, math.radians(36 * corner - 90)
        points.append((middle + reach * math.cos(angle), middle + reach * math.sin(angle)))
    pen.polygon(points, fill=255)
    count = len(seal.words)
    size = min(13.0, 250.0 / max(count, 1)) * unit
    spread = min(250.0, 24.0 * count)
    for place, character in enumerate(seal.words):
        share = place / (count - 1) - 0.5 if count > 1 else 0.0
        angle = spread * share
        glyph = _glyph(character, size).rotate(-angle, Image.Resampling.BICUBIC, expand=True)
        reach = 43.5 * unit - size / 2
        x = middle + reach * math.sin(math.radians(angle))
        y = middle - reach * math.cos(math.radians(angle))
        canvas.paste(255, (round(x - glyph.width / 2), round(y - glyph.height / 2)), glyph)
    if seal.foot:
        foot_size = 62.0 * unit / len(seal.foot) if len(seal.foot) > 6 else 9.0 * unit
        for place, character in enumerate(seal.foot):
            glyph = _glyph(character, foot_size)
            x = middle + (place - (len(seal.foot) - 1) / 2) * foot_size - glyph.width / 2
            canvas.paste(255, (round(x), round(middle + 25 * unit)), glyph)
    turned = canvas.rotate(-seal.turn, Image.Resampling.BICUBIC)
    small = turned.resize((side // FINER, side // FINER), Image.Resampling.BOX)
    ink = np.asarray(small, np.float32) / 255 * seal.ink
    return np.asarray(ink * _patches(seal, side // FINER, scale), np.float32)


def stamp(paper: np.ndarray[Any, np.dtype[np.uint8]], seal: Seal, scale: float) -> None:
    """Put a seal on a drawing of a page; what is printed shows through its ink."""
    ink = seal_ink(seal, scale)
    side = ink.shape[0]
    left, top = round(seal.x * scale - side / 2), round(seal.y * scale - side / 2)
    rows = slice(max(0, top), min(paper.shape[0], top + side))
    columns = slice(max(0, left), min(paper.shape[1], left + side))
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return
    part = ink[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    kept = 1 - part[..., None] * (1 - np.array(seal.colour, np.float32) / 255)
    paper[rows, columns] = np.rint(paper[rows, columns] * kept).astype(np.uint8)


def _glyph(character: str, size: float) -> Image.Image:
    font = FONTS[SEAL_FONT]
    font.check()
    pixels = max(4, round(size))
    letters = ImageFont.truetype(font.path, pixels, index=font.index)
    glyph = Image.new("L", (pixels, pixels + pixels // 4))
    ImageDraw.Draw(glyph).text((0, 0), character, fill=255, font=letters)
    return glyph


def _patches(seal: Seal, side: int, scale: float) -> Ink:
    """Ink never lies evenly: blotches of about 3 points and a fine grain."""
    noise = np.random.default_rng(seal.seed)
    coarse = max(2, round(side / scale / 3))
    blotches = Image.fromarray(noise.integers(0, 256, (coarse, coarse), dtype=np.uint8))
    smooth = blotches.resize((side, side), Image.Resampling.BICUBIC)
    grain = Image.fromarray(noise.integers(0, 256, (side, side), dtype=np.uint8))
    fine = np.asarray(grain.filter(ImageFilter.BoxBlur(1)), np.float32) / 255
    mixed = 0.7 * np.asarray(smooth, np.float32) / 255 + 0.3 * fine
    return np.asarray(1 - seal.patchiness * mixed, np.float32)
