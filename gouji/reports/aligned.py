"""Rows of part three whose labels are hardly legible, placed by the order of the whole table.

The printed rows are aligned with the rows of each generation of the form, both in their order.
What is left of a label, its ordinal, its length, how deep it stands among the label columns, and
which rows share the group's cell beside it, all speak for or against a pairing; none alone places
a row. A row is placed only where every other place for it makes the whole table fit clearly
worse, and only in a table with several labels that are legible in part.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from gouji.model import TableCell

from .form import Row
from .forms import FORMS, GROUPS, LATER
from .labels import Label, ideographs, read_label, words_of

# What a pairing earns or costs. Words: the share of characters that both have in one order.
WORDS = 1.2
ORDINAL_SAME, ORDINAL_OTHER = 0.35, -0.2
LENGTH = 0.1
DEPTH_SAME, DEPTH_OTHER = 0.1, -0.6
GROUP_WORDS = 0.8  # of all rows beside a group's cell together
GROUP_CELL = 0.9  # likewise: the cell covers as many rows as the form's group has
NAMED = 2.0  # a row that its own label names already
# Costs of a printed row that is no row of the form, and of a form's row that is not printed:
# within a page, where a page ends, above the first and below the last row.
LEFT_OVER = -0.6
ABSENT_WITHIN, ABSENT_BETWEEN, ABSENT_BEYOND = -0.45, -0.06, -0.02
MOST_OWN = 2  # rows of a row's own label: a stray rule cuts it
# By how much the whole has to fit better than with the row in any other place: with the cells
# around the labels, and by the labels alone. A table that lacks a row may be ruled like another.
DECISIVE, AGREEING = 0.5, 0.35
ANOTHER = 0.25  # by which a label is more like another row's
FEWEST_LEFT = 2  # ideographs left of a label that can be like another row's: 期 is in many
LEGIBLE, FEWEST_LEGIBLE = 0.3, 3  # share of a label that is legible, and of so many labels
USUALLY_LEGIBLE = 0.12  # mean share over all labels of a table


@dataclass(frozen=True, slots=True)
class LabelCells:
    """The label cells beside one row of values, from left to right.

    ``part`` is the table part; ``first`` and ``last`` are the part's first and last row of values,
    ``depth`` is how many label cells stand beside each other at most in the part.
    """

    row: int
    cells: tuple[TableCell, ...]
    part: int
    first: int
    last: int
    depth: int

    @property
    def own(self) -> Label:
        """The label of the row itself: none where its last cell stands beside other rows too."""
        own = self.cells[-1] if self.cells else None
        return read_label(own.text if own is not None and own.row_span <= MOST_OWN else "")

    @property
    def around(self) -> TableCell | None:
        """The cell before the row's own, of a group or of the whole of part three."""
        return self.cells[-2] if len(self.cells) > 1 else None


def label_cells(rows: Sequence[tuple[int, int, Sequence[TableCell]]]) -> list[LabelCells]:
    """Rows given as part, row and label cells, each with what is common to its part."""
    firsts: dict[int, int] = {}
    lasts: dict[int, int] = {}
    depths: dict[int, int] = {}
    for part, row, cells in rows:
        firsts.setdefault(part, row)
        lasts[part] = row
        depths[part] = max(depths.get(part, 0), len(cells))
    return [
        LabelCells(row, tuple(cells), part, firsts[part], lasts[part], depths[part])
        for part, row, cells in rows
    ]


@dataclass(frozen=True, slots=True)
class Alignment:
    """Printed rows by index, with the codes of the form's rows."""

    placed: Mapping[int, str]  # decisively, without those that their labels name
    likeliest: Mapping[int, str]  # of the best alignment, decisive or not


def aligned(rows: Sequence[LabelCells], named: Mapping[int, str]) -> Alignment:
    """Align printed rows with the form; ``named`` are those that their labels name."""
    if not rows:
        return Alignment({}, {})
    likeliest, around = _decided(rows, named, DECISIVE, around=True)
    _, by_labels = _decided(rows, named, AGREEING, around=False)
    placed = {
        i: code
        for i, code in around.items()
        if by_labels.get(i) == code and not says_another(rows[i].own, code, ANOTHER)
    }
    return Alignment(placed, likeliest)


