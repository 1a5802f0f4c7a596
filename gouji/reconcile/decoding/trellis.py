"""Exact sums over all meanings of a group of cells: forward and backward through a trellis.

Cells are taken one by one. A state is the sum of every check that is open (has cells on both
sides); states with equal sums are one. A check that closes weighs the state by whether it holds.
Forward and backward together give every cell's marginals; backward the best way on from each state
comes out as well, along which the best assignments are found.

States that cannot come to anything are dropped: the outlook of a state is the probability that the
rest of each open check makes up for what it lacks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from .messages import Distribution, Sum, Voice, folded
from .publisher import spread

State = tuple[Sum, ...]

HOPELESS = 1e-8  # of the best state's score: such states are dropped
PATHS = 4  # best assignments that are told


@dataclass(frozen=True, slots=True)
class Node:
    """A cell of the group: per meaning its weight, and what it adds to which check."""

    weights: tuple[float, ...]
    terms: tuple[tuple[tuple[int, Sum], ...], ...]
    # for each check of the cell: how probable its meanings are by all that the others say
    heard: tuple[tuple[int, tuple[float, ...]], ...]


@dataclass(frozen=True, slots=True)
class GroupCheck:
    """A check of the group: what its settled cells add up to, and its prior of being broken."""

    constant: int
    broken: float
    least: float = 0.0  # of any difference, where it is broken


@dataclass(frozen=True, slots=True)
class Path:
    """An assignment of all cells of the group: its share of the whole, and a meaning a cell."""

    share: float
    meanings: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroupResult:
    """What the trellis says of a group."""

    marginals: tuple[tuple[float, ...], ...]  # by cell and meaning
    broken: tuple[float, ...]  # by check
    paths: tuple[Path, ...]  # the best first
    lost: float  # estimated share of the probability that was dropped for want of room
    steps: int


class TooHard(Exception):
    """The trellis took more steps than it may."""


# A way from one layer to the next: the state it comes from, the meaning taken, its weight, the
# state it goes to, and the checks that broke. Those of a layer are in the order of the first.
Edge = tuple[int, int, float, int, tuple[int, ...]]


def decode_group(
    nodes: Sequence[Node], checks: Sequence[GroupCheck], *, states: int, steps: int
) -> GroupResult:
    """Marginals and best assignments of a group.

    Args:
        states: kept of a layer at most.
        steps: that it may take at most.

    Raises:
        TooHard: it would take more steps.
    """
    order = _order(nodes, len(checks))
    left = [0] * len(checks)
    for node in nodes:
        for check, _ in node.heard:
            left[check] += 1
    outlook = _Outlook(nodes, order, checks)
    layers: list[list[float]] = [[1.0]]  # forward weights, by state
    here: list[State] = [tuple(check.constant for check in checks)]
    edges: list[list[Edge]] = []
    taken, lost = 0, 0.0
    for index in order:
        node = nodes[index]
        closing = []
        for check, _ in node.heard:
            left[check] -= 1
            if not left[check]:
                closing.append(check)
            outlook.advance(check)
        taken += len(here) * len(node.weights)
        if taken > steps:
            raise TooHard
        reached: dict[State, float] = {}
        drawn: list[tuple[int, int, float, State, tuple[int, ...]]] = []
        choices = [
            (meaning, weight, node.terms[meaning])
            for meaning, weight in enumerate(node.weights)
            if weight > 0
        ]
        for number, (state, alpha) in enumerate(zip(here, layers[-1], strict=True)):
            for meaning, weight, terms in choices:
                factor, broke, after = _step(state, terms, closing, checks)
                factor *= weight
                if factor > 0:
                    reached[after] = reached.get(after, 0.0) + alpha * factor
                    drawn.append((number, meaning, factor, after, broke))
        if not reached:  # every way is beyond the smallest float
            raise TooHard
        here, layer, dropped = _thinned(reached, outlook, states)
        lost = 1 - (1 - lost) * (1 - dropped)
        scale = 1 / max(layer)
        numbers = {state: number for number, state in enumerate(here)}
        edges.append(
            [
                (number, meaning, factor * scale, numbers[after], broke)
                for number, meaning, factor, after, broke in drawn
                if after in numbers
            ]
        )
        layers.append([alpha * scale for alpha in layer])
    return _read_back(order, nodes, len(checks), layers, edges, lost, taken)


def _step(
    state: State,
    terms: Sequence[tuple[int, Sum]],
    closing: Sequence[int],
    checks: Sequence[GroupCheck],
) -> tuple[float, tuple[int, ...], State]:
    """What the checks that close say, which of them broke, and the state after."""
    after = list(state)
    for check, term in terms:
        sum_ = after[check]
        after[check] = None if sum_ is None or term is None else sum_ + term
    factor = 1.0
    broke: tuple[int, ...] = ()
    for check in closing:
        sum_ = after[check]
        if sum_ is not None:
            if sum_ == 0:
                factor *= 1 - checks[check].broken
            else:
                factor *= checks[check].broken * max(spread(sum_), checks[check].least)
                broke = (*broke, check)
        after[check] = 0
    return factor, broke, tuple(after)


def _thinned(
    reached: dict[State, float], outlook: _Outlook, states: int
) -> tuple[list[State], list[float], float]:
    """The states worth keeping, in an order of their own; the share dropped for want of room."""
    scores = {state: alpha * outlook.of(state) for state, alpha in reached.items()}
    best = max(scores.values())
    if best <= 0:  # all beyond the smallest float: the outlook tells nothing
        scores = reached
        best = max(scores.values())
    least = best * HOPELESS
    hopeful = [state for state, score in scores.items() if score >= least]
    lost = 0.0
    if len(hopeful) > states:
        hopeful.sort(key=lambda state: -scores[state])  # equal ones stay in the order of the ways
        whole = sum(scores[state] for state in hopeful)
        lost = sum(scores[state] for state in hopeful[states:]) / whole
        hopeful = hopeful[:states]
    return hopeful, [reached[state] for state in hopeful], lost


def _read_back(
    order: Sequence[int],
    nodes: Sequence[Node],
    checks: int,
    layers: Sequence[Sequence[float]],
    edges: Sequence[Sequence[Edge]],
    lost: float,
    steps: int,
) -> GroupResult:
    marginals: list[tuple[float, ...]] = [()] * len(nodes)
    broken = [0.0] * checks
    whole = sum(layers[-1])
    beta = [1.0] * len(layers[-1])
    ahead: list[list[float]] = [[]] * len(edges) + [beta]  # the best way on, by layer and state
    for position in range(len(order) - 1, -1, -1):
        alphas, further = layers[position], ahead[position + 1]
        before, best = [0.0] * len(alphas), [0.0] * len(alphas)
        shares = [0.0] * len(nodes[order[position]].weights)
        for number, meaning, factor, after, broke in edges[position]:
            through = factor * beta[after]
            before[number] += through
            share = alphas[number] * through / whole
            shares[meaning] += share
            for check in broke:
                broken[check] += share
            on = factor * further[after]
            if on > best[number]:
                best[number] = on
        marginals[order[position]] = tuple(shares)
        beta, ahead[position] = before, best
    paths = tuple(_paths(order, edges, ahead, whole))
    return GroupResult(tuple(marginals), tuple(broken), paths, lost, steps)


def _paths(
    order: Sequence[int],
    edges: Sequence[Sequence[Edge]],
    ahead: Sequence[Sequence[float]],
    whole: float,
) -> Iterator[Path]:
    """The best ways through, the best first: what lies ahead is known, so none is tried in vain."""
    # by promise, of equal ones the farthest: meanings so far, the state, their weight
    heap: list[tuple[float, int, tuple[int, ...], int, float]] = [(-ahead[0][0], 0, (), 0, 1.0)]
    found = 0
    met: dict[tuple[int, int], int] = {}
    while heap and found < PATHS:
        promise, _, taken, state, weight = heappop(heap)
        position = len(taken)
        # of the ways to one state only so many can be among the best: equal ones do not pile up
        met[position, state] = met.get((position, state), 0) + 1
        if position < len(edges) and met[position, state] > PATHS:
            continue
        if position == len(edges):
            chosen = [0] * len(order)
            for place, meaning in zip(order, taken, strict=True):
                chosen[place] = meaning
            found += 1
            yield Path(-promise / whole, tuple(chosen))
            continue
        layer = edges[position]
        for place in range(bisect_left(layer, (state,)), len(layer)):
            number, meaning, factor, after, _ = layer[place]
            if number != state:
                break
            on = weight * factor
            rank = -on * ahead[position + 1][after]
            heappush(heap, (rank, -position - 1, (*taken, meaning), after, on))


def _order(nodes: Sequence[Node], checks: int) -> list[int]:
    """Cells so that few checks are open at a time: always those of the check nearest its end."""
    cells: list[list[int]] = [[] for _ in range(checks)]
    for index, node in enumerate(nodes):
        for check, _ in node.heard:
            cells[check].append(index)
    done: set[int] = set()
    order: list[int] = []
    remaining = {check for check in range(checks) if cells[check]}
    while remaining:
        check = min(
            remaining,
            key=lambda c: (
                sum(1 for i in cells[c] if i not in done),
                -sum(1 for i in cells[c] if i in done),
                c,
            ),
        )
        fresh = [i for i in cells[check] if i not in done]
        order.extend(fresh)
        done.update(fresh)
        remaining.discard(check)
    order.extend(i for i in range(len(nodes)) if i not in done)
    return order


class _Outlook:
    """How probable it is that the cells to come make up for what open checks lack."""

    def __init__(
        self, nodes: Sequence[Node], order: Sequence[int], checks: Sequence[GroupCheck]
    ) -> None:
        self._checks = checks
        behind: list[list[Distribution]] = [[{0: 1.0}] for _ in checks]
        for index in reversed(order):
            node = nodes[index]
            for check, heard in node.heard:
                terms = tuple(
                    next((term for c, term in meaning if c == check), 0) for meaning in node.terms
                )
                behind[check].append(folded(behind[check][-1], Voice(terms, heard)))
        self._behind = behind  # of each check the last is where it stands now
        self._open: set[int] = set()
        self._known: list[dict[Sum, float]] = [{} for _ in checks]

    def advance(self, check: int) -> None:
        """Go past one cell of a check."""
        self._behind[check].pop()
        self._known[check] = {}
        if len(self._behind[check]) > 1:
            self._open.add(check)
        else:
            self._open.discard(check)

    def of(self, state: State) -> float:
        result = 1.0
        for check in self._open:
            sum_ = state[check]
            if sum_ is None:
                continue
            known = self._known[check].get(sum_)
            if known is None:
                known = self._known[check][sum_] = self._chance(check, sum_)
            result *= known
        return result

    def _chance(self, check: int, sum_: int) -> float:
        behind = self._behind[check][-1]
        apart = max(spread(sum_) if sum_ else 0.01, self._checks[check].least)
        return behind.get(-sum_, 0.0) + behind.get(None, 0.0) + self._checks[check].broken * apart
