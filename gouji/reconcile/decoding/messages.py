"""What one check says to its cells: sums of probabilities over the distribution of its sum.

A check's cells are folded one by one into the distribution of their sum (a sparse mapping from sum
to probability); from the left and from the right, so that each cell hears what all others say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .publisher import spread

LEAST = 1e-11  # sums less probable than this are left out of a distribution
MOST = 160  # sums of a distribution
LOUDEST = 3  # of the likeliest sums a broken check is reckoned from

# A sum, or None: some cell makes the check untestable.
Sum = int | None
Distribution = dict[Sum, float]


@dataclass(frozen=True, slots=True)
class Voice:
    """A cell in a check: what each of its meanings adds, and how probable each is without it."""

    terms: tuple[Sum, ...]
    weights: tuple[float, ...]


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
        tuple(_message(one, other, term, broken) for term in voice.terms)
        for voice, one, other in zip(voices, before, after, strict=True)
    )


def folded(sums: Distribution, voice: Voice) -> Distribution:
    """The distribution of the sum with one more cell."""
    if len(voice.terms) == 1 and voice.terms[0] == 0:
        return sums
    result: Distribution = {}
    for sum_, p in sums.items():
        for term, weight in zip(voice.terms, voice.weights, strict=True):
            added = None if sum_ is None or term is None else sum_ + term
            result[added] = result.get(added, 0.0) + p * weight
    if len(result) > MOST:
        ranked = sorted(result.items(), key=lambda item: (-item[1], item[0] is None, item[0] or 0))
        result = dict(ranked[:MOST])
    return {sum_: p for sum_, p in result.items() if p >= LEAST}


def _message(one: Distribution, other: Distribution, term: Sum, broken: float) -> float:
    total_one, total_other = sum(one.values()), sum(other.values())
    if term is None:
        return total_one * total_other
    void_one, void_other = one.get(None, 0.0), other.get(None, 0.0)
    untestable = void_one * total_other + (total_one - void_one) * void_other
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    holds = 0.0
    for sum_, p in small.items():
        if sum_ is not None:
            holds += p * large.get(-sum_ - term, 0.0)
    differs = 0.0
    for sum_one, p in _loudest(one):
        for sum_other, q in _loudest(other):
            difference = sum_one + sum_other + term
            if difference:
                differs += p * q * spread(difference)
    return untestable + holds * (1 - broken) + broken * differs


def _loudest(sums: Distribution) -> list[tuple[int, float]]:
    tested = [(sum_, p) for sum_, p in sums.items() if sum_ is not None]
    if len(tested) <= LOUDEST:
        return tested
    return sorted(tested, key=lambda item: (-item[1], item[0]))[:LOUDEST]
