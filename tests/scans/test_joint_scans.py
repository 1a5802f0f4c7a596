"""Cells of pixels decided together: what was read of them, and what they are believed to print."""

from __future__ import annotations

from decimal import Decimal

import pytest

from extractors.extracted import Extracted
from extractors.joint import Decided, decide, decide_text, weighed, with_decided
from extractors.pdf.second_opinion import Opinion
from extractors.scan.evidence import reading_of, sureness, with_likeliest
from gouji.model import (
    Agreement,
    Box,
    Cause,
    Kind,
    ProseFact,
    RelationResult,
    RelationStatus,
)
from gouji.reconcile import check_relations
from gouji.reconcile.relations import Value
from gouji.reconcile.verdicts import with_verdicts
from gouji.reports.amounts import parse_amount
from gouji.reports.fill import FormReading
from gouji.reports.filled import FilledCell
from gouji.reports.forms import value_keys
from ocr.cells import CellInk, CellReading

INK = CellInk(0.05, 20, 0, 0, 0, False, 1, None)
KEY = "applications/granted_in_full/business"
ROW_TOTAL = "applications/granted_in_full/total"
ROW = {KEY: "7", ROW_TOTAL: "7"}
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


@pytest.mark.parametrize("left", [(), (("7", 0.2),)])
def test_what_was_left_of_a_digit_is_read_where_sums_want_it(left: Candidates) -> None:
    form, found = scanned({KEY: ()})
    number = next(n for n, cell in enumerate(form.cells) if cell.key == KEY)
    found.readings[0, number, 1] = CellReading("", left, 0.7, (), 0.7, INK)  # dropped as dust
    decided = {cell.key: cell for cell in with_decided(form, decide(form, found, ())).cells}
    assert decided[KEY].text == ""
    assert decided[KEY].amount.value == (7 if left else None)
    assert decided[ROW_TOTAL].amount.value == 7


def test_a_rest_of_a_rule_is_no_sign() -> None:
    cell = decided({KEY: (("-7", 0.98),)})[KEY]
    assert cell.amount.value == 7


def test_a_count_is_read_without_the_sign_that_was_seen_before_it() -> None:
    form, _ = scanned({KEY: (("-129", 0.6), ("-12", 0.1), ("12", 0.01))})
    cell = next(cell for cell in form.cells if cell.key == KEY)
    assert (cell.text, cell.amount.value) == ("129", 129)


def test_a_point_before_three_digits_of_a_count_is_a_comma_in_small_print() -> None:
    decisions, fees = (
        f"article20/art20_{row}"
        for row in ("5.licences/decisions", "8.administrative_fees/amount_wan_yuan")
    )
    read = {decisions: (("1.326.367", 0.99),), fees: (("326.367", 0.99),)}
    form, found = scanned(read)
    cells = {cell.key: cell for cell in form.cells}
    assert cells[decisions].amount.value == 1326367
    assert cells[fees].amount.value == Decimal("326.367")
    both = decided(read)
    assert both[decisions].amount.value == 1326367
    assert sureness(cells[decisions], reading_of(cells[decisions], found)) <= 0.9


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


def digital(texts: dict[str, str]) -> FormReading:
    """The same form as the text of a digital document."""
    form, _ = scanned({})
    cells = tuple(
        cell._replace(text=text, amount=parse_amount(text), reader="pdf_table")
        for cell in form.cells
        for text in [texts.get(cell.key, cell.text or "")]
    )
    return FormReading("T21", cells)


def violated(form: FormReading, decided: Decided) -> list[RelationResult]:
    values = {cell.key: Value(cell.amount.value, cell.amount.kind) for cell in form.cells}
    relations = with_verdicts(check_relations("T21", values), decided.decoded)
    return [r for r in relations if r.status is RelationStatus.VIOLATED]


def test_pixels_alone_are_decided_before_the_sums_are_tried() -> None:
    form, _ = scanned({})
    assert decide(form, Extracted(1), ()) is None


@pytest.mark.parametrize(
    "texts",
    [
        {KEY: "8"},
        {KEY: "7,000"},
        {"applications/granted_in_full/total": "0"},
        # into the wrong column
        {KEY: "0", "applications/granted_in_full/research": "7"},
    ],
)
def test_a_digital_document_says_what_its_publisher_printed(texts: dict[str, str]) -> None:
    form = digital(texts)
    decided = decide_text(form, {}, ())
    assert with_decided(form, decided.decoded) == form
    broken = violated(form, decided)
    assert broken
    assert {r.cause for r in broken} == {Cause.SOURCE_INCONSISTENT}
    assert all(r.by_source is not None and 0.9 <= r.by_source <= 1 for r in broken)


@pytest.mark.parametrize("doubt", ["damaged", "misplaced", "unlike label", "without rules"])
def test_where_text_may_be_another_cells_nobody_is_blamed(doubt: str) -> None:
    form = digital({KEY: "8"})
    cells = {cell.key: cell for cell in form.cells}
    changes: dict[str, dict[str, object]] = {
        "damaged": {}, "misplaced": {"placing": 0.5}, "unlike label": {"label_score": 0.4},
        "without rules": {"reader": "pdf_table_aligned"},
    }  # fmt: skip
    cells[KEY] = cells[KEY]._replace(**changes[doubt])  # type: ignore[arg-type]
    form = FormReading("T21", tuple(cells.values()))
    decided = decide_text(form, {}, (), [KEY] if doubt == "damaged" else ())
    assert Cause.SOURCE_INCONSISTENT not in {r.cause for r in violated(form, decided)}
    assert {c.amount.value for c in form.cells if c.key == KEY} == {8}


def test_what_two_readers_of_a_file_say_differently_is_decided_by_the_sums() -> None:
    form = digital({KEY: "8"})
    opinions = {KEY: Opinion(Agreement.DISAGREES, "7", "pdfplumber")}
    cells = {cell.key: cell for cell in with_decided(
        form, decide_text(form, opinions, ()).decoded
    ).cells}  # fmt: skip
    assert (cells[KEY].amount.value, cells[KEY].text) == (7, "8")
    opinions = {KEY: Opinion(Agreement.DISAGREES, "9", "pdfplumber")}
    assert with_decided(form, decide_text(form, opinions, ()).decoded) == form


def test_a_number_of_the_narrative_that_may_mean_several_sums_blames_nobody() -> None:
    form = digital({})
    facts = [ProseFact("requests_received", n, False, 1, f"收到{n}件") for n in (7, 5)]
    decoded = decide_text(form, {}, facts).decoded
    stated = [c for c in decoded.checks if c.check.level == "S"]
    assert [(c.check.id, c.after) for c in stated] == [
        ("R9", RelationStatus.VIOLATED), ("R9", RelationStatus.HOLDS),
    ]  # fmt: skip
    assert all(c.cause in (None, Cause.UNKNOWN) for c in stated)


def test_a_mark_for_none_that_is_hardly_believed_is_no_reading_whatever_the_sums_say() -> None:
    faint = (("—", 0.05), ("6", 0.02))
    empty = "applications/refused.state_secret/business"
    assert decided({empty: faint})[empty].amount.kind is Kind.UNREAD
