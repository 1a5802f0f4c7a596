"""勾稽关系 X1–X4: what one organ's reports of two years following each other must agree on.

Like the relations within a report these state facts about the sources; no number is changed by
them, and a cell without a number makes a relation `untestable`, never `violated`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

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


class YearValue(Protocol):
    """A value cell as relations across years see it: the number a person left, if one did."""

    @property
    def number(self) -> Number | None: ...
    @property
    def kind(self) -> Kind: ...
    @property
    def state(self) -> CellState: ...


@dataclass(frozen=True, slots=True)
class YearReport:
    """What the report of one organ for one year says, and the documents that say so."""

    year: int
    issuer: str
    region: tuple[str, ...]
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

    def keys(self, *, before: bool) -> tuple[str, ...]:
        """The cells it ties in the year before, or in the year itself."""
        return tuple(term.key for term in (*self.left, *self.right) if term.before is before)


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
_TIED = tuple((rule, rule.keys(before=True), rule.keys(before=False)) for rule in RULES)
READ_KEYS: tuple[str, ...] = (
    *dict.fromkeys(key for _, before, after in _TIED for key in (*before, *after)),
    *(f"{APPLICATIONS}/{row}/total" for row in (RECEIVED, PROCESSED, "granted_in_full")),
    *(f"{ARTICLE20}/{row}/decisions" for row in COUNTED[:-1]),
    f"{ARTICLE20}/{COUNTED[-1]}/amount_wan_yuan",
    *(f"{REVIEW}/{block}/total" for block in BLOCKS),
)
"""The cells that a relation ties, and some that tell two reports for one year apart."""


def check_years(before: Sequence[YearReport], after: YearReport) -> Iterator[AcrossResult]:
    """Every relation that both forms have the cells for.

    ``before`` is the report of the year before: one, or those of all organs that were merged into
    this one, whose numbers are added up.
    """
    there = set(after.values)
    there_before = set.intersection(*(set(report.values) for report in before))
    for rule, keys_before, keys_after in _TIED:
        if there.issuperset(keys_after) and there_before.issuperset(keys_before):
            tied = [report.values[key] for report in before for key in keys_before]
            tied += [after.values[key] for key in keys_after]
            yield _check(rule, before, after, tied, (*keys_before, *keys_after))


def _check(
    rule: Rule,
    before: Sequence[YearReport],
    after: YearReport,
    tied: Sequence[YearValue],
    keys: tuple[str, ...],
) -> AcrossResult:
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
        cause = cause_of(tied)
    relation = RelationResult(rule.id, rule.scope, status, left, right, cause, LEVEL, keys)
    return AcrossResult(rule, relation, reason, otherwise)


def _status(rule: Rule, left: Number, right: Number) -> RelationStatus:
    if rule.compared is Compared.NOTHING:
        return RelationStatus.UNTESTABLE
    holds = left >= right if rule.compared is Compared.AT_LEAST else left == right
    return RelationStatus.HOLDS if holds else RelationStatus.VIOLATED


def cause_of(tied: Sequence[YearValue]) -> Cause:
    """Whose fault it is as far as that is known: a person's word settles what is printed."""
    if any(cell.state is CellState.REVIEW for cell in tied):
        return Cause.MISREAD_SUSPECTED
    if all(cell.state in (CellState.CONFIRMED, CellState.CORRECTED) for cell in tied):
        return Cause.SOURCE_INCONSISTENT
    return Cause.UNKNOWN
