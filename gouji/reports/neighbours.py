"""Rows whose label cannot be read, placed by the rows above and below them.

The rows of a form stand in order. Where as many rows stand between two that are known as the form
has there, each of them is the form's row at its place, whatever is left of its label.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from functools import cache, lru_cache

from .forms import ALL_APPLICATION_ROWS, FORMS, LATER
from .labels import ideographs


def between_known(known: Mapping[int, int], may_be: Callable[[int, int], bool]) -> dict[int, int]:
    """Rows between known ones: printed row -> row of the form.

    Rows of the form are places in `ALL_APPLICATION_ROWS`. ``known`` are printed rows that their
    labels name, ``may_be(i, j)`` says whether printed row i can be row j. All rows of a gap are
    placed or none, and only where the longest gap that a possible generation has is filled.
    """
    wanted = set(known.values())
    possible = [form for form in _generations() if wanted <= set(form)]
    placed: dict[int, int] = {}
    for (above, first), (below, last) in itertools.pairwise(sorted(known.items())):
        gap = range(above + 1, below)
        choices = [[j for j in form if first < j < last] for form in possible]
        rows = max(choices, key=len, default=[])
        if not gap or len(rows) != len(gap):
            continue
        if all(may_be(i, j) for i, j in zip(gap, rows, strict=True)):
            placed.update(zip(gap, rows, strict=True))
    return placed


@cache
def _generations() -> tuple[tuple[int, ...], ...]:
    """The rows of each generation that has such a table, in their order."""
    return tuple(
        tuple(ALL_APPLICATION_ROWS.index(row) for row in FORMS[name].applications) for name in LATER
    )


@lru_cache(maxsize=8192)
def kept_in_order(printed: str, wanted: str) -> float:
    """The share of the printed words that stands in the wanted ones in the same order; 1 of none.

    Digits and letters are left out: they are what is read where nothing can be.
    """
    printed = ideographs(printed)
    if not printed:
        return 1.0
    best = [0] * (len(wanted) + 1)
    for character in printed:
        before = 0
        for at, other in enumerate(wanted, 1):
            here = best[at]
            best[at] = before + 1 if character == other else max(here, best[at - 1])
            before = here
    return best[-1] / len(printed)
