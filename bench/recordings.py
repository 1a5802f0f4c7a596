"""Readings of generated documents, kept with everything that deciding and calibrating need.

python -m bench recordings --count 40              so many reports at each level, and digital ones
python -m bench recordings --count 40 --level 3    only these

Reading pixels takes seconds a page, deciding milliseconds: what was read is written down once, a
file a document, under a digest of the code that reads. Work that was interrupted goes on where it
stopped; a changed reader begins anew.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import extractors.assemble
from extractors.joint import evidences_of as evidences_of_form
from extractors.reading import read_document
from gouji.model import DocumentReading, Kind, Number
from gouji.reconcile.calibration import LabelledDocument
from gouji.reconcile.calibration.recorded import (
    document_fields,
    document_of,
    read_fields,
    write_fields,
)
from gouji.reconcile.decoding import Candidate, CellEvidence, Reading
from samples.generator.fonts import MissingProgram
from samples.generator.scans.batch import plan_scan
from samples.generator.scans.levels import LEVELS, Level

from .documents import ROOT, made, made_in
from .frequencies import plan as plan_digital
from .scans import PATIENT, files_of

SEED, COUNT = 610_001, 40
# What changes what is read; what decides and calibrates is tried on what was read.
READERS = ("gouji", "ocr", "extractors")
DECIDERS = ("gouji/reconcile", "gouji/store", "extractors/joint.py", "extractors/assemble.py")
DIGITAL = "digital"


@dataclass(frozen=True, slots=True)
class Recording:
    """A document as read, what it prints, and how it was made."""

    document: LabelledDocument
    level: str  # of damage: 0 to 3, or digital
    marks: tuple[str, ...]
    slips: frozenset[str]  # the publisher's errors, by key
    seconds: float


def recordings(
    seed: int = SEED, count: int = COUNT, levels: Sequence[str] = (), *, only_there: bool = False
) -> Iterator[Recording]:
    """The recordings of so many reports of each level, made where they are not there yet."""
    for level in levels or (*map(str, LEVELS), DIGITAL):
        yield from (
            _digital(seed, count, only_there)
            if level == DIGITAL
            else _scanned(level, seed, count, only_there)
        )


def all_there() -> list[Recording]:
    """Every recording by this version of the readers."""
    return [_loaded(path) for path in sorted(folder().glob("*.json.gz"))]


def documents(found: Iterable[Recording]) -> list[LabelledDocument]:
    """Only what calibration needs."""
    return [recording.document for recording in found]


@cache
def folder() -> Path:
    """Where recordings by this version of the readers lie."""
    digest = hashlib.sha256(PATIENT.digest.encode())
    for path in sorted(p for name in READERS for p in (ROOT / name).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(DECIDERS):
            digest.update(name.encode() + path.read_bytes())
    return made_in() / f"recordings_{digest.hexdigest()[:12]}"


def _scanned(level: str, seed: int, count: int, only_there: bool) -> Iterator[Recording]:
    damage: Level = LEVELS[int(level)]
    for number in range(seed, seed + count):
        scan = plan_scan(number, damage)
        known = sorted(folder().glob(f"{scan.name}.*json.gz")) or sorted(
            folder().glob(f"{scan.name}_page*.json.gz")
        )
        done = folder() / f"{scan.name}.done"
        if only_there or done.is_file():
            yield from map(_loaded, known)
            continue
        for file in files_of(scan, made_in() / "scans_usual"):
            truth_path = file.path.with_name(f"{file.path.stem}.truth.json")
            yield _kept(file.path, truth_path, level, f"{number}")
        folder().mkdir(parents=True, exist_ok=True)
        done.touch()


def _digital(seed: int, count: int, only_there: bool) -> Iterator[Recording]:
    samples = plan_digital(seed, count)
    for sample in samples:
        target = folder() / f"{sample.name}.pdf.json.gz"
        if target.is_file():
            yield _loaded(target)
        elif not only_there:
            try:
                made([sample], made_in())
            except MissingProgram as error:
                print(f"without {sample.producer}: {error}", file=sys.stderr)
                continue
            lost = getattr(sample, "lost", None)
            path = made_in() / f"{sample.name}.pdf"
            truth = made_in() / f"{sample.name}.truth.json"
            yield _kept(path, truth, DIGITAL, str(sample.facts.seed), lost)


def _kept(
    path: Path, truth_path: Path, level: str, report: str, lost: str | None = None
) -> Recording:
    """The recording of a file, made where it is not there."""
    target = folder() / f"{path.name}.json.gz"
    if not target.is_file():
        write_fields(target, _recorded(path, truth_path, level, report, lost))
    return _loaded(target)


def _recorded(
    path: Path, truth_path: Path, level: str, report: str, lost: str | None
) -> dict[str, Any]:
    facts = json.loads(truth_path.read_text("utf-8"), parse_float=Decimal)
    begun = time.process_time()
    with _noted() as noted:
        reading = read_document(path.name, path.read_bytes(), PATIENT)
    seconds = time.process_time() - begun
    evidences = noted[-1] if noted else _as_told(reading)
    kinds = facts["kinds"]
    printed: dict[str, tuple[Number | None, Kind]] = {
        key: (value, Kind(kinds.get(key, "number")))
        for key, value in facts["cells"].items()
        if lost is None or not key.startswith(f"{lost}/")
    }
    absent = (None, Kind.CELL_NOT_IN_SOURCE)
    document = LabelledDocument(
        path.name,
        report,
        evidences,
        {evidence.key: absent for evidence in evidences} | printed,
        reading.report.template if reading.report else None,
        reading.prose,
        {cell.key: cell.confidence for cell in reading.cells},
    )
    return document_fields(document) | {
        "level": level,
        "marks": facts.get("scan", {}).get("marks", []),
        "slips": sorted({mistake["key"] for mistake in facts["mistakes"]}),
        "seconds": round(seconds, 2),
    }


def _as_told(reading: DocumentReading) -> tuple[CellEvidence, ...]:
    """Cells of a digital document: their readings with the confidence that they have."""
    return tuple(
        CellEvidence(
            cell.key,
            (
                Reading(
                    cell.place.reader if cell.place else "",
                    (Candidate(cell.value, cell.kind, cell.confidence, cell.as_read),),
                ),
            ),
            agreement=cell.agreement,
        )
        for cell in reading.cells
    )


def _loaded(path: Path) -> Recording:
    fields = read_fields(path)
    return Recording(
        document_of(fields),
        fields["level"],
        tuple(fields["marks"]),
        frozenset(fields["slips"]),
        fields["seconds"],
    )


@contextmanager
def _noted() -> Iterator[list[tuple[CellEvidence, ...]]]:
    """The evidence of documents that are decided meanwhile."""
    noted: list[tuple[CellEvidence, ...]] = []
    module: Any = extractors.assemble
    original: Callable[..., Any] = module.decide_with_evidence

    def noting(form: Any, found: Any, *more: Any) -> Any:
        decided = original(form, found, *more)
        if decided is not None:
            noted.append(evidences_of_form(form, found))
        return decided

    module.decide_with_evidence = noting
    try:
        yield noted
    finally:
        module.decide_with_evidence = original


def make(seed: int, count: int, levels: Sequence[str]) -> Mapping[str, int]:
    """Make what is not there yet, telling how it goes; documents by level."""
    made_by_level: dict[str, int] = {}
    begun = time.monotonic()
    for recording in recordings(seed, count, levels):
        made_by_level[recording.level] = made_by_level.get(recording.level, 0) + 1
        done = sum(made_by_level.values())
        if done % 10 == 0:
            print(f"{done} documents in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    return made_by_level
