"""What one check says to its cells: sums of probabilities over the distribution of its sum.

A check's cells are folded one by one into the distribution of their sum (a sparse mapping from sum
to probability); from the left and from the right, so that each cell hears what all others say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .publisher import spread

LEAST = 1e-10  # sums less probable than this are left out of a distribution
MOST = 80  # sums of a distribution
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
    voices: Sequence[Voice], constant: int, broken: float
) -> tuple[tuple[float, ...], ...]:
    """For every cell and meaning the probability of the check, given that meaning.

    A check that holds counts 1 − ``broken``, an untestable one 1, one that is broken by a
    difference d counts ``broken`` times the probability of such a difference.
    """
    before: list[Distribution] = [{constant: 1.0}]
    for voice in voices[:-1]:
        before.append(folded(before[-1], voice))
    after: list[Distribution] = [{0: 1.0}]
    for voice in reversed(voices[1:]):
        after.append(folded(after[-1], voice))
    after.reverse()
    return tuple(
        _messages(_side(one), _side(other), voice.terms, broken)
        for voice, one, other in zip(voices, before, after, strict=True)
    )


def folded(sums: Distribution, voice: Voice) -> Distribution:
    """The distribution of the sum with one more cell."""
    result: Distribution = {}
    known = result.get
    for term, weight in zip(voice.terms, voice.weights, strict=True):
        if weight < LEAST:
            continue
        for sum_, p in sums.items():
            added = None if sum_ is None or term is None else sum_ + term
            result[added] = known(added, 0.0) + p * weight
    kept = {sum_: p for sum_, p in result.items() if p >= LEAST}
    if len(kept) > MOST:  # equally probable ones by their size: they must not pile up
        least = sorted(kept.values())[-MOST]
        tied = sorted((s for s, p in kept.items() if p == least), key=_smallest_first)
        above = {sum_: p for sum_, p in kept.items() if p > least}
        kept = above | dict.fromkeys(tied[: MOST - len(above)], least)
    return kept


def _smallest_first(sum_: Sum) -> tuple[int, int]:
    return (-1, 0) if sum_ is None else (abs(sum_), sum_)


def _side(sums: Distribution) -> _Side:
    tested = [(p, sum_) for sum_, p in sums.items() if sum_ is not None]
    if len(tested) > LOUDEST:
        tested.sort(reverse=True)
    loudest = tuple((sum_, p) for p, sum_ in tested[:LOUDEST])
    return _Side(sums, sum(sums.values()), sums.get(None, 0.0), loudest)


def _messages(one: _Side, other: _Side, terms: Sequence[Sum], broken: float) -> tuple[float, ...]:
    untestable = one.untestable * other.whole + (one.whole - one.untestable) * other.untestable
    small, large = one.sums, other.sums
    if len(small) > len(large):
        small, large = large, small
    pairs = [(a + b, p * q) for a, p in one.loudest for b, q in other.loudest]
    result = []
    for term in terms:
        if term is None:
            result.append(one.whole * other.whole)
            continue
        holds = 0.0
        for sum_, p in small.items():
            if sum_ is not None:
                q = large.get(-sum_ - term)
                if q is not None:
                    holds += p * q
        differs = 0.0
        for sum_, p in pairs:
            if sum_ + term:
                differs += p * spread(sum_ + term)
        result.append(untestable + holds * (1 - broken) + broken * differs)
    return tuple(result)
