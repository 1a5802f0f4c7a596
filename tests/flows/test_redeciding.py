"""Reports decided again: last year's report and copies speak, and only of what the image shows."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import gouji
from hypothesis import given, settings
from hypothesis import strategies as st
from review_making import filled_report

from gouji.model import CellState, DocumentReading, Kind, Number, ReportCell
from gouji.reconcile.calibration import Calibration, evidence_fields, evidence_of
from gouji.reconcile.decoding import (
    Beside,
    Candidate,
    CellEvidence,
    CellPrior,
    Reading,
    heard_copies,
    with_beside,
)
from gouji.reconcile.redeciding import agreed, decide_beside
from gouji.reconcile.relations import Value
from gouji.store import ReadingFilter, Store

CARRIED = "applications/carried_over_from_previous_year/business"
FORWARD = "applications/carried_forward_to_next_year/business"
# All that sums tie to what was carried over, where nothing was received and processed.
TIED = tuple(
    f"applications/{row}/{column}"
    for row in ("carried_over_from_previous_year", "carried_forward_to_next_year")
    for column in ("business", "total")
)
EITHER = dict.fromkeys(TIED, ((8, 0.6), (3, 0.38)))
LONE = "article20/art20_1.regulations/in_force"
Said = tuple[int, float]


def scanned(
    said: Mapping[str, tuple[Said, ...]], what: object = 0, year: int = 2023
) -> DocumentReading:
    """A scan of zeros but for the cells said, with the evidence of its pixels."""
    reading = filled_report(what, doubts=0, year=year)
    cells = []
    for cell in reading.cells:
        read = said.get(cell.key, ((0, 0.9999),))
        named = tuple(Candidate(n, Kind.NUMBER, p, str(n)) for n, p in read)
        evidence = CellEvidence(cell.key, (Reading("scan", named),))
        number, p = read[0]
        state = CellState.ACCEPTED if p > 0.98 else CellState.REVIEW
        cells.append(
            replace(
                cell, value=number, as_printed=number, as_read=str(number), confidence=p,
                state=state, evidence=evidence_fields(evidence),
            )
        )  # fmt: skip
    return replace(reading, cells=tuple(cells))


def digital(values: Mapping[str, Number], what: object = 1, year: int = 2022) -> DocumentReading:
    """A digital report of zeros but for these values."""
    reading = filled_report(what, doubts=0, year=year)
    place = reading.cells[0].place
    assert place is not None
    return replace(
        reading,
        cells=tuple(
            replace(
                cell, value=values.get(cell.key, 0), as_read="", confidence=0.9995,
                place=replace(place, reader="pdf_table"), alternatives=(),
            )
            for cell in reading.cells
        ),
    )  # fmt: skip


def cell_of(reading: DocumentReading, key: str) -> ReportCell:
    return next(cell for cell in reading.cells if cell.key == key)


def again(reading: DocumentReading, beside: Beside) -> DocumentReading:
    found = decide_beside(reading, beside, Calibration())
    assert found is not None
    return found.reading


def test_what_was_carried_over_is_what_last_years_report_carried_forward() -> None:
    reading = scanned(EITHER)
    cell = cell_of(again(reading, Beside({FORWARD: Value(3, Kind.NUMBER)})), CARRIED)
    assert (cell.value, cell.as_read, cell.state) == (3, "8", CellState.REVIEW)
    assert cell.evidence is not None
    assert evidence_of(CARRIED, cell.evidence).last_year == 3


def test_a_copy_decides_between_what_the_image_supports() -> None:
    reading = scanned({LONE: ((8, 0.6), (3, 0.38))})
    cell = cell_of(again(reading, Beside(copies=[{LONE: Value(3, Kind.NUMBER)}])), LONE)
    assert (cell.value, cell.as_read) == (3, "8")


@pytest.mark.parametrize("key", [LONE, CARRIED])
def test_no_other_document_puts_in_what_the_image_does_not_show(key: str) -> None:
    reading = scanned({key: ((8, 0.95),)})
    beside = Beside(
        {FORWARD: Value(3, Kind.NUMBER)}, [{key: Value(3, Kind.NUMBER)} for _ in range(3)]
    )
    cell = cell_of(again(reading, beside), key)
    assert cell.value == 8
    assert cell.confidence < 0.95  # but it is less sure


@pytest.mark.parametrize(
    "beside", [Beside(), Beside({}, ()), Beside({"a/b/c": Value(1, Kind.NUMBER)})]
)
def test_where_nothing_is_said_nothing_is_decided(beside: Beside) -> None:
    assert decide_beside(scanned({LONE: ((8, 0.6),)}), beside, Calibration()) is None


def test_text_of_a_digital_document_without_a_fault_stands() -> None:
    beside = Beside(copies=[{LONE: Value(3, Kind.NUMBER)}])
    assert decide_beside(digital({LONE: 8}), beside, Calibration()) is None


def test_what_a_person_decided_stands() -> None:
    reading = scanned({LONE: ((8, 0.6), (3, 0.38))})
    cells = tuple(
        replace(cell, state=CellState.CONFIRMED, confidence=1.0) if cell.key == LONE else cell
        for cell in reading.cells
    )
    decided = again(replace(reading, cells=cells), Beside(copies=[{LONE: Value(3, Kind.NUMBER)}]))
    assert (cell_of(decided, LONE).value, cell_of(decided, LONE).confidence) == (8, 1.0)


copies = st.lists(
    st.dictionaries(
        st.sampled_from([LONE, CARRIED]),
        st.builds(Value, st.integers(0, 4), st.just(Kind.NUMBER))
        | st.builds(Value, st.none(), st.sampled_from([Kind.BLANK, Kind.UNREAD])),
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None)
@given(copies, st.randoms(use_true_random=False))
def test_neither_the_order_of_copies_matters_nor_how_often_they_say_the_same(
    said: list[dict[str, Value]], places: object
) -> None:
    evidences = [CellEvidence(LONE, ()), CellEvidence(CARRIED, ())]
    expected = with_beside(evidences, Beside(copies=said))
    for order in itertools.islice(itertools.permutations(said), 6):
        assert with_beside(evidences, Beside(copies=[*order, *order])) == expected


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.floats(0, 1)), max_size=4),
    st.dictionaries(st.integers(0, 6), st.floats(0, 0.4), max_size=2),
)
def test_copies_leave_a_prior_a_prior(
    read: list[tuple[int, float]], said: dict[int, float]
) -> None:
    prior = CellPrior.of("a", [Candidate(n, Kind.NUMBER, p) for n, p in read])
    heard = heard_copies(prior, [Candidate(n, Kind.NUMBER, p) for n, p in said.items()])
    assert {c.number for c in heard.candidates} == {c.number for c in prior.candidates}
    assert sum(c.p for c in heard.candidates) + heard.other == pytest.approx(1)


def test_of_several_reports_only_what_they_agree_on_counts() -> None:
    one, two = Value(1, Kind.NUMBER), Value(2, Kind.NUMBER)
    assert agreed([{"a": one, "b": one}, {"a": one, "b": two}, {"c": two}]) == {"a": one, "c": two}


@pytest.mark.slow
def test_a_store_is_decided_anew_whatever_the_order_of_its_reports(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(work: Path) -> str:
        assert gouji("reconcile", "--work", work) == 0
        return capsys.readouterr().out

    first = digital({FORWARD: 3}, "last year", 2022)
    scan = scanned(EITHER | {LONE: ((1, 0.7), (7, 0.29))}, "this year")
    copy = digital({LONE: 7} | dict.fromkeys(TIED, 3), "its DOCX", 2023)
    seen = []
    for number, order in enumerate(itertools.permutations((first, scan, copy))):
        work = tmp_path / str(number)
        with Store.open(None, work) as store:
            for reading in order:
                store.save(reading)
        assert "5 cells read otherwise" in run(work)
        again_said = run(work)  # a second run hears the same: nothing feeds on itself
        with Store.open(None, work) as store:
            assert store.count(ReadingFilter(current=False)) == 4
            found = store.load(scan.source.sha256)
        assert found is not None
        assert (cell_of(found, CARRIED).value, cell_of(found, LONE).value) == (3, 7)
        seen.append((found, again_said))
    assert all(each == seen[0] for each in seen)
