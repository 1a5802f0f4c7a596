"""A sample of decided cells that a second person decides too, without seeing the first's decision.

Which cells is told by a hash of document and key, so that every server draws the same ones. What
became of a cell follows from the decisions on it; nothing else is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from .report import Kind
from .review import SECOND_LOOK, SETTLING, Action, CellValue, Decision, standing


class LookState(StrEnum):
    """How far a drawn cell is."""

    WAITING = "waiting"  # for somebody else's look
    AGREED = "agreed"
    DISAGREED = "disagreed"  # a third person, or an administrator, has to settle it
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"  # no first decision stands


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What two people decided of a drawn cell."""

    state: LookState
    stands: Decision | None  # that holds now
    last: Decision | None  # the second person's last word
    # What is compared in figures: the first thing each said, before either saw the other's.
    first: Decision | None
    second: Decision | None

    @property
    def people(self) -> frozenset[str]:
        """Whose decisions are at odds, or agree."""
        return frozenset(d.made.who for d in (self.stands, self.last) if d is not None)


def in_sample(sha256: str, key: str, share: float) -> bool:
    """Whether a cell is drawn; what is drawn at one share is drawn at every larger one."""
    said = f"{sha256}\n{key}".encode("utf-8", "surrogatepass")
    number = int.from_bytes(hashlib.sha256(said).digest()[:8])
    return number < share * 2**64


def second_look(decisions: Sequence[Decision]) -> SecondLook | None:
    """What became of a cell, by all decisions on it in their order; None where it has none."""
    if not decisions:
        return None
    key = decisions[0].made.key
    stands = standing(decisions).get(key)
    taken_back = {d.made.undoes for d in decisions if d.made.action is Action.UNDO}
    looks = [
        d
        for d in decisions
        if d.made.look == SECOND_LOOK
        and d.made.action is not Action.UNDO
        and d.number not in taken_back
    ]
    if not looks:
        state = LookState.WITHDRAWN if stands is None else LookState.WAITING
        return SecondLook(state, stands, None, stands, None)
    second, last = looks[0], looks[-1]
    first = standing(d for d in decisions if d.number < second.number).get(key)
    settled = any(
        d.made.look == SETTLING and d.number > last.number and d.number not in taken_back
        for d in decisions
        if d.made.action is not Action.UNDO
    )
    if stands is None:
        state = LookState.WITHDRAWN
    elif settled:
        state = LookState.SETTLED
    else:
        agreed = stands.made.after.says(last.made.after)
        state = LookState.AGREED if agreed else LookState.DISAGREED
    return SecondLook(state, stands, last, first, second)


def second_looks(decisions: Iterable[Decision], drawn: Collection[str]) -> Mapping[str, SecondLook]:
    """What became of each drawn cell of a document."""
    by_key: dict[str, list[Decision]] = {}
    for decision in decisions:
        if decision.made.key in drawn:
            by_key.setdefault(decision.made.key, []).append(decision)
    return {key: look for key, mine in by_key.items() if (look := second_look(mine)) is not None}


def kept_from(who: str, looks: Mapping[str, SecondLook]) -> frozenset[str]:
    """The cells at which this person would be the second to look."""
    return frozenset(
        key
        for key, look in looks.items()
        if look.state is LookState.WAITING and look.stands and look.stands.made.who != who
    )


def as_seen_by(
    who: str, decisions: Sequence[Decision], looks: Mapping[str, SecondLook]
) -> tuple[Decision, ...]:
    """The decisions on a document without those of others on cells this person looks at second.

    Of such a cell only the person's own decision is left, as if it decided.
    """
    hidden = kept_from(who, looks)
    own = {
        key: look.last
        for key, look in looks.items()
        if look.last is not None
        and look.last.made.who == who
        and look.state in (LookState.AGREED, LookState.DISAGREED)
    }
    seen = []
    for decision in decisions:
        key = decision.made.key
        if key in own:
            if decision == own[key]:
                seen.append(replace(decision, made=replace(decision.made, look=1)))
        elif key not in hidden and decision.made.look != SECOND_LOOK:
            seen.append(decision)
    return tuple(seen)


def said(value: CellValue) -> str:
    """A value as a category that two people agree on or not."""
    if value.kind is not Kind.NUMBER or value.value is None:
        return str(value.kind)
    whole, _, behind = format(Decimal(value.value), "f").partition(".")
    behind = behind.rstrip("0")
    return f"{whole}.{behind}" if behind else whole


@dataclass(frozen=True, slots=True)
class Concordance:
    """How often two people said the same of a cell."""

    cells: int
    agreed: int
    kappa: float | None  # Cohen's; None where both always said one and the same thing

    @property
    def share(self) -> float:
        return self.agreed / self.cells if self.cells else 0.0


def concordance(pairs: Iterable[tuple[str, str, int]]) -> Concordance:
    """Percent agreement and Cohen's kappa of what the first and the second said, so often each.

    The categories are the values themselves: two people who guessed would rarely meet.
    """
    first: dict[str, int] = {}
    second: dict[str, int] = {}
    cells = agreed = 0
    for one, other, count in pairs:
        first[one] = first.get(one, 0) + count
        second[other] = second.get(other, 0) + count
        cells += count
        agreed += count if one == other else 0
    by_chance = sum(count * second.get(value, 0) for value, count in first.items())
    if cells == 0 or by_chance == cells * cells:
        return Concordance(cells, agreed, None)
    expected = by_chance / cells**2
    return Concordance(cells, agreed, (agreed / cells - expected) / (1 - expected))
