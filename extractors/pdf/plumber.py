"""pdfplumber's reading of a few cells of a page, without making an object of everything else.

A page takes pdfplumber 50–90 ms: half to cut its content into tokens, half to build an object for
each character and stroke. Here its parser (pdfminer: resources, fonts, text state) runs over the
same content, but operators are found by one pattern, only text on the lines asked for becomes
characters, and only strokes near them become edges; pdfplumber's table finder then makes cells of
those edges. A quarter of the time, the same cells.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import PDFObjRef, dict_value, stream_value
from pdfminer.psparser import LIT
from pdfminer.utils import apply_matrix_pt, apply_matrix_rect, mult_matrix
from pdfplumber.table import edges_to_intersections, intersections_to_cells, merge_edges

from gouji.model import Box

NEAR = 90.0  # points above and below a cell within which edges may bound it
LINE = 14.0  # points beyond a cell within which a line of text may belong to it
THICK = 6.0  # a filled box no thicker than this is a rule
# pdfplumber's own settings: edges nearer than 3 pt are one, shorter than 3 pt none
SNAP = 3.0

_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_STRING = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)"
_OPERAND = (
    rb"[+\-.\d][+\-.\dEe]*|/[^\s()<>\[\]{}/%]*|<[0-9A-Fa-f\s]*>|"
    + _STRING
    + rb"|\[(?:[^\]()]|"
    + _STRING
    + rb")*\]|<<.*?>>|true|false|null"
)
# All operands of one operator, and the operator: one match instead of four tokens.
_OPERATION = re.compile(
    rb"\s*((?:(?:" + _OPERAND + rb")\s*)*)([A-Za-z'\"][A-Za-z0-9*]*)", re.DOTALL
)
_STRINGS = re.compile(_STRING + rb"|<[0-9A-Fa-f\s]*>|[+\-.\d]+", re.DOTALL)
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|\r\n|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"",
            b"\r\n": b""}  # fmt: skip


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
    _Interpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
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


@dataclass(frozen=True, slots=True)
class _Unmade:
    """A font that was chosen and not used yet."""

    name: str


class _Interpreter(PDFPageInterpreter):
    """pdfminer's interpreter, fed by whole operations, without those that print nothing."""

    device: _Device

    def init_resources(self, resources: Any) -> None:
        """Everything but fonts, which take 1 ms each: they are made when text asks for them."""
        fonts = resources.get("Font") if resources else None
        self._fonts: Mapping[Any, Any] = dict_value(fonts) if fonts else {}
        super().init_resources({k: v for k, v in (resources or {}).items() if k != "Font"})

    def choose_font(self, name: str, size: float) -> None:
        self.textstate.font = _Unmade(name)  # type: ignore[assignment]
        self.textstate.fontsize = size

    def _made(self, font: _Unmade) -> Any:
        specification = self._fonts.get(font.name)
        number = specification.objid if isinstance(specification, PDFObjRef) else None
        return self.rsrcmgr.get_font(number, dict_value(specification) if specification else {})

    def execute(self, streams: Sequence[object]) -> None:
        """Run content streams; content that the pattern does not fit goes to pdfminer's parser."""
        content: list[bytes] = []
        for stream in map(stream_value, streams):
            if stream.objid is not None and stream.objid in self.parent_stream_ids:
                continue  # a form that calls itself
            if stream.objid is not None:
                self.stream_ids.add(stream.objid)
            content.append(stream.get_data())
        data = b"\n".join(content)
        operations = list(_OPERATION.finditer(data))
        end = 0
        for operation in operations:
            if operation.start() != end or operation[2] == b"BI":
                super().execute(streams)
                return
            end = operation.end()
        if data[end:].strip():
            super().execute(streams)
            return
        run = _RUN
        for operation in operations:
            step = run.get(operation[2])
            if step is not None:
                step(self, operation[1])

    def show(self, strings: bytes) -> None:
        """Print strings, if they stand on a line asked for."""
        if self.textstate.font is None or not self.device.wants(self.textstate, self.ctm):
            return
        if isinstance(self.textstate.font, _Unmade):
            self.textstate.font = self._made(self.textstate.font)
        self.device.render_string(
            self.textstate,
            [_operand(m) for m in _STRINGS.findall(strings)],
            self.graphicstate.ncs,
            self.graphicstate,
        )

    def save(self) -> None:
        self.gstack.append((self.ctm, self.textstate.copy(), self.graphicstate))


