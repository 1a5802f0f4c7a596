"""Part two of the form (article 20): bands, each with a head row, then labelled rows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gouji.model import Kind, TableCell, TablePart

from .amounts import parse_amount, plain
from .filled import MOVED, FilledCell, fill_from
from .form import Column, Form, Row
from .forms import ARTICLE20
from .labels import ideographs, likeness, pairs_of, read_label, same_place, words_of
from .neighbours import kept_in_order
from .rows import PartRow, share_columns
from .values import is_value

_BAND = "第二十条"  # the row above a band's heads
MATCHED = 0.6  # likeness of a label or a head to the form's wording
MISREAD = 2 / 3  # of a label's characters that are the form's, each in its place
BY_NEIGHBOURS = 0.5  # likeness of a misread row, and of one that its neighbours place
NOT_ALL_PLACED = 0.5  # a number beside the label stands under no head: the others may be amiss
KEPT, HALF = 1 / 3, 0.5  # of a label's characters that are the form's still
_SIGNS = re.compile("增加|减少|[增减一二三万亿元件条]")
HEADS = 2  # rows of a band that stand above its first row: its name, its heads
WORDS = 3  # characters that are no sign of a number: a value has fewer
FROM_PIXELS = "scan"  # readers that misread words


@dataclass(frozen=True, slots=True)
class Article20Reading:
    """The filled cells of part two, and what was odd about the table."""

    cells: tuple[FilledCell, ...]
    rows_found: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Heads:
    """The head cells above a row: column code and horizontal extent."""

    spans: tuple[tuple[str, float, float, str], ...]  # code, left, right, text
    above: bool = True  # they stand above the values, and not in a part with other columns
    beside: bool = True  # in the same part as the values

    def span_of(self, code: str) -> tuple[float, float] | None:
        for name, left, right, _ in self.spans:
            if name == code and self.above:
                return left, right
        return None

    def unit_of(self, code: str) -> str | None:
        """The unit of money that the head of a column names, where it names one."""
        for name, _, _, text in self.spans:
            if name == code:
                return (
                    "万元"
                    if "万元" in text
                    else "元"
                    if re.search(r"[(（:：]\s*元", text)
                    else None
                )
        return None


def read_article20(rows: Sequence[PartRow], form: Form) -> Article20Reading:
    """Find the form's rows by their labels and read the values beside them."""
    best: dict[str, tuple[float, int]] = {}
    labels: list[TableCell | None] = []
    for index, row in enumerate(rows):
        label = _label_cell(row)
        labels.append(label)
        if label is None:
            continue
        match = _match(label.text, form)
        if match is None and row.part.from_pixels:
            match = _misread(label.text, form)
        if match is not None:
            form_row, score = match
            if form_row.code not in best or score > best[form_row.code][0] + 1e-6:
                best[form_row.code] = (score, index)
    known = {index: code for code, (_, index) in best.items()}
    for index, code in _placed(rows, labels, known, form).items():
        best[code] = (BY_NEIGHBOURS, index)
    cells: list[FilledCell] = []
    flags: list[str] = []
    found: list[str] = []
    for form_row in form.article20:
        if form_row.code not in best:
            continue
        score, index = best[form_row.code]
        label = labels[index]
        if label is None:
            continue
        found.append(form_row.code)
        if score < 0.75:
            flags.append(f"label_unmatched:{form_row.code}")
        heads = _heads_above(rows, index, form_row)
        cells.extend(_values(rows, index, label, form_row, heads, score, flags))
    return Article20Reading(tuple(cells), tuple(found), tuple(dict.fromkeys(flags)))


