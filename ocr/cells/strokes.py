"""Signs of one stroke, told by their shape.

A recogniser has nothing to go by when one stroke stands alone: over 13 fonts it reads the slash as
1 in two of three cells. The shape decides it. Over 150 fonts (upright, oblique and bold) the
middle of a slash lies on a line to 0.7 % of its height and leans by 0.22 to 0.71; that of a 1
either stands upright or has its flag, which bends it by 1.4 % or more, and leans by 0.26 at most.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ocr.cells.ink import PageInk
from ocr.cells.lines import InkLine


@dataclass(frozen=True, slots=True)
class Stroke:
    """A piece of ink as a line: how far it leans (run by rise) and bends (share of its height)."""

    lean: float
    bend: float
    slenderness: float  # width by height of its box
    height: int


def lone_stroke(ink: PageInk, line: InkLine) -> Stroke | None:
    """Measure a line that is one piece of ink, or None."""
    if len(line.pieces) != 1:
        return None
    box = line.box
    rows = slice(box.top, box.bottom)
    columns = slice(box.left, box.right)
    own = ink.components.labels[rows, columns] == line.pieces[0]
    dark = np.where(own, 255.0 - ink.clean[rows, columns], 0.0)
    mass = dark.sum(axis=1)
    if box.height < 4:
        return Stroke(0.0, 0.0, box.width / box.height, box.height)
    inner = slice(1, -1)  # the ends are cut off slantwise
    height = np.arange(box.height, dtype=np.float64)[inner]
    middle = (dark @ np.arange(box.width) / np.maximum(mass, 1e-6))[inner]
    slope, start = np.polyfit(height, middle, 1)
    bend = float(np.sqrt(np.mean((middle - slope * height - start) ** 2))) / box.height
    return Stroke(float(-slope), bend, box.width / box.height, box.height)


def slash_odds(stroke: Stroke) -> float:
    """How many times likelier the shape is for a slash than for a 1."""
    # Half a pixel's wobble of a row is what noise does to a short stroke.
    blur = 0.12 / stroke.height
    straight = (0.010 + blur - stroke.bend) / (0.003 + blur / 2)
    lean = (stroke.lean - 0.22) / 0.03
    score = min(lean, 6.0) + min(straight, 3.0) if lean > 0 else lean * 2
    return float(np.exp(np.clip(score, -9, 9)))


def is_dash(line: InkLine, height: float) -> bool:
    """A flat stroke alone: nothing else a value cell holds is as flat."""
    box = line.box
    return (
        len(line.pieces) == 1
        and box.height <= 0.34 * height
        and box.width >= 1.6 * box.height
        and box.width <= 3.5 * height
    )
