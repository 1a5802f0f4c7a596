"""Reading the cells of a page: blank proven, text, and numbers with their alternatives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from gouji.model.geometry import Box
from ocr.cells.cell import CellInk, CellReading, TextLine
from ocr.cells.crops import LONG, SECOND, WIDE, cut, first_view, own_height
from ocr.cells.ink import Mask, PageInk, page_ink
from ocr.cells.labels import around, column_strip, is_column, may_be_sideways, turned
from ocr.cells.lines import (
    SMALL_PIECE,
    CellPrint,
    InkBox,
    InkLine,
    cell_print,
    hides_print,
    owners,
    text_height,
    widest_gap,
)
from ocr.cells.number_reader import (
    READ,
    read_numbers,
    usual_height,
    window,
)
from ocr.cells.numbers import ALONE, BLANK, IDEOGRAPHS, combined, folded, joined, seconded, tidied
from ocr.cells.places import with_places
from ocr.cells.strokes import (
    beside_rule,
    dash_probability,
    is_dirt,
    lone_stroke,
    rest_of_rule,
    slash_odds,
)
from ocr.decoding import number_candidates
from ocr.engine import LOOKALIKES, SIGNS, Engine, Recognition
from ocr.image import PageImage, Pixels
from ocr.recognition import narrowed

Kind = Literal["value", "label", "unknown"]

SURE = 0.99  # a number at least as probable is not looked at twice
PLAIN = 0.9  # labels read with less are tried turned on their side, where they may be
MARKS = "/-—一－／"  # what stands in a cell for "none"
DIGITS = frozenset("0123456789").union(*(LOOKALIKES[digit] for digit in "0123456789"))
ALONE_DIGITS = frozenset(c for c, sign in ALONE.items() if sign.isdigit() and c < IDEOGRAPHS)
COUNTED = DIGITS | ALONE_DIGITS | frozenset(MARKS)
VALUE_SIGNS = frozenset(SIGNS).union(ALONE_DIGITS, *LOOKALIKES.values())
NUMERIC = frozenset(READ)
RATHER = 0.5  # sure that a line holds words, or a lone stroke
DASHES = frozenset("-—")
STROKES = frozenset("/-—")  # the shape of a lone stroke tells more
SLASH, ONE = 1 + SIGNS.index("/"), 1 + SIGNS.index("1")  # columns of `Recognition.signs`
DUST_DOUBT = 0.3  # that such pieces were print after all
SURELY_SLASH = 100.0  # odds from which the shape alone decides
SET_APART = 1.2  # text heights; digits of one number do not stand as far from each other
TWO_NUMBERS = 2.0  # text heights between two numbers
UNLIKELY = 0.3  # that it is one all the same
ROOM = 3.0  # text heights beside a line: no number is broken where more digits have room
NARROW = 0.75  # of its height
TOUCHING = 0.12  # text heights between a cell's side and print that touches its rule
RIM = 0.4  # text heights from a cell's side within which its own rule lies
NEXT_DIGIT = 0.8  # text heights from a number to a digit lost beside it
ALONG = 0.8  # of a line's height that a rule goes on beside it
FEW, FEW_DIGITS = 2, 3.5  # characters read; heights that they are wide at the most
PLAIN_DIGITS = 0.9  # a character is a number where the reader of numbers says so as surely
MOST_DIGITS = 5.5  # text heights; a wider line is words, or is looked at twice
SMALL = 16.0  # pixels; print lower than this is always looked at twice


def read_cells(
    page: PageImage,
    rule_mask: Mask | None,
    boxes: Sequence[Box],
    engine: Engine,
    *,
    kinds: Sequence[Kind] | None = None,
) -> list[CellReading]:
    """Read every cell, in order.

    Args:
        page: the straightened page.
        rule_mask: rows × columns of the page's pixels, true where a rule runs, or None.
        boxes: of cells, in points of that page.
        engine: recognises the lines.
        kinds: for every box what is known of it; values are decoded as numbers.
    """
    if not boxes:
        return []
    if kinds is None:
        kinds = ["unknown"] * len(boxes)
    places = [_pixels(box, page) for box in boxes]
    areas = [(slice(p.top, p.bottom), slice(p.left, p.right)) for p in places]
    ink = page_ink(page.pixels, page.scale, rule_mask, areas)
    owner = owners(ink, places)
    height = text_height(ink.components, page.scale, owner)
    prints = cell_print(ink, places, owner, height)
    cells = [_shown(ink, cell, kind, height) for cell, kind in zip(prints, kinds, strict=True)]
    shown = [show for cell in cells for show in cell]
    crops = [narrowed(show.crop) if show.words else show.crop for show in shown]
    first = [
        _at_full_width(said, crop, show)
        for said, crop, show in zip(_recognise(engine, crops), crops, shown, strict=True)
    ]
    looks = [_look(ink, show, look, height) for show, look in zip(shown, first, strict=True)]
    again = [i for i, look in enumerate(looks) if look.doubtful]
    apart = [_is_apart(ink, shown[i].line, height) for i in again]
    crops = [
        cut(ink, shown[i].line, height, SECOND, closed=closed)
        for i, closed in zip(again, apart, strict=True)
    ]
    for i, recognition, closed in zip(again, _recognise(engine, crops), apart, strict=True):
        looks[i] = _second_look(looks[i], recognition, ink, height, closed=closed)
    _turn_sideways(engine, ink, shown, looks, height)
    _by_numbers(ink, shown, looks, height)
    readings = []
    number = 0
    for cell, print_ in zip(cells, prints, strict=True):
        readings.append(
            _reading(print_, looks[number : number + len(cell)], ink, page.scale, height)
        )
        number += len(cell)
    return with_places(ink, places, prints, readings, page.scale)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A line as the recogniser sees it."""

    line: InkLine
    crop: Pixels
    kind: Kind
    cell: InkBox
    sideways: tuple[InkLine, ...] = ()  # lines that may be one line turned on its side
    words: bool = False  # too long for a number


