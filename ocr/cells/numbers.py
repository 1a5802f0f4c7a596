"""What a value cell says, over digits and signs: the recogniser's output and the stroke's shape."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from ocr.engine import LOOKALIKES, SIGNS, Probabilities, Recognition

# What else recognisers read for a digit or a sign that stands alone, without a word to lean on, and
# what is no sign of any value: 9 is read as q, a hyphen as a heap of dots.
ALONE: Mapping[str, str] = {
    **dict.fromkeys("qｑ", "9"),
    **dict.fromkeys("ー―‐‑−﹣_＿二三•·~～", "-"),
    **dict.fromkeys("丿⁄", "/"),
    **dict.fromkeys("Zz", "2"),
    **dict.fromkeys("Ss", "5"),
    **dict.fromkeys("。º°◦日曰aаØøΘθΦ", "0"),  # with a dot or a stroke in it, too
    "B": "8",
}
# What a blank the recogniser reads in a number may be: white between digits set apart, or a dot too
# faint for it.
BLANK = " "
DOT_IN_BLANK = 0.2
IDEOGRAPHS = "\u3400"  # and what comes after them
_COLUMN = {sign: 1 + n for n, sign in enumerate(SIGNS)}
_KNOWN = frozenset(SIGNS).union(*LOOKALIKES.values())
OTHER = 1 + len(SIGNS)
# Of two readers of one line: how much each counts, the least each leaves open, among how many
# texts that it does not name that is shared, and how many are kept.
TRUST_FIRST, TRUST_SECOND = 0.05, 1.0
REST, UNNAMED, MOST = 1e-6, 20, 8


def folded(recognition: Recognition) -> Probabilities:
    """Signs with the mass of look-alikes moved to the digits they stand for.

    The recogniser's output tells the look-alikes together as "everything else"; which it was, the
    text tells: its characters outside the signs come in the order of the steps at which
    "everything else" leads.
    """
    signs = recognition.signs
    others = [c for c in recognition.text if c not in _KNOWN]
    if not any(c in ALONE or c == BLANK for c in others):
        return signs
    signs = signs.copy()
    number, before = -1, False
    for step, leads in enumerate((signs.argmax(axis=1) == OTHER).tolist()):
        number += leads and not before
        before = leads
        if leads and 0 <= number < len(others):
            sign = ALONE.get(others[number])
            if others[number] == BLANK:
                dot = DOT_IN_BLANK * signs[step, OTHER]
                signs[step, _COLUMN["."]] += dot
                signs[step, 0] += signs[step, OTHER] - dot
                signs[step, OTHER] = 0
            elif sign is not None:
                signs[step, _COLUMN[sign]] += signs[step, OTHER]
                signs[step, OTHER] = 0
    return signs


# A dot, a comma or a star before a number and a dash after it mean nothing: dust beside the print.
_DUST_BEFORE = ".,，．*)%"
NO_VALUE = frozenset("+.,，．()%")  # alone: what is left of a digit is read so
_DUST_AFTER = ".,，．*(+-—–－/"
# A comma that parts no thousands is mostly a point: where print is a few pixels, its foot is noise.
_ODD_COMMA = re.compile(r"-?\d+[,，](?!\d{3}$)\d+")
POINT = 0.6


def tidied(candidates: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Candidates without what dust at a number's ends was read as; equal ones are added up.

    Signs alone that are no value are none. A comma where none can stand may be a point.
    """
    result: dict[str, float] = {}
    for text, p in candidates:
        bare = text.lstrip(_DUST_BEFORE).rstrip(_DUST_AFTER)
        if not any(c.isdigit() for c in bare):
            bare = text
        if _ODD_COMMA.fullmatch(bare):
            pointed = bare.replace(",", ".").replace("，", ".")
            result[pointed] = result.get(pointed, 0.0) + POINT * p
            p *= 1 - POINT
        if bare and not NO_VALUE.issuperset(bare):
            result[bare] = result.get(bare, 0.0) + p
    return result


def pooled(
    readers: Sequence[Sequence[tuple[str, float]]], trust: Sequence[float]
) -> tuple[tuple[str, float], ...]:
    """What several readers say of one line, or one reader at several looks, text by text.

    The product of their probabilities, each to the power of ``trust`` in its reader. What a reader
    does not name has its share of what that reader leaves open; what none names is kept apart.
    """
    rests = [max(REST, 1 - sum(p for _, p in found)) for found in readers]
    named = [dict(found) for found in readers]
    weights = {
        text: math.prod(
            found.get(text, rest / UNNAMED) ** share
            for found, rest, share in zip(named, rests, trust, strict=True)
        )
        for text in dict.fromkeys(text for found in named for text in found)
    }
    rest = math.prod(rest**share for rest, share in zip(rests, trust, strict=True))
    total = sum(weights.values()) + rest
    pairs = [(text, weight / total) for text, weight in weights.items()]
    return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))


def combined(
    first: Sequence[tuple[str, float]], second: Sequence[tuple[str, float]]
) -> tuple[tuple[str, float], ...]:
    """Two looks of one reader: the geometric mean."""
    return pooled((first, second), (0.5, 0.5))


def seconded(
    first: Sequence[tuple[str, float]], second: Sequence[tuple[str, float]]
) -> tuple[tuple[str, float], ...]:
    """What the recogniser and the reader of numbers say of one line; they err apart.

    What the recogniser holds likeliest is among it, however little is left of that.
    """
    found = pooled((first, second), (TRUST_FIRST, TRUST_SECOND))
    best = max(first, key=lambda pair: (pair[1], pair[0]), default=("", 0.0))[0]
    likeliest = tuple(pair for pair in found[MOST:] if pair[0] == best)
    return found[: MOST - len(likeliest)] + likeliest


def joined(
    by_line: Sequence[tuple[tuple[str, float], ...]],
) -> tuple[tuple[str, float], ...]:
    """A number broken over lines: the products of its lines' alternatives, the best eight."""
    if not by_line or not all(by_line):
        return ()
    joined: list[tuple[str, float]] = [("", 1.0)]
    for candidates in by_line:
        joined = [(a + b, p * q) for a, p in joined for b, q in candidates]
        joined = sorted(joined, key=lambda pair: (-pair[1], pair[0]))[:8]
    return tuple(joined)
