"""The rules of a page as rulings, and the mask of their pixels."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gouji.model import Ruling

from ..image import PageImage, Pixels
from ..ink import Ink, find_ink
from ..opencv import cv2
from .dashes import find_dashes
from .lines import SOLID, RuleLine, find_lines
from .runs import find_ridge, find_runs
from .streaks import bare_streaks, find_streaks
from .walls import Wall, Walled, find_walls

TABLE_TYPE = 10.5  # points: tables are seldom set larger, whatever the text around them
FINEST = 24.0  # pixels of a type size: larger pages are looked at reduced
WIDE, HIGH = 2.0, 1.1  # type sizes: the shortest wall of a column, of a row
WIDE_GAP, HIGH_GAP = 1.0, 0.5
SAME_END, ENOUGH = 0.6, 2  # type sizes between ends of lines that end together
TAIL, UNSEEN, TOGETHER = 2.0, 0.15, 3  # of a wall that is not there, where so many others end
OVERHANG = 0.7  # type sizes beyond a crossing: less is no column, and no row
MARGIN = 0.15  # type sizes that a rule may wave or blur
MOST_LINES = 500  # in one direction; harsh scans have 250, their rules among the strongest 90
THICKEST = 0.6  # type sizes from a rule's middle to what is surely beside it
LEAST_IN_MASK = 12.0
SMALLEST, LARGEST = 4.0, 40.0  # points: heights of characters
SMALLER = 0.25  # of the ink of type is smaller than the type of tables
BODY = 0.9  # of the type size: how high characters are
FEWEST = 8  # characters that tell their size
# Pieces of type, in type sizes: how thin a character may be, how large; how low and long a word.
THIN, CHARACTER = 0.22, 1.8
BROKEN, IN_LINE = 1.2, 0.4  # how near, and how much, the rest of a broken rule is
CROSSING = 2.8  # where two dashes cross
LOW, WORD = 0.4, 14.0
STROKE, LONGEST_STROKE = 0.5, 1.4  # thin strokes: dashes of a rule are shorter
HALO = 0.1  # type sizes round a stroke that its blur darkens
BLOCK, FULL = 3.2, 0.3  # characters of several lines that blur has joined
DENSE = 0.2  # of a word's box that is ink: boxes of rules have less

Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What rules were looked for in: darkness with type and without, and how strong the rules
    found across and down are (0: none); ``em`` is the type size in its pixels."""

    before: Pixels
    after: Pixels
    strengths: tuple[float, float]
    noise: float  # what a ridge may be by noise
    usual: float  # darkness of ink
    em: float
    scale: float


@dataclass(frozen=True, slots=True)
class RasterRulings:
    """The rules of a page, in points of it.

    ``strengths`` (0–255) say how much darker than its surroundings each rule is. ``mask`` is rows
    × columns of the page's pixels, 255 where a pixel belongs to a rule. ``size`` is that of
    the type in tables, points.
    """

    rulings: tuple[Ruling, ...]
    strengths: tuple[float, ...]
    mask: Pixels
    size: float
    ink: Ink
    seen: Seen


