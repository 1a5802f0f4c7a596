"""Printed rows against the rows of a form: the best pairing that keeps the order of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from .labels import Label, read_label


def best_pairing(
    scores: Sequence[Sequence[float]], leave: Sequence[float], absent: float
) -> list[tuple[int, int]]:
    """The monotone pairing with the greatest sum: (printed row, row of the form) from the top.

    ``scores[i][j]`` says how well printed row i fits row j, ``leave[i]`` what it costs to leave
    it over, ``absent`` what a row of the form costs that is not there (both usually below 0).
    """
    rows, wanted = len(scores), max((len(fits) for fits in scores), default=0)
    best = [[0.0] * (wanted + 1) for _ in range(rows + 1)]
    step = [[0] * (wanted + 1) for _ in range(rows + 1)]
    for j in range(1, wanted + 1):
        best[0][j], step[0][j] = best[0][j - 1] + absent, 1
    for i in range(1, rows + 1):
        above, here, moves, fits = best[i - 1], best[i], step[i], scores[i - 1]
        here[0], moves[0] = above[0] + leave[i - 1], 2
        for j in range(1, wanted + 1):
            pair = above[j - 1] + fits[j - 1]
            skipped = here[j - 1] + absent
            left_over = above[j] + leave[i - 1]
            if pair >= skipped and pair >= left_over:
                here[j] = pair
            elif skipped >= left_over:
                here[j], moves[j] = skipped, 1
            else:
                here[j], moves[j] = left_over, 2
    pairs: list[tuple[int, int]] = []
    i, j = rows, wanted
    while i > 0 or j > 0:
        move = step[i][j]
        if move == 0 and i > 0 and j > 0:
            pairs.append((i - 1, j - 1))
            i, j = i - 1, j - 1
        elif (move == 1 or i == 0) and j > 0:
            j -= 1
        else:
            i -= 1
    pairs.reverse()
    return pairs


@dataclass(frozen=True, slots=True)
class Half:
    """What may be one half of a row that a page break cut in two."""

    text: str  # of its own label, "" where it has none
    has_values: bool
    labelled: bool  # whether any label stands in the row

    @property
    def label(self) -> Label:
        return read_label(self.text)


def joined(
    first: Half, second: Half, likeness_to_form: Callable[[Label], float]
) -> Literal["first", "second"] | None:
    """Whether two rows are halves of one, and which of them holds its values.

    One half has the values, and the labels of both make one label of the form.
    """
    if first.has_values and second.has_values:
        return None
    label = read_label(first.text + second.text)
    apart = max(likeness_to_form(first.label), likeness_to_form(second.label))
    if not second.has_values and not second.label.words:
        return "first"
    if not first.has_values and not first.label.words and not first.labelled:
        return None
    if likeness_to_form(label) > apart + 0.04 or (
        # the second half begins no label of its own, and the first half alone is one already
        first.label.ordinal
        and not second.label.ordinal
        and not first.has_values
        and second.has_values
        and likeness_to_form(label) > apart - 0.02
    ):
        return "first" if first.has_values or not second.has_values else "second"
    return None
