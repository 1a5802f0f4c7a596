"""What decisions do to a report: values, sums, the queue; and what two people see of each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from review_making import PERSON, TOTAL, Clerk, filled_report, form_cell, opened_app, view_of
from shares import one_in
from stored_readings import page_less

from gouji.model import CellChange, CellState, CellValue, DocumentReading, Kind, Pipeline
from gouji.reports.forms import value_keys
from gouji.store import Store
from review.layout import form_tables, label_of
from review.view import shown

SHA = filled_report().source.sha256


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, Store]]:
    """One application for all that must write nothing."""
    with opened_app(tmp_path_factory.mktemp("work"), filled_report()) as opened:
        yield opened
        assert opened[1].reviews.newest() == []


def values(store: object, sha256: str = SHA) -> dict[str, object]:
    from review.desk import Desk

    opened = Desk(store).open(sha256)  # type: ignore[arg-type]
    return {
        c.key: (c.value if c.kind is Kind.NUMBER else str(c.kind)) for c in opened.reading.cells
    }


@pytest.mark.parametrize(
    ("action", "text", "value", "state"),
    one_in(
        3,
        [
            ("confirm", None, 0, "confirmed"),
            ("correct", "12", 12, "corrected"),
            ("correct", "1,234", 1234, "corrected"),
            ("correct", "１２", 12, "corrected"),
            ("correct", "0", 0, "confirmed"),
            ("correct", "/", "not_applicable", "corrected"),
            ("blank", None, "blank", "corrected"),
            ("not_applicable", None, "not_applicable", "corrected"),
            ("unreadable", None, "text_damaged", "corrected"),
            ("source_says_so", None, 0, "confirmed"),
        ],
    ),
)
def test_a_decision_says_what_the_cell_holds(
    tmp_path: Path, action: str, text: str | None, value: object, state: str
) -> None:
    with opened_app(tmp_path, filled_report()) as (client, store):
        clerk = Clerk(client, SHA)
        answer = clerk.decide(PERSON, action, text)
        assert answer.status_code == 200, answer.text
        said = answer.json()
        assert said["cells"][PERSON]["state"] == state
        assert values(store)[PERSON] == value
        assert PERSON not in said["order"]
        assert store.queue.cells(SHA).keys() == set(said["order"])


@pytest.mark.parametrize("text", ["", " ", "abc", "1 2", "-4", "9" * 61, "<script>", "?3", None])
def test_what_is_no_number_is_refused_and_nothing_written(
    lasting: tuple[TestClient, Store], text: str | None
) -> None:
    client, store = lasting
    answer = Clerk(client, SHA).decide(PERSON, "correct", text)
    assert answer.status_code == 422
    assert answer.json()["error"] == "not_a_number"
    assert store.reviews.newest() == []


def test_what_was_not_read_cannot_be_confirmed(tmp_path: Path) -> None:
    unread = replace(form_cell(PERSON, 1, doubt=0.5), value=None, kind=Kind.UNREAD)
    reading = replace(filled_report(), cells=(unread,))
    with opened_app(tmp_path, reading) as (client, store):
        clerk = Clerk(client, SHA)
        for action in ("confirm", "source_says_so"):
            assert clerk.decide(PERSON, action).json()["error"] == "nothing_to_confirm"
        assert clerk.decide(PERSON, "correct", "3").status_code == 200
        assert store.reviews.verify().decisions == 1


def test_broken_sums_are_shown_with_their_gap_and_cells(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report()) as (client, store):
        clerk = Clerk(client, SHA)
        assert clerk.view["sums"] == []
        said = clerk.decide(PERSON, "correct", "3").json()
        rows = {(s["id"], s["gap"]) for s in said["sums"]}
        assert ("R1", "-3") in rows
        assert any(PERSON in s["keys"] for s in said["sums"])
        queued = store.queue.report(SHA)
        assert queued is not None
        assert queued.violated == len([s for s in said["sums"] if s["level"] == "H"])
        said = clerk.decide(PERSON, "source_says_so").json()
        assert {s["publisher"] for s in said["sums"]} == {True}
        queued = store.queue.report(SHA)
        assert queued is not None
        assert queued.findings == queued.violated > 0


def test_undo_takes_back_ones_own_last_decision(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report()) as (client, store):
        clerk = Clerk(client, SHA)
        first, second, _ = clerk.view["order"]
        clerk.decide(first, "correct", "4")
        clerk.decide(second, "blank")
        assert clerk.decide("", "undo").json()["key"] == second
        said = clerk.decide("", "undo").json()
        assert said["key"] == first
        assert said["cells"][first]["shown"] == "0"
        assert said["cells"][first]["state"] == "review"
        assert len(said["order"]) == 3
        assert clerk.decide("", "undo").json()["error"] == "nothing_to_undo"
        assert store.reviews.verify().decisions == 4


def test_the_next_cell_is_the_one_that_removes_most_errors(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report(doubts=20)) as (client, _):
        view = view_of(client.get(f"/report/{SHA}").text)
        gains = [view["cells"][key]["gain"] for key in view["order"]]
        assert gains == sorted(gains, reverse=True)
        assert len(gains) == 20


def test_the_second_reviewer_of_a_cell_sees_the_first_and_loses_nothing(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report()) as (client, store):
        one, other = Clerk(client, SHA), Clerk(client, SHA)
        first, second, third = one.view["order"]
        assert one.decide(first, "correct", "4").status_code == 200
        elsewhere = other.decide(second, "confirm")  # another cell: no conflict, and told
        assert elsewhere.status_code == 200
        assert elsewhere.json()["cells"][first]["shown"] == "4"
        other.view["version"] = 0
        conflict = other.decide(first, "correct", "5")
        assert conflict.status_code == 409
        said = conflict.json()
        assert (said["conflict"]["shown"], said["conflict"]["number"]) == ("4", 1)
        assert said["order"] == [third]
        assert values(store)[first] == 4
        other.view["version"] = said["version"]
        assert other.decide(first, "correct", "5").status_code == 200
        assert values(store)[first] == 5


def test_a_document_read_anew_meanwhile_is_a_conflict(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report()) as (client, store):
        clerk = Clerk(client, SHA)
        store.save(filled_report(pipeline=Pipeline("9", "x")))
        answer = clerk.decide(PERSON, "confirm")
        assert answer.status_code == 409
        assert answer.json()["conflict"] is None
        assert store.reviews.newest() == []


def test_the_same_token_again_is_the_same_decision(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report()) as (client, store):
        clerk = Clerk(client, SHA)
        token = {"token": "the-same-token"}
        first = clerk.decide(PERSON, "correct", "4", **token).json()
        again = clerk.decide(PERSON, "correct", "4", **token)
        assert again.status_code == 200
        assert again.json()["number"] == first["number"]
        assert store.reviews.verify().decisions == 1


def settle_total(
    reading: DocumentReading, decided: Mapping[str, CellValue]
) -> Sequence[CellChange]:
    """A decoder that knows the total once a person is known."""
    if PERSON not in decided:
        return ()
    value = CellValue(decided[PERSON].value, Kind.NUMBER, CellState.ACCEPTED)
    return (CellChange(TOTAL, value, 0.999, 0.0),)


def test_what_settled_itself_leaves_the_queue_and_comes_back_with_an_undo(tmp_path: Path) -> None:
    reading = filled_report(doubts=7)
    with opened_app(tmp_path, reading, redecode=settle_total) as (client, store):
        clerk = Clerk(client, SHA)
        assert TOTAL in clerk.view["order"]
        said = clerk.decide(PERSON, "correct", "3").json()
        assert said["settled"] == [TOTAL]
        assert (said["cells"][TOTAL]["shown"], said["cells"][TOTAL]["state"]) == ("3", "accepted")
        assert TOTAL not in store.queue.cells(SHA)
        review = store.reviews.of(SHA)
        assert review is not None
        assert [change.key for change in review.settled] == [TOTAL]
        clerk.decide("", "undo")
        assert TOTAL in store.queue.cells(SHA)


def fails(reading: DocumentReading, decided: Mapping[str, CellValue]) -> Sequence[CellChange]:
    raise ZeroDivisionError


def test_a_decoder_at_fault_costs_no_decision(tmp_path: Path) -> None:
    with opened_app(tmp_path, filled_report(), redecode=fails) as (client, store):
        assert Clerk(client, SHA).decide(PERSON, "correct", "3").status_code == 200
        assert store.reviews.verify().decisions == 1


# --- the grid ---


@pytest.mark.parametrize("template", ["T19", "T21", "T14"])
def test_the_grid_has_every_cell_of_the_form_once(template: str) -> None:
    cells = [form_cell(key, 0) for key in value_keys(template)]
    keys = [p.key for t in form_tables(template, cells) for row in t.rows for p in row if p.key]
    assert sorted(keys) == sorted(value_keys(template))


@given(st.lists(st.sampled_from([*value_keys("T21"), "a/b/c", "x", "a/b", "applications/?/total"])))
def test_the_grid_has_whatever_keys_a_reading_has(keys: list[str]) -> None:
    cells = [form_cell(key, 0) for key in dict.fromkeys(keys)]
    for template in ("T21", "T08", None):
        there = [
            p.key for t in form_tables(template, cells) for row in t.rows for p in row if p.key
        ]
        assert sorted(there) == sorted(dict.fromkeys(keys))
        assert all(label_of(cell, template) for cell in cells)


@pytest.mark.parametrize("template", ["T19", "T21"])
def test_every_row_of_the_grid_is_as_wide_as_the_table(template: str) -> None:
    cells = [form_cell(key, 0) for key in value_keys(template)]
    for table in form_tables(template, cells):
        covered: dict[int, int] = {}
        for number, row in enumerate(table.rows):
            for place in row:
                for down in range(place.rows):
                    covered[number + down] = covered.get(number + down, 0) + place.columns
        assert len(set(covered.values())) == 1, table.title
        assert len(covered) == len(table.rows)


def test_numbers_are_shown_with_their_digits() -> None:
    assert shown(Decimal("477.350"), Kind.NUMBER) == "477.350"
    assert shown(Decimal("1E+3"), Kind.NUMBER) == "1000"
    assert len(shown(10**5000, Kind.NUMBER)) == 5001
    assert shown(None, Kind.NOT_APPLICABLE) == "/"


def test_a_document_without_pages_shows_its_text(tmp_path: Path) -> None:
    with opened_app(tmp_path, page_less(2)) as (client, _):
        page = client.get(f"/report/{page_less(2).source.sha256}")
        assert page.status_code == 200
        assert "收到申请" in page.text
