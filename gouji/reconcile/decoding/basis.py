"""What the best readings alone make of the sums: which break, and what they ask of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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


def asked_of(check: Check, key: str, others: int) -> int | None:
    """The count that this cell must be, the other cells adding up to ``others``."""
    sign = check.signs[key]
    if abs(sign) != 1:
        return None
    number = -others * sign
    return number if number >= 0 else None


def _blank(candidate: Candidate | None) -> bool:
    return candidate is not None and candidate.kind in BLANKS
