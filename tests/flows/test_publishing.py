"""Publishing: only what is settled, the folder replaced as a whole, a manifest that is true."""

from __future__ import annotations

import errno
import hashlib
import json
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from stored_readings import cell, dead, report

import flows.publishing as publishing
from flows.publishing import publish_settled
from flows.settings import Settings, load_settings
from gouji.model import CellState, DocumentReading, GoujiError, StoreUnavailable, WrongUsage
from gouji.store import Store

SURE = tuple(
    replace(cell(f"applications/{row}/business", n), state=CellState.ACCEPTED)
    for n, row in enumerate(("requests_received", "granted_in_full"))
)
DOUBTFUL = cell("applications/requests_received/total", 3)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(work=tmp_path / "work", published=tmp_path / "out" / "published")


def keep(settings: Settings, *readings: DocumentReading) -> None:
    with Store.open(settings.database, settings.work) as store:
        for reading in readings:
            store.save(reading)


def settled(what: object) -> DocumentReading:
    return report(what, cells=SURE)


def waiting(what: object) -> DocumentReading:
    return report(what, cells=(*SURE, DOUBTFUL))


@pytest.mark.slow
def test_only_settled_reports_are_published(settings: Settings) -> None:
    keep(settings, settled("a"), waiting("b"), dead("c"))
    published = publish_settled(settings, settings.published)
    assert (published.reports, published.waiting, published.no_report) == (1, 1, 1)
    lines = (settings.published / "documents.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 1
    assert settled("a").source.sha256 in lines[0]


def test_unsettled_reports_go_without_the_cells_that_wait(settings: Settings) -> None:
    keep(settings, settled("a"), waiting("b"))
    published = publish_settled(settings, settings.published, ("csv",), unsettled=True)
    assert published.reports == 2
    assert published.rows["cells"] == 4
    assert DOUBTFUL.key not in (settings.published / "cells.csv").read_text("utf-8-sig")


def test_the_manifest_counts_and_has_the_sum_of_every_file(settings: Settings) -> None:
    keep(settings, settled("a"), settled("b"), waiting("c"))
    publish_settled(settings, settings.published)
    manifest = json.loads((settings.published / "manifest.json").read_text("utf-8"))
    there = {path.name for path in settings.published.iterdir()} - {"manifest.json"}
    assert {file["name"] for file in manifest["files"]} == there
    assert {name.partition(".")[2] for name in there} == {"csv", "jsonl", "parquet", "xlsx"}
    for file in manifest["files"]:
        data = (settings.published / file["name"]).read_bytes()
        assert file["bytes"] == len(data)
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
    assert manifest["reports"] == 2
    assert manifest["rows"]["documents"] == 2
    assert manifest["rows"]["cells"] == 4
    assert manifest["waiting_for_review"] == {"reports": 1, "published": False}


def test_what_was_published_before_is_gone(settings: Settings) -> None:
    settings.published.mkdir(parents=True)
    (settings.published / "old.csv").write_text("old")
    keep(settings, settled("a"))
    publish_settled(settings, settings.published, ("jsonl",))
    assert not (settings.published / "old.csv").exists()
    left = [path.name for path in settings.published.parent.iterdir()]
    assert sorted(left) == [".published.lock", "published"]


@pytest.mark.slow
@pytest.mark.parametrize("exchange", [True, False])
def test_a_reader_never_sees_a_mixture(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    """Old and new folder say their number in two files; both always say the same."""
    if not exchange:
        monkeypatch.setattr(publishing, "_RENAME_EXCHANGE", 1 << 20)  # EINVAL, as some shares say
    keep(settings, settled("a"))
    publish_settled(settings, settings.published, ("csv",))
    mixtures, looks, stop = [], 0, threading.Event()

    def look() -> None:
        nonlocal looks
        while not stop.is_set():
            try:
                # A folder that is open stays what it was, wherever it is moved to.
                manifest = json.loads((settings.published / "manifest.json").read_bytes())
                size = (settings.published / "documents.csv").stat().st_size
            except FileNotFoundError:
                if exchange:
                    mixtures.append("gone")
                continue
            looks += 1
            after = json.loads((settings.published / "manifest.json").read_bytes())
            if manifest == after and size != next(
                file["bytes"] for file in after["files"] if file["name"] == "documents.csv"
            ):
                mixtures.append("mixed")

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(8):
        keep(settings, settled(number))
        publish_settled(settings, settings.published, ("csv",))
    stop.set()
    reader.join()
    assert looks > 0
    assert "mixed" not in mixtures
    assert not exchange or mixtures == []


def test_a_failure_leaves_the_old_folder_and_nothing_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(settings, settled("a"))
    publish_settled(settings, settings.published, ("csv",))
    before = (settings.published / "manifest.json").read_bytes()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(publishing, "_flush", full)
    with pytest.raises(StoreUnavailable, match="No space left"):
        publish_settled(settings, settings.published, ("csv",))
    assert (settings.published / "manifest.json").read_bytes() == before
    left = sorted(path.name for path in settings.published.parent.iterdir())
    assert left == [".published.lock", "published"]


def test_what_a_killed_run_left_is_cleared_away(settings: Settings) -> None:
    keep(settings, settled("a"))
    left = settings.published.parent / ".published.new-killed"
    left.mkdir(parents=True)
    (left / "cells.csv").write_text("half")
    publish_settled(settings, settings.published, ("csv",))
    assert not left.exists()


def test_a_format_that_does_not_exist_and_a_store_that_is_not_there(settings: Settings) -> None:
    with pytest.raises(WrongUsage, match="There is no store"):
        publish_settled(settings, settings.published)
    keep(settings, settled("a"))
    with pytest.raises(GoujiError, match="No export as pdf"):
        publish_settled(settings, settings.published, ("csv", "pdf"))
    assert not settings.published.exists()


def test_an_empty_store_publishes_empty_tables(settings: Settings) -> None:
    keep(settings)
    published = publish_settled(settings, settings.published)
    assert published.reports == 0
    assert (settings.published / "gouji.xlsx").stat().st_size > 0