def _placed(
    rows: Sequence[PartRow],
    labels: Sequence[TableCell | None],
    known: Mapping[int, str],
    form: Form,
) -> dict[int, str]:
    """Rows of a scan whose label cannot be read, by the rows above and below: row -> code.

    A row is placed where as many stand between two that are known, or between the first band's
    heads and one that is known, as the form has there; or where half of its label is left.
    """
    order = [row.code for row in form.article20]
    placed: dict[int, str] = {}
    run: list[int] = []
    before: int | None = None  # the form's row above the run
    part = None
    for index, row in enumerate(rows):
        if row.part is not part:
            part, run, before = row.part, [], None
        if not part.reader.startswith(FROM_PIXELS):
            continue
        if index in known:
            after = order.index(known[index])
            if before is None and 0 < len(run) <= after + HEADS and rows[run[0]].row < HEADS:
                run = run[-after:] if after else []  # before them stand heads that cannot be read
            if before is None and run and len(run) <= after:  # the part goes on from a page before
                others = set(known.values()) & set(order[after - len(run) : after])
                before = None if others else after - len(run) - 1
            if before is not None and len(run) == after - before - 1:
                wanted = order[before + 1 : after]
                if all(_may_be(labels[i], form.row(c)) for i, c in zip(run, wanted, strict=True)):
                    placed.update(zip(run, wanted, strict=True))
            run, before = [], after
        elif _has_heads_of(row, form.article20[0]):
            run, before = [], -1
        elif _is_value_row(row, labels[index]):
            run.append(index)
            if before is not None and len(run) == 1 and before + 1 < len(order):
                code = order[before + 1]
                if code not in known.values() and _is_left_of(labels[index], form.row(code)):
                    placed[index] = code
    return placed


def _has_heads_of(row: PartRow, form_row: Row) -> bool:
    codes = {_head_code(cell.text, form_row.columns) for cell in row.cells}
    return len(codes - {None}) >= min(2, len(form_row.columns))


def _is_value_row(row: PartRow, label: TableCell | None) -> bool:
    if label is None or _BAND in words_of(label.text):
        return False
    beside = [cell for cell in row.cells if cell is not label and cell.row == row.row]
    return bool(beside) and all(is_value(c.text) and not _has_words(c.text) for c in beside)


def _has_words(text: str) -> bool:
    """Whether words stand in what looks like a number: 信息内容 read as 1信0内宿 is a head."""
    return len(ideographs(_SIGNS.sub("", text))) >= WORDS


def _may_be(label: TableCell | None, form_row: Row) -> bool:
    """Whether a label may be the row's, misread: as long, or with a part of its characters."""
    words = words_of(label.text) if label is not None else ""
    return any(
        len(words) == len(words_of(wording)) or kept_in_order(words, words_of(wording)) >= KEPT
        for wording in form_row.labels
    )


def _is_left_of(label: TableCell | None, form_row: Row) -> bool:
    """Whether half of the characters of the row's label are left, and as many as it has."""
    words = words_of(label.text) if label is not None else ""
    return any(
        len(words) == len(words_of(wording)) and kept_in_order(words, words_of(wording)) >= HALF
        for wording in form_row.labels
    )


def _label_cell(row: PartRow) -> TableCell | None:
    """The first cell with words in it that begins in this row or spans it.

    What is left of a scan's label before values may look like one of them.
    """
    for cell in row.cells:
        if cell.text and not is_value(cell.text):
            return cell
    first = row.cells[0] if row.part.from_pixels and len(row.cells) > 1 else None
    left = first is not None and first.column == 0 and ideographs(_SIGNS.sub("", first.text))
    return first if left else None


def _match(text: str, form: Form) -> tuple[Row, float] | None:
    """The form's row that a label names, by likeness."""
    label = read_label(text)
    best: tuple[Row, float] | None = None
    for row in form.article20:
        score = max(likeness(label.pairs, pairs_of(words_of(w))) for w in row.labels)
        if score >= MATCHED and (best is None or score > best[1]):
            best = (row, score)
    if best is None:
        # long explanations in brackets stand behind some labels
        for row in form.article20:
            for wording in row.labels:
                if label.words.startswith(words_of(wording)):
                    return row, 0.85
    return best


def _misread(text: str, form: Form) -> tuple[Row, float] | None:
    """The one row that a scan's label is but for a character or so: of four characters with one
    misread in the middle no pair is left."""
    words = read_label(text).words
    alike = [
        row
        for row in form.article20
        if any(same_place(words, words_of(wording), MISREAD) for wording in row.labels)
    ]
    return (alike[0], BY_NEIGHBOURS) if len(alike) == 1 else None


