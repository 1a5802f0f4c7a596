"""What is drawn onto a page of a reading, in points and before any ink: grid, cells, labels."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gouji.model import (
    Agreement,
    Box,
    CellState,
    DocumentReading,
    Kind,
    RelationResult,
    RelationStatus,
    ReportCell,
    TablePart,
)
from gouji.reports.amounts import parse_amount

from ..scan.reading import READER as SCAN
from .ink import Ink

Colour = tuple[int, int, int]

GRID: Colour = (40, 110, 235)
WRONG: Colour = (222, 30, 40)
DOUBT: Colour = (150, 75, 0)
CHANGED: Colour = (20, 60, 190)
SEEN: Colour = (20, 110, 50)
TINTS: Mapping[CellState, Colour] = {
    CellState.ACCEPTED: (217, 242, 213),
    CellState.REVIEW: (255, 222, 133),
    CellState.CORRECTED: (201, 224, 255),
    CellState.CONFIRMED: (168, 226, 186),
}
HATCHES: Mapping[Kind, str] = {
    Kind.BLANK: "dots",
    Kind.NOT_APPLICABLE: "lines",
    Kind.TEXT_DAMAGED: "grid",
    Kind.UNREAD: "cross",
}
HATCH_COLOURS: Mapping[Kind, Colour] = {
    Kind.BLANK: (120, 140, 170),
    Kind.NOT_APPLICABLE: (150, 165, 195),
    Kind.TEXT_DAMAGED: (225, 130, 130),
    Kind.UNREAD: (225, 110, 110),
}
SPACING = 4.0  # points between the strokes of a hatch
LABEL_SIZES = (6.0, 5.0, 4.2)  # points: the largest that finds room
LETTER = 0.58  # width of a digit or letter, of the type size
APART = 1.0  # points between a label and print beside it, so that 15 and 15? are not 1515?
FREE = 0.002  # share of dark pixels in a place that is free: a speck of a scan


@dataclass(frozen=True, slots=True)
class Tint:
    box: Box
    colour: Colour


@dataclass(frozen=True, slots=True)
class Hatch:
    box: Box
    pattern: str  # dots, lines, cross, grid
    colour: Colour


@dataclass(frozen=True, slots=True)
class Outline:
    box: Box
    colour: Colour
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """A line of the grid; dashed where the page has no rule there."""

    horizontal: bool
    at: float
    start: float
    end: float
    printed: bool


@dataclass(frozen=True, slots=True)
class Label:
    """ASCII words; ``box`` holds them in one line."""

    box: Box
    text: str
    size: float
    colour: Colour


@dataclass(slots=True)
class PageMarks:
    """Everything drawn onto one page.

    ``crowded`` are cells that say something else than is printed and have no room for a label.
    """

    tints: list[Tint] = field(default_factory=list)
    hatches: list[Hatch] = field(default_factory=list)
    outlines: list[Outline] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    crowded: list[ReportCell] = field(default_factory=list)


def page_marks(reading: DocumentReading, number: int, ink: Ink) -> PageMarks:
    """The marks of page ``number``; ``ink`` is the page as drawn without them."""
    marks = PageMarks()
    parts = [part for part in reading.tables if part.page == number]
    for part in parts:
        marks.edges.extend(grid_edges(part, ink))
    violated = violations(reading)
    relations_at: dict[str, list[RelationResult]] = {}
    for relation in violated:
        for key in relation.keys:
            relations_at.setdefault(key, []).append(relation)
    cells = cells_of(reading, number)
    for cell, box in cells:
        marks.tints.append(Tint(box, TINTS[cell.state]))
        if cell.kind in HATCHES:
            marks.hatches.append(Hatch(box, HATCHES[cell.kind], HATCH_COLOURS[cell.kind]))
        broken = relations_at.get(cell.key, ())
        if broken:
            soft = all(relation.level != "H" for relation in broken)
            marks.outlines.append(Outline(box.expanded(-1.6), WRONG, soft))
    room = _Room(ink)
    for cell, box in cells:
        text, colour = label_of(cell)
        if text and not room.take(marks, box, text, colour) and not as_printed(cell):
            marks.crowded.append(cell)
        names = dict.fromkeys(r.id for r in relations_at.get(cell.key, ()) if r.keys[0] == cell.key)
        if names:
            room.take(marks, box, " ".join(names), WRONG)
    for part in parts:
        follows = "" if part.continues is None else f" continues {part.continues}"
        room.beside(marks, part.box, f"part {part.part}{follows}", GRID)
    return marks


def cells_of(reading: DocumentReading, number: int) -> list[tuple[ReportCell, Box]]:
    """Value cells that stand on a page, with their places."""
    return [
        (cell, cell.place.box)
        for cell in reading.cells
        if cell.place is not None and cell.place.page == number and cell.place.box is not None
    ]


def violations(reading: DocumentReading) -> list[RelationResult]:
    """Relations that the numbers break, those that must hold first."""
    broken = [r for r in reading.relations if r.status is RelationStatus.VIOLATED]
    return sorted(broken, key=lambda relation: relation.level != "H")


def label_of(cell: ReportCell) -> tuple[str, Colour]:
    """What to write into a cell: its value where a person may not see the same there, else ""."""
    says = _says(cell)
    if cell.state is CellState.REVIEW:
        others = [a.text for a in cell.alternatives[1:]]
        if cell.agreement is Agreement.DISAGREES and others:
            return f"{says} or {_ascii(others[0])}?", DOUBT
        return f"{says}?", DOUBT
    if cell.kind in (Kind.UNREAD, Kind.TEXT_DAMAGED):
        return says, CHANGED
    if not as_printed(cell):
        return f"={says}", CHANGED
    if cell.kind is Kind.NUMBER and cell.place is not None and cell.place.reader.startswith(SCAN):
        return says, SEEN  # what is printed is one thing, what was seen of it another
    return "", CHANGED


def as_printed(cell: ReportCell) -> bool:
    """Whether a person who looks at the cell sees what it is read as."""
    if cell.agreement is Agreement.DISAGREES or cell.state is CellState.CORRECTED:
        return False
    if cell.kind is Kind.NUMBER:
        return _folded(cell.as_read or "") == _says(cell)
    return cell.kind in (Kind.BLANK, Kind.NOT_APPLICABLE)


_WORDS: Mapping[Kind, str] = {
    Kind.BLANK: "blank",
    Kind.NOT_APPLICABLE: "none",
    Kind.TEXT_DAMAGED: "damaged",
    Kind.UNREAD: "unread",
}


def _says(cell: ReportCell) -> str:
    return _WORDS.get(cell.kind, "?") if cell.value is None else f"{cell.value}"


def _ascii(text: str) -> str:
    """Another reader's text in a few ASCII characters."""
    amount = parse_amount(text, signed=True)
    if amount.value is None:
        return _WORDS.get(amount.kind, "other")
    return f"{amount.value}"


