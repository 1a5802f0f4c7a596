"""How few faults explain the sums that fail: what nobody can see beyond, whoever decodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gouji.reconcile.decoding import Candidate, Check

Differences = Mapping[int, int]  # by the number of a sum, none of them 0


def fewest_faults(checks: Sequence[Check], read: Mapping[str, Candidate], most: int = 3) -> int:
    """The least number of wrong cells and broken sums that explain what fails; at most ``most``.

    Only the form's own sums count. A wrong cell shifts all sums it stands in, a broken one itself.
    """
    hard = [check for check in checks if check.level == "H"]
    wrong: dict[int, int] = {}
    shifts: dict[tuple[str, object], dict[int, int]] = {}
    for number, check in enumerate(hard):
        terms = [check.term(key, read[key].number, read[key].kind) for key in check.signs]
        if any(term is None for term in terms):
            continue
        if off := int(sum(term or 0 for term in terms) + check.constant):
            wrong[number] = off
        shifts["sum", number] = {number: 1}
        for key, sign in check.signs.items():
            shifts.setdefault(("cell", key), {})[number] = sign
    return next((n for n in range(most) if _explained(wrong, list(shifts.values()), n)), most)


def _explained(wrong: Differences, shifts: Sequence[Differences], faults: int) -> bool:
    if not wrong or not faults:
        return not wrong
    return any(
        _explained(left, shifts, faults - 1) for shift in shifts for left in _after(wrong, shift)
    )


def _after(wrong: Differences, shift: Differences) -> Iterator[Differences]:
    """What is left wrong where a fault explains at least one of the sums that fail."""
    for by in {wrong[number] // shift[number] for number in wrong.keys() & shift.keys()}:
        both = {n: wrong.get(n, 0) - by * shift.get(n, 0) for n in wrong.keys() | shift.keys()}
        yield {number: off for number, off in both.items() if off}
