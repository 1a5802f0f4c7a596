"""A flattened report as lines of narrative and tables with the grid of the form rebuilt."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ..amounts import parse_amount
from ..forms import FORMS
from ..labels import words_of
from ..rows import Section
from .groups import Group, groups_of
from .indicators import find_indicators, indicator_rows
from .regions import Region, find_regions, is_heading
from .units import TextLine, Unit, clean_line, text_lines
from .values import Spacing, Value, keeps_blanks, place_values, spacing_of, under_heads
from .words import (
    applicant,
    application_row,
    article20_head,
    article20_head_score,
    article20_row,
    group_of,
    is_band,
    template_of,
)

# Flags: every line that repeats another was dropped; numbers stand where no row's are.
DEDUPLICATED = "lines_deduplicated"
OUT_OF_ORDER = "text_out_of_order"
LOST = "\ufffd"
APPLICANTS = 7
RESULTS = 15
LABELS = 3  # label columns of part three
_ORDINAL = re.compile(
    r"[(（][一二三四五六七][)）]|(?:^|(?<=\n))[一二三四]\s*[、.．]|(?<!\d)\d\s*[.．、](?!\d)"
)
# A page on which no line of the form comes twice: the extractor dropped every repeated line.
FEWEST_ROWS = 12
UNIFORM = 0.8  # so many rows of a table that was cut to a width are that wide
LONGEST_PAGE_NUMBER = 2
WHOLE = 0.98  # of a label or head that is all there
SURE = 0.8  # likeness of a label that is no chance


@dataclass(frozen=True, slots=True)
class FlatLine:
    """A line of narrative and where it begins in the text.

    ``start`` is None where marks inside the line were taken out, so that places in it are not
    those of the text.
    """

    text: str
    start: int | None


@dataclass(frozen=True, slots=True)
class FlatCell:
    """A cell of a rebuilt table, from 0; ``span`` is what it was made from."""

    row: int
    column: int
    column_span: int
    text: str
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class FlatTable:
    """One table of the form with as many columns as the form gives it."""

    section: Section
    cells: tuple[FlatCell, ...]
    rows: int
    columns: int


@dataclass(frozen=True, slots=True)
class FlatText:
    """Lines and tables in the order of the text, and what is odd about it."""

    blocks: tuple[FlatLine | FlatTable, ...]
    flags: tuple[str, ...] = ()


def read_flat_text(text: str) -> FlatText:
    """Find the tables of the form in a text that has lost their grid, and rebuild them.

    Cells that the text does not hold are left out; cells of which nobody can say which number is
    theirs hold all numbers of their row and are no amount. Offsets are those of ``text``.
    """
    lines = text_lines(text)
    regions = find_regions(lines)
    older = find_indicators(lines)
    if older is not None and not _later_form(lines, regions):
        return _with_indicators(text, lines, older)
    groups = [groups_of(lines[region.first : region.last]) for region in regions]
    every = [group for found in groups for group in found]
    flags = []
    trust = _Trust(in_place=keeps_blanks(every))
    if _deduplicated(every):
        flags.append(DEDUPLICATED)
        trust = _Trust(values=False, blanks=False)
    elif LOST in "".join(line.text for r in regions for line in lines[r.first : r.last]):
        trust = replace(trust, blanks=False)  # numbers may be among what is lost
    elif _out_of_order(every):
        flags.append(OUT_OF_ORDER)
        trust = replace(trust, blanks=False)
    tables = {
        table.section: table
        for table in (
            _article20([g for g in every if g.section is Section.ARTICLE20], every, trust),
            _applications([g for g in every if g.section is Section.APPLICATIONS], trust),
            _review([g for g in every if g.section is Section.REVIEW], trust),
        )
        if table is not None
    }
    blocks: list[FlatLine | FlatTable] = []
    at = 0
    for region, found in zip(regions, groups, strict=True):
        blocks.extend(_narrative(text, lines[at : region.first]))
        for section in dict.fromkeys(group.section for group in found):
            table = tables.pop(section, None)
            if table is not None:
                blocks.append(table)
        at = region.last
    blocks.extend(_narrative(text, lines[at:]))
    return FlatText(tuple(blocks), tuple(flags))


def _later_form(lines: Sequence[TextLine], regions: Sequence[Region]) -> bool:
    """Whether the text has the tables of T19 or T21: a local table beside them is narrative."""
    rows = {
        row[0].code
        for region in regions
        for line in lines[region.first : region.last]
        for unit in line.units
        if (row := application_row(unit.text)) is not None and row[1] >= SURE
    }
    return len(rows) >= FEWEST_ROWS


def _with_indicators(text: str, lines: Sequence[TextLine], region: Region) -> FlatText:
    rows = indicator_rows(lines[region.first : region.last])
    cells = tuple(
        FlatCell(number, column, span, unit.text, (unit.start, unit.end))
        for number, row in enumerate(rows)
        for column, span, unit in row.cells
    )
    columns = max((cell.column for cell in cells), default=0) + 1
    table = FlatTable(Section.INDICATORS, cells, len(rows), columns)
    before, after = lines[: region.first], lines[region.last :]
    return FlatText((*_narrative(text, before), table, *_narrative(text, after)))


def _narrative(text: str, lines: Sequence[TextLine]) -> Iterator[FlatLine]:
    """Lines outside tables; pieces of a page on one line go together up to the next heading."""
    pieces: list[TextLine] = []
    for line in lines:
        if pieces and (pieces[-1].number != line.number or is_heading(line.text)):
            yield _joined(text, pieces)
            pieces = []
        pieces.append(line)
    if pieces:
        yield _joined(text, pieces)


def _joined(text: str, pieces: Sequence[TextLine]) -> FlatLine:
    start, end = pieces[0].start, pieces[-1].start + len(pieces[-1].text)
    printed = text[start:end]
    cleaned = clean_line(printed)
    at = printed.find(cleaned) if cleaned else 0
    return FlatLine(cleaned, start + at if at >= 0 else None)


@dataclass(frozen=True, slots=True)
class _Trust:
    """What the order of a text still tells.

    ``values``: that a number belongs to the label before it; ``blanks``: that a label without
    numbers has blank cells.
    """

    values: bool = True
    blanks: bool = True
    in_place: bool = True  # blank cells between bars stand where they were

    def place(
        self,
        group: Group,
        columns: int,
        spacing: Spacing,
        after: Unit | None,
        padded: int | None = None,
    ) -> list[Value]:
        """The values of a row, none where the text cannot be trusted to tell."""
        known = group.hard or any(unit.text for unit in group.values) or self.blanks
        if not (self.values and known):
            return []
        placed = place_values(group, columns, spacing, after, padded=padded, in_place=self.in_place)
        if group.hard or self.blanks:
            return placed
        whole = sum(1 for unit in group.values if unit.text) == columns
        if whole and _adds_up([value.text for value in placed]):
            return placed
        return []  # other rows' numbers, for all that is known


@dataclass(slots=True)
class _Grid:
    section: Section
    columns: int
    cells: list[FlatCell] = field(default_factory=list)
    rows: int = 0

    def add(self, labels: Sequence[tuple[int, Unit]], values: Sequence[Value], first: int) -> None:
        """A row: labels by their column, values from column ``first`` on."""
        for column, unit in labels:
            self.cells.append(FlatCell(self.rows, column, 1, unit.text, (unit.start, unit.end)))
        for value in values:
            column = first + value.column
            self.columns = max(self.columns, column + 1)
            self.cells.append(FlatCell(self.rows, column, 1, value.text, value.span))
        self.rows += 1

    def table(self) -> FlatTable | None:
        if not self.rows:
            return None
        return FlatTable(self.section, tuple(self.cells), self.rows, self.columns)


def _deduplicated(groups: Sequence[Group]) -> bool:
    """Whether no line of the tables comes twice, though the form repeats many of them."""
    units = [u for g in groups for u in (*g.labels, *g.values) if u.text]
    if any(group.hard for group in groups):
        return False
    rows = sum(1 for u in units if not u.value and application_row(u.text))
    return rows >= FEWEST_ROWS and len({unit.text for unit in units}) == len(units)


def _article20(groups: Sequence[Group], every: Sequence[Group], trust: _Trust) -> FlatTable | None:
    template = template_of({words_of(u.text) for g in every for u in g.labels})
    form = FORMS[template]
    counts = {row.code: len(row.columns) for row in form.article20}
    grid = _Grid(Section.ARTICLE20, 4)
    widest = _widest(groups)
    spacing = spacing_of(groups, 3)
    above: list[Unit] = []  # the heads of the band
    for number, group in enumerate(groups):
        after = _first_unit(groups, number + 1)
        heads: list[Unit] = []
        labels = _joined_labels(group.labels)
        for index, unit in enumerate(labels):
            last = index == len(labels) - 1
            filled = last and any(value.text for value in group.values)
            if is_band(unit.text) or words_of(unit.text) == "信息内容":
                continue
            if _is_head20(unit.text) and not filled:
                heads.append(unit)
                continue
            match = article20_row(unit.text)
            if match is None and not last:
                continue
            if heads:
                grid.add([(1 + i, head) for i, head in enumerate(heads)], (), 1)
                above, heads = heads, []
            columns = counts.get(match[0], 1) if match else len(group.values) or 1
            row = group if last else replace(group, values=(), hard=False)
            if row.hard and row.width < widest.get(row.piece, 0):
                row = replace(row, width=0)
            row = replace(row, labels=(unit,))
            if row.hard and len(row.values) > columns == len(above) > 1:
                row = replace(row, values=under_heads(row, above))
            values = trust.place(row, columns, spacing, after)
            grid.add([(0, unit)], values, 1)
        if heads:
            grid.add([(1 + i, head) for i, head in enumerate(heads)], (), 1)
            above = heads
    return grid.table()


def _is_head20(text: str) -> bool:
    row = article20_row(text)
    return article20_head(text) is not None and (row is None or row[1] < 0.8)


def _joined_labels(units: Sequence[Unit]) -> list[Unit]:
    """Labels with the pieces of one that stands on several lines put together."""
    result: list[Unit] = []
    for unit in units:
        before = result[-1] if result else None
        if before is not None and not is_band(before.text) and not is_band(unit.text):
            whole = before.text + unit.text
            apart = max(_names20(before.text), _names20(unit.text))
            if _names20(whole) >= SURE > apart or _names20(whole) >= WHOLE > apart:
                result[-1] = replace(before, text=whole, end=unit.end)
                continue
        result.append(unit)
    return result


def _names20(text: str) -> float:
    """How well a text is a head or a row's label of part two."""
    row = article20_row(text)
    return max(row[1] if row else 0.0, article20_head_score(text))


