"""Fitting a calibration on labelled documents, and judging it on those that each curve lacked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gouji.model import Kind
from gouji.reconcile.decoding import Candidate, CellEvidence, CellPrior, Decoded, prior_of
from gouji.reconcile.decoding.evidence import NOT_READ

from .calibration import Calibration, has_prior, is_read
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
from .judging import Judged, read_only
from .promise import HeldOut, measure_held_out
from .sources import SourceKind, is_weighed
from .support import Support, stands_there

FOLDS = 5

_ABSENT = (None, Kind.CELL_NOT_IN_SOURCE)

Row = tuple[tuple[float, ...], bool]


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

    def is_as_good_as(self, other: Tally) -> bool:
        """Whether as many are right, and no more were spoiled."""
        return self.right >= other.right and self.made_wrong <= other.made_wrong

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
    """Fit on all documents; judge each by curves that no label of its report had a part in.

    Documents of one group are in one fold. Where there are labels of one kind only, or none, the
    curve is left out and what stood before stands; so it is with priors that do not help.

    Raises:
        InstallationIncomplete: SciPy is not installed.
    """
    ordered = sorted(documents, key=lambda d: (d.group, d.name))
    around = {d.name: surroundings(d.evidences) for d in ordered}
    decoded = [d for d in ordered if d.is_decoded]
    fold_by_name = {d.name: fold_of(d.group, folds) for d in ordered}

    def held_by(fold: int) -> list[LabelledDocument]:
        return [d for d in decoded if fold_by_name[d.name] == fold]

    def others_of(fold: int) -> list[LabelledDocument]:
        return [d for d in decoded if fold_by_name[d.name] != fold]

    def decide(document: LabelledDocument, calibration: Calibration) -> Decoded:
        return document.decoded(calibration.priors(document.evidences, around[document.name]))

    best = {d.name: _prior_rows(d, around[d.name]) for d in decoded}
    named = {d.name: _named_rows(d) for d in decoded}
    kinds = {d.name: [stands_there(prior) for _, prior in _known(d)] for d in decoded}
    priors = [_priors_of(others_of(fold), best, named) for fold in range(folds)]
    supports = [_support_of(others_of(fold), best, kinds) for fold in range(folds)]
    priors = [replace(p, support=s) for p, s in zip(priors, supports, strict=True)]
    tallies = {"plain": Tally(), "calibrated": Tally()}
    for fold, curves in enumerate(priors):
        for document in held_by(fold):
            for way, calibration in (("plain", Calibration()), ("calibrated", curves)):
                tallies[way] = tallies[way].plus(document, decide(document, calibration))
    keep = tallies["calibrated"].is_as_good_as(tallies["plain"])
    if not keep:
        priors = [Calibration(support=support) for support in supports]

    plain_rows: dict[str, list[Row]] = {}
    blind: list[Calibration] = []
    rows: dict[str, list[Row]] = {}
    judged: list[Judged] = []
    for fold, curves in enumerate(priors):
        training: dict[str, list[Row]] = {}
        for document in others_of(fold):
            known = plain_rows.get(document.name)
            if known is None:
                known = _posterior_rows(document, decide(document, curves), around[document.name])
                if not keep:  # then they are the same in every fold
                    plain_rows[document.name] = known
            training[document.name] = known
        sure = _fitted(POSTERIOR, others_of(fold), training)
        blind.append(replace(curves, confidence=sure))
        for document in ordered:
            if fold_by_name[document.name] == fold:
                result = decide(document, curves) if document.is_decoded else None
                judged.extend(judge(document, blind[fold], result, around[document.name]))
                if result is not None:
                    rows[document.name] = _posterior_rows(document, result, around[document.name])
    judged.sort(key=lambda cell: (cell.report, cell.document))
    calibration = replace(
        _priors_of(decoded, best, named) if keep else Calibration(),
        confidence=_fitted(POSTERIOR, decoded, rows),
        support=_support_of(decoded, best, kinds),
        held_out=held_out(judged, ordered),
        fitted_on=_facts(ordered, judged),
    )
    return Learned(calibration, tuple(judged), tallies, tuple(blind))


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
    found = [
        Judged(document.group, document.name, key, around.kind, sure[key], right)
        for key, right in _printed(document, decoded)
    ]
    for evidence in document.evidences:
        key = evidence.key
        truth = document.truth.get(key, _ABSENT)
        lost = _is_no_news(key, decoded.cells[key].as_printed, around)
        if truth != _ABSENT and not lost and is_weighed(evidence) and not is_read(decoded, key):
            found.append(_unread(document, key, around))
    return found


def _unread(document: LabelledDocument, key: str, around: Surroundings) -> Judged:
    return Judged(document.group, document.name, key, around.kind, 0.0, False, read=False)


def _printed(document: LabelledDocument, decoded: Decoded) -> Iterator[tuple[str, bool]]:
    """The known cells of which something is said, and whether it is right."""
    for evidence in document.evidences:
        key = evidence.key
        if key in document.truth and is_weighed(evidence) and is_read(decoded, key):
            yield key, document.is_right(key, decoded.cells[key].as_printed)


def _as_told(document: LabelledDocument, around: Surroundings) -> list[Judged]:
    """Cells that no sums decided, with the confidence that they were read with."""
    found = []
    for evidence in document.evidences:
        key, said = evidence.key, evidence.readings[0].candidates[0] if evidence.readings else None
        if said is None or key not in document.truth or key not in document.told:
            continue
        right = document.is_right(key, said)
        if said.kind in NOT_READ:
            found.append(_unread(document, key, around))
        elif not _is_no_news(key, said, around):
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
        known = (cell for cell in read_only(judged) if cell.document in whole)
        mine = [cell for cell in known if cell.source is kind]
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


def _priors_of(
    documents: Sequence[LabelledDocument],
    best: Mapping[str, Sequence[Row]],
    named: Mapping[str, Sequence[Row]],
) -> Calibration:
    """The curves before any sum is heard."""
    prior = _fitted(PRIOR, documents, best)
    return Calibration(prior, _fitted(NAMED, documents, named, fit_logistic) if prior else None)


def _support_of(
    documents: Sequence[LabelledDocument],
    best: Mapping[str, Sequence[Row]],
    kinds: Mapping[str, Sequence[str]],
) -> Support | None:
    rows = [
        (kind, document.group, row)
        for document in documents
        for kind, (row, _) in zip(kinds[document.name], best[document.name], strict=True)
    ]
    return Support.of(rows) if rows else None


def _fitted(
    features: Sequence[Feature],
    documents: Sequence[LabelledDocument],
    rows_of: Mapping[str, Sequence[Row]],
    fit: Callable[[Sequence[Feature], Labels], Curve] = fit_curve,
) -> Curve | None:
    rows = [
        (row, is_right, document.group)
        for document in documents
        for row, is_right in rows_of[document.name]
    ]
    try:
        return fit(features, Labels.of(*(zip(*rows, strict=True) if rows else ([], [], []))))
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
    """Cells that the curves before the sums speak of, as `Calibration.priors` applies them."""
    known = [e for e in document.evidences if e.key in document.truth and is_weighed(e)]
    pairs = [(e, prior_of(e)) for e in known]
    return [(e, prior) for e, prior in pairs if has_prior(prior)]


def _posterior_rows(
    document: LabelledDocument, decoded: Decoded, around: Surroundings
) -> list[Row]:
    sums = tried_sums(decoded)
    by_key = {evidence.key: evidence for evidence in document.evidences}
    return [
        (posterior_features(by_key[key], decoded.cells[key], decoded, sums, around), right)
        for key, right in _printed(document, decoded)
    ]


def _is_no_news(key: str, said: Candidate | None, around: Surroundings) -> bool:
    """Whether it says that a cell is missing of a table of which nothing was found."""
    lost = around.table_lost.get(key.partition("/")[0]) == 1
    return lost and said is not None and said.kind is Kind.CELL_NOT_IN_SOURCE


def _facts(documents: Sequence[LabelledDocument], judged: Sequence[Judged]) -> dict[str, Any]:
    kinds = Counter(str(document.source) for document in documents)
    return {
        "documents": len(documents),
        "reports": len({document.group for document in documents}),
        "by_kind": dict(sorted(kinds.items())),
        "cells": len(read_only(judged)),
        "wrong": sum(not cell.right for cell in read_only(judged)),
        "unread": sum(not cell.read for cell in judged),
    }
