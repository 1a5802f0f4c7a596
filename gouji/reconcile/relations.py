"""勾稽关系 R1–R8: the relations that the form's own tables can feed, as data and as one check.

A violated relation is a fact about the source or about the reading; numbers are never repaired
here. A relation with a cell that was never read is `untestable`, not `violated`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gouji.model import Cause, Kind, Number, RelationResult, RelationStatus

APPLICATIONS = "applications"
REVIEW = "review_litigation"
ARTICLE20 = "article20"
APPLICANTS = ("natural_person", "business", "research", "welfare", "legal_service", "other_org")
COLUMNS = (*APPLICANTS, "total")
RESULTS = ("upheld", "corrected", "other_result", "pending")
BLOCKS = ("review", "litigation_direct", "litigation_after_review")
RECEIVED, CARRIED = "requests_received", "carried_over_from_previous_year"
PROCESSED, FORWARD = "processed_total", "carried_forward_to_next_year"


@dataclass(frozen=True, slots=True)
class Value:
    """A value cell as the relations see it."""

    number: Number | None
    kind: Kind


Values = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Balance:
    """An equation between sums of cells."""

    id: str
    scope: str
    left: tuple[str, ...]  # keys summed
    right: tuple[str, ...]
    blank_is_zero: bool = False  # R1: a total is printed though nothing stands in some columns

    def check(self, values: Values) -> RelationResult:
        keys = (*self.left, *self.right)
        left = _sum(self.left, values, blank_is_zero=False)
        right = _sum(self.right, values, blank_is_zero=self.blank_is_zero)
        if left is None or right is None:
            return RelationResult(
                self.id, self.scope, RelationStatus.UNTESTABLE, left, right, keys=keys
            )
        if left == right:
            return RelationResult(self.id, self.scope, RelationStatus.HOLDS, left, right, keys=keys)
        return RelationResult(
            self.id, self.scope, RelationStatus.VIOLATED, left, right, Cause.UNKNOWN, keys=keys
        )


def _sum(keys: Sequence[str], values: Values, *, blank_is_zero: bool) -> Number | None:
    """The sum, or None when a cell has no number (and its blank is not to be zero)."""
    total: Number = 0
    for key in keys:
        value = values.get(key)
        if value is None:
            return None
        if value.number is not None:
            total = total + value.number
        elif not (blank_is_zero and value.kind in (Kind.BLANK, Kind.NOT_APPLICABLE)):
            return None
    return total


def balances(keys: Sequence[str]) -> list[Balance]:
    """The equations R1–R4 over the rows that a form (its value keys) has."""
    rows = list(dict.fromkeys(k.split("/")[1] for k in keys if k.startswith(APPLICATIONS + "/")))
    result: list[Balance] = []
    for row in rows:
        parts = tuple(f"{APPLICATIONS}/{row}/{column}" for column in APPLICANTS)
        result.append(Balance("R1", row, (f"{APPLICATIONS}/{row}/total",), parts, True))
    handled = [row for row in rows if row not in (RECEIVED, CARRIED, PROCESSED, FORWARD)]
    for column in COLUMNS if rows else ():
        cell = f"{APPLICATIONS}/{{}}/{column}".format
        result.append(
            Balance("R2", column, (cell(RECEIVED), cell(CARRIED)), (cell(PROCESSED), cell(FORWARD)))
        )
        result.append(Balance("R3", column, (cell(PROCESSED),), tuple(cell(r) for r in handled)))
    for block in BLOCKS:
        cell = f"{REVIEW}/{block}/{{}}".format
        if cell("total") in keys:
            result.append(Balance("R4", block, (cell("total"),), tuple(cell(r) for r in RESULTS)))
    return result


@dataclass(frozen=True, slots=True)
class SoftRule:
    """A relation that warns: ``test`` gives (left, right, holds), None when it cannot be tried."""

    id: str
    scope: str
    keys: tuple[str, ...]
    test: Callable[[Mapping[str, Number]], tuple[Number, Number, bool] | None]

    def check(self, values: Values) -> RelationResult:
        numbers = {
            key: value.number
            for key in self.keys
            if (value := values.get(key)) is not None and value.number is not None
        }
        outcome = self.test(numbers) if len(numbers) == len(self.keys) else None
        if outcome is None:
            return RelationResult(
                self.id,
                self.scope,
                RelationStatus.UNTESTABLE,
                None,
                None,
                level="S",
                keys=self.keys,
            )
        left, right, holds = outcome
        return RelationResult(
            self.id,
            self.scope,
            RelationStatus.HOLDS if holds else RelationStatus.VIOLATED,
            left,
            right,
            None if holds else Cause.UNKNOWN,
            level="S",
            keys=self.keys,
        )


def soft_rules(template: str, organ_type: str | None) -> Iterator[SoftRule]:
    """R5 (T21), R6 and R7 (T19), R8: what the form makes likely but does not demand."""

    def key(row: str, column: str) -> str:
        return f"{ARTICLE20}/{row}/{column}"

    kinds = ("art20_1.regulations", "art20_1.normative_documents")
    if template == "T21":
        for row in kinds:
            stock, issued, repealed = (key(row, c) for c in ("in_force", "issued", "repealed"))
            yield SoftRule("R5", row, (stock, issued, repealed), _stock(stock, issued, repealed))
    if template == "T19":
        for row in kinds:
            new, total = key(row, "newly_published"), key(row, "published_total")
            yield SoftRule("R6", row, (total, new), _at_least(total, new))
        for row in (
            "art20_5.licences", "art20_5.other_services",
            "art20_6.penalties", "art20_6.coercive_measures",
        ):  # fmt: skip
            items, change, decisions = (
                key(row, c) for c in ("previous_items", "change", "decisions")
            )
            yield SoftRule(
                "R7", row, (items, change, decisions), _not_added_up(items, change, decisions)
            )
    if organ_type in ("town", "township", "street"):
        column = "in_force" if template == "T21" else "published_total"
        cell = key("art20_1.regulations", column)
        yield SoftRule("R8", "art20_1.regulations", (cell,), _none(cell))


_Test = Callable[[Mapping[str, Number]], "tuple[Number, Number, bool] | None"]


def _stock(stock: str, issued: str, repealed: str) -> _Test:
    """What was in force a year ago cannot be less than nothing."""

    def test(n: Mapping[str, Number]) -> tuple[Number, Number, bool]:
        before = n[stock] - n[issued] + n[repealed]
        return before, 0, before >= 0

    return test


def _at_least(large: str, small: str) -> _Test:
    return lambda n: (n[large], n[small], n[large] >= n[small])


def _not_added_up(items: str, change: str, decisions: str) -> _Test:
    """Decisions are no sum of items and change; organs that misread the form print it so."""

    def test(n: Mapping[str, Number]) -> tuple[Number, Number, bool] | None:
        if n[change] == 0:
            return None
        return n[decisions], n[items] + n[change], n[decisions] != n[items] + n[change]

    return test


def _none(cell: str) -> _Test:
    return lambda n: (n[cell], 0, n[cell] == 0)


def check_relations(
    template: str, values: Values, organ_type: str | None = None
) -> tuple[RelationResult, ...]:
    """Every relation of the form, tried on its value cells (all of them, in any order)."""
    hard = [balance.check(values) for balance in balances(list(values))]
    soft = [rule.check(values) for rule in soft_rules(template, organ_type)]
    return (*hard, *soft)
