"""Lines of a flattened page cut into units: cells where bars or tabs part them, else tokens.

Web extractors leave a table as rows with bars, as one cell a line, as cells and bars on lines of
their own, as tabs, or as words and numbers with blanks between (docs/reading-text.md). A unit is
what may be one cell, with its place in the text; what it means is decided in `regions`.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from gouji.model import Kind

from ..amounts import parse_amount
from ..labels import ideographs, words_of
from ..values import is_value
from .fused import cut
from .raw_lines import RawLine, raw_lines
from .words import heads_with_gaps, known

_BARS_OF_ALL_KINDS = "|｜│┃"
_BAR = re.compile(rf"(?<!\\)[{_BARS_OF_ALL_KINDS}]")
_TWO_BARS = re.compile(r"\|\|")
_BARS = re.compile(r"\|+")
_TAB = re.compile("\t")
_TOKEN = re.compile(r"\S+")
_FRAME = re.compile(r"[\s+\-=:┌┐└┘├┤┬┴┼─━╔╗╚╝═╠╣╦╩╬]+")
_DRAWN = re.compile(r"[-=─━═┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬]{3,}")
_SEPARATOR = re.compile(r":?-+:?")
_MARKUP = re.compile(r"\*\*|__|`|\\(?=[\\`*_{}\[\]()#+\-.!|])|<br\s*/?>", re.IGNORECASE)
# [words](address) and [words]{style=…}
_SPAN = re.compile(r"!?\[([^\[\]]*)\](?:\([^()\s]*(?:\s\"[^\"]*\")?\)|\{[^{}]*\})")
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}\s*|>\s+|[-*+•]\s+)+")
# A number of a label, alone on its line: the digit is no value.
_ORDINAL_ALONE = re.compile(r"[(（]?\d{1,2}[.、．)）]")
_NUMBERED = re.compile(r"[(（]?\d{1,2}[.、．)）]\s*[\u3400-\u9fff]")
# A line this long with this many blanks may be a whole page.
LONG_LINE = 160
MANY_TOKENS = 12
LONGEST_CELL = 600
# So many rows with several filled cells, and bars (or tabs) part the cells of rows.
ROWS = 5
FEW_WORDS = 4
FUSED = 24  # a longer run of characters may be several cells
_Piece = tuple[int, str]  # where it begins in the text, and what it says
SENTENCE = re.compile(r"[。；！？]|，.{6,}，")


class Unit(NamedTuple):  # not a dataclass: a text has 500, and tuples are made thrice as fast
    """A piece of text that may be a cell; ``text`` is empty for a blank cell between bars.

    ``row`` numbers the row whose bars or tabs part its cells, None where nothing says what stands
    in one row. ``bars`` and ``ends`` count the bars and line ends since the unit before it.
    ``column`` counts the cells before it in its row; of a token, the widths of a Latin letter.
    """

    text: str
    start: int
    end: int
    line: int
    row: int | None = None
    bars: int = 0
    ends: int = 0
    column: float = 0.0

    @property
    def value(self) -> bool:
        """Whether it can be a value: a number or a mark for none, not the number of a label."""
        return bool(self.text) and _is_value(self.text)

    @property
    def words(self) -> str:
        return words_of(self.text)


class TextLine(NamedTuple):
    """A line of the text, or a piece of a line that holds a whole page, with its units."""

    text: str
    start: int
    number: int
    units: tuple[Unit, ...]

    @property
    def hard(self) -> bool:
        """Whether bars or tabs part its cells."""
        return bool(self.units) and self.units[0].row is not None

    @property
    def words(self) -> str:
        return words_of(self.text)


def clean(text: str) -> str:
    """A text without the marks of Markdown in it and around it."""
    if text.isalnum():
        return text  # as most cells
    if "[" in text:
        text = _SPAN.sub(r"\1", text)
    return _MARKUP.sub(lambda m: "\n" if m.group().startswith("<") else "", text).strip()


def clean_line(text: str) -> str:
    """A line of narrative without the marks of Markdown: heading, list, quotation, line end."""
    return _LINE_MARK.sub("", clean(text)).rstrip("\\ ")


@lru_cache(maxsize=8192)
def _is_value(text: str) -> bool:
    if text.isdecimal() or set(text) <= {"/", "／"}:
        return True  # however long: the numbers of a row, run together
    if not is_value(text) or _ORDINAL_ALONE.fullmatch(text) or _NUMBERED.match(text):
        return False
    if parse_amount(text).kind is Kind.UNREAD and not any(c.isdigit() for c in text):
        return False  # a lone comma of a label that is set upright
    # a label with the numbers of its row run on to it is no value
    han = len(ideographs(text))
    kind = parse_amount(text).kind
    if kind is Kind.TEXT_DAMAGED:
        return han < 2
    return han < FEW_WORDS or kind is not Kind.UNREAD


def text_lines(text: str) -> list[TextLine]:
    """The lines of a text that hold anything, each cut into units."""
    raws = raw_lines(text)
    any_bar = _BAR.search(text) is not None
    between_bars = [_BAR.split(raw.text) if any_bar else [raw.text] for raw in raws]
    rows_by_bars = _are_rows(between_bars)
    rows_by_tabs = _are_rows(raw.text.split("\t") for raw in raws if "\t" in raw.text)
    framed, bar = _framed(raws, between_bars), _TWO_BARS if _doubled(raws) else _BAR
    lines: list[TextLine] = []
    bars = ends = row = 0
    under_head = False  # the line before began a table: a rule of dashes may follow
    for number, (raw, pieces) in enumerate(zip(raws, between_bars, strict=True)):
        ends += 1
        if not raw.text.strip():
            continue
        barred = len(pieces) > 1
        if _FRAME.fullmatch("".join(pieces)) and _is_rule(raw.text, under_head):
            continue
        under_head = barred and not under_head
        if barred and rows_by_bars and not _is_page(raw):
            cells = _bar_cells(raw, framed, bar)
        elif "\t" in raw.text and rows_by_tabs and _is_tab_row(raw):
            cells = _tab_cells(raw)
        elif barred and not _is_page(raw):
            units, bars = _single_cells(raw, number, bars, ends)
            if units:
                lines.extend(_line_of_cells(raw, number, units))
                ends = 0
            continue
        else:
            lines.extend(_plain_line(raw, number, bars, ends))
            bars = ends = 0
            continue
        row += 1
        made = [
            Unit(clean(piece), start, start + len(piece), number, row, 0, ends, index)
            for index, (start, piece) in enumerate(cells)
        ]
        lines.append(TextLine(raw.text, raw.start, number, tuple(made)))
        bars = ends = 0
    return lines


def _is_rule(text: str, under_head: bool) -> bool:
    """A frame drawn with dashes; cells that hold a dash each are values, and stay."""
    bare = text.strip()
    if not _BAR.search(bare):
        return _DRAWN.search(bare) is not None
    if bare.startswith("+") or "+-" in bare:
        return True
    cells = [cell.strip() for cell in _BAR.split(bare) if cell.strip()]
    longest = max(map(len, cells), default=0)
    drawn = longest > 2 or (under_head and longest > 1)
    return bool(cells) and drawn and all(_SEPARATOR.fullmatch(cell) for cell in cells)


def _is_page(line: RawLine) -> bool:
    """A whole page on one line, bars of a menu and all."""
    return len(line.text) > LONG_LINE and any(
        len(piece) > LONGEST_CELL or len(piece.split()) >= MANY_TOKENS
        for _, piece in _split(line, _BAR)
    )


def _bar_cells(
    line: RawLine, framed: tuple[bool, bool] = (True, True), bar: re.Pattern[str] = _BAR
) -> list[_Piece]:
    """Places and texts of the cells of a row; bars at its edges may frame it."""
    if bar is _TWO_BARS:  # one bar stands at either edge
        bare = line.text.rstrip()
        inner = bare.removesuffix("|")
        start = len(inner) - len(inner.lstrip())
        start += inner[start : start + 1] == "|"
        return [_stripped(cell) for cell in _split(_inside(line, start, len(inner)), bar)]
    cells = _split(line, bar)
    if framed[0] and len(cells) > 1 and not cells[0][1].strip():
        cells = cells[1:]
    if framed[1] and len(cells) > 1 and not cells[-1][1].strip():
        cells = cells[:-1]
    return [_stripped(cell) for cell in cells]


def _inside(line: RawLine, start: int, end: int) -> RawLine:
    return line._replace(text=line.text[start:end], start=line.start + start)


def _doubled(lines: Sequence[RawLine]) -> bool:
    """Whether two bars stand between the cells of most rows: |0||0||0|."""
    rows = [
        _BARS.findall(line.text.strip().strip("|")) for line in lines if line.text.count("|") > 2
    ]
    rows = [bars for bars in rows if len(bars) >= 3]
    return len(rows) >= ROWS and 2 * sum(min(map(len, b)) >= 2 for b in rows) > len(rows)


def _framed(lines: Sequence[RawLine], between_bars: Sequence[list[str]]) -> tuple[bool, bool]:
    """Whether bars stand before the first and behind the last cell of most rows."""
    rows = [
        line.text.strip()
        for line, pieces in zip(lines, between_bars, strict=True)
        if len(pieces) > 2
    ]
    left = sum(row[0] in _BARS_OF_ALL_KINDS for row in rows)
    right = sum(row[-1] in _BARS_OF_ALL_KINDS for row in rows)
    return 2 * left > len(rows), 2 * right > len(rows)


def _tab_cells(line: RawLine) -> list[_Piece]:
    return [_stripped(cell) for cell in _split(line, _TAB)]


def _split(line: RawLine, mark: re.Pattern[str]) -> list[_Piece]:
    cells, at = [], line.start
    width = 2 if mark is _TWO_BARS else 1
    for text in mark.split(line.text):
        cells.append((at, text))
        at += len(text) + width
    return cells


def _stripped(cell: _Piece) -> _Piece:
    start, text = cell
    bare = text.strip()
    if not bare or len(bare) == len(text):
        return start, bare
    return start + text.index(bare[0]), bare


def _are_rows(lines: Iterable[Sequence[str]]) -> bool:
    """Whether the marks at which lines were cut part the cells of rows, and not just end cells."""
    cut = (pieces for pieces in lines if len(pieces) > 1)
    rows = (pieces for pieces in cut if sum(1 for piece in pieces if piece.strip()) > 1)
    return next(itertools.islice(rows, ROWS - 1, None), None) is not None


def _is_tab_row(line: RawLine) -> bool:
    """A row of cells, and no paragraph that a tab indents."""
    filled = [text for _, text in _tab_cells(line) if text]
    return len(filled) > 1 or (len(filled) == 1 and not SENTENCE.search(filled[0]))


def _single_cells(line: RawLine, number: int, bars: int, ends: int) -> tuple[list[Unit], int]:
    """Cells that bars follow or stand between, line after line; the bars left over at its end."""
    units: list[Unit] = []
    for index, (start, text) in enumerate(_split(line, _BAR)):
        if index:
            bars += 1
        bare = text.strip()
        if bare:
            place = start + len(text) - len(text.lstrip())
            units.append(Unit(clean(bare), place, place + len(bare), number, bars=bars, ends=ends))
            bars = ends = 0
    return units, bars


def _line_of_cells(line: RawLine, number: int, units: Sequence[Unit]) -> Iterator[TextLine]:
    if len(units) < MANY_TOKENS:
        yield TextLine(line.text, line.start, number, tuple(units))
        return
    for unit in units:  # the whole page stands on one line
        text = line.text[unit.start - line.start : unit.end - line.start]
        yield TextLine(text, unit.start, number, (unit,))


def _plain_line(line: RawLine, number: int, bars: int, ends: int) -> Iterator[TextLine]:
    """A line without bars: one cell, a row of tokens, or a whole page of them."""
    bare = line.text.strip()
    start = line.start + len(line.text) - len(line.text.lstrip())
    whole = Unit(clean(bare), start, start + len(bare), number, None, bars, ends)
    long = len(line.text) > LONG_LINE
    if not long and len(bare.split(None, 1)) < 2:
        yield TextLine(line.text, line.start, number, (whole,))
        return
    tokens = _tokens(line, number)
    values = [token for token in tokens if token.value or _ends_in_number(token.text)]
    page = long and len(tokens) >= MANY_TOKENS
    if not page and (not values or _is_sentence(tokens)):
        yield TextLine(line.text, line.start, number, (whole,))
        return
    first = tokens[0]
    tokens[0] = Unit(first.text, first.start, first.end, number, None, bars, ends, first.column)
    if not page:
        yield TextLine(line.text, line.start, number, tuple(tokens))
        return
    for token in tokens:
        text = line.text[token.start - line.start : token.end - line.start]
        yield TextLine(text, token.start, number, (token,))


def _ends_in_number(text: str) -> bool:
    """Whether the numbers of a row are run on to its label."""
    return text[-1:].isdecimal() and known(text)


def _is_sentence(tokens: Sequence[Unit]) -> bool:
    """Numbers among words that are no label or head of the form."""
    words = "".join(token.text for token in tokens if not token.value)
    return SENTENCE.search(words) is not None and not known(words)


def _tokens(line: RawLine, number: int) -> list[Unit]:
    found: list[Unit] = []
    column, at = 0.0, 0
    for match in _TOKEN.finditer(line.text):
        column += _width(line.text[at : match.start()])
        for first, last in cut(match.group()) if len(match.group()) > FUSED else [(0, None)]:
            piece = match.group()[first:last]
            start = line.start + match.start() + first
            found.append(Unit(clean(piece), start, start + len(piece), number, None, 0, 0, column))
        column += _width(match.group())
        at = match.end()
    return without_gaps([token for token in found if token.text.strip(_BARS_OF_ALL_KINDS)])


def without_gaps(tokens: list[Unit]) -> list[Unit]:
    """Heads that are set with blanks between their characters as one token each: 统 计 指 标."""
    found: list[Unit] = []
    at = 0
    for count in heads_with_gaps([token.text for token in tokens]):
        text = "".join(token.text for token in tokens[at : at + count])
        found.append(tokens[at]._replace(text=text, end=tokens[at + count - 1].end))
        at += count
    return found


def _width(text: str) -> float:
    return len(text) if text.isascii() else sum(map(_width_of_character, text))


@lru_cache(maxsize=8192)
def _width_of_character(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1
