"""What a person decides settles other cells by the sums."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from review_making import PERSON, TOTAL, Clerk, filled_report, opened_app

from gouji.model import Alternative, CellState
from review.joint import by_sums

SHA = filled_report().source.sha256


def doubtful_pair() -> object:
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
    with opened_app(tmp_path, reading, redecode=by_sums) as (client, store):  # type: ignore[arg-type]
        clerk = Clerk(client, SHA)
        assert len(clerk.view["order"]) == 6
        said = clerk.decide(PERSON, "correct", "8").json()
        assert len(said["settled"]) == 5
        assert {said["cells"][key]["shown"] for key in said["settled"]} == {"8"}
        assert store.queue.cells(SHA) == {}
        clerk.decide("", "undo")
        assert len(store.queue.cells(SHA)) == 6
