"""Filled forms in which every sum is right, and the sums of the form over them."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from gouji.model import Kind, RelationResult
from gouji.reconcile import check_relations
from gouji.reconcile.relations import Value
from gouji.reports.forms import value_keys

APPLICANTS = ("natural_person", "business", "research", "welfare", "legal_service", "other_org")
RECEIVED, CARRIED = "requests_received", "carried_over_from_previous_year"
PROCESSED, FORWARD = "processed_total", "carried_forward_to_next_year"
OUTSIDE = (RECEIVED, CARRIED, PROCESSED, FORWARD)
BLOCKS = ("review", "litigation_direct", "litigation_after_review")
FORMS = {"T21": ("T21", False), "T19": ("T19", False), "T21 mixed": ("T21", True)}


def rows_of(form: str) -> list[str]:
    keys = value_keys(*FORMS[form])
    return list(dict.fromkeys(k.split("/")[1] for k in keys if k.startswith("applications/")))


def sound(form: str, seed: int) -> dict[str, Value]:
    """A form filled at random in which every sum is right."""
    random = Random(seed)
    numbers = {key: random.choice((0, 0, 1, 7, 40, 1999)) for key in value_keys(*FORMS[form])}
    cell = "applications/{}/{}".format
    handled = [row for row in rows_of(form) if row not in OUTSIDE]
    for column in APPLICANTS:
        done = sum(numbers[cell(row, column)] for row in handled)
        numbers[cell(PROCESSED, column)] = done
        whole = done + numbers[cell(FORWARD, column)]
        numbers[cell(CARRIED, column)] = random.randint(0, whole)
        numbers[cell(RECEIVED, column)] = whole - numbers[cell(CARRIED, column)]
    for row in rows_of(form):
        numbers[cell(row, "total")] = sum(numbers[cell(row, column)] for column in APPLICANTS)
    for block in BLOCKS:
        results = [k for k in numbers if k.startswith(f"review_litigation/{block}/")]
        numbers[results[-1]] = sum(numbers[key] for key in results[:-1])
    return {key: Value(number, Kind.NUMBER) for key, number in numbers.items()}


def hard(form: str, values: Mapping[str, Value]) -> list[RelationResult]:
    return [r for r in check_relations(FORMS[form][0], values) if r.level == "H"]
