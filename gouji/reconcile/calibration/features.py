"""What a cell's probability is read off: its evidence, and what the sums made of it, as numbers.

Every feature has a sign: whether more of it can only make a reading surer (1), only less sure (-1),
or either (0). Fitting keeps to the signs, so that a worse look at a cell never makes it surer.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from gouji.model import Agreement, Kind, RelationStatus
from gouji.reconcile.decoding import Candidate, CellEvidence, CellPosterior, CellPrior, Decoded

from .sources import MARKED_CELL, SourceKind, is_pixels, source_kind

MOST_ODDS = 14.0  # log-odds are cut off here; 8e-7 from certainty
SURE = 4.6  # log-odds of 0.99
TEXT_HEIGHT = 16.0  # pixels: what is lower is read worse


@dataclass(frozen=True, slots=True)
class Feature:
    """A number that a probability is read off."""

    name: str
    sign: int = 0
    slope: float = 0.0  # what it is worth before any label was seen


def _bent(name: str, slope: float) -> tuple[Feature, ...]:
    """Log-odds in three pieces, each with a slope of its own."""
    return tuple(Feature(f"{name}_{piece}", 1, slope) for piece in ("low", "middle", "high"))


COMMON = (
    Feature("views_differ", -1),
    Feature("small", -1),
    Feature("marked", -1),
    Feature("clipped", -1),
    Feature("misplaced", -1),
    Feature("mislabelled", -1),
    Feature("is_blank"),
    Feature("is_mark"),
    Feature("is_absent"),
    Feature("digits"),
    Feature("has_point"),
    Feature("may_be_signed"),
    Feature("page_doubt", -1),
    Feature("table_lost", -1),
    Feature("sealed_scan"),
    Feature("poor_scan"),
    Feature("photo"),
)
PRIOR = (
    *_bent("own", 1.0),
    Feature("margin", 1),
    Feature("agrees", 1),
    Feature("disagrees", -1),
    Feature("ink_against", -1),
    *COMMON,
)
POSTERIOR = (
    *_bent("posterior", 1.0),
    *_bent("prior", 0.0),
    Feature("changed"),
    Feature("held", 1),
    Feature("violated", -1),
    Feature("unheard"),
    Feature("incoherent", -1),
    *COMMON,
)
NAMED = (Feature("named_odds", 1), Feature("is_blank"))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of a cell by the cells around it."""

    kind: SourceKind
    page_doubt: Mapping[int, float]  # mean doubt of the page's cells, log10
    table_lost: Mapping[str, float]  # share of the table's cells that were not found


def surroundings(evidences: Sequence[CellEvidence]) -> Surroundings:
    """What the cells of one document say about each other."""
    doubts: dict[int, list[float]] = defaultdict(list)
    tables: dict[str, list[bool]] = defaultdict(list)
    for evidence in evidences:
        best = _best(evidence)
        tables[_table(evidence.key)].append(best is None or best.kind is Kind.CELL_NOT_IN_SOURCE)
        if evidence.readings and is_pixels(evidence.readings[0].reader):
            doubts[_page(evidence)].append(1 - (_share(best.p) if best is not None else 0.0))
    return Surroundings(
        source_kind(evidences),
        {page: math.log10(1e-4 + sum(some) / len(some)) for page, some in doubts.items()},
        {table: sum(lost) / len(lost) for table, lost in tables.items()},
    )


def prior_features(
    evidence: CellEvidence, prior: CellPrior, around: Surroundings
) -> tuple[float, ...]:
    """Of the best candidate, in the order of `PRIOR`."""
    best = prior.candidates[0]
    named = evidence.readings[0].candidates if evidence.readings else ()
    own = next((c.p for c in named if c.says(best)), None)
    if own is None:
        own = evidence.blank if best.kind is Kind.BLANK and evidence.blank else best.p
    second = max((c.p for c in named if not c.says(best)), default=0.0)
    own, second = _share(own), _share(second)
    rest = max(second, min(1 - own, 1 - sum(_share(c.p) for c in named)), 1e-6)
    ink = 0.0
    if evidence.blank is not None and best.kind is not Kind.BLANK:
        ink = max(log_odds(evidence.blank), -MOST_ODDS / 2) + MOST_ODDS / 2
    return (
        *bent(log_odds(own)),
        min(math.log(max(own, 1e-6) / rest), MOST_ODDS),
        float(evidence.agreement is Agreement.AGREES),
        float(evidence.agreement is Agreement.DISAGREES),
        ink,
        *_common(evidence, best, around),
    )


