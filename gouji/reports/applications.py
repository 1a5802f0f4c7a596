"""Part three of the form: which printed row is which, and its seven values.

Rows are matched in their order against all rows that any generation of the form has: words,
ordinal and group each speak for or against a pairing, and the best monotone pairing of the whole
table wins, so a misprinted or cut label is settled by its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gouji.model import Kind, TableCell, TablePart

from .aligned import aligned, label_cells, says_another
from .amounts import parse_amount, plain
from .columns import Columns, carried_columns, head_columns, last_columns
from .filled import FilledCell, fill_from
from .form import Row
from .forms import ALL_APPLICATION_ROWS, APPLICANT_HEADS, APPLICANTS, APPLICATIONS
from .label_scores import group_named, group_of, label_scores
from .labels import Label, likeness, pairs_of, read_label, words_of
from .neighbours import between_known, kept_in_order
from .pairing import Half, best_pairing, joined
from .rows import PartRow, share_columns
from .values import is_value

# A row with values that is left over costs more than a form row that is not there.
UNLABELLED = 0.05  # a row without a label fits anywhere, a little
SURE = 0.7  # a pairing of this score is known by its label
BY_NEIGHBOURS = 0.5  # score of a row that only the rows above and below it place
UNNAMED = 0.7  # placing of a row that its label does not name
KEPT = 1 / 3  # of a label's characters that are the form's still: fewer, and it says another thing
LEFT_OVER = -0.3
FEWEST_LEFT = 3  # values of a row whose end is cut off
NUMBERS = frozenset((Kind.NUMBER, Kind.NOT_APPLICABLE, Kind.BLANK))
FEWEST_WORDS = 3  # characters of a row's wording in a label that names it in a scan
# Pairs of characters of a label that may be told from others, and the share of them that is there
# where a text holds it.
LONG_LABEL, MOSTLY_THERE = 5, 0.8
STRANGE = 2  # cells of a row that may hold something else than a value
ABSENT = -0.12
_CODES = [row.code for row in ALL_APPLICATION_ROWS]
_PLACES = {code: place for place, code in enumerate(_CODES)}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A printed row with its labels from left to right and its columns."""

    row: PartRow
    columns: Columns
    labels: tuple[str, ...]
    label: Label
    group: str  # code of the bracketed group its own cells name, or ""
    values: tuple[tuple[TableCell, ...], ...]
    all_values: bool  # its value cells hold values, as a head's do not

    @property
    def has_values(self) -> bool:
        return any(cell.text.strip() for cells in self.values for cell in cells)


@dataclass(frozen=True, slots=True)
class ApplicationsReading:
    """The filled cells of part three, and what was odd about the table."""

    cells: tuple[FilledCell, ...]
    rows_found: tuple[str, ...]
    flags: tuple[str, ...]


def read_applications(rows: Sequence[PartRow]) -> ApplicationsReading:
    """Match the rows of part three and read their values."""
    candidates = _rejoined(_candidates(rows))
    pairing = _paired(candidates)
    cells: list[FilledCell] = []
    flags: list[str] = []
    found: list[str] = []
    for candidate, (form_row, score) in pairing:
        found.append(form_row.code)
        if score < SURE:
            flags.append(f"label_unmatched:{form_row.code}")
        cells.extend(_values(candidate, form_row, score, flags))
    return ApplicationsReading(tuple(cells), tuple(found), tuple(dict.fromkeys(flags)))


def _values(
    candidate: _Candidate, form_row: Row, score: float, flags: list[str]
) -> list[FilledCell]:
    label = "".join(candidate.labels[-1:]).replace("\n", "")
    label_score = min(1.0, max(0.0, score))
    merged = _merged(candidate)
    result = []
    for column, cells in zip(APPLICANTS, candidate.values, strict=True):
        key = f"{APPLICATIONS}/{form_row.code}/{column.code}"
        placing = candidate.columns.certainty
        if score <= BY_NEIGHBOURS:
            placing = min(placing, UNNAMED)
        if merged and any(id(cell) in merged for cell in cells):
            flags.append("values_merged")
            placing = 0.5
        if not cells:
            flags.append("short_row")
        part = candidate.row.part
        result.append(fill_from(key, cells, part, label, label_score=label_score, placing=placing))
    return result


