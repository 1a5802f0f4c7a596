"""`gouji reconcile`: stored reports decided anew with what other documents of the store say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gouji.model import CellState, CellValue, DocumentReading, ReportCell, standing
from gouji.reconcile.calibration import Calibration, EvidenceUnusable, load_calibration
from gouji.reconcile.decoding import Beside
from gouji.reconcile.redeciding import agreed, alone_digest, decide_beside, told_values
from gouji.reconcile.relations import Value
from gouji.store import ReportHead, Store

from ..keeping import open_store
from ..output import print_line, printable
from ..settings import Settings
from .check import HISTORY, Heads, by_organ


@dataclass(frozen=True, slots=True)
class ReconcileWishes:
    """Which reports to decide anew; everything where nothing is said."""

    issuer: str | None = None  # a part of the name
    years: range | None = None
    dry_run: bool = False


@dataclass(slots=True)
class _Snapshot:
    """The store as it was when the run began: every report as it was read alone.

    What other reports say is taken from these readings, never from ones that were decided anew:
    neither the order of the reports nor an earlier run makes a difference.
    """

    store: Store
    decided: Mapping[str, Mapping[str, CellValue]]
    _values: dict[int, dict[str, Value]] = field(default_factory=dict)

    def alone(self, head: ReportHead) -> DocumentReading | None:
        """The reading before other documents were heard."""
        current = self.store.load_reading(head.id)
        if current is None:
            return None
        pipeline = current.pipeline
        digest = alone_digest(pipeline.settings_digest)
        if digest == pipeline.settings_digest:
            return current
        return self.store.load(head.source.sha256, pipeline.version, digest)

    def values(self, head: ReportHead) -> dict[str, Value]:
        """What its cells say that do not wait for a person."""
        if head.id not in self._values:
            reading = self.alone(head)
            decided = self.decided.get(head.source.sha256)
            self._values[head.id] = {} if reading is None else told_values(reading, decided)
        return self._values[head.id]

    def forget(self) -> None:
        """The reports of another organ come next."""
        self._values.clear()


def reconcile_store(settings: Settings, wishes: ReconcileWishes) -> int:
    """Decide the reports anew and say what changed; the exit status is 0.

    Raises:
        WrongUsage: there is no store yet.
        StoreUnavailable: the store cannot be used.
    """
    calibration = load_calibration(settings.own_calibration())
    counts: Counter[str] = Counter()
    with open_store(settings) as store:
        snapshot = _Snapshot(store, _decisions(store))
        organs = by_organ(store.report_heads(), HISTORY, counts)
        for line in _anew(snapshot, organs, calibration, wishes, counts):
            print_line(printable(line))
    print_line(
        f"{counts['reports']:,} reports, {counts['heard']:,} of them with last year's report or a"
        f" copy beside them: {counts['changed']:,} cells read otherwise,"
        f" {counts['waiting']:,} fewer wait for a person."
    )
    return 0


def _anew(
    snapshot: _Snapshot,
    organs: Heads,
    calibration: Calibration,
    wishes: ReconcileWishes,
    counts: Counter[str],
) -> Iterator[str]:
    for organ in sorted(organs):
        years = organs[organ]
        for year in sorted(years):
            for head in years[year]:
                if wishes.years is not None and year not in wishes.years:
                    continue
                if wishes.issuer is not None and wishes.issuer not in (head.issuer or ""):
                    continue
                counts["reports"] += 1
                beside = _beside(snapshot, head, years[year], years.get(year - 1, ()))
                yield from _one(snapshot, head, beside, calibration, wishes, counts)
        snapshot.forget()


def _beside(
    snapshot: _Snapshot,
    head: ReportHead,
    same_year: Sequence[ReportHead],
    year_before: Sequence[ReportHead],
) -> Beside:
    """What other documents say; of last year's reports what they agree on."""
    others = [h for h in same_year if h.source.sha256 != head.source.sha256]
    copies = [snapshot.values(h) for h in others if h.template == head.template]
    last = agreed([snapshot.values(h) for h in year_before])
    return Beside(last or None, copies)


def _one(
    snapshot: _Snapshot,
    head: ReportHead,
    beside: Beside,
    calibration: Calibration,
    wishes: ReconcileWishes,
    counts: Counter[str],
) -> Iterator[str]:
    if beside.last_year is None and not any(beside.copies):
        return
    reading = snapshot.alone(head)
    if reading is None:
        return
    try:
        found = decide_beside(reading, beside, calibration)
    except EvidenceUnusable as error:
        yield f"{head.source.name}: what was kept cannot be used: {error}"
        return
    if found is None:
        return
    counts["heard"] += 1
    counts["changed"] += len(found.changed)
    counts["waiting"] += _waiting(reading) - _waiting(found.reading)
    before = {cell.key: cell for cell in reading.cells}
    after = {cell.key: cell for cell in found.reading.cells}
    for key in found.changed:
        was, now = before[key], after[key]
        yield f"{head.source.name}: {key}: {_said(was)} → {_said(now)} ({now.confidence:.4f})"
    if not wishes.dry_run:
        snapshot.store.save(found.reading)


def _decisions(store: Store) -> dict[str, dict[str, CellValue]]:
    """What people decided, by document and cell."""
    by_document = defaultdict(list)
    for decision in store.reviews.all():
        by_document[decision.made.sha256].append(decision)
    return {
        sha256: {key: decision.made.after for key, decision in standing(decisions).items()}
        for sha256, decisions in by_document.items()
    }


def _waiting(reading: DocumentReading) -> int:
    return sum(cell.state is CellState.REVIEW for cell in reading.cells)


def _said(cell: ReportCell) -> str:
    return str(cell.kind) if cell.value is None else str(cell.value)
