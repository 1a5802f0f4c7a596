"""What is known of each cell before any sum is heard, its parts kept apart; and the prior it makes.

`CellEvidence` is what readers, ink and placing say. `prior_of` makes one probability a candidate of
it; it is the only place where evidence becomes probability, so that a calibrated model can stand
in for it (`Prior` is its signature).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gouji.model import Agreement, Kind, Number, PageLook

# Kinds that say that the cell was not read: they are no statement about what is printed.
NOT_READ = (Kind.UNREAD, Kind.TEXT_DAMAGED)
# What no reader named is never impossible, and no reading is certain.
LEAST_OTHER = 1e-6
LEAST = 1e-9  # what is less probable is no candidate at all
MOST_CANDIDATES = 8  # of a cell; the time that a sum takes grows with them


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that a cell may print, and how probable that is.

    ``number`` is None for every kind but `Kind.NUMBER`.
    """

    number: Number | None
    kind: Kind
    p: float
    text: str | None = None

    def says(self, other: Candidate) -> bool:
        """Whether both are the same number or the same kind of none."""
        return self.kind is other.kind and self.number == other.number


@dataclass(frozen=True, slots=True)
class Reading:
    """One reader's alternatives for a cell; what is missing to 1 is something it did not name.

    Readers are independent of each other: another program, another copy of the same report.
    """

    reader: str
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class CellEvidence:
    """Everything known of one cell, by where it comes from.

    ``readings`` come in the order of trust: the best candidate of the first is what was read.
    Shares and scores are 0 to 1.
    """

    key: str
    readings: tuple[Reading, ...]
    agreement: Agreement = Agreement.NOT_ASKED
    blank: float | None = None  # that nothing is printed, by the ink alone; None: not measured
    marked: float = 0.0  # share of the cell under seals and coloured marks
    written: float = 0.0  # share of the cell under a coloured pen
    ink: float = 0.0  # how much lies in the cell, in squares of the page's text height
    clipped: bool = False  # print reaches over the cell's border
    views_agree: float | None = None  # of the two looks at its pixels; None after one look
    seconded: float | None = None  # what a reader of numbers only gives to what was read
    placing: float = 1.0  # that it stands in this row and column
    label_score: float = 1.0  # how well the row's label matched the form's wording
    whole: bool = False  # it counts something: a number with decimals is a misreading
    text_height: float = 0.0  # of its print, pixels; 0: none, or not measured
    look: PageLook | None = None  # of its page, where that is made of pixels
    shared: bool = False  # what was read covers several cells of the form: it is none of theirs
    # what other documents say (`beside.py`): copies of the same report, and of a cell that carries
    # over, the number that last year's report carried forward
    copies: tuple[Candidate, ...] = ()
    last_year: Number | None = None
    exact: bool = False  # text of a digital document, surely in its place: it is what is printed


@dataclass(frozen=True, slots=True)
class CellPrior:
    """What a cell may print, before the sums: candidates, the best first, and the rest.

    ``other`` is the probability that it prints something that is not among them. ``read`` is the
    best single reading, whatever the candidates' order became.
    """

    key: str
    candidates: tuple[Candidate, ...]
    other: float
    read: Candidate | None = None

    @staticmethod
    def of(
        key: str,
        candidates: Sequence[Candidate],
        *,
        support: float = 0.0,
        other: float = 0.0,
        least: float = LEAST_OTHER,
    ) -> CellPrior:
        """Candidates as they come made into a prior: of the same thing one, and in sum 1.

        Probabilities that are none (negative, not a number) count as 0. A candidate less probable
        than ``support`` is not supported by its image, and one that says that nothing was read is
        no candidate: both are part of what is not named. ``other`` is its least share, and never
        below ``least``.
        """
        merged: list[Candidate] = []
        read: Candidate | None = None
        for candidate in sorted(candidates, key=_order):
            known = next((i for i, c in enumerate(merged) if c.says(candidate)), None)
            p = _probability(candidate.p)
            if read is None and (p > 0 or len(candidates) == 1):
                read = candidate
            if known is None:
                merged.append(_with_p(candidate, p))
            else:
                merged[known] = _with_p(merged[known], merged[known].p + p)
        total = sum(c.p for c in merged)
        scale = 1 / total if total > 1 else 1.0
        kept = [
            _with_p(c, c.p * scale)
            for c in merged
            if c.p * scale >= max(support, LEAST) and c.kind not in NOT_READ and usable(c)
        ]
        kept = sorted(kept, key=_order)[:MOST_CANDIDATES]
        rest = max(1 - sum(c.p for c in kept), min(_probability(other), 1.0), least)
        named = sum(c.p for c in kept)
        if named > 0:
            kept = [_with_p(c, c.p * (1 - rest) / named) for c in kept]
        else:
            rest = 1.0
        kept.sort(key=_order)
        return CellPrior(key, tuple(kept), rest, read)


Prior = Callable[[CellEvidence], CellPrior]


