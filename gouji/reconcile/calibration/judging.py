"""How good probabilities are: log loss, calibration error, and what slips through a review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .sources import SourceKind

if TYPE_CHECKING:
    from .curves import Floats

BINS = 20  # of the calibration error, each with as many cells
DRAWS = 2000
CLEARLY = 0.95  # of documents drawn anew, in which the new one must be better


@dataclass(frozen=True, slots=True)
class Judged:
    """A cell whose probability was told by curves that had not seen its report."""

    report: str
    document: str
    key: str
    source: SourceKind
    p: float
    right: bool
    read: bool = True  # False: nothing was, and a person has to look at it in any case


def read_only(cells: Iterable[Judged]) -> list[Judged]:
    """Without the cells of which nothing was read."""
    return [cell for cell in cells if cell.read]


def log_loss(cells: Sequence[Judged]) -> float:
    """Mean of −log of what was given to the truth; 0 of no cells."""
    known = read_only(cells)
    return float(_losses(known).mean()) if known else 0.0


def calibration_error(cells: Sequence[Judged], bins: int = BINS) -> float:
    """Expected calibration error over bins with as many cells each (ECE)."""
    cells = read_only(cells)
    if not cells:
        return 0.0
    p, right = _arrays(cells)
    order = np.argsort(p, kind="stable")
    parts = [part for part in np.array_split(order, bins) if len(part)]
    return float(sum(abs(p[part].sum() - right[part].sum()) for part in parts) / len(p))


def reliability(cells: Sequence[Judged], bins: int = BINS) -> list[tuple[float, float, int]]:
    """What was said and what came true, of bins by log-odds: mean probability, share, cells."""
    cells = read_only(cells)
    if not cells:
        return []
    p, right = _arrays(cells)
    edges = np.linspace(-4, 11, bins + 1)
    place = np.digitize(np.log(p / (1 - p)), edges)
    found = []
    for number in sorted(set(place.tolist())):
        mine = place == number
        found.append((float(p[mine].mean()), float(right[mine].mean()), int(mine.sum())))
    return found


def accepted_at(cells: Sequence[Judged], budget: float) -> tuple[int, int]:
    """Cells accepted where the least sure ones are reviewed, and the wrong ones among them.

    ``budget`` is the share of cells that people look at; those that were not read come first.
    """
    order = sorted(cells, key=lambda c: (c.read, c.p, c.document, c.key))
    rest = read_only(order[int(budget * len(order)) :])
    return len(rest), sum(not cell.right for cell in rest)


def clearly_better(new: Sequence[Judged], old: Sequence[Judged]) -> tuple[bool, float]:
    """Whether the new probabilities of the same cells are surely the better ones, and the gain.

    The gain is in log loss a cell; reports are drawn anew, with all their cells.

    Raises:
        ValueError: they are not the same cells.
    """
    if [(c.document, c.key) for c in new] != [(c.document, c.key) for c in old]:
        raise ValueError("only the same cells can be compared")
    both = [(a, b) for a, b in zip(new, old, strict=True) if a.read and b.read]
    new, old = [a for a, _ in both], [b for _, b in both]
    if not both:
        return False, 0.0
    gains = _losses(old) - _losses(new)
    names = sorted({cell.report for cell in new})
    place = {name: n for n, name in enumerate(names)}
    of = np.array([place[cell.report] for cell in new])
    sums = np.bincount(of, gains, len(names))
    rng = np.random.Generator(np.random.PCG64(20_190_601))
    drawn = rng.multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    better = float(((drawn @ sums) > 0).mean())
    return better >= CLEARLY, float(gains.mean())


def _arrays(cells: Sequence[Judged]) -> tuple[Floats, Floats]:
    p = np.clip(np.array([cell.p for cell in cells], np.float64), 1e-9, 1 - 1e-9)
    return p, np.array([cell.right for cell in cells], np.float64)


def _losses(cells: Sequence[Judged]) -> Floats:
    p, right = _arrays(cells)
    return np.asarray(-np.log(np.where(right > 0, p, 1 - p)), np.float64)
