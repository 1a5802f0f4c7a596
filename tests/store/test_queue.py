"""The queue: what waits, in the order of the errors that looking would remove."""

from __future__ import annotations

import dataclasses

import pytest
from decision_making import decide, light, said, store
from shares import one_in
from sqlalchemy import text
from stored_readings import PIPELINE, cell, page_less, report, sha256_of

from gouji.model import (
    CellState,
    Pipeline,
)
from gouji.store import (
    QueueFilter,
    QueueOrder,
    QueueState,
    Store,
)

__all__ = ["light", "store"]
NEWER = Pipeline("0.2.0", PIPELINE.settings_digest)
TOTAL = "applications/granted_in_full/total"


def test_what_waits_is_queued_by_the_errors_that_looking_would_remove(store: Store) -> None:
    for number in range(3):
        cells = [
            dataclasses.replace(cell(f"applications/r{n}/total", n), confidence=0.5)
            for n in range(number + 1)
        ]
        store.save(report(number, cells=tuple(cells), year=2020 + number))
    page = store.queue.page()
    assert [(r.year, r.open_cells, r.expected_errors) for r in page.reports] == [
        (2022, 3, 1.5), (2021, 2, 1.0), (2020, 1, 0.5),
    ]  # fmt: skip
    assert page.next is None
    assert page.reports[0].region == ("辽宁省", "阜新市", "彰武县", "平安镇")
    assert store.queue.totals().open_cells == 6
    gains = {"applications/r0/total": 0.25}
    store.save(report(9, cells=(cell("applications/r0/total", 1),)), gains=gains)
    assert store.queue.cells(sha256_of(9)) == gains


def test_a_newer_reading_empties_the_queue_of_its_document(store: Store) -> None:
    store.save(report())
    assert list(store.queue.cells(sha256_of(0))) == [TOTAL]
    sure = dataclasses.replace(cell("a/b/c", 1), state=CellState.ACCEPTED)
    store.save(report(pipeline=NEWER, cells=(sure,)))
    assert store.queue.cells(sha256_of(0)) == {}
    assert store.queue.page().reports == ()
    settled = QueueFilter(QueueState.SETTLED)
    assert [r.sha256 for r in store.queue.page(settled).reports] == [sha256_of(0)]
    store.save(dataclasses.replace(report(pipeline=Pipeline("0.3.0", "x")), report=None))
    assert store.queue.report(sha256_of(0)) is None


@pytest.mark.parametrize("order", one_in(2, list(QueueOrder)))
def test_pages_have_every_report_once_and_in_order(store: Store, order: QueueOrder) -> None:
    for number in range(11):
        one = report(number, issuer=f"机关{number % 3}", year=2019 + number % 2)
        store.save(one)
    seen: list[str] = []
    after = None
    while True:
        page = store.queue.page(order=order, after=after, most=3)
        seen += [r.sha256 for r in page.reports]
        after = page.next
        if after is None:
            break
    assert sorted(seen) == sorted(sha256_of(n) for n in range(11))
    whole = store.queue.page(order=order, most=50).reports
    assert [r.sha256 for r in whole] == seen


PLACES = (
    "", "[", "[1]", "[[],{}]", '["x",2]', "[" * 5000, "null", "7", "[1e999,1]", "[NaN,1]",
    f"[1,{10**30}]", f"[{10**30},1]", f"[-{10**30},-{10**30}]", f"[{10**400},1]", '["\\u0000",1]',
    '["\\ud800",1]', '["2024-01-01",1]', '["9999-12-31T23:59:59+23:59",1]', "[true,true]",
)  # fmt: skip


@pytest.mark.parametrize("order", one_in(2, list(QueueOrder)))
def test_a_place_that_is_none_gives_some_page(store: Store, order: QueueOrder) -> None:
    store.save(report())
    for place in PLACES:
        assert len(store.queue.page(order=order, after=place).reports) <= 1, place


def test_filters_find_what_they_say(store: Store) -> None:
    store.save(report(0, issuer="100%_公安局", year=2020))
    store.save(report(1, template="T19"))
    store.save(page_less(2))

    def found(**wanted: object) -> set[str]:
        page = store.queue.page(QueueFilter(**wanted))  # type: ignore[arg-type]
        return {r.name for r in page.reports}

    assert found() == {"0.pdf", "1.pdf", "2.html"}
    assert found(search="100%_公") == {"0.pdf"}
    assert found(search="%") == {"0.pdf"}
    assert found(search="平安镇 2.HTML") == {"2.html"}
    assert found(search="'; DROP TABLE decision; --") == set()
    assert found(template="T19") == {"1.pdf"}
    assert found(year=2020) == {"0.pdf"}
    assert found(region="辽宁省/阜新市/") == {"0.pdf", "1.pdf", "2.html"}
    assert found(region="辽宁省/阜") == {"0.pdf", "1.pdf", "2.html"}
    assert found(region="辽/") == set()
    assert found(media_type="text/html") == {"2.html"}
    assert found(organ_type="county_gov") == set()
    choices = store.queue.choices()
    assert choices.templates == ("T19", "T21")
    assert choices.years == (2023, 2020)
    assert choices.regions == ("辽宁省",)


def test_reports_that_an_older_gouji_saved_are_given_their_place(store: Store) -> None:
    for number in range(3):
        store.save(report(number))
    decide(store, said(0))
    before = store.queue.page(QueueFilter(QueueState.ALL)).reports
    with store._engine.begin() as connection:
        connection.execute(text("DELETE FROM queue_cell"))
        connection.execute(text("DELETE FROM queue_report"))
    assert store.queue.fill() == 3
    assert store.queue.fill() == 0
    after = store.queue.page(QueueFilter(QueueState.ALL)).reports
    same = [dataclasses.replace(r, changed_at=before[0].changed_at) for r in after]
    assert {(r.sha256, r.open_cells, r.decided_cells, r.version) for r in same} == {
        (r.sha256, r.open_cells, r.decided_cells, r.version) for r in before
    }
