"""All facts of one report, made from a seed, before anything is laid out or drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from samples.generator.codes import Form
from samples.generator.issuers import Issuer, draw_issuer
from samples.generator.mistakes import Mistake, make_mistakes
from samples.generator.narrative import ProseFact, Section, write_lead, write_sections
from samples.generator.numbers import (
    BUSY,
    DENSE,
    METROPOLIS,
    MODEST,
    QUIET,
    Scale,
    draw_numbers,
)
from samples.generator.printing import Habits, Printed, draw_habits, print_cells
from samples.generator.relations import Number, Verdict, check

SCALES = (QUIET, MODEST, BUSY, BUSY, DENSE, DENSE, METROPOLIS)
TITLES = (
    "{issuer}{year}年政府信息公开工作年度报告",
    "{issuer}{year}年度政府信息公开工作年度报告",
    "{issuer}{year}年政府信息公开年度报告",
    "{year}年{issuer}政府信息公开工作年度报告",
    "{issuer}关于{year}年度政府信息公开工作的年度报告",
    "{issuer}政府信息公开工作{year}年度报告",
)


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What one report says. `cells` has every value cell of the form, in reading order.

    `prose` and the paragraphs state the true numbers; `mistakes` are printed in the tables only.
    """

    seed: int
    form: Form
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
    cells: Mapping[str, Printed]
    habits: Habits
    mistakes: tuple[Mistake, ...]
    verdict: Verdict
    flags: tuple[str, ...]


def make_facts(
    seed: int,
    form: Form,
    *,
    scale: Scale | None = None,
    habits: Habits | None = None,
    mistakes: int | None = None,
    brief: bool = False,
) -> ReportFacts:
    """The report of this seed: the same on every machine and for every producer.

    Args:
        scale, habits: drawn from the seed unless given.
        mistakes: publisher's errors to put into the tables; drawn unless given, 0 for none.
        brief: only a few sentences of narrative, for small files.
    """
    rng = Random(f"facts:{seed}:{form.value}")
    drawn_scale, drawn_habits = rng.choice(SCALES), draw_habits(rng)
    scale, habits = scale or drawn_scale, habits or drawn_habits
    if mistakes is None:
        mistakes = rng.choice((1, 1, 2, 4)) if rng.random() < 0.25 else 0
    issuer = draw_issuer(rng, scale)
    numbers = draw_numbers(rng, form, scale)
    printed_numbers, errors = (
        make_mistakes(rng, form, numbers, mistakes) if mistakes else (numbers, ())
    )
    cells = print_cells(rng, form, printed_numbers, habits)
    year = _draw_year(rng, form)
    document_date, signature_differs = _draw_document_date(rng, year)
    published = _draw_publication(rng, year)
    sections, prose = write_sections(rng, form, issuer, year, numbers, brief=brief)
    return ReportFacts(
        seed=seed,
        form=form,
        scale=scale.name,
        issuer=issuer,
        report_year=year,
        title=rng.choice(TITLES).format(issuer=issuer.name, year=year),
        lead=write_lead(rng, issuer, year, brief=brief),
        publication_date=published,
        document_date=document_date,
        index_number=_draw_index(rng, year) if published and rng.random() < 0.7 else None,
        sections=sections,
        prose=prose,
        cells=cells,
        habits=habits,
        mistakes=errors,
        verdict=check(form, {key: cell.value for key, cell in cells.items()}),
        flags=_flags(form, cells, printed_numbers, habits, errors, signature_differs),
    )


def _draw_year(rng: Random, form: Form) -> int:
    """Usually a year of the form; one report in ten carries another year's form."""
    if form is Form.T19:
        return rng.choice((2019, 2020)) if rng.random() < 0.9 else rng.choice((2021, 2022, 2023))
    return rng.choice((2021, 2022, 2023, 2024, 2025)) if rng.random() < 0.93 else 2020


def _draw_document_date(rng: Random, year: int) -> tuple[date | None, bool]:
    """The date under the report, and whether its year is wrong (as on some real reports)."""
    if rng.random() < 0.2:
        return None, False
    signed = date(year + 1, 1, 4) + timedelta(days=rng.randrange(70))
    if rng.random() < 0.06:
        return signed.replace(year=year, day=min(signed.day, 28)), True
    return signed, False


def _draw_publication(rng: Random, year: int) -> date | None:
    if rng.random() < 0.6:
        return None
    return date(year + 1, 1, 8) + timedelta(days=rng.randrange(80))


def _draw_index(rng: Random, year: int) -> str:
    shapes = (
        f"{rng.randint(1_000_000_000, 9_999_999_999)}/{year + 1}-{rng.randint(10_000, 9_999_999)}",
        f"{rng.randint(10_000_000, 99_999_999):09d}/{year + 1}-{rng.randint(1, 9_999):05d}",
        f"za{rng.randint(100_000_000, 999_999_999)}-{year + 1}-{rng.randint(1, 900):06d}",
        f"ZX{rng.randint(1, 60):04d}/{year + 1}-{rng.randint(1, 2_000):05d}",
    )
    return rng.choice(shapes)


def _flags(
    form: Form,
    cells: Mapping[str, Printed],
    numbers: Mapping[str, Number],
    habits: Habits,
    errors: tuple[Mistake, ...],
    signature_differs: bool,
) -> tuple[str, ...]:
    kinds = {cell.kind for cell in cells.values()}
    found = {
        "template_mixture": form is Form.MIXTURE,
        "zero_left_blank": "blank" in kinds,
        "mark_for_none": "not_applicable" in kinds,
        "full_width_digits": habits.full_width_digits,
        "publisher_error": bool(errors),
        "signature_year_differs": signature_differs,
        "no_request": numbers["applications/requests_received/total"] == 0,
    }
    return tuple(name for name, holds in found.items() if holds)
