"""T14, the table of 58 indicators: which printed line is which, and its values.

Lines are matched in their order against all lines that the form prints, headings too, by words,
ordinal and chapter (`gouji.reports.pairing`). Lines that an organ added keep codes of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from .filled import MISSING, FilledCell
from .forms_t14 import CHAPTERS, INDICATORS, T14_LINES, VALUE, indicator_keys
from .labels import Label, dice, pairs_of, words_of
from .pairing import best_pairing
from .printed_lines import (
    PrintedLine,
    Stretch,
    bare_of_notes,
    fill_line,
    in_reading_orders,
    indicator_label,
    rejoined,
    stretches,
)
from .rows import PartRow
from .value_columns import column_codes

# Scores of a pairing, added to the likeness of the words (0–1).
ORDINAL_SAME, ORDINAL_OTHER = 0.2, -0.2
CHAPTER_SAME, CHAPTER_OTHER = 0.15, -0.25
HEADING_WITH_NUMBER = -0.4
LEAST_WORDS = 0.5  # labels of four characters that differ in one are so alike
LEAST = 0.6
LEFT_OVER = -0.15  # an organ's own line is no rarity
ABSENT = -0.02
SURE = 0.7  # labels less alike are flagged
LONGEST_LABEL = 200  # characters; the form's longest has 45
TELLING = 0.8  # likeness by which a line alone tells its place in the form


@dataclass(frozen=True, slots=True)
class IndicatorsReading:
    """The filled cells of a table of indicators, its value columns, and what was odd about it."""

    cells: tuple[FilledCell, ...]
    columns: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Matching:
    """Printed lines, and for some of them the line of the form that each is."""

    lines: tuple[PrintedLine, ...]
    pairs: tuple[tuple[int, int], ...]
    score: float

    @property
    def found(self) -> int:
        return sum(1 for _, wanted in self.pairs if T14_LINES[wanted].columns)

    def stated(self) -> Iterator[tuple[PrintedLine, int | None]]:
        """The lines that have values, each with its line of the form where it is one.

        A part without a line of the form is another table, unless it carries the form on.
        """
        wanted_of = dict(self.pairs)
        parts = {self.lines[index].row.part.part for index in wanted_of}
        for index, line in enumerate(self.lines):
            wanted, part = wanted_of.get(index), line.row.part
            if wanted is not None:
                stated = bool(T14_LINES[wanted].columns)
            else:
                stated = (part.part in parts or part.continues is not None) and line.is_indicator
            if stated:
                yield line, wanted


def read_indicators(rows: Sequence[PartRow]) -> IndicatorsReading:
    """Match the lines of T14 and read their values.

    Every line of the form has a cell in each value column that the document has, ``value`` always
    among them; cells that are not there have the kind `CELL_NOT_IN_SOURCE`.
    """
    tables = [_matched(table) for table in _tables(stretches(rows))]
    best = max(tables, key=lambda matching: matching.found, default=None)
    if best is None:
        return IndicatorsReading((), (), ())
    flags = ["form_repeated"] if sum(t.found > best.found // 2 for t in tables) > 1 else []
    found: dict[str, FilledCell] = {}
    added: list[FilledCell] = []
    columns: dict[str, None] = {VALUE: None}
    for number, (line, wanted) in enumerate(best.stated(), start=1):
        codes = column_codes(line.panel.values, VALUE)
        columns.update(dict.fromkeys(codes))
        if wanted is None:
            flags.append("rows_added")
            keys = [f"{INDICATORS}/row_{number:02d}/{code}" for code in codes]
            added += fill_line(line, keys, label_score=1.0, flags=flags)
            continue
        row, score = T14_LINES[wanted].code, _label_score(line.said, wanted)
        if score < SURE:
            flags.append(f"label_unmatched:{row}")
        keys = [f"{INDICATORS}/{row}/{code}" for code in codes]
        found |= {c.key: c for c in fill_line(line, keys, label_score=score, flags=flags)}
    cells = [
        found.get(key) or FilledCell(key, None, MISSING) for key in indicator_keys(tuple(columns))
    ]
    return IndicatorsReading((*cells, *added), tuple(columns), tuple(dict.fromkeys(flags)))


def _tables(found: Sequence[Stretch]) -> list[list[Stretch]]:
    """Stretches by table: one that says again what the table before said is another table."""
    tables: list[list[Stretch]] = []
    seen: set[int] = set()
    for stretch in found:
        lines = [line for run in stretch.runs for line in run]
        places = {place for line in lines if (place := _place_of(line.said)) is not None}
        again = places & seen
        if not tables or (len(again) > 1 and len(again) * 2 > min(len(places), len(seen))):
            tables.append([])
            seen = set()
        seen |= places
        tables[-1].append(stretch)
    return tables


def _matched(table: Sequence[Stretch]) -> _Matching:
    """The best matching over the orders in which the table may be read."""
    matchings = [_paired(rejoined(lines, _best_words)) for lines in in_reading_orders(table)]
    return max(matchings, key=lambda matching: matching.score)


def _paired(lines: Sequence[PrintedLine]) -> _Matching:
    scores: list[tuple[float, ...]] = []
    leave: list[float] = []
    chapter = ""
    for line in lines:
        chapter = _chapter_named(line.labels) or chapter
        fits = _line_scores(line.said, chapter)
        if line.has_number:
            fits = tuple(
                fit if row.columns else fit + HEADING_WITH_NUMBER
                for fit, row in zip(fits, T14_LINES, strict=True)
            )
        scores.append(fits)
        leave.append(LEFT_OVER if line.is_indicator else 0.0)
    pairs = {i: j for i, j in best_pairing(scores, leave, ABSENT) if scores[i][j] > 0}
    score = sum(scores[i][j] for i, j in pairs.items())
    for i, line in enumerate(lines):
        # out of the form's order: known by its words alone, where nothing else is that line
        place = _place_of(line.said) if i not in pairs else None
        if place is not None and place not in pairs.values() and _likenesses(line.said)[place] == 1:
            pairs[i] = place
    return _Matching(tuple(lines), tuple(sorted(pairs.items())), score)


@lru_cache(maxsize=4096)
def _chapter_of(text: str) -> str:
    label = indicator_label(text)
    for code, (_, wordings) in CHAPTERS.items():
        if any(dice(label.pairs, pairs_of(words_of(wording))) >= TELLING for wording in wordings):
            return code
    return ""


def _chapter_named(labels: Sequence[str]) -> str:
    return next((code for text in labels if text and (code := _chapter_of(text))), "")


@lru_cache(maxsize=8192)
def _line_scores(text: str, chapter: str) -> tuple[float, ...]:
    """How well a label fits each line of the form; -1 where it does not."""
    ordinal = indicator_label(text).ordinal if len(text) <= LONGEST_LABEL else ""
    scores = []
    for row, words in zip(T14_LINES, _likenesses(text), strict=True):
        score = words
        if ordinal and row.ordinal:
            score += ORDINAL_SAME if ordinal == row.ordinal else ORDINAL_OTHER
        if chapter:
            score += CHAPTER_SAME if chapter == row.group else CHAPTER_OTHER
        scores.append(score if words >= LEAST_WORDS and score >= LEAST else -1.0)
    return tuple(scores)


@lru_cache(maxsize=8192)  # the same labels stand in report after report
def _likenesses(text: str) -> tuple[float, ...]:
    """The likeness of a label, with and without its notes in brackets, to each line of the form."""
    if len(text) > LONGEST_LABEL:
        return (0.0,) * len(T14_LINES)
    printed = {indicator_label(text).pairs, indicator_label(bare_of_notes(text)).pairs}
    exact = {place for pairs in printed for place in _places_of_wordings().get(pairs, ())}
    if exact:
        return tuple(float(place in exact) for place in range(len(T14_LINES)))
    return tuple(
        max(dice(pairs, wanted) for pairs in printed for wanted in _wordings(row.labels))
        for row in T14_LINES
    )


@cache
def _places_of_wordings() -> Mapping[frozenset[str], list[int]]:
    """The lines of the form by each of their wordings."""
    places: dict[frozenset[str], list[int]] = {}
    for place, row in enumerate(T14_LINES):
        for wanted in _wordings(row.labels):
            places.setdefault(wanted, []).append(place)
    return places


@lru_cache(maxsize=256)
def _wordings(labels: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    return tuple(pairs_of(words_of(label)) for label in labels)


def _label_score(text: str, wanted: int) -> float:
    """How sure a line is that line of the form by its own label, 0–1."""
    same = indicator_label(text).ordinal == T14_LINES[wanted].ordinal != ""
    return min(1.0, _likenesses(text)[wanted] + (0.1 if same else 0.0))


def _best_words(label: Label) -> float:
    return max(dice(label.pairs, wanted) for row in T14_LINES for wanted in _wordings(row.labels))


@lru_cache(maxsize=4096)
def _place_of(text: str) -> int | None:
    """The place of a label in the form, where its words alone tell it."""
    likely = _likenesses(text)
    best = max(likely)
    return likely.index(best) if best >= TELLING and likely.count(best) == 1 else None
