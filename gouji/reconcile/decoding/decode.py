"""Joint decoding: what a report most probably prints, given all cells' evidence and the sums.

The sums make the form an error-correcting code, the readers' alternatives are its soft information
(docs/reconcile.md). Pure and deterministic: the order of cells and checks does not matter, and
limits count steps, not seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gouji.model import RelationStatus

from .basis import LOOSE, Wanted, asked_of, basis_of
from .checks import Check
from .decoded import Decoded, Outcome
from .evidence import CellPrior
from .graph import Graph, Memory, Messages, build_graph, listen, scale_of
from .messages import Sum
from .outcome import Beliefs, conclude
from .publisher import DEFAULT_PUBLISHER, Publisher
from .trellis import GroupCheck, Node, TooHard, decode_group

LITTLE = 1e-6  # a share of the probability that may be lost
# Between sums that share cells, before the trellis. A fourth changed nothing in 207 of 208
# recorded scans, nor did 80 sums in a message (`messages.MOST`).
MESSAGE_ROUNDS = 3
# A cell is open where its best meaning is less probable; others so probable are followed up.
OPEN, WORTH_A_ROUND = 0.98, 0.01
# What a meaning must be believed to be carried into the trellis, and the shares of states and steps
# that it may take; the later ones where the first is too much.
EFFORTS = ((1e-8, 1.0, 1.0), (1e-5, 0.25, 0.7), (1e-4, 0.06, 0.7))
# A publisher's slip breaks 2 or 3 of some 40 sums, and reports with several slips break 10.
FEWEST_BROKEN, BROKEN_SHARE = 8, 0.4


@dataclass(frozen=True, slots=True)
class DecodeSettings:
    """What the decoder assumes and how hard it tries."""

    publisher: Publisher = DEFAULT_PUBLISHER
    change_at: float = 0.95  # a reading gives way to a candidate at least so probable
    source_at: float = 0.9  # a broken sum is the publisher's at least so probably
    misread_below: float = 0.5  # and a misreading is suspected where it is less probable
    states: int = 600  # of a layer of the trellis
    steps: int = 24_000  # of all trellises of a report; a step takes some 10 µs
    rounds: int = 2  # times that sums are asked again which numbers they want


DEFAULT = DecodeSettings()


def decode(
    priors: Iterable[CellPrior], checks: Iterable[Check], settings: DecodeSettings = DEFAULT
) -> Decoded:
    """What each cell prints, with probabilities of every candidate and relation.

    Checks that tie a cell of which there is no prior cannot be tried and are left out.

    Raises:
        ValueError: two priors have one key.
    """
    cells = sorted(priors, key=lambda prior: prior.key)
    keys = {prior.key for prior in cells}
    if len(keys) != len(cells):
        raise ValueError("two cells have one key")
    usable = sorted(
        (check for check in checks if keys.issuperset(check.signs)),
        key=lambda c: (c.level, c.id, c.scope, sorted(c.signs), str(c.constant)),
    )
    scale = scale_of(cells, usable)
    basis = basis_of(cells, usable, scale)
    wanted, before = basis.wanted, None
    memory: Memory = {}
    try:
        for asked in range(settings.rounds):
            graph = build_graph(cells, usable, settings.publisher, basis, wanted, scale, before)
            beliefs = _decoded(graph, settings, 1 if basis.quiet else MESSAGE_ROUNDS, memory)
            if beliefs.lost >= LITTLE or asked + 1 == settings.rounds:  # there is no room for more
                break
            more = _wanted(graph, beliefs, wanted)
            if more == wanted:
                break
            before = graph, [key for key in more if more[key] != wanted.get(key)]
            wanted = more
    except TooHard:
        return _alone(cells, usable, scale, settings, Outcome.UNDECIDED)
    outcome = Outcome.EXACT if beliefs.lost < LITTLE else Outcome.APPROXIMATE
    decoded = conclude(graph, usable, beliefs, settings, outcome)
    if _incoherent(decoded):
        return _alone(cells, usable, scale, settings, Outcome.INCOHERENT)
    return decoded


def _alone(
    cells: Sequence[CellPrior],
    checks: Sequence[Check],
    scale: int,
    settings: DecodeSettings,
    outcome: Outcome,
) -> Decoded:
    """Every cell by its own evidence."""
    graph = build_graph(cells, (), settings.publisher, basis_of(cells, (), scale), {}, scale)
    return conclude(graph, checks, _unheard(graph), settings, outcome)


def _incoherent(decoded: Decoded) -> bool:
    """Whether so many sums of the form fail that neither slips nor misreadings explain it."""
    tried = [
        c
        for c in decoded.checks
        if c.check.level == "H" and c.after is not RelationStatus.UNTESTABLE
    ]
    violated = sum(1 for c in tried if c.after is RelationStatus.VIOLATED)
    return violated >= FEWEST_BROKEN and violated > BROKEN_SHARE * len(tried)


def _wanted(graph: Graph, beliefs: Beliefs, wanted: Wanted) -> Wanted:
    """What is wanted, and what sums ask where they are broken still or a cell stays open.

    Of an open cell each meaning worth the name asks what the other cells of its sums would have
    to be.
    """
    asked = {key: set(numbers) for key, numbers in wanted.items()}
    best = beliefs.best
    near: set[int] = set()  # cells of a check with an open cell
    for tied in graph.tied:
        if any(beliefs.marginals[m][best[m]] < OPEN for m in tied.members):
            near.update(tied.members)
    for tied in graph.tied:
        sum_ = graph.sum_of(tied, best)
        if sum_ is None:
            continue
        # by sum whether only cells of which much is open are asked
        sums = {sum_: False}
        for member, terms in zip(tied.members, tied.terms, strict=True):
            shares = beliefs.marginals[member]
            loose = member in near and graph.priors[member].other >= LOOSE
            here = terms[best[member]] or 0
            for term, share in zip(terms, shares, strict=True):
                followed = shares[best[member]] < OPEN and share >= WORTH_A_ROUND
                if term is not None and (followed or loose):
                    total = sum_ - here + term
                    sums[total] = sums.get(total, True) and not followed
        totals = [(total, only_loose) for total, only_loose in sorted(sums.items()) if total]
        for member, terms in zip(tied.members, tied.terms, strict=True) if totals else ():
            prior = graph.priors[member]
            known = {meaning.number for meaning in graph.meanings[member]}
            for total, only_loose in totals:
                if only_loose and prior.other < LOOSE:
                    continue
                number = asked_of(tied.check, prior.key, total - (terms[best[member]] or 0))
                if number is not None and number not in known:
                    asked.setdefault(prior.key, set()).add(number)
    return {key: frozenset(numbers) for key, numbers in asked.items()}


def _unheard(graph: Graph) -> Beliefs:
    marginals = tuple(tuple(m.weight for m in each) for each in graph.meanings)
    return Beliefs(marginals, {}, graph.base, (), (), 0.0)


def _decoded(graph: Graph, settings: DecodeSettings, rounds: int, memory: Memory) -> Beliefs:
    """Marginals of all meanings: of what checks leave open together by the trellis.

    Raises:
        TooHard: no trellis is small enough, however much is left out.
    """
    said, beliefs = listen(graph, rounds, memory)
    budget = settings.steps
    for effort, (settled, room, share) in enumerate(EFFORTS):
        states = int(settings.states * room)
        try:
            return _by_trellis(graph, said, beliefs, settled, states, int(budget * share), effort)
        except TooHard:
            continue
    raise TooHard


def _by_trellis(
    graph: Graph,
    said: Messages,
    beliefs: Sequence[tuple[float, ...]],
    settled: float,
    states: int,
    steps: int,
    effort: int,
) -> Beliefs:
    open_ = [tuple(i for i, b in enumerate(belief) if b >= settled) for belief in beliefs]
    chosen = [
        max(kept, key=lambda i: belief[i]) for kept, belief in zip(open_, beliefs, strict=True)
    ]
    marginals = list(beliefs)
    broken: dict[int, float] = {}
    groups, results = [], []
    lost = settled if effort else 0.0
    for cells, checks in _groups(graph, open_):
        nodes, group_checks = _group(graph, cells, checks, open_, chosen, said, beliefs)
        result = decode_group(nodes, group_checks, states=states, steps=steps)
        steps -= result.steps
        lost = max(lost, result.lost)
        for place, (cell, shares) in enumerate(zip(cells, result.marginals, strict=True)):
            full = [0.0] * len(graph.meanings[cell])
            for meaning, share in zip(open_[cell], shares, strict=True):
                full[meaning] = share
            marginals[cell] = tuple(full)
            chosen[cell] = open_[cell][result.paths[0].meanings[place]]
        for check, share in zip(checks, result.broken, strict=True):
            broken[check] = share
        groups.append((cells, tuple(open_[cell] for cell in cells)))
        results.append(result)
    for number, tied in enumerate(graph.tied):
        if number not in broken:
            broken[number] = 1.0 if graph.sum_of(tied, chosen) else 0.0
    return Beliefs(tuple(marginals), broken, tuple(chosen), tuple(groups), tuple(results), lost)


def _groups(
    graph: Graph, open_: Sequence[Sequence[int]]
) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Cells with more than one meaning left that checks connect, and those checks."""
    group_of = {cell: cell for cell, kept in enumerate(open_) if len(kept) > 1}

    def find(cell: int) -> int:
        while group_of[cell] != cell:
            cell = group_of[cell]
        return cell

    touching: list[tuple[int, list[int]]] = []
    for number, tied in enumerate(graph.tied):
        members = [m for m in tied.members if m in group_of]
        silent = any(
            all(terms[meaning] is None for meaning in open_[m])
            for m, terms in zip(tied.members, tied.terms, strict=True)
        )
        if not members or silent:
            continue
        touching.append((number, members))
        for member in members[1:]:
            one, other = find(members[0]), find(member)
            group_of[max(one, other)] = min(one, other)
    cells: dict[int, list[int]] = {}
    checks: dict[int, list[int]] = {}
    for number, members in touching:
        checks.setdefault(find(members[0]), []).append(number)
    for cell in group_of:
        if find(cell) in checks:
            cells.setdefault(find(cell), []).append(cell)
    return [(tuple(cells[root]), tuple(checks[root])) for root in sorted(cells)]


