"""How a publisher prints numbers: zeros, marks for "none", digits, signs and units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Literal

from samples.generator.codes import (
    APPLICANT_COLUMNS,
    APPLICATIONS,
    REVIEW,
    Form,
    all_keys,
    application_key,
    application_rows,
    article20_key,
    bands,
)
from samples.generator.relations import Number

Kind = Literal["number", "blank", "not_applicable", "cell_not_in_source"]
BlankZeros = Literal["none", "all", "empty_rows", "some"]
NonePlace = Literal["nowhere", "regulations", "applicant_column", "review", "article20", "all"]

FULL_WIDTH = str.maketrans("0123456789.+-", "０１２３４５６７８９．＋－")


@dataclass(frozen=True, slots=True)
class Printed:
    """One value cell: the text on the page, the number it states, and what it is."""

    text: str
    value: Number | None
    kind: Kind = "number"


@dataclass(frozen=True, slots=True)
class Habits:
    """The publisher's habits; `none_mark` is printed instead of zero at `none_place`."""

    blank_zeros: BlankZeros = "none"
    none_mark: str = "/"
    none_place: NonePlace = "nowhere"
    full_width_digits: bool = False
    thousands_commas: bool = False
    change_signs: tuple[str, str] = ("", "-")
    zero_change: str = "0"
    procurement_unit: str = ""


def draw_habits(rng: Random) -> Habits:
    """Most publishers print plain numbers; about one in three does something else."""
    none_place: NonePlace = "nowhere"
    if rng.random() < 0.18:
        none_place = rng.choice(("regulations", "applicant_column", "review", "article20", "all"))
    blank: BlankZeros = "none"
    if rng.random() < 0.22:
        blank = rng.choice(("all", "empty_rows", "empty_rows", "some"))
    signs, zero = rng.choice(
        (
            (("", "-"), "0"),
            (("+", "-"), "0"),
            (("+", "-"), "+0"),
            (("", "−"), "0"),
            (("增", "减"), "0"),
            (("增加", "减少"), "0"),
        )
    )
    return Habits(
        blank_zeros=blank,
        none_mark=rng.choice(("/", "/", "-", "—", "——", "无")),
        none_place=none_place,
        full_width_digits=rng.random() < 0.08,
        thousands_commas=rng.random() < 0.05,
        change_signs=signs,
        zero_change=zero,
        procurement_unit=rng.choice(("", "", "万元", "万元", "元", "万")),
    )


def print_cells(
    rng: Random, form: Form, numbers: Mapping[str, Number], habits: Habits
) -> dict[str, Printed]:
    """Every value cell as the publisher prints it, in reading order."""
    marked = _marked_keys(rng, form, numbers, habits)
    blank = _blank_keys(rng, form, numbers, habits) - marked
    cells: dict[str, Printed] = {}
    for key in all_keys(form):
        if key in marked:
            cells[key] = Printed(habits.none_mark, None, "not_applicable")
        elif key in blank:
            cells[key] = Printed("", None, "blank")
        else:
            text = _print_number(key, numbers[key], habits)
            cells[key] = Printed(text, numbers[key])
    return cells


def _print_number(key: str, number: Number, habits: Habits) -> str:
    column = key.rsplit("/", 1)[1]
    if column == "change":
        return _widen(_print_change(int(number), habits), habits)
    text = f"{number:,}" if habits.thousands_commas else f"{number}"
    if column == "amount" and number:
        text = _print_procurement(number, habits)
    return _widen(text, habits)


def _print_change(number: int, habits: Habits) -> str:
    if number == 0:
        return habits.zero_change
    plus, minus = habits.change_signs
    return f"{plus if number > 0 else minus}{abs(number)}"


def _print_procurement(number: Number, habits: Habits) -> str:
    unit = habits.procurement_unit
    whole_yuan = number == int(number) and number >= 10_000
    if unit == "元" and not whole_yuan:
        unit = "万元"
    return f"{number}{unit}"


def _widen(text: str, habits: Habits) -> str:
    return text.translate(FULL_WIDTH) if habits.full_width_digits else text


def _marked_keys(
    rng: Random, form: Form, numbers: Mapping[str, Number], habits: Habits
) -> set[str]:
    """Zero cells that print the mark for "none"."""
    place = habits.none_place
    keys: set[str] = set()
    if place == "regulations":
        keys = {article20_key("art20_1.regulations", c) for c in bands(form)[0].columns}
    elif place == "applicant_column":
        column = rng.choice(("research", "welfare", "legal_service", "other_org"))
        keys = {application_key(row, column) for row in application_rows(form)}
    elif place == "review":
        keys = {key for key in all_keys(form) if key.startswith(REVIEW)}
    elif place == "article20":
        keys = {key for key in all_keys(form) if key.startswith("article20")}
    elif place == "all":
        keys = set(all_keys(form))
    return {key for key in keys if numbers[key] == 0}


def _blank_keys(rng: Random, form: Form, numbers: Mapping[str, Number], habits: Habits) -> set[str]:
    """Zero cells that are left empty."""
    zeros = {key for key in all_keys(form) if numbers[key] == 0}
    if habits.blank_zeros == "all":
        return zeros
    if habits.blank_zeros == "some":
        return {key for key in all_keys(form) if key in zeros and rng.random() < 0.35}
    if habits.blank_zeros == "empty_rows":
        keys: set[str] = set()
        for row in application_rows(form):
            row_keys = {application_key(row, column) for column in APPLICANT_COLUMNS}
            if row_keys <= zeros and rng.random() < 0.5:
                keys |= row_keys
        return keys
    return set()


def is_count(key: str) -> bool:
    """True for cells of the two tables whose sums are tied together."""
    return key.startswith((APPLICATIONS, REVIEW))


def as_json_number(value: Number | None) -> int | float | None:
    """Decimals become JSON numbers; the longest has twelve digits, which a float keeps."""
    return float(value) if isinstance(value, Decimal) else value
