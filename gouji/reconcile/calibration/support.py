"""What a calibration has seen: beyond that, nothing that it says of a cell is a measurement.

A feature is known as far as several reports show it, for numbers, blanks and marks for "none"
apart: a pen over a blank cell teaches nothing of a pen over a number.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gouji.model import Kind
from gouji.reconcile.decoding import CellEvidence, CellPrior

from .features import PRIOR, Feature
from .sources import is_pixels

FEWEST_REPORTS = 3  # that show so much of a feature: what fewer show is not known
SLACK = 1e-6  # what is kept in a file is rounded

Row = Sequence[float]


@dataclass(frozen=True, slots=True)
class Support:
    """The features of the cells that were learned from, by what stands in them.

    ``ranges`` are the least and the most of each feature, in the order of `PRIOR`, that
    `FEWEST_REPORTS` reports reach. More of what can only make a reading surer is within it.
    """

    ranges: Mapping[str, tuple[tuple[float, float], ...]] = field(default_factory=dict)

    @staticmethod
    def of(rows: Iterable[tuple[str, str, Row]]) -> Support:
        """From what stands in each cell, its report and its features."""
        lows: dict[str, dict[str, list[float]]] = defaultdict(dict)
        highs: dict[str, dict[str, list[float]]] = defaultdict(dict)
        for kind, report, row in rows:
            values = [value if math.isfinite(value) else 0.0 for value in row]
            low = lows[kind].setdefault(report, values)
            high = highs[kind].setdefault(report, values)
            lows[kind][report] = [min(pair) for pair in zip(low, values, strict=True)]
            highs[kind][report] = [max(pair) for pair in zip(high, values, strict=True)]
        return Support(
            {
                kind: tuple(
                    _range(feature, sorted(low), sorted(high))
                    for feature, low, high in zip(
                        PRIOR,
                        zip(*lows[kind].values(), strict=True),
                        zip(*highs[kind].values(), strict=True),
                        strict=True,
                    )
                )
                for kind in sorted(lows)
                if len(lows[kind]) >= FEWEST_REPORTS
            }
        )

    def unknown(self, kind: str, row: Row) -> tuple[str, ...]:
        """The features of a cell that are beyond what was seen; all, where its kind was not."""
        known = self.ranges.get(kind)
        if known is None:
            return (kind,)
        return tuple(
            feature.name
            for feature, (low, high), value in zip(PRIOR, known, row, strict=True)
            if feature.bounded and _is_beyond(feature, low, high, value)
        )

    def fields(self) -> dict[str, Any]:
        """As JSON."""
        return {
            kind: {
                feature.name: [round(low, 6), round(high, 6)]
                for feature, (low, high) in zip(PRIOR, ranges, strict=True)
            }
            for kind, ranges in self.ranges.items()
        }

    @staticmethod
    def from_fields(fields: Mapping[str, Mapping[str, Sequence[float]]]) -> Support:
        """From its JSON, of exactly the features that are known here.

        Raises:
            ValueError: it is none, or of other features.
        """
        names = [feature.name for feature in PRIOR]
        if any(list(named) != names for named in fields.values()):
            raise ValueError("other features")
        ranges = {
            kind: tuple((float(low), float(high)) for low, high in named.values())
            for kind, named in fields.items()
        }
        if any(not low <= high for pairs in ranges.values() for low, high in pairs):
            raise ValueError("a range is inside out")
        return Support(ranges)


def stands_there(prior: CellPrior) -> str:
    """What the best candidate of a cell is: numbers are one kind, every kind of none another."""
    kind = prior.candidates[0].kind
    return "number" if kind is Kind.NUMBER else str(kind)


def is_measured(evidence: CellEvidence) -> bool:
    """Whether it is told how the cell looks: of one read elsewhere only its readings are known."""
    pixels = any(is_pixels(reading.reader) for reading in evidence.readings)
    return evidence.look is not None or not pixels


def _range(feature: Feature, lows: Sequence[float], highs: Sequence[float]) -> tuple[float, float]:
    """Between which values a feature is known; the least and the most of each report, in order."""
    low, high = lows[FEWEST_REPORTS - 1], highs[-FEWEST_REPORTS]
    if feature.sign < 0:
        return lows[0], high
    if feature.sign > 0:
        return low, highs[-1]
    return min(low, high), max(low, high)


def _is_beyond(feature: Feature, low: float, high: float, value: float) -> bool:
    if not math.isfinite(value):
        return True
    return (feature.sign >= 0 and value < low - SLACK) or (
        feature.sign <= 0 and value > high + SLACK
    )
