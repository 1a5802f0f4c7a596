"""DOCX: whole reports however they were made, cell by cell."""

from __future__ import annotations

import pytest
from docx_making import r, read, text_of
from docx_reports import WAYS, facts_and_document, report
from shares import one_in

from gouji.model import DocumentReading
from samples.generator.codes import Form
from samples.generator.facts import ReportFacts


def wrong_cells(facts: ReportFacts, reading: DocumentReading) -> dict[str, object]:
    """Cells that are not as the report prints them."""
    got = {cell.key: (cell.value, str(cell.kind)) for cell in reading.cells}
    wanted = {key: (cell.value, cell.kind) for key, cell in facts.cells.items()}
    keys = got.keys() | wanted.keys()
    return {k: (wanted.get(k), got.get(k)) for k in keys if got.get(k) != wanted.get(k)}


# --- whole reports ---


@pytest.mark.parametrize("way", one_in(3, WAYS))
@pytest.mark.parametrize("form", list(Form))
def test_every_cell_of_a_report_is_read_however_it_was_made(way: str, form: Form) -> None:
    facts, document = facts_and_document(WAYS.index(way), form)
    reading = read(report(document, way))
    assert reading.failures == ()
    assert wrong_cells(facts, reading) == {}
    assert reading.report is not None
    assert reading.report.template == facts.form.template
    assert reading.report.title == facts.title
    assert reading.report.report_year == facts.report_year
    assert reading.report.issuer == facts.issuer.name


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_many_reports_are_read_however_they_were_made(way: str) -> None:
    for seed in range(20, 40):
        for form in Form:
            facts, document = facts_and_document(seed, form)
            assert wrong_cells(facts, read(report(document, way, seed))) == {}, (seed, form)


def test_the_place_of_a_cell_is_its_table_row_and_column() -> None:
    facts, document = facts_and_document(3, Form.T21, habits=None)
    reading = read(report(document, "plain"))
    for cell in reading.cells:
        assert cell.place is not None
        assert cell.place.reader == "docx"
        assert cell.place.page is None
        assert cell.place.box is None
        assert cell.place.table is not None
        table = reading.tables[cell.place.table]
        (found,) = [
            c for c in table.cells if (c.row, c.column) == (cell.place.row, cell.place.column)
        ]
        assert found.text == cell.as_read
    assert wrong_cells(facts, reading) == {}


def test_labels_that_word_counts_are_in_the_text() -> None:
    _, document = facts_and_document(3, Form.T21)
    data = report(document, "numbered")
    assert text_of(data).split() == text_of(report(document, "plain")).split()
    assert text_of(data).count("一、") >= 1


@pytest.mark.parametrize("more", ["", "0"])
def test_a_number_of_two_runs_is_accepted_only_where_its_sums_hold(more: str) -> None:
    facts, document = facts_and_document(3, Form.T21, habits=None)
    key, number = next(
        (key, str(cell.value))
        for key, cell in facts.cells.items()
        if key.startswith("applications/") and (cell.value or 0) > 9
    )
    runs = r(number[0]) + r(number[1:] + more)
    reading = read(report(document, "plain", runs={key: runs}))
    (cell,) = [cell for cell in reading.cells if cell.key == key]
    assert cell.value == int(number + more)
    assert cell.state == ("review" if more else "accepted")


def test_numbers_in_paragraphs_or_behind_tabs_are_not_made_one() -> None:
    facts, document = facts_and_document(3, Form.T21, habits=None)
    first, second, *_ = [key for key in facts.cells if key.startswith("applications/")]
    tab = "<w:r><w:t>5</w:t><w:tab/><w:t>120</w:t></w:r>"
    found = read(report(document, "plain", runs={first: r("1\n2"), second: tab}))
    for cell in found.cells:
        if cell.key in (first, second):
            assert (cell.value, cell.kind) == (None, "unread")
