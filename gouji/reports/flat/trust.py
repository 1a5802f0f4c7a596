"""What the order of a flattened text still tells, and how that is found out."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..amounts import parse_amount
from ..rows import Section
from .groups import Group
from .labels import joined_labels, label_pieces
from .units import Unit
from .values import NO_SPACING, Spacing, Value, place_values
from .words import application_row, article20_row

APPLICANTS = 7
RESULTS = 15
# A page on which no line of the form comes twice: the extractor dropped every repeated line.
FEWEST_ROWS = 12
UNIFORM = 0.8  # so many rows of a table that was cut to a width are that wide
LONGEST_PAGE_NUMBER = 2
FIRST_HEAD = "信息内容"
_RUN_ON = re.compile(r"[\u3400-\u9fff)）”\"](?<!增)[\d无/／][\d无/／.,+-]*$")


@dataclass(frozen=True, slots=True)
class Trust:
    """What the order of a text still tells.

    ``values``: that a number belongs to the label before it; ``blanks``: that a label without
    numbers has blank cells.
    """

    values: bool = True
    blanks: bool = True
    blank_rows: bool = True  # a row without any number is blank
    in_place: bool = True  # blank cells between bars stand where they were
    spacing: Spacing = NO_SPACING

    def place(
        self,
        group: Group,
        columns: int,
        after: Unit | None,
        padded: int | None = None,
    ) -> list[Value]:
        """The values of a row, none where the text cannot be trusted to tell."""
        blank_row = self.blanks and self.blank_rows
        known = group.hard or any(unit.text for unit in group.values) or blank_row
        if not (self.values and known):
            return []
        placed = place_values(
            group, columns, self.spacing, after, padded=padded, in_place=self.in_place
        )
        if group.hard or self.blanks:
            return placed
        whole = sum(1 for unit in group.values if unit.text) == columns
        if whole and _adds_up([value.text for value in placed]):
            return placed
        return []  # other rows' numbers, for all that is known


def deduplicated(groups: Sequence[Group]) -> bool:
    """Whether no line of the tables comes twice, though the form repeats many of them."""
    units = [u for g in groups for u in (*g.labels, *g.values) if u.text]
    if any(group.hard for group in groups):
        return False
    first_heads = sum(1 for u in units if u.words == FIRST_HEAD)
    if first_heads != 1:
        return False  # one for every band, were nothing dropped
    rows = sum(1 for u in units if not u.value and application_row(u.text))
    return rows >= FEWEST_ROWS and len({unit.text for unit in units}) == len(units)


def numbers_run_on(groups: Sequence[Group]) -> bool:
    """Whether numbers are run on to labels where nobody can say how many they are."""
    return any(
        _RUN_ON.search(unit.text) is not None
        for group in groups
        if not group.hard
        for unit in group.labels
    )


def out_of_order(groups: Sequence[Group]) -> bool:
    """Whether numbers stand where no row's are: the text is not in the order of the rows."""
    return any(_strange(group) for group in groups if not group.hard and group.values)


def _strange(group: Group) -> bool:
    count = len(group.values)
    if group.section is Section.REVIEW:
        return count > RESULTS
    if group.section is Section.APPLICATIONS:
        pieces = label_pieces(group.labels)
        count = len(without_page_number(group, APPLICANTS).values)
        return count > APPLICANTS or not pieces or application_row(pieces[-1].text) is None
    if group.section is Section.ARTICLE20:
        labels = joined_labels(group.labels)
        return not labels or article20_row(labels[-1].text) is None
    return False


def _adds_up(texts: Sequence[str]) -> bool:
    """Whether the last of seven, or of each five, is the sum of the others."""
    numbers = [parse_amount(text).value for text in texts]
    if any(number is None for number in numbers) or len(numbers) not in (APPLICANTS, RESULTS):
        return len(numbers) not in (APPLICANTS, RESULTS)
    size = APPLICANTS if len(numbers) == APPLICANTS else RESULTS // 3
    blocks = [numbers[at : at + size] for at in range(0, len(numbers), size)]
    return all(sum(n or 0 for n in block[:-1]) == block[-1] for block in blocks)


def without_page_number(group: Group, columns: int) -> Group:
    """A row without the number of the page behind it, where its sum shows which it is."""
    values = group.values
    if group.hard or len(values) != columns + 1 or not values[-1].text.isdecimal():
        return group
    if len(values[-1].text) > LONGEST_PAGE_NUMBER or not _adds_up([u.text for u in values[:-1]]):
        return group
    return replace(group, values=values[:-1])


def widest_rows(groups: Sequence[Group]) -> dict[int, float]:
    """The width that each stretch of rows was cut to; infinite where rows are not equally wide."""
    widths: dict[int, Counter[int]] = {}
    for group in groups:
        if group.hard:
            widths.setdefault(group.piece, Counter())[group.width] += 1
    return {
        piece: max(counts) if counts[max(counts)] >= UNIFORM * counts.total() else math.inf
        for piece, counts in widths.items()
    }
