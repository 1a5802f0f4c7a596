"""Findings of `gouji check` in words, one line each, and as JSON objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gouji.model import Cause, RelationResult, RelationStatus, SourceInfo
from gouji.reconcile.across import AcrossResult, Compared, YearReport
from gouji.reconcile.series import Comparison, Contradiction
from gouji.store import ReportHead

# What the two sides of a relation are; relations that are not here say only their numbers.
_WITHIN: Mapping[str, str] = {
    "R1": "the total is {left}, the applicants add up to {right}",
    "R2": "received and carried over are {left}, processed and carried forward {right}",
    "R3": "(七) says {left}, the rows above it add up to {right}",
    "R4": "the total is {left}, the four results add up to {right}",
    "R5": "what was in force a year ago would be {left}",
    "R6": "{left} published in total, but {right} newly published",
    "R7": "{left} decisions are just the items and their change",
    "R8": "{left} 规章 at an organ that issues none",
}
_ACROSS: Mapping[tuple[str, Compared], str] = {
    ("X1", Compared.EQUAL): "{left} carried over, {right} were carried forward",
    ("X2", Compared.EQUAL): "{left} in force, the year before and the changes give {right}",
    ("X3", Compared.EQUAL): "{left} items of the year before, that year's report gives {right}",
    ("X3", Compared.AT_LEAST): "{left} published in total, {right} the year before",
    ("X4", Compared.NOTHING): "{left} in force, {right} published in total the year before",
}
_REASONS: Mapping[str, str] = {
    "no_report": "no report for {before}; the last one is for {last}",
    "predecessor_missing": "merged, and not all reports of those merged are there for {before}",
    "no_tables": "a report without its tables",
    "other_form": "two forms that share no cells",
    "not_comparable": "not comparable",
}


class Finding(Protocol):
    """One relation; nothing is put into words before it is to be printed."""

    @property
    def counts_as(self) -> str:
        """What the summary counts it under: a status, `contradiction` or `gap`."""

    def line(self) -> str:
        """The finding in words; empty where another line tells it too."""

    def fields(self) -> dict[str, Any]:
        """The finding as a JSON object."""


@dataclass(frozen=True, slots=True)
class WithinReport:
    """A relation that was tried on one report when it was read."""

    head: ReportHead
    relation: RelationResult

    @property
    def counts_as(self) -> str:
        return str(self.relation.status)

    def line(self) -> str:
        head = self.head
        who = f"{head.issuer or head.source.name} {head.year or ''}".strip()
        sentence = _WITHIN.get(self.relation.id, "{left} against {right}")
        return f"{who}: {_said(self.relation, sentence)} ({head.source.name})"

    def fields(self) -> dict[str, Any]:
        head = self.head
        return {
            **_relation_fields(self.relation),
            "issuer": head.issuer,
            "region": list(head.region),
            "years": [] if head.year is None else [head.year],
            "documents": [_document(head.source, head.year)],
            "keys": list(self.relation.keys),
        }


@dataclass(frozen=True, slots=True)
class BetweenYears:
    """A relation of a comparison; without one the reason why nothing could be compared."""

    comparison: Comparison
    result: AcrossResult | None

    @property
    def counts_as(self) -> str:
        return "gap" if self.result is None else str(self.result.relation.status)

    def line(self) -> str:
        after, before = self.comparison.after, self.comparison.before
        who = f"{after.issuer} {after.year - 1}→{after.year}"
        if self.comparison.renamed and before:
            who = f"{before[0].issuer} → {who}"
        if self.result is None:
            words = _REASONS[self.comparison.reason or ""].format(
                before=after.year - 1, last=self.comparison.last_year
            )
        else:
            words = _across_said(self.result)
        return f"{who}: {words} ({_names((*before, after))})"

    def fields(self) -> dict[str, Any]:
        comparison, result = self.comparison, self.result
        after, before = comparison.after, comparison.before
        common = {
            "issuer": after.issuer,
            "region": list(comparison.organ.region),
            "years": [after.year - 1, after.year],
            "documents": _documents((*before, after)),
            "predecessors": [r.issuer for r in before if r.issuer != after.issuer],
        }
        if result is None:
            nothing = RelationResult("", "", RelationStatus.UNTESTABLE, None, None, level="X")
            return {
                **_relation_fields(nothing),
                "id": None,
                "scope": None,
                **common,
                "keys": {},
                "reason": comparison.reason,
                "last_year": comparison.last_year,
            }
        return {
            **_relation_fields(result.relation),
            **common,
            "keys": {
                str(after.year - 1): list(result.rule.keys(before=True)),
                str(after.year): list(result.rule.keys(before=False)),
            },
            "soft": result.rule.compared is not Compared.EQUAL,
            "reason": result.reason,
            "if_blank_is_zero": result.if_blank_is_zero and str(result.if_blank_is_zero),
        }


@dataclass(frozen=True, slots=True)
class WithinYear:
    """A cell in which two reports for one year differ; ``place`` of those that differ, from 0."""

    contradiction: Contradiction
    place: int

    @property
    def counts_as(self) -> str:
        return "contradiction"

    def line(self) -> str:
        """All cells of two reports are told by the first."""
        if self.place:
            return ""
        one, other = self.contradiction.one, self.contradiction.other
        relation, many = self._relation(), len(self.contradiction.keys)
        cells = f"in {many} cells, first" if many > 1 else "in"
        return (
            f"{one.issuer} {one.year}: X0: two reports for one year differ {cells} "
            f"{relation.scope}: {relation.left} and {relation.right} ({_names((one, other))})"
        )

    def fields(self) -> dict[str, Any]:
        one, other = self.contradiction.one, self.contradiction.other
        relation = self._relation()
        return {
            **_relation_fields(relation),
            "issuer": one.issuer,
            "region": list(self.contradiction.organ.region),
            "years": [one.year],
            "documents": _documents((one, other)),
            "keys": list(relation.keys),
        }

    def _relation(self) -> RelationResult:
        return self.contradiction.relation(self.contradiction.keys[self.place])


def _said(relation: RelationResult, sentence: str) -> str:
    """The relation as a clause: its name, its sides, and what is known of the cause."""
    sides = {
        "left": "unknown" if relation.left is None else relation.left,
        "right": "unknown" if relation.right is None else relation.right,
    }
    name = f"{relation.id} {relation.scope}".strip()
    words = f"{name}: {sentence.format(**sides)}"
    if relation.status is RelationStatus.UNTESTABLE:
        return f"{words}: untestable"
    if relation.status is RelationStatus.HOLDS:
        return f"{words}: holds"
    return f"{words}; may be misread" if relation.cause is Cause.MISREAD_SUSPECTED else words


def _across_said(result: AcrossResult) -> str:
    words = _said(result.relation, _ACROSS[result.rule.id, result.rule.compared])
    violated = result.relation.status is RelationStatus.VIOLATED
    if violated and result.rule.compared is Compared.AT_LEAST:
        words = f"{words}; some may have been repealed"
    if result.reason is not None:
        words = f"{words}: {_REASONS.get(result.reason, result.reason)}"
    if result.if_blank_is_zero is not None:
        words = f"{words}; were blank 0: {result.if_blank_is_zero}"
    return words


def _relation_fields(relation: RelationResult) -> dict[str, Any]:
    return {
        "id": relation.id,
        "scope": relation.scope,
        "level": relation.level,
        "status": str(relation.status),
        "left": relation.left,
        "right": relation.right,
        "cause": relation.cause and str(relation.cause),
    }


def _document(source: SourceInfo, year: int | None) -> dict[str, Any]:
    return {"name": source.name, "sha256": source.sha256, "year": year}


def _documents(reports: Sequence[YearReport]) -> list[dict[str, Any]]:
    return [_document(source, r.year) for r in reports for source in r.documents]


def _names(reports: Sequence[YearReport]) -> str:
    """The document of each report; of a report that is there several times the first."""
    return ", ".join(
        report.documents[0].name
        + (f" and {len(report.documents) - 1} more" if len(report.documents) > 1 else "")
        for report in reports
    )
