"""The store: every reading once, whole, and back as it was, on SQLite and on PostgreSQL."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import time
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given, settings
from postgres import new_database
from sqlalchemy import func, select, text
from stored_readings import (
    PIPELINE,
    cell,
    dead,
    digits_of,
    elsewhere,
    page_less,
    readings,
    report,
    sha256_of,
    types_of,
)

from gouji.model import (
    DocumentReading,
    MediaType,
    Pipeline,
    SourceInfo,
    StoreUnavailable,
    TableCells,
)
from gouji.store import Origin, ReadingFilter, RunStatus, Store, schema
from gouji.store.files import Files

NEWER = Pipeline("0.2.0", PIPELINE.settings_digest)


@pytest.fixture
def store(database_url: str | None, tmp_path: Path) -> Iterator[Store]:
    with Store.open(database_url, tmp_path / "work") as store:
        yield store


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """One store for all examples of a property."""
    with Store.open(None, tmp_path_factory.mktemp("work")) as store:
        yield store


@pytest.fixture(scope="module")
def both(
    tmp_path_factory: pytest.TempPathFactory, postgres_socket: Path
) -> Iterator[tuple[Store, Store]]:
    work, url = tmp_path_factory.mktemp("work"), new_database(postgres_socket)
    with Store.open(None, work) as sqlite, Store.open(url, work) as postgres:
        yield sqlite, postgres


def rows(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    with store._engine.connect() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in schema.metadata.sorted_tables
        }


def check_round_trip(store: Store, reading: DocumentReading) -> None:
    if store.save(reading).new:
        back = store.load(
            reading.source.sha256, reading.pipeline.version, reading.pipeline.settings_digest
        )
        assert back == reading
        assert types_of(back) == types_of(reading)
        assert digits_of(back) == digits_of(reading)


@settings(max_examples=30)
@given(readings)
def test_any_reading_comes_back_as_it_was(lasting: Store, reading: DocumentReading) -> None:
    check_round_trip(lasting, reading)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(reading=readings)
def test_many_readings_come_back_from_both_databases(
    both: tuple[Store, Store], reading: DocumentReading
) -> None:
    for store in both:
        check_round_trip(store, reading)


def test_every_field_of_the_model_is_kept(store: Store) -> None:
    reading = page_less()
    assert reading.report is not None
    assert reading.cells[0].place is not None
    for thing in (reading, reading.report, reading.cells[0], reading.cells[0].place):
        at_their_default = [
            field.name
            for field in dataclasses.fields(thing)
            if field.default is not dataclasses.MISSING
            and getattr(thing, field.name) in (field.default, ())
        ]
        assert at_their_default == [], "give new fields a value in stored_readings.py"
    check_round_trip(store, reading)
    assert store.count() == 1


def test_numbers_keep_every_digit_and_their_type(store: Store) -> None:
    numbers = (5, Decimal("5"), Decimal("5.0"), Decimal("0.1"), 2**70, Decimal("-3.1400"), None)
    numbers += (10**5000, Decimal("1E+3"), Decimal("-0.0"), Decimal("1E-30"))
    reading = report(cells=tuple(cell(f"a/b/{n}", None) for n in range(len(numbers))))
    cells = [dataclasses.replace(c, value=n) for c, n in zip(reading.cells, numbers, strict=True)]
    reading = dataclasses.replace(reading, cells=tuple(cells))
    store.save(reading)
    back = store.load(reading.source.sha256)
    assert back is not None
    assert [c.value for c in back.cells] == list(numbers)
    assert [type(c.value) for c in back.cells] == [type(n) for n in numbers]
    assert str(back.cells[2].value) == "5.0"
    assert str(back.cells[5].value) == "-3.1400"


def test_a_number_no_database_holds_is_refused_and_nothing_kept(store: Store) -> None:
    for number in (Decimal("NaN"), Decimal("Infinity"), Decimal("1E-20000"), Decimal("1E+200000")):
        with pytest.raises(ValueError, match="number"):
            store.save(report(cells=(cell("a/b/c", number),)))
    assert store.count() == rows(store)["document"] == 0


def test_saving_again_changes_nothing(store: Store) -> None:
    first = store.save(report())
    before = rows(store)
    second = store.save(report())
    assert first.new
    assert not second.new
    assert (first.reading_id, first.document_id) == (second.reading_id, second.document_id)
    assert rows(store) == before


def test_a_new_version_adds_a_reading_beside_the_old(store: Store) -> None:
    old, new = report(), report(pipeline=NEWER, cells=(cell("a/b/c", 7),))
    store.save(old)
    store.save(new)
    assert store.load(old.source.sha256) == new
    assert store.load(old.source.sha256, PIPELINE.version) == old
    assert store.load(old.source.sha256, NEWER.version, NEWER.settings_digest) == new
    assert store.load(old.source.sha256, "0.3.0") is None
    assert [s.reading for s in store.readings()] == [new]
    both = [(s.reading, s.is_current) for s in store.readings(ReadingFilter(current=False))]
    assert both == [(old, False), (new, True)]


def test_a_failed_reading_gives_way_to_one_that_succeeds_and_never_the_reverse(
    store: Store,
) -> None:
    key = (sha256_of(0), PIPELINE.version, PIPELINE.settings_digest)
    assert store.save(dead()).new
    assert not store.save(dead()).new
    assert store.known([key]) == {key}
    assert store.known([key], failed=False) == set()
    assert store.save(report()).new
    assert not store.save(dead()).new
    assert store.load(sha256_of(0)) == report()
    assert store.known([key], failed=False) == {key}
    assert rows(store)["failure"] == 0


def test_known_tells_thousands_of_keys_apart(store: Store) -> None:
    store.save(report(1))
    store.save(report(2, pipeline=NEWER))
    digest = PIPELINE.settings_digest
    keys = [(sha256_of(n), v, digest) for n in range(3_000) for v in ("0.1.0", "0.2.0")]
    expected = {(sha256_of(1), "0.1.0", digest), (sha256_of(2), "0.2.0", digest)}
    assert store.known(keys) == expected
    assert store.known([]) == set()


def test_an_unchanged_file_is_known_by_its_place(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "报告.pdf"
    path.write_bytes(b"one")
    place = Origin.of(path)
    store.save(report(), origin=place)
    assert store.unchanged([place]) == {str(path): sha256_of(0)}
    os.utime(path, ns=(1, 1))
    assert store.unchanged([Origin.of(path)]) == {}
    store.note_origins([(sha256_of(0), Origin.of(path)), (sha256_of("unknown"), place)])
    assert store.unchanged([Origin.of(path)]) == {str(path): sha256_of(0)}


def test_two_contents_at_one_place_with_one_time_are_not_told_apart(store: Store) -> None:
    place = Origin("/a", 3, 5)
    store.save(report(1), origin=place)
    store.save(report(2), origin=place)
    assert store.unchanged([place]) == {}


def test_a_path_of_4096_bytes_that_are_not_utf8_is_kept(store: Store) -> None:
    place = Origin("/" + "政\udcff" * 1024, 3, 5)
    store.save(report(issuer="政" * 20_000), origin=place)
    assert store.unchanged([place]) == {place.path: sha256_of(0)}
    assert store.count(ReadingFilter(issuer="政" * 20_000)) == 1


def test_readings_come_in_key_order_and_as_they_are_asked_for(store: Store) -> None:
    for n in range(120):
        store.save(report(n, year=2020 + n % 3, template="T21" if n % 2 else "T19"))
    store.save(dead("dead"))
    sums = [s.reading.source.sha256 for s in store.readings(whole=False)]
    assert sums == sorted(map(sha256_of, [*range(120), "dead"]))
    assert store.count() == 121
    assert store.count(ReadingFilter(year=2021)) == 40
    assert store.count(ReadingFilter(year=2021, template="T19")) == 20
    assert store.count(ReadingFilter(issuer="彰武县平安镇人民政府", failed=False)) == 120
    assert store.count(ReadingFilter(issuer="nobody")) == 0
    (only,) = store.readings(ReadingFilter(sha256=sha256_of(7)), whole=False)
    assert only.reading == dataclasses.replace(report(7, year=2021), tables=(), text=(), pages=())


def test_long_documents_are_read_a_few_at_a_time(store: Store) -> None:
    def long(n: int) -> DocumentReading:
        source = SourceInfo("", sha256_of(n), MediaType.PDF, 1_000)
        return dataclasses.replace(report(n), source=source)

    for n in range(3):
        store.save(long(n))
    assert [s.reading for s in store.readings()] == sorted(
        map(long, range(3)), key=lambda r: r.source.sha256
    )


def test_a_reading_without_a_sha256_is_refused(store: Store) -> None:
    nothing = DocumentReading(SourceInfo("a.pdf", "", MediaType.UNKNOWN, 0), PIPELINE)
    with pytest.raises(ValueError, match="without a sha256"):
        store.save(nothing)


def test_runs_are_kept_with_how_they_ended(store: Store) -> None:
    first = store.runs.begin("gouji read a", PIPELINE)
    store.save(report(), run_id=first)
    store.runs.finish(first, read=1, known=2, failed=3)
    second = store.runs.begin("gouji read b", PIPELINE)
    running, finished = store.runs.newest()
    assert (running.id, running.status, running.finished_at) == (second, RunStatus.RUNNING, None)
    assert finished.status is RunStatus.FINISHED
    assert finished.pipeline == PIPELINE
    assert (finished.documents_read, finished.documents_known, finished.documents_failed) == (
        *(1, 2, 3),
    )
    assert finished.finished_at is not None
    assert finished.started_at <= finished.finished_at
    assert store.count(ReadingFilter(run_id=first)) == 1


def test_the_waiting_cells_have_an_index_of_their_own(lasting: Store) -> None:
    waiting = select(schema.cell.c.key_id).where(schema.WAITING)
    statement = waiting.order_by(schema.cell.c.confidence).limit(50)
    with lasting._engine.connect() as connection:
        plan = connection.execute(text(f"EXPLAIN QUERY PLAN {statement}"), {"param_1": 50}).all()
    assert "ix_cell_waiting" in str(plan)
    assert "TEMP B-TREE" not in str(plan)


def test_codes_in_use_never_change() -> None:
    in_use: list[tuple[tuple[StrEnum, ...], str]] = [
        (schema.KINDS, "number blank not_applicable cell_not_in_source text_damaged unread"),
        (schema.STATES, "accepted review corrected confirmed"),
        (schema.AGREEMENTS, "not_asked agrees disagrees silent"),
    ]
    for words, expected in in_use:
        assert " ".join(words) == expected
        assert set(words) == set(type(words[0])), "a new word goes to the end of its list"


def test_packed_cells_that_are_cut_off_are_refused() -> None:
    whole = report().tables[0].cells.packed()
    assert TableCells.unpacked(whole) == report().tables[0].cells
    for end in (0, 3, 10, len(whole) - 1):
        with pytest.raises(ValueError):  # noqa: PT011 - json's own is one too
            TableCells.unpacked(whole[:end])


# --- files -------------------------------------------------------------------------------------


def with_bytes(data: bytes, media_type: MediaType = MediaType.PDF) -> DocumentReading:
    import hashlib

    source = SourceInfo("a", hashlib.sha256(data).hexdigest(), media_type, 1)
    return dataclasses.replace(report(), source=source)


@pytest.mark.parametrize("files", [None, "memory://gouji-test"])
def test_a_document_is_kept_once_under_its_sha256(tmp_path: Path, files: str | None) -> None:
    reading = with_bytes(b"%PDF-")
    sha256 = reading.source.sha256
    with Store.open(None, tmp_path, files=files) as store:
        store.save(reading, b"%PDF-")
        if files is None:
            kept = tmp_path / "files" / sha256[:2] / f"{sha256[2:]}.pdf"
            inode = kept.stat().st_ino
            told_otherwise = with_bytes(b"%PDF-", MediaType.UNKNOWN)
            store.save(dataclasses.replace(told_otherwise, pipeline=NEWER), b"%PDF-")
            assert kept.stat().st_ino == inode
            assert [p for p in (tmp_path / "files").rglob("*") if p.is_file()] == [kept]
        assert store.file(sha256) == b"%PDF-"
        assert store.file(sha256_of("unknown")) is None


def test_a_file_cut_off_by_a_power_cut_is_written_again(tmp_path: Path) -> None:
    files, sha256 = Files(tmp_path), with_bytes(b"whole").source.sha256
    name = files.put(sha256, b"whole", MediaType.PDF)
    (tmp_path / name).write_bytes(b"wh")
    with pytest.raises(StoreUnavailable, match="changed since it was stored"):
        files.get(name, sha256)
    assert files.put(sha256, b"whole", MediaType.PDF) == name
    assert files.get(name, sha256) == b"whole"
    (tmp_path / name).unlink()
    with pytest.raises(StoreUnavailable, match="No such file"):
        files.get(name, sha256)


def test_bytes_that_are_not_those_of_the_sha256_are_refused(tmp_path: Path) -> None:
    with Store.open(None, tmp_path) as store, pytest.raises(ValueError, match="sha256"):
        store.save(report(), b"something else")


# --- several processes ---------------------------------------------------------------------------


def in_parallel(*codes: str) -> list[str]:
    """What each of the programs prints, run at the same time."""
    running = [
        subprocess.Popen(elsewhere(code), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for code in codes
    ]
    results = [(process.communicate(timeout=120), process.returncode) for process in running]
    assert all(code == 0 for _, code in results), results
    return [out.strip() for (out, _), _ in results]


@pytest.mark.slow
def test_processes_that_save_the_same_documents_at_once_keep_each_once(
    postgres_url: str, tmp_path: Path
) -> None:
    for url in (None, postgres_url):  # the store itself is not there yet either
        saved = in_parallel(*[f"print(save_all({url!r}, {str(tmp_path)!r}, 0, 60))"] * 4)
        with Store.open(url, tmp_path) as store:
            new = sum(int(said.split()[-1]) for said in saved)
            assert new == store.count(ReadingFilter(current=False)) == 60
            by_sha256 = sorted(map(report, range(60)), key=lambda r: r.source.sha256)
            assert [s.reading for s in store.readings()] == by_sha256


@pytest.mark.slow
def test_processes_that_save_several_versions_at_once_leave_one_current(
    postgres_url: str, tmp_path: Path
) -> None:
    for url in (None, postgres_url):
        versions = [f"save_all({url!r}, {str(tmp_path)!r}, 0, 40, '0.{v}.0')" for v in range(4)]
        in_parallel(*versions)
        with Store.open(url, tmp_path) as store:
            assert store.count(ReadingFilter(current=False)) == 160
            assert store.count() == 40


@pytest.mark.slow
def test_a_process_killed_at_any_moment_leaves_each_document_whole_or_not_there(
    postgres_url: str, tmp_path: Path
) -> None:
    for url in (None, postgres_url):
        code = f"save_all({url!r}, {str(tmp_path)!r}, 0, 400)"
        for lines in (1, 2, 5, 13, 34, 89):  # kills it in the midst of the next save
            process = subprocess.Popen(
                elsewhere(code), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
            assert process.stdout
            for _ in range(lines):
                process.stdout.readline()
            time.sleep(0.001)
            process.kill()
            process.communicate()
        with Store.open(url, tmp_path) as store:
            there = list(store.readings())
            assert 89 <= len(there) < 400
            assert all(s.reading == report(s.reading.source.name[:-4]) for s in there)
            assert store.count(ReadingFilter(current=False)) == len(there)
            if url is None:
                with store._engine.connect() as connection:
                    assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
        (said,) = in_parallel(f"print('new:', {code})")
        assert said.endswith(f"new: {400 - len(there)}")


def test_a_store_that_is_up_to_date_opens_without_alembic(tmp_path: Path) -> None:
    Store.open(None, tmp_path).close()
    took = []
    for _ in range(3):
        start = time.process_time()
        Store.open(None, tmp_path).close()
        took.append(time.process_time() - start)
    assert min(took) < 0.1  # 3 ms measured
    code = f"Store.open(None, Path({str(tmp_path)!r})); print('alembic' in sys.modules)"
    done = subprocess.run(elsewhere(code), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
