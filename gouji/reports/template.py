"""Which generation of the form a document carries: told by its head words, never by the year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .forms import MARKS
from .labels import words_of
from .rows import PartRow, Section


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """The form, and the weight of the words that speak for each."""

    template: str | None
    weights: Mapping[str, float]

    @property
    def mixed(self) -> bool:
        """Whether head words of both generations stand in the document."""
        return sum(1 for weight in self.weights.values() if weight >= 2) > 1


def choose_template(rows: Mapping[Section, Sequence[PartRow]]) -> TemplateChoice:
    """The form whose own head words are there; by the rows of group (六) where no head is left."""
    texts: set[str] = set()
    for section in (Section.ARTICLE20, Section.APPLICATIONS):
        for row in rows[section]:
            texts.update(words_of(c.text) for c in row.cells if c.row == row.row and c.text)
    weights = {
        template: sum(
            weight for mark, weight in marks.items() if any(mark in text for text in texts)
        )
        for template, marks in MARKS.items()
    }
    best = max(weights, key=lambda name: weights[name])
    if weights[best] == 0:
        if not rows[Section.APPLICATIONS] and not rows[Section.REVIEW]:
            return TemplateChoice(None, weights)
        return TemplateChoice(_by_groups(texts), weights)
    return TemplateChoice(best, weights)


def _by_groups(texts: set[str]) -> str | None:
    """T21 has three rows under (六)其他处理, T19 one; without either nothing can be said."""
    if any("逾期" in text for text in texts):
        return "T21"
    if any(text.endswith("其他处理") for text in texts):
        return "T19"
    return None
