"""Relations as the decoder sees them: signed sums of cells, and what else numbers must agree with.

A check holds when its cells, each times its sign, and its constant add up to nothing. `of_balance`
keeps the meaning of `Balance.check`: a blank counts as 0 where it does there, and a cell without a
number makes the check untestable, which is no information.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from gouji.model import Kind, Number, ProseFact
from gouji.reconcile.prose_relations import exact_sums
from gouji.reconcile.relations import (
    Balance,
    balances,
    indicator_balances,
)

BLANKS = (Kind.BLANK, Kind.NOT_APPLICABLE)
# What is said elsewhere is about as often another number as it is wrong. A number that the
# narrative states agrees with the table in some nine of ten reports (domain: R9 to R13 often
# differ); what was carried over from last year in some 19 of 20.
PROSE_APART, YEARS_APART = 0.15, 0.05
# A narrative that was read from pixels is misread as cells are, by the same damage in the same way:
# where a fax loses the thin strokes of 49 in both, 19 in one says little about the other.
MISREAD_ALIKE = 0.05


@dataclass(frozen=True, slots=True)
class Check:
    """A relation: the sum of ``signs`` times cells plus ``constant`` is 0.

    ``broken`` is the prior that it was never meant to hold; None takes the level's. Checks with one
    ``either`` are what one statement may mean: it is violated where none of them holds.
    """

    id: str
    scope: str
    signs: Mapping[str, int]
    constant: Number = 0
    blank_is_zero: frozenset[str] = frozenset()  # cells that are 0 when blank
    level: str = "H"
    broken: float | None = None
    least: float = 0.0  # probability of any difference where it is broken, however odd
    either: str | None = None
    balance: Balance | None = field(default=None, compare=False)

    @property
    def name(self) -> tuple[str, str]:
        return (self.id, self.scope)

    def term(self, key: str, number: Number | None, kind: Kind) -> Number | None:
        """What a cell adds to the sum; None where it makes the check untestable."""
        if kind is Kind.NUMBER and number is not None:
            return self.signs[key] * number
        if kind in BLANKS and key in self.blank_is_zero:
            return 0
        return None


def of_balance(balance: Balance) -> Check:
    """A relation of the form as a check; the left side counts plus, the right side minus."""
    signs: dict[str, int] = {}
    for keys, sign in ((balance.left, 1), (balance.right, -1)):
        for key in keys:
            signs[key] = signs.get(key, 0) + sign
    zero = frozenset(balance.right) if balance.blank_is_zero else frozenset()
    return Check(
        balance.id, balance.scope, signs, blank_is_zero=zero, level=balance.level, balance=balance
    )


def form_checks(template: str, keys: Sequence[str]) -> tuple[Check, ...]:
    """Every sum of the form over its value keys, as checks."""
    sums = (*balances(tuple(keys)), *indicator_balances(template, keys))
    return tuple(of_balance(each) for each in sums)


def prose_checks(
    template: str | None,
    keys: Iterable[str],
    facts: Sequence[ProseFact],
    *,
    apart: float = PROSE_APART,
    least: float = 0.0,
) -> Iterator[Check]:
    """R9 to R13: a number of the narrative is one of the sums of cells that its words may mean.

    Where it may be one of several, each is a check that is as often not meant. ``least`` is the
    probability of any difference where they differ.
    """
    there = tuple(keys)
    for fact in sorted(facts, key=lambda f: (f.code, str(f.value), f.span)):
        if fact.approximate:
            continue
        id_, sums = exact_sums(template, fact.code, there)
        for number, sum_keys in enumerate(sums):
            broken = 1 - (1 - apart) / len(sums)
            scope = fact.code if number == 0 else f"{fact.code}#{number + 1}"
            signs = dict.fromkeys(sum_keys, 1)
            either = f"{fact.code} {fact.value} {fact.span}" if len(sums) > 1 else None
            yield Check(
                id_, scope, signs, -fact.value, level="S", broken=broken, least=least, either=either
            )


def common_scale(numbers: Iterable[Number]) -> int:
    """The least power of ten that makes all of them whole."""
    places: int = 0
    for number in numbers:
        if isinstance(number, Decimal):
            exponent = number.as_tuple().exponent
            places = max(places, -exponent if isinstance(exponent, int) else 0)
    return int("1" + places * "0")


def scaled(number: Number, scale: int) -> int:
    """The number times the scale, exactly."""
    if isinstance(number, int):
        return number * scale
    sign, digits, exponent = number.as_tuple()
    whole = int("".join(map(str, digits)) or "0")
    power = len(str(scale)) - 1 + int(exponent)
    shift = int(10 ** abs(power))
    return (-1 if sign else 1) * (whole * shift if power >= 0 else whole // shift)