def _decided(
    rows: Sequence[LabelCells], named: Mapping[int, str], margin: float, *, around: bool
) -> tuple[dict[int, str], dict[int, str]]:
    """All rows of the best alignment, and those whose place is better than others by a margin.

    ``around``: by the cells beside the labels as well.
    """
    fits = [_Fit.of(rows, form, named, around) for form in _generations()]
    best = max(fits, key=lambda fit: fit.total)
    if not _legible([rows[i] for i in best.pairs], [best.form[j] for j in best.pairs.values()]):
        return {}, {}
    codes = {i: best.form[j].row.code for i, j in best.pairs.items()}
    decided = {
        i: code
        for i, code in codes.items()
        if i not in named and best.total - max(fit.without(i, code) for fit in fits) >= margin
    }
    return codes, decided


def says_another(label: Label, code: str, by: float = 0.0) -> bool:
    """Whether what is left of a label is more like that of another row than ``code``."""
    if len(ideographs(label.words)) < FEWEST_LEFT:
        return False
    shares = {p.row.code: _words(label, p.row) for form in _generations() for p in form}
    return max(shares.values()) - shares[code] > by


@dataclass(frozen=True, slots=True)
class _Place:
    """A row of a form with where it stands: in its group, and in part three."""

    row: Row
    depth: int
    group: tuple[int, int] | None  # place in the group, rows of the group
    part_three: tuple[int, int] | None


@cache
def _generations() -> tuple[tuple[_Place, ...], ...]:
    return tuple(_places(FORMS[name].applications) for name in LATER)


def _places(rows: Sequence[Row]) -> tuple[_Place, ...]:
    inside = [i for i, row in enumerate(rows) if row.group or row.code in _RESULTS]
    result = []
    for index, row in enumerate(rows):
        group = [i for i, other in enumerate(rows) if row.group and other.group == row.group]
        result.append(
            _Place(
                row,
                3 if group else 2 if index in inside else 1,
                (index - group[0], len(group)) if group else None,
                (index - inside[0], len(inside)) if index in inside else None,
            )
        )
    return tuple(result)


_RESULTS = ("granted_in_full", "granted_in_part", "other_handling", "processed_total")


@dataclass(frozen=True, slots=True)
class _Fit:
    """The best alignment with one generation, and the best through each pairing."""

    form: tuple[_Place, ...]
    total: float
    pairs: Mapping[int, int]
    through: tuple[tuple[float, ...], ...]  # of each printed row: each row of the form, or none

    @classmethod
    def of(
        cls,
        rows: Sequence[LabelCells],
        form: tuple[_Place, ...],
        named: Mapping[int, str],
        around: bool,
    ) -> _Fit:
        scores = [[_score(row, place, around) for place in form] for row in rows]
        for i, code in named.items():
            for j, place in enumerate(form):
                scores[i][j] += NAMED if place.row.code == code else -NAMED
        absent = _absent(rows)
        above = _sums(scores, absent)
        below = _sums([line[::-1] for line in scores[::-1]], absent[::-1])
        count, wide = len(rows), len(form)
        through = []
        for i in range(count):
            # below[k][m] is the best of the last k printed rows and the last m of the form
            under = below[count - 1 - i][::-1]
            line = [above[i][j] + scores[i][j] + under[j + 1] for j in range(wide)]
            line.append(max(above[i][j] + LEFT_OVER + under[j] for j in range(wide + 1)))
            through.append(tuple(line))
        total = above[count][wide]
        pairs = {}
        for i, whole in enumerate(through):
            j = max(range(wide), key=whole.__getitem__)
            if whole[j] > whole[wide]:
                pairs[i] = j
        return cls(form, total, pairs, tuple(through))

    def without(self, index: int, code: str) -> float:
        """The best sum with a printed row in another place than this."""
        codes = [*(place.row.code for place in self.form), ""]
        through = zip(codes, self.through[index], strict=True)
        return max(total for other, total in through if other != code)


def _absent(rows: Sequence[LabelCells]) -> list[float]:
    """What an absent row of the form costs above each printed row, and below the last."""
    between = [
        ABSENT_WITHIN if one.part == other.part else ABSENT_BETWEEN
        for one, other in itertools.pairwise(rows)
    ]
    return [ABSENT_BEYOND, *between, ABSENT_BEYOND]


