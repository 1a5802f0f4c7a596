"""A report as a factor graph: cells with their meanings, checks with the cells they tie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gouji.model import Kind

from .channel import Meaning, by_chance, favoured, meanings, term_of
from .checks import BLANKS, Check, common_scale, scaled
from .evidence import CellPrior
from .messages import Sum, Voice, check_messages
from .publisher import Publisher

SETTLED = 1e-8  # a meaning with less belief is not carried into the trellis


@dataclass(frozen=True, slots=True)
class Tied:
    """A check between cells of the graph: by member its index, and what each meaning adds."""

    check: Check
    members: tuple[int, ...]
    terms: tuple[tuple[Sum, ...], ...]
    constant: int
    broken: float


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
    wanted: Mapping[str, frozenset[int]],
    scale: int,
) -> Graph:
    """The graph of cells and checks; ``wanted`` are numbers that sums ask of a cell, scaled."""
    places = {prior.key: index for index, prior in enumerate(priors)}
    tied_keys = {key for check in checks for key in check.signs}
    all_meanings: list[tuple[Meaning, ...]] = []
    for prior in priors:
        asked = sorted(wanted.get(prior.key, frozenset()))
        own_scale = scale if prior.key in tied_keys else common_scale(
            [c.number for c in prior.candidates if c.number is not None]
        )  # fmt: skip
        all_meanings.append(meanings(prior, asked, publisher, own_scale))
    base = tuple(_base(p, m) for p, m in zip(priors, all_meanings, strict=True))
    spoken = _favouring_numbers(priors, all_meanings, base, checks, places)
    tied = []
    for check in checks:
        members = tuple(places[key] for key in sorted(check.signs))
        terms = tuple(
            tuple(term_of(check, priors[i].key, meaning) for meaning in spoken[i]) for i in members
        )
        broken = publisher.breaks(check.level) if check.broken is None else check.broken
        tied.append(Tied(check, members, terms, scaled(check.constant, scale), broken))
    return Graph(tuple(priors), tuple(spoken), base, tuple(tied), scale)


def _base(prior: CellPrior, found: Sequence[Meaning]) -> int:
    """The meaning that prints the best candidate and has no slip in it."""
    if not prior.candidates:
        return 0
    best = prior.candidates[0]
    if best.kind is not Kind.NUMBER:
        return next(i for i, m in enumerate(found) if m.kind is best.kind)
    # numbers follow the kinds, in the order of the candidates
    return sum(1 for c in prior.candidates if c.kind is not Kind.NUMBER)


def _favouring_numbers(
    priors: Sequence[CellPrior],
    found: Sequence[tuple[Meaning, ...]],
    base: Sequence[int],
    checks: Sequence[Check],
    places: Mapping[str, int],
) -> list[tuple[Meaning, ...]]:
    """Numbers beside a blank are worth more where a sum can tell.

    A blank makes a sum untestable, so that the sum is silent about it; a number that just fits
    would be silent too, although dust seldom reads as the number that a sum wants.
    """
    trying: dict[int, int] = {}
    for check in checks:
        silent = [
            key
            for key in check.signs
            if check.term(key, found[places[key]][base[places[key]]].number,
                          found[places[key]][base[places[key]]].kind) is None
        ]  # fmt: skip
        for key in check.signs:
            if not silent or silent == [key]:
                trying[places[key]] = trying.get(places[key], 0) + (key not in check.blank_is_zero)
    result = []
    for index, (prior, all_of_it) in enumerate(zip(priors, found, strict=True)):
        blank = any(c.kind in BLANKS for c in prior.candidates)
        if blank and trying.get(index):
            all_of_it = tuple(
                m if m.number is None else favoured(m, 1 / by_chance(m.number)) for m in all_of_it
            )
        whole = sum(m.weight for m in all_of_it)
        result.append(tuple(favoured(m, 1 / whole) for m in all_of_it))
    return result


Messages = list[tuple[tuple[float, ...], ...]]  # by check, member, meaning


def listen(graph: Graph, rounds: int) -> tuple[Messages, list[tuple[float, ...]]]:
    """Messages of every check to its cells, and what each cell then believes.

    Checks speak to each other through the cells they share, as often as there are rounds. A check
    whose cells have one meaning each, or that cannot be tried, says nothing.
    """
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
            voices, places, constant = [], [], tied.constant
            for place, (member, terms) in enumerate(zip(tied.members, tied.terms, strict=True)):
                if len(terms) == 1:
                    constant += terms[0] or 0
                    continue
                heard = weights[member]
                for other, at in by_cell[member]:
                    if other != number:
                        heard = _times(heard, said[other][at])
                voices.append(Voice(terms, _normal(heard, weights[member])))
                places.append(place)
            spoken = check_messages(voices, constant, tied.broken)
            now = list(said[number])
            for place, message in zip(places, spoken, strict=True):
                now[place] = message
            fresh[number] = tuple(now)
        said = fresh
    beliefs = []
    for member, own in enumerate(weights):
        belief = own
        for number, place in by_cell[member]:
            belief = _times(belief, said[number][place])
        beliefs.append(_normal(belief, own))
    return said, beliefs


def _speaks(tied: Tied) -> bool:
    if any(len(terms) == 1 and terms[0] is None for terms in tied.terms):
        return False
    return any(len(terms) > 1 for terms in tied.terms)


def _times(one: tuple[float, ...], other: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(a * b for a, b in zip(one, other, strict=True))


def _normal(weights: tuple[float, ...], otherwise: tuple[float, ...]) -> tuple[float, ...]:
    whole = sum(weights)
    return tuple(w / whole for w in weights) if whole > 0 else otherwise
