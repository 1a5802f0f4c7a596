"""Fitting a calibration on labelled documents, and judging it on those that each curve lacked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gouji.model import Kind
from gouji.reconcile.decoding import Candidate, CellEvidence, CellPrior, Decoded, prior_of
from gouji.reconcile.decoding.evidence import NOT_READ

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
from .sources import SourceKind, is_weighed

FOLDS = 5

Row = tuple[tuple[float, ...], bool]
RowsOf = Callable[[LabelledDocument], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Learned:
    """A calibration with what it was judged on: every cell by curves that lacked its report."""

    calibration: Calibration
    judged: tuple[Judged, ...]
    decisions: Mapping[str, Tally]  # right and made wrong, by what the prior was
    by_fold: tuple[Calibration, ...] = ()  # each lacks the reports of its fold

    def without(self, group: str) -> Calibration:
        """Curves that had not seen this report."""
        return self.by_fold[fold_of(group, len(self.by_fold))]


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
    blind = tuple(
        Calibration(
            priors[fold] if keep_prior else None, named[fold] if keep_prior else None, sures[fold]
        )
        for fold in range(folds)
    )
    return Learned(calibration, tuple(judged), tallies, blind)


def judge(
    document: LabelledDocument,
    calibration: Calibration,
    decoded: Decoded | None = None,
    around: Surroundings | None = None,
) -> list[Judged]:
    """The known cells of a document with their probabilities; decoded here where it is not yet."""
    around = around or surroundings(document.evidences)
    if not document.is_decoded:
        return _as_told(document, around)
    if decoded is None:
        decoded = document.decoded(calibration.priors(document.evidences, around))
    sure = calibration.confidences(document.evidences, decoded, around)
    return [
        Judged(document.group, document.name, key, around.kind, sure[key], right)
        for key, right in _printed(document, decoded, around)
    ]


def _printed(
    document: LabelledDocument, decoded: Decoded, around: Surroundings
) -> Iterator[tuple[str, bool]]:
    """The known cells of which something is said, and whether it is right."""
    for evidence in document.evidences:
        key = evidence.key
        if key in document.truth and is_weighed(evidence) and is_read(decoded, key):
            said = decoded.cells[key].as_printed
            right = document.is_right(key, said)
            if not _is_no_news(key, said, right, around):
                yield key, right


def _as_told(document: LabelledDocument, around: Surroundings) -> list[Judged]:
    """Cells that no sums decided, with the confidence that they were read with."""
    found = []
    for evidence in document.evidences:
        key, said = evidence.key, evidence.readings[0].candidates[0] if evidence.readings else None
        if said is None or key not in document.truth or key not in document.told:
            continue
        right = document.is_right(key, said)
        if said.kind not in NOT_READ and not _is_no_news(key, said, right, around):
            told = document.told[key]
            found.append(Judged(document.group, document.name, key, around.kind, told, right))
    return found


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


def _known(document: LabelledDocument) -> list[tuple[CellEvidence, CellPrior]]:
    known = [e for e in document.evidences if e.key in document.truth and is_weighed(e)]
    pairs = [(e, prior_of(e)) for e in known]
    return [(evidence, prior) for evidence, prior in pairs if prior.candidates]


def _posterior_rows(
    document: LabelledDocument, decoded: Decoded, around: Surroundings
) -> list[Row]:
    sums = tried_sums(decoded)
    by_key = {evidence.key: evidence for evidence in document.evidences}
    return [
        (posterior_features(by_key[key], decoded.cells[key], decoded, sums, around), right)
        for key, right in _printed(document, decoded, around)
    ]


def _is_no_news(key: str, said: Candidate | None, right: bool, around: Surroundings) -> bool:
    """Whether it says, rightly, that a cell is missing of a table of which nothing is there."""
    lost = around.table_lost.get(key.partition("/")[0]) == 1
    return right and lost and said is not None and said.kind is Kind.CELL_NOT_IN_SOURCE


def _facts(documents: Sequence[LabelledDocument], judged: Sequence[Judged]) -> dict[str, Any]:
    kinds = Counter(str(document.source) for document in documents)
    return {
        "documents": len(documents),
        "reports": len({document.group for document in documents}),
        "by_kind": dict(sorted(kinds.items())),
        "cells": len(judged),
        "wrong": sum(not cell.right for cell in judged),
    }
