"""From a page as displayed to an upright, flat, evenly lit one, resampled at most once."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from gouji.model import Box, DocumentFault, FailureKind

from ..engine import Engine
from ..image import PageImage, Pixels
from ..pictures.sizes import overstated
from .beyond import blanked
from .light import grey_of, is_uneven, paper_brightness, quality, without_shade
from .measure import MEASURED, Geometry, extent, measure, outline, reduction
from .paper import Paper, find_paper
from .streaks import without_bands, without_streaks
from .tracing import Floats
from .turns import quarter_turn, turn_by_text, turned
from .warp import PageMap

LEAST_SIDE = 64  # pixels: no geometry is to be had from less
MOST_PIXELS = 24_000_000  # A4 at 500 dpi: more only costs time


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found out about the page as displayed."""

    quarter: int  # degrees clockwise that it was turned by
    skew: float  # degrees that its lines fall to the right
    perspective: float  # how much narrower the far side is than the near one, 0…1
    curl: float  # largest displacement by page curl and lens, points
    paper_found: bool  # the paper's edge is seen, and what lies outside it is blanked
    text_size: float | None  # height of characters in points; None without text
    sharpness: float  # steepest change of darkness between pixels, share of the contrast
    noise: float  # standard deviation of the noise, grey levels of 255
    traced: tuple[int, int]  # horizontal and vertical lines that were followed


@dataclass(frozen=True, slots=True)
class Straight:
    """A page made straight.

    ``grey`` is rows × columns of ``page``, evenly lit: 255 is paper.
    """

    page: PageImage
    grey: Pixels
    facts: Facts
    map: PageMap

    def to_page(self, box: Box) -> Box:
        """The box of the page as displayed around a box of the straight page, both in points."""
        return self.map.to_page(box)

    def turned(self, quarter: int) -> Straight:
        """The same page turned clockwise by so many degrees more, a multiple of 90."""
        whole = (self.facts.quarter + quarter) % 360
        return Straight(
            PageImage(turned(self.page.pixels, quarter), self.page.scale),
            turned(self.grey, quarter),
            replace(self.facts, quarter=whole),
            self.map.turned(whole),
        )

    def to_straight(self, box: Box) -> Box:
        """The box of the straight page around a box of the page as displayed, both in points."""
        return self.map.to_straight(box)


def straighten(page: PageImage, engine: Engine | None) -> Straight:
    """Make a page upright and flat; a page that is so already keeps its pixels.

    A page too large or too small to be one becomes as large as A4, since sizes of type count.
    Without an engine the page is not turned by quarters.

    Raises:
        DocumentFault: the page has no pixels.
    """
    if not page.pixels.size or not page.scale > 0:
        raise DocumentFault(FailureKind.PAGE_EMPTY, "the page has no pixels")
    pixels, scale = _bounded(page)
    pixels = without_streaks(pixels)
    shape = (pixels.shape[0], pixels.shape[1])
    paper, geometry = None, Geometry(np.eye(3), None)
    small = _reduced(pixels)
    if min(small.shape[:2]) >= LEAST_SIDE:
        paper = find_paper(small)
        if paper is not None:
            paper = paper.at_scale(reduction(pixels, small))
        geometry = measure(pixels, small, paper)
    way = _map(shape, scale, geometry, paper, pixels)
    way = replace(way, straight_scale=way.straight_scale * overstated(page.width, page.height))
    flat = pixels
    if not way.is_identity:
        light = paper_brightness(small)
        ground = tuple(float(v) for v in np.percentile(light.reshape(-1, 3), 90, axis=0))
        flat = blanked(way.render(pixels, ground), way.targets(outline(pixels, paper)), paper)
        flat = without_bands(flat)
    text = geometry.text * way.zoom
    flat, grey = _evenly_lit(flat, text)
    if engine is not None:
        quarter = quarter_turn(_reduced(flat), grey, text, geometry.across, engine)
        if quarter:
            way = way.turned(quarter)
            flat, grey = turned(flat, quarter), turned(grey, quarter)
    sharpness, noise = quality(grey)
    facts = Facts(
        quarter=way.quarter,
        skew=geometry.skew,
        perspective=geometry.perspective,
        curl=geometry.bend.largest() / scale if geometry.bend else 0.0,
        paper_found=paper is not None,
        text_size=float(text / way.straight_scale) or None,
        sharpness=sharpness,
        noise=noise,
        traced=geometry.traced,
    )
    return Straight(PageImage(flat, way.straight_scale), grey, facts, way)


