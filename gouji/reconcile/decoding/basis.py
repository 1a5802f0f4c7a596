"""What the best readings alone make of the sums: which break, and what they ask of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from .checks import BLANKS, Check, scaled
from .evidence import Candidate, CellPrior

Wanted = Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class Basis:
    """A report at its best readings.

    ``wanted`` are the numbers, scaled, with which a broken sum would hold if this cell alone were
    wrong, and those that a sum would need where a blank keeps it from being tried.
    """

    wanted: Wanted
    checked: frozenset[str]  # cells of a sum that can be tried
    heard: Mapping[str, int]  # by cell: sums that can be tried once it has a number
    quiet: bool  # no sum is broken


LOOSE = 0.005  # a cell of which as much is open may be wrong in a way that nobody named
# Alternatives so probable are asked what would follow from them, so many of a check.
WORTH_A_QUESTION, QUESTIONS = 0.05, 6


@dataclass(frozen=True, slots=True)
class _Tried:
    """A check at the best readings: what each cell adds, those that add nothing, and the sum."""

    check: Check
    terms: Mapping[str, int]
    silent: tuple[str, ...]
    total: int


def basis_of(priors: Sequence[CellPrior], checks: Iterable[Check], scale: int) -> Basis:
    """Every check tried on the best candidates."""
    best = {p.key: p.candidates[0] if p.candidates else None for p in priors}
    wanted: dict[str, set[int]] = {}
    heard: dict[str, int] = {}
    tried = [_tried(check, best, scale) for check in checks]
    for each in tried:
        asked: Iterable[str] = ()
        if not each.silent and each.total:
            asked = each.check.signs
        elif len(each.silent) == 1 and _blank(best[each.silent[0]]):
            asked = each.silent
        for key in asked:
            number = asked_of(each.check, key, each.total - each.terms.get(key, 0))
            if number is not None:
                wanted.setdefault(key, set()).add(number)
        for key in each.check.signs if len(each.silent) < 2 else ():
            if not each.silent or each.silent == (key,):
                heard[key] = heard.get(key, 0) + (key not in each.check.blank_is_zero)
    doubtful = {p.key: p.candidates[1:] for p in priors if len(p.candidates) > 1 and p.other < 1}
    loose = {p.key for p in priors if p.other >= LOOSE}
    for each in tried:
        if not each.silent and each.total:
            for key, number in _otherwise(each, doubtful, loose, scale):
                wanted.setdefault(key, set()).add(number)
    return Basis(
        {key: frozenset(numbers) for key, numbers in wanted.items()},
        frozenset(key for each in tried if not each.silent for key in each.check.signs),
        heard,
        all(each.silent or not each.total for each in tried),
    )


def _tried(check: Check, best: Mapping[str, Candidate | None], scale: int) -> _Tried:
    terms: dict[str, int] = {}
    silent: list[str] = []
    for key in check.signs:
        candidate = best[key]
        term = None
        if candidate is not None:
            term = check.term(key, candidate.number, candidate.kind)
        if term is None:
            silent.append(key)
        else:
            terms[key] = scaled(term, scale)
    total = scaled(check.constant, scale) + sum(terms.values())
    return _Tried(check, terms, tuple(silent), total)


def _otherwise(
    tried: _Tried,
    doubtful: Mapping[str, Sequence[Candidate]],
    loose: set[str],
    scale: int,
) -> Iterator[tuple[str, int]]:
    """What a broken check asks of its loose cells when another cell is one of its alternatives."""
    check = tried.check
    changes: list[tuple[float, str, int]] = []
    for other in sorted(check.signs):
        for candidate in doubtful.get(other, ()):
            term = check.term(other, candidate.number, candidate.kind)
            if candidate.p >= WORTH_A_QUESTION and term is not None:
                change = scaled(term, scale) - tried.terms[other]
                changes.append((-candidate.p, other, change))
    changes.sort()
    for key in sorted(loose & check.signs.keys()):
        for _, other, change in changes[:QUESTIONS]:
            number = asked_of(check, key, tried.total - tried.terms[key] + change)
            if other != key and number is not None:
                yield key, number


def asked_of(check: Check, key: str, others: int) -> int | None:
    """The count that this cell must be, the other cells adding up to ``others``."""
    sign = check.signs[key]
    if abs(sign) != 1:
        return None
    number = -others * sign
    return number if number >= 0 else None


def _blank(candidate: Candidate | None) -> bool:
    return candidate is not None and candidate.kind in BLANKS