def find_rulings(page: PageImage, grey: Pixels | None = None) -> RasterRulings:
    """All rules of a page that stands straight to about 0.15°; ``grey`` saves making it again."""
    ink = find_ink(page, grey)
    size = min(_small_type(ink), TABLE_TYPE)
    darkness, shrink = _reduced(ink.darkness, size * page.scale)
    em = size * page.scale * shrink
    streaks = find_streaks(darkness)
    if streaks is not None:
        darkness = darkness.copy()
        darkness[streaks > 0] = 0
    before, darkness = darkness, _without_type(darkness, ink.threshold, em)
    turned = np.ascontiguousarray(darkness.T)
    ridges = find_ridge(darkness, em, ink.usual), find_ridge(turned, em, ink.usual)
    across = find_lines(find_runs(ridges[0], em, WIDE, WIDE_GAP), ridges[0], em, horizontal=True)
    down = find_lines(find_runs(ridges[1], em, HIGH, HIGH_GAP), ridges[1], em, horizontal=False)
    flat, upright = find_walls(_strongest(across), _strongest(down), em)
    scale = page.scale * shrink
    rulings: list[Ruling] = []
    strengths: list[float] = []
    mask = np.zeros(ink.darkness.shape, np.uint8)
    low = max(LEAST_IN_MASK, 0.5 * ink.threshold)
    for horizontal, found in ((True, flat), (False, upright)):
        about, core = (np.zeros(mask.shape, np.uint8) for _ in range(2))
        drawn = [(walled, _pieces(walled, em)) for walled in found]
        _with_overhangs(drawn, em)
        for walled, piece in [(walled, piece) for walled, pieces in drawn for piece in pieces]:
            thickness = _thickness(darkness if horizontal else turned, walled.line, em)
            at = walled.line.row((piece.start + piece.end) / 2) + 0.5
            rulings.append(
                Ruling(
                    horizontal, at / scale, piece.start / scale, piece.end / scale,
                    thickness / scale,
                )
            )  # fmt: skip
            strengths.append(walled.line.strength)
            _draw(about, walled.line, piece, horizontal, thickness + MARGIN * em, shrink)
            _draw(core, walled.line, piece, horizontal, thickness, shrink)
        about[ink.darkness < low] = 0
        far = round(MARGIN * em / shrink / 2) + 1
        mask = np.maximum(mask, _reached(about, core, far, horizontal))
    if streaks is not None:
        rows, columns = ink.darkness.shape
        streak = cv2.resize(streaks, (columns, rows), interpolation=cv2.INTER_NEAREST)
        mask[(ink.darkness >= low) & bare_streaks(ink.darkness, streak, low)] = 255
    usual = _strength(flat), _strength(upright)
    seen = Seen(before, darkness, usual, ridges[0].allowance, ink.usual, em, scale)
    return RasterRulings(tuple(rulings), tuple(strengths), mask, size, ink, seen)


def _strongest(lines: list[RuleLine]) -> list[RuleLine]:
    """The lines, and of noise no more than may be rules: each is compared with each."""
    if len(lines) <= MOST_LINES:
        return lines
    weights = sorted((line.support * line.strength for line in lines), reverse=True)
    return [line for line in lines if line.support * line.strength > weights[MOST_LINES]]


def _small_type(ink: Ink) -> float:
    """The size of the smaller type of a page, points: tables are set smaller than the text."""
    _, binary = cv2.threshold(ink.darkness, ink.threshold, 255, cv2.THRESH_BINARY)
    _, _, stats, _ = cv2.connectedComponentsWithStats(binary, connectivity=8)
    wide = stats[1:, cv2.CC_STAT_WIDTH].astype(np.float64) / ink.scale
    high = stats[1:, cv2.CC_STAT_HEIGHT].astype(np.float64) / ink.scale
    typed = (high >= SMALLEST) & (high <= LARGEST) & (wide >= 0.75 * high) & (wide <= 1.3 * high)
    if np.count_nonzero(typed) < FEWEST:
        return TABLE_TYPE
    heights, weights = high[typed], stats[1:, cv2.CC_STAT_AREA][typed]
    order = np.argsort(heights, kind="stable")
    summed = np.cumsum(weights[order])
    at = np.searchsorted(summed, (SMALLER * summed[-1], 0.5 * summed[-1]))
    low, middle = heights[order][at]
    return float(max(low, 0.55 * middle) / BODY)


def _reduced(darkness: Pixels, em: float) -> tuple[Pixels, float]:
    """The picture at the resolution that rules are looked for, and how much smaller it is."""
    if em <= 1.5 * FINEST:
        return darkness, 1.0
    shrink = FINEST / em
    size = (max(1, round(darkness.shape[1] * shrink)), max(1, round(darkness.shape[0] * shrink)))
    return cv2.resize(darkness, size, interpolation=cv2.INTER_AREA), shrink