def _merged(candidate: _Candidate) -> frozenset[int]:
    """The ids of cells that hold something and cover several columns."""
    places = [cell for cells in candidate.values for cell in cells]
    if len(places) == len({id(cell) for cell in places}):
        return frozenset()  # none stands in two columns, as in most rows
    covers = candidate.columns.covered_by
    return frozenset(id(c) for c in places if plain(c.text) and covers(c) > 1)


def _candidates(rows: Sequence[PartRow]) -> list[_Candidate]:
    """Rows under the head, part by part, each with the columns of its part."""
    result: list[_Candidate] = []
    columns: Columns | None = None
    before: TablePart | None = None
    for part_rows in _by_part(rows):
        head_index, head = -1, None
        for index, row in enumerate(part_rows[:8]):
            found = head_columns(row, APPLICANT_HEADS) or _without_total(row)
            if found is not None:
                head_index, head = index, found
            elif head is not None:
                break  # a head further down is this one again, where a page began
        body = part_rows[head_index + 1 :]
        part = part_rows[0].part
        columns = head or _columns_of(part, body, columns, before)
        if columns is None:
            continue
        before = part
        for row in body:
            if _has_words(row, columns):
                # a head again, where a page began: programs that join what stood on two pages
                # leave the second half where it was
                columns = head_columns(row, APPLICANT_HEADS) or columns
            candidate = _candidate(row, columns)
            if not (_goes_on(candidate) or _sliver(candidate)):
                result.append(candidate)
    return result


def _has_words(row: PartRow, columns: Columns) -> bool:
    """Whether something stands among the values that is none."""
    return any(c.box.center_x > columns.left and not is_value(c.text) for c in row.cells)


def _columns_of(
    part: TablePart, rows: Sequence[PartRow], columns: Columns | None, before: TablePart | None
) -> Columns | None:
    """The columns of a part without a head: carried on from the part before, or its last seven."""
    own = last_columns(rows, len(APPLICANTS))
    if columns is None or before is None:
        return own
    if share_columns(before, part):
        return carried_columns(columns, rows) or own or columns
    return own or columns.moved(part.box.right - before.box.right)


def _sliver(candidate: _Candidate) -> bool:
    """Whether a row is one empty cell across, with no label: what a page break leaves of a row."""
    cells = {id(cell): cell for place in candidate.values for cell in place}
    if len(cells) > 1:
        return False
    own = [cell for cell in candidate.row.cells if cell.row == candidate.row.row]
    return not any(plain(cell.text) for cell in (*cells.values(), *own))


def _goes_on(candidate: _Candidate) -> bool:
    """Whether a stray edge made a second row of one: its values and its label began above it."""
    at = candidate.row.row
    values = [cell for place in candidate.values for cell in place]
    if not values or any(cell.row >= at for cell in values):
        return False
    labels = [c for c in candidate.row.cells if c.box.center_x < candidate.columns.left]
    return all(cell.row < at or not cell.text.strip() for cell in labels)


def _without_total(row: PartRow) -> Columns | None:
    """The columns of a head whose last one, 总计, the page cuts off: it holds no cell."""
    found = head_columns(row, APPLICANT_HEADS[:-1])
    if found is None or not row.cells[-1].text.strip():
        return None
    edge = found.spans[-1][1]
    if any(cell.box.left >= edge - 1 for cell in row.cells):
        return None  # something stands there, whatever its head says
    return Columns((*found.spans, (edge, edge)), found.certainty)


def _by_part(rows: Sequence[PartRow]) -> list[list[PartRow]]:
    parts: list[tuple[TablePart, list[PartRow]]] = []
    for row in rows:
        if not parts or parts[-1][0] is not row.part:
            parts.append((row.part, []))
        parts[-1][1].append(row)
    return [part_rows for _, part_rows in parts]


def _candidate(row: PartRow, columns: Columns) -> _Candidate:
    left = columns.left
    before = [c for c in row.cells if c.box.center_x < left]
    label_cells = [c for c in before if c.text.strip()]
    labels = tuple(c.text for c in label_cells)
    own = [c for c in label_cells if c.row + c.row_span - 1 == c.row or c is label_cells[-1]]
    text = own[-1].text if own else ""
    if own and own[-1].row_span > 1 and group_of(text):
        text = ""  # the group's; its own is empty
    if row.part.from_pixels and _names_several(text):
        text = ""  # of rows whose sides were not found: none of them is this row by its label
    beside = {id(cell) for cell in before}
    values = tuple(
        tuple([c for c in cells if id(c) not in beside]) for cells in columns.cells_in(row)
    )
    group = group_named(labels)
    return _Candidate(row, columns, labels, read_label(text), group, values, _all_values(values))


@lru_cache(maxsize=4096)
def _names_several(text: str) -> bool:
    """Whether the labels of more than one row stand in a text."""
    printed = pairs_of(words_of(text))
    if len(printed) < 2 * LONG_LABEL:
        return False
    named = {
        row.code
        for row in ALL_APPLICATION_ROWS
        for wanted in (pairs_of(words_of(wording)) for wording in row.labels)
        if len(wanted) >= LONG_LABEL and len(printed & wanted) >= MOSTLY_THERE * len(wanted)
    }
    return len(named) > 1


def _rejoined(candidates: list[_Candidate]) -> list[_Candidate]:
    """Rows that a page break cut in two, put together again.

    One half has the values, and the labels of both halves make one label of the form.
    """
    result: list[_Candidate] = []
    for candidate in candidates:
        before = result[-1] if result else None
        if (
            before is not None
            and before.row.part is not candidate.row.part
            and candidate.row.row <= 3
            and (joined := _one_row(before, candidate)) is not None
        ):
            result[-1] = joined
        else:
            result.append(candidate)
    return result


def _one_row(first: _Candidate, second: _Candidate) -> _Candidate | None:
    halves = [
        Half(c.labels[-1] if c.labels else "", c.has_values, bool(c.labels))
        for c in (first, second)
    ]
    which = joined(halves[0], halves[1], _best_words)
    if which is None:
        return None
    text = halves[0].text + halves[1].text
    return replace(
        first if which == "first" else second,
        labels=(*first.labels[:-1], text),
        label=read_label(text),
        group=first.group or second.group,
    )


def _best_words(label: Label) -> float:
    return max(
        (
            likeness(label.pairs, pairs_of(words_of(w)))
            for r in ALL_APPLICATION_ROWS
            for w in r.labels
        ),
        default=0.0,
    )


def _paired(candidates: Sequence[_Candidate]) -> list[tuple[_Candidate, tuple[Row, float]]]:
    """The best monotone pairing of printed rows with rows of the form."""
    groups = _groups(candidates)
    scores = [_scores(c, group) for c, group in zip(candidates, groups, strict=True)]
    leave = [LEFT_OVER if c.all_values else 0.0 for c in candidates]
    pairs = dict(best_pairing(scores, leave, ABSENT))
    known = {i: j for i, j in pairs.items() if scores[i][j] >= SURE}

    def may_be(i: int, j: int) -> bool:
        named = i in pairs and scores[i][pairs[i]] > UNLABELLED
        return (not named or pairs[i] == j) and _may_be(candidates[i], ALL_APPLICATION_ROWS[j])

    inside = range(min(known, default=0), max(known, default=0))
    placed = {
        i: (j, scores[i][j])
        for i, j in pairs.items()
        if scores[i][j] > UNLABELLED or i not in inside
    }
    for i, j in between_known(known, may_be).items():
        placed[i] = (j, max(BY_NEIGHBOURS, scores[i][j]))
    placed = _in_order(candidates, placed)
    return [
        (candidates[i], (ALL_APPLICATION_ROWS[j], score))
        for i, (j, score) in sorted(placed.items())
    ]


def _scanned(candidate: _Candidate) -> bool:
    return candidate.row.part.from_pixels


def _names(label: Label, row: Row) -> bool:
    """Whether a label read from pixels is enough to name a row: 其他 may be left of 其他处理."""
    own = max(sum(c in words_of(wording) for c in label.words) for wording in row.labels)
    return own >= FEWEST_WORDS and not says_another(label, row.code)


