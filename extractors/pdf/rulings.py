"""Drawn strokes of a PDF page as rulings: lines, rectangles, filled bars, thin pictures."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pypdfium2.raw as pdfium

from gouji.model import Ruling

from ..deadline import Deadline
from .document import OpenPage, PageFrame

# A filled bar up to so many points is a thick rule, not an area: the thickest rule of Word's menus
# is 6 pt; the lowest row of the forms is more than 8.
BAR = 6.0
# A stroke may lean so much of its length (or so many points) and still be a ruling.
LEAN = 0.01
LEAN_POINTS = 0.6
# Strokes shorter than this are ornaments of glyphs and dots of dotted rules; dots are kept, since
# they are joined to one ruling later.
DOT = 0.2
SQUARE = 3.0  # a mark no longer than this either way is a dot
NESTING = 12  # form XObjects within form XObjects
LIGHT = 246  # of 255: lighter than this cannot be seen on white paper
DEADLINE_EVERY = 2000

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Cover:
    """Something painted, with its place in the painting order: it may hide what came before.

    A picture is asked whether it is opaque only where it lies over text, since it has to be
    unpacked for that: the seals of organs are pictures with a mask.
    """

    box: tuple[float, float, float, float]
    order: int
    picture: Callable[[], bool] | None = None  # whether it is opaque
    _opaque: bool | None = None

    def hides(self, order: int, x: float, y: float) -> bool:
        """Whether it hides what was painted at ``order`` around the point."""
        left, top, right, bottom = self.box
        if self.order <= order or not (left <= x <= right and top <= y <= bottom):
            return False
        if self._opaque is None:
            self._opaque = self.picture is None or self.picture()
        return self._opaque


@dataclass(slots=True)
class Drawing:
    """What is drawn on a page beside text; boxes are left, top, right, bottom in points."""

    rulings: list[Ruling] = field(default_factory=list)
    fills: list[tuple[float, float, float, float]] = field(default_factory=list)  # shaded areas
    images: list[tuple[float, float, float, float]] = field(default_factory=list)
    # what is painted opaque, with its place in the painting order: it hides what came before
    covers: list[Cover] = field(default_factory=list)


def read_drawing(page: OpenPage, deadline: Deadline) -> Drawing:
    """Collect rulings, shaded areas and pictures of a page, form XObjects included.

    Raises:
        DocumentFault: the deadline passed (a page of a million strokes).
    """
    return _Reader(page, deadline).read()


class _Reader:
    def __init__(self, page: OpenPage, deadline: Deadline) -> None:
        self._page = page
        self._frame: PageFrame = page.frame
        self._deadline = deadline
        self._seen = 0
        self.drawing = Drawing()
        # ctypes cells and their references are made once: half the cost of a call is making them
        self._floats = [ctypes.c_float() for _ in range(4)]
        self._float_refs = [ctypes.byref(f) for f in self._floats]
        self._ints = (ctypes.c_int(), ctypes.c_int())
        self._int_refs = [ctypes.byref(i) for i in self._ints]
        self._colour = [ctypes.c_uint() for _ in range(4)]
        self._colour_refs = [ctypes.byref(c) for c in self._colour]
        self._width = ctypes.c_float()
        self._width_ref = ctypes.byref(self._width)
        self._x, self._y = ctypes.c_float(), ctypes.c_float()
        self._point_refs = (ctypes.byref(self._x), ctypes.byref(self._y))

    def read(self) -> Drawing:
        raw = self._page.raw
        get, kind_of = pdfium.FPDFPage_GetObject, pdfium.FPDFPageObj_GetType
        for index in range(pdfium.FPDFPage_CountObjects(raw)):
            item = get(raw, index)
            kind = kind_of(item)
            if kind == pdfium.FPDF_PAGEOBJ_TEXT:
                self._seen += 1
            else:
                self._object(item, kind, IDENTITY, 0)
        self.drawing.rulings = _on_page(self.drawing.rulings, self._frame)
        return self.drawing

    def _object(self, item: object, kind: int, matrix: Matrix, depth: int) -> None:
        self._seen += 1
        if self._seen % DEADLINE_EVERY == 0:
            self._deadline.check()
        if self._page.hidden_layers is not None and self._page.hides(item):
            return
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._path(item, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            self._image(item, matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < NESTING:
            inner = combined(matrix_of(item), matrix)
            for index in range(pdfium.FPDFFormObj_CountObjects(item)):
                child = pdfium.FPDFFormObj_GetObject(item, index)
                self._object(child, pdfium.FPDFPageObj_GetType(child), inner, depth + 1)

    def _bounds(self, item: object) -> tuple[float, float, float, float] | None:
        if not pdfium.FPDFPageObj_GetBounds(item, *self._float_refs):
            return None
        left, bottom, right, top = self._floats
        return left.value, bottom.value, right.value, top.value

    def _displayed(
        self, bounds: tuple[float, float, float, float], matrix: Matrix
    ) -> tuple[float, float, float, float]:
        if matrix is not IDENTITY:
            x0, y0 = _applied(matrix, bounds[0], bounds[1])
            x1, y1 = _applied(matrix, bounds[2], bounds[3])
            return self._frame.box(x0, y0, x1, y1)
        return self._frame.box(*bounds)

    def _image(self, item: object, matrix: Matrix) -> None:
        bounds = self._bounds(item)
        if bounds is None:
            return
        box = self._displayed(bounds, matrix)
        if min(box[2] - box[0], box[3] - box[1]) <= BAR / 2 < max(box[2] - box[0], box[3] - box[1]):
            self._bar(box)  # a one-pixel picture, stretched: how some writers draw rules
        else:
            self.drawing.images.append(box)
            if not pdfium.FPDFPageObj_HasTransparency(item):
                picture = partial(_opaque_picture, self._page, item)
                self.drawing.covers.append(Cover(box, self._seen, picture))

    def _path(self, item: object, matrix: Matrix) -> None:
        if not pdfium.FPDFPath_GetDrawMode(item, *self._int_refs):
            return
        filled, stroked = self._ints[0].value != 0, self._ints[1].value != 0
        if stroked and not self._visible(item, stroke=True):
            stroked = False
        light = filled and not self._visible(item, stroke=False)
        segments = pdfium.FPDFPath_CountSegments(item)
        if filled and not stroked and segments <= 5:
            bounds = self._bounds(item)
            if bounds is not None:
                box = self._displayed(bounds, matrix)
                if min(box[2] - box[0], box[3] - box[1]) > BAR and self._opaque(item):
                    self.drawing.covers.append(Cover(box, self._seen))
                if not light:
                    self._area(box)
            return
        if not stroked and (not filled or light):
            return
        if stroked and segments == 2 and self._line(item, matrix):
            return
        self._outline(item, segments, combined(matrix_of(item), matrix), filled, stroked)

    def _line(self, item: object, matrix: Matrix) -> bool:
        """Take a path of one stroke by its bounds: 3 calls instead of 9.

        PDFium's bounds of a stroke are wider than it by its width on every side. False where the
        stroke is not plainly across or down.
        """
        pdfium.FPDFPageObj_GetStrokeWidth(item, self._width_ref)
        own = matrix_of(item)
        width = self._width.value * abs(own[0] * own[3] - own[1] * own[2]) ** 0.5
        bounds = self._bounds(item)
        if bounds is None or width > BAR:
            return False
        left, top, right, bottom = self._displayed(bounds, matrix)
        if matrix is not IDENTITY:
            width *= abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5
        width *= self._frame.unit
        across, down = right - left - 2 * width, bottom - top - 2 * width
        if across > 3 * BAR and down <= LEAN_POINTS:
            self._stroke(left + width, (top + bottom) / 2, right - width, (top + bottom) / 2, width)
        elif down > 3 * BAR and across <= LEAN_POINTS:
            self._stroke((left + right) / 2, top + width, (left + right) / 2, bottom - width, width)
        else:
            return False
        return True

    def _visible(self, item: object, *, stroke: bool) -> bool:
        """Whether the colour would show on white paper; an unknown colour does."""
        read = pdfium.FPDFPageObj_GetStrokeColor if stroke else pdfium.FPDFPageObj_GetFillColor
        if not read(item, *self._colour_refs):
            return True  # PDFium tells no colour for its default, black
        red, green, blue, alpha = self._colour
        if alpha.value < 8:
            return False
        return red.value < LIGHT or green.value < LIGHT or blue.value < LIGHT

    def _opaque(self, item: object) -> bool:
        return self._colour[3].value == 255 and not pdfium.FPDFPageObj_HasTransparency(item)

    def _outline(
        self, item: object, segments: int, matrix: Matrix, filled: bool, stroked: bool
    ) -> None:
        thickness = 0.0
        if stroked and pdfium.FPDFPageObj_GetStrokeWidth(item, self._width_ref):
            scale = abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5
            thickness = self._width.value * scale * self._frame.unit
        points: list[tuple[float, float]] = []
        areas: list[tuple[float, float, float, float, bool]] = []  # filled subpaths
        straight = True
        controls = 0
        for index in range(segments):
            if index and index % DEADLINE_EVERY == 0:
                self._deadline.check()
            segment = pdfium.FPDFPath_GetPathSegment(item, index)
            kind = pdfium.FPDFPathSegment_GetType(segment)
            pdfium.FPDFPathSegment_GetPoint(segment, *self._point_refs)
            x, y = _applied(matrix, self._x.value, self._y.value)
            left, top, _, _ = self._frame.box(x, y, x, y)
            if kind == pdfium.FPDF_SEGMENT_MOVETO:
                self._subpath(points, straight, thickness, areas, stroked)
                points, straight = [], True
            elif kind == pdfium.FPDF_SEGMENT_BEZIERTO:
                straight = False
                controls += 1
                if controls % 3:  # two control points, then the curve's end
                    continue
            points.append((left, top))
            if (
                len(points) > 2
                and (left, top) != points[0]
                and pdfium.FPDFPathSegment_GetClose(segment)
            ):
                points.append(points[0])
        self._subpath(points, straight, thickness, areas, stroked)
        if areas and filled:
            self._filled(areas)

    def _subpath(
        self,
        points: list[tuple[float, float]],
        straight: bool,
        thickness: float,
        areas: list[tuple[float, float, float, float, bool]],
        stroked: bool,
    ) -> None:
        if len(points) < 2:
            return
        if stroked:
            for (x0, y0), (x1, y1) in itertools.pairwise(points):
                self._stroke(x0, y0, x1, y1, thickness)
        else:
            xs, ys = [p[0] for p in points], [p[1] for p in points]
            areas.append((min(xs), min(ys), max(xs), max(ys), straight))

    def _filled(self, areas: list[tuple[float, float, float, float, bool]]) -> None:
        """Filled subpaths: bars and areas, and frames (a box with a hole just inside it)."""
        holes: set[int] = set()
        for index in range(len(areas) - 1):  # a hole is drawn right after its frame
            outer, inner = areas[index], areas[index + 1]
            if outer[2] - outer[0] < inner[2] - inner[0]:
                outer, inner = inner, outer  # some writers draw the hole first
            margins = (
                inner[0] - outer[0],
                inner[1] - outer[1],
                outer[2] - inner[2],
                outer[3] - inner[3],
            )
            if (
                min(margins) >= -DOT
                and DOT < max(margins) <= BAR
                and min(inner[2] - inner[0], inner[3] - inner[1]) > max(margins)
            ):
                holes.update((index, index + 1))
                self._frame_bars(outer, margins)
        for index, area in enumerate(areas):
            if index not in holes and area[4]:
                self._area(area[:4])

    def _frame_bars(
        self,
        box: tuple[float, float, float, float, bool],
        margins: tuple[float, float, float, float],
    ) -> None:
        left, top, right, bottom, _ = box
        sides = (
            (left, top, left + margins[0], bottom),
            (left, top, right, top + margins[1]),
            (right - margins[2], top, right, bottom),
            (left, bottom - margins[3], right, bottom),
        )
        for side, margin in zip(sides, margins, strict=True):
            if margin > DOT / 4:
                self._bar(side)

    def _stroke(self, x0: float, y0: float, x1: float, y1: float, thickness: float) -> None:
        across, down = abs(x1 - x0), abs(y1 - y0)
        if thickness > 2 * BAR and max(across, down) > DOT:
            # a very wide stroke is how some writers shade a row
            half = thickness / 2
            if down <= LEAN_POINTS:
                self._area((min(x0, x1), y0 - half, max(x0, x1), y0 + half))
            elif across <= LEAN_POINTS:
                self._area((x0 - half, min(y0, y1), x0 + half, max(y0, y1)))
        elif across >= down and down <= max(LEAN_POINTS, LEAN * across) and across > DOT:
            self.drawing.rulings.append(
                Ruling(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1), thickness)
            )
        elif down > across and across <= max(LEAN_POINTS, LEAN * down) and down > DOT:
            self.drawing.rulings.append(
                Ruling(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1), thickness)
            )

    def _area(self, box: tuple[float, float, float, float]) -> None:
        if min(box[2] - box[0], box[3] - box[1]) <= BAR:
            self._bar(box)
        else:
            self.drawing.fills.append(box)

    def _bar(self, box: tuple[float, float, float, float]) -> None:
        left, top, right, bottom = box
        across, down = right - left, bottom - top
        if DOT < across <= SQUARE and DOT < down <= SQUARE:
            # one dot of a dotted rule: nobody can say yet which way the rule runs
            self.drawing.rulings.append(Ruling(True, (top + bottom) / 2, left, right, down))
            self.drawing.rulings.append(Ruling(False, (left + right) / 2, top, bottom, across))
        elif across >= down and across > DOT:
            self.drawing.rulings.append(Ruling(True, (top + bottom) / 2, left, right, down))
        elif down > DOT:
            self.drawing.rulings.append(Ruling(False, (left + right) / 2, top, bottom, across))


def _on_page(rulings: list[Ruling], frame: PageFrame) -> list[Ruling]:
    """Rulings cut at the page's edges; writers draw a table over the page break and clip it."""
    width, height = frame.width, frame.height
    result = []
    for ruling in rulings:
        across, along = (height, width) if ruling.horizontal else (width, height)
        if not -BAR <= ruling.at <= across + BAR or ruling.end < 0 or ruling.start > along:
            continue
        if ruling.start < 0 or ruling.end > along:
            ruling = ruling._replace(start=max(ruling.start, 0.0), end=min(ruling.end, along))
        result.append(ruling)
    return result