def _applications(groups: Sequence[Group], trust: _Trust) -> FlatTable | None:
    grid = _Grid(Section.APPLICATIONS, LABELS + APPLICANTS)
    spacing = spacing_of(groups, APPLICANTS)
    padded = _padding(groups)
    widest = _widest(groups)
    groups = [_without_page_number(group, APPLICANTS) for group in groups]
    for number, group in enumerate(groups):
        after = _first_unit(groups, number + 1)
        pieces = _label_pieces(group.labels)
        rows = _rows_among(pieces, bool(group.values))
        for index, (outer, label) in enumerate(rows):
            last = index == len(rows) - 1
            row = group if last else replace(group, values=(), hard=False)
            if label is None and not row.values:
                continue
            if row.hard and row.width < widest.get(row.piece, 0):
                row = replace(row, width=0)  # shorter than the table: blanks at its end are gone
            row = replace(row, labels=(label,) if label else row.labels)
            several = trust.values and trust.blanks and _several_rows(row)
            one = replace(row, values=row.values[:APPLICANTS]) if several else row
            values = trust.place(one, APPLICANTS, spacing, None if several else after, padded)
            labels = [(LABELS - 1, label)] if label else []
            labels += [(i, unit) for i, unit in enumerate(outer[-(LABELS - 1) :])]
            grid.add(sorted(labels, key=lambda pair: pair[0]), values, LABELS)
            extra = row.values[APPLICANTS:] if several else ()
            for start in range(0, len(extra), APPLICANTS):  # rows whose labels are lost
                part = replace(row, labels=(), values=extra[start : start + APPLICANTS])
                grid.add((), place_values(part, APPLICANTS, spacing, None), LABELS)
    return grid.table()


