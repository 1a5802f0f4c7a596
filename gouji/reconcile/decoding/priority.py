"""Which cell a person should look at first: the one whose answer removes most expected errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gouji.model import Kind, Number

from .decoded import Decoded, Group
from .evidence import Candidate, CellPrior


@dataclass(frozen=True, slots=True)
class Priority:
    """A cell with what its answer is worth, in expected wrong cells."""

    key: str
    own: float  # that the cell itself is wrong
    others: float  # what its answer settles of the cells decided together with it

    @property
    def gain(self) -> float:
        return self.own + self.others


def review_order(decoded: Decoded) -> tuple[Priority, ...]:
    """All cells, the most useful to confirm first.

    A confirmed cell is certain; its group is then decided among the ways that agree with it. The
    likeliest ways stand for all of them.
    """
    others: dict[str, float] = {}
    for group in decoded.groups:
        others.update(_settled_with(group))
    found = [
        Priority(key, max(1 - cell.confidence, 0.0), others.get(key, 0.0))
        for key, cell in decoded.cells.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.gain, each.key)))


def confirmed(
    priors: Iterable[CellPrior], answers: Mapping[str, tuple[Number | None, Kind]]
) -> tuple[CellPrior, ...]:
    """The priors with what a person saw in some cells, to decode the report anew."""
    result = []
    for prior in priors:
        if prior.key in answers:
            number, kind = answers[prior.key]
            seen = CellPrior.of(prior.key, [Candidate(number, kind, 1.0)])
            prior = CellPrior(seen.key, seen.candidates, seen.other, prior.read)
        result.append(prior)
    return tuple(result)


def _settled_with(group: Group) -> Mapping[str, float]:
    """By cell the expected errors among the others before its answer, less those after it."""
    covered = sum(share for share, _ in group.ways)
    places = range(len(group.keys))
    open_ = [p for p in places if len({_said(way[p]) for _, way in group.ways}) > 1]
    gains: dict[str, float] = {}
    for place in open_:
        parts: dict[object, list[tuple[float, tuple[Candidate | None, ...]]]] = {}
        for share, way in group.ways:
            parts.setdefault(_said(way[place]), []).append((share, way))
        rest = [p for p in open_ if p != place]
        before = sum(covered - _best(group.ways, p) for p in rest)
        after = sum(
            sum(share for share, _ in part) - _best(part, p)
            for part in parts.values()
            for p in rest
        )
        gains[group.keys[place]] = max(before - after, 0.0)
    return gains


def _best(ways: Iterable[tuple[float, tuple[Candidate | None, ...]]], place: int) -> float:
    shares: dict[object, float] = {}
    for share, way in ways:
        said = _said(way[place])
        shares[said] = shares.get(said, 0.0) + share
    return max(shares.values(), default=0.0)


def _said(candidate: Candidate | None) -> object:
    return None if candidate is None else (candidate.number, candidate.kind)
