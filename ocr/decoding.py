"""What number a cell prints: CTC decoding of the recogniser's probabilities over the signs.

A path chooses one class a step; its text is what is left when repeats are merged and blanks
dropped. The probability of a text is the sum over its paths. Prefix beam search adds paths up by
their prefix and keeps the most probable prefixes; what it drops, and every path through a
character that is no sign, is the remainder "something else".
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .engine import SIGNS, Probabilities

BEAM = 12  # prefixes kept a step
NEGLIGIBLE = 1e-6  # a class less probable than this at a step is not followed
SURE = 0.999  # the best path alone is the answer above this: nothing else can matter

Candidate = tuple[str, float]


def number_candidates(
    signs: Probabilities, allowed: Iterable[str] = SIGNS, most: int = 8
) -> tuple[Candidate, ...]:
    """The most probable texts over `allowed` with their probabilities, most probable first.

    ``signs`` is `Recognition.signs`. The probabilities add up to at most 1; what is missing is the
    probability of everything else. The empty text is a candidate like any other.
    """
    columns = np.array([0, *(1 + SIGNS.index(sign) for sign in dict.fromkeys(allowed))])
    steps = signs.astype(np.float64)
    steps = (steps / np.maximum(1, steps.sum(axis=1, keepdims=True)))[:, columns]  # rounding
    best = steps.argmax(axis=1)
    heights = steps[np.arange(len(steps)), best]
    path = float(heights.prod())
    if path > SURE:
        return ((_collapsed(best, columns), path),)
    found = _beam(steps)[:most]
    return tuple((_text(prefix, columns), probability) for prefix, probability in found)


def _beam(steps: np.ndarray) -> list[tuple[tuple[int, ...], float]]:
    """Prefixes by probability: of all paths that end in it, with a blank and with its last sign."""
    beam: dict[tuple[int, ...], tuple[float, float]] = {(): (1.0, 0.0)}
    for step in steps:
        blank = float(step[0])
        likely = [int(sign) for sign in np.flatnonzero(step > NEGLIGIBLE) if sign]
        grown: dict[tuple[int, ...], tuple[float, float]] = {}
        for prefix, (after_blank, after_sign) in beam.items():
            last = prefix[-1] if prefix else 0
            kept = grown.get(prefix, (0.0, 0.0))
            repeated = after_sign * float(step[last]) if last else 0.0
            grown[prefix] = (
                kept[0] + (after_blank + after_sign) * blank,
                kept[1] + repeated,
            )
            for sign in likely:
                # The same sign again is a new one only after a blank.
                before = after_blank if sign == last else after_blank + after_sign
                if before:
                    longer = (*prefix, sign)
                    kept = grown.get(longer, (0.0, 0.0))
                    grown[longer] = (kept[0], kept[1] + before * float(step[sign]))
        ordered = sorted(grown.items(), key=lambda item: (-sum(item[1]), item[0]))
        beam = dict(ordered[:BEAM])
    totals = [(prefix, blank + sign) for prefix, (blank, sign) in beam.items()]
    return [(prefix, total) for prefix, total in totals if total > 0]


def _collapsed(path: np.ndarray, columns: np.ndarray) -> str:
    signs = [
        int(sign)
        for place, sign in enumerate(path)
        if sign and (place == 0 or sign != path[place - 1])
    ]
    return _text(signs, columns)


def _text(prefix: Iterable[int], columns: np.ndarray) -> str:
    return "".join(SIGNS[columns[sign] - 1] for sign in prefix)
