"""A flattened report as lines of narrative and tables with the grid of the form rebuilt."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gouji.model import GridCell

from ..rows import Section
from .groups import Group, groups_of
from .indicators import find_indicators, indicator_rows
from .labels import SURE
from .layout import FlatLine, FlatTable, FlatText
from .parts import applications_table, article20_table, review_table
from .regions import Region, find_regions, is_heading
from .trust import FEWEST_ROWS, Trust, deduplicated, numbers_run_on, out_of_order
from .units import TextLine, Unit, clean_line, text_lines
from .values import keeps_blanks, spacing_of
from .words import application_row

# Flags: every line that repeats another was dropped; numbers stand where no row's are.
DEDUPLICATED = "lines_deduplicated"
OUT_OF_ORDER = "text_out_of_order"
RUN_ON = "numbers_run_on"  # to labels, where nobody can say how many they are
LOST = "\ufffd"


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
    trust = Trust(in_place=keeps_blanks(every), spacing=spacing_of(every))
    if deduplicated(every):
        flags.append(DEDUPLICATED)
        trust = Trust(values=False, blanks=False)
    elif LOST in "".join(line.text for r in regions for line in lines[r.first : r.last]):
        trust = replace(trust, blanks=False)  # numbers may be among what is lost
    elif out_of_order(every):
        flags.append(OUT_OF_ORDER)
        trust = replace(trust, blanks=False)
    if numbers_run_on(every):
        flags.append(RUN_ON)
        trust = replace(trust, blank_rows=False)
    tables = _tables(every, _units_behind(lines, regions, groups), trust)
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


def _tables(
    groups: Sequence[Group], behind: Mapping[Section, Unit], trust: Trust
) -> dict[Section, FlatTable]:
    def of(section: Section) -> tuple[list[Group], Unit | None]:
        return [group for group in groups if group.section is section], behind.get(section)

    two, after = of(Section.ARTICLE20)
    made = (
        article20_table(two, groups, after, trust),
        applications_table(*of(Section.APPLICATIONS), trust),
        review_table(*of(Section.REVIEW), trust),
    )
    return {table.section: table for table in made if table is not None}


def _units_behind(
    lines: Sequence[TextLine], regions: Sequence[Region], groups: Sequence[Sequence[Group]]
) -> dict[Section, Unit]:
    """What follows each table: the separators before it tell blank cells at the table's end."""
    behind: dict[Section, Unit] = {}
    for region, found in zip(regions, groups, strict=True):
        for group, after in itertools.pairwise(found):
            if after.section is not group.section and after.unit is not None:
                behind[group.section] = after.unit
        if found and region.last < len(lines):
            behind[found[-1].section] = lines[region.last].units[0]
    return behind


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
        GridCell(number, column, 1, span, unit.text, (unit.start, unit.end))
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
