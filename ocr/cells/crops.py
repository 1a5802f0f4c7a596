"""Cutting a line of print out of the page, as the recogniser likes it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from ocr.cells.ink import PageInk
from ocr.cells.lines import InkBox, InkLine
from ocr.image import Pixels
from ocr.opencv import cv2


@dataclass(frozen=True, slots=True)
class View:
    """How a line is shown to the recogniser; lengths in text heights."""

    above: float = 0.1  # paper above and below
    beside: float = 0.2  # paper left and right
    enlarge: float = 1.0
    widen: float = 1.0  # beyond that, to the sides only


# Of digits in small and blurred print, a third of those misread with margins of 0.2 and 0.35 are
# read right with these; with wide paper on both sides a 7 becomes a 1. Widened print errs
# elsewhere than print as it is.
FIRST = View()
SECOND = View(enlarge=2.0, widen=1.4)
LONG = View(above=0.2, beside=0.35)  # fewer columns for the recogniser, where there are many
LONGEST_NUMBER = 8.0  # text heights; what is wider is read as words


# Digit heights of white between two digits: wider, the recogniser sees words, and dots in between.
WIDE, USUAL = 0.4, 0.2


def cut(ink: PageInk, line: InkLine, height: float, view: View, *, closed: bool = False) -> Pixels:
    """The line on white, in grey; other print that reaches into the crop is painted over.

    ``closed`` brings print that is set apart as close together as digits usually stand.
    """
    box = line.box
    # A dash is shown at the height of a digit: filling the crop it would be a black wall.
    grow = max(0.0, height - box.height) / 2
    above = round(grow + view.above * max(height, box.height))
    beside = max(round(view.beside * height), 2)
    frame = InkBox(box.left - beside, box.top - above, box.right + beside, box.bottom + above)
    crop = np.full((frame.height, frame.width), 255, np.uint8)
    rows, columns = ink.clean.shape
    top, bottom = max(0, frame.top), min(rows, frame.bottom)
    left, right = max(0, frame.left), min(columns, frame.right)
    part = ink.clean[top:bottom, left:right].copy()
    labels = ink.components.labels[top:bottom, left:right]
    foreign = (labels != 0) & ~np.isin(labels, line.pieces)
    if foreign.any():
        own = cv2.dilate((labels != 0).astype(np.uint8) - foreign, np.ones((3, 3), np.uint8))
        soft = cv2.dilate(foreign.astype(np.uint8), np.ones((5, 5), np.uint8))
        part[(soft > 0) & (own == 0)] = 255
    crop[top - frame.top : bottom - frame.top, left - frame.left : right - frame.left] = part
    if closed:
        there = np.isin(ink.components.labels[top:bottom, left:right], line.pieces).any(axis=0)
        crop = _closed(crop, np.flatnonzero(there) + left - frame.left, own_height(line, height))
    crop = _stretched(crop, ink.contrast)
    if view.enlarge != 1.0 or view.widen != 1.0:
        across, down = view.enlarge * view.widen, view.enlarge
        crop = np.asarray(cv2.resize(crop, None, fx=across, fy=down, interpolation=cv2.INTER_CUBIC))
    return crop


def own_height(line: InkLine, height: float) -> float:
    """Height of digits of this line, which may be smaller than the page's; a dash has none."""
    return min(height, max(line.box.height, 0.5 * height))


def _closed(crop: Pixels, inked: np.ndarray[Any, Any], height: float) -> Pixels:
    """The crop without what is too much of the white between its ``inked`` columns."""
    kept = np.ones(crop.shape[1], bool)
    for last, following in pairwise(inked.tolist()):
        white = following - last - 1
        if white > WIDE * height:
            middle, half = (last + following + 1) // 2, (white - round(USUAL * height)) // 2
            kept[middle - half : middle + half] = False
    return crop[:, kept]


def first_view(line: InkLine, height: float) -> View:
    """How a line is shown first: closely where it may be a number."""
    return FIRST if line.box.width <= LONGEST_NUMBER * height else LONG


def _stretched(crop: Pixels, contrast: float) -> Pixels:
    """Faint print made dark; what is dark already stays."""
    factor = max(1.0, 200.0 / max(contrast, 1.0))
    dark = np.minimum((255 - crop.astype(np.float32)) * factor, 255)
    return np.asarray(255 - dark, np.uint8)