def _group(
    graph: Graph,
    cells: tuple[int, ...],
    checks: tuple[int, ...],
    open_: Sequence[Sequence[int]],
    chosen: Sequence[int],
    said: Messages,
    beliefs: Sequence[Sequence[float]],
) -> tuple[list[Node], list[GroupCheck]]:
    """Open cells and their checks as the trellis takes them, all other cells settled."""
    places = {cell: place for place, cell in enumerate(cells)}
    terms: list[list[list[tuple[int, Sum]]]] = [[[] for _ in open_[c]] for c in cells]
    heard: list[list[tuple[int, tuple[float, ...]]]] = [[] for _ in cells]
    group_checks = []
    for local, number in enumerate(checks):
        tied = graph.tied[number]
        constant = tied.constant
        for at, (member, added) in enumerate(zip(tied.members, tied.terms, strict=True)):
            place = places.get(member)
            if place is None:
                constant += added[chosen[member]] or 0
                continue
            for slot, meaning in enumerate(open_[member]):
                terms[place][slot].append((local, added[meaning]))
            # belief without what this very check said
            without = [
                beliefs[member][m] / said[number][at][m] if said[number][at][m] > 0 else 0.0
                for m in open_[member]
            ]
            whole = sum(without)
            if whole > 0:
                shares = tuple(w / whole for w in without)
            else:  # the other sums contradict each other over every meaning
                shares = (1 / len(without),) * len(without)
            heard[place].append((local, shares))
        group_checks.append(GroupCheck(constant, tied.broken, tied.least))
    nodes = []
    for place, cell in enumerate(cells):
        weights = tuple(graph.meanings[cell][m].weight for m in open_[cell])
        nodes.append(Node(weights, tuple(map(tuple, terms[place])), tuple(heard[place])))
    return nodes, group_checks