def _without_type(darkness: Pixels, threshold: int, em: float) -> Pixels:
    """The picture without strokes that are type: of its size, and not thin and long as rules are.

    Rules hang together with the other rules of their table, or are thin; where dashes cross is a
    piece of the size of a character, from which both rules go on.
    """
    _, binary = cv2.threshold(darkness, threshold, 255, cv2.THRESH_BINARY)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(binary, connectivity=8)
    wide = stats[:, cv2.CC_STAT_WIDTH].astype(np.float64) / em
    high = stats[:, cv2.CC_STAT_HEIGHT].astype(np.float64) / em
    dense = stats[:, cv2.CC_STAT_AREA] / np.maximum(
        1.0, stats[:, cv2.CC_STAT_WIDTH] * stats[:, cv2.CC_STAT_HEIGHT]
    )
    less, more = np.minimum(wide, high), np.maximum(wide, high)
    character = (less >= THIN) & (more <= CHARACTER)
    word = (less >= LOW) & (less <= CHARACTER) & (more <= WORD) & (dense >= DENSE)
    stroke = (less < THIN) & (more >= STROKE) & (more <= LONGEST_STROKE)
    block = (less <= BLOCK) & (more <= 1.5 * BLOCK) & (less >= LOW) & (dense >= FULL)
    gone = character | word | block
    gone[0] = False
    stroke[0] = False
    pieces = gone & (less >= THIN) & (more <= CROSSING)
    dashes, crossings = find_dashes(labels, stats, pieces, em)
    gone &= ~dashes
    stroke &= ~dashes
    kept = (~(gone | stroke))[labels]
    kept[labels == 0] = False
    for index in np.flatnonzero(stroke & ~gone).tolist():
        gone[index] = not _goes_on(kept, stats[index], em)
    for one in crossings:
        gone[one.piece] = not (_goes_on(kept, one.across, em) and _goes_on(kept, one.down, em))
    halo = 2 * max(1, round(HALO * em)) + 1
    mask = cv2.dilate(gone[labels].astype(np.uint8), np.ones((halo, halo), np.uint8))
    left: Pixels = darkness.copy()
    left[mask > 0] = 0
    return left


def _goes_on(kept: Mask, stroke: Any, em: float) -> bool:
    """Whether more of a rule lies in line with a thin stroke: a piece of a broken rule."""
    left, top, wide, high = (int(stroke[i]) for i in range(4))
    reach, least = round(BROKEN * em), IN_LINE * em
    if high > wide:
        before = kept[max(0, top - reach) : top, left : left + wide]
        behind = kept[top + high : top + high + reach, left : left + wide]
        return any(np.count_nonzero(part.any(axis=1)) >= least for part in (before, behind))
    before = kept[top : top + high, max(0, left - reach) : left]
    behind = kept[top : top + high, left + wide : left + wide + reach]
    return any(np.count_nonzero(part.any(axis=0)) >= least for part in (before, behind))


def _strength(lines: Sequence[Walled]) -> float:
    """How strong rules with walls usually are, by their length."""
    walled = sorted((one.line.strength, one.line.support) for one in lines if one.walls)
    if not walled:
        return 0.0
    reached = np.cumsum([length for _, length in walled])
    return walled[int(np.searchsorted(reached, 0.5 * reached[-1]))][0]


def _pieces(walled: Walled, em: float) -> list[Wall]:
    """Walls that follow each other as one; of a rule without walls its long runs."""
    if not walled.walls:
        return [Wall(run.start, run.end) for run in walled.line.runs if run.length >= SOLID * em]
    joined = [walled.walls[0]]
    for before, wall in itertools.pairwise(walled.walls):
        if wall.start - before.end < 1.0:
            joined[-1] = Wall(joined[-1].start, wall.end)
        else:
            joined.append(wall)
    return joined


def _with_overhangs(lines: Sequence[tuple[Walled, list[Wall]]], em: float) -> None:
    """Let pieces go on beyond the last rule across them, or end before it, where others do.

    So stands a table whose side is open, or a row that the page cuts off; noise ends anywhere.
    """
    ends: list[tuple[float, float]] = []  # where lines with something over start and end
    for walled, pieces in lines:
        ends += [_overhang(piece, walled.line, em) for piece in pieces if walled.walls]
    # and where lines within a frame round the page do, of which no side is theirs
    together = ends + [
        (walled.line.runs[0].start, walled.line.runs[-1].end)
        for walled, _ in lines
        if walled.walls and walled.line.runs
    ]
    for walled, pieces in lines:
        if not walled.walls:
            continue
        for index, piece in enumerate(pieces):
            start, end = _overhang(piece, walled.line, em)
            if start < 0 or sum(abs(other - start) <= SAME_END * em for other, _ in ends) < ENOUGH:
                start = piece.start
            if end < 0 or sum(abs(other - end) <= SAME_END * em for _, other in ends) < ENOUGH:
                end = piece.end
            whole = Wall(min(start, piece.start), max(end, piece.end))
            pieces[index] = _without_tails(whole, walled.line, together, em)


