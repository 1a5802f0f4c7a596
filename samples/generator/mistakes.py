"""Publisher's errors: numbers on the page that break the sums of the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from samples.generator.codes import (
    APPLICANTS,
    TOTAL,
    Form,
    all_keys,
    application_key,
    application_rows,
)
from samples.generator.printing import is_count
from samples.generator.relations import Number, check


@dataclass(frozen=True, slots=True)
class Mistake:
    """A cell that prints `printed` where `true` would have been right."""

    key: str
    true: int
    printed: int


def make_mistakes(
    rng: Random, form: Form, numbers: Mapping[str, Number], count: int
) -> tuple[dict[str, Number], tuple[Mistake, ...]]:
    """Change cells until `count` errors are in and at least one relation fails.

    A shift to the neighbouring column changes two cells and counts as one error.
    """
    changed = dict(numbers)
    for done in range(count + 50):
        if done >= count and check(form, changed).violated:
            break
        changed |= _one_mistake(rng, form, changed)
    mistakes = tuple(
        Mistake(key, int(numbers[key]), int(changed[key]))
        for key in all_keys(form)
        if changed[key] != numbers[key]
    )
    return changed, mistakes


def _one_mistake(rng: Random, form: Form, numbers: Mapping[str, Number]) -> dict[str, Number]:
    kind = rng.choice(("forgotten_total", "slip", "slip", "slip", "shift"))
    if kind == "forgotten_total":
        totals = [
            key for key in all_keys(form) if is_count(key) and key.endswith(TOTAL) and numbers[key]
        ]
        if totals:
            return {rng.choice(totals): 0}
    if kind == "shift":
        shifted = _shift(rng, form, numbers)
        if shifted:
            return shifted
    key = rng.choice([key for key in all_keys(form) if is_count(key)])
    return {key: slip(rng, int(numbers[key]))}


def _shift(rng: Random, form: Form, numbers: Mapping[str, Number]) -> dict[str, Number]:
    """Move a number one column to the right, where a zero stood."""
    pairs = [
        (application_key(row, left), application_key(row, right))
        for row in application_rows(form)
        for left, right in pairwise(APPLICANTS)
        if numbers[application_key(row, left)] and not numbers[application_key(row, right)]
    ]
    if not pairs:
        return {}
    left_key, right_key = rng.choice(pairs)
    return {left_key: 0, right_key: numbers[left_key]}


def slip(rng: Random, number: int) -> int:
    """A typist's slip: one more or less, a digit dropped, doubled, swapped or changed."""
    digits = str(number)
    candidates = {number + 1, number * 10}
    if number > 0:
        candidates.add(number - 1)
        place = rng.randrange(len(digits))
        candidates.add(int(digits[:place] + str(rng.randrange(10)) + digits[place + 1 :]))
    if len(digits) > 1:
        place = rng.randrange(len(digits) - 1)
        candidates.add(int(digits[:place] + digits[place + 1 :]))
        swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
        candidates.add(int(swapped))
    return rng.choice(sorted(candidates - {number}))
