"""Findings of `gouji check` in words, one line each, and as JSON objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Finding:
    """One relation: ``counts_as`` is what the summary counts it under."""

    counts_as: str  # a status, or `contradiction`, or `gap`
    line: str
    fields: Mapping[str, Any]


def within_report(head: ReportHead, relation: RelationResult) -> Finding:
    """A relation that was tried on one report when it was read."""
    sentence = _WITHIN.get(relation.id, "{left} against {right}")
    line = f"{_who(head.issuer, head.source, head.year)}: {_said(relation, sentence)}"
    fields = {
        **_relation_fields(relation),
        "issuer": head.issuer,
        "region": list(head.region),
        "years": [] if head.year is None else [head.year],
        "documents": [_document(head.source, head.year)],
        "keys": list(relation.keys),
    }
    return Finding(str(relation.status), f"{line} ({head.source.name})", fields)


def between_years(comparison: Comparison) -> Iterator[Finding]:
    """Every relation of a comparison, or the one reason why nothing could be compared."""
    after, before = comparison.after, comparison.before
    years = [after.year - 1, after.year]
    who = f"{after.issuer} {years[0]}→{years[1]}"
    if comparison.renamed:
        who = f"{before[0].issuer} → {who}" if before else who
    common = {
        "issuer": after.issuer,
        "region": list(comparison.organ.region),
        "years": years,
        "documents": _documents((*before, after)),
        "predecessors": [r.issuer for r in before] if len(before) > 1 or comparison.renamed else [],
    }
    if comparison.reason is not None:
        words = _REASONS[comparison.reason].format(before=years[0], last=comparison.last_year)
        empty = RelationResult("", "", RelationStatus.UNTESTABLE, None, None, level="X")
        fields = {**_relation_fields(empty), **common, "keys": {}, "reason": comparison.reason}
        fields |= {"id": None, "scope": None, "last_year": comparison.last_year}
        yield Finding("gap", f"{who}: {words} ({_names((after,))})", fields)
        return
    for result in comparison.results:
        keys = {str(year): list(result.rule.keys(before=year < after.year)) for year in years}
        fields = {**_relation_fields(result.relation), **common, "keys": keys}
        fields |= {
            "soft": result.rule.compared is not Compared.EQUAL,
            "reason": result.reason,
            "if_blank_is_zero": result.if_blank_is_zero and str(result.if_blank_is_zero),
        }
        line = f"{who}: {_across_said(result)} ({_names((*before, after))})"
        yield Finding(str(result.relation.status), line, fields)


def within_year(contradiction: Contradiction) -> Iterator[Finding]:
    """Two reports for one year that differ: a JSON object a cell, the first of them with words."""
    one, other = contradiction.one, contradiction.other
    results = list(contradiction.results())
    for place, result in enumerate(results):
        fields = {
            **_relation_fields(result.relation),
            "issuer": one.issuer,
            "region": list(contradiction.organ.region),
            "years": [one.year],
            "documents": _documents((one, other)),
            "keys": list(result.relation.keys),
        }
        line = ""
        if not place:
            relation, many = result.relation, len(results)
            cells = f"in {many} cells, first" if many > 1 else "in"
            line = (
                f"{one.issuer} {one.year}: X0: two reports for one year differ {cells} "
                f"{relation.scope}: {relation.left} and {relation.right} ({_names((one, other))})"
            )
        yield Finding("contradiction", line, fields)


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
    if result.rule.compared is Compared.AT_LEAST:
        words = (
            words.replace(": holds", "")
            if result.relation.status is (RelationStatus.HOLDS)
            else f"{words} (a warning: some may have been repealed)"
        )
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


def _who(issuer: str | None, source: SourceInfo, year: int | None) -> str:
    return f"{issuer or source.name} {year or ''}".strip()


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
