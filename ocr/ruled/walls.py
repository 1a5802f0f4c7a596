"""Walls: which lines are rules of a table, and between which crossings they are drawn.

Lines that are long for sure come first. Then every other line is looked at between two neighbours
that run across it: a rule is there from the one to the other; strokes of type are not, since type
keeps off the rules around it. What is found lets further lines be judged, until nothing changes.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from .lines import LOST, SOLID, RuleLine
from .openings import openings
from .runs import Run

WAVY = 3.5  # type sizes: runs of a wavy rule are at least so long
THERE = 0.5  # of a line's strength: so dark is a wall
COVERED = 0.8  # of a wall's length that is so dark, where a line has still to be believed
SEEN = 0.55  # the same of a line that is a rule elsewhere
LONG = 2.6  # type sizes: a wall so long is more than one row high
NEAR, FAR = 0.12, 0.42  # type sizes from a crossing: where a rule is looked for
FAINT = 0.45  # of the usual strength of rules: fainter lines are chance
MOST_RULES = 0.7  # of the length of all long lines, the faintest first
APART = 2.0  # type sizes between pieces of a streak
STREAK = 8.0  # type sizes that an upright rule may go on beyond the rules across it
CERTAIN = 0.7  # the same of a line that has to be believed for one wall
AS_DARK, FULLY = 0.55, 0.8  # of its middle: a line, and one that has one wall only
FULLY_IN_ROW = 0.7  # the same where no rule is longer than a row
DASHED = 0.3  # of the ends of a rule of dashes that dashes happen to reach
SEVERAL = 3  # walls
MOSTLY = 0.5  # of a line's runs that its walls make up
ENDS = 0.25  # type sizes at each end of a wall that are not looked at: crossings hide the ridge
LEAST = 0.8  # type sizes between two rules of one direction: less holds no type
TIGHT = 0.6  # of a wall's darkness: between strokes of type both sides are darker
CLEAR = 0.25  # the same of a rule that is believed without a look at its ends
TELLING = 0.3  # of a line's longest run: shorter ones do not stand in another line's way
COMPANY = 4.0  # type sizes between walls of one table
MEETS = 1.0  # type sizes that a line may miss another one by


@dataclass(frozen=True, slots=True)
class Wall:
    """A drawn piece of a line between two crossings, in pixels along it."""

    start: float
    end: float


@dataclass(slots=True)
class Walled:
    """A line with the walls found on it."""

    line: RuleLine
    walls: list[Wall] = field(default_factory=list)


def find_walls(
    across: Sequence[RuleLine], down: Sequence[RuleLine], em: float
) -> tuple[list[Walled], list[Walled]]:
    """The lines across and down that are rules, with their walls."""
    across, down = _with_dark_pieces(across, em), _with_dark_pieces(down, em)
    flat = [line for line in across if _is_solid(line, em)]
    upright = [line for line in down if _is_solid(line, em)]
    flat, upright = _thinned(flat, em), _thinned(upright, em)
    flat, upright = _without_ghosts(flat), _without_ghosts(upright)
    upright = [line for line in upright if _ends_at_rules(line, flat, em)]
    for _ in range(2):
        upright = [line for line in upright if not _is_type(line, flat, em)]
        flat = [line for line in flat if not _is_type(line, upright, em)]
    for _ in range(6):
        more_upright = _judged(down, upright, [*flat, *openings(flat, down, em)], em)
        more_flat = _judged(across, flat, more_upright, em)
        if len(more_flat) == len(flat) and len(more_upright) == len(upright):
            break
        flat, upright = more_flat, more_upright
    # what is known to be a rule may be fainter in places
    walled_flat = [Walled(line, _walls(line, upright, em, SEEN)) for line in flat]
    ends = [*flat, *openings(flat, upright, em)]
    underlines = _underlines(flat, upright, em)
    walled_upright = [
        Walled(line, _are_rules(line, _with_company(line, ends, em), underlines, em))
        for line in upright
    ]
    return walled_flat, walled_upright


def _with_dark_pieces(lines: Sequence[RuleLine], em: float) -> list[RuleLine]:
    """The lines, and of those as faint as what shines through the pieces as dark as rules: a rule
    of the page behind may lie in line with one of this page."""
    usual = _usual([line for line in lines if _is_solid(line, em)])
    pieces = [
        piece
        for line in lines
        if line.strength < FAINT * usual
        for piece in line.pieces(CERTAIN * usual, SOLID * em, em)
    ]
    return [*lines, *pieces]


def _usual(lines: Sequence[RuleLine]) -> float:
    """The strength of the faintest of those lines that most of all that is long consists of."""
    if not lines:
        return 0.0
    ranked = sorted(lines, key=lambda line: line.strength)
    reached = np.cumsum([line.support for line in ranked])
    return ranked[int(np.searchsorted(reached, MOST_RULES * reached[-1]))].strength


def _without_ghosts(lines: Sequence[RuleLine]) -> list[RuleLine]:
    """Without what shines through from the page behind, or is left of type: far fainter than the
    page's own rules."""
    least = FAINT * _usual(lines)
    return [line for line in lines if line.strength >= least]


