"""What happens to a sheet of paper on its way to pixels, drawn from ranges.

Without regard to any scanner, and to the damage that the generator of the samples makes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from ocr.cells.ink import Mask
from ocr.cells.lines import InkBox
from ocr.image import Pixels
from ocr.opencv import cv2

Floats = np.ndarray[Any, np.dtype[np.float32]]
Place = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells with print, before anything happened to the paper; lengths are its own pixels."""

    dark: Floats  # 0 paper, 1 print; `fine` times as large as the sheet
    over: Floats  # of seals and pens, alike
    rules: Floats
    boxes: list[Place]
    texts: list[str]
    places: list[Place | None]  # of print, where there is any
    fine: float
    height: float  # of a digit on the sheet, pixels
    scale: float


@dataclass(frozen=True, slots=True)
class Damaged:
    """The sheet as the reader gets it; lengths are its pixels."""

    pixels: Pixels
    boxes: list[InkBox]
    places: list[Place | None]
    rules: Mask | None  # where rules run; None: nobody found them


def damaged(rng: Generator, sheet: Sheet) -> Damaged:
    """The sheet as a scanner or camera left it, straightened again."""
    dark = sheet.dark
    big = sheet.height * sheet.fine
    spread = rng.normal(0, 0.035) * big  # ink runs, or is eaten
    if abs(spread) >= 0.5:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(abs(spread)) + 1,) * 2)
        eaten = cv2.dilate(dark, kernel) if spread > 0 else cv2.erode(dark, kernel)
        dark = eaten if spread > 0 or eaten.sum() > 0.35 * dark.sum() else dark
    dark = np.maximum(dark, sheet.rules)
    if rng.random() < 0.3:  # uneven ink
        dark = dark * cloud(rng, dark.shape, big * rng.uniform(0.3, 3), 0.45, 1.0)
    dark = 1 - (1 - dark) * (1 - sheet.over)
    blur = abs(rng.normal(0, 0.08)) * big
    dark = cv2.GaussianBlur(dark, (0, 0), max(0.3, blur))
    if rng.random() < 0.12:
        dark = _smeared(rng, dark, big * rng.uniform(0.05, 0.25))
    fine = sheet.fine
    fax = rng.random() < 0.27
    coarse = rng.uniform(0.55, 1.0) if rng.random() < 0.35 else 1.0  # scanned coarser than seen
    turn = float(np.deg2rad(rng.normal(0, 0.8)))
    small = _resampled(dark, 1 / fine * coarse, turn, rng.uniform(0, 1, 2))
    paper, print_ = rng.uniform(170, 255), rng.uniform(0, 120)
    print_ = min(print_, paper - 45)
    grey = paper + (print_ - paper) * small
    if rng.random() < 0.3:
        grey *= cloud(rng, grey.shape, 10 * sheet.height, 0.75, 1.0)
    noise = abs(rng.normal(0, 9)) if rng.random() < 0.7 else 0.0
    if noise:
        grain = rng.normal(0, noise, grey.shape).astype(np.float32)
        if rng.random() < 0.4:
            grain = cv2.GaussianBlur(grain, (0, 0), rng.uniform(0.4, 1.0)) * 1.8
        grey += grain
    if rng.random() < 0.2:
        dust = rng.random(grey.shape) < 10 ** rng.uniform(-4, -2)
        if rng.random() < 0.5:
            dust = cv2.dilate(dust.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0
        grey[dust] = np.where(rng.random(int(dust.sum())) < 0.7, print_, paper)
    picture = np.clip(grey, 0, 255).astype(np.uint8)
    if fax:
        picture = _bilevel(rng, picture, print_, paper)
    elif rng.random() < 0.5:
        quality = int(rng.integers(12, 95))
        picture = cv2.imdecode(
            cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 0
        )
    if rng.random() < 0.12:
        picture = _sharpened(rng, picture)
    # straightened
    back = _resampled(picture.astype(np.float32), 1 / coarse, -turn, rng.uniform(0, 1, 2),
                      cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR)  # fmt: skip
    picture = np.clip(back, 0, 255).astype(np.uint8)
    fit = picture.shape[0] / sheet.dark.shape[0]
    jitter = rng.normal(0, 0.03 * sheet.height, 4)
    boxes = [
        InkBox(*(max(0, round(v * fit + d)) for v, d in zip(box, jitter, strict=True)))
        for box in sheet.boxes
    ]
    places = [None if p is None else _times(p, fit) for p in sheet.places]
    rules = cv2.resize(
        sheet.rules, picture.shape[::-1], interpolation=cv2.INTER_AREA
    ) > 0.15  # fmt: skip
    mask = cv2.dilate(rules.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    known = mask.any() and rng.random() < 0.93
    return Damaged(picture, boxes, places, mask if known else None)


def _times(box: Place, factor: float) -> Place:
    left, top, right, bottom = box
    return left * factor, top * factor, right * factor, bottom * factor


def _resampled(
    image: Floats, factor: float, turn: float, shift: Any, how: int | None = None
) -> Floats:
    rows, columns = image.shape
    high, wide = max(8, round(rows * factor)), max(8, round(columns * factor))
    source = image
    if factor < 0.8 and how is None:
        source = cv2.blur(image, (max(1, round(1 / factor)),) * 2)
    cos, sin = np.cos(turn) * factor, np.sin(turn) * factor
    matrix = np.array([[cos, -sin, 0.0], [sin, cos, 0.0]])
    matrix[:, 2] = np.array([wide / 2, high / 2]) - matrix[:, :2] @ np.array(
        [columns / 2, rows / 2]
    )
    matrix[:, 2] += (np.asarray(shift) - 0.5) * 0.6
    border = float(np.median(image[:: max(1, rows // 50), :: max(1, columns // 50)]))
    return np.asarray(
        cv2.warpAffine(source, matrix, (wide, high), flags=cv2.INTER_LINEAR if how is None else how,
                       borderMode=cv2.BORDER_CONSTANT, borderValue=border), np.float32)  # fmt: skip


def cloud(rng: Generator, shape: tuple[int, ...], size: float, low: float, high: float) -> Floats:
    """Slow changes between two values."""
    step = max(2.0, size)
    few = rng.random((max(2, int(shape[0] / step) + 2), max(2, int(shape[1] / step) + 2)))
    wide = cv2.resize(few.astype(np.float32), shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(low + (high - low) * wide, low, high), np.float32)


def _smeared(rng: Generator, dark: Floats, length: float) -> Floats:
    size = max(3, round(length)) | 1
    kernel = np.zeros((size, size), np.float32)
    angle = rng.uniform(0, np.pi)
    half = size // 2
    end = (round(half + half * np.cos(angle)), round(half + half * np.sin(angle)))
    start = (size - 1 - end[0], size - 1 - end[1])
    cv2.line(kernel, start, end, 1.0)
    return np.asarray(cv2.filter2D(dark, -1, kernel / kernel.sum()))


def _bilevel(rng: Generator, picture: Pixels, print_: float, paper: float) -> Pixels:
    """Black and white: one threshold, or one that follows the paper; as a fax, coarse in rows."""
    level = print_ + (paper - print_) * rng.uniform(0.15, 0.8)
    rows, columns = picture.shape
    source = picture
    if rng.random() < 0.2:
        source = cv2.resize(picture, (columns, max(8, rows // 2)), interpolation=cv2.INTER_AREA)
    if rng.random() < 0.3:
        local = cv2.blur(source, (31, 31)).astype(np.float32)
        black = source < local - (paper - print_) * rng.uniform(0.12, 0.4)
    else:
        black = source < level
    result = np.where(black, 0, 255).astype(np.uint8)
    if result.shape != picture.shape:
        result = cv2.resize(result, (columns, rows), interpolation=cv2.INTER_NEAREST)
    if rng.random() < 0.3:
        lost = rng.random(result.shape) < rng.uniform(0.0, 0.06)
        result[lost & (rng.random(result.shape) < 0.8)] = 255
    return np.asarray(result)


def _sharpened(rng: Generator, picture: Pixels) -> Pixels:
    soft = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.7, 2.0))
    return np.asarray(cv2.addWeighted(picture, 1 + (a := rng.uniform(0.4, 1.5)), soft, -a, 0))
