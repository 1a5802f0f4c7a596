"""pdfplumber's reading of a few cells of a page, without making an object of everything else.

A page takes pdfplumber 50–90 ms, most of it to build an object for each character and stroke. Here
its parser (pdfminer) runs over the same content, but only text on the lines asked for becomes
characters, and only strokes near them become edges; pdfplumber's table finder then makes cells of
those edges. Half the time, the same cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.utils import apply_matrix_pt, apply_matrix_rect, mult_matrix
from pdfplumber.table import edges_to_intersections, intersections_to_cells, merge_edges

from gouji.model import Box

NEAR = 90.0  # points above and below a cell within which edges may bound it
LINE = 14.0  # points beyond a cell within which a line of text may belong to it
THICK = 6.0  # a filled box no thicker than this is a rule
# pdfplumber's own settings: edges nearer than 3 pt are one, shorter than 3 pt none
SNAP = 3.0

_Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class PlumbedCharacter:
    """A character as pdfminer places it, in points of the page from its top left corner."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PlumbedPage:
    """Cells that pdfplumber's finder sees around the places asked for, and their characters."""

    cells: tuple[Box, ...]
    characters: tuple[PlumbedCharacter, ...]


def plumb_page(page: Any, boxes: Sequence[Box]) -> PlumbedPage:
    """Read what stands at and around ``boxes`` (points as displayed) on a pdfplumber page."""
    # pdfplumber counts from the media box, gouji from what is displayed of it
    dx, dy = page.cropbox[0] - page.bbox[0], page.cropbox[1] - page.bbox[1]
    wanted = [Box(b.left + dx, b.top + dy, b.right + dx, b.bottom + dy) for b in boxes]
    device = _Device(page.pdf.rsrcmgr, float(page.bbox[3] - page.bbox[1]), wanted)
    PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    edges = merge_edges(device.edges, SNAP, SNAP, SNAP, SNAP)
    edges = [e for e in edges if max(e["x1"] - e["x0"], e["bottom"] - e["top"]) >= SNAP]
    cells = intersections_to_cells(edges_to_intersections(edges, SNAP, SNAP))
    return PlumbedPage(
        tuple(
            Box(c[0] - dx, c[1] - dy, c[2] - dx, c[3] - dy)
            for c in cells
            if c[0] <= c[2] and c[1] <= c[3]
        ),
        tuple(
            PlumbedCharacter(c.text, c.x0 - dx, c.top - dy, c.x1 - dx, c.bottom - dy)
            for c in device.characters
        ),
    )


class _Device(PDFTextDevice):  # type: ignore[misc]
    """Collects the characters and edges near the boxes wanted."""

    def __init__(self, resources: Any, height: float, wanted: Sequence[Box]) -> None:
        super().__init__(resources)
        self._height = height
        self._lines = _merged((b.top - LINE, b.bottom + LINE) for b in wanted)
        self._bands = _merged((b.top - NEAR, b.bottom + NEAR) for b in wanted)
        self._stack: list[_Matrix] = []
        self.characters: list[PlumbedCharacter] = []
        self.edges: list[dict[str, Any]] = []

    def begin_figure(self, name: str, bbox: Any, matrix: Any) -> None:
        """Form XObjects: the interpreter sets the matrix itself."""

    def render_string(self, textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        """Leave out strings on other lines; the next string on a line sets its own place."""
        matrix = mult_matrix(textstate.matrix, self.ctm)
        _, y = apply_matrix_pt(matrix, textstate.linematrix)
        upright = abs(matrix[1]) < 1e-6 and abs(matrix[2]) < 1e-6
        if not upright or _within(self._height - y, self._lines):
            super().render_string(textstate, seq, ncs, graphicstate)

    def render_char(
        self,
        matrix: Any,
        font: Any,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        try:
            text = str(font.to_unichr(cid))
        except PDFUnicodeNotDefined:
            text = "\ufffd"
        advance = float(font.char_width(cid) * fontsize * scaling)
        if font.is_vertical():
            return advance
        descent = font.get_descent() * fontsize
        x0, y0, x1, y1 = apply_matrix_rect(
            matrix, (0, descent + rise, advance, descent + rise + fontsize)
        )
        top, bottom = self._height - max(y0, y1), self._height - min(y0, y1)
        self.characters.append(PlumbedCharacter(text, min(x0, x1), top, max(x0, x1), bottom))
        return advance

    def paint_path(
        self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]
    ) -> None:
        points: list[tuple[float, float]] = []
        for step in path:
            if step[0] == "m":
                self._subpath(points, stroke=stroke)
                points = []
            if step[0] == "h":
                if points:
                    points.append(points[0])
                continue
            x, y = apply_matrix_pt(self.ctm, (step[-2], step[-1]))
            points.append((x, self._height - y))
        self._subpath(points, stroke=stroke)

    def _subpath(self, points: Sequence[tuple[float, float]], *, stroke: bool) -> None:
        if len(points) < 2:
            return
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        left, top, right, bottom = min(xs), min(ys), max(xs), max(ys)
        if not any(top <= high and low <= bottom for low, high in self._bands):
            return
        if len(points) > 2 and (stroke or min(right - left, bottom - top) > THICK):
            for a, b in zip(points, points[1:], strict=False):
                self._edge(a[0], a[1], b[0], b[1])
        else:
            self._edge(left, top, right, bottom)

    def _edge(self, x0: float, y0: float, x1: float, y1: float) -> None:
        left, right = min(x0, x1), max(x0, x1)
        top, bottom = min(y0, y1), max(y0, y1)
        if bottom - top <= THICK and right - left > bottom - top:
            top = bottom = (top + bottom) / 2
            orientation = "h"
        elif right - left <= THICK and bottom - top > right - left:
            left = right = (left + right) / 2
            orientation = "v"
        else:
            return
        self.edges.append(
            {
                "x0": left, "x1": right, "top": top, "bottom": bottom, "doctop": top,
                "width": right - left, "height": bottom - top,
                "orientation": orientation, "object_type": "line",
            }
        )  # fmt: skip


def _merged(bands: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for low, high in sorted(bands):
        if merged and low <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _within(y: float, bands: Sequence[tuple[float, float]]) -> bool:
    return any(low <= y <= high for low, high in bands)
