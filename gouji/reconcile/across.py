"""勾稽关系 X1–X4: what one organ's reports of two years following each other must agree on.

Like the relations within a report these state facts about the sources; no number is changed by
them, and a cell without a number makes a relation `untestable`, never `violated`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gouji.model import CellState, Kind, Number, RelationResult, RelationStatus, SourceInfo
from gouji.model.report import Cause

from .relations import (
    APPLICATIONS,
    ARTICLE20,
    BLOCKS,
    CARRIED,
    COLUMNS,
    FORWARD,
    PROCESSED,
    RECEIVED,
    REVIEW,
)

LEVEL = "X"
ISSUED = ("art20_1.regulations", "art20_1.normative_documents")
COUNTED = (
    "art20_5.licences",
    "art20_5.other_services",
    "art20_6.penalties",
    "art20_6.coercive_measures",
    "art20_8.administrative_fees",
)


@dataclass(frozen=True, slots=True)
class YearValue:
    """A value cell as relations across years see it: the number a person left, if one did."""

    number: Number | None
    kind: Kind
    state: CellState = CellState.ACCEPTED


@dataclass(frozen=True, slots=True)
class YearReport:
    """What the report of one organ for one year says, and the documents that say so."""

    year: int
    issuer: str
    template: str | None
    values: Mapping[str, YearValue]  # of `READ_KEYS` those that its form has; empty without tables
    documents: tuple[SourceInfo, ...]


class Compared(StrEnum):
    EQUAL = "="
    AT_LEAST = "≥"  # likely, not certain: it warns
    NOTHING = "–"  # the numbers are shown side by side; no relation joins them


@dataclass(frozen=True, slots=True)
class Term:
    """A cell of one of the two years, added or taken off."""

    key: str
    before: bool = False
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """A relation between two years; `left` and `right` are sums of terms."""

    id: str
    scope: str
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    compared: Compared = Compared.EQUAL

    @property
    def terms(self) -> tuple[Term, ...]:
        return (*self.left, *self.right)

    def keys(self, *, before: bool) -> tuple[str, ...]:
        """The cells it ties in the year before, or in the year itself."""
        return tuple(term.key for term in self.terms if term.before is before)


@dataclass(frozen=True, slots=True)
class AcrossResult:
    """A relation tried on two years."""

    rule: Rule
    relation: RelationResult
    # of an untestable one: `not_comparable`, or the kinds of the cells that have no number
    reason: str | None = None
    if_blank_is_zero: RelationStatus | None = None  # what it would be, where blanks hinder it


def _rules() -> Iterator[Rule]:
    for column in COLUMNS:
        carried, forward = (f"{APPLICATIONS}/{row}/{column}" for row in (CARRIED, FORWARD))
        yield Rule("X1", column, (Term(carried),), (Term(forward, before=True),))
    for row in ISSUED:
        cell = f"{ARTICLE20}/{row}/{{}}".format
        in_force, total = cell("in_force"), cell("published_total")
        changes = (Term(cell("issued")), Term(cell("repealed"), sign=-1))
        yield Rule("X2", row, (Term(in_force),), (Term(in_force, before=True), *changes))
        yield Rule("X3", row, (Term(total),), (Term(total, before=True),), Compared.AT_LEAST)
        yield Rule("X4", row, (Term(in_force),), (Term(total, before=True),), Compared.NOTHING)
    for row in COUNTED:
        items, change = (f"{ARTICLE20}/{row}/{c}" for c in ("previous_items", "change"))
        was = (Term(items, before=True), Term(change, before=True))
        yield Rule("X3", row, (Term(items),), was)


RULES: tuple[Rule, ...] = tuple(_rules())
KEYS: tuple[str, ...] = tuple(dict.fromkeys(t.key for rule in RULES for t in rule.terms))
"""All cells that a relation across years ties."""
READ_KEYS: tuple[str, ...] = (
    *KEYS,
    *(f"{APPLICATIONS}/{row}/total" for row in (RECEIVED, PROCESSED, "granted_in_full")),
    *(f"{ARTICLE20}/{row}/decisions" for row in COUNTED[:-1]),
    f"{ARTICLE20}/{COUNTED[-1]}/amount_wan_yuan",
    *(f"{REVIEW}/{block}/total" for block in BLOCKS),
)
"""And those that tell whether two reports for one year are the same report."""


def check_years(before: Sequence[YearReport], after: YearReport) -> Iterator[AcrossResult]:
    """Every relation that both forms have the cells for.

    ``before`` is the report of the year before: one, or those of all organs that were merged into
    this one, whose numbers are added up.
    """
    for rule in RULES:
        reports = [before if term.before else (after,) for term in rule.terms]
        pairs = list(zip(rule.terms, reports, strict=True))
        if all(term.key in report.values for term, said in pairs for report in said):
            yield _check(rule, before, after)


def _check(rule: Rule, before: Sequence[YearReport], after: YearReport) -> AcrossResult:
    def cells(term: Term) -> list[YearValue]:
        return [report.values[term.key] for report in (before if term.before else (after,))]

    def total(terms: Sequence[Term], *, blank_is_zero: bool = False) -> Number | None:
        sum_: Number = 0
        for term in terms:
            for cell in cells(term):
                if cell.number is not None:
                    sum_ += term.sign * cell.number
                elif not (blank_is_zero and cell.kind is Kind.BLANK):
                    return None
        return sum_

    left, right = total(rule.left), total(rule.right)
    status, reason, cause, otherwise = RelationStatus.UNTESTABLE, None, None, None
    tied = [cell for term in rule.terms for cell in cells(term)]
    if left is None or right is None:
        kinds = {str(cell.kind) for cell in tied if cell.number is None}
        reason = " ".join(sorted(kinds))
        zero_left = total(rule.left, blank_is_zero=True)
        zero_right = total(rule.right, blank_is_zero=True)
        if zero_left is not None and zero_right is not None:
            otherwise = _status(rule, zero_left, zero_right)
    else:
        status = _status(rule, left, right)
        reason = "not_comparable" if rule.compared is Compared.NOTHING else None
    if status is RelationStatus.VIOLATED:
        cause = _cause(tied)
    keys = (*rule.keys(before=True), *rule.keys(before=False))
    relation = RelationResult(rule.id, rule.scope, status, left, right, cause, LEVEL, keys)
    return AcrossResult(rule, relation, reason, otherwise)


def _status(rule: Rule, left: Number, right: Number) -> RelationStatus:
    if rule.compared is Compared.NOTHING:
        return RelationStatus.UNTESTABLE
    holds = left >= right if rule.compared is Compared.AT_LEAST else left == right
    return RelationStatus.HOLDS if holds else RelationStatus.VIOLATED


def _cause(tied: Sequence[YearValue]) -> Cause:
    """Whose fault it is as far as that is known: a person's word settles what is printed."""
    if any(cell.state is CellState.REVIEW for cell in tied):
        return Cause.MISREAD_SUSPECTED
    if all(cell.state in (CellState.CONFIRMED, CellState.CORRECTED) for cell in tied):
        return Cause.SOURCE_INCONSISTENT
    return Cause.UNKNOWN
