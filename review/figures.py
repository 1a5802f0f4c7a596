"""Numbers as pictures: an organ over the years, how complete places are, how right we are."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gouji.model import Action, Decision, DocumentReading, Kind, standing
from gouji.store import PlaceYear

# What a line of an organ shows: a name (key of `words`), and the cell of each form that has it.
LINES: Mapping[str, tuple[str, ...]] = {
    "line_received": (
        "applications/requests_received/total",
        "indicators/requests.received/value",
    ),
    "line_processed": (
        "applications/processed_total/total",
        "indicators/requests.completed/value",
    ),
    "line_granted": (
        "applications/granted_in_full/total",
        "indicators/replies.granted/value",
    ),
    "line_reviews": ("review_litigation/review/total", "indicators/review.total/value"),
    "line_corrected": (
        "review_litigation/review/corrected",
        "indicators/review.corrected/value",
    ),
}
WIDE, HIGH, LEFT, BELOW = 420.0, 150.0, 56.0, 22.0
LARGEST = 10**15  # a number beyond is no count
BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0001)


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a year and its place in the picture, in units of the picture."""

    x: float
    y: float
    year: int
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """A line over the years; years without a number are left out."""

    name: str
    points: tuple[Point, ...]
    top: float  # the largest value

    @property
    def path(self) -> str:
        return " ".join(f"{p.x:.1f},{p.y:.1f}" for p in self.points)


@dataclass(frozen=True, slots=True)
class Bin:
    """Reviewed cells whose confidence lay in a range: how many, and how many were right."""

    low: float
    high: float
    cells: int
    right: int
    expected: float  # their mean confidence

    @property
    def share(self) -> float:
        return self.right / self.cells


def organ_lines(readings: Iterable[DocumentReading]) -> list[Line]:
    """An organ's numbers by year; of several reports for a year the last one counts."""
    values: dict[str, dict[int, float]] = {name: {} for name in LINES}
    for reading in readings:
        year = reading.report.report_year if reading.report else None
        if year is None:
            continue
        numbers = {c.key: c.value for c in reading.cells if c.kind is Kind.NUMBER}
        for name, keys in LINES.items():
            for key in keys:
                number = numbers.get(key)
                if number is not None and -LARGEST < number < LARGEST:
                    values[name][year] = float(number)
    years = sorted({year for each in values.values() for year in each})
    return [_line(name, found, years) for name, found in values.items() if found]


def _line(name: str, values: Mapping[int, float], years: Sequence[int]) -> Line:
    top = max(1.0, *values.values())
    spread = max(years[-1] - years[0], 1)
    points = tuple(
        Point(
            LEFT + (WIDE - LEFT - 16) * (year - years[0]) / spread,
            12 + (HIGH - BELOW - 12) * (1 - max(value, 0.0) / top),
            year,
            value,
        )
        for year, value in sorted(values.items())
    )
    return Line(name, points, top)


def reliability(decisions: Sequence[Decision]) -> list[Bin]:
    """How often cells were read right, by the confidence they had when a person looked.

    What stands in the log without a confidence (undo) and what was taken back does not count.
    """
    by_document: dict[str, list[Decision]] = {}
    for decision in decisions:
        by_document.setdefault(decision.made.sha256, []).append(decision)
    found: list[tuple[float, bool]] = []
    for mine in by_document.values():
        for decision in standing(mine).values():
            confidence = decision.made.shown.get("confidence")
            if isinstance(confidence, int | float) and decision.made.action is not Action.UNDO:
                right = decision.made.after.says(decision.made.before)
                found.append((float(confidence), right))
    bins = []
    for low, high in itertools.pairwise(BINS):
        inside = [(c, right) for c, right in found if low <= c < high]
        if inside:
            bins.append(
                Bin(
                    low,
                    min(high, 1.0),
                    len(inside),
                    sum(right for _, right in inside),
                    sum(c for c, _ in inside) / len(inside),
                )
            )
    return bins


def completeness(
    found: Sequence[PlaceYear],
) -> tuple[list[int], list[tuple[str, list[PlaceYear | None]]]]:
    """The years, and for each place what there is of each year."""
    years = sorted({each.year for each in found if each.year is not None})
    places: dict[str, dict[int, PlaceYear]] = {}
    for each in found:
        if each.year is not None:
            places.setdefault(each.region, {})[each.year] = each
    return years, [(place, [of.get(year) for year in years]) for place, of in places.items()]
