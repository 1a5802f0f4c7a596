"""From what was meant to what is read: the two ways a number goes wrong, as weights of a cell.

Of each cell three numbers are told apart: the one that was *meant* (they satisfy the sums, unless a
relation is broken), the one that is *printed* (another one after a slip of the publisher), and the
one that is *read* (another one after a misreading). The sums see only what was meant. So a cell's
weight for meaning ``y`` is the sum over everything that it may print:

    w(y) = Σ p(x) · P(x is printed | y is meant)   over the candidates x, and over what none names

and once the meaning is known, what is printed follows from the same terms (`Meaning.prints`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gouji.model import Kind

from .checks import Check, scaled
from .evidence import CellPrior
from .publisher import Publisher, wrong_for

OTHER = -1  # the candidate that no reader named
# A blank beside a number: how much a sum that the number just fits speaks for the number.
FEWEST_CHANCES = 1e-3


@dataclass(frozen=True, slots=True)
class Meaning:
    """Something a cell may have been meant to say, and what it then prints.

    ``prints`` holds, by the candidate's index or `OTHER`, its share of ``weight``.
    """

    number: int | None  # times the report's scale
    kind: Kind
    weight: float
    prints: tuple[tuple[int, float], ...]
    # the share of the weight in which the publisher printed something else than was meant
    slipped: float

    def printed(self, index: int) -> float:
        """The probability that this candidate is printed, given the meaning."""
        return sum(w for i, w in self.prints if i == index) / self.weight


def meanings(
    prior: CellPrior, wanted: Sequence[int], publisher: Publisher, scale: int
) -> tuple[Meaning, ...]:
    """What a cell may mean: its candidates, and the numbers ``wanted`` by its sums.

    Each number wanted but not read must have been misread for something that is not named, or be
    a slip of the publisher.
    """
    slip = publisher.slip
    numbers = [
        (index, scaled(c.number, scale), c.p)
        for index, c in enumerate(prior.candidates)
        if c.kind is Kind.NUMBER and c.number is not None
    ]
    listed = {number for _, number, _ in numbers}
    found: list[Meaning] = []
    for index, candidate in enumerate(prior.candidates):
        if candidate.kind is not Kind.NUMBER:
            found.append(Meaning(None, candidate.kind, candidate.p, ((index, candidate.p),), 0.0))
    best = max(numbers, key=lambda entry: entry[2], default=(OTHER, 0, 0.0))[1]
    for meant in (*(number for _, number, _ in numbers), *sorted(set(wanted) - listed)):
        prints = [
            (index, p * ((1 - slip) if number == meant else slip * wrong_for(number, meant)))
            for index, number, p in numbers
        ]
        by_slip = sum(w for (_, w), (_, n, _) in zip(prints, numbers, strict=True) if n != meant)
        if meant in listed:  # what is printed instead is not named
            unnamed = prior.other * slip
            by_slip += unnamed
        else:
            unnamed = prior.other * wrong_for(best, meant) * (1 - slip)
        prints.append((OTHER, unnamed))
        weight = sum(w for _, w in prints)
        if weight > 0:
            found.append(Meaning(meant, Kind.NUMBER, weight, tuple(prints), by_slip))
    if not found:  # nothing is known: no sum can use it
        found.append(Meaning(None, Kind.UNREAD, 1.0, ((OTHER, 1.0),), 0.0))
    return tuple(found)


def term_of(check: Check, key: str, meaning: Meaning) -> int | None:
    """What a meaning adds to a check, scaled; None where it makes the check untestable."""
    term = check.term(key, meaning.number, meaning.kind)
    return None if term is None else int(term)


def favoured(meaning: Meaning, gain: float) -> Meaning:
    """The meaning made more probable by a factor."""
    prints = tuple((index, w * gain) for index, w in meaning.prints)
    return Meaning(
        meaning.number, meaning.kind, meaning.weight * gain, prints, meaning.slipped * gain
    )


def by_chance(number: int) -> float:
    """The probability that dust read as a number is the one a sum wants.

    0 is what a blank would mean anyway, so that a sum says nothing between the two.
    """
    if number == 0:
        return 1.0
    return max(10.0 ** -len(str(abs(number))), FEWEST_CHANCES)
