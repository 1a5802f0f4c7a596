"""What a person decides settles other cells by the sums."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from review_making import PERSON, TOTAL, Clerk, filled_report, opened_app

from flows.keeping import Keeper
from flows.settings import Settings
from flows.sources import Found
from gouji.model import Alternative, CellState, DocumentReading, Kind
from gouji.reconcile.calibration import evidence_fields
from gouji.reconcile.decoding import Candidate, CellEvidence
from gouji.reconcile.decoding import Reading as ReaderSaid
from gouji.store import Store
from review.joint import by_sums

SHA = filled_report().source.sha256


def doubtful_pair() -> DocumentReading:
    """A number and its total, each in doubt between two readings that go together."""
    reading = filled_report(doubts=0)
    cells = tuple(
        replace(
            cell,
            value=3, as_printed=3, as_read="3", confidence=0.6, state=CellState.REVIEW,
            alternatives=(Alternative("3", 0.6), Alternative("8", 0.4)),
        )
        if cell.key in (PERSON, TOTAL, *(
            f"applications/{row}/{column}"
            for row in ("granted_in_full", "processed_total")
            for column in ("natural_person", "total")
        ))
        else cell
        for cell in reading.cells
    )  # fmt: skip
    return replace(reading, cells=cells)


def test_one_answer_settles_what_the_sums_tie_to_it(tmp_path: Path) -> None:
    reading = doubtful_pair()
    with opened_app(tmp_path, reading, redecode=by_sums) as (client, store):
        clerk = Clerk(client, SHA)
        assert len(clerk.view["order"]) == 6
        said = clerk.decide(PERSON, "correct", "8").json()
        assert len(said["settled"]) == 5
        assert {said["cells"][key]["shown"] for key in said["settled"]} == {"8"}
        assert store.queue.cells(SHA) == {}
        clerk.decide("", "undo")
        assert len(store.queue.cells(SHA)) == 6


def with_evidence(reading: DocumentReading) -> DocumentReading:
    """The reading as a scan leaves it: each cell with what the recogniser said of it."""
    cells = []
    for cell in reading.cells:
        said = tuple(Candidate(int(a.text), Kind.NUMBER, a.p, a.text) for a in cell.alternatives)
        evidence = CellEvidence(cell.key, (ReaderSaid("ppocr", said),), whole=True)
        cells.append(replace(cell, evidence=evidence_fields(evidence)))
    return replace(reading, cells=tuple(cells))


def kept(work: Path, reading: DocumentReading) -> dict[str, float]:
    """The queue of the report after a run kept it."""
    path = work / "a.pdf"
    path.write_bytes(b"scan")
    with Keeper(Settings(work=work), "read") as keeper:
        keeper.keep(Found(path, path), reading)
    with Store.open(None, work) as store:
        return store.queue.cells(reading.source.sha256)


def test_a_scan_is_queued_by_what_its_sums_would_settle(tmp_path: Path) -> None:
    reading = with_evidence(doubtful_pair())
    reading = replace(reading, source=replace(reading.source, sha256="a" * 64))
    gains = kept(tmp_path, reading)
    assert gains == {each.key: each.gain for each in by_sums(reading, {})}
    assert min(gains.values()) > 0.45  # its own doubt is 0.4: an answer settles the others too
    assert len(gains) == 6


def test_evidence_that_nobody_understands_costs_no_reading(tmp_path: Path) -> None:
    reading = doubtful_pair()
    cells = tuple(replace(cell, evidence={"readings": "no list"}) for cell in reading.cells)
    gains = kept(tmp_path, replace(reading, cells=cells))
    assert set(gains.values()) == {1 - 0.6}
