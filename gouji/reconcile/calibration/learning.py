"""Fitting a calibration on labelled documents, and judging it on those that each curve lacked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gouji.model import Kind
from gouji.reconcile.decoding import CellPrior, Decoded, prior_of

from .calibration import Calibration, is_read
from .curves import Curve
from .documents import LabelledDocument
from .features import (
    NAMED,
    POSTERIOR,
    PRIOR,
    Feature,
    Surroundings,
    named_features,
    posterior_features,
    prior_features,
    surroundings,
    tried_sums,
)
from .fitting import Labels, TooFewLabels, fit_curve, fit_logistic
from .folds import fold_of
from .judging import Judged
from .promise import HeldOut, measure_held_out
from .sources import SourceKind

FOLDS = 5

Row = tuple[tuple[float, ...], bool]
RowsOf = Callable[[LabelledDocument], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Learned:
    """A calibration with what it was judged on: every cell by curves that lacked its report."""

    calibration: Calibration
    judged: tuple[Judged, ...]
    decisions: Mapping[str, Tally]  # right and made wrong, by what the prior was


@dataclass(frozen=True, slots=True)
class Tally:
    """Known cells after decoding."""

    cells: int = 0
    right: int = 0
    made_wrong: int = 0  # that had been read right

    def plus(self, document: LabelledDocument, decoded: Decoded) -> Tally:
        cells = [decoded.cells[key] for key in document.truth if key in decoded.cells]
        right = [document.is_right(c.key, c.as_printed) for c in cells]
        spoiled = [
            document.is_right(c.key, c.read) and not is_right
            for c, is_right in zip(cells, right, strict=True)
        ]
        return Tally(
            self.cells + len(cells), self.right + sum(right), self.made_wrong + sum(spoiled)
        )


def learn(documents: Sequence[LabelledDocument], folds: int = FOLDS) -> Learned:
    """Fit on all documents, judge each by curves of the other folds.

    Documents of one group are in one fold. Where there are labels of one kind only, or none, the
    curve is left out and what stood before stands.

    Raises:
        InstallationIncomplete: SciPy is not installed.
    """
    ordered = sorted(documents, key=lambda d: (d.group, d.name))
    around = {d.name: surroundings(d.evidences) for d in ordered}
    decoded = [d for d in ordered if d.is_decoded]
    groups = {d.name: fold_of(d.group, folds) for d in ordered}

    def best_rows(document: LabelledDocument) -> list[Row]:
        return _prior_rows(document, around[document.name])

    priors = _by_fold(PRIOR, decoded, best_rows, groups, folds)
    named = _by_fold(NAMED, decoded, _named_rows, groups, folds, fit_logistic)
    tallies = {"plain": Tally(), "calibrated": Tally()}
    ways: dict[str, dict[str, Decoded]] = {"plain": {}, "calibrated": {}}
    for document in decoded:
        fold = groups[document.name]
        curves = Calibration(priors[fold], named[fold])
        for way, calibration in (("plain", Calibration()), ("calibrated", curves)):
            if way == "calibrated" and curves.prior is None:
                continue
            result = document.decoded(calibration.priors(document.evidences, around[document.name]))
            ways[way][document.name] = result
            tallies[way] = tallies[way].plus(document, result)
    plain, calibrated = tallies["plain"], tallies["calibrated"]
    keep_prior = (
        calibrated.cells == plain.cells
        and calibrated.right >= plain.right
        and calibrated.made_wrong <= plain.made_wrong
    )
    chosen = ways["calibrated" if keep_prior else "plain"]

    def printed_rows(document: LabelledDocument) -> list[Row]:
        return _posterior_rows(document, chosen[document.name], around[document.name])

    sures = _by_fold(POSTERIOR, decoded, printed_rows, groups, folds)
    judged: list[Judged] = []
    for document in ordered:
        curve = Calibration(confidence=sures[groups[document.name]])
        judged.extend(judge(document, curve, chosen.get(document.name), around[document.name]))
    calibration = Calibration(
        _fitted(PRIOR, decoded, best_rows) if keep_prior else None,
        _fitted(NAMED, decoded, _named_rows, fit_logistic) if keep_prior else None,
        _fitted(POSTERIOR, decoded, printed_rows),
        held_out(judged, ordered),
        _facts(ordered, judged),
    )
    return Learned(calibration, tuple(judged), tallies)


def judge(
    document: LabelledDocument,
    calibration: Calibration,
    decoded: Decoded | None = None,
    around: Surroundings | None = None,
) -> list[Judged]:
    """The known cells of a document with their probabilities; decoded here where it is not yet."""
    if not document.is_decoded:
        return [
            Judged(
                document.group, document.name, e.key, document.source, document.told[e.key],
                document.is_right(e.key, e.readings[0].candidates[0]),
            )
            for e in document.evidences
            if e.key in document.truth and e.key in document.told and e.readings
            and e.readings[0].candidates
        ]  # fmt: skip
    around = around or surroundings(document.evidences)
    if decoded is None:
        decoded = document.decoded(calibration.priors(document.evidences, around))
    sure = calibration.confidences(document.evidences, decoded, around)
    return [
        Judged(
            document.group, document.name, e.key, around.kind, sure[e.key],
            document.is_right(e.key, decoded.cells[e.key].as_printed),
        )
        for e in document.evidences
        if e.key in document.truth and is_read(decoded, e.key)
        and not _of_no_table(e.key, decoded, document, around)
    ]  # fmt: skip


def held_out(
    judged: Sequence[Judged], documents: Sequence[LabelledDocument]
) -> dict[SourceKind, HeldOut]:
    """What the judged cells of wholly known documents promise, by kind of source."""
    whole = {document.name for document in documents if document.whole}
    found = {}
    for kind in SourceKind:
        mine = [cell for cell in judged if cell.source is kind and cell.document in whole]
        if mine:
            found[kind] = measure_held_out(
                [cell.p for cell in mine],
                [cell.right for cell in mine],
                [cell.report for cell in mine],
                len({cell.document for cell in mine}),
            )
    return found


def with_facts(learned: Learned, facts: Mapping[str, Any]) -> Learned:
    """The same, saying more of what it was fitted on."""
    calibration = learned.calibration
    told = dict(facts) | dict(calibration.fitted_on)
    return replace(learned, calibration=replace(calibration, fitted_on=told))


def _by_fold(
    features: Sequence[Feature],
    documents: Sequence[LabelledDocument],
    rows_of: RowsOf,
    groups: Mapping[str, int],
    folds: int,
    fit: Callable[[Sequence[Feature], Labels], Curve] = fit_curve,
) -> dict[int, Curve | None]:
    """For every fold the curve of all the others."""
    rows = {document.name: list(rows_of(document)) for document in documents}
    return {
        fold: _fitted(
            features, [d for d in documents if groups[d.name] != fold],
            lambda document: rows[document.name], fit,
        )
        for fold in range(folds)
    }  # fmt: skip


def _fitted(
    features: Sequence[Feature],
    documents: Sequence[LabelledDocument],
    rows_of: RowsOf,
    fit: Callable[[Sequence[Feature], Labels], Curve] = fit_curve,
) -> Curve | None:
    rows: list[tuple[float, ...]] = []
    right: list[bool] = []
    groups: list[str] = []
    for document in documents:
        for row, is_right in rows_of(document):
            rows.append(row)
            right.append(is_right)
            groups.append(document.group)
    try:
        return fit(features, Labels.of(rows, right, groups))
    except TooFewLabels:
        return None


def _prior_rows(document: LabelledDocument, around: Surroundings) -> list[Row]:
    return [
        (
            prior_features(evidence, prior, around),
            document.is_right(evidence.key, prior.candidates[0]),
        )
        for evidence, prior in _known(document)
    ]


def _named_rows(document: LabelledDocument) -> list[Row]:
    return [
        (
            named_features(prior),
            any(document.is_right(prior.key, candidate) for candidate in prior.candidates[1:]),
        )
        for _, prior in _known(document)
        if not document.is_right(prior.key, prior.candidates[0])
    ]


def _known(document: LabelledDocument) -> list[tuple[Any, CellPrior]]:
    pairs = [(e, prior_of(e)) for e in document.evidences if e.key in document.truth]
    return [(evidence, prior) for evidence, prior in pairs if prior.candidates]


def _posterior_rows(
    document: LabelledDocument, decoded: Decoded, around: Surroundings
) -> list[Row]:
    sums = tried_sums(decoded)
    return [
        (
            posterior_features(e, decoded.cells[e.key], decoded, sums, around),
            document.is_right(e.key, decoded.cells[e.key].as_printed),
        )
        for e in document.evidences
        if e.key in document.truth and is_read(decoded, e.key)
        and not _of_no_table(e.key, decoded, document, around)
    ]  # fmt: skip


def _of_no_table(
    key: str, decoded: Decoded, document: LabelledDocument, around: Surroundings
) -> bool:
    """Whether it says that a cell is missing of a table of which nothing is there: no news."""
    printed = decoded.cells[key].as_printed
    return (
        printed is not None
        and printed.kind is Kind.CELL_NOT_IN_SOURCE
        and around.table_lost.get(key.partition("/")[0]) == 1
        and document.is_right(key, printed)
    )


def _facts(documents: Sequence[LabelledDocument], judged: Sequence[Judged]) -> dict[str, Any]:
    kinds = Counter(str(document.source) for document in documents)
    return {
        "documents": len(documents),
        "reports": len({document.group for document in documents}),
        "by_kind": dict(sorted(kinds.items())),
        "cells": len(judged),
        "wrong": sum(not cell.right for cell in judged),
    }
