"""The calibration that ships, fitted on the recordings and judged on reports it had not seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gouji import __version__
from gouji.reconcile.calibration import Calibration, SourceKind
from gouji.reconcile.calibration.folds import fold_of
from gouji.reconcile.calibration.judging import (
    Judged,
    accepted_at,
    calibration_error,
    clearly_better,
    log_loss,
    read_only,
)
from gouji.reconcile.calibration.learning import Learned, judge, learn, with_facts
from gouji.reconcile.calibration.promise import measure_held_out
from gouji.reconcile.confidence import REVIEW_BELOW

from .documents import ROOT, made_in
from .recordings import (
    FOLDER,
    WRITTEN,
    Recording,
    all_there,
    documents,
    version_note,
    versions,
)
from .report import Report, Target

SHIPPED = ROOT / "gouji" / "reconcile" / "calibration.json"
BUDGET = 0.02
HALVINGS, RATES = 20, (0.0005, 0.002, 0.01)


def fit_and_write(out: Path | None = None, folder: Path = FOLDER) -> Report:
    """Fit on every recording there is, write the calibration, and say how good it is."""
    found = all_there(folder)
    learned = fitted(found)
    target = out or SHIPPED
    if found:
        target.write_text(learned.calibration.as_json(), encoding="utf-8")
    written = f"written to {target}" if found else f"nothing written: no recordings in {folder}"
    return report_of(learned, found, (version_note(found), written))


def fitted(found: list[Recording]) -> Learned:
    """A calibration of the recordings."""
    facts: dict[str, Any] = {
        "version": __version__,
        "generator": made_in().name,
        "readers": versions(found),
    }
    return with_facts(learn(documents(found)), facts)


def report_of(learned: Learned, found: list[Recording], notes: tuple[str, ...] = ()) -> Report:
    """By kind of source: how sure, how right, and what a review of a fiftieth leaves.

    Reports that a pen went over teach, but are no part of what is aimed at: they have as many marks
    as nobody's reports have.
    """
    judged = learned.judged
    plain = [c for recording in found for c in judge(recording.document, Calibration())]
    rows, targets = [], []
    penned = {r.document.name for r in found if r.level == WRITTEN}
    usual = [c for c in judged if c.document not in penned]
    kinds: list[tuple[str, list[Judged]]] = [
        (str(kind), [c for c in usual if c.source is kind]) for kind in SourceKind
    ]
    pens = ("pens over numbers", [c for c in judged if c.document in penned])
    for name, cells in [*kinds, ("all but these", usual), pens]:
        if not cells:
            continue
        accepted, slipped = accepted_at(cells, BUDGET)
        rows.append(
            (
                name,
                str(len({c.report for c in cells})),
                str(len(cells)),
                str(sum(not c.right for c in read_only(cells))),
                str(sum(not c.read for c in cells)),
                f"{log_loss(cells):.5f}",
                f"{calibration_error(cells):.4f}",
                f"{slipped} of {accepted}",
                _accepted_as_told(cells),
                _promised(learned.calibration, name),
            )
        )
    accepted, slipped = accepted_at(usual, BUDGET)
    targets.append(Target("calibration error (ECE)", calibration_error(usual), 0.005))
    targets.append(Target("wrong among 20,000 accepted", 20_000 * slipped / max(accepted, 1), 1.0))
    kept, made = bounds_kept(judged)
    if made:
        targets.append(
            Target("promises of one half kept by the other", kept / made, 0.95, at_least=True)
        )
    tallies = ", ".join(
        f"{way} priors: {t.right} of {t.cells} right, {t.made_wrong} made wrong"
        for way, t in learned.decisions.items()
    )
    compared = ""
    if [(c.document, c.key) for c in plain] == [(c.document, c.key) for c in judged]:
        better, gain = clearly_better(judged, plain)
        compared = f"beside uncalibrated: {gain:+.5f} in log loss a cell, surely better: {better}"
    heads = (
        "held out",
        "reports",
        "cells",
        "wrong",
        "unread",
        "log loss",
        "ECE",
        "slip at 2 %",
        f"wrong from {REVIEW_BELOW}",
        "promise",
    )
    title = "Calibration: each cell judged by curves that had not seen its report"
    return Report(
        title, heads, tuple(rows), tuple(targets), tuple(filter(None, (tallies, compared, *notes)))
    )


def bounds_kept(cells: Sequence[Judged]) -> tuple[int, int]:
    """Promises made by one half of the reports and kept by the other, of all that were made.

    By kind of source, over `HALVINGS` ways to halve the reports; a promise of an error rate is
    that of `threshold_for`.
    """
    kept = made = 0
    for kind in SourceKind:
        mine = [cell for cell in read_only(cells) if cell.source is kind]
        for halving in range(HALVINGS):
            one, other = (
                [c for c in mine if fold_of(c.report, 2, f"half {halving}") == side]
                for side in (0, 1)
            )
            held = measure_held_out(
                [c.p for c in one], [c.right for c in one], [c.report for c in one], 0
            )
            for rate in RATES:
                threshold = held.threshold_for(rate)
                accepted = [c for c in other if threshold is not None and c.p >= threshold]
                if accepted:
                    made += 1
                    kept += sum(not c.right for c in accepted) <= rate * len(accepted)
    return kept, made


def _accepted_as_told(cells: Sequence[Judged]) -> str:
    """Of the cells that are accepted without any wish how many are wrong."""
    accepted = [cell for cell in read_only(cells) if cell.p >= REVIEW_BELOW]
    return f"{sum(not cell.right for cell in accepted)} of {len(accepted)}"


def _promised(calibration: Calibration, name: str) -> str:
    """The bound of the error rate, and the share of cells accepted at it, at the best point."""
    held = next((h for kind, h in calibration.held_out.items() if str(kind) == name), None)
    if held is None or not held.is_enough:
        return "none: too few reports"
    point = min(held.points, key=lambda p: (p.bound, -p.accepted))
    return f"≤ {point.bound:.3%} of {point.accepted / held.cells:.0%}"
