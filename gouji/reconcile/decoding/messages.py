"""What one check says to its cells: sums of probabilities over the distribution of its sum.

A check's cells are folded one by one into the distribution of their sum (a sparse mapping from sum
to probability); from the left and from the right, so that each cell hears what all others say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

from .publisher import spread

LEAST = 1e-9  # sums less probable than this are left out of a distribution
MOST = 48  # sums of a distribution
LOUDEST = 3  # of the likeliest sums a broken check is reckoned from

# A sum, or None: some cell makes the check untestable.
Sum = int | None
Distribution = dict[Sum, float]


@dataclass(frozen=True, slots=True)
class Voice:
    """A cell in a check: what each of its meanings adds, and how probable each is without it."""

    terms: tuple[Sum, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Side:
    """The cells on one side of a cell, folded: what a message needs of their sum."""

    sums: Distribution
    whole: float
    untestable: float
    loudest: tuple[tuple[int, float], ...]


def check_messages(
    voices: Sequence[Voice], constant: int, broken: float, least: float = 0.0
) -> tuple[tuple[float, ...], ...]:
    """For every cell and meaning the probability of the check, given that meaning.

    A check that holds counts 1 − ``broken``, an untestable one 1, one that is broken by a
    difference d counts ``broken`` times the probability of such a difference, which is ``least`` at
    the least.
    """
    before: list[Distribution] = [{constant: 1.0}]
    for voice in voices[:-1]:
        before.append(folded(before[-1], voice))
    after: list[Distribution] = [{0: 1.0}]
    for voice in reversed(voices[1:]):
        after.append(folded(after[-1], voice))
    after.reverse()
    return tuple(
        _messages(_side(one), _side(other), voice.terms, broken, least)
        for voice, one, other in zip(voices, before, after, strict=True)
    )


def folded(sums: Distribution, voice: Voice) -> Distribution:
    """The distribution of the sum with one more cell, the likeliest sums first.

    ``sums`` come in that order too, so that for an unlikely meaning only the sums are taken with
    which it counts: of the pairs of a doubtful report nine in ten do not.
    """
    tested = [(sum_, p) for sum_, p in sums.items() if sum_ is not None]
    silent = sums.get(None, 0.0)
    mass = sum(p for _, p in tested)
    untestable = 0.0
    result: defaultdict[Sum, float] = defaultdict(float)
    for term, weight in zip(voice.terms, voice.weights, strict=True):
        if weight < LEAST:
            continue
        untestable += weight * (silent if term is not None else silent + mass)
        if term is None:
            continue
        enough = LEAST / weight
        for sum_, p in tested:
            if p < enough:
                break
            result[sum_ + term] += p * weight
    if untestable >= LEAST:
        result[None] = untestable
    if len(result) > MOST:  # equally probable ones by their size: they must not pile up
        least = sorted(result.values())[-MOST]
        tied = sorted((s for s, p in result.items() if p == least), key=_smallest_first)
        above = {sum_: p for sum_, p in result.items() if p > least}
        kept = above | dict.fromkeys(tied[: MOST - len(above)], least)
    else:
        kept = dict(result)
    return dict(sorted(kept.items(), key=itemgetter(1), reverse=True))


def _smallest_first(sum_: Sum) -> tuple[int, int]:
    return (-1, 0) if sum_ is None else (abs(sum_), sum_)


def _side(sums: Distribution) -> _Side:
    tested = [(p, sum_) for sum_, p in sums.items() if sum_ is not None]
    if len(tested) > LOUDEST:
        tested.sort(reverse=True)
    loudest = tuple((sum_, p) for p, sum_ in tested[:LOUDEST])
    return _Side(sums, sum(sums.values()), sums.get(None, 0.0), loudest)


def _messages(
    one: _Side, other: _Side, terms: Sequence[Sum], broken: float, least: float
) -> tuple[float, ...]:
    untestable = one.untestable * other.whole + (one.whole - one.untestable) * other.untestable
    small, large = one.sums, other.sums
    if len(small) > len(large):
        small, large = large, small
    tested = [(sum_, p) for sum_, p in small.items() if sum_ is not None]
    makes_up = {-sum_: q for sum_, q in large.items() if sum_ is not None}.get
    pairs = [(a + b, p * q) for a, p in one.loudest for b, q in other.loudest]
    result = []
    for term in terms:
        if term is None:
            result.append(one.whole * other.whole)
            continue
        holds = 0.0
        for sum_, p in tested:
            if q := makes_up(sum_ + term):
                holds += p * q
        differs = 0.0
        for sum_, p in pairs:
            if sum_ + term:
                differs += p * max(spread(sum_ + term), least)
        result.append(untestable + holds * (1 - broken) + broken * differs)
    return tuple(result)
