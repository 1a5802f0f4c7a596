"""Marks painted onto a picture of the page, so that nothing printed is hidden.

Colours are multiplied with the page: black stays black under any of them. Only the grid is painted
over, and only where a rule is printed.
"""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageChops, ImageDraw

from gouji.model import Box

from .fonts import font
from .marks import GRID, SPACING, Colour, Edge, Hatch, PageMarks

DASH, GAP = 3.0, 2.0  # points
DOT = 0.7
GRID_WIDTH = 0.6
OUTLINE_WIDTH = 1.1

Stroke = tuple[float, float, float, float]


def painted(page: Image.Image, marks: PageMarks, scale: float) -> Image.Image:
    """The page (RGB) with its marks; ``scale`` is pixels a point."""
    sheet = Image.new("RGB", page.size, "white")
    draw = ImageDraw.Draw(sheet)
    for tint in marks.tints:
        box = tint.box
        draw.rectangle(_pixels((box.left, box.top, box.right, box.bottom), scale), tint.colour)
    for hatch in marks.hatches:
        draw_hatch(draw, hatch, scale)
    for edge in marks.edges:
        if not edge.printed:
            for stroke in dashes(edge_stroke(edge)):
                _line(draw, stroke, GRID, GRID_WIDTH, scale)
    for outline in marks.outlines:
        draw_frame(draw, outline.box, outline.colour, scale, dashed=outline.dashed)
    for label in marks.labels:
        draw.text(
            (label.box.left * scale, label.box.center_y * scale),
            label.text,
            label.colour,
            font(label.size * scale),
            anchor="lm",
        )
    result = ImageChops.multiply(page, sheet)
    over = ImageDraw.Draw(result)
    for edge in marks.edges:
        if edge.printed:
            _line(over, edge_stroke(edge), GRID, GRID_WIDTH, scale)
    return result


def draw_hatch(draw: ImageDraw.ImageDraw, hatch: Hatch, scale: float) -> None:
    """Fill a box with a pattern."""
    for stroke in hatch_strokes(hatch):
        _line(draw, stroke, hatch.colour, DOT, scale)


def draw_frame(
    draw: ImageDraw.ImageDraw, box: Box, colour: Colour, scale: float, *, dashed: bool
) -> None:
    """Outline a box (points)."""
    for stroke in frame_strokes(box, dashed=dashed):
        _line(draw, stroke, colour, OUTLINE_WIDTH, scale)


def _line(
    draw: ImageDraw.ImageDraw, stroke: Stroke, colour: Colour, width: float, scale: float
) -> None:
    draw.line([v * scale for v in stroke], colour, max(1, round(width * scale)))


def _pixels(box: Stroke, scale: float) -> list[float]:
    return [round(v * scale) for v in box]


def edge_stroke(edge: Edge) -> Stroke:
    """Start and end of a grid line, in points."""
    if edge.horizontal:
        return edge.start, edge.at, edge.end, edge.at
    return edge.at, edge.start, edge.at, edge.end


def frame_strokes(box: Box, *, dashed: bool) -> Iterator[Stroke]:
    """The four sides of a box."""
    a, b, c, d = box.left, box.top, box.right, box.bottom
    for side in ((a, b, c, b), (c, b, c, d), (a, d, c, d), (a, b, a, d)):
        yield from dashes(side) if dashed else (side,)


def dashes(stroke: Stroke) -> Iterator[Stroke]:
    """A line as dashes."""
    x0, y0, x1, y1 = stroke
    length = abs(x1 - x0) + abs(y1 - y0)
    if length <= 0:
        return
    step = (x1 - x0) / length, (y1 - y0) / length
    at = 0.0
    while at < length:
        end = min(at + DASH, length)
        yield x0 + step[0] * at, y0 + step[1] * at, x0 + step[0] * end, y0 + step[1] * end
        at += DASH + GAP


def hatch_strokes(hatch: Hatch) -> Iterator[Stroke]:
    """The strokes of a pattern, cut at the box; those of neighbouring boxes meet."""
    box = hatch.box.expanded(-0.5)
    if hatch.pattern == "dots":
        for y in _steps(box.top + DOT, box.bottom - DOT):
            for x in _steps(box.left + DOT, box.right - DOT):
                yield x, y, x + DOT, y
    if hatch.pattern == "grid":
        for y in _steps(box.top, box.bottom):
            yield box.left, y, box.right, y
        for x in _steps(box.left, box.right):
            yield x, box.top, x, box.bottom
    if hatch.pattern in ("lines", "cross"):  # falling: y - x is the same all along
        for fall in _steps(box.top - box.right, box.bottom - box.left):
            left, right = max(box.left, box.top - fall), min(box.right, box.bottom - fall)
            yield left, left + fall, right, right + fall
    if hatch.pattern == "cross":  # rising: x + y is the same all along
        for total in _steps(box.left + box.top, box.right + box.bottom):
            left, right = max(box.left, total - box.bottom), min(box.right, total - box.top)
            yield left, total - left, right, total - right


def _steps(low: float, high: float) -> Iterator[float]:
    at = -(-low // SPACING) * SPACING
    while at <= high:
        yield at
        at += SPACING