def _heads_above(rows: Sequence[PartRow], index: int, form_row: Row) -> _Heads | None:
    """The nearest row above that holds this band's heads."""
    for above in range(index - 1, max(-1, index - 6), -1):
        spans = []
        for cell in rows[above].cells:
            if cell.row != rows[above].row and cell.row_span > 1:
                continue
            code = _head_code(cell.text, form_row.columns)
            if code is not None:
                spans.append((code, cell.box.left, cell.box.right, cell.text))
        if spans:
            there, here = rows[above].part, rows[index].part
            if there is not here and here.reader.startswith(FROM_PIXELS):
                # each page was laid down, or held before the camera, by itself
                wider = here.box.width / max(there.box.width, 1e-6)
                spans = [
                    (
                        code,
                        here.box.left + (left - there.box.left) * wider,
                        here.box.left + (right - there.box.left) * wider,
                        text,
                    )
                    for code, left, right, text in spans
                ]
            return _Heads(tuple(spans), share_columns(there, here), there is here)
    return None


def _head_code(text: str, columns: Sequence[Column]) -> str | None:
    words = words_of(text)
    best, best_score = None, MATCHED
    for column in columns:
        score = max(_head_likeness(words, words_of(head)) for head in column.heads)
        if score > best_score:
            best, best_score = column.code, score
    return best


def _head_likeness(words: str, wanted: str) -> float:
    """By pairs; a character misread in the middle of six takes two of five pairs away."""
    return max(likeness(pairs_of(words), pairs_of(wanted)), same_place(words, wanted, MISREAD))


def _values(
    rows: Sequence[PartRow],
    index: int,
    label: TableCell,
    form_row: Row,
    heads: _Heads | None,
    score: float,
    flags: list[str],
) -> list[FilledCell]:
    row = rows[index]
    # values that a page break left on the row after, when this row's own are all empty
    beside = [c for c in row.cells if c.column >= label.column + label.column_span]
    if index + 1 < len(rows) and not any(plain(c.text) for c in beside):
        after = rows[index + 1]
        if after.part is not row.part and after.row == 0 and _rest_of_row(after):
            row, beside = after, [c for c in after.cells if c.column > 0 or len(after.cells) == 1]
    # in a document without pages a cell for each column is in its place, whatever its span says
    sure = not row.part.page and len(beside) == len(form_row.columns)
    chosen = _assigned(beside, form_row.columns, None if sure else heads)
    placed = heads is not None and all(heads.span_of(c.code) for c in form_row.columns)
    if row.part.from_pixels and not placed and len(beside) < len(form_row.columns):
        # a rule between two columns was not seen: the cells are not the first columns'
        chosen = _as_beside(rows, index, row.part, beside, len(form_row.columns))
    for under in rows[index + 1 :]:
        if under.part is not rows[index].part or label not in under.cells:
            break
        # the organ divides the row into several: their sum is nowhere printed
        values = [c for c in under.cells if c.row == under.row and is_value(c.text)]
        divided = _assigned(values, form_row.columns, heads)
        if any(plain(cell.text) for cells in divided for cell in cells):
            flags.append("row_divided")
            chosen = [[*above, *below] for above, below in zip(chosen, divided, strict=True)]
    label_text = label.text.replace("\n", "")
    placing = 1.0 if heads is not None else 0.97
    given = {id(cell) for cells in chosen for cell in cells}
    left_over = any(plain(c.text) and is_value(c.text) and id(c) not in given for c in beside)
    if left_over:
        placing = NOT_ALL_PLACED
    result = []
    for column, cells in zip(form_row.columns, chosen, strict=True):
        key = f"{ARTICLE20}/{form_row.code}/{column.code}"
        kept, repeated = _one_value(cells, signed=column.signed)
        if repeated:
            flags.append("repeated_value")
        filled = fill_from(
            key, kept, row.part, label_text,
            signed=column.signed, label_score=min(1.0, score),
            placing=placing,
        )  # fmt: skip
        if not column.unit and heads is not None and filled.amount.unit is None:
            unit = heads.unit_of(column.code)  # the form names none for procurement
            filled = filled._replace(amount=replace(filled.amount, unit=unit))
        lost = filled.amount.kind in (Kind.BLANK, Kind.CELL_NOT_IN_SOURCE)
        if left_over and row.part.from_pixels and lost:
            filled = filled._replace(amount=MOVED)  # the number left over may be its own
        if filled.text is None:
            flags.append("short_row")
        if filled.amount.repeated > 1 and len(form_row.columns) == 1:
            flags.append("repeated_value")
        result.append(filled)
    return result