def _several_rows(group: Group) -> bool:
    """Rows whose labels are lost, told by their sums."""
    texts = [unit.text for unit in group.values]
    if group.hard or len(texts) <= APPLICANTS or len(texts) % APPLICANTS:
        return False
    rows = [texts[at : at + APPLICANTS] for at in range(0, len(texts), APPLICANTS)]
    return all(_adds_up(row) for row in rows)


def _widest(groups: Sequence[Group]) -> dict[int, float]:
    """The width that each stretch of rows was cut to; infinite where rows are not equally wide."""
    widths: dict[int, Counter[int]] = {}
    for group in groups:
        if group.hard:
            widths.setdefault(group.piece, Counter())[group.width] += 1
    return {
        piece: max(counts) if counts[max(counts)] >= UNIFORM * counts.total() else math.inf
        for piece, counts in widths.items()
    }


def _padding(groups: Sequence[Group]) -> int | None:
    """The cell at which all rows' values begin, where merged labels are padded in place.

    Rows with fewer labels than others tell it: their first filled value does not stand behind
    their label, but where the values of the other rows begin.
    """
    hard = [g for g in groups if g.hard and len([u for u in g.values if u.text]) >= APPLICANTS - 1]
    if not hard:
        return None
    deepest = max(group.lead for group in hard)
    shallow = [group for group in hard if group.lead < deepest]
    if not shallow:
        return None
    firsts = Counter(
        group.lead + next(i for i, unit in enumerate(group.values) if unit.text)
        for group in shallow
    )
    return deepest if 2 * firsts[deepest] > len(shallow) else None