def _at_full_width(said: Recognition, crop: Pixels, show: _Shown) -> Recognition:
    """What was said of a crop that had been made narrower, in places of the line as it is."""
    wider = show.crop.shape[1] / max(crop.shape[1], 1)
    return said if wider == 1 else replace(said, edges=tuple(x * wider for x in said.edges))


def _by_numbers(ink: PageInk, shown: Sequence[_Shown], looks: list[_Look], height: float) -> None:
    """Hear the reader of numbers on every number that is not plain, and on what may be one."""
    asked = [
        i
        for i, (show, look) in enumerate(zip(shown, looks, strict=True))
        if _is_doubtful_number(look) or (show.kind != "label" and _may_be_digits(look))
    ]
    plain = [look.line for look in looks if look.candidates and look.candidates[0][0].isdigit()]
    usual = usual_height(plain) or height
    # digits set apart stay so: brought together, four of a fax's were read wrong and none right
    windows = [window(ink, looks[i].line, shown[i].cell, usual) for i in asked]
    for i, heard in zip(asked, read_numbers(windows), strict=True):
        look = looks[i]
        # What two looks agree on stands, and is doubted at most: this reader knows less of wide
        # spacing and of digits of several sizes on one page.
        sure = bool(look.candidates) and look.candidates[0][1] >= SURE
        second = _without_rules(ink, look.line, dict(heard.candidates))
        found = look.candidates if sure else seconded(look.candidates, second)
        if look.candidates or (found and found[0][1] >= PLAIN_DIGITS):
            looks[i] = replace(look, candidates=found, second=second, nothing=heard.nothing)


def _is_doubtful_number(look: _Look) -> bool:
    """Whether a number may be another; units and words are none that its reader knows."""
    if not look.candidates:
        return False
    best, p = look.candidates[0]
    if p >= RATHER and (set(best) <= STROKES or not set(best) <= NUMERIC):
        return False
    return look.views == 2


def _may_be_digits(look: _Look) -> bool:
    """Whether what was read as a character or two may be digits all the same."""
    few = len(look.recognition.text) <= FEW
    few &= look.line.box.width < FEW_DIGITS * look.line.box.height
    return few and not look.candidates and look.recognition.confidence < PLAIN


