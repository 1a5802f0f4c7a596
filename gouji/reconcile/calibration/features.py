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
from statistics import median

from gouji.model import Agreement, Kind, Number, RelationStatus
from gouji.reconcile.decoding import Candidate, CellEvidence, CellPosterior, CellPrior, Decoded

from .sources import MARKED_CELL, SourceKind, is_pixels, source_kind

MOST_ODDS = 14.0  # log-odds are cut off here; 8e-7 from certainty
SURE = 4.6  # log-odds of 0.99
FIRM = 7.0  # of 0.999: a reader that sure is no part of the doubt about a sum that fails
# Share of a table's cells. Reports leave all of their zeros blank or none: of 550 blanks among more
# 2 were numbers that were not seen, of 42 among fewer 27.
RARE = 0.2
MOST_TIMES = 2.0  # log of how many times more: beyond, it makes no difference
TEXT_HEIGHT = 16.0  # pixels: what is lower is read worse


@dataclass(frozen=True, slots=True)
class Feature:
    """A number that a probability is read off."""

    name: str
    sign: int = 0
    slope: float = 0.0  # what it is worth before any label was seen
    bounded: bool = True  # nothing is known beyond what was seen of it (`support`)


def _bent(name: str, slope: float) -> tuple[Feature, ...]:
    """Log-odds in three pieces, each with a slope of its own."""
    return tuple(Feature(f"{name}_{piece}", 1, slope) for piece in ("low", "middle", "high"))


