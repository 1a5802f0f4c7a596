"""True numbers for a form: drawn at random, but every sum of the form holds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from samples.generator.codes import (
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
    article20_key,
    bands,
    outcome_rows,
    review_key,
)
from samples.generator.relations import Number


@dataclass(frozen=True, slots=True)
class Scale:
    """How busy an organ is.

    A share is the chance that a cell is not zero; a most is the largest count of one cell.
    """

    name: str
    article20_share: float
    article20_most: int
    persons_share: float
    persons_most: int
    bodies_share: float
    bodies_most: int
    review_share: float
    review_most: int
    has_regulations: bool = False


QUIET = Scale("quiet", 0.12, 60, 0.04, 3, 0.01, 1, 0.02, 1)
MODEST = Scale("modest", 0.4, 2_000, 0.35, 12, 0.06, 4, 0.15, 3)
BUSY = Scale("busy", 0.8, 90_000, 0.8, 140, 0.45, 30, 0.6, 40)
DENSE = Scale("dense", 1.0, 800_000, 1.0, 700, 1.0, 160, 1.0, 90)
METROPOLIS = Scale("metropolis", 1.0, 12_000_000, 0.95, 4_000, 0.7, 350, 0.9, 400, True)


def draw_numbers(rng: Random, form: Form, scale: Scale) -> dict[str, Number]:
    """One value for every key of the form; R1 to R4 hold."""
    return (
        _draw_article20(rng, form, scale)
        | _draw_applications(rng, form, scale)
        | _draw_review(rng, scale)
    )


def _count(rng: Random, share: float, most: int) -> int:
    """A count between 0 and `most`; every number of digits is about equally likely."""
    if rng.random() >= share:
        return 0
    digits = rng.randint(1, len(str(most)))
    return rng.randint(10 ** (digits - 1), min(most, 10**digits - 1))


def _decimal(rng: Random, digits: int, places: int) -> Decimal:
    whole = rng.randrange(10 ** rng.randint(1, digits))
    if places == 0:
        return Decimal(whole)
    fraction = rng.randrange(1, 10**places)
    return Decimal(f"{whole}.{fraction:0{places}d}")


def _draw_article20(rng: Random, form: Form, scale: Scale) -> dict[str, Number]:
    values: dict[str, Number] = {}
    for band in bands(form):
        for row in band.rows:
            for column in band.columns:
                key = article20_key(row, column)
                values[key] = _article20_value(rng, scale, row, column)
    _settle_stocks(rng, form, values)
    return values


def _article20_value(rng: Random, scale: Scale, row: str, column: str) -> Number:
    share = scale.article20_share
    if row == "art20_1.regulations":
        return _count(rng, share if scale.has_regulations else 0.0, 9)
    if row == "art20_1.normative_documents":
        return _count(rng, share, 70)
    if column == "change":
        return rng.choice((-1, 1)) * _count(rng, share * 0.6, 90)
    if column == "amount_wan_yuan":
        if rng.random() >= share:
            return 0
        return _decimal(
            rng, 6 if scale.article20_most > 100_000 else 4, rng.choice((0, 1, 2, 4, 4))
        )
    if column == "amount":
        return _decimal(rng, 5, rng.choice((0, 2, 4, 6, 6))) if rng.random() < share else 0
    if column in ("previous_items", "items"):
        return _count(rng, share, 900)
    return _count(rng, share, scale.article20_most)


def _settle_stocks(rng: Random, form: Form, values: dict[str, Number]) -> None:
    """Make stocks large enough for what was issued or published in the year (R5, R6)."""
    for row in ("art20_1.regulations", "art20_1.normative_documents"):
        if form is Form.T19:
            made = values[article20_key(row, "made")]
            published = min(values[article20_key(row, "newly_published")], made)
            older = _count(rng, 0.7, 300) if made else 0
            values[article20_key(row, "newly_published")] = published
            values[article20_key(row, "published_total")] = published + older
        else:
            issued = values[article20_key(row, "issued")]
            older = _count(rng, 0.7, 400) if issued else 0
            values[article20_key(row, "in_force")] = issued + older


def _draw_applications(rng: Random, form: Form, scale: Scale) -> dict[str, Number]:
    rows: dict[str, dict[str, int]] = {row: {} for row in application_rows(form)}
    for applicant in APPLICANTS:
        person = applicant == "natural_person"
        share = scale.persons_share if person else scale.bodies_share
        most = scale.persons_most if person else scale.bodies_most
        for row in outcome_rows(form):
            rows[row][applicant] = _count(rng, share, most)
        processed = sum(rows[row][applicant] for row in outcome_rows(form))
        forward = _count(rng, share * 0.7, max(1, most // 3))
        over = min(_count(rng, share * 0.7, max(1, most // 3)), processed + forward)
        rows[PROCESSED][applicant] = processed
        rows[CARRIED_FORWARD][applicant] = forward
        rows[CARRIED_OVER][applicant] = over
        rows[RECEIVED][applicant] = processed + forward - over
    values: dict[str, Number] = {}
    for row, counts in rows.items():
        for applicant in APPLICANTS:
            values[application_key(row, applicant)] = counts[applicant]
        values[application_key(row, TOTAL)] = sum(counts.values())
    return values


def _draw_review(rng: Random, scale: Scale) -> dict[str, Number]:
    values: dict[str, Number] = {}
    for block in BLOCKS:
        counts = [_count(rng, scale.review_share, scale.review_most) for _ in RESULTS]
        for result, count in zip(RESULTS, counts, strict=True):
            values[review_key(block, result)] = count
        values[review_key(block, TOTAL)] = sum(counts)
    return values
