"""勾稽关系 R1–R8, T14-1–3 and T08-1–2: what a form's own tables can feed, as data and one check.

A violated relation is a fact about the source or about the reading; numbers are never repaired
here. A relation with a cell that was never read is `untestable`, not `violated`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gouji.model import Cause, Kind, Number, RelationResult, RelationStatus

from .older_forms import INDICATORS, T08_SUMS, T14_EQUAL, T14_LIMITS, T14_SUMS

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
    level: str = "H"

    def check(self, values: Values) -> RelationResult:
        keys = (*self.left, *self.right)
        left = _sum(self.left, values, blank_is_zero=False)
        right = _sum(self.right, values, blank_is_zero=self.blank_is_zero)
        status = RelationStatus.HOLDS if left == right else RelationStatus.VIOLATED
        if left is None or right is None:
            status = RelationStatus.UNTESTABLE
        cause = Cause.UNKNOWN if status is RelationStatus.VIOLATED else None
        return RelationResult(
            self.id, self.scope, status, left, right, cause, level=self.level, keys=keys
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


@lru_cache(maxsize=64)  # reports have the keys of few forms
def balances(keys: tuple[str, ...]) -> tuple[Balance, ...]:
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
    return tuple(result)


def indicator_balances(template: str, keys: Sequence[str]) -> Iterator[Balance]:
    """The sums of T14, or of a local table, in each of its value columns.

    A local table may have ways or outcomes that no code names: where such a row stands between a
    total and its parts, the sum only warns.
    """
    sums = {"T14": T14_SUMS, "T08": T08_SUMS}.get(template, ())
    for column, rows in _indicator_columns(keys).items():
        for name, total, all_parts in sums:
            parts = tuple(part for part in all_parts if part in rows)
            if total not in rows or not parts or (template == "T08" and len(parts) < 2):
                continue
            places = sorted(rows.index(row) for row in (total, *parts))
            strange = any(row.startswith("row_") for row in rows[places[0] : places[-1] + 2])
            yield Balance(
                name,
                _scope(total, column),
                (f"{INDICATORS}/{total}/{column}",),
                tuple(f"{INDICATORS}/{part}/{column}" for part in parts),
                blank_is_zero=True,
                level="S" if template == "T08" and strange else "H",
            )


def indicator_rules(template: str, keys: Sequence[str]) -> Iterator[SoftRule]:
    """T14-3 in each value column."""
    if template != "T14":
        return
    for column in _indicator_columns(keys):
        first, second = (f"{INDICATORS}/{row}/{column}" for row in T14_EQUAL)
        yield SoftRule(
            "T14-3", _scope(T14_EQUAL[0], column), (first, second), _equal(first, second)
        )
        for row, limit in T14_LIMITS.items():
            large, small = f"{INDICATORS}/{limit}/{column}", f"{INDICATORS}/{row}/{column}"
            yield SoftRule("T14-3", _scope(row, column), (small, large), _at_most(small, large))


def _indicator_columns(keys: Sequence[str]) -> Mapping[str, list[str]]:
    """The rows of a table of indicators by column, in their order."""
    columns: dict[str, list[str]] = {}
    for key in keys:
        if key.startswith(f"{INDICATORS}/"):
            _, row, column = key.split("/")
            columns.setdefault(column, []).append(row)
    return columns


def _scope(row: str, column: str) -> str:
    """The row; where a table has several value columns also the column, for all but the main."""
    return row if column == "value" else f"{row}/{column}"


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
    if template in ("T19", "T21") and organ_type in ("town", "township", "street"):
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


def _at_most(small: str, large: str) -> _Test:
    return lambda n: (n[small], n[large], n[small] <= n[large])


def _equal(first: str, second: str) -> _Test:
    return lambda n: (n[first], n[second], n[first] == n[second])


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
    keys = tuple(values)
    sums = (*balances(keys), *indicator_balances(template, keys))
    rules = (*soft_rules(template, organ_type), *indicator_rules(template, keys))
    return (*(each.check(values) for each in sums), *(each.check(values) for each in rules))
