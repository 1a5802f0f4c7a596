"""A report as a factor graph: cells with their meanings, checks with the cells they tie."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gouji.model import Kind

from .basis import Basis, Wanted
from .channel import Meaning, by_chance, favoured, meanings, term_of
from .checks import BLANKS, Check, common_scale, scaled
from .evidence import CellPrior
from .messages import Sum, Voice, check_messages
from .publisher import Publisher


@dataclass(frozen=True, slots=True)
class Tied:
    """A check between cells of the graph: by member its index, and what each meaning adds."""

    check: Check
    members: tuple[int, ...]
    terms: tuple[tuple[Sum, ...], ...]
    constant: int
    broken: float
    least: float  # of any difference, where it is broken


@dataclass(frozen=True, slots=True)
class Graph:
    """Cells in the order of their keys, what each may mean, and the checks over them."""

    priors: tuple[CellPrior, ...]
    meanings: tuple[tuple[Meaning, ...], ...]
    base: tuple[int, ...]  # by cell: the meaning that takes its best candidate at its word
    tied: tuple[Tied, ...]
    scale: int

    def sum_of(self, tied: Tied, chosen: Sequence[int]) -> Sum:
        """The sum of a check for one meaning a cell; None where it cannot be tried."""
        total = tied.constant
        for member, terms in zip(tied.members, tied.terms, strict=True):
            term = terms[chosen[member]]
            if term is None:
                return None
            total += term
        return total


def scale_of(priors: Sequence[CellPrior], checks: Sequence[Check]) -> int:
    """What makes every number that checks tie whole."""
    keys = {key for check in checks for key in check.signs}
    numbers = [c.number for p in priors if p.key in keys for c in p.candidates]
    constants = [check.constant for check in checks]
    return common_scale([*(n for n in numbers if n is not None), *constants])


def build_graph(
    priors: Sequence[CellPrior],
    checks: Sequence[Check],
    publisher: Publisher,
    basis: Basis,
    wanted: Wanted,
    scale: int,
    before: tuple[Graph, Collection[str]] | None = None,
) -> Graph:
    """The graph of cells and checks; ``wanted`` are numbers that sums ask of a cell, scaled.

    ``before`` is a graph of the same cells and checks, and the keys of which another number is
    wanted since: all else is taken from it, the very objects.
    """
    places = {prior.key: index for index, prior in enumerate(priors)}
    changed = {places[key] for key in before[1]} if before else set(places.values())
    tied_keys = {key for check in checks for key in check.signs}
    found: list[tuple[Meaning, ...]] = list(before[0].meanings) if before else [()] * len(priors)
    for index in sorted(changed):
        prior = priors[index]
        own = scale
        if prior.key not in tied_keys:
            own = common_scale([c.number for c in prior.candidates if c.number is not None])
        asked = wanted.get(prior.key, frozenset())
        checked = prior.key in basis.checked
        meant = meanings(prior, asked, publisher, own, checked=checked)
        if basis.heard.get(prior.key) and any(c.kind in BLANKS for c in prior.candidates):
            meant = _favouring_numbers(meant)
        found[index] = meant
    base = tuple(_base(p, m) for p, m in zip(priors, found, strict=True))
    tied: list[Tied] = []
    for number, check in enumerate(checks):
        members = tuple(places[key] for key in sorted(check.signs))
        if before and changed.isdisjoint(members):
            tied.append(before[0].tied[number])
            continue
        terms = tuple(
            tuple(term_of(check, priors[i].key, meaning) for meaning in found[i]) for i in members
        )
        broken = publisher.breaks(check.level) if check.broken is None else check.broken
        tied.append(Tied(check, members, terms, scaled(check.constant, scale), broken, check.least))
    return Graph(tuple(priors), tuple(found), base, tuple(tied), scale)


def _base(prior: CellPrior, found: Sequence[Meaning]) -> int:
    """The meaning that prints the best candidate and has no slip in it."""
    if not prior.candidates:
        return 0
    best = prior.candidates[0]
    if best.kind is not Kind.NUMBER:
        return next(i for i, m in enumerate(found) if m.kind is best.kind)
    # numbers follow the kinds, in the order of the candidates
    return sum(1 for c in prior.candidates if c.kind is not Kind.NUMBER)


def _favouring_numbers(found: tuple[Meaning, ...]) -> tuple[Meaning, ...]:
    """Numbers beside a blank are worth more where a sum can tell.

    A blank makes a sum untestable, so that the sum is silent about it; a number that just fits
    would be silent too, although dust seldom reads as the number that a sum wants.
    """
    gained = [m if m.number is None else favoured(m, 1 / by_chance(m.number)) for m in found]
    whole = sum(m.weight for m in gained)
    return tuple(favoured(m, 1 / whole) for m in gained)


Spoken = tuple[tuple[float, ...], ...]  # by member, meaning
Messages = list[Spoken]  # by check
# What checks said when they heard what, by check: a check that hears the same says the same.
Memory = dict[int, list[tuple[Tied, Sequence[tuple[float, ...]], Spoken]]]
SILENCED = 1e-8  # a meaning with less belief is not heard again in later rounds
STEADY = 1e-6  # a check is asked again when what its cells say changed by more


def listen(
    graph: Graph, rounds: int, memory: Memory | None = None
) -> tuple[Messages, list[tuple[float, ...]]]:
    """Messages of every check to its cells, and what each cell then believes.

    Checks speak to each other through the cells they share, as often as there are rounds. A check
    whose cells have one meaning each, or that cannot be tried, says nothing.

    ``memory`` is filled; given again with the next graph of the same report, it spares what was
    said before. Messages are nine tenths of the time of a doubtful report.
    """
    memory = {} if memory is None else memory
    weights = [tuple(m.weight for m in each) for each in graph.meanings]
    by_cell: list[list[tuple[int, int]]] = [[] for _ in weights]
    for number, tied in enumerate(graph.tied):
        for place, member in enumerate(tied.members):
            by_cell[member].append((number, place))
    said: Messages = [tuple((1.0,) * len(terms) for terms in tied.terms) for tied in graph.tied]
    speaking = [number for number, tied in enumerate(graph.tied) if _speaks(tied)]
    for _ in range(rounds):
        fresh: Messages = list(said)
        for number in speaking:
            tied = graph.tied[number]
            heard = [
                _heard(weights[member], said, by_cell[member], number)
                for member, terms in zip(tied.members, tied.terms, strict=True)
                if len(terms) > 1
            ]
            known = memory.setdefault(number, [])
            spoken = next((s for t, h, s in known if t is tied and _alike(h, heard)), None)
            if spoken is None:
                spoken = _spoken(tied, heard)
                known.append((tied, heard, spoken))
            fresh[number] = spoken
        if fresh == said:
            break
        said = fresh
    beliefs = [_heard(own, said, by_cell[member], None) for member, own in enumerate(weights)]
    return said, beliefs


def _heard(
    own: tuple[float, ...],
    said: Messages,
    places: Sequence[tuple[int, int]],
    without: int | None,
) -> tuple[float, ...]:
    """What a cell believes by its own evidence and by all its checks but one."""
    if len(own) == 1:
        return (1.0,)
    belief = list(own)
    for number, place in places:
        if number != without:
            belief = [a * b for a, b in zip(belief, said[number][place], strict=True)]
    whole = sum(belief)
    if whole <= 0:
        return own
    return tuple(b / whole if b > SILENCED * whole else 0.0 for b in belief)


def _alike(one: Sequence[tuple[float, ...]], other: Sequence[tuple[float, ...]]) -> bool:
    return all(
        abs(a - b) <= STEADY * b
        for was, now in zip(one, other, strict=True)
        for a, b in zip(was, now, strict=True)
    )


def _spoken(tied: Tied, heard: Sequence[tuple[float, ...]]) -> Spoken:
    constant = tied.constant + sum(terms[0] or 0 for terms in tied.terms if len(terms) == 1)
    voices = [
        Voice(terms, weights)
        for terms, weights in zip(
            (terms for terms in tied.terms if len(terms) > 1), heard, strict=True
        )
    ]
    spoken = iter(check_messages(voices, constant, tied.broken, tied.least))
    return tuple(next(spoken) if len(terms) > 1 else (1.0,) for terms in tied.terms)


def _speaks(tied: Tied) -> bool:
    if any(all(term is None for term in terms) for terms in tied.terms):
        return False
    return any(len(terms) > 1 for terms in tied.terms)
