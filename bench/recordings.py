"""Readings of generated documents, kept with everything that deciding and calibrating need.

python -m bench recordings --count 40              so many reports at each level, and digital ones
python -m bench recordings --count 40 --level 3    only these
python -m bench recordings --count 24 --level written    levels 1 to 3, with pens over numbers
python -m bench recordings --recordings DIR        kept there, not under samples/made

Reading pixels takes seconds a page, deciding milliseconds: what was read is written down once, a
file a document, with a digest of the code that read it. Work that was interrupted goes on where it
stopped. Recordings by an earlier version of the readers stay and are told; --anew makes them again.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import extractors.assemble
from extractors.reading import read_document
from gouji.model import DocumentReading, Kind, Number
from gouji.reconcile.calibration import LabelledDocument, SourceKind
from gouji.reconcile.calibration.recorded import (
    document_fields,
    document_of,
    read_fields,
    write_fields,
)
from gouji.reconcile.calibration.sources import source_kind
from gouji.reconcile.decoding import Candidate, CellEvidence, Reading
from samples.generator.fonts import MissingProgram
from samples.generator.scans.batch import Scan, plan_scan
from samples.generator.scans.levels import CHANCES, LEVELS, Level, Mark

from .documents import MADE, ROOT, made, made_in
from .frequencies import plan as plan_digital
from .scans import PATIENT, files_of

SEED, COUNT = 610_001, 40
# What changes what is read; what decides and calibrates is tried on what was read.
READERS = ("gouji", "ocr", "extractors")
DECIDERS = ("gouji/reconcile", "gouji/store", "extractors/joint.py", "extractors/assemble.py")
DIGITAL, WRITTEN = "digital", "written"


@dataclass(frozen=True, slots=True)
class Recording:
    """A document as read, what it prints, and how it was made."""

    document: LabelledDocument
    level: str  # of damage: 0 to 3; written (1 to 3, and pens over numbers), or digital
    marks: tuple[str, ...]
    slips: frozenset[str]  # the publisher's errors, by key
    seconds: float
    readers: str  # digest of the code that read it


@dataclass(frozen=True, slots=True)
class Wish:
    """Which recordings, where they lie, and whether those of earlier readers are made again."""

    seed: int = SEED
    count: int = COUNT
    levels: Sequence[str] = ()
    folder: Path = MADE / "recordings"
    anew: bool = False

    def is_stale(self, recording: Recording) -> bool:
        """Whether it is to be made again."""
        return self.anew and recording.readers != readers_digest()


FOLDER = Wish().folder


def recordings(wish: Wish) -> Iterator[Recording]:
    """The recordings of so many reports of each level, made where they are not there yet."""
    for level in wish.levels or (*map(str, LEVELS), WRITTEN, DIGITAL):
        yield from (_digital(wish) if level == DIGITAL else _scanned(level, wish))


def all_there(folder: Path = FOLDER) -> list[Recording]:
    """Every recording, by whatever version of the readers; see `versions`."""
    return [_loaded(path) for path in sorted(folder.glob("*.json.gz"))]


def versions(found: Iterable[Recording]) -> dict[str, int]:
    """Recordings by the digest of the readers that made them."""
    counts = Counter(recording.readers for recording in found)
    return dict(sorted(counts.items()))


def version_note(found: Sequence[Recording]) -> str:
    """Whether all recordings are by the readers as they are now."""
    others = [recording for recording in found if recording.readers != readers_digest()]
    if not others:
        return f"{len(found)} recordings by the readers as they are ({readers_digest()})"
    earlier = ", ".join(f"{name}: {count}" for name, count in versions(others).items())
    return (
        f"{len(others)} of {len(found)} recordings are by other versions of the readers than"
        f" {readers_digest()} ({earlier}): `bench recordings --anew` makes them again"
    )


def documents(found: Iterable[Recording]) -> list[LabelledDocument]:
    """Only what calibration needs."""
    return [recording.document for recording in found]


@cache
def readers_digest() -> str:
    """What tells versions of the code that reads apart; deciding and calibrating are no part."""
    digest = hashlib.sha256(PATIENT.digest.encode())
    for path in sorted(p for name in READERS for p in (ROOT / name).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(DECIDERS):
            digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _scanned(level: str, wish: Wish) -> Iterator[Recording]:
    for number in range(wish.seed, wish.seed + wish.count):
        scan = _written(number) if level == WRITTEN else plan_scan(number, LEVELS[int(level)])
        done = wish.folder / f"{scan.name}.done"
        # the files of a scan are told by their names: one file, or one a page
        known = [
            _loaded(path)
            for pattern in (f"{scan.name}.*json.gz", f"{scan.name}_page*.json.gz")
            for path in sorted(wish.folder.glob(pattern))
        ]
        if done.is_file() and not any(map(wish.is_stale, known)):
            yield from known
            continue
        for file in files_of(scan, made_in() / "scans_usual"):
            truth_path = file.path.with_name(f"{file.path.stem}.truth.json")
            yield _kept(file.path, truth_path, level, f"{number}", wish)
        wish.folder.mkdir(parents=True, exist_ok=True)
        done.touch()


def _written(number: int) -> Scan:
    """A scan of level 1 to 3 whose numbers a pen went over, with the level's other marks.

    Only ReportLab tells where its numbers stand.
    """
    level: Level = LEVELS[1 + number % 3]
    rng = Random(f"marks:{number}:{level}")
    others: list[Mark] = [mark for mark, p in CHANCES[level].items() if rng.random() < p]
    scan = plan_scan(number, level, producer="reportlab", marks=("overwriting", *others))
    return replace(scan, name=f"{scan.name}_{WRITTEN}")


def _digital(wish: Wish) -> Iterator[Recording]:
    for sample in plan_digital(wish.seed, wish.count):
        target = wish.folder / f"{sample.name}.pdf.json.gz"
        if target.is_file() and not wish.is_stale(known := _loaded(target)):
            yield known
            continue
        try:
            made([sample], made_in())
        except MissingProgram as error:
            print(f"without {sample.producer}: {error}", file=sys.stderr)
            continue
        lost = getattr(sample, "lost", None)
        path = made_in() / f"{sample.name}.pdf"
        truth = made_in() / f"{sample.name}.truth.json"
        yield _kept(path, truth, DIGITAL, str(sample.facts.seed), wish, lost)


def _kept(
    path: Path, truth_path: Path, level: str, report: str, wish: Wish, lost: str | None = None
) -> Recording:
    """The recording of a file, made where it is not there or not wanted any more."""
    target = wish.folder / f"{path.name}.json.gz"
    if target.is_file() and not wish.is_stale(known := _loaded(target)):
        return known
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
    evidences = noted[-1] if noted else ()
    if source_kind(evidences) is SourceKind.DIGITAL:
        evidences = _as_told(reading)
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
        "readers": readers_digest(),
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
        str(fields.get("readers", "unknown")),
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
            noted.append(tuple(decided.evidences.values()))
        return decided

    module.decide_with_evidence = noting
    try:
        yield noted
    finally:
        module.decide_with_evidence = original


def make(wish: Wish) -> Mapping[str, int]:
    """Make what is not there yet, telling how it goes; documents by level."""
    made_by_level: dict[str, int] = {}
    found: list[Recording] = []
    begun = time.monotonic()
    for recording in recordings(wish):
        made_by_level[recording.level] = made_by_level.get(recording.level, 0) + 1
        found.append(recording)
        if len(found) % 10 == 0:
            print(f"{len(found)} documents in {time.monotonic() - begun:.0f} s", file=sys.stderr)
    print(version_note(found), file=sys.stderr)
    return made_by_level