def _shown(ink: PageInk, cell: CellPrint, kind: Kind, height: float) -> list[_Shown]:
    # Of a cell that may hold a value, two lines of one character may be a broken number.
    if kind != "value" and is_column(cell.lines, height, 2 if kind == "label" else 3):
        strip = column_strip(ink, cell.lines, height)
        return [_Shown(around(cell.lines), strip, "label", cell.inner, cell.lines)]
    sideways = cell.lines if kind != "value" and may_be_sideways(cell.lines, height) else ()
    if sideways and len(cell.lines) > 1:
        line = around(cell.lines)
        return [_Shown(line, cut(ink, line, height, LONG), kind, cell.inner, sideways)]
    words = [line.box.width > MOST_DIGITS * height for line in cell.lines]
    crops = [cut(ink, line, height, first_view(line, height)) for line in cell.lines]
    return [
        _Shown(line, crop, kind, cell.inner, sideways, too_long)
        for line, crop, too_long in zip(cell.lines, crops, words, strict=True)
    ]


def _turn_sideways(
    engine: Engine, ink: PageInk, shown: Sequence[_Shown], looks: list[_Look], height: float
) -> None:
    """Read what makes no sense upright, or little, turned by a quarter both ways."""
    doubtful = [
        i
        for i, show in enumerate(shown)
        if len(show.sideways) > 1 or (show.sideways and _sense(looks[i].recognition) < PLAIN)
    ]
    crops = [crop for i in doubtful for crop in turned(ink, shown[i].sideways, height)]
    read = _recognise(engine, crops)
    for place, i in enumerate(doubtful):
        for recognition in read[2 * place : 2 * place + 2]:
            if _sense(recognition) > _sense(looks[i].recognition):
                looks[i] = _Look(shown[i].line, recognition, (), False)


def _sense(recognition: Recognition) -> float:
    """How sure a reading is, where something is printed: nothing read is no reading."""
    return recognition.confidence if recognition.text else 0.0


def _pixels(box: Box, page: PageImage) -> InkBox:
    rows, columns = page.pixels.shape[:2]
    left, right = sorted(min(max(round(x * page.scale), 0), columns) for x in (box.left, box.right))
    top, bottom = sorted(min(max(round(y * page.scale), 0), rows) for y in (box.top, box.bottom))
    return InkBox(left, top, right, bottom)


def _recognise(engine: Engine, crops: Sequence[Pixels]) -> list[Recognition]:
    """Every crop once: equal pixels are equal print."""
    places: dict[tuple[tuple[int, ...], bytes], int] = {}
    numbers = [places.setdefault((crop.shape, crop.tobytes()), len(places)) for crop in crops]
    once: list[Pixels] = [crops[numbers.index(i)] for i in range(len(places))]
    read = engine.recognise(once) if once else []
    return [read[i] for i in numbers]


@dataclass(frozen=True, slots=True)
class _Look:
    """What one line says after one or two looks."""

    line: InkLine
    recognition: Recognition
    candidates: tuple[tuple[str, float], ...]
    doubtful: bool
    views: int = 1
    agreement: float | None = None
    second: tuple[tuple[str, float], ...] | None = None  # of the reader of numbers, where asked
    nothing: float = 1.0  # what it gives to an empty line


def _look(ink: PageInk, show: _Shown, recognition: Recognition, height: float) -> _Look:
    line = show.line
    gap = widest_gap(ink.components, line) / height
    text = recognition.text if gap > SET_APART else recognition.text.replace(BLANK, "")
    unclear = recognition.confidence < PLAIN and not any(c >= IDEOGRAPHS for c in text)
    # A character as narrow as a digit is none of Chinese: a 0 with a dot in it is read as 日.
    narrow = line.box.width < NARROW * line.box.height
    unclear |= not text or (len(text) == 1 and (narrow or text in ALONE))
    plain = show.kind == "unknown" and not (_numeric(text) or unclear)
    # A flat stroke alone is a dash, whatever character a recogniser makes of it in noise.
    if show.kind == "label" or (plain and not dash_probability(ink, line, height)):
        return _Look(line, recognition, (), False)
    candidates = _candidates(ink, line, recognition, height)
    if gap > TWO_NUMBERS:  # the cell's border is missing: what is read together is no number
        unlikely = tuple((text, UNLIKELY * p) for text, p in candidates)
        return _Look(line, recognition, unlikely, False)
    best = candidates[0][1] if candidates else 0.0
    return _Look(line, recognition, candidates, best < SURE or line.box.height < SMALL)


