"""Forms read with doubt, decided together, and what is believed to be printed."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

import pytest
from sound_forms import FORMS, sound

from gouji.model import Kind, Number
from gouji.reconcile.decoding import (
    Candidate,
    CellPrior,
    Decoded,
    DecodeSettings,
    decode,
    form_checks,
)

forms = pytest.mark.parametrize("form", FORMS)
Numbers = dict[str, int]
Read = dict[str, list[tuple[Number | None, Kind, float]]]


def sound_numbers(form: str, seed: int) -> Numbers:
    return {key: int(value.number or 0) for key, value in sound(form, seed).items()}


def clear(numbers: Mapping[str, Number], p: float = 0.9999) -> Read:
    return {key: [(number, Kind.NUMBER, p)] for key, number in numbers.items()}


def decoded(form: str, read: Read, settings: DecodeSettings | None = None) -> Decoded:
    checks = form_checks(FORMS[form][0], tuple(read))
    return decode(priors(read), checks, settings or DecodeSettings())


def priors(read: Read) -> list[CellPrior]:
    return [
        CellPrior.of(key, [Candidate(*each) for each in candidates])
        for key, candidates in read.items()
    ]


def printed(result: Decoded) -> dict[str, Number | None]:
    return {k: c.as_printed.number if c.as_printed else None for k, c in result.cells.items()}


def tied_keys(form: str, numbers: Mapping[str, int]) -> list[str]:
    return sorted({k for c in form_checks(FORMS[form][0], tuple(numbers)) for k in c.signs})


def another(random: Random, number: int) -> int:
    return random.choice([n for n in (number + 1, number * 10 + 3, abs(number - 7)) if n != number])
