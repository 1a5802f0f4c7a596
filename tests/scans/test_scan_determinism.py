"""The same scan gives the same reading, whatever came before and beside it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from scan_making import PATIENT, as_png, needs_engine, read, table_of_scan

from flows.pool.process import Limits
from flows.pool.workers import WorkerPool
from flows.reading import READER
from gouji.model import DocumentReading
from gouji.model.contract import contract_json
from samples.generator.committed_scans import SCANS_FOLDER

pytestmark = needs_engine


def said(reading: DocumentReading | None) -> str:
    assert reading is not None
    assert reading.failures == ()
    return "".join(contract_json(reading))


@pytest.mark.slow
def test_a_scan_is_read_the_same_after_another() -> None:
    one, other = table_of_scan(), table_of_scan().rotate(0.7, fillcolor="white", resample=2)
    first = said(read(one))
    assert said(read(other)) != first
    assert said(read(one)) == first


@pytest.fixture
def _spawn_without_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A spawned process imports the main module again: pytest's takes 0.2 s each time."""
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.usefixtures("_spawn_without_pytest")
def test_order_and_number_of_processes_change_nothing(tmp_path: Path) -> None:
    whole = table_of_scan()
    parts = [whole, whole.crop((0, 0, whole.width, whole.height // 2)), whole.rotate(180)]
    paths = [SCANS_FOLDER / "t21_photo_page2.jpg"]
    for number, part in enumerate(parts):
        paths.append(tmp_path / f"part{number}.png")
        paths[-1].write_bytes(as_png(part))
    alone = by_name(paths, workers=1)
    assert by_name(paths[::-1], workers=1) == alone
    assert by_name([*paths, *paths[::-1]], workers=2) == alone


def by_name(paths: Sequence[Path], workers: int) -> dict[str, str]:
    """What is read of every file; a file that is read twice must be read the same."""
    limits = Limits(page_seconds=800, document_seconds=800)
    found: dict[str, str] = {}
    with WorkerPool[DocumentReading](READER, PATIENT, workers=workers, limits=limits) as pool:
        for outcome in pool.read(paths):
            text = said(outcome.result)
            assert found.setdefault(outcome.path.name, text) == text
    return found
