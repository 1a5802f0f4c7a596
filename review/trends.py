"""Requests, outcomes and reviews over the years: of one organ, or added up over a region.

Added up are reports of one kind of organ only: a government's report holds the numbers of its
departments already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gouji.model import CellState, DocumentReading, Kind, Number

_TOTAL = "applications/{}/total"
_REFUSED = (
    *("state_secret", "prohibited_by_law", "safety_and_stability", "third_party_rights"),
    *("internal_affairs", "process_information", "enforcement_file", "administrative_query"),
)
_UNABLE = ("not_held", "needs_creation", "unclear_after_correction")
_SUITS = ("litigation_direct", "litigation_after_review")
# What a line shows: a name (key of `words`), and the cells of each form that are added up for it.
LINES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "line_received": (
        (_TOTAL.format("requests_received"),),
        ("indicators/requests.received/value",),
    ),
    "line_processed": (
        (_TOTAL.format("processed_total"),),
        ("indicators/requests.completed/value",),
    ),
    "line_granted": (
        (_TOTAL.format("granted_in_full"),),
        ("indicators/replies.granted/value",),
    ),
    "line_partly": (
        (_TOTAL.format("granted_in_part"),),
        ("indicators/replies.partial/value",),
    ),
    "line_refused": (
        tuple(_TOTAL.format(f"refused.{row}") for row in _REFUSED),
        ("indicators/replies.refused/value",),
    ),
    "line_unable": (
        tuple(_TOTAL.format(f"unable.{row}") for row in _UNABLE),
        ("indicators/replies.not_exist/value",),
    ),
    "line_reviews": (
        ("review_litigation/review/total",),
        ("indicators/review.total/value",),
    ),
    "line_corrected": (
        ("review_litigation/review/corrected",),
        ("indicators/review.corrected/value",),
    ),
    "line_suits": (
        tuple(f"review_litigation/{block}/total" for block in _SUITS),
        ("indicators/litigation.total/value",),
    ),
    "line_suits_lost": (
        tuple(f"review_litigation/{block}/corrected" for block in _SUITS),
        ("indicators/litigation.corrected/value",),
    ),
}
KEYS = frozenset(key for forms in LINES.values() for keys in forms for key in keys)
WIDE, HIGH, LEFT, BELOW = 420.0, 150.0, 56.0, 22.0
LARGEST = 10**15  # a number beyond is no count
NOTHING = (Kind.BLANK, Kind.NOT_APPLICABLE)  # adds nothing to a sum


@dataclass(frozen=True, slots=True)
class Counted:
    """A cell as a trend sees it."""

    number: Number | None
    kind: Kind
    state: CellState


@dataclass(frozen=True, slots=True)
class YearCells:
    """The cells of an organ's report for a year."""

    organ: str
    year: int
    cells: Mapping[str, Counted]


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a year and its place in the picture, in units of the picture."""

    x: float
    y: float
    year: int
    value: float
    reports: int  # that were added up


@dataclass(frozen=True, slots=True)
class Line:
    """A line over the years; years without a number are left out."""

    name: str
    points: tuple[Point, ...]
    top: float  # the largest value

    @property
    def path(self) -> str:
        return " ".join(f"{p.x:.1f},{p.y:.1f}" for p in self.points)

    def at(self, year: int) -> Point | None:
        """The point of a year, if it has one."""
        return next((point for point in self.points if point.year == year), None)


def year_cells(reading: DocumentReading) -> YearCells | None:
    """The cells of a reading that a trend needs; None where its year is not known."""
    report = reading.report
    if report is None or report.report_year is None:
        return None
    cells = {c.key: Counted(c.value, c.kind, c.state) for c in reading.cells if c.key in KEYS}
    return YearCells(report.issuer or "", report.report_year, cells)


def lines_of(reports: Iterable[YearCells]) -> list[Line]:
    """The lines over all reports; of several of an organ for a year the last one counts.

    A report in which a cell of a line waits, or was not read, is left out of that line.
    """
    last = {(each.organ, each.year): each for each in reports}
    added: dict[str, dict[int, tuple[float, int]]] = {name: {} for name in LINES}
    for (_, year), report in last.items():
        for name, forms in LINES.items():
            number = next(filter(_is_number, (_sum(report.cells, keys) for keys in forms)), None)
            if number is not None:
                value, reports_ = added[name].get(year, (0.0, 0))
                added[name][year] = (value + number, reports_ + 1)
    years = sorted({year for each in added.values() for year in each})
    return [_line(name, found, years) for name, found in added.items() if found]


def years_of(lines: Sequence[Line]) -> list[int]:
    """All years in which one of the lines has a point."""
    return sorted({point.year for line in lines for point in line.points})


def _is_number(value: float | None) -> bool:
    return value is not None


def _sum(cells: Mapping[str, Counted], keys: Sequence[str]) -> float | None:
    """The cells added up; None where one is in doubt, or none of them has a number."""
    found = [cells[key] for key in keys if key in cells]
    numbers = []
    for cell in found:
        if cell.state is CellState.REVIEW:
            return None
        if cell.kind is Kind.NUMBER and cell.number is not None:
            if not -LARGEST < cell.number < LARGEST:
                return None
            numbers.append(float(cell.number))
        elif cell.kind not in NOTHING:
            return None
    return sum(numbers) if numbers else None


def _line(name: str, values: Mapping[int, tuple[float, int]], years: Sequence[int]) -> Line:
    top = max(1.0, *(value for value, _ in values.values()))
    spread = max(years[-1] - years[0], 1)
    points = tuple(
        Point(
            LEFT + (WIDE - LEFT - 16) * (year - years[0]) / spread,
            12 + (HIGH - BELOW - 12) * (1 - max(value, 0.0) / top),
            year,
            value,
            reports,
        )
        for year, (value, reports) in sorted(values.items())
    )
    return Line(name, points, top)
