"""`gouji calibrate`: fit the confidences anew, and keep them only where they are surely better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gouji import __version__
from gouji.model import WrongUsage
from gouji.reconcile.calibration import (
    Calibration,
    Drift,
    LabelledDocument,
    SourceKind,
    drift_of,
    load_calibration,
)
from gouji.reconcile.calibration.judging import (
    Judged,
    accepted_at,
    calibration_error,
    clearly_better,
    log_loss,
)
from gouji.reconcile.calibration.learning import Learned, judge, learn
from gouji.reconcile.calibration.recorded import read_recordings
from gouji.store.database import database_url

from ..keeping import open_store
from ..output import print_line, printable, write_whole
from ..reviewed import DecidedCell, decided_cells, labelled, reviewed
from ..settings import Settings

BUDGET = 0.02  # share of cells that are reviewed, at which two calibrations are compared
WORSE_BY = 0.001  # of the calibration error: as much is chance


@dataclass(frozen=True, slots=True)
class CalibrateWishes:
    """What to learn from, and what to do with it."""

    recordings: Sequence[Path] = ()
    dry_run: bool = False
    check: bool = False


def calibrate(settings: Settings, wishes: CalibrateWishes) -> int:
    """Fit, compare, and replace where better; the exit status is 1 where there is drift.

    Raises:
        WrongUsage: a folder is none.
        RecordingUnusable: it holds something else.
    """
    cells, documents = _decided(settings)
    drift = drift_of(reviewed(cells))
    if wishes.check:
        print_line(str(drift))
        return int(drift.alarm)
    for folder in wishes.recordings:
        if not folder.is_dir():
            raise WrongUsage(f"{printable(folder)} is no folder of recordings.")
        documents.extend(read_recordings(folder))
    if not documents:
        print_line("There is nothing to learn from: no recordings and no decisions.")
        return 0
    _learn(settings, documents, len(cells), dry_run=wishes.dry_run)
    return _said(drift)


def _learn(
    settings: Settings, documents: list[LabelledDocument], decided: int, *, dry_run: bool
) -> None:
    learned = learn(documents)
    new = learned.calibration
    print_line(
        f"Learned from {len(documents):,} documents of"
        f" {new.fitted_on['reports']:,} reports: {new.fitted_on['cells']:,} cells,"
        f" {new.fitted_on['wrong']:,} of them wrong; people decided {decided:,}."
    )
    if new.confidence is None:
        print_line("Nothing could be fitted: cells of scans are needed, right and wrong ones.")
        return
    old = load_calibration(settings.own_calibration())
    better, reason = compared(learned, documents, old)
    print_line(reason)
    if not better:
        print_line("Not surely better: everything stays as it was.")
        return
    target = settings.calibration
    if dry_run:
        print_line(f"Surely better; it would be written to {printable(target)}.")
        return
    facts = {"version": __version__, "decisions": decided} | dict(new.fitted_on)
    # confidences of digital documents are not fitted: what was promised of them stands
    digital = {k: held for k, held in old.held_out.items() if k is SourceKind.DIGITAL}
    text = replace(new, fitted_on=facts, held_out=digital | dict(new.held_out)).as_json()
    write_whole(target, [text.encode()])
    print_line(f"Surely better: written to {printable(target)}.")


def compared(
    learned: Learned, documents: Sequence[LabelledDocument], old: Calibration
) -> tuple[bool, str]:
    """Whether the new calibration is surely better on documents it had not seen, and the figures.

    The old one may have seen them: it has the easier task.
    """
    before = {(c.document, c.key): c for document in documents for c in judge(document, old)}
    both = [c for c in learned.judged if (c.document, c.key) in before]
    told = [before[c.document, c.key] for c in both]
    better, gain = clearly_better(both, told)
    errors = (calibration_error(told), calibration_error(both))
    slipped = (_slipped(told), _slipped(both))
    # so many more wrong cells are chance, where there are any
    kept = errors[1] <= errors[0] + WORSE_BY and slipped[1] <= slipped[0] + slipped[0] ** 0.5
    reports = len({cell.report for cell in both})
    return better and kept, (
        f"On {reports:,} held-out reports: log loss {log_loss(told):.5f} → {log_loss(both):.5f}"
        f" ({gain:+.5f} a cell), calibration error {errors[0]:.4f} → {errors[1]:.4f}, wrong among"
        f" accepted at a review of {BUDGET:.0%} {slipped[0]} → {slipped[1]}."
    )


def _slipped(cells: Sequence[Judged]) -> int:
    return accepted_at(cells, BUDGET)[1]


def _decided(settings: Settings) -> tuple[list[DecidedCell], list[LabelledDocument]]:
    """The decisions of the store, and the documents they are about; none without a store."""
    url = database_url(settings.database, settings.work)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return [], []
    with open_store(settings) as store:
        cells = decided_cells(store)
        return cells, labelled(cells, store.load)


def _said(drift: Drift) -> int:
    if drift.cells:
        print_line(str(drift))
    return int(drift.alarm)
