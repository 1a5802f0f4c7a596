"""What joint decoding says of a report: of every cell, of every relation, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from gouji.model import Cause, Number, RelationStatus

from .checks import Check
from .evidence import Candidate, CellPrior


class Outcome(StrEnum):
    """How the probabilities were found."""

    EXACT = "exact"  # summed over everything that could matter
    APPROXIMATE = "approximate"  # there was not room for all: the likeliest part was summed
    UNDECIDED = "undecided"  # given up: every cell by its own evidence, no sum was heard
    # most sums fail whatever is read, as where columns are shifted: no sum was heard either
    INCOHERENT = "incoherent"

    @property
    def heard(self) -> bool:
        """Whether sums had a say."""
        return self in (Outcome.EXACT, Outcome.APPROXIMATE)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate before and after the sums were heard."""

    candidate: Candidate  # with its prior probability
    posterior: float


@dataclass(frozen=True, slots=True)
class CellPosterior:
    """What is printed in a cell, by all evidence together.

    ``as_printed`` is the reading, or a candidate that its image supports and that the sums made
    so much more probable that it takes the reading's place; None when nothing was read.
    """

    key: str
    prior: CellPrior
    read: Candidate | None
    as_printed: Candidate | None
    confidence: float  # that as_printed is what is printed
    weighed: tuple[Weighed, ...]  # every candidate, the most probable first
    other: float  # that something is printed that is not among them
    slip: float  # that the publisher printed something else here than was meant
    # what the sums make of it, with its probability: the numbers that may have been meant
    meant: tuple[tuple[Number, float], ...] = ()

    @property
    def changed(self) -> bool:
        """Whether it is another reading than the best single one."""
        if self.read is None or self.as_printed is None:
            return self.read is not self.as_printed
        return not self.read.says(self.as_printed)


@dataclass(frozen=True, slots=True)
class CheckPosterior:
    """A relation before (on what was read) and after (on what is believed to be printed).

    ``difference`` is the left side less the right, None of an untestable relation. ``by_source``
    is the probability that the printed numbers break it, whatever was read.
    """

    check: Check
    before: RelationStatus
    after: RelationStatus
    difference_before: Number | None
    difference: Number | None
    by_source: float
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The next most probable reading of the report: what differs, and the odds against it."""

    changes: Mapping[str, Candidate | None]  # None: something that no reader named
    odds: float  # how many times more probable the chosen one is


@dataclass(frozen=True, slots=True)
class Group:
    """Cells that could only be decided together, and the likeliest ways to read them.

    A way is its probability and what each cell prints, None for something that no reader named.
    """

    keys: tuple[str, ...]
    ways: tuple[tuple[float, tuple[Candidate | None, ...]], ...]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A report decoded: cells and relations in a fixed order, whatever the order of evidence."""

    cells: Mapping[str, CellPosterior]
    checks: tuple[CheckPosterior, ...]
    outcome: Outcome
    runner_up: RunnerUp | None
    lost: float  # estimated probability that was left out of the sum
    groups: tuple[Group, ...]

    def tied(self, key: str) -> tuple[CheckPosterior, ...]:
        """The relations that a cell stands in."""
        return tuple(each for each in self.checks if key in each.check.signs)
