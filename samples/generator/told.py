"""What a file still tells of the form's cells, when its layout has lost some of the table.

A layout that drops blank cells cannot be read beyond its complete rows; one that runs numbers
together hardly at all. The truth beside such a sample says so: a cell that the file does not tell
is no number there, and where two readings are right, both are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from samples.generator.document import Document
from samples.generator.forms import TableLayout
from samples.generator.printing import Printed, as_json_number
from samples.generator.reports import AnyFacts, relations_of

NOT_IN_SOURCE = "cell_not_in_source"
UNREAD = "unread"
NOBODY_KNOWS = ("unread", "cell_not_in_source")

Cells = Mapping[str, Printed]


@dataclass(frozen=True, slots=True)
class Told:
    """What a file tells of the cells.

    ``hidden`` names the cells whose content it does not tell, each with the kind that says so;
    ``also`` for a cell the other readings [value, kind] that are right as well.
    """

    hidden: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, tuple[tuple[Any, str], ...]] = field(default_factory=dict)

    def __or__(self, other: Told) -> Told:
        """Both losses; what the second hides stays hidden."""
        also = {
            key: tuple(dict.fromkeys((*self.also.get(key, ()), *other.also.get(key, ()))))
            for key in (*self.also, *other.also)
        }
        return Told({**self.hidden, **other.hidden}, also)


EVERYTHING = Told()
Policy = Callable[[Cells, Sequence[Sequence[str]]], Told]


def value_rows(document: Document) -> list[tuple[str, ...]]:
    """The keys of each printed row that has value cells, from the left."""
    found = []
    for block in document.blocks:
        if isinstance(block, TableLayout):
            for row in range(block.rows):
                cells = sorted(block.cells_of_row(row), key=lambda cell: cell.column)
                if keys := tuple(cell.key for cell in cells if cell.key):
                    found.append(keys)
    return found


def everything(cells: Cells, rows: Sequence[Sequence[str]]) -> Told:
    """Every cell has kept its place, blank ones too."""
    return EVERYTHING


def blanks_lost(cells: Cells, rows: Sequence[Sequence[str]]) -> Told:
    """Blank cells leave no trace: a row with some of its values tells none, an empty row is blank.

    Nobody can say which of the columns the numbers that are left belong to.
    """
    return _hide(key for row in rows if _some_blank(cells, row) for key in row)


def blanks_faint(cells: Cells, rows: Sequence[Sequence[str]]) -> Told:
    """Blank cells leave a blank line or a gap: a person can tell them, a program need not."""
    keys = [key for row in rows if _some_blank(cells, row) for key in row]
    return Told(also={key: tuple((None, kind) for kind in NOBODY_KNOWS) for key in keys})


def seen_by_places(cells: Cells, rows: Sequence[Sequence[str]]) -> Told:
    """Columns are told only by where words stand: to read nothing is right as well."""
    return Told(also={key: tuple((None, kind) for kind in NOBODY_KNOWS) for key in cells})


def labels_damaged(cells: Cells, rows: Sequence[Sequence[str]]) -> Told:
    """Letters of the labels are gone: to read nothing beside them is right as well."""
    kinds = (*NOBODY_KNOWS, "text_damaged")
    return Told(also={key: tuple((None, kind) for kind in kinds) for key in cells})


def nothing_sure(cells: Cells, rows: Sequence[Sequence[str]]) -> Told:
    """Rows may have come apart, and blank cells leave no trace."""
    return seen_by_places(cells, rows) | blanks_lost(cells, rows)


def run_together(cells: Cells, rows: Sequence[Sequence[str]]) -> Told:
    """The values of a row stand without a blank between them: 規章000.

    A row of one column is known, and n columns that show the same digit n times. Where n columns
    show n digits that differ, either the numbers or no number is right; else no number is.
    """
    told = EVERYTHING
    for row in rows:
        texts = [cells[key].text for key in row]
        joined = "".join(texts)
        if len(row) == 1 or not joined:
            continue
        one_digit_each = joined.isdigit() and all(len(text) == 1 for text in texts)
        if one_digit_each and len(set(joined)) == 1:
            continue
        hidden = _hide(row, UNREAD, (NOT_IN_SOURCE, "text_damaged"))
        if one_digit_each or not any(c.isdigit() for c in joined):
            readings = {key: (as_json_number(cells[key].value), cells[key].kind) for key in row}
            also = {key: (*hidden.also[key], readings[key]) for key in row}
            hidden = replace(hidden, also=also)
        told |= hidden
    return told


def lines_kept_once(kept: Sequence[bool], cells: Cells, rows: Sequence[Sequence[str]]) -> Told:
    """Every line of the page that had been there before was dropped; ``kept`` follows the cells.

    Only a row that kept all its values can be read, and even that takes faith.
    """
    survived = dict(zip((key for row in rows for key in row), kept, strict=True))
    told = EVERYTHING
    for row in rows:
        hidden = _hide(row, NOT_IN_SOURCE, (UNREAD,))
        if all(survived[key] for key in row):
            readings = {key: (as_json_number(cells[key].value), cells[key].kind) for key in row}
            also = {key: (*hidden.also[key], readings[key]) for key in row}
            hidden = replace(hidden, also=also)
        told |= hidden
    return told


def not_there(keys: Iterator[str] | Sequence[str]) -> Told:
    """The layout has cut these cells off."""
    return _hide(keys, NOT_IN_SOURCE, ())


def _hide(
    keys: Iterator[str] | Sequence[str],
    kind: str = UNREAD,
    others: Sequence[str] = (NOT_IN_SOURCE,),
) -> Told:
    names = list(keys)
    also = {key: tuple((None, other) for other in others) for key in names if others}
    return Told(dict.fromkeys(names, kind), also)


def _some_blank(cells: Cells, row: Sequence[str]) -> bool:
    blank = sum(1 for key in row if cells[key].text == "")
    return 0 < blank < len(row)


def tell(truth: dict[str, Any], facts: AnyFacts, told: Told) -> dict[str, Any]:
    """The truth of a sample, less what its file does not tell."""
    values, kinds = dict(truth["cells"]), dict(truth["kinds"])
    for key, kind in told.hidden.items():
        values[key], kinds[key] = None, kind
    violated, untestable = set(facts.verdict.violated), set(facts.verdict.untestable)
    for relation in relations_of(facts):
        if any(key in told.hidden for key in (*relation.left, *relation.right)):
            violated.discard((relation.id, relation.scope))
            untestable.add((relation.id, relation.scope))
    ordered = [(relation.id, relation.scope) for relation in relations_of(facts)]
    changed = {
        "cells": values,
        "kinds": {key: kinds[key] for key in values if key in kinds},
        "violated": [list(pair) for pair in ordered if pair in violated],
        "untestable": [list(pair) for pair in ordered if pair in untestable],
    }
    if told.also:
        changed["accepted"] = {
            key: [list(reading) for reading in told.also[key]] for key in values if key in told.also
        }
    return truth | changed