def posterior_features(
    evidence: CellEvidence,
    cell: CellPosterior,
    decoded: Decoded,
    sums: Mapping[str, tuple[int, int]],
    around: Surroundings,
) -> tuple[float, ...]:
    """Of what is believed to be printed, in the order of `POSTERIOR`; ``sums`` by `tried_sums`."""
    printed = cell.as_printed
    prior = next((c.p for c in cell.prior.candidates if printed and c.says(printed)), 0.0)
    held, violated = sums.get(cell.key, (0, 0))
    return (
        *bent(log_odds(cell.confidence)),
        *bent(log_odds(prior)),
        float(cell.changed),
        float(min(held, 2)),
        float(min(violated, 2)),
        float(held + violated == 0),
        float(not decoded.outcome.heard),
        *_common(evidence, printed, around),
    )


def named_features(prior: CellPrior) -> tuple[float, ...]:
    """Whether the truth is named where the best candidate is wrong, in the order of `NAMED`."""
    named = sum(c.p for c in prior.candidates[1:])
    return (
        math.log(max(named, 1e-9) / max(prior.other, 1e-9)),
        float(prior.candidates[0].kind is Kind.BLANK),
    )


def tried_sums(decoded: Decoded) -> dict[str, tuple[int, int]]:
    """By cell: how many of its hard sums hold and how many do not, after decoding."""
    found: dict[str, tuple[int, int]] = {}
    for each in decoded.checks:
        if each.check.level != "H" or each.after is RelationStatus.UNTESTABLE:
            continue
        holds = each.after is RelationStatus.HOLDS
        for key in each.check.signs:
            held, violated = found.get(key, (0, 0))
            found[key] = (held + holds, violated + (not holds))
    return found


def log_odds(p: float) -> float:
    """The logarithm of p against 1 − p, within ±`MOST_ODDS`; of what is no number the least."""
    if not p > 0:
        return -MOST_ODDS
    if p >= 1:
        return MOST_ODDS
    return min(max(math.log(p / (1 - p)), -MOST_ODDS), MOST_ODDS)


def bent(odds: float) -> tuple[float, float, float]:
    """Log-odds below 0, from there to `SURE`, and above; together they are the whole.

    Cells that are surely read and wrong all the same, as in a shifted row, are to make the sure
    ones less sure and not the doubtful ones surer.
    """
    return (min(odds, 0.0), min(max(odds, 0.0), SURE), max(odds - SURE, 0.0))


def _common(
    evidence: CellEvidence, said: Candidate | None, around: Surroundings
) -> tuple[float, ...]:
    kind = said.kind if said is not None else Kind.UNREAD
    number = said.number if said is not None else None
    views = evidence.views_agree
    height = evidence.text_height
    source = around.kind
    return (
        0.0 if views is None else 1 - _share(views),
        min(math.log(TEXT_HEIGHT / height), 3.0) if 0 < height < TEXT_HEIGHT else 0.0,
        math.sqrt(_share(evidence.marked)) + float(evidence.marked > MARKED_CELL),
        float(evidence.clipped),
        1 - _share(evidence.placing),
        1 - _share(evidence.label_score),
        float(kind is Kind.BLANK),
        float(kind is Kind.NOT_APPLICABLE),
        float(kind is Kind.CELL_NOT_IN_SOURCE),
        0.0 if number is None else math.log(len(str(number))),
        float(isinstance(number, Decimal)),
        float(evidence.key.endswith("/change")),
        around.page_doubt.get(_page(evidence), -4.0),
        around.table_lost.get(_table(evidence.key), 0.0),
        float(source is SourceKind.SEALED_SCAN),
        float(source is SourceKind.POOR_SCAN),
        float(source is SourceKind.PHOTO),
    )


def _best(evidence: CellEvidence) -> Candidate | None:
    named = evidence.readings[0].candidates if evidence.readings else ()
    return max(named, key=lambda c: c.p, default=None)


def _page(evidence: CellEvidence) -> int:
    return evidence.look.number if evidence.look is not None else 0


def _table(key: str) -> str:
    return key.partition("/")[0]


def _share(value: float) -> float:
    return min(value, 1.0) if value > 0 else 0.0
