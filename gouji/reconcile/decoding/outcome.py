"""From marginals of what was meant to what is printed, relation by relation and cell by cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Protocol

from gouji.model import Cause, Number, RelationStatus

from .channel import OTHER
from .checks import Check, scaled
from .decoded import CellPosterior, CheckPosterior, Decoded, Group, Outcome, RunnerUp, Weighed
from .evidence import Candidate, usable
from .graph import Graph
from .trellis import GroupResult

WORTH_NAMING = 1e-4  # a number that was meant less probably is not told
# That words which the table contradicts mean what they are taken for: they may speak of another
# number, and then nobody erred.
MEANT_SO = 0.8


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Marginals by cell and meaning, and what the trellises said.

    ``groups`` are the cells of each trellis with the meanings that were left to them.
    """

    marginals: tuple[tuple[float, ...], ...]
    broken: Mapping[int, float]  # by check: that it was never meant to hold
    best: tuple[int, ...]
    groups: tuple[tuple[tuple[int, ...], tuple[tuple[int, ...], ...]], ...]
    results: tuple[GroupResult, ...]
    lost: float


class Limits(Protocol):
    """Where probabilities become words."""

    @property
    def change_at(self) -> float: ...
    @property
    def source_at(self) -> float: ...
    @property
    def misread_below(self) -> float: ...


def conclude(
    graph: Graph, checks: Sequence[Check], beliefs: Beliefs, limits: Limits, outcome: Outcome
) -> Decoded:
    """Everything that is said of the report."""
    loose = _loose(graph, beliefs.broken)
    found = {
        prior.key: _cell(graph, index, beliefs.marginals[index], loose.get(index, 0.0), limits)
        for index, prior in enumerate(graph.priors)
    }
    cells = _only_mending(found, checks)
    read = {key: cell.read for key, cell in cells.items()}
    printed = {key: cell.as_printed for key, cell in cells.items()}
    judged = tuple(
        _check(each, each.tried(read), each.tried(printed), cells, beliefs, limits, outcome)
        for each in _statements(checks)
    )
    groups = _groups(graph, beliefs)
    return Decoded(cells, judged, outcome, _runner_up(groups, cells), beliefs.lost, groups)


def _only_mending(
    cells: Mapping[str, CellPosterior], checks: Sequence[Check]
) -> Mapping[str, CellPosterior]:
    """The cells without changes that have no part in mending a sum, or break one that held.

    Where several readings are wrong, sums may agree by chance; what changes must show for it.
    """
    result = dict(cells)
    statements = _statements(checks)
    changed = [key for key, cell in cells.items() if _by_sums(cell)]
    read = {key: _best(cell) or cell.read for key, cell in cells.items()}
    while changed:
        now = {key: cell.as_printed for key, cell in result.items()}
        mended: set[str] = set()
        spoiled: set[str] = set()
        told: set[str] = set()
        holding: list[list[str]] = []  # cells of a sum that holds with all of their changes
        for statement in statements:
            tied = {key for check in statement.checks for key in check.signs}
            mine = [key for key in changed if key in tied]
            if mine:
                before, after = statement.tried(read).status, statement.tried(now).status
                if after is RelationStatus.HOLDS and before is not RelationStatus.HOLDS:
                    mended.update(mine)
                    if statement.checks[0].level == "X":
                        told.update(mine)
                if after is RelationStatus.HOLDS and len(mine) > 1:
                    holding.append(mine)
                if after is RelationStatus.VIOLATED and before is not RelationStatus.VIOLATED:
                    spoiled.update(mine)
        # what changes beside a cell of which another document tells, so that its sums hold still
        for _ in holding:
            told.update(*(mine for mine in holding if not told.isdisjoint(mine)))
        mended |= told
        back = [key for key in changed if key not in mended or key in spoiled]
        if not back:
            break
        for key in back:
            result[key] = _as_read(result[key])
        changed = [key for key in changed if key not in back]
    return result


def _by_sums(cell: CellPosterior) -> bool:
    best = _best(cell)
    own = best is not None and cell.as_printed is not None and best.says(cell.as_printed)
    return cell.changed and not own


def _best(cell: CellPosterior) -> Candidate | None:
    """What the cell's own evidence says."""
    return cell.prior.candidates[0] if cell.prior.candidates else None


def _as_read(cell: CellPosterior) -> CellPosterior:
    read = cell.read
    own = next((w for w in cell.weighed if read is not None and read.says(w.candidate)), None)
    return replace(
        cell,
        as_printed=own.candidate if own else read,
        confidence=own.posterior if own else 0.0,
    )


