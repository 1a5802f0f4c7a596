"""Why a cell is believed to print what it does: its readings, and its sums with each of them."""

from __future__ import annotations

from dataclasses import dataclass

from gouji.model import Number, RelationStatus

from .decoded import CellPosterior, CheckPosterior, Decoded, Weighed
from .evidence import Candidate
from .outcome import tried


@dataclass(frozen=True, slots=True)
class Trial:
    """A relation tried with one candidate in the cell, all other cells as they are printed."""

    id: str
    scope: str
    status: RelationStatus
    difference: Number | None  # left side less the right


@dataclass(frozen=True, slots=True)
class Explained:
    """A candidate of the cell: its probabilities, and what the cell's relations say of it."""

    weighed: Weighed
    trials: tuple[Trial, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that decided one cell; its candidates come the most probable first.

    ``odds`` say how many times more probable what is printed is than the next candidate, or than
    what no reader named; None where nothing was read.
    """

    cell: CellPosterior
    candidates: tuple[Explained, ...]
    relations: tuple[CheckPosterior, ...]
    odds: float | None
    together_with: tuple[str, ...]  # cells that could only be decided together with it


def explain(decoded: Decoded, key: str) -> Explanation:
    """The explanation of one cell.

    Raises:
        KeyError: the report has no such cell.
    """
    cell = decoded.cells[key]
    relations = decoded.tied(key)
    candidates = tuple(
        Explained(each, tuple(_trial(decoded, r, key, each.candidate) for r in relations))
        for each in cell.weighed
    )
    group = next((g.keys for g in decoded.groups if key in g.keys), ())
    together = tuple(other for other in group if other != key)
    return Explanation(cell, candidates, relations, _odds(cell), together)


def _trial(decoded: Decoded, relation: CheckPosterior, key: str, candidate: Candidate) -> Trial:
    check = relation.check
    values = {other: decoded.cells[other].as_printed for other in check.signs}
    status, difference = tried(check, {**values, key: candidate})
    return Trial(check.id, check.scope, status, difference)


def _odds(cell: CellPosterior) -> float | None:
    printed = cell.as_printed
    if printed is None or not cell.weighed:
        return None
    others = [w.posterior for w in cell.weighed if not w.candidate.says(printed)]
    return cell.confidence / max([*others, cell.other, 1e-12])
