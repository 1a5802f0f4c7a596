"""The strip below a page: what the colours mean with counts, broken sums in words, the route."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from gouji.model import (
    Box,
    Cause,
    CellState,
    DocumentReading,
    Kind,
    Number,
    PageRoute,
    RelationResult,
    RelationStatus,
    ReportCell,
)
from gouji.reports.wording import said_of, scope_in_words

from .fonts import chinese_font, font
from .marks import (
    DOUBT,
    GRID,
    HATCH_COLOURS,
    HATCHES,
    TINTS,
    WRONG,
    Colour,
    Hatch,
    PageMarks,
    cells_of,
    label_of,
    violations,
)
from .paint import draw_frame, draw_hatch

BLACK: Colour = (30, 30, 30)
GREY: Colour = (110, 110, 110)
PAPER: Colour = (250, 250, 247)
SHOWN = 14  # relations said in words on one page
NAMED = 6  # cells named because their label found no room
STATES: Mapping[CellState, str] = {
    CellState.ACCEPTED: "accepted",
    CellState.REVIEW: "to review",
    CellState.CORRECTED: "corrected",
    CellState.CONFIRMED: "confirmed",
}
KINDS: Mapping[Kind, str] = {
    Kind.BLANK: "blank",
    Kind.NOT_APPLICABLE: "mark for none",
    Kind.TEXT_DAMAGED: "damaged text",
    Kind.UNREAD: "unread",
}
_CAUSES = {
    Cause.SOURCE_INCONSISTENT: "so it is printed",
    Cause.MISREAD_SUSPECTED: "perhaps misread",
    Cause.UNKNOWN: "",
}


@dataclass(frozen=True, slots=True)
class Swatch:
    """A sample of a mark with its meaning: a tint, a hatch, or a frame."""

    text: str
    tint: Colour | None = None
    hatch: Hatch | None = None  # its box is set when drawn
    frame: Colour | None = None
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Legend:
    """What the strip says: a heading, samples, and lines with their colours."""

    heading: str
    swatches: tuple[Swatch, ...]
    lines: tuple[tuple[str, Colour], ...]


def page_legend(reading: DocumentReading, page: PageRoute, marks: PageMarks) -> Legend:
    """The legend of one page."""
    number = page.facts.number
    cells = [cell for cell, _ in cells_of(reading, number)]
    heading = f"{reading.source.name}   page {number} of {reading.source.pages}"
    if reading.report is not None:
        known = (reading.report.template, reading.report.issuer, reading.report.report_year)
        heading += "   " + " ".join(str(fact) for fact in known if fact is not None)
    here = {cell.key for cell in cells}
    broken = [relation for relation in violations(reading) if here.intersection(relation.keys)]
    lines = [(f"route {page.route}: {page.reason}", GREY)]
    if number == reading.pages[0].facts.number or broken:
        lines.append((_document_line(reading), GREY))
    lines += [(in_words(relation, reading), WRONG) for relation in broken[:SHOWN]]
    if len(broken) > SHOWN:
        lines.append((f"and {len(broken) - SHOWN} more violated sums", WRONG))
    crowded = [f"{_place(cell)}: {label_of(cell)[0]}" for cell in marks.crowded]
    if crowded:
        more = f"; and {len(crowded) - NAMED} more" if len(crowded) > NAMED else ""
        lines.append(("no room for a label: " + "; ".join(crowded[:NAMED]) + more, DOUBT))
    lines += [
        (f"{failure.stage}: {failure.message}", WRONG)
        for failure in reading.failures
        if failure.page == number
    ]
    return Legend(
        _printable(heading),
        tuple(_swatches(cells, marks)),
        tuple((_printable(text), colour) for text, colour in lines),
    )


def _swatches(cells: Sequence[ReportCell], marks: PageMarks) -> list[Swatch]:
    states = Counter(cell.state for cell in cells)
    kinds = Counter(cell.kind for cell in cells)
    nothing = Box(0, 0, 0, 0)
    found = [
        Swatch(f"{STATES[state]} {states[state]}", tint=TINTS[state])
        for state in CellState
        if states[state]
    ]
    found += [
        Swatch(
            f"{KINDS[kind]} {kinds[kind]}",
            hatch=Hatch(nothing, HATCHES[kind], HATCH_COLOURS[kind]),
        )
        for kind in HATCHES
        if kinds[kind]
    ]
    for dashed, text in ((False, "in a violated sum"), (True, "in a violated warning")):
        outlined = sum(outline.dashed is dashed for outline in marks.outlines)
        if outlined:
            found.append(Swatch(f"{text} {outlined}", frame=WRONG, dashed=dashed))
    if any(edge.printed for edge in marks.edges):
        found.append(Swatch("grid", frame=GRID))
    if not all(edge.printed for edge in marks.edges):
        found.append(Swatch("grid without a printed rule", frame=GRID, dashed=True))
    return found


def _document_line(reading: DocumentReading) -> str:
    states = Counter(cell.state for cell in reading.cells)
    pieces = [f"{states[state]} {STATES[state]}" for state in CellState if states[state]]
    lacking = sum(cell.kind is Kind.CELL_NOT_IN_SOURCE for cell in reading.cells)
    if lacking:
        pieces.append(f"{lacking} not in the source")
    sums = Counter(r.status for r in reading.relations if r.level == "H")
    said = f"whole document: {len(reading.cells)} cells"
    if pieces:
        said += f" ({', '.join(pieces)})"
    said += (
        f"; sums: {sums[RelationStatus.HOLDS]} hold, {sums[RelationStatus.VIOLATED]} violated,"
        f" {sums[RelationStatus.UNTESTABLE]} cannot be tried"
    )
    return said + (f"; {', '.join(reading.flags)}" if reading.flags else "")


def in_words(relation: RelationResult, reading: DocumentReading) -> str:
    """A violated relation as a sentence; names are codes where no Chinese font is installed."""
    template = reading.report.template if reading.report else None
    name = scope_in_words(relation.scope, template) if chinese_font() else relation.scope
    cause = _CAUSES[relation.cause] if relation.cause else ""
    return f"{relation.id} {name}: {said_of(relation)}" + (f" ({cause})" if cause else "")


def _place(cell: ReportCell) -> str:
    return cell.key.partition("/")[2]


def _number(number: Number | None) -> str:
    return "nothing" if number is None else f"{number:,}"


def _printable(text: str) -> str:
    """Text on one line that the font at hand has glyphs for."""
    line = "".join(c if c.isprintable() else "\ufffd" for c in text)
    if chinese_font() is None:
        line = line.encode("ascii", "backslashreplace").decode()
    return line.encode("utf-8", "replace").decode()


def draw_legend(legend: Legend, width: int, size: float) -> Image.Image:
    """The strip, ``width`` pixels wide, set in type of ``size`` pixels."""
    type_, margin, leading = font(size), round(size), 1.55 * size
    scratch = ImageDraw.Draw(Image.new("RGB", (1, 1)))
    inner = max(width - 2 * margin, 8 * margin)

    def long(text: str) -> float:
        return float(scratch.textlength(text, type_))

    rows: list[tuple[str, Colour]] = [
        (piece, BLACK) for piece in _wrapped(legend.heading, inner, long)
    ]
    placed: list[tuple[float, int, Swatch]] = []  # x, row, sample
    x, row = 0.0, len(rows)
    for swatch in legend.swatches:
        wide = 1.9 * size + long(swatch.text) + 1.4 * size
        if x and x + wide > inner:
            x, row = 0.0, row + 1
        placed.append((x, row, swatch))
        x += wide
    if placed:
        rows += [("", BLACK)] * (row + 1 - len(rows))
    for text, colour in legend.lines:
        rows += [(piece, colour) for piece in _wrapped(text, inner, long)]
    image = Image.new("RGB", (width, round(leading * len(rows) + 1.4 * size)), PAPER)
    draw = ImageDraw.Draw(image)
    draw.line((0, 0, width, 0), (190, 190, 190), max(1, round(size / 12)))
    for index, (text, colour) in enumerate(rows):
        draw.text((margin, (index + 1) * leading), text, colour, type_, anchor="lm")
    for x, row, swatch in placed:
        middle = (row + 1) * leading
        _draw_swatch(draw, swatch, margin + x, middle, size)
        draw.text((margin + x + 1.9 * size, middle), swatch.text, BLACK, type_, anchor="lm")
    return image


def _draw_swatch(
    draw: ImageDraw.ImageDraw, swatch: Swatch, x: float, middle: float, size: float
) -> None:
    scale = size / 8  # legends are set in 8-point type
    box = Box(x, middle - 0.5 * size, x + 1.5 * size, middle + 0.5 * size)
    edges = (box.left, box.top, box.right, box.bottom)
    if swatch.tint:
        draw.rectangle(edges, swatch.tint, (170, 170, 170))
    inside = Box(*(value / scale for value in edges))
    if swatch.hatch:
        draw_hatch(draw, Hatch(inside, swatch.hatch.pattern, swatch.hatch.colour), scale)
        draw.rectangle(edges, None, (170, 170, 170))
    if swatch.frame:
        draw_frame(draw, inside, swatch.frame, scale, dashed=swatch.dashed)


def _wrapped(text: str, width: float, long: Callable[[str], float]) -> Iterator[str]:
    """Lines no wider than ``width``, broken at a blank where there is one, else anywhere."""
    while long(text) > width:
        low, high = 1, len(text)
        while low < high:  # the most characters that fit
            middle = (low + high + 1) // 2
            if long(text[:middle]) <= width:
                low = middle
            else:
                high = middle - 1
        blank = text.rfind(" ", low // 2, low + 1)
        cut = blank if blank > 0 else low
        yield text[:cut]
        text = text[cut:].lstrip(" ")
    yield text