def _numeric(text: str) -> bool:
    return any(c in COUNTED for c in text) and all(c in VALUE_SIGNS for c in text)


def _candidates(
    ink: PageInk, line: InkLine, recognition: Recognition, height: float
) -> tuple[tuple[str, float], ...]:
    """Numbers this line may say, weighed by the shape of a lone stroke."""
    found = tidied(number_candidates(folded(recognition)))
    if dash := dash_probability(ink, line, height):
        return (("-", max(dash, sum(p for text, p in found.items() if DASHES.issuperset(text)))),)
    stroke = lone_stroke(ink, line)
    if stroke is not None and stroke.slenderness < 1 and found:
        peaks = recognition.signs.max(axis=0)
        odds = slash_odds(stroke, float(peaks[SLASH]), float(peaks[ONE]))
        ones = found.get("1", 0.0) + found.get("/", 0.0)
        if odds > SURELY_SLASH and ones + found.get("7", 0.0) > 0.2:
            ones = max(ones, 0.98)
            found = {"/": 0.0, "1": 0.0}
        if ones > 0.05:
            found["/"], found["1"] = ones * odds / (1 + odds), ones / (1 + odds)
    return _without_rules(ink, line, found)


def _without_rules(
    ink: PageInk, line: InkLine, found: dict[str, float]
) -> tuple[tuple[str, float], ...]:
    """Numbers, best first, as they are likely where the line's sides may be rests of rules."""
    for right in (False, True):
        if rest_of_rule(ink, line, right=right):
            found = _without_side_ones(found, right=right)
    return tuple(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _without_side_ones(found: dict[str, float], *, right: bool) -> dict[str, float]:
    """Of a 1 at the side that may be a rule's rest, the number with it and without it, alike."""
    both = dict(found)
    for text, probability in found.items():
        rest = text[:-1] if right else text[1:]
        if rest and text[-1 if right else 0] == "1":
            both[text] -= probability / 2
            both[rest] = both.get(rest, 0.0) + probability / 2
    return both


def _is_apart(ink: PageInk, line: InkLine, height: float) -> bool:
    """Whether digits are set apart, as of one number all the same."""
    gap = widest_gap(ink.components, line)
    return WIDE * own_height(line, height) < gap < TWO_NUMBERS * height


def _second_look(
    look: _Look, recognition: Recognition, ink: PageInk, height: float, *, closed: bool
) -> _Look:
    """Both looks together; print that was set apart counts as it reads brought together."""
    other = _candidates(ink, look.line, recognition, height)
    both = other if closed else combined(look.candidates, other)
    agree = bool(other and look.candidates and other[0][0] == look.candidates[0][0])
    return _Look(look.line, look.recognition, both, True, 2, 1.0 if agree else 0.0)


def _reading(
    cell: CellPrint, looks: Sequence[_Look], ink: PageInk, scale: float, height: float
) -> CellReading:
    dirty = [_is_dust(look) or is_dirt(ink, look.line, height) for look in looks]
    dust = [look for look, gone in zip(looks, dirty, strict=True) if gone]
    looks = [look for look, gone in zip(looks, dirty, strict=True) if not gone]
    measured = _measured(cell, looks, ink, height)
    lines = tuple(_text_line(look, scale) for look in looks)
    candidates = joined([look.candidates for look in looks])
    if any(cell.inner.width - look.line.box.width > ROOM * height for look in looks[:-1]):
        candidates = tuple((text, UNLIKELY * p) for text, p in candidates)
    if not looks:
        # A mark or what reaches in may hide print; a grain may be left of a faint sign.
        hidden = 0.5 * hides_print(ink, cell.inner, round(RIM * height))
        marked = min(0.5, 5 * measured.marked)
        doubt = DUST_DOUBT if dust else 0.0
        blank = float(1 - max(doubt, 0.5 * cell.doubtful, marked, hidden))
        left = dust[0].candidates if len(dust) == 1 else ()  # a digit's rest may be all there is
        rather = tuple((text, (1 - blank) * p) for text, p in left)
        return CellReading("", rather, blank, (), blank, measured)
    text = "\n".join(line.text for line in lines)
    confidence = min(line.confidence for line in lines)
    if candidates:
        text, confidence = candidates[0]
    return CellReading(text, candidates, confidence, lines, 0.0, measured)


def _seconded(looks: Sequence[_Look]) -> float | None:
    """What the reader of numbers gives to the best reading of all lines that it was asked about."""
    asked = [look for look in looks if look.second is not None and look.candidates]
    if not asked:
        return None
    given = [dict(look.second or ()).get(look.candidates[0][0], 0.0) for look in asked]
    return math.prod(given)


def _is_dust(look: _Look) -> bool:
    """Whether nothing in the line is as large as a digit and nothing was recognised in it, nor
    seen in the pieces together."""
    best = look.candidates[0][1] if look.candidates else _sense(look.recognition)
    small = look.line.largest < SMALL_PIECE and look.views == 2
    return small and best < RATHER and look.nothing >= RATHER


def _text_line(look: _Look, scale: float) -> TextLine:
    box = look.line.box
    edges = tuple((box.left + x) / scale for x in look.recognition.edges)
    return TextLine(
        look.candidates[0][0] if look.candidates else look.recognition.text,
        look.candidates[0][1] if look.candidates else look.recognition.confidence,
        Box(box.left / scale, box.top / scale, box.right / scale, box.bottom / scale),
        edges,
    )


def _beside_rule(ink: PageInk, cell: InkBox, line: InkBox, height: float) -> bool:
    """Whether a rule or streak was taken away inside the cell, where a digit may have stood."""
    rim, reach = max(4, round(RIM * height)), round(NEXT_DIGIT * height)
    left, right = max(cell.left + rim, line.left - reach), min(cell.right - rim, line.right + reach)
    if left >= right:
        return False
    along = np.mean(ink.rules[line.top : line.bottom, left:right] != 0, axis=0)
    return bool(np.any(along >= ALONG))


def _may_be_half(ink: PageInk, look: _Look) -> bool:
    """Whether a 1 at the number's end may be what a rule left of a digit."""
    best = look.candidates[0][0] if look.candidates and look.views == 2 else ""
    return "1" in (best[:1], best[-1:]) and beside_rule(ink, look.line)


def _measured(cell: CellPrint, looks: Sequence[_Look], ink: PageInk, height: float) -> CellInk:
    box = cell.inner
    area = max(1, box.width * box.height)
    rows, columns = slice(box.top, box.bottom), slice(box.left, box.right)
    dark = ink.components.labels[rows, columns] != 0
    marked = ink.marks[rows, columns]
    extents = [look.line.box for look in looks]
    agreements = [look.agreement for look in looks if look.agreement is not None]
    side = max(1.0, TOUCHING * height)  # what lies on the rule beside may be lost
    clipped = (
        cell.crossed
        or any(
            e.left <= box.left + side
            or e.right >= box.right - side
            or e.top <= box.top
            or e.bottom >= box.bottom
            or _beside_rule(ink, box, e, height)
            for e in extents
        )
        or any(_may_be_half(ink, look) for look in looks)
    )
    return CellInk(
        share=np.count_nonzero(dark) / area,
        text_height=float(max((e.height for e in extents), default=0)),
        marked=np.count_nonzero(marked) / area,
        speckles=cell.speckles,
        doubtful=cell.doubtful,
        clipped=clipped,
        views=max((look.views for look in looks), default=0),
        agreement=min(agreements) if agreements else None,
        seconded=_seconded(looks),
        written=np.count_nonzero(ink.written[rows, columns]) / area,
        amount=np.count_nonzero(dark) / max(height, 1.0) ** 2,
    )