def _as_beside(
    rows: Sequence[PartRow],
    index: int,
    part: TablePart,
    beside: Sequence[TableCell],
    count: int,
) -> list[list[TableCell]]:
    """The cells of a row that has too few, one list a column: below or above those of the nearest
    row of its table that has them all. What stands across several columns is given to none of
    them, unless it is blank.
    """
    result: list[list[TableCell]] = [[] for _ in range(count)]
    near = sorted(range(len(rows)), key=lambda other: (abs(other - index), other))
    for other in near:
        values = [c for c in rows[other].cells if c.row == rows[other].row and is_value(c.text)]
        if rows[other].part is not part or len(values) != count or values[0].column == 0:
            continue
        for cell in beside:
            covered = [
                place
                for place, value in enumerate(values)
                if min(cell.box.right, value.box.right) - max(cell.box.left, value.box.left)
                > 0.5 * min(cell.box.width, value.box.width)
            ]
            if len(covered) == 1 or not plain(cell.text):
                for place in covered:
                    result[place].append(cell)
        break
    return result


def _rest_of_row(row: PartRow) -> bool:
    return all(is_value(cell.text) for cell in row.cells) and any(
        plain(cell.text) for cell in row.cells
    )


def _assigned(
    beside: Sequence[TableCell], columns: Sequence[Column], heads: _Heads | None
) -> list[list[TableCell]]:
    """The cells beside a label, one list a column: by the heads above, else in their order."""
    if len(columns) == 1:
        return [list(beside)]
    if heads is not None and all(heads.span_of(c.code) for c in columns):
        result = []
        for column in columns:
            span = heads.span_of(column.code)
            assert span is not None
            left, right = span
            result.append(
                [
                    c
                    for c in beside
                    if min(c.box.right, right) - max(c.box.left, left)
                    > 0.5 * min(c.box.width, right - left)
                ]
            )
        in_order = not heads.beside and len(beside) == len(columns)
        if any(result) and not (in_order and any(len(cells) != 1 for cells in result)):
            return result
    count = len(columns)
    filled = [cell for cell in beside if plain(cell.text)]
    for row in (beside, filled):  # stray rules make cells that hold nothing
        if len(row) == count:
            return [[cell] for cell in row]
    return _shared_out(beside, count)


def _shared_out(beside: Sequence[TableCell], count: int) -> list[list[TableCell]]:
    """Cells dealt to columns by where they lie between the first and the last edge."""
    result: list[list[TableCell]] = [[] for _ in range(count)]
    if not beside:
        return result
    if len(beside) < count:
        for index, cell in enumerate(beside):
            result[index].append(cell)
        return result
    left, right = beside[0].box.left, beside[-1].box.right
    for cell in beside:
        share = (cell.box.center_x - left) / max(right - left, 1e-6)
        result[min(count - 1, int(share * count))].append(cell)
    return result


def _one_value(cells: Sequence[TableCell], *, signed: bool) -> tuple[Sequence[TableCell], bool]:
    """One value where a stray rule or a repeated zero gave several cells; whether it repeats."""
    filled = [cell for cell in cells if plain(cell.text)]
    if len(filled) <= 1:
        return (filled or cells[:1]), False
    amounts = {parse_amount(cell.text, signed=signed) for cell in filled}
    if len(amounts) == 1:
        return filled[:1], True
    return cells, False