def _loose(graph: Graph, broken: Mapping[int, float]) -> dict[int, float]:
    """By cell how probable it is that no sum of it was ever meant to hold."""
    result: dict[int, float] = {}
    for number, tied in enumerate(graph.tied):
        for member in tied.members:
            result[member] = min(result.get(member, 1.0), broken[number])
    return result


def _cell(
    graph: Graph, index: int, marginal: Sequence[float], loose: float, limits: Limits
) -> CellPosterior:
    """What a cell prints.

    ``loose``: that its sums say nothing of it. Then what no reader named is as probable as it was
    before, though no sum asks for it: the trellis takes no such number.
    """
    prior, found = graph.priors[index], graph.meanings[index]
    whole = 1 + loose * prior.other
    marginal = [share / whole for share in marginal]
    posterior = [0.0] * len(prior.candidates)
    other, slip = 1 - 1 / whole, 0.0
    meant: dict[int, float] = {}
    for meaning, share in zip(found, marginal, strict=True):
        for candidate, weight in meaning.prints:
            part = share * weight / meaning.weight
            if candidate == OTHER:
                other += part
            else:
                posterior[candidate] += part
        slip += share * meaning.slipped / meaning.weight
        if meaning.number is not None and share >= WORTH_NAMING:
            meant[meaning.number] = meant.get(meaning.number, 0.0) + share
    weighed = [Weighed(c, min(p, 1.0)) for c, p in zip(prior.candidates, posterior, strict=True)]
    weighed.sort(key=lambda w: (-w.posterior, -w.candidate.p, str(w.candidate.number)))
    read = prior.read
    as_printed, confidence = read, 0.0
    for each in weighed:
        if read is not None and read.says(each.candidate):
            as_printed, confidence = each.candidate, each.posterior
    best = weighed[0] if weighed else None
    if best is not None and best.posterior >= limits.change_at:
        as_printed, confidence = best.candidate, best.posterior
    numbers = sorted(meant.items(), key=lambda item: (-item[1], item[0]))
    return CellPosterior(
        prior.key,
        prior,
        read,
        as_printed,
        confidence,
        tuple(weighed),
        min(other, 1.0),
        min(slip, 1.0),
        tuple((_unscaled(n, graph.scale), p) for n, p in numbers),
    )


def _unscaled(number: int, scale: int) -> Number:
    if number % scale == 0:
        return number // scale
    return Decimal(number).scaleb(-(len(str(scale)) - 1))


@dataclass(frozen=True, slots=True)
class _Trial:
    """How a statement came out, and by which of its checks."""

    status: RelationStatus
    difference: Number | None
    check: Check


@dataclass(frozen=True, slots=True)
class _Statement:
    """A relation: one check, or those of which one statement means one; numbered as in decoding."""

    numbers: tuple[int, ...]
    checks: tuple[Check, ...]

    def tried(self, values: Mapping[str, Candidate | None]) -> _Trial:
        """It holds where one check does, and is violated where all of them are."""
        trials = [
            _Trial(*tried(check, {key: values[key] for key in check.signs}), check)
            for check in self.checks
        ]
        for status in (RelationStatus.HOLDS, RelationStatus.UNTESTABLE):
            for trial in trials:
                if trial.status is status:
                    return trial
        return trials[0]


def _statements(checks: Sequence[Check]) -> list[_Statement]:
    """The checks in their order, alternatives at the place of the first."""
    together: dict[object, list[int]] = {}
    for number, check in enumerate(checks):
        together.setdefault(number if check.either is None else check.either, []).append(number)
    return [_Statement(tuple(ns), tuple(checks[n] for n in ns)) for ns in together.values()]


def _check(
    statement: _Statement,
    before: _Trial,
    after: _Trial,
    cells: Mapping[str, CellPosterior],
    beliefs: Beliefs,
    limits: Limits,
    outcome: Outcome,
) -> CheckPosterior:
    by_source = 0.0
    if after.status is not RelationStatus.UNTESTABLE:
        by_source = min(
            beliefs.broken.get(number, 0.0) + sum(cells[k].slip for k in check.signs)
            for number, check in zip(statement.numbers, statement.checks, strict=True)
        )
        by_source = min(by_source, 1.0) * (MEANT_SO if after.check.level == "S" else 1.0)
    # whose numbers are not sure may be broken whatever they are, but nobody is blamed for them
    sure = min((cells[key].confidence for key in after.check.signs), default=0.0)
    cause = None
    if after.status is RelationStatus.VIOLATED:
        cause = Cause.UNKNOWN
        if outcome is Outcome.INCOHERENT:
            cause = Cause.MISREAD_SUSPECTED
        elif outcome.heard and by_source >= limits.source_at and sure >= limits.source_at:
            cause = Cause.SOURCE_INCONSISTENT
        elif outcome.heard and by_source < limits.misread_below:
            cause = Cause.MISREAD_SUSPECTED
    return CheckPosterior(
        after.check,
        before.status,
        after.status,
        before.difference,
        after.difference,
        by_source,
        cause,
    )


