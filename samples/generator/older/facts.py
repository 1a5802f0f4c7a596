"""All facts of one report of the years before 2019, made from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from samples.generator.issuers import Issuer, draw_issuer
from samples.generator.mistakes import Mistake, slip
from samples.generator.narrative import ProseFact, Section
from samples.generator.numbers import BUSY, DENSE, METROPOLIS, MODEST, QUIET, Scale
from samples.generator.older.codes import (
    T14_CODES,
    VALUE,
    Line,
    OlderForm,
    key,
    rows_of,
)
from samples.generator.older.narrative import write_lead, write_sections
from samples.generator.older.shape import Shape, draw_shape
from samples.generator.older.sums import SUMS, draw_t08, draw_t14, judge
from samples.generator.printing import FULL_WIDTH, Printed
from samples.generator.relations import Number, Verdict

SCALES = (QUIET, MODEST, MODEST, BUSY, BUSY, DENSE, METROPOLIS)
TITLES = (
    "{issuer}{year}年政府信息公开工作年度报告",
    "{issuer}{year}年度政府信息公开工作年度报告",
    "{year}年{issuer}政府信息公开年度报告",
    "{issuer}政府信息公开工作{year}年度报告",
)
MONEY = ("fees.amount", "organisation.budget")


@dataclass(frozen=True, slots=True)
class OlderHabits:
    """How the publisher prints numbers; the mark stands in some zero cells."""

    blank_zeros: float = 0.0  # share of the zero cells left blank
    none_mark: str = "/"
    marked_zeros: float = 0.0
    full_width_digits: bool = False
    thousands_commas: bool = False
    unit_in_cell: bool = False  # of money


@dataclass(frozen=True, slots=True)
class OlderFacts:
    """What one report says. `cells` has every cell that a reading of it must have."""

    seed: int
    form: OlderForm
    scale: str
    issuer: Issuer
    report_year: int
    title: str
    lead: str
    publication_date: date | None
    document_date: date | None
    index_number: str | None
    sections: tuple[Section, ...]
    prose: tuple[ProseFact, ...]
    shape: Shape
    cells: Mapping[str, Printed]
    units: Mapping[str, str]
    labels: Mapping[str, str]
    habits: OlderHabits
    mistakes: tuple[Mistake, ...]
    verdict: Verdict
    flags: tuple[str, ...]


def make_older_facts(
    seed: int,
    form: OlderForm,
    *,
    shape: Shape | None = None,
    habits: OlderHabits | None = None,
    mistakes: int | None = None,
    nothing: bool = False,
) -> OlderFacts:
    """The report of this seed: the same on every machine and for every producer.

    With ``nothing`` every number is nought.
    """
    rng = Random(f"older:{seed}:{form.value}")
    scale = rng.choice(SCALES)
    issuer = draw_issuer(rng, scale)
    year = rng.choice((2014, 2015, 2016, 2017, 2018))
    if form is OlderForm.T08:
        year = rng.choice((2008, 2009, 2010, 2011, 2012, 2013))
    drawn_shape, drawn_habits = draw_shape(rng, form, year), _draw_habits(rng)
    shape, habits = shape or drawn_shape, habits or drawn_habits
    if mistakes is None:
        mistakes = rng.choice((1, 1, 2, 3)) if rng.random() < 0.25 else 0
    rows = rows_of(shape.lines)
    columns = _draw_columns(rng, form, scale, shape)
    if nothing:
        columns = {code: dict.fromkeys(column, 0) for code, column in columns.items()}
    true = {key(row, code): column[row] for code, column in columns.items() for row, _ in rows}
    printed, errors = _make_mistakes(rng, form, true, tuple(columns), mistakes)
    cells = _print_cells(rng, form, rows, tuple(columns), printed, shape, habits)
    main = columns.get(VALUE) or next(iter(columns.values()))
    sections, prose = write_sections(rng, form, issuer, year, main)
    published = None
    if rng.random() < 0.4:
        published = date(year + 1, 1, 8) + timedelta(days=rng.randrange(80))
    signed = date(year + 1, 1, 4) + timedelta(days=rng.randrange(70))
    index = f"{rng.randint(10_000_000, 99_999_999):09d}/{year + 1}-{rng.randint(1, 9_999):05d}"
    verdict = judge(form, {k: (c.value, c.kind) for k, c in cells.items()})
    return OlderFacts(
        seed=seed,
        form=form,
        scale=scale.name,
        issuer=issuer,
        report_year=year,
        title=rng.choice(TITLES).format(issuer=issuer.name, year=year),
        lead=write_lead(rng, issuer, year),
        publication_date=published,
        document_date=signed if rng.random() < 0.8 else None,
        index_number=index if published and rng.random() < 0.7 else None,
        sections=sections,
        prose=prose,
        shape=shape,
        cells=cells,
        units=_units(rows, cells, shape, form),
        labels={key(row, c): line.label for row, line in rows for c in columns},
        habits=habits,
        mistakes=errors,
        verdict=verdict,
        flags=("publisher_error",) if errors else (),
    )


def _draw_habits(rng: Random) -> OlderHabits:
    return OlderHabits(
        blank_zeros=rng.choice((0.0, 0.0, 0.0, 0.0, 0.4, 1.0)),
        none_mark=rng.choice(("/", "-", "—", "——", "无")),
        marked_zeros=rng.choice((0.0, 0.0, 0.0, 0.0, 0.2)),
        full_width_digits=rng.random() < 0.08,
        thousands_commas=rng.random() < 0.06,
        unit_in_cell=rng.random() < 0.1,
    )


def _draw_columns(
    rng: Random, form: OlderForm, scale: Scale, shape: Shape
) -> dict[str, dict[str, Number]]:
    """Numbers by column and row; a total is the sum of the columns beside it."""
    rows = [row for row, _ in rows_of(shape.lines)]
    columns: dict[str, dict[str, Number]] = {}
    for column in shape.columns:
        drawn = draw_t14(rng, scale) if form is OlderForm.T14 else draw_t08(rng, scale, rows)
        columns[column.code] = {row: drawn.get(row, 0) for row in rows} | {
            row: rng.choice((0, rng.randint(1, 60))) for row in rows if row.startswith("row_")
        }
    parts = [c for c in columns if c in ("own_level", "towns_and_streets")]
    if VALUE in columns and parts:
        columns[VALUE] = {row: sum(columns[c][row] for c in parts) for row in rows}
    whole, part = ("all_years", "year") if "year" in columns else ("year_to_date", "current_period")
    if whole in columns:
        columns[whole] = {row: columns[whole][row] + columns[part][row] for row in rows}
    return columns


def _make_mistakes(
    rng: Random,
    form: OlderForm,
    numbers: Mapping[str, Number],
    columns: Sequence[str],
    count: int,
) -> tuple[dict[str, Number], tuple[Mistake, ...]]:
    """Change cells that sums tie until `count` errors are in and a sum fails."""
    changed = dict(numbers)
    tied = [
        key(row, column)
        for column in columns
        for _, total, parts in SUMS[form]
        for row in (total, *parts)
        if key(row, column) in numbers
    ]
    for done in range(count + 50 if count and tied else 0):
        known = {k: (n, "number") for k, n in changed.items()}
        if done >= count and judge(form, known).violated:
            break
        place = rng.choice(tied)
        changed[place] = slip(rng, int(numbers[place]))
    mistakes = tuple(
        Mistake(k, int(numbers[k]), int(changed[k])) for k in numbers if changed[k] != numbers[k]
    )
    return changed, mistakes


def _print_cells(
    rng: Random,
    form: OlderForm,
    rows: Sequence[tuple[str, Line]],
    columns: Sequence[str],
    numbers: Mapping[str, Number],
    shape: Shape,
    habits: OlderHabits,
) -> dict[str, Printed]:
    """Every cell as printed, and those of T14 that this organ does not print."""
    cells: dict[str, Printed] = {}
    for row, line in rows:
        for column in columns:
            cells[key(row, column)] = _printed(
                rng, row, numbers[key(row, column)], line.unit, shape, habits
            )
    if form is OlderForm.T14:
        for row in T14_CODES:
            for column in dict.fromkeys((VALUE, *columns)):
                cells.setdefault(key(row, column), Printed("", None, "cell_not_in_source"))
    return cells


def _printed(
    rng: Random, row: str, number: Number, unit: str | None, shape: Shape, habits: OlderHabits
) -> Printed:
    if number == 0 and rng.random() < habits.blank_zeros:
        return Printed("", None, "blank")
    if number == 0 and rng.random() < habits.marked_zeros:
        return Printed(habits.none_mark, None, "not_applicable")
    money = row in MONEY
    if money and shape.fees_in_yuan:
        number, unit = int(number * 10_000), "元"
    text = f"{number:,}" if habits.thousands_commas else f"{number}"
    if habits.full_width_digits:
        text = text.translate(FULL_WIDTH)
    if money and (habits.unit_in_cell or (shape.fees_in_yuan and shape.units == "none")):
        text += unit or ""
    return Printed(text, number)


def _units(
    rows: Sequence[tuple[str, Line]], cells: Mapping[str, Printed], shape: Shape, form: OlderForm
) -> dict[str, str]:
    """The unit of each cell, where the source or the form says it."""
    columns = dict.fromkeys(place.rsplit("/", 1)[1] for place in cells)
    units: dict[str, str] = {}
    for row, line in rows:
        for place in (key(row, column) for column in columns):
            if place not in cells or not line.unit:
                continue
            printed = shape.units != "none"
            if (
                row in MONEY
                and shape.fees_in_yuan
                and (printed or cells[place].text.endswith("元"))
            ):
                units[place] = "元"
            elif printed or not (form is OlderForm.T08 or row.startswith("row_")):
                units[place] = line.unit
    return units
