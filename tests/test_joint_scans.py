"""Cells of pixels decided together: what was read of them, and what they are believed to print."""

from __future__ import annotations

import pytest

from extractors.extracted import Extracted
from extractors.joint import decide, weighed, with_decided, with_verdicts
from extractors.scan.evidence import with_likeliest
from gouji.model import Box, Cause, Kind, RelationStatus
from gouji.reconcile import check_relations
from gouji.reconcile.relations import Value
from gouji.reports.amounts import parse_amount
from gouji.reports.fill import FormReading
from gouji.reports.filled import FilledCell
from gouji.reports.forms import value_keys
from ocr.cells.reading import CellInk, CellReading

INK = CellInk(0.05, 20, 0, 0, 0, False, 1, None)
KEY = "applications/granted_in_full/business"
ROW = {KEY: "7", "applications/granted_in_full/total": "7"}
FEED = {f"applications/{row}/{c}": "7" for row in ("requests_received", "processed_total")
        for c in ("business", "total")}  # fmt: skip
Candidates = tuple[tuple[str, float], ...]


def scanned(read: dict[str, Candidates]) -> tuple[FormReading, Extracted]:
    """A T21 whose cells say 0 but for one application granted seven times, and for ``read``."""
    texts = dict.fromkeys(value_keys("T21", False), "0") | ROW | FEED
    cells, readings = [], {}
    for number, (key, text) in enumerate(texts.items()):
        candidates = read.get(key, ((text, 0.9995),))
        best = candidates[0][0] if candidates else ""
        box = Box(0, number, 1, number + 1)
        amount = parse_amount(best)
        cells.append(FilledCell(key, best, amount, 1, box, 0, number, 1, reader="scan"))
        confidence = candidates[0][1] if candidates else 0.0
        readings[0, number, 1] = CellReading(best, candidates, confidence, (), 0.99, INK)
    form = with_likeliest(FormReading("T21", tuple(cells)), readings)
    return form, Extracted(1, readings=readings)


def decided(read: dict[str, Candidates]) -> dict[str, FilledCell]:
    form, found = scanned(read)
    return {cell.key: cell for cell in with_decided(form, decide(form, found, ())).cells}


def test_a_misread_cell_is_read_as_the_sums_say_and_keeps_what_was_read() -> None:
    cell = decided({KEY: (("1", 0.98), ("7", 0.015))})[KEY]
    assert cell.text == "1"
    assert cell.amount.value == 7


def test_a_rest_of_a_rule_is_no_sign() -> None:
    cell = decided({KEY: (("-7", 0.98),)})[KEY]
    assert cell.amount.value == 7


def test_a_reading_too_faint_to_stand_alone_stands_with_its_sums() -> None:
    assert decided({KEY: (("7", 0.4), ("1", 0.3))})[KEY].amount.value == 7
    alone = "article20/art20_5.licences/decisions"
    assert decided({alone: (("7", 0.4), ("1", 0.3))})[alone].amount.kind is Kind.UNREAD


@pytest.mark.parametrize("read", ["8.5", "3"])
def test_what_the_image_does_not_show_is_not_put_in(read: str) -> None:
    cell = decided({KEY: ((read, 0.97),)})[KEY]
    assert cell.text == read
    assert cell.amount == parse_amount(read)


def test_what_was_read_across_two_cells_is_neither_of_them() -> None:
    form, found = scanned({KEY: (("77", 0.6), ("7", 0.3))})
    shared = tuple(
        cell._replace(row=form.cells[0].row) if cell.key == KEY else cell for cell in form.cells
    )
    decoded = decide(FormReading("T21", shared), found, ())
    assert decoded is not None
    assert decoded.cells[KEY].prior.candidates == ()


def test_an_error_of_the_publisher_is_named_and_kept() -> None:
    sure = {k: ((t, 0.99999),) for k, t in (ROW | FEED).items()}
    read = {**sure, KEY: (("6", 0.99999),)}
    form, found = scanned(read)
    decoded = decide(form, found, ())
    assert decoded is not None
    cells = with_decided(form, decoded).cells
    values = {cell.key: Value(cell.amount.value, cell.amount.kind) for cell in cells}
    assert values[KEY].number == 6
    relations = with_verdicts(check_relations("T21", values), decoded)
    broken = [r for r in relations if r.level == "H" and r.status is RelationStatus.VIOLATED]
    assert {(r.id, r.scope) for r in broken} == {("R1", "granted_in_full"), ("R3", "business")}
    assert all(r.cause in (Cause.UNKNOWN, Cause.SOURCE_INCONSISTENT) for r in broken)


def test_alternatives_are_weighed_anew() -> None:
    form, found = scanned({KEY: (("1", 0.98), ("7", 0.015))})
    decoded = decide(form, found, ())
    assert decoded is not None
    alternatives = weighed(decoded.cells[KEY])
    assert [a.text for a in alternatives] == ["7", "1"]
    assert alternatives[0].p > 0.98


def test_digital_documents_are_not_decided() -> None:
    form, _ = scanned({})
    assert decide(form, Extracted(1), ()) is None
