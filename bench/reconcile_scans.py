"""Recorded scans decided in three ways: as read, totals overwritten by their sums, and ours.

Ours uses curves that had not seen the report (`bench.calibration`), so this needs no more than the
recordings: seconds, not hours.
"""

from __future__ import annotations

import gc
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from gouji.model import Kind, RelationStatus
from gouji.reconcile.calibration.judging import Judged, accepted_at, calibration_error
from gouji.reconcile.calibration.learning import Learned
from gouji.reconcile.decoding import form_checks
from gouji.reconcile.relations import Value

from .calibration import BUDGET, fitted
from .reconcile import LEAST_RIGHT, OURS, WAYS, Case, Marks, mark_ways, row_of
from .recordings import Recording, all_there
from .report import Report, Target
from .scans import is_black_and_white

ABSENT = (None, Kind.CELL_NOT_IN_SOURCE)


def measure(found: Sequence[Recording] | None = None, learned: Learned | None = None) -> Report:
    """Every recorded scan; see `bench.recordings` for how they are made."""
    recordings = list(all_there() if found is None else found)
    learned = learned or fitted(recordings)
    scans = [r for r in recordings if r.level.isdigit()]
    marks: dict[str, dict[str, Marks]] = defaultdict(lambda: {way: Marks() for way in WAYS})
    faxes: dict[str, dict[str, Marks]] = defaultdict(lambda: {way: Marks() for way in WAYS})
    judged: dict[str, list[Judged]] = defaultdict(list)
    level_of = {recording.document.name: recording.level for recording in scans}
    for cell in learned.judged:
        if cell.document in level_of:
            judged[level_of[cell.document]].append(cell)
    times: list[float] = []
    consistent: list[float] = []
    ends: Counter[str] = Counter()
    gc.collect()
    gc.freeze()  # else a decoding pays for going through all the recordings that lie in memory
    for recording in scans:
        document = recording.document
        calibration = learned.without(document.group)
        priors = calibration.priors(document.evidences)
        begun = time.process_time()
        decoded = document.decoded(priors)
        spent = 1000 * (time.process_time() - begun)
        ends[decoded.outcome] += 1
        case = case_of(recording)
        form_only = tuple(c for c in decoded.checks if c.check.level == "H")
        form = replace(decoded, checks=form_only)
        mark_ways(case, form, marks[recording.level])
        if is_black_and_white(document.name):
            mark_ways(case, form, faxes[recording.level])
        tried = [c.before for c in decoded.checks if c.check.level == "H"]
        (times if RelationStatus.VIOLATED in tried else consistent).append(spent)
    rows: list[tuple[str, ...]] = []
    targets: list[Target] = []
    for level in sorted(marks):
        for way in WAYS:
            extra = _of_review(judged[level]) if way == OURS else ("", "")
            rows.append((*row_of(f"level {level}, {way}", marks[level][way]), *extra))
        if level in faxes:
            ours = faxes[level][OURS]
            rows.append((*row_of(f"level {level}, {OURS}, black and white", ours), "", ""))
        targets += _targets(level, marks[level][OURS])
    cells = [cell for some in judged.values() for cell in some]
    if cells:
        accepted, slipped = accepted_at(cells, BUDGET)
        targets.append(
            Target("wrong in 20,000 accepted at 2 %", 20_000 * slipped / max(accepted, 1), 1.0)
        )
        targets.append(Target("calibration error (ECE)", calibration_error(cells), 0.005))
    targets += _time_targets(consistent, times)
    heads = (
        "recorded scans", "cells", "right", "", "made wrong", "errors kept", "blamed in vain",
        "slip at 2 %", "ECE",
    )  # fmt: skip
    notes = (
        f"{len(scans)} files of {len({r.document.group for r in scans})} reports; decoding ended "
        + ", ".join(f"{end} {count}" for end, count in sorted(ends.items())),
    )
    return Report("Scans decided jointly", heads, tuple(rows), tuple(targets), notes)


def case_of(recording: Recording) -> Case:
    """What the file prints of the form, and its sums over the cells that it shows."""
    document = recording.document
    read = {
        evidence.key
        for evidence in document.evidences
        if evidence.readings
        and evidence.readings[0].candidates
        and evidence.readings[0].candidates[0].kind is not Kind.CELL_NOT_IN_SOURCE
    }
    # a cell that is on no page counts where something was read for it all the same
    printed = {key: said for key, said in document.truth.items() if said != ABSENT or key in read}
    keys = tuple(evidence.key for evidence in document.evidences)
    checks = form_checks(document.template or "", keys)
    values = {key: Value(*said) for key, said in (dict.fromkeys(keys, ABSENT) | printed).items()}
    violated = frozenset(
        check.name
        for check in checks
        if check.balance is not None
        and check.balance.check(values).status is RelationStatus.VIOLATED
    )
    return Case(printed, checks, recording.slips & printed.keys(), violated)


def _of_review(cells: Sequence[Judged]) -> tuple[str, str]:
    if not cells:
        return ("", "")
    accepted, slipped = accepted_at(cells, BUDGET)
    return (f"{slipped} of {accepted}", f"{calibration_error(cells):.4f}")


def _targets(level: str, ours: Marks) -> list[Target]:
    return [
        Target(
            f"level {level}, right as printed",
            ours.right / max(ours.cells, 1),
            LEAST_RIGHT[int(level)],
            at_least=True,
        ),
        Target(f"level {level}, made wrong", ours.made_wrong, 0),
        Target(
            f"level {level}, publishers' errors kept and reported",
            ours.kept / max(ours.slips, 1) if ours.slips else 1.0,
            0.99,
            at_least=True,
        ),
        Target(
            f"level {level}, publishers blamed in vain",
            ours.blamed / max(ours.consistent, 1),
            0.005,
        ),
    ]


def _time_targets(consistent: Sequence[float], others: Sequence[float]) -> list[Target]:
    targets = []
    for name, spent, limit in (
        ("decoding, all consistent, 95th percentile", consistent, 20.0),
        ("decoding, otherwise, 95th percentile", others, 150.0),
        ("decoding, longest", [*consistent, *others], 2000.0),
    ):
        if spent:
            ordered = sorted(spent)
            place = len(ordered) - 1 if limit == 2000.0 else int(0.95 * (len(ordered) - 1))
            targets.append(Target(name, ordered[place], limit, "ms"))
    return targets
