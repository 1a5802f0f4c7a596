"""From what was meant to what is read: the two ways a number goes wrong, as weights of a cell.

Of each cell three numbers are told apart: the one that was *meant* (they satisfy the sums, unless a
relation is broken), the one that is *printed* (another one after a slip of the publisher), and the
one that is *read* (another one after a misreading). The sums see only what was meant. So a cell's
weight for meaning ``y`` is the sum over everything that it may print:

    w(y) = Σ p(x) · P(x is printed | y is meant)   over the candidates x, and over what none names

and once the meaning is known, what is printed follows from the same terms (`Meaning.prints`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gouji.model import Kind

from .checks import BLANKS, Check, scaled
from .evidence import CellPrior
from .publisher import Publisher, misread_for, spread, wrong_for

OTHER = -1  # the candidate that no reader named
ZERO_UNSEEN = 0.3  # of print that was taken for a blank: that it is a 0
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
    prior: CellPrior,
    wanted: Iterable[int],
    publisher: Publisher,
    scale: int,
    *,
    checked: bool,
) -> tuple[Meaning, ...]:
    """What a cell may mean: its kinds of none, its numbers, and the numbers that sums want.

    A number wanted but not read must have been misread for something that is not named, or be a
    slip of the publisher. Where no sum is ``checked`` for the cell, what is not named stays as
    probable as it was: the meaning without a number. Weights add up to 1.
    """
    slip, other = publisher.slip, prior.other
    if not prior.candidates:  # nothing is known: no sum can use it
        return (Meaning(None, Kind.UNREAD, 1.0, ((OTHER, 1.0),), 0.0),)
    if prior.candidates[0].kind not in (Kind.NUMBER, *BLANKS):  # nor a cell that is not there
        shares = [(index, c.p) for index, c in enumerate(prior.candidates)]
        return (Meaning(None, prior.candidates[0].kind, 1.0, (*shares, (OTHER, other)), 0.0),)
    numbers = [
        (index, scaled(c.number, scale), c.p)
        for index, c in enumerate(prior.candidates)
        if c.number is not None
    ]
    best = numbers[0][1] if numbers else None
    listed = {number for _, number, _ in numbers}
    left = 1.0
    found = []
    for index, candidate in enumerate(prior.candidates):
        if candidate.number is None:
            # print that was taken for a blank is often a 0, which means the same
            zero = other * ZERO_UNSEEN * candidate.p if best is None else 0.0
            left -= ZERO_UNSEEN * candidate.p if best is None else 0.0
            found.append(
                Meaning(
                    None,
                    candidate.kind,
                    candidate.p + zero,
                    ((index, candidate.p), (OTHER, zero)),
                    0.0,
                )
            )
    for meant in (*(number for _, number, _ in numbers), *sorted(set(wanted) - listed)):
        prints = [
            (index, p * ((1 - slip) if number == meant else slip * wrong_for(number, meant)))
            for index, number, p in numbers
        ]
        slipped = sum(
            w for (_, w), (_, number, _) in zip(prints, numbers, strict=True) if number != meant
        )
        if meant in listed:  # what is printed instead is not named
            unnamed = other * slip
            slipped += unnamed
        else:
            share = _unnamed(meant, best)
            left -= share
            unnamed = other * share * (1 - slip)
        prints.append((OTHER, unnamed))
        found.append(Meaning(meant, Kind.NUMBER, sum(w for _, w in prints), tuple(prints), slipped))
    if not checked:
        rest = other * max(left, 0.0) * (1 - slip)
        found.append(Meaning(None, Kind.NUMBER, rest, ((OTHER, rest),), 0.0))
    whole = sum(m.weight for m in found)
    return tuple(favoured(m, 1 / whole) for m in found if m.weight > 0)


def _unnamed(meant: int, best: int | None) -> float:
    """How what no reader named is spread over numbers: near the best one, or over all."""
    if best is not None:
        return misread_for(meant, best)
    return ZERO_UNSEEN if meant == 0 else (1 - ZERO_UNSEEN) * 2 * spread(meant)


def term_of(check: Check, key: str, meaning: Meaning) -> int | None:
    """What a meaning adds to a check, scaled; None where it makes the check untestable.

    So does a number that is not named: only cells of sums that cannot be tried have that meaning.
    """
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
