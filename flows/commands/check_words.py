"""Findings of `gouji check` in words, one line each, and as JSON objects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gouji.model import Number, RelationResult, RelationStatus, SourceInfo
from gouji.reconcile.across import AcrossResult, Compared, YearReport
from gouji.reconcile.series import Comparison, Contradiction
from gouji.reports.wording import CAUSES, relation_in_words, scope_in_words
from gouji.store import ReportHead

# What the two sides of a relation between years are.
_SENTENCES: Mapping[tuple[str, Compared], str] = {
    ("X1", Compared.EQUAL): "{left} carried over, {right} had been carried forward",
    ("X2", Compared.EQUAL): "{left} in force, the year before and the changes give {right}",
    ("X3", Compared.EQUAL): "{left} items of the year before, its own report gives {right}",
    ("X3", Compared.AT_LEAST): "{left} published in all, {right} the year before",
    ("X4", Compared.NOTHING): "{left} in force, {right} published in all the year before",
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
        return f"{who}: {_within_in_words(self.relation, head.template)} [{head.source.name}]"

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
        if others := [report.issuer for report in before if report.issuer != after.issuer]:
            who = f"{who} (was {', '.join(others)})"
        if self.result is None:
            words = _REASONS[self.comparison.reason or ""].format(
                before=after.year - 1, last=self.comparison.last_year
            )
        else:
            words = _across_in_words(self.result, after.template)
        return f"{who}: {words} [{_names((*before, after))}]"

    def fields(self) -> dict[str, Any]:
        comparison, result = self.comparison, self.result
        after, before = comparison.after, comparison.before
        common = {
            "issuer": after.issuer,
            "region": list(after.region),
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
        names = (scope_in_words(code, one.template) for code in relation.scope.split("/")[1:])
        return (
            f"{one.issuer} {one.year}: two reports differ {cells} {', '.join(names)}: "
            f"{_number(relation.left)} and {_number(relation.right)} (X0) [{_names((one, other))}]"
        )

    def fields(self) -> dict[str, Any]:
        one, other = self.contradiction.one, self.contradiction.other
        relation = self._relation()
        return {
            **_relation_fields(relation),
            "issuer": one.issuer,
            "region": list(one.region),
            "years": [one.year],
            "documents": _documents((one, other)),
            "keys": list(relation.keys),
        }

    def _relation(self) -> RelationResult:
        return self.contradiction.relation(self.contradiction.keys[self.place])


def _across_in_words(result: AcrossResult, template: str | None) -> str:
    relation, compared = result.relation, result.rule.compared
    sides = {side: _number(getattr(relation, side)) for side in ("left", "right")}
    sentence = _SENTENCES[relation.id, compared].format(**sides)
    remarks = [relation.id]
    if relation.status is not RelationStatus.VIOLATED:
        remarks.append(str(relation.status))
    elif compared is Compared.AT_LEAST:
        remarks.append("a warning: some may have been repealed")
    elif relation.cause is not None:
        remarks.append(CAUSES[relation.cause])
    if result.reason is not None:
        remarks.append(_REASONS.get(result.reason, f"cells without a number: {result.reason}"))
    if result.if_blank_is_zero is not None:
        remarks.append(f"were blank 0: {result.if_blank_is_zero}")
    return f"{scope_in_words(relation.scope, template)}: {sentence} ({', '.join(remarks)})"


def _within_in_words(relation: RelationResult, template: str | None) -> str:
    if relation.status is RelationStatus.VIOLATED:
        return relation_in_words(relation, template)
    name = scope_in_words(relation.scope, template)
    sides = f"{_number(relation.left)} and {_number(relation.right)}"
    return f"{name}: {sides} ({relation.id}, {relation.status})"


def _number(number: Number | None) -> str:
    return "nothing" if number is None else f"{number:,}"


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
