"""What is looked at every week: reports beside other years, decisions beside confidences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from gouji.model.contract import exact_json
from gouji.reconcile.calibration import Drift, Reviewed, drift_of

from .commands.check import CheckWishes, findings, summary
from .keeping import open_store
from .output import printable, write_whole
from .reviewed import decided_cells, reviewed
from .settings import Settings

SHOWN = 200  # findings in Prefect's page; the file has all of them
LIMITS = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)  # of confidence, between bands


@dataclass(frozen=True, slots=True)
class AcrossReport:
    """What a comparison of years found."""

    summary: str
    counts: Counter[str]
    lines: tuple[str, ...]  # the first of them
    file: Path  # a JSON object a finding


@dataclass(frozen=True, slots=True)
class Band:
    """Decided cells whose confidence lay between two limits."""

    low: float
    high: float
    cells: int
    expected: float  # wrong ones
    wrong: int


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """Whether what people decided agrees with the confidences that the cells had."""

    drift: Drift
    bands: tuple[Band, ...]


def across_report(settings: Settings, wishes: CheckWishes) -> AcrossReport:
    """Compare the stored reports year by year, and keep the findings as a file.

    Raises:
        WrongUsage: there is no store.
        StoreUnavailable: it cannot be read.
        OSError: the file cannot be written.
    """
    counts: Counter[str] = Counter()
    lines: list[str] = []
    day = datetime.now(UTC).date().isoformat()
    target = settings.work / "reports" / f"check-across-{day}.jsonl"
    target.parent.mkdir(parents=True, exist_ok=True)

    def pieces() -> Iterable[bytes]:
        with open_store(settings) as store:
            for finding in findings(store, wishes, counts):
                line = finding.line()
                if line and len(lines) < SHOWN:
                    lines.append(printable(line))
                yield f"{exact_json(finding.fields())}\n".encode("utf-8", "backslashreplace")

    write_whole(target, pieces())
    return AcrossReport(summary(counts, wishes), counts, tuple(lines), target)


def calibration_of(settings: Settings) -> CalibrationReport:
    """How often decided cells were wrong, beside how often that was expected.

    Raises:
        WrongUsage: there is no store.
        StoreUnavailable: it cannot be read.
    """
    with open_store(settings) as store:
        cells = reviewed(decided_cells(store))
    return CalibrationReport(drift_of(cells), tuple(_bands(cells)))


def _bands(cells: Sequence[Reviewed]) -> Iterable[Band]:
    for low, high in pairwise(LIMITS):
        last = high == LIMITS[-1]
        mine = [cell for cell in cells if low <= cell.p < high or (last and cell.p == high)]
        if mine:
            expected = sum(1.0 - cell.p for cell in mine)
            yield Band(low, high, len(mine), expected, sum(not cell.right for cell in mine))