def _ends_at_rules(line: RuleLine, crossing: Sequence[RuleLine], em: float) -> bool:
    """Whether an upright line ends where the table does: streaks of a scanner go on and on."""
    marks = _marks(line, crossing, em)
    if not marks:
        return False
    start, end = marks[0], marks[-1]
    for run in line.runs:  # what stands further off is type that begins at the same place
        if start - APART * em <= run.start <= end + APART * em:
            end = max(end, run.end)
    for run in reversed(line.runs):
        if start - APART * em <= run.end <= end + APART * em:
            start = min(start, run.start)
    return (marks[0] - start) + (end - marks[-1]) <= STREAK * em


def _is_type(line: RuleLine, crossing: Sequence[RuleLine], em: float) -> bool:
    """Whether a long line keeps off the rules that run across it: type in one column or row."""
    walls = _walls(line, crossing, em, SEEN)
    return bool(walls) and not _reaches(line, walls, em, AS_DARK)


def _is_solid(line: RuleLine, em: float) -> bool:
    """Whether a line is too long for type; a wavy one is made of several runs."""
    long = line.longest >= SOLID * em
    wavy = line.support >= SOLID * em and line.longest >= WAVY * em
    return (long or wavy) and _stands_free(line, TIGHT)


def _stands_free(line: RuleLine, most: float) -> bool:
    """Whether the line is no row of strokes: then both its sides are dark too."""
    held = np.concatenate([line.beside[line.stretch(r.start, r.end)] for r in line.runs])
    return float(np.mean(held)) < most * max(line.strength, 1.0)


def _thinned(lines: Sequence[RuleLine], em: float) -> list[RuleLine]:
    """Of lines too close to each other the better."""
    kept: list[RuleLine] = []
    for line in sorted(lines, key=lambda one: -sum(run.score for run in one.runs)):
        if not any(_crowds(line, other, em) for other in kept):
            kept.append(line)
    return kept


def _crowds(line: RuleLine, other: RuleLine, em: float) -> bool:
    ours, theirs = _telling(line), _telling(other)
    start, end = max(ours[0].start, theirs[0].start), min(ours[-1].end, theirs[-1].end)
    if end <= start:
        return False
    middle = (start + end) / 2
    return abs(line.row(middle) - other.row(middle)) < LEAST * em


def _telling(line: RuleLine) -> list[Run]:
    """The runs of a line without short ones, which may be a stroke of type somewhere in line."""
    least = TELLING * line.longest
    return [run for run in line.runs if run.length >= least]