def _label_pieces(units: Sequence[Unit]) -> list[Unit]:
    """Labels cut where an ordinal begins one, the pieces of each put together."""
    pieces: list[Unit] = []
    open_piece = False  # the last piece began with an ordinal and may go on
    for unit in units:
        starts = [match.start() for match in _ORDINAL.finditer(unit.text)]
        starts = [at for at in starts if at == 0 or _begins_label(unit.text, at)]
        bounds = sorted({0, *starts, len(unit.text)})
        for start, end in itertools.pairwise(bounds):
            text = unit.text[start:end].strip()
            if not text:
                continue
            exact = unit.end - unit.start == len(unit.text)
            span = (unit.start + start, unit.start + end) if exact else (unit.start, unit.end)
            piece = replace(unit, text=text, start=span[0], end=span[1])
            begins = start in starts
            if pieces and pieces[-1].text == text:
                continue  # a converter that repeats merged cells
            if not begins and open_piece and not applicant(text) and not group_of(text):
                whole = pieces[-1].text + text
                pieces[-1] = replace(pieces[-1], text=whole, end=piece.end)
                continue
            pieces.append(piece)
            open_piece = begins
    return pieces


def _begins_label(text: str, at: int) -> bool:
    """Whether an ordinal inside a text begins a label: words stand before and behind it."""
    rest = text[at : at + 24]
    return application_row(rest) is not None or bool(group_of(rest)) or "办理结果" in rest