COMMON = (
    Feature("views_differ", -1),
    Feature("second_doubts", -1),
    Feature("small", -1),
    Feature("marked", -1),
    Feature("written", -1),
    Feature("more_ink", -1),
    Feature("taller", -1),
    Feature("clipped", -1),
    Feature("misplaced", -1),
    Feature("mislabelled", -1),
    Feature("is_blank"),
    Feature("blank_misplaced", -1),
    Feature("odd_blank", -1),
    Feature("is_mark"),
    Feature("digits"),
    Feature("has_point"),
    Feature("may_be_signed"),
    Feature("page_doubt", -1),
    Feature("table_lost", -1, bounded=False),  # pages alone lack most of a table and are read well
    Feature("table_misplaced", -1),
    Feature("sealed_scan", bounded=False),  # what is promised is promised by kind of source
    Feature("poor_scan", bounded=False),
    Feature("photo", bounded=False),
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
    Feature("table_violated", -1),
    Feature("blamed", -1),
    Feature("violated_doubt", -1),
    Feature("violated_blank", -1),
    Feature("unproven", -1),
    Feature("unproven_misplaced", -1),
    Feature("unheard"),
    Feature("untried", -1),
    Feature("faint", -1),
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
    table_misplaced: Mapping[str, float]  # mean doubt of the place and label of those found
    blanks: Mapping[str, float]  # share of blanks among the table's cells that were found
    text_height: Mapping[int, float]  # pixels, of the page's numbers: the middle one
    ink: Mapping[int, float]  # of a digit, the same way


def surroundings(evidences: Sequence[CellEvidence]) -> Surroundings:
    """What the cells of one document say about each other."""
    doubts: dict[int, list[float]] = defaultdict(list)
    tables: dict[str, list[bool]] = defaultdict(list)
    misplaced: dict[str, list[float]] = defaultdict(list)
    blanks: dict[str, list[bool]] = defaultdict(list)
    heights: dict[int, list[float]] = defaultdict(list)
    inks: dict[int, list[float]] = defaultdict(list)
    for evidence in evidences:
        best = _best(evidence)
        lost = best is None or best.kind is Kind.CELL_NOT_IN_SOURCE
        tables[_table(evidence.key)].append(lost)
        if not lost:
            misplaced[_table(evidence.key)].append(_misplacing(evidence))
            blanks[_table(evidence.key)].append(best is not None and best.kind is Kind.BLANK)
        if evidence.readings and is_pixels(evidence.readings[0].reader):
            doubts[_page(evidence)].append(1 - (_share(best.p) if best is not None else 0.0))
            if best is not None and best.number is not None:
                heights[_page(evidence)].append(evidence.text_height)
                inks[_page(evidence)].append(evidence.ink / len(str(best.number)))
    return Surroundings(
        source_kind(evidences),
        {page: math.log10(1e-4 + sum(some) / len(some)) for page, some in doubts.items()},
        {table: sum(lost) / len(lost) for table, lost in tables.items()},
        {table: sum(doubt) / len(doubt) for table, doubt in misplaced.items()},
        {table: sum(some) / len(some) for table, some in blanks.items()},
        {page: median(some) for page, some in heights.items()},
        {page: median(some) for page, some in inks.items()},
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
    sums: TriedSums,
    around: Surroundings,
) -> tuple[float, ...]:
    """Of what is believed to be printed, in the order of `POSTERIOR`."""
    printed = cell.as_printed
    prior = next((c.p for c in cell.prior.candidates if printed and c.says(printed)), 0.0)
    own = cell.read.p if cell.read is not None and not cell.changed else prior
    held, violated = sums.by_cell.get(cell.key, (0, 0))
    unproven = float(not sums.by_table.get(_table(cell.key), (0, 0))[0])
    return (
        *bent(log_odds(cell.confidence)),
        *bent(log_odds(prior)),
        float(cell.changed),
        float(min(held, 2)),
        float(min(violated, 2)),
        sums.violated_of_table(cell.key),
        float(cell.key in sums.blamed),
        max(FIRM - log_odds(own), 0.0) if violated else 0.0,
        float(violated > 0 and printed is not None and printed.kind is Kind.BLANK),
        unproven,
        unproven * _misplacing(evidence),
        float(held + violated == 0),
        float(held + violated == 0 and cell.key in sums.summed),
        max(-log_odds(own), 0.0),
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


@dataclass(frozen=True, slots=True)
class TriedSums:
    """How many hard sums hold and how many do not, after decoding."""

    by_cell: Mapping[str, tuple[int, int]]
    by_table: Mapping[str, tuple[int, int]]
    summed: frozenset[str]  # cells that hard sums tell of, tried or not
    blamed: frozenset[str]  # one other number there would mend several sums, and break none

    def violated_of_table(self, key: str) -> float:
        """The share that fails of the sums tried in this cell's table; 0 where none was.

        One broken sum is the publisher's or one digit's; half of them are a table read askew.
        """
        held, violated = self.by_table.get(_table(key), (0, 0))
        return violated / (held + violated) if violated else 0.0


def tried_sums(decoded: Decoded) -> TriedSums:
    """The hard sums of a decoded report, by cell and by table."""
    cells: dict[str, tuple[int, int]] = {}
    tables: dict[str, tuple[int, int]] = {}
    for each in decoded.checks:
        if each.check.level != "H" or each.after is RelationStatus.UNTESTABLE:
            continue
        holds = each.after is RelationStatus.HOLDS
        for counts, names in (
            (cells, set(each.check.signs)),
            (tables, {_table(key) for key in each.check.signs}),
        ):
            for name in names:
                held, violated = counts.get(name, (0, 0))
                counts[name] = (held + holds, violated + (not holds))
    hard = [each.check.signs for each in decoded.checks if each.check.level == "H"]
    summed = frozenset(key for signs in hard for key in signs)
    return TriedSums(cells, tables, summed, _blamed(decoded, cells))


def _blamed(decoded: Decoded, tried: Mapping[str, tuple[int, int]]) -> frozenset[str]:
    """Cells without a sum that holds, whose sums are all off by the same, and by no less than 0."""
    wanted: dict[str, set[Number]] = defaultdict(set)
    for each in decoded.checks:
        if each.check.level == "H" and each.difference:
            for key, sign in each.check.signs.items():
                if abs(sign) == 1:
                    wanted[key].add(-each.difference * sign)
    return frozenset(
        key
        for key, changes in wanted.items()
        if len(changes) == 1
        and tried[key][0] == 0
        and tried[key][1] > 1
        and _number(decoded, key) + min(changes) >= 0
    )


def _number(decoded: Decoded, key: str) -> Number:
    """What stands there as sums take it."""
    printed = decoded.cells[key].as_printed
    return 0 if printed is None or printed.number is None else printed.number


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
    views, second = evidence.views_agree, evidence.seconded
    height, page = evidence.text_height, _page(evidence)
    counted = number is not None
    source = around.kind
    return (
        0.0 if views is None else 1 - _share(views),
        0.0 if second is None or not counted else min(-math.log10(max(_share(second), 1e-6)), 4.0),
        min(math.log(TEXT_HEIGHT / height), 3.0) if 0 < height < TEXT_HEIGHT else 0.0,
        math.sqrt(_share(evidence.marked)) + float(evidence.marked > MARKED_CELL),
        math.sqrt(_share(evidence.written)) + float(evidence.written > MARKED_CELL),
        _more(evidence.ink / max(len(str(number)), 1), around.ink.get(page)) if counted else 0.0,
        _more(height, around.text_height.get(page)) if counted else 0.0,
        float(evidence.clipped),
        1 - _share(evidence.placing),
        1 - _share(evidence.label_score),
        float(kind is Kind.BLANK),
        float(kind is Kind.BLANK) * _misplacing(evidence),
        float(kind is Kind.BLANK) * _rarity(around.blanks.get(_table(evidence.key), 1.0)),
        float(kind is Kind.NOT_APPLICABLE),
        0.0 if number is None else math.log(len(str(number))),
        float(isinstance(number, Decimal)),
        float(evidence.key.endswith("/change")),
        around.page_doubt.get(page, -4.0),
        around.table_lost.get(_table(evidence.key), 0.0),
        around.table_misplaced.get(_table(evidence.key), 0.0),
        float(source is SourceKind.SEALED_SCAN),
        float(source is SourceKind.POOR_SCAN),
        float(source is SourceKind.PHOTO),
    )


def _rarity(blanks: float) -> float:
    """How odd a blank is in a table of which such a share is blank: 1 of the only one."""
    return max(0.0, 1 - blanks / RARE)


def _more(value: float, usual: float | None) -> float:
    """How many times more than usual, as a logarithm; 0 of no more, and where nothing is known."""
    if usual is None or not 0 < usual < value < math.inf:
        return 0.0
    return min(math.log(value / usual), MOST_TIMES)


def _misplacing(evidence: CellEvidence) -> float:
    return 1 - _share(evidence.placing) * _share(evidence.label_score)


def _best(evidence: CellEvidence) -> Candidate | None:
    named = evidence.readings[0].candidates if evidence.readings else ()
    return max(named, key=lambda c: c.p, default=None)


def _page(evidence: CellEvidence) -> int:
    return evidence.look.number if evidence.look is not None else 0


def _table(key: str) -> str:
    return key.partition("/")[0]


def _share(value: float) -> float:
    return min(value, 1.0) if value > 0 else 0.0