def address_of(item: Any) -> int:
    """Where PDFium keeps an object: the same for every handle to it."""
    return ctypes.addressof(item.contents)


def text_order(page: OpenPage) -> dict[int, int]:
    """The place of each text object in the painting order, by its address.

    Counts as `read_drawing` does; objects of layers that are switched off are left out.
    """
    order: dict[int, int] = {}
    seen = 0

    def visit(item: Any, depth: int) -> None:
        nonlocal seen
        seen += 1
        if page.hidden_layers and page.hides(item):
            return
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            order[address_of(item)] = seen
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < NESTING:
            for index in range(pdfium.FPDFFormObj_CountObjects(item)):
                visit(pdfium.FPDFFormObj_GetObject(item, index), depth + 1)

    for index in range(pdfium.FPDFPage_CountObjects(page.raw)):
        visit(pdfium.FPDFPage_GetObject(page.raw, index), 0)
    return order


def _opaque_picture(page: OpenPage, item: object) -> bool:
    """Whether no pixel of a picture, as it is painted, lets through what is under it."""
    bitmap = pdfium.FPDFImageObj_GetRenderedBitmap(page.document, page.raw, item)
    if not bitmap:
        return False
    try:
        if pdfium.FPDFBitmap_GetFormat(bitmap) != pdfium.FPDFBitmap_BGRA:
            return True
        size = pdfium.FPDFBitmap_GetStride(bitmap) * pdfium.FPDFBitmap_GetHeight(bitmap)
        pixels = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), size)
        return min(pixels[3::4], default=0) == 255
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)


def matrix_of(item: object) -> Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(item, ctypes.byref(matrix)):
        return IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def combined(first: Matrix, then: Matrix) -> Matrix:
    if then is IDENTITY:
        return first
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _applied(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