@dataclass(frozen=True, slots=True)
class Trust:
    """How much each part of the evidence is worth where nothing was calibrated yet."""

    # A candidate less probable is not supported by its image. Recognisers are too sure of
    # themselves: of 1 against 4 the truth was 4 with 0.0087 in a scan at level 1.
    support: float = 1e-3
    # That a reader is sure and wrong, with the truth not named: of some 2,000 numbers of generated
    # scans read with 0.99 or more none was; of blanks and marks 13 were, all of them where a
    # table's lines were found wrongly.
    reader_fails: float = 3e-4
    none_fails: float = 0.005
    agreed_fails: float = 1e-5  # that two independent readers are wrong alike
    # Text of digital documents is what is printed: of some 11,000 cells in violated sums none was
    # read wrongly. Less than any slip of a publisher, however odd.
    exact_fails: float = 1e-12
    marked_fails: float = 0.1  # under a seal or a pen
    unplaced: float = 0.3  # of the doubt about its place: another cell's value


DEFAULT_TRUST = Trust()


def prior_of(evidence: CellEvidence, trust: Trust = DEFAULT_TRUST) -> CellPrior:
    """The prior of a cell by plain rules, uncalibrated.

    Readers are multiplied as independent ones; what a reader did not name keeps the share that it
    left open. Doubt about place, marks and ink goes to what is not named.
    """
    candidates, missing = _combined(() if evidence.shared else evidence.readings)
    best = min(candidates, key=_order, default=None)
    fails = trust.reader_fails
    if best is None or best.kind is not Kind.NUMBER:
        fails = trust.none_fails
    if evidence.agreement is Agreement.AGREES:
        fails = trust.agreed_fails
    if evidence.marked > 0.02 or evidence.clipped:
        fails = max(fails, trust.marked_fails)
    if evidence.views_agree is not None and evidence.views_agree < 0.5:
        fails = max(fails, 10 * trust.reader_fails)
    certainty = min(evidence.placing, evidence.label_score)
    fails = max(fails, trust.unplaced * (1 - min(max(certainty, 0.0), 1.0)))
    if evidence.exact:
        fails, missing = trust.exact_fails, 0.0
        candidates = [_with_p(c, 1.0) for c in candidates[:1]]
    if evidence.whole:
        missing += sum(c.p for c in candidates if not _whole(c))
        candidates = [c for c in candidates if _whole(c)]
    if evidence.blank is not None and not any(c.kind is Kind.BLANK for c in candidates):
        blank = _probability(evidence.blank)
        candidates = [_with_p(c, c.p * (1 - blank)) for c in candidates]
        candidates.append(Candidate(None, Kind.BLANK, blank, ""))
        missing *= 1 - blank
    prior = CellPrior.of(
        evidence.key,
        candidates,
        support=trust.support,
        other=missing + fails - missing * fails,
        least=min(fails, LEAST_OTHER),
    )
    first = evidence.readings[0].candidates if evidence.readings else ()
    read = min(first, key=_order, default=prior.read)
    return CellPrior(prior.key, prior.candidates, prior.other, read)


def _combined(readings: Sequence[Reading]) -> tuple[list[Candidate], float]:
    """Candidates of all readers with the product of what each says, and what none names."""
    named: list[Candidate] = []
    for reading in readings:
        for candidate in reading.candidates:
            if not any(candidate.says(c) for c in named):
                named.append(candidate)
    if not readings:
        return [], 1.0
    weights, unnamed = [1.0] * len(named), 1.0
    for reading in readings:
        said = [
            sum(_probability(c.p) for c in reading.candidates if c.says(candidate))
            for candidate in named
        ]
        rest = max(1 - sum(_probability(c.p) for c in reading.candidates), LEAST_OTHER)
        floor = rest / 20  # what it left open is spread over about as many other readings
        weights = [w * (p if p > 0 else floor) for w, p in zip(weights, said, strict=True)]
        unnamed *= rest
    if len(readings) > 1:
        unnamed /= 20 ** (len(readings) - 1)  # both would have to mean the same thing
    total = sum(weights) + unnamed
    candidates = [_with_p(c, w / total) for c, w in zip(named, weights, strict=True)]
    return candidates, unnamed / total


def _whole(candidate: Candidate) -> bool:
    number = candidate.number
    return not isinstance(number, Decimal) or (
        number.is_finite() and number.adjusted() < 60 and number == number.to_integral_value()
    )


def usable(candidate: Candidate) -> bool:
    """Whether it can stand in a sum: numbers of absurd size or without end cannot."""
    number = candidate.number
    if candidate.kind is not Kind.NUMBER:
        return number is None
    if isinstance(number, Decimal):
        if not number.is_finite():
            return False
        exponent = number.as_tuple().exponent
        return isinstance(exponent, int) and exponent >= -30 and number.adjusted() <= 60
    return number is not None and number.bit_length() <= 200


def _order(candidate: Candidate) -> tuple[float, str, str]:
    """The most probable first; then an order that does not depend on the candidates' own."""
    return (-_probability(candidate.p), str(candidate.kind), str(candidate.number))


def _probability(p: float) -> float:
    return p if math.isfinite(p) and p > 0 else 0.0


def _with_p(candidate: Candidate, p: float) -> Candidate:
    return Candidate(candidate.number, candidate.kind, p, candidate.text)