def _without_tails(
    piece: Wall, line: RuleLine, ends: Sequence[tuple[float, float]], em: float
) -> Wall:
    """The piece only as far as its line is seen, where others end with it.

    Of a table with open sides the side may be taken to be the next rule there is, as the dark edge
    of the paper: a long wall goes on to it by what is seen of the part in the table.
    """
    start, end = piece.start, piece.end
    for run in line.runs:
        if run.end < end - TAIL * em and run.end > start + em:
            together = sum(abs(other - run.end) <= SAME_END * em for _, other in ends)
            if together >= TOGETHER and _seen(line, run.end, end) < UNSEEN:
                end = run.end
        if run.start > start + TAIL * em and run.start < end - em:
            together = sum(abs(other - run.start) <= SAME_END * em for other, _ in ends)
            if together >= TOGETHER and _seen(line, start, run.start) < UNSEEN:
                start = run.start
    return Wall(start, end)


def _seen(line: RuleLine, start: float, end: float) -> float:
    """The share of a stretch that runs cover."""
    covered = sum(max(0.0, min(run.end, end) - max(run.start, start)) for run in line.runs)
    return covered / (end - start)


def _overhang(piece: Wall, line: RuleLine, em: float) -> tuple[float, float]:
    """Where the line's runs that hold a piece start and end; -1 where that is no further off."""
    start = end = -1.0
    for run in line.runs:
        if run.start < piece.start - OVERHANG * em and run.end > piece.start + em:
            start = run.start
        if run.end > piece.end + OVERHANG * em and run.start < piece.end - em:
            end = run.end
    return start, end


def _thickness(darkness: Pixels, line: RuleLine, em: float) -> float:
    """How thick a rule is, in pixels: its darkness across it by its darkest row."""
    rows = np.rint(line.rows).astype(np.int64)
    columns = np.minimum(np.arange(len(rows)) * line.step, darkness.shape[1] - 1)
    held = np.zeros(len(rows), bool)
    for run in line.runs:
        held[line.stretch(run.start, run.end)] = True
    rows, columns = rows[held], columns[held]
    most = max(6, round(THICKEST * em))
    reach = np.arange(-most, most + 1)
    index = np.clip(rows[None, :] + reach[:, None], 0, darkness.shape[0] - 1)
    profile = np.median(darkness[index, columns[None, :]], axis=1)
    profile = profile - min(float(profile[0]), float(profile[-1]))
    top = float(profile[most - 2 : most + 3].max())
    if top <= 0:
        return 1.0
    return float(max(1.0, np.sum(np.clip(profile, 0, None)[most // 2 : -(most // 2)]) / top))


def _draw(
    mask: Pixels,
    line: RuleLine,
    piece: Wall,
    horizontal: bool,
    thickness: float,
    shrink: float,
) -> None:
    places = np.arange(piece.start, piece.end + line.step, line.step)
    places = np.minimum(places, piece.end)
    rows = np.array([line.row(float(place)) + 0.5 for place in places])
    pair = (places, rows) if horizontal else (rows, places)
    points = np.rint(np.stack(pair, axis=1) / shrink).astype(np.int32)
    wide = max(3, round(thickness / shrink))
    cv2.polylines(mask, [points.reshape(-1, 1, 2)], False, 255, wide)


def _reached(about: Pixels, core: Pixels, far: int, horizontal: bool) -> Pixels:
    """What is dark ``about`` a rule and hangs together with it straight across, ``far`` pixels at
    the most: a digit beside it that touches it by a foot is none of it."""
    step = np.ones((3, 1) if horizontal else (1, 3), np.uint8)
    reached = cv2.bitwise_and(about, core)
    for _ in range(far):
        reached = cv2.bitwise_and(about, cv2.dilate(reached, step))
    return np.asarray(reached, np.uint8)


def strongest(rulings: Sequence[Ruling]) -> float:
    """The thickest rule, points."""
    return max((ruling.thickness for ruling in rulings), default=0.0)
