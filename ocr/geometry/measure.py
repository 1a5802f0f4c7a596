"""How the lines of a page run: the projective map that levels them, and the bend that is left."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from ..image import Pixels
from .bend import Bend, measure_bend, unbent
from .creases import find_creases, unfolded
from .level import UNKNOWN, Slopes, levelling, measure_slopes, without_askew_sides
from .light import contrast, grey_of, paper_brightness, without_shade
from .paper import Paper, facing
from .skew import rough_angle
from .tracing import Floats, Traces, trace_rulings, trace_text
from .turns import runs_across
from .warp import project

MEASURED = 1200  # pixels of the longer side of the view that geometry is measured in
FLAT = 0.45  # pixels of that view: smaller bends and turns are left alone (0.03° of a page)
MOST_INK = 0.35  # share of a page that print covers; more is a picture, a negative or noise
FAINTEST = 25  # darkness of print, of 255: a page with less is blank
PAIR, PAIR_SIGMAS = 2, 6.0  # so few lines level a page if their slope stands out so far


@dataclass(frozen=True, slots=True)
class Geometry:
    """How a page lies. Coordinates are pixels of the displayed page and of the level page."""

    level: Floats  # 3 × 3, displayed → level
    bend: Bend | None  # level → flat
    skew: float = 0.0  # degrees
    perspective: float = 0.0  # relative change of scale over the page
    text: float = 0.0  # height of characters, pixels; 0 without text
    across: float = 0.0  # −1 lines of text run up or down … 1 across
    traced: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class View:
    """A reduced, levelled, evenly lit view of the page for measuring."""

    dark: Pixels  # 0 = paper
    origin: tuple[float, float]  # of the view in the level page
    factor: float  # pixels of the view a pixel of the level page


def measure(pixels: Pixels, small: Pixels, paper: Paper | None) -> Geometry:
    """How the page lies. ``small`` is ``pixels`` reduced; ``paper`` is in pixels of ``pixels``."""
    shape = (pixels.shape[0], pixels.shape[1])
    level_already = facing(paper.corners) if paper and paper.corners is not None else None
    level = np.eye(3) if level_already is None else level_already
    view = look(pixels, small, level, paper)
    ink = contrast(view.dark)
    if ink < FAINTEST or np.mean(view.dark > 0.4 * ink) > MOST_INK:
        return Geometry(level, None)
    # Paper that was found is level already, but for print that stands askew on it.
    angle = rough_angle(view.dark, ink, 20.0 if level_already is None else 4.0)
    seen = _look_at_lines(view, ink)
    if abs(angle) > 0.4:
        turned = _turn(-angle, shape) @ level
        other = look(pixels, small, turned, paper)
        lines = _look_at_lines(other, ink)
        # Few words can seem to stand in line at some angle: lines must be there to follow.
        if lines.length > 1.2 * seen.length + 20:
            level, view, seen = turned, other, lines
    text, along, rows, columns = seen.text, seen.along, seen.rows, seen.columns
    for _ in range(3):
        # A page that is resampled anyway is made as level as can be.
        untouched = np.array_equal(level, np.eye(3))
        least, sigmas = (FLAT, 3.0) if untouched else (FLAT / 3, 2.0)
        correction = _correction(rows, columns, view, least, sigmas)
        if correction is None:
            break
        level = correction @ level
        view = look(pixels, small, level, paper)
        rows, columns = _traces(view.dark, text, along)
    rows, columns = _without_edges(rows, columns, view)
    creases = find_creases(view.dark)
    if creases is not None:
        rows, columns = _traces(unfolded(view.dark, creases), text, along)
        rows, columns = _without_edges(rows, columns, view)
    bend = _bend(rows, columns, view, creases)
    geometry = Geometry(level, bend, *_tilt(level, shape))
    return replace(
        geometry,
        text=text / view.factor,
        across=along,
        traced=(rows.lines, columns.lines),
    )


def look(pixels: Pixels, small: Pixels, level: Floats, paper: Paper | None) -> View:
    """The page through the map ``level``; what lies outside the paper is blank."""
    region = outline(pixels, paper)
    there = project(level, region)
    low, high = extent(there, (pixels.shape[0], pixels.shape[1]))
    factor = min(1.0, MEASURED / max(high - low))
    reduced = 1 / reduction(pixels, small)
    if np.array_equal(level, np.eye(3)) and paper is None:
        grey = grey_of(small)
        return View(_darkness(grey), (0.0, 0.0), reduced)
    if factor > 1.15 * reduced:
        small = np.asarray(
            cv2.resize(pixels, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        )
        reduced = small.shape[1] / pixels.shape[1]
    to_view = (
        np.diag((factor, factor, 1.0))
        @ np.array([[1.0, 0.0, -low[0]], [0.0, 1.0, -low[1]], [0.0, 0.0, 1.0]])
        @ level
        @ np.diag((1 / reduced, 1 / reduced, 1.0))
    )
    half = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
    columns, rows = (max(8, int(v)) for v in np.ceil((high - low) * factor))
    grey = np.asarray(
        cv2.warpPerspective(
            grey_of(small),
            np.linalg.inv(half) @ to_view @ half,
            (columns, rows),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )
    dark = _darkness(grey)
    mask = np.zeros(dark.shape, np.uint8)
    cv2.fillPoly(mask, [np.round((there - low) * factor).astype(np.int32)], (255,))
    # The edge of the paper is dark, and so is the table that shows through the blur along it.
    edge = 9 if paper is not None else 3
    mask = np.asarray(cv2.erode(mask, np.ones((edge, edge), np.uint8), borderValue=(0,)))
    return View(np.asarray(cv2.bitwise_and(dark, mask)), (float(low[0]), float(low[1])), factor)


def _darkness(grey: Pixels) -> Pixels:
    return np.asarray(cv2.bitwise_not(without_shade(grey, paper_brightness(grey))))


def reduction(pixels: Pixels, small: Pixels) -> int:
    """How many times smaller the reduced image is."""
    return max(1, int(pixels.shape[1]) // max(1, int(small.shape[1])))


def outline(pixels: Pixels, paper: Paper | None) -> Floats:
    """The border of the paper, or of the picture, as points that lie close together."""
    if paper is not None:
        corners = paper.outline
    else:
        height, width = pixels.shape[:2]
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    steps = np.linspace(0, 1, 9)[:-1, None]
    sides = zip(corners, np.roll(corners, -1, axis=0), strict=True)
    return np.concatenate([start + (end - start) * steps for start, end in sides])


def extent(points: Floats, shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Upper left and lower right of what the points cover, at most twice the page's size."""
    middle = np.median(points, axis=0)
    most = 1.2 * np.hypot(*shape)
    low = np.floor(np.maximum(points.min(axis=0), middle - most))
    high = np.ceil(np.minimum(points.max(axis=0), middle + most))
    return low, np.maximum(high, low + 8)


