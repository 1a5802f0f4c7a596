"""How publishers err: the prior of a slip, of a sum that never held, and of what then is printed.

Nothing is known of the numbers that a slip prints but what typists do: a digit changed, dropped,
doubled or swapped, one more or less, a total forgotten. The rest of the probability is spread over
all numbers, the longer the thinner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

# How a wrong number is spread: over one edit of the digits, one more or less, a zero, all others.
EDIT, STEP, ZERO, ANYTHING = 0.5, 0.15, 0.1, 0.25
# A number that belongs into another cell stands where 0 was meant; of which, by a report's cells.
MOVED = 0.1 / 200
READ_FOR_ZERO = 0.02  # of misreadings that nobody named: something is read where 0 stands


@dataclass(frozen=True, slots=True)
class Publisher:
    """Prior probabilities of the publisher's own errors.

    A relation of n cells is broken with the probability 1 − (1 − slip)ⁿ · (1 − broken): with these
    values 0.8 % for a row of table 3 and 2.5 % for a column, on average 1 %.
    """

    slip: float = 1e-3  # a cell: what was meant satisfies the sums, what is printed does not
    # a relation, whatever its cells: what was meant does not satisfy it (numbers corrected later,
    # a row counted otherwise), by level; H by the form, S a warning
    broken: Mapping[str, float] = field(default_factory=lambda: {"H": 1e-3, "S": 0.2})

    def breaks(self, level: str) -> float:
        """The probability that a relation of this level was never meant to hold."""
        return min(max(self.broken.get(level, 0.5), 1e-9), 1 - 1e-9)


DEFAULT_PUBLISHER = Publisher()


@lru_cache(maxsize=65536)
def spread(number: int) -> float:
    """The probability of one number when nothing is known: by its digits, either sign.

    A number of k digits has 1 / (k (k + 1)) for all of its length.
    """
    digits = len(str(abs(number)))
    return 10.0 ** (1 - digits) / (18 * digits * (digits + 1))


@lru_cache(maxsize=65536)
def wrong_for(printed: int, meant: int) -> float:
    """The probability that a slip prints just ``printed`` where ``meant`` was to stand."""
    p = _near(printed, meant)
    if printed == 0:
        p += ZERO
    elif meant == 0:
        p += MOVED + ZERO * spread(printed)
    return min(p, 1.0)


@lru_cache(maxsize=65536)
def misread_for(printed: int, read: int) -> float:
    """The probability that ``printed`` stands where ``read`` was read, and no reader named it.

    As with slips it is mostly one digit; but print that was seen is seldom a 0.
    """
    return min(_near(printed, read) + (READ_FOR_ZERO if printed == 0 else 0.0), 1.0)


def _near(one: int, other: int) -> float:
    p = ANYTHING * 2 * spread(one)
    if abs(one - other) == 1:
        p += STEP / 2
    if one_edit(str(one), str(other)):
        p += EDIT / (20 * max(len(str(other)), 1))
    return p


def one_edit(one: str, other: str) -> bool:
    """Whether a digit changed, dropped, added, or two neighbours swapped, makes one the other."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if len(one) > len(other):
        one, other = other, one
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    if one[start + 1 :] == other[start + 1 :]:
        return True
    return (
        one[start + 2 :] == other[start + 2 :]
        and one[start : start + 2] == other[start : start + 2][::-1]
    )