def stood_upright(page: Straight, engine: Engine) -> Straight | None:
    """The page turned as its lines of text can be read; None where they are now, or never.

    For a page that was read and could not be: the orientation model is wrong in one page of some
    hundreds, and then it is as sure as ever.
    """
    text = (page.facts.text_size or 0.0) * page.page.scale
    quarter = turn_by_text(page.grey, text, engine, (0, 180, 90, 270))
    return page.turned(quarter) if quarter else None


def _evenly_lit(flat: Pixels, text: float) -> tuple[Pixels, Pixels]:
    """The page with its shade taken away if that is worth while, and its grey in any case."""
    small = _reduced(flat)
    light = paper_brightness(small, text * small.shape[1] / flat.shape[1] or None)
    if is_uneven(light):
        flat = without_shade(flat, light)
        return flat, grey_of(flat)
    return flat, without_shade(grey_of(flat), grey_of(light))


def _bounded(page: PageImage) -> tuple[Pixels, float]:
    """The pixels, not more than `MOST_PIXELS`, and their scale."""
    pixels = page.pixels
    if pixels.ndim == 2:
        pixels = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGB))
    height, width = pixels.shape[:2]
    factor = float(np.sqrt(MOST_PIXELS / (height * width)))
    if factor >= 1:
        return pixels, page.scale
    size = (max(1, int(width * factor)), max(1, int(height * factor)))
    pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    return pixels, page.scale * float(size[0] / width)


def _reduced(pixels: Pixels) -> Pixels:
    """The pixels reduced by a whole number, which is fast and keeps edges sharp."""
    times = max(1, round(max(pixels.shape[:2]) / MEASURED))
    rows, columns = (side // times for side in pixels.shape[:2])
    if times == 1 or not rows or not columns:
        return pixels
    whole = pixels[: rows * times, : columns * times]
    return np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA))


def _map(
    shape: tuple[int, int], scale: float, geometry: Geometry, paper: Paper | None, pixels: Pixels
) -> PageMap:
    """The map to a straight page that holds all of the paper at its own resolution or more."""
    way = replace(PageMap.unchanged(shape, scale), levelling=geometry.level, bend=geometry.bend)
    if way.is_identity and paper is None:
        return way
    region = way.targets(outline(pixels, paper))
    low, high = extent(region, shape)
    zoom = _zoom(way, low, high)
    size = (high - low) * zoom
    zoom *= min(1.0, float(np.sqrt(MOST_PIXELS / (size[0] * size[1]))))
    columns, rows = (max(1, int(v)) for v in np.ceil((high - low) * zoom))
    return replace(
        way,
        straight_shape=(rows, columns),
        straight_scale=scale * zoom,
        origin=(float(low[0]), float(low[1])),
        zoom=zoom,
    )


def _zoom(way: PageMap, low: Floats, high: Floats) -> float:
    """How much to enlarge the flat page so that no part of it loses resolution to speak of."""
    x, y = np.meshgrid(*(np.linspace(low[i], high[i], 7)[1:-1] for i in (0, 1)))
    points = np.stack((x.ravel(), y.ravel()), axis=1)
    here = way.sources(points)
    right = way.sources(points + np.array([1.0, 0.0])) - here
    down = way.sources(points + np.array([0.0, 1.0])) - here
    pixels = np.sqrt(np.abs(right[:, 0] * down[:, 1] - right[:, 1] * down[:, 0]))
    densest = float(np.percentile(pixels, 80))
    return 1.0 if densest < 1.03 else min(densest, 1.5)