def _sums(scores: Sequence[Sequence[float]], absent: Sequence[float]) -> list[list[float]]:
    """The best sums of the first i printed rows with the first j rows of the form."""
    wide = len(scores[0])
    sums = [[absent[0] * j for j in range(wide + 1)]]
    for fits, cost in zip(scores, absent[1:], strict=True):
        above = sums[-1]
        line = [above[0] + LEFT_OVER]
        for j in range(1, wide + 1):
            line.append(max(above[j - 1] + fits[j - 1], line[-1] + cost, above[j] + LEFT_OVER))
        sums.append(line)
    return sums


def _legible(rows: Sequence[LabelCells], places: Sequence[_Place]) -> bool:
    shares = [_words(row.own, place.row) for row, place in zip(rows, places, strict=True)]
    if sum(share >= LEGIBLE for share in shares) < FEWEST_LEGIBLE:
        return False
    return sum(shares) >= USUALLY_LEGIBLE * len(shares)


def _score(row: LabelCells, place: _Place, around: bool) -> float:
    label = row.own
    score = WORDS * _words(label, place.row)
    if label.ordinal and place.row.ordinal:
        score += ORDINAL_SAME if label.ordinal == place.row.ordinal else ORDINAL_OTHER
    if label.words:
        longer = max(abs(len(label.words) - len(words_of(w))) for w in place.row.labels[:1])
        score += LENGTH if longer <= max(2, len(label.words) // 4) else -LENGTH
    if not around:
        return score
    if row.depth > 2:
        score += DEPTH_SAME if len(row.cells) == place.depth else DEPTH_OTHER
    return score + _beside(row, place)


def _beside(row: LabelCells, place: _Place) -> float:
    """What the cell around the row's own says, its share of what it says for all its rows."""
    cell = row.around
    if cell is None:
        return 0.0
    rows = max(1, min(cell.row + cell.row_span - 1, row.last) - max(cell.row, row.first) + 1)
    score = 0.0
    if place.group is not None:
        score += GROUP_WORDS * _named(cell.text, place.row.group) / rows
    wanted = [place.group if len(row.cells) > 2 else place.part_three]
    if row.depth == 2:  # a column of labels was not found: which one is left is unknown
        wanted = [place.group, place.part_three]
    score += GROUP_CELL * max(_covered(row, cell, rows, each) for each in wanted) / rows
    return score


def _covered(row: LabelCells, cell: TableCell, rows: int, wanted: tuple[int, int] | None) -> float:
    """Whether a cell may cover the form's rows that it has to, from -1 to 1."""
    if wanted is None:
        return -1.0
    place, count = wanted
    at = row.row - max(cell.row, row.first)
    open_above = cell.row <= row.first
    open_below = cell.row + cell.row_span - 1 >= row.last
    above, below = place - at, (count - 1 - place) - (rows - 1 - at)
    if above < 0 or below < 0 or (above and not open_above) or (below and not open_below):
        return -1.0
    return 0.2 if above or below else 1.0


@lru_cache(maxsize=4096)
def _named(text: str, group: str) -> float:
    """How much of a group's name a text holds, 0-1."""
    if group not in GROUPS:
        return 0.0
    ordinal, words = GROUPS[group]
    label = read_label(text)
    return min(1.0, _alike(label.words, words) + 0.3 * (label.ordinal == ordinal))


def _words(label: Label, row: Row) -> float:
    return max(_alike(label.words, words_of(wording)) for wording in row.labels)


@lru_cache(maxsize=16384)
def _alike(printed: str, wanted: str) -> float:
    """Characters that both have in one order, of all they have; digits are what noise reads as."""
    printed = ideographs(printed)
    if not printed or not wanted:
        return 0.0
    best = [0] * (len(wanted) + 1)
    for character in printed:
        before = 0
        for at, other in enumerate(wanted, 1):
            here = best[at]
            best[at] = before + 1 if character == other else max(here, best[at - 1])
            before = here
    return 2 * best[-1] / (len(printed) + len(wanted))
