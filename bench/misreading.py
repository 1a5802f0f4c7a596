"""A reader that misreads on purpose, with honest probabilities, for what cannot wait for pixels.

It knows what is printed and draws for every cell how well it was seen: of a cell seen badly the
best reading is right as often as its probability says. Real readings are in `bench.scans`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from gouji.model import Kind, Number
from gouji.reconcile.decoding import Candidate, CellPrior

Printed = Mapping[str, tuple[Number | None, Kind]]

# What looks alike in print, the likelier confusions named oftener.
ALIKE: Mapping[str, str] = {
    "0": "66889", "1": "7174", "2": "77313", "3": "8859", "4": "119",
    "5": "6638", "6": "0585", "7": "1112", "8": "33096", "9": "0784",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sight:
    """How well a page is seen: shares of its cells."""

    doubtful: float  # seen badly
    unread: float  # not at all
    # of cells seen well: read wrong, and nothing says so
    wrong_sure: float = 2e-5
    # of cells seen badly and read wrong: the truth is not among the alternatives
    unnamed: float = 0.1


# By level of damage: the best single readings come out as right as they shall be there (99.95,
# 99.9, 99.5 and 98.5 %).
SIGHTS: Mapping[int, Sight] = {
    0: Sight(0.002, 0.0),
    1: Sight(0.004, 0.0001),
    2: Sight(0.017, 0.0005),
    3: Sight(0.05, 0.002),
}


def misread(rng: Random, number: int) -> int:
    """Another number that looks like it."""
    digits = str(number)
    drawn = rng.random()
    place = rng.randrange(len(digits))
    if drawn < 0.8 or len(digits) == 1:
        other = rng.choice(ALIKE[digits[place]] or "8")
        wrong = digits[:place] + other + digits[place + 1 :]
    else:
        wrong = digits[:place] + digits[place + 1 :]
    return int(wrong) if int(wrong) != number else number + 1


def read_badly(rng: Random, printed: Printed, sight: Sight) -> list[CellPrior]:
    """What a reader of this sight makes of a report's cells."""
    return [
        CellPrior.of(key, _candidates(rng, *printed[key], sight), support=1e-4, other=1e-5)
        for key in sorted(printed)
    ]


def _candidates(rng: Random, number: Number | None, kind: Kind, sight: Sight) -> list[Candidate]:
    drawn = rng.random()
    if kind is Kind.CELL_NOT_IN_SOURCE or drawn < sight.unread:
        return [Candidate(None, kind if kind is Kind.CELL_NOT_IN_SOURCE else Kind.UNREAD, 1.0)]
    doubtful = drawn < sight.unread + sight.doubtful
    if not doubtful or not isinstance(number, int) or number < 0:
        if number is None or not isinstance(number, int) or rng.random() >= sight.wrong_sure:
            return [Candidate(number, kind, 1 - 10 ** -rng.uniform(3.5, 5.5))]
        return [Candidate(misread(rng, number), Kind.NUMBER, 0.9999)]
    p = rng.uniform(0.5, 0.99)
    others = {misread(rng, number) for _ in range(rng.randint(1, 3))} - {number}
    right = rng.random() < p
    readings: list[int] = [number] if right else [misread(rng, number)]
    others.discard(readings[0])
    wrong = sorted(others)
    rng.shuffle(wrong)
    if not right and rng.random() >= sight.unnamed:
        wrong.insert(0, number)
    share = (1 - p) * (1 - sight.unnamed)
    candidates = [Candidate(readings[0], Kind.NUMBER, p)]
    for other in dict.fromkeys(wrong):
        if other != readings[0]:
            taken = share * 0.7
            share -= taken
            candidates.append(Candidate(other, Kind.NUMBER, taken))
    return candidates