def _judged(
    candidates: Sequence[RuleLine],
    accepted: Sequence[RuleLine],
    crossing: Sequence[RuleLine],
    em: float,
) -> list[RuleLine]:
    """The accepted lines, and those candidates that are drawn from one crossing line to others.

    A stroke of type may reach from rule to rule by chance, but not over two rows in a row.
    """
    kept = list(accepted)
    known = {id(line) for line in kept}
    usual = statistics.median([line.strength for line in (accepted or crossing)] or [0.0])
    ranked = sorted(candidates, key=lambda one: -sum(run.score for run in one.runs))
    # beside rules over several rows a short one is more likely a stroke of type
    rows = any(line.longest >= LONG * em for line in accepted)
    least = FULLY if rows else FULLY_IN_ROW
    for candidate in ranked:
        if id(candidate) in known or candidate.strength < FAINT * usual:
            continue
        line = _uncrowded(candidate, kept, em)
        if line is None:
            continue
        walls = _walls(line, crossing, em, COVERED, ends=True)
        drawn = sum(wall.end - wall.start for wall in walls)
        several = any(a.end == b.start for a, b in itertools.pairwise(walls))
        sure = max(line.strength, _strength(line, walls)) >= CERTAIN * usual
        alone = sure and (drawn >= LONG * em or _reaches(line, walls, em, least))
        if (
            (several or alone)
            and drawn + _open(line, walls, kept, em) >= MOSTLY * line.support
            and _reaches(line, walls, em, AS_DARK)
        ):
            kept.append(line)
            known.add(id(line))
    return kept


def _strength(line: RuleLine, walls: Sequence[Wall]) -> float:
    """How dark the line is where it is drawn: what shines through may go on in line with it."""
    if not walls:
        return 0.0
    return float(
        np.median(np.concatenate([line.ridge[line.stretch(w.start, w.end)] for w in walls]))
    )


def _open(line: RuleLine, walls: Sequence[Wall], rules: Sequence[RuleLine], em: float) -> float:
    """How much of a line stands out over its walls where other rules end at the same place.

    A table that goes on from the page before has no rule at its top.
    """
    if not walls:
        return 0.0
    over = 0.0
    if any(abs(rule.start - line.start) <= MEETS * em for rule in rules):
        over += max(0.0, walls[0].start - line.start)
    if any(abs(rule.end - line.end) <= MEETS * em for rule in rules):
        over += max(0.0, line.end - walls[-1].end)
    return over


def _reaches(line: RuleLine, walls: Sequence[Wall], em: float, least: float) -> bool:
    """Whether the line is as dark at the rules that it runs between as in its middle.

    Type keeps off them. Looked at over all walls together, since a dash may end anywhere.
    """
    if _crosses(line, walls):
        return True
    ends: list[float] = []
    middle: list[float] = []
    for wall in walls:
        near, far = NEAR * em, FAR * em
        for end in (
            line.stretch(wall.start + near, wall.start + far),
            line.stretch(wall.end - far, wall.end - near),
        ):
            ends.append(float(np.mean(line.raw[end])))
        middle += line.raw[line.stretch(wall.start + far, wall.end - far)].tolist()
    if not middle or not ends:
        return False
    usual = float(np.mean(middle))
    dark = sum(1 for end in ends if end >= least * usual)
    dashed = len(walls) > 1 and dark >= DASHED * len(ends)
    return float(np.mean(ends)) >= least * usual or dashed


def _crosses(line: RuleLine, walls: Sequence[Wall]) -> bool:
    """Whether one run goes on over several rules across it, as no line of type does."""
    if not line.horizontal or not _stands_free(line, CLEAR):
        return False
    return any(
        sum(run.start <= wall.start and wall.end <= run.end for wall in walls) >= SEVERAL
        for run in line.runs
    )