def _rows_among(pieces: Sequence[Unit], has_values: bool) -> list[tuple[list[Unit], Unit | None]]:
    """Label pieces as rows: the outer labels of each (part, group) and its own.

    Labels of rows whose values are all gone stand before the last one.
    """
    rows: list[tuple[list[Unit], Unit | None]] = []
    outer: list[Unit] = []
    for index, piece in enumerate(pieces):
        last = index == len(pieces) - 1
        if "办理结果" in piece.text and len(words_of(piece.text)) <= 9:
            outer.append(piece)
            continue
        group = group_of(piece.text)
        following = pieces[index + 1].text if not last else ""
        if group and not (last and has_values) and not (group == "other" and _ends(following)):
            outer.append(piece)
            continue
        match = application_row(piece.text)
        if (last and has_values) or (
            match is not None and match[1] >= 0.7 and _ORDINAL.match(piece.text)
        ):
            rows.append((outer, piece))
            outer = []
    if has_values and not pieces:
        rows.append(([], None))
    return rows


def _ends(following: str) -> bool:
    """Whether group (六) is one row: (七)总计 comes next, or nothing."""
    return not following or following.startswith(("(七", "（七"))


def _review(groups: Sequence[Group], trust: _Trust) -> FlatTable | None:
    grid = _Grid(Section.REVIEW, RESULTS)
    if not groups:
        return None
    heads = [unit for group in groups for unit in group.labels]
    hard = [group for group in groups if group.hard and len(group.values) >= 5]
    widest = _widest(groups)
    for start in range(0, len(heads), RESULTS):
        grid.add(list(enumerate(heads[start : start + RESULTS])), (), 0)
    if not trust.values:
        return grid.table()
    if hard:
        for group in hard:
            values = list(group.values)
            while len(values) > RESULTS and not values[-1].text:
                values.pop()
            trimmed = not values[-1].text or group.width < widest.get(group.piece, 0)
            if 0 < sum(1 for u in values if u.text) < RESULTS and trimmed:
                row = replace(group, values=tuple(values), lead=0, width=0)
                grid.add((), trust.place(row, RESULTS, spacing_of([], RESULTS), None), 0)
                continue
            placed = [Value(i, u.text, (u.start, u.end)) for i, u in enumerate(values[:RESULTS])]
            grid.add((), placed, 0)
        return grid.table()
    soft = tuple(unit for group in groups for unit in group.values)
    whole = replace(groups[-1], values=soft, hard=False)
    grid.add((), trust.place(whole, RESULTS, spacing_of([whole], RESULTS), None), 0)
    return grid.table()


def _out_of_order(groups: Sequence[Group]) -> bool:
    """Whether numbers stand where no row's are: the text is not in the order of the rows."""
    return any(_strange(group) for group in groups if not group.hard and group.values)


def _adds_up(texts: Sequence[str]) -> bool:
    """Whether the last of seven, or of each five, is the sum of the others."""
    numbers = [parse_amount(text).value for text in texts]
    if any(number is None for number in numbers) or len(numbers) not in (APPLICANTS, RESULTS):
        return len(numbers) not in (APPLICANTS, RESULTS)
    size = APPLICANTS if len(numbers) == APPLICANTS else RESULTS // 3
    blocks = [numbers[at : at + size] for at in range(0, len(numbers), size)]
    return all(sum(n or 0 for n in block[:-1]) == block[-1] for block in blocks)


def _without_page_number(group: Group, columns: int) -> Group:
    """A row without the number of the page behind it, where its sum shows which it is."""
    values = group.values
    if group.hard or len(values) != columns + 1 or not values[-1].text.isdecimal():
        return group
    if len(values[-1].text) > LONGEST_PAGE_NUMBER or not _adds_up([u.text for u in values[:-1]]):
        return group
    return replace(group, values=values[:-1])


def _strange(group: Group) -> bool:
    count = len(group.values)
    if group.section is Section.REVIEW:
        return count > RESULTS
    if group.section is Section.APPLICATIONS:
        pieces = _label_pieces(group.labels)
        count = len(_without_page_number(group, APPLICANTS).values)
        return (
            (count > APPLICANTS and not _several_rows(group))
            or not pieces
            or application_row(pieces[-1].text) is None
        )
    if group.section is Section.ARTICLE20:
        labels = _joined_labels(group.labels)
        return not labels or article20_row(labels[-1].text) is None
    return False


def _first_unit(groups: Sequence[Group], index: int) -> Unit | None:
    return groups[index].unit if index < len(groups) else None
