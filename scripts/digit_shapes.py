"""Make ocr/cells/digits.npz: the mean shape of each digit over the fonts of this machine.

Run it after installing more fonts: .venv/bin/python scripts/digit_shapes.py FOLDER_OF_FONTS...
Every family counts once in each weight; italics, old-style digits and symbols are left out.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

OUT = Path(__file__).resolve().parents[1] / "ocr" / "cells" / "digits.npz"
ROWS, COLUMNS, DIGIT = 26, 14, 20  # pixels: a picture, and the height of 0 in it
DRAWN, FINER = 400, 8  # font size drawn at; how much finer pictures are before they are averaged
MARGIN = 100  # pixels around what is drawn
HANGING = 0.25  # of a digit's mean ink in the rows below the line: old-style digits
BELOW = (3, 4, 5, 7, 9)  # digits that hang there
BOLD = ("bold", "demi", "black", "heavy")
OTHER = (
    "italic", "oblique", "slant", "math", "chancery", "z003", "standardsymbols", "d050", "dingbat",
    "caps", "dunhill", "unsl", "obl", "it.", "quot", "demicond", "-bi",
)  # fmt: skip

Shapes = npt.NDArray[np.float32]  # digits × rows × columns, ink from 0 to 1


def main(folders: list[str]) -> None:
    """Average the digits of all families below these folders, and write them."""
    families: dict[str, list[Shapes]] = defaultdict(list)
    for file in sorted(p for folder in folders for p in Path(folder).rglob("*.[to]t[fc]")):
        name = file.name.lower()
        if not any(part in name for part in OTHER) and (shapes := shapes_of(file)) is not None:
            families[family_of(name)].append(shapes)
    every = np.array([np.mean(fonts, axis=0) for fonts in families.values()])
    mean, deviation = (np.rint(255 * a).astype(np.uint8) for a in (every.mean(0), every.std(0)))
    np.savez_compressed(OUT, mean=mean, deviation=deviation)
    print(f"{len(families)} families in {OUT}")


def family_of(name: str) -> str:
    """A font's family and weight, by its file's name: Latin Modern has the longest names."""
    stem = name.split("-")[0]
    weight = "b" if any(part in name for part in BOLD) else ""
    return stem[: 6 if stem.startswith("lm") else 9] + weight


def shapes_of(file: Path) -> Shapes | None:
    """The ten digits of a font, 0 always as high; None without digits on the line."""
    try:
        font = ImageFont.truetype(file, DRAWN)
    except OSError:
        return None
    _, top, _, bottom = font.getbbox("0")
    if bottom <= top:
        return None
    margin = (ROWS - DIGIT) / 2 * (bottom - top) / DIGIT
    pictures = []
    for digit in "0123456789":
        advance = font.getlength(digit)
        drawn = Image.new("L", (int(advance) + 2 * MARGIN, 900), 0)
        ImageDraw.Draw(drawn).text((MARGIN, MARGIN), digit, 255, font=font)
        ink = np.asarray(drawn, np.float32) / 255
        if not ink.any():
            return None
        left, right = MARGIN, MARGIN + advance
        above, below = MARGIN + top - margin, MARGIN + bottom + margin
        corners = np.array([[left, above], [right, above], [left, below]], np.float32)
        size = (COLUMNS * FINER, ROWS * FINER)
        there = np.array([[0, 0], [size[0], 0], [0, size[1]]], np.float32)
        fine = cv2.warpAffine(ink, cv2.getAffineTransform(corners, there), size)
        pictures.append(cv2.resize(fine, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA))
    shapes = np.array(pictures, np.float32)
    hanging = max(float(shapes[d][-3:].mean() / max(shapes[d].mean(), 1e-6)) for d in BELOW)
    return None if hanging > HANGING else shapes


if __name__ == "__main__":
    main(sys.argv[1:] or ["/usr/share/fonts"])