def characters(dark: Pixels, ink: float) -> tuple[Pixels, float]:
    """Ink without rulings (0 or 255), and the height of characters in pixels (0 without text)."""
    marks = np.where(dark > max(0.4 * ink, 24), 255, 0).astype(np.uint8)
    for shape in ((1, 41), (41, 1)):
        rules = cv2.morphologyEx(marks, cv2.MORPH_OPEN, np.ones(shape, np.uint8))
        marks[cv2.dilate(rules, np.ones((3, 3), np.uint8)) > 0] = 0
    joined = cv2.morphologyEx(marks, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    larger, smaller = np.maximum(width, height), np.minimum(width, height)
    # Characters that run together in a blurred line are as high as the line.
    size = np.where(larger <= 2.2 * smaller, larger, smaller)
    whole = (size >= 5) & (size <= 80) & (larger <= 20 * smaller)
    if int(whole.sum()) < 8:
        return marks, 0.0
    return marks, float(np.percentile(size[whole], 60))


@dataclass(frozen=True, slots=True)
class _Lines:
    """What a view shows of text and rulings."""

    text: float
    along: float
    rows: Traces
    columns: Traces

    @property
    def length(self) -> int:
        """Points of all lines that were followed."""
        return len(self.rows) + len(self.columns)


def _look_at_lines(view: View, ink: float) -> _Lines:
    marks, text = characters(view.dark, ink)
    along = runs_across(marks, text)
    return _Lines(text, along, *_traces(view.dark, text, along))


def _traces(dark: Pixels, text: float, along: float) -> tuple[Traces, Traces]:
    """Lines that run across the view, and down it (as seen in the transposed view)."""
    across = trace_rulings(dark)
    transposed = np.ascontiguousarray(dark.T)
    down = trace_rulings(transposed)
    if along >= -0.1:
        across = across.joined(trace_text(dark, text))
    else:
        down = down.joined(trace_text(transposed, text))
    return across, down


def _correction(
    rows: Traces, columns: Traces, view: View, least: float, sigmas: float
) -> Floats | None:
    """What is left to level, in the level page's coordinates; None if it is less than ``least``
    pixels of the view, or does not stand out of its standard error so many times."""
    height, width = view.dark.shape
    centre = (width / 2, height / 2)
    lines = rows.lines + columns.lines
    if lines < PAIR:
        return None
    if lines == PAIR:  # the rules of one row alone: they have to agree
        sigmas = max(sigmas, PAIR_SIGMAS)
    across = _certain(measure_slopes(rows, centre), sigmas)
    square = -across.slope if across is not UNKNOWN and rows.lines > columns.lines else None
    down = _certain(measure_slopes(columns, centre[::-1], square), sigmas)
    matrix = levelling(across, down, centre)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    if np.abs(project(matrix, corners) - corners).max() < least:
        return None
    to_view = np.array(
        [
            [view.factor, 0.0, -view.factor * view.origin[0]],
            [0.0, view.factor, -view.factor * view.origin[1]],
            [0.0, 0.0, 1.0],
        ]
    )
    whole = np.linalg.inv(to_view) @ matrix @ to_view
    return np.asarray(whole / whole[2, 2])


def _without_edges(rows: Traces, columns: Traces, view: View) -> tuple[Traces, Traces]:
    """The lines without the edges of a paper on which the print lies askew."""
    centre = view.dark.shape[1] / 2, view.dark.shape[0] / 2
    return without_askew_sides(rows, centre), without_askew_sides(columns, centre[::-1])


def _certain(slopes: Slopes, sigmas: float) -> Slopes:
    """The slopes, zero where they do not stand out of their error."""
    if slopes is UNKNOWN or abs(slopes.slope) > sigmas * slopes.slope_error:
        return slopes
    return replace(slopes, slope=0.0)


def _bend(
    rows: Traces, columns: Traces, view: View, creases: tuple[Floats, Floats] | None
) -> Bend | None:
    """The bend of lines as they run once ``creases`` are taken out, together with these."""
    height, width = view.dark.shape
    bend = measure_bend(rows, columns, width, height)
    smooth = bend is not None and bend.largest() >= FLAT and not bend.folds()
    if bend is None or not smooth or not bend.explains(rows, columns):
        bend = None if creases is None else unbent(width, height)
    if bend is not None and creases is not None:
        bend = bend.creased(*creases)
    return bend.moved(1 / view.factor, view.origin) if bend is not None else None


def _turn(degrees: float, shape: tuple[int, int]) -> Floats:
    """Turn clockwise about the middle of the page."""
    middle = (shape[1] / 2, shape[0] / 2)
    turn = np.eye(3)
    turn[:2] = cv2.getRotationMatrix2D(middle, -degrees, 1.0)
    return turn


def _tilt(level: Floats, shape: tuple[int, int]) -> tuple[float, float]:
    """Skew in degrees, and how much the scale changes over the page (0 = seen from above)."""
    height, width = shape
    middle = np.array([[width / 2, height / 2]])
    back = np.asarray(np.linalg.inv(level))
    at = project(level, middle)
    along = np.diff(project(back, at + np.array([[-1.0, 0.0], [1.0, 0.0]])), axis=0)[0]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    depth = corners @ level[2, :2] + level[2, 2]
    perspective = float(1 - depth.min() / depth.max()) if depth.max() > 0 else 0.0
    return float(np.degrees(np.arctan2(along[1], along[0]))), perspective


__all__ = ["MEASURED", "Geometry", "extent", "measure", "outline", "reduction"]