def _folded(text: str) -> str:
    """A printed number less what everybody reads over: width, blanks, commas, a plus, a unit."""
    bare = "".join(unicodedata.normalize("NFKC", text).split()).replace(",", "")
    bare = bare.replace("−", "-").replace("－", "-").removeprefix("+")
    return bare.rstrip("件项宗条份个次起元万亿")


def grid_edges(part: TablePart, ink: Ink) -> Iterator[Edge]:
    """The sides of a part's cells, each piece once, told apart by whether a rule is printed."""
    sides: dict[tuple[bool, float], list[tuple[float, float]]] = {}
    for cell in part.cells:
        box = cell.box
        for at in (box.top, box.bottom):
            sides.setdefault((True, round(at, 1)), []).append((box.left, box.right))
        for at in (box.left, box.right):
            sides.setdefault((False, round(at, 1)), []).append((box.top, box.bottom))
    for (horizontal, at), spans in sides.items():
        last: Edge | None = None
        for start, end in _pieces(spans):
            printed = ink.ruled(horizontal=horizontal, at=at, start=start, end=end)
            if last is not None and last.printed is printed and start - last.end < 0.05:
                last = Edge(horizontal, at, last.start, end, printed)
                continue
            if last is not None:
                yield last
            last = Edge(horizontal, at, start, end, printed)
        if last is not None:
            yield last


def _pieces(spans: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Spans cut at every end of any of them, without repetition, in order."""
    stops = sorted({round(stop, 1) for span in spans for stop in span})
    for start, end in itertools.pairwise(stops):
        middle = (start + end) / 2
        if any(a < middle < b for a, b in spans):
            yield start, end


class _Room:
    """Finds places for labels where nothing is printed and no other label stands."""

    def __init__(self, ink: Ink) -> None:
        self._ink = ink
        self._taken: list[Box] = []

    def take(self, marks: PageMarks, box: Box, text: str, colour: Colour) -> bool:
        """Write into a corner of a cell; False where there is no room."""
        inner = box.expanded(-1.8)
        return any(
            self._put(marks, _corners(inner, text, size), text, size, colour)
            for size in LABEL_SIZES
        )

    def beside(self, marks: PageMarks, box: Box, text: str, colour: Colour) -> bool:
        """Write outside a table: above or below it, at its left or right."""
        size = LABEL_SIZES[0]
        width, height = len(text) * LETTER * size, 1.2 * size
        places = (
            Box(left, top, left + width, top + height)
            for top in (box.top - height - 1, box.bottom + 1, box.top + 1)
            for left in (box.left, box.right - width, box.center_x - width / 2)
        )
        return self._put(marks, places, text, size, colour)

    def _put(
        self, marks: PageMarks, places: Iterable[Box], text: str, size: float, colour: Colour
    ) -> bool:
        for place in places:
            around = Box(place.left - APART, place.top, place.right + APART, place.bottom)
            if self._ink.share(around) > FREE:
                continue
            if any(_overlap(place, other) for other in self._taken):
                continue
            self._taken.append(place)
            marks.labels.append(Label(place, text, size, colour))
            return True
        return False


def _corners(box: Box, text: str, size: float) -> Iterator[Box]:
    width, height = len(text) * LETTER * size, 1.05 * size
    if width > box.width or height > box.height:
        return
    for top in (box.top, box.bottom - height, box.center_y - height / 2):
        for left in (box.right - width, box.left):
            yield Box(left, top, left + width, top + height)


def _overlap(a: Box, b: Box) -> bool:
    return a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom
