"""Part three of the form: which printed row is which, and its seven values.

Rows are matched in their order against all rows that any generation of the form has: words,
ordinal and group each speak for or against a pairing, and the best monotone pairing of the whole
table wins, so a misprinted or cut label is settled by its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gouji.model import Kind

from .aligned import aligned, label_cells, says_another
from .amounts import parse_amount, plain
from .filled import MOVED, FilledCell, fill_from
from .form import Row
from .forms import ALL_APPLICATION_ROWS, APPLICANTS, APPLICATIONS
from .label_scores import label_scores
from .labels import Label, words_of
from .neighbours import between_known, kept_in_order
from .pairing import best_pairing
from .printed_rows import LOST_COLUMN, STRANGE, PrintedRow, printed_rows, rejoined
from .rows import PartRow
from .values import is_value

# A row with values that is left over costs more than a form row that is not there.
UNLABELLED = 0.05  # a row without a label fits anywhere, a little
SURE = 0.7  # a pairing of this score is known by its label
BY_NEIGHBOURS = 0.5  # score of a row that only the rows above and below it place
UNNAMED = 0.7  # placing of a row that its label does not name
KEPT = 1 / 3  # of a label's characters that are the form's still: fewer, and it says another thing
LEFT_OVER = -0.3
FEWEST_WORDS = 3  # characters of a row's wording in a label that names it in a scan
ABSENT = -0.12
_CODES = [row.code for row in ALL_APPLICATION_ROWS]
_PLACES = {code: place for place, code in enumerate(_CODES)}


@dataclass(frozen=True, slots=True)
class ApplicationsReading:
    """The filled cells of part three, and what was odd about the table."""

    cells: tuple[FilledCell, ...]
    rows_found: tuple[str, ...]
    flags: tuple[str, ...]


def read_applications(rows: Sequence[PartRow]) -> ApplicationsReading:
    """Match the rows of part three and read their values."""
    candidates = rejoined(printed_rows(rows))
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
    candidate: PrintedRow, form_row: Row, score: float, flags: list[str]
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
        cell = fill_from(key, cells, part, label, label_score=label_score, placing=placing)
        if not cells and placing <= LOST_COLUMN:  # it is printed, in the column that was lost
            cell = cell._replace(amount=MOVED, page=part.page, placing=placing)
        result.append(cell)
    return result


def _merged(candidate: PrintedRow) -> frozenset[int]:
    """The ids of cells that hold something and cover several columns."""
    places = [cell for cells in candidate.values for cell in cells]
    if len(places) == len({id(cell) for cell in places}):
        return frozenset()  # none stands in two columns, as in most rows
    covers = candidate.columns.covered_by
    return frozenset(id(c) for c in places if plain(c.text) and covers(c) > 1)


def _paired(candidates: Sequence[PrintedRow]) -> list[tuple[PrintedRow, tuple[Row, float]]]:
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
    if any(map(_scanned, candidates)):
        known = {i: j for i, (j, score) in placed.items() if score >= BY_NEIGHBOURS}
        placed |= {i: (j, BY_NEIGHBOURS) for i, j in _end(candidates, known).items()}
        for i, j in between_known(
            known, lambda i, j: _may_be(candidates[i], ALL_APPLICATION_ROWS[j])
        ).items():
            placed.setdefault(i, (j, max(BY_NEIGHBOURS, scores[i][j])))
    return [
        (candidates[i], (ALL_APPLICATION_ROWS[j], score))
        for i, (j, score) in sorted(placed.items())
    ]


def _end(candidates: Sequence[PrintedRow], known: Mapping[int, int]) -> dict[int, int]:
    """The row of the total and, where one row is left of a scan's table below it, that one."""
    last = max(known, default=-1)
    total, after = _PLACES["processed_total"], _PLACES["carried_forward_to_next_year"]
    left = candidates[last + 1 :]
    if known.get(last) != total or len(left) != 1 or not _scanned(left[0]):
        return {}
    below = left[0].row.part is candidates[last].row.part
    return {last + 1: after} if below and _may_be(left[0], ALL_APPLICATION_ROWS[after]) else {}


def _scanned(candidate: PrintedRow) -> bool:
    return candidate.row.part.from_pixels


def _names(label: Label, row: Row) -> bool:
    """Whether a label read from pixels is enough to name a row: 其他 may be left of 其他处理."""
    own = max(sum(c in words_of(wording) for c in label.words) for wording in row.labels)
    return own >= FEWEST_WORDS and not says_another(label, row.code)


def _values_read(candidate: PrintedRow) -> bool:
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
    candidates: Sequence[PrintedRow], placed: dict[int, tuple[int, float]]
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


def _may_be(candidate: PrintedRow, row: Row) -> bool:
    """Whether a printed row is a whole row of values, and its label may be what is left of this."""
    if not candidate.all_values or any(len(cells) != 1 for cells in candidate.values):
        return False
    amounts = [parse_amount(cells[0].text) for cells in candidate.values]
    several = sum(amount.note == "several numbers" for amount in amounts)
    if several > _scanned(candidate):
        return False  # two rows in one; a seal over a cell of a scan is another thing
    if sum(amount.kind is Kind.BLANK for amount in amounts) > len(amounts) / 2:
        return False  # perhaps half of a row
    words = candidate.label.words
    return any(kept_in_order(words, words_of(label)) >= KEPT for label in row.labels)


def _groups(candidates: Sequence[PrintedRow]) -> list[str]:
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


def _scores(candidate: PrintedRow, group: str) -> tuple[float, ...]:
    """How well a printed row fits each row of the form; -1 where it does not."""
    if not candidate.all_values:
        return (-1.0,) * len(ALL_APPLICATION_ROWS)
    label = candidate.label
    if not label.words and not label.ordinal:
        return (UNLABELLED,) * len(ALL_APPLICATION_ROWS)
    return label_scores(label, group, candidate.group)
