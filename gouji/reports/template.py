"""Which generation of the form a document carries: told by its head words, never by the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .columns import head_columns
from .forms import APPLICANT_HEADS, LATER, MARKS, OLDER
from .labels import words_of
from .review import COUNT, has_value_row
from .rows import PartRow, Section

# Fewer words than this of an older form do not make it: reports print small tables of their own.
FEWEST_ROWS = 5  # of the table of applications, to be believed without its head words
NEWEST = "T21"
FEWEST_WORDS: Mapping[str, float] = {"T14": 5, "T08": 3}


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """The forms that the document may carry, likeliest first, and what speaks for each."""

    templates: tuple[str, ...]
    weights: Mapping[str, float]

    @property
    def mixed(self) -> bool:
        """Whether head words of both later generations stand in the document."""
        return sum(1 for name in LATER if self.weights[name] >= 2) > 1


def choose_template(rows: Mapping[Section, Sequence[PartRow]]) -> TemplateChoice:
    """The form whose own head words are there; by the rows of group (六) where no head is left.

    A document with the tables of T19 or T21 carries that form, whatever smaller tables it prints
    beside them. An older form comes first only where its words are more and the later form's
    table of applications is not there.
    """
    later = _texts(rows[Section.ARTICLE20], rows[Section.APPLICATIONS])
    older = _texts(rows[Section.INDICATORS])
    weights = {name: _weight(later, MARKS[name]) for name in LATER} | {
        name: _weight(older, MARKS[name]) for name in OLDER
    }
    first = _later_form(rows, later, weights)
    second = max(OLDER, key=lambda name: weights[name])
    if weights[second] < FEWEST_WORDS[second]:
        return TemplateChoice((first,) if first else (), weights)
    if first is None:
        return TemplateChoice((second,), weights)
    if weights[second] > weights[first] and not rows[Section.APPLICATIONS]:
        return TemplateChoice((second, first), weights)
    return TemplateChoice((first, second), weights)


def _later_form(
    rows: Mapping[Section, Sequence[PartRow]], texts: set[str], weights: Mapping[str, float]
) -> str | None:
    best = max(LATER, key=lambda name: (weights[name], name))
    if weights[best] > 0:
        return best
    if not rows[Section.APPLICATIONS] and not rows[Section.REVIEW]:
        return None
    # a page alone may show neither head nor group: what both forms have has one code in both
    shown = len(rows[Section.APPLICATIONS]) >= FEWEST_ROWS or any(
        len(row.cells) == COUNT for row in rows[Section.REVIEW]
    )
    shown = shown or has_value_row(rows[Section.REVIEW])
    shown = shown or any(head_columns(row, APPLICANT_HEADS) for row in rows[Section.APPLICATIONS])
    return _by_groups(texts) or (NEWEST if shown else None)


def _texts(*sections: Sequence[PartRow]) -> set[str]:
    return {
        words_of(c.text)
        for rows in sections
        for row in rows
        for c in row.cells
        if c.row == row.row and c.text
    }


def _weight(texts: set[str], marks: Mapping[str, float]) -> float:
    every = "|".join(texts)  # no mark has a bar
    return sum(weight for mark, weight in marks.items() if mark in every)


def _by_groups(texts: set[str]) -> str | None:
    """T21 has three rows under (六)其他处理, T19 one; without either nothing can be said."""
    if any("逾期" in text for text in texts):
        return "T21"
    if any(text.endswith("其他处理") for text in texts):
        return "T19"
    return None