def _uncrowded(line: RuleLine, others: Sequence[RuleLine], em: float) -> RuleLine | None:
    """The line where it does not run beside others, too close for type; None where it mostly does.

    Strokes of the table below may stand in line with a rule, and beside one of their own table.
    """
    telling = _telling(line)
    crowded = [run for run in telling if any(_runs_beside(run, o, em) for o in others)]
    if not crowded:
        return line
    left = [run for run in line.runs if run not in crowded]
    if sum(run.length for run in left) < MOSTLY * line.support:
        return None
    ridge, raw = line.ridge.copy(), line.raw.copy()
    for run in crowded:
        ridge[line.stretch(run.start, run.end)] = raw[line.stretch(run.start, run.end)] = 0
    return replace(line, runs=left, ridge=ridge, raw=raw)


def _runs_beside(run: Run, other: RuleLine, em: float) -> bool:
    middle = (run.start + run.end) / 2
    return abs(other.row(middle) - run.row) < LEAST * em and any(
        min(run.end, r.end) - max(run.start, r.start) > -em for r in _telling(other)
    )


def _walls(
    line: RuleLine,
    crossing: Sequence[RuleLine],
    em: float,
    covered: float,
    *,
    ends: bool = False,
) -> list[Wall]:
    """The pieces between neighbouring crossings that are drawn, with ``ends`` to both of them."""
    marks = _marks(line, crossing, em)
    threshold = max(THERE * line.strength, 1.0)
    walls: list[Wall] = []
    for first, last in itertools.pairwise(marks):
        off = max(line.start - last, first - line.end)
        if last - first < LEAST * em or off > LOST * em:
            continue  # too low for type, or in another table than the line
        inset = min(ENDS * em, 0.2 * (last - first))
        stretch = line.stretch(first + inset, last - inset)
        seen = line.ridge[stretch]
        if not len(seen) or np.count_nonzero(seen > threshold) < covered * len(seen):
            continue
        if ends and min(float(seen[0]), float(seen[-1])) < 0.7 * threshold:
            continue
        if float(np.mean(line.beside[stretch])) > TIGHT * line.strength:
            continue
        walls.append(Wall(first, last))
    return walls


def _with_company(line: RuleLine, crossing: Sequence[RuleLine], em: float) -> list[Wall]:
    """The walls of an upright line: one far from the others is believed as one by itself is.

    In line with the rules of another table stands type.
    """
    walls = _walls(line, crossing, em, SEEN)
    sure = set(_walls(line, crossing, em, COVERED, ends=True))
    kept = []
    for place, wall in enumerate(walls):
        beside = walls[max(0, place - 1) : place] + walls[place + 1 : place + 2]
        near = any(max(wall.start - o.end, o.start - wall.end) < COMPANY * em for o in beside)
        if near or not beside or wall in sure:
            kept.append(wall)
    return kept


def _are_rules(
    line: RuleLine, walls: Sequence[Wall], underlines: Sequence[RuleLine], em: float
) -> list[Wall]:
    """The walls without those that are characters of a heading between a table and an underline.

    They stand in line with a rule of the table, but keep off one of the two.
    """
    places = set(_marks(line, underlines, em))
    kept: list[Wall] = []
    for wall in walls:
        if not places.isdisjoint((wall.start, wall.end)) and not _reaches(
            line, [wall], em, AS_DARK
        ):
            continue
        kept.append(wall)
    return kept


def _underlines(flat: Sequence[RuleLine], upright: Sequence[RuleLine], em: float) -> list[RuleLine]:
    """Lines across that end where no upright one stands and no other ends."""
    found = []
    for line in flat:
        others = [end for other in flat if other is not line for end in (other.start, other.end)]
        for end in (line.start, line.end):
            places = [*others, *(one.row(line.row(end)) for one in upright)]
            if all(abs(place - end) > MEETS * em for place in places):
                found.append(line)
                break
    return found


def _marks(line: RuleLine, crossing: Sequence[RuleLine], em: float) -> list[float]:
    """Where other lines cross this one or end at it, in pixels along it."""
    marks = []
    for other in crossing:
        near = other.row(line.row((line.start + line.end) / 2))
        level = line.row(near)
        place = other.row(level)
        if other.start - MEETS * em <= level <= other.end + MEETS * em:
            marks.append(place)
    return sorted(marks)