def _values_read(candidate: _Candidate) -> bool:
    """Whether a row holds values, though half of them are read as words.

    One number across all columns is more likely a head whose words are lost.
    """
    if len({id(cell) for cells in candidate.values for cell in cells}) == 1:
        return False
    if candidate.all_values or any(len(cells) != 1 for cells in candidate.values):
        return candidate.all_values
    cells = [cells[0] for cells in candidate.values]
    own = all(cell.row == candidate.row.row for cell in cells)
    return own and sum(c.text != "" and is_value(c.text) for c in cells) > STRANGE


def _in_order(
    candidates: Sequence[_Candidate], placed: dict[int, tuple[int, float]]
) -> dict[int, tuple[int, float]]:
    """Rows of scans as the order of the whole table places them, where no label names them.

    What was placed by little of a label is dropped where the order says otherwise.
    """
    scanned = [i for i, c in enumerate(candidates) if _scanned(c) and _values_read(c)]
    sure = {
        i: j
        for i, (j, score) in placed.items()
        if i not in scanned
        or (score >= SURE and _names(candidates[i].label, ALL_APPLICATION_ROWS[j]))
    }
    if all(i in sure for i in scanned):
        return placed
    beside = [
        (
            candidates[i].row.part.part,
            candidates[i].row.row,
            [c for c in candidates[i].row.cells if c.box.center_x < candidates[i].columns.left],
        )
        for i in scanned
    ]
    named = {k: _CODES[sure[i]] for k, i in enumerate(scanned) if i in sure}
    alignment = aligned(label_cells(beside), named)
    likeliest = {scanned[k]: _PLACES[code] for k, code in alignment.likeliest.items()}
    result = {
        i: (j, score)
        for i, (j, score) in placed.items()
        if i in sure or (score > UNLABELLED and likeliest.get(i, j) == j)
    }
    for k, code in alignment.placed.items():
        i, j = scanned[k], _PLACES[code]
        if all((i < other) == (j < at) for other, at in sure.items()):
            result[i] = (j, max(BY_NEIGHBOURS, result.get(i, (j, 0.0))[1]))
    return result


def _may_be(candidate: _Candidate, row: Row) -> bool:
    """Whether a printed row is a whole row of values, and its label may be what is left of this."""
    if not candidate.all_values or any(len(cells) != 1 for cells in candidate.values):
        return False
    amounts = [parse_amount(cells[0].text) for cells in candidate.values]
    if any(amount.note == "several numbers" for amount in amounts):
        return False  # two rows in one
    if sum(amount.kind is Kind.BLANK for amount in amounts) > len(amounts) / 2:
        return False  # perhaps half of a row
    words = candidate.label.words
    return any(kept_in_order(words, words_of(label)) >= KEPT for label in row.labels)


def _all_values(places: Sequence[Sequence[TableCell]]) -> bool:
    cells = [cell for place in places for cell in place]
    values = sum(1 for cell in cells if is_value(cell.text))
    if len(cells) > 1 and all(cell is cells[0] for cell in cells) and not plain(cells[0].text):
        return False  # one empty cell across: a sliver of a row at a page break
    if len(cells) < len(APPLICANTS) - 1:
        # a row that is cut off: what is left of it are numbers, and nothing else
        kinds = {parse_amount(cell.text).kind for cell in cells}
        return len(cells) >= FEWEST_LEFT and kinds <= NUMBERS and kinds != {Kind.BLANK}
    # one cell may hold a stamp's words or damage; a head row holds no number
    return values >= len(cells) - STRANGE


def _groups(candidates: Sequence[_Candidate]) -> list[str]:
    """The group each row stands in: named by its cells, or carried on from the row above."""
    result: list[str] = []
    current = ""
    for candidate in candidates:
        if candidate.group:
            current = candidate.group
        elif candidate.label.bracketed or candidate.label.ordinal in ("一", "二", "四"):
            current = ""
        result.append(current)
    return result


def _scores(candidate: _Candidate, group: str) -> tuple[float, ...]:
    """How well a printed row fits each row of the form; -1 where it does not."""
    if not candidate.all_values:
        return (-1.0,) * len(ALL_APPLICATION_ROWS)
    label = candidate.label
    if not label.words and not label.ordinal:
        return (UNLABELLED,) * len(ALL_APPLICATION_ROWS)
    return label_scores(label, group, candidate.group)
