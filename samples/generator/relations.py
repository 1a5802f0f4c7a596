"""The sums that the forms demand, checked on what is printed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from samples.generator.codes import (
    APPLICANT_COLUMNS,
    APPLICANTS,
    BLOCKS,
    CARRIED_FORWARD,
    CARRIED_OVER,
    PROCESSED,
    RECEIVED,
    RESULTS,
    TOTAL,
    Form,
    application_key,
    application_rows,
    outcome_rows,
    review_key,
)

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Relation:
    """The cells on the left add up to the same as the cells on the right.

    `blank_is_zero` holds for R1 alone: on the left a cell without a number counts as nothing.
    """

    id: str
    scope: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    blank_is_zero: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Relations that fail and relations that cannot be tested, each as (id, scope)."""

    violated: tuple[tuple[str, str], ...]
    untestable: tuple[tuple[str, str], ...]


def relations(form: Form) -> Iterator[Relation]:
    """All relations R1 to R4 of the form."""
    for row in application_rows(form):
        parts = tuple(application_key(row, column) for column in APPLICANTS)
        yield Relation("R1", row, parts, (application_key(row, TOTAL),), blank_is_zero=True)
    for column in APPLICANT_COLUMNS:
        yield Relation(
            "R2",
            column,
            (application_key(RECEIVED, column), application_key(CARRIED_OVER, column)),
            (application_key(PROCESSED, column), application_key(CARRIED_FORWARD, column)),
        )
    for column in APPLICANT_COLUMNS:
        parts = tuple(application_key(row, column) for row in outcome_rows(form))
        yield Relation("R3", column, parts, (application_key(PROCESSED, column),))
    for block in BLOCKS:
        parts = tuple(review_key(block, result) for result in RESULTS)
        yield Relation("R4", block, parts, (review_key(block, TOTAL),))


def check(form: Form, values: Mapping[str, Number | None]) -> Verdict:
    """Judge every relation; a value of None is a cell that prints no number."""
    violated: list[tuple[str, str]] = []
    untestable: list[tuple[str, str]] = []
    for relation in relations(form):
        left = [values[key] for key in relation.left]
        right = [values[key] for key in relation.right]
        if None in right or (None in left and not relation.blank_is_zero):
            untestable.append((relation.id, relation.scope))
        elif _total(left) != _total(right):
            violated.append((relation.id, relation.scope))
    return Verdict(tuple(violated), tuple(untestable))


def _total(values: list[Number | None]) -> Number:
    return sum(value for value in values if value is not None)
