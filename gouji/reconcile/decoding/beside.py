"""What other documents say of a report's cells: last year's report, and copies of the same report.

They are evidence of their own, kept apart from what was read (`CellEvidence.last_year`,
`CellEvidence.copies`). Last year's report is a check (X1); a copy makes readings that the image
supports more or less probable, and never brings in one that it does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gouji.model import Kind, Number, ProseFact
from gouji.reconcile.relations import APPLICATIONS, CARRIED, COLUMNS, FORWARD, Values

from .checks import MISREAD_ALIKE, YEARS_APART, Check, form_checks, prose_checks
from .evidence import NOT_READ, Candidate, CellEvidence, CellPrior

# That a cell of one copy says what the other prints: editions are corrected, and another reader
# may have misread it.
COPY_SAME = 0.97
OTHERS = 20  # readings over which the rest is spread


@dataclass(frozen=True, slots=True)
class Beside:
    """What other documents say, by the keys of this report's cells.

    ``last_year`` are the cells of the report of the year before, by their own keys; ``copies`` the
    cells of other documents that show the same report.
    """

    last_year: Values | None = None
    copies: Sequence[Values] = ()


def with_beside(evidences: Iterable[CellEvidence], beside: Beside) -> list[CellEvidence]:
    """The evidence of every cell with what other documents say of it.

    The order of copies does not matter, and copies that say the same of a cell count once: they
    may have been made of each other.
    """
    found = []
    for evidence in evidences:
        said = {
            (value.number, value.kind)
            for copy in beside.copies
            if (value := copy.get(evidence.key)) is not None and value.kind in _TELLING
        }
        last = _last_year(evidence.key, beside.last_year)
        if said or last is not None:
            copies = tuple(
                Candidate(number, kind, COPY_SAME / len(said))
                for number, kind in sorted(said, key=lambda s: (str(s[1]), str(s[0])))
            )
            evidence = replace(evidence, copies=copies, last_year=last)
        found.append(evidence)
    return found


_TELLING = tuple(kind for kind in Kind if kind not in (*NOT_READ, Kind.CELL_NOT_IN_SOURCE))
_CARRIED = {f"{APPLICATIONS}/{CARRIED}/{c}": f"{APPLICATIONS}/{FORWARD}/{c}" for c in COLUMNS}


def _last_year(key: str, last_year: Values | None) -> Number | None:
    """What last year's report carried forward into the cell."""
    before = _CARRIED.get(key)
    if last_year is None or before is None or before not in last_year:
        return None
    return last_year[before].number


def report_checks(
    template: str | None, evidences: Sequence[CellEvidence], prose: Sequence[ProseFact]
) -> tuple[Check, ...]:
    """Everything that ties the cells of a report: its sums, its narrative, the year before."""
    keys = tuple(evidence.key for evidence in evidences)
    last = {e.key: e.last_year for e in evidences if e.last_year is not None}
    least = MISREAD_ALIKE if any(e.look is not None for e in evidences) else 0.0
    return (
        *form_checks(template or "", keys),
        *prose_checks(template, keys, prose, least=least),
        *_carried_checks(last),
    )


def _carried_checks(last: Mapping[str, Number]) -> Iterator[Check]:
    for key, number in last.items():
        column = key.rpartition("/")[2]
        yield Check("X1", column, {key: 1}, -number, level="X", broken=YEARS_APART)


def heard_copies(prior: CellPrior, copies: Sequence[Candidate]) -> CellPrior:
    """The prior with what copies of the report say of its candidates.

    A copy that says something else than every candidate makes all of them less sure.
    """
    if not copies or not prior.candidates:
        return prior
    named = sum(copy.p for copy in copies)
    floor = (1 - named) / OTHERS
    # what copies say beside the candidates is one of the things that no reader named
    beside = sum(c.p for c in copies if not any(c.says(own) for own in prior.candidates))
    weights = [
        own.p * next((c.p for c in copies if c.says(own)), floor) for own in prior.candidates
    ]
    other = prior.other * (floor + beside / OTHERS)
    whole = sum(weights) + other
    candidates = sorted(
        (
            Candidate(own.number, own.kind, weight / whole, own.text)
            for own, weight in zip(prior.candidates, weights, strict=True)
        ),
        key=lambda c: (-c.p, str(c.kind), str(c.number)),
    )
    return replace(prior, candidates=tuple(candidates), other=other / whole)