def tried(
    check: Check, values: Mapping[str, Candidate | None]
) -> tuple[RelationStatus, Number | None]:
    """A relation tried on one value a cell, with the difference of its sides."""
    terms: list[Number] = [check.constant]
    for key, value in values.items():
        if value is None or not usable(value):
            return RelationStatus.UNTESTABLE, None
        term = check.term(key, value.number, value.kind)
        if term is None:
            return RelationStatus.UNTESTABLE, None
        terms.append(term)
    places = max((-_exponent(t) for t in terms), default=0)
    scale = 10 ** max(places, 0)
    difference = sum(scaled(term, scale) for term in terms)
    status = RelationStatus.HOLDS if difference == 0 else RelationStatus.VIOLATED
    return status, _unscaled(difference, scale)


def _exponent(number: Number) -> int:
    if isinstance(number, int):
        return 0
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _groups(graph: Graph, beliefs: Beliefs) -> tuple[Group, ...]:
    """The trellises' groups with what their best paths print, equal prints added up."""
    groups = []
    for (group, open_), result in zip(beliefs.groups, beliefs.results, strict=True):
        shares: dict[tuple[Candidate | None, ...], float] = {}
        for path in result.paths:
            printed = tuple(
                _printed(graph, cell, kept[meaning])
                for cell, kept, meaning in zip(group, open_, path.meanings, strict=True)
            )
            shares[printed] = shares.get(printed, 0.0) + path.share
        keys = tuple(graph.priors[cell].key for cell in group)
        ways = sorted(((share, printed) for printed, share in shares.items()), key=_lightest)
        groups.append(Group(keys, tuple(ways)))
    return tuple(groups)


def _lightest(way: tuple[float, tuple[Candidate | None, ...]]) -> float:
    return -way[0]


def _runner_up(groups: Sequence[Group], cells: Mapping[str, CellPosterior]) -> RunnerUp | None:
    """The likeliest other reading: another way through a trellis, or one cell read otherwise."""
    best: tuple[float, tuple[tuple[str, Candidate | None], ...]] | None = None
    grouped: set[str] = set()
    for group in groups:
        grouped.update(group.keys)
        ours = tuple(cells[key].as_printed for key in group.keys)
        mine = next((share for share, way in group.ways if _same(way, ours)), 0.0)
        for share, way in group.ways:
            if not _same(way, ours) and share > 0:
                changes = tuple(
                    (key, value)
                    for key, value, own in zip(group.keys, way, ours, strict=True)
                    if not _same((value,), (own,))
                )
                odds = mine / share
                if best is None or odds < best[0]:
                    best = (odds, changes)
    for key in sorted(cells):
        cell = cells[key]
        rest = [(w.posterior, w.candidate) for w in cell.weighed if not _is(w.candidate, cell)]
        likeliest: list[tuple[float, Candidate | None]] = [*rest, (cell.other, None)]
        p, value = max(likeliest, key=lambda pair: pair[0])
        if key not in grouped and p > 0 and (best is None or cell.confidence / p < best[0]):
            best = (cell.confidence / p, ((key, value),))
    return RunnerUp(dict(best[1]), best[0]) if best is not None else None


def _is(candidate: Candidate, cell: CellPosterior) -> bool:
    return cell.as_printed is not None and cell.as_printed.says(candidate)


def _printed(graph: Graph, cell: int, meaning: int) -> Candidate | None:
    """What a cell most probably prints given its meaning; None: nothing that was named."""
    prints = graph.meanings[cell][meaning].prints
    index = max(prints, key=lambda pair: (pair[1], -pair[0]))[0]
    return None if index == OTHER else graph.priors[cell].candidates[index]


def _same(one: Sequence[Candidate | None], other: Sequence[Candidate | None]) -> bool:
    return all(
        a is b or (a is not None and b is not None and a.says(b))
        for a, b in zip(one, other, strict=True)
    )