def _operand(raw: bytes) -> bytes | float:
    if raw.startswith(b"("):
        return _ESCAPE.sub(_unescaped, raw[1:-1]) if b"\\" in raw else raw[1:-1]
    if raw.startswith(b"<"):
        digits = b"".join(raw[1:-1].split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    return _number(raw)


def _unescaped(match: re.Match[bytes]) -> bytes:
    said = match[1]
    if said[:1].isdigit():
        return bytes((int(said, 8) & 0xFF,))
    return _ESCAPED.get(said, said)


def _number(raw: bytes) -> float:
    try:
        return float(raw)
    except ValueError:
        return 0.0  # as pdfminer does with what is no number


def _numbers(operands: bytes) -> list[float]:
    return [_number(raw) for raw in operands.split()]


def _step(name: str, count: int) -> Callable[[_Interpreter, bytes], None]:
    """Run pdfminer's own method on so many numbers."""

    def step(interpreter: _Interpreter, operands: bytes) -> None:
        numbers = _numbers(operands)[-count:] if count else []
        if len(numbers) == count:
            getattr(interpreter, name)(*numbers)

    return step


def _font(interpreter: _Interpreter, operands: bytes) -> None:
    name, _, size = operands.strip().rpartition(b" ")
    interpreter.choose_font(name.strip()[1:].decode("latin-1"), _number(size))


def _shape(letter: str, count: int) -> Callable[[_Interpreter, bytes], None]:
    def step(interpreter: _Interpreter, operands: bytes) -> None:
        numbers = _numbers(operands)
        if len(numbers) == count:
            interpreter.curpath.append((letter, *numbers))  # type: ignore[arg-type]

    return step


def _next_line_and_show(interpreter: _Interpreter, operands: bytes) -> None:
    interpreter.do_T_a()
    interpreter.show(operands)


# What each operator does; the others print nothing that is asked for.
_RUN: Mapping[bytes, Callable[[_Interpreter, bytes], None]] = {
    b"q": lambda i, _: i.save(),
    b"Q": lambda i, _: i.do_Q(),
    b"cm": _step("do_cm", 6),
    b"BT": lambda i, _: i.do_BT(),
    b"Tf": _font,
    b"Td": _step("do_Td", 2),
    b"TD": _step("do_TD", 2),
    b"Tm": _step("do_Tm", 6),
    b"T*": lambda i, _: i.do_T_a(),
    b"Tc": _step("do_Tc", 1),
    b"Tw": _step("do_Tw", 1),
    b"Tz": _step("do_Tz", 1),
    b"TL": _step("do_TL", 1),
    b"Ts": _step("do_Ts", 1),
    b"Tj": lambda i, strings: i.show(strings),
    b"TJ": lambda i, strings: i.show(strings),
    b"'": _next_line_and_show,
    b"m": _shape("m", 2),
    b"l": _shape("l", 2),
    b"c": _shape("c", 6),
    b"v": _shape("v", 4),
    b"y": _shape("y", 4),
    b"h": lambda i, _: i.curpath.append(("h",)),
    b"re": _step("do_re", 4),
    b"S": lambda i, _: i.do_S(),
    b"s": lambda i, _: i.do_s(),
    b"f": lambda i, _: i.do_f(),
    b"F": lambda i, _: i.do_f(),
    b"f*": lambda i, _: i.do_f(),
    b"B": lambda i, _: i.do_B(),
    b"B*": lambda i, _: i.do_B(),
    b"b": lambda i, _: i.do_b(),
    b"b*": lambda i, _: i.do_b(),
    b"n": lambda i, _: i.do_n(),
    b"Do": lambda i, name: i.do_Do(LIT(name.strip()[1:].decode("latin-1"))),
}


class _Device(PDFTextDevice):
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

    def wants(self, textstate: Any, ctm: _Matrix) -> bool:
        """Whether a string at this place is asked for; the next string sets its own place."""
        matrix = mult_matrix(textstate.matrix, ctm)
        if abs(matrix[1]) > 1e-6 or abs(matrix[2]) > 1e-6:
            return True  # not set level: it may reach anywhere
        _, y = apply_matrix_pt(matrix, textstate.linematrix)
        return _within(self._height - y, self._lines)

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
            x, y = apply_matrix_pt(self.ctm or _IDENTITY, (step[-2], step[-1]))
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
            for a, b in itertools.pairwise(points):
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
