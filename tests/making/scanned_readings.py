"""Readings of scans that were never taken: a reader for the pool, and documents to learn from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from extractors.settings import ReadSettings
from gouji import __version__
from gouji.model import (
    CellState,
    DocumentReading,
    Kind,
    MediaType,
    PageLook,
    Pipeline,
    ReportCell,
    ReportInfo,
    SourceInfo,
)
from gouji.reconcile.calibration import (
    LabelledDocument,
    evidence_fields,
    load_calibration,
    surroundings,
)
from gouji.reconcile.decoding import Candidate, CellEvidence, Reading

COLUMNS = ("upheld", "corrected", "other_result", "pending", "total")
BLOCKS = ("review", "litigation_direct", "litigation_after_review")
FLAT = PageLook(1, False, 0.0, 0.0, 2.0, 0.3)


def evidence(key: str, number: int, p: float, other: int | None = None) -> CellEvidence:
    """A number of a clean scan, and another one that most of the doubt goes to."""
    named = [Candidate(number, Kind.NUMBER, p, str(number))]
    if other is not None:
        named.append(Candidate(other, Kind.NUMBER, 0.9 * (1 - p), str(other)))
    return CellEvidence(key, (Reading("scan", tuple(named)),), text_height=22.0, look=FLAT)


def labelled(seed: int, report: str | None = None, overconfident: float = 0.0) -> LabelledDocument:
    """Three blocks of reviews; of their doubtful cells some are wrong, more of them than said."""
    rng = np.random.Generator(np.random.PCG64(seed))
    evidences: list[CellEvidence] = []
    truth: dict[str, tuple[int | None, Kind]] = {}
    for block in BLOCKS:
        parts = [int(n) for n in rng.integers(0, 90, size=4)]
        for column, number in zip(COLUMNS, [*parts, sum(parts)], strict=True):
            key = f"review_litigation/{block}/{column}"
            truth[key] = (number, Kind.NUMBER)
            p = float(rng.choice([0.9999, 0.999, 0.99, 0.9, 0.6]))
            if rng.random() < p - overconfident * (p > 0.9):
                evidences.append(evidence(key, number, p, number + 1))
            else:
                evidences.append(evidence(key, number + 3, p, number if rng.random() < 0.7 else 7))
    name = f"document {seed}"
    return LabelledDocument(name, report or name, tuple(evidences), truth, "T21")


def reading_of(name: str, data: bytes, settings: ReadSettings) -> DocumentReading:
    """What is read of a document whose bytes are the number of its seed."""
    calibration = load_calibration(settings.calibration)
    document = labelled(int(json.loads(data)))
    around = surroundings(document.evidences)
    decoded = document.decoded(calibration.priors(document.evidences, around))
    sure = calibration.confidences(document.evidences, decoded, around)
    cells = []
    for each in document.evidences:
        printed = decoded.cells[each.key].as_printed
        assert printed is not None
        state = CellState.ACCEPTED if sure[each.key] >= 0.98 else CellState.REVIEW
        cells.append(
            ReportCell(
                each.key, printed.number, printed.kind, "件", printed.text, printed.number,
                sure[each.key], state, evidence=evidence_fields(each),
            )
        )  # fmt: skip
    source = SourceInfo(name, hashlib.sha256(data).hexdigest(), MediaType.PDF, 1)
    return DocumentReading(
        source, Pipeline(__version__, settings.digest), ReportInfo("T21"), tuple(cells)
    )


def read(
    path: Path, settings: ReadSettings, *, skip: frozenset[int], on_page: Callable[[int], None]
) -> DocumentReading:
    """A reader as the pool calls it."""
    return reading_of(path.name, path.read_bytes(), settings)
