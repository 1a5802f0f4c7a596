"""How complete places are year by year, and how right cells were read."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from gouji.model import Action, Decision, standing
from gouji.store import PlaceYear

BINS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0001)


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
