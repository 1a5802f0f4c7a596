"""The way between the page as displayed and the straight page, and pixels brought along it once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from gouji.model import Box

from ..image import Pixels
from .bend import Bend
from .tracing import Floats, Samples

STEP = 32  # pixels between the nodes of the map: 0.06 px at the sharpest curl that is corrected


@dataclass(frozen=True)
class PageMap:
    """Where every point of the straight page stands on the page as displayed.

    Pixels are those of the displayed page. They are levelled by ``levelling`` (projective),
    flattened by ``bend``, moved by ``origin``, enlarged by ``zoom``, and turned by quarters.
    """

    shape: tuple[int, int]  # rows, columns of the displayed page
    scale: float  # pixels a point, displayed page
    straight_shape: tuple[int, int]  # rows, columns of the straight page
    straight_scale: float
    levelling: Floats
    bend: Bend | None = None
    origin: tuple[float, float] = (0.0, 0.0)
    zoom: float = 1.0
    quarter: int = 0  # degrees clockwise

    @staticmethod
    def unchanged(shape: tuple[int, int], scale: float) -> PageMap:
        return PageMap(shape, scale, shape, scale, np.eye(3))

    @property
    def is_identity(self) -> bool:
        """Whether pixels stay as they are, but for quarter turns."""
        return (
            self.bend is None
            and self.zoom == 1.0
            and self.origin == (0.0, 0.0)
            and bool(np.array_equal(self.levelling, np.eye(3)))
        )

    @property
    def upright_shape(self) -> tuple[int, int]:
        """Rows and columns before the quarter turn."""
        rows, columns = self.straight_shape
        return (columns, rows) if self.quarter in (90, 270) else (rows, columns)

    def turned(self, quarter: int) -> PageMap:
        """The same map with the straight page turned clockwise from the upright one."""
        rows, columns = self.upright_shape
        shape = (columns, rows) if quarter in (90, 270) else (rows, columns)
        return replace(self, quarter=quarter, straight_shape=shape)

    def to_page(self, box: Box) -> Box:
        """The box of the displayed page (points) around a box of the straight page (points)."""
        return self.to_page_all([box])[0]

    def to_page_all(self, boxes: Sequence[Box]) -> list[Box]:
        """`to_page` of many boxes, which takes little longer than of one."""
        return _around(boxes, self.straight_scale, self.sources, self.scale, self.shape)

    def to_straight(self, box: Box) -> Box:
        """The box of the straight page (points) around a box of the displayed page (points)."""
        return _around([box], self.scale, self.targets, self.straight_scale, self.straight_shape)[0]

    def sources(self, points: Floats) -> Floats:
        """Pixels (n × 2) of the straight page as pixels of the displayed page."""
        return self._unturned_sources(self._turned_back(np.asarray(points, np.float64)))

    def targets(self, points: Floats) -> Floats:
        """Pixels (n × 2) of the displayed page as pixels of the straight page."""
        level = project(self.levelling, points)
        flat = self.bend.flat(level) if self.bend else level
        return self._turned((flat - np.array(self.origin)) * self.zoom)

    def _unturned_sources(self, points: Floats) -> Floats:
        flat = points / self.zoom + np.array(self.origin)
        level = self.bend.level(flat) if self.bend else flat
        return project(np.asarray(np.linalg.inv(self.levelling)), level)

    def _turned(self, points: Floats) -> Floats:
        rows, columns = self.upright_shape
        x, y = points[:, 0], points[:, 1]
        turned = {
            0: (x, y),
            90: (rows - y, x),
            180: (columns - x, rows - y),
            270: (y, columns - x),
        }
        return np.stack(turned[self.quarter], axis=1)

    def _turned_back(self, points: Floats) -> Floats:
        rows, columns = self.upright_shape
        x, y = points[:, 0], points[:, 1]
        turned = {
            0: (x, y),
            90: (y, rows - x),
            180: (columns - x, rows - y),
            270: (columns - y, x),
        }
        return np.stack(turned[self.quarter], axis=1)

    def render(self, pixels: Pixels, paper: tuple[float, ...]) -> Pixels:
        """The pixels of the displayed page on the straight page, before the quarter turn."""
        if self.is_identity:
            return pixels
        if pixels.ndim == 3 and _is_grey(pixels) and len(set(paper)) == 1:
            one = self.render(np.ascontiguousarray(pixels[:, :, 0]), paper[:1])
            return np.asarray(cv2.cvtColor(one, cv2.COLOR_GRAY2RGB))
        rows, columns = self.upright_shape
        if self.bend is None:
            move = np.array(
                [
                    [self.zoom, 0.0, -self.zoom * self.origin[0]],
                    [0.0, self.zoom, -self.zoom * self.origin[1]],
                    [0.0, 0.0, 1.0],
                ]
            )
            half = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
            matrix = np.linalg.inv(half) @ move @ self.levelling @ half
            return np.asarray(
                cv2.warpPerspective(
                    pixels, matrix, (columns, rows), flags=cv2.INTER_CUBIC, borderValue=paper
                )
            )
        map_x, map_y = self._maps()
        return np.asarray(cv2.remap(pixels, map_x, map_y, cv2.INTER_CUBIC, borderValue=paper))

    def _maps(self) -> tuple[Samples, Samples]:
        """The maps of `cv2.remap`, interpolated between nodes."""
        rows, columns = self.upright_shape
        down, across = -(-rows // STEP) + 2, -(-columns // STEP) + 2
        x, y = np.meshgrid((np.arange(across) - 0.5) * STEP, (np.arange(down) - 0.5) * STEP)
        nodes = self._unturned_sources(np.stack((x.ravel(), y.ravel()), axis=1)) - 0.5
        maps: list[Samples] = []
        for axis in (0, 1):
            grid = nodes[:, axis].reshape(down, across).astype(np.float32)
            size = (across * STEP, down * STEP)
            full = np.asarray(cv2.resize(grid, size, interpolation=cv2.INTER_LINEAR), np.float32)
            maps.append(full[STEP : STEP + rows, STEP : STEP + columns])
        return maps[0], maps[1]


def _is_grey(pixels: Pixels) -> bool:
    """Whether the three channels are the same: most office scans, in a third of the time."""
    red, green, blue = (pixels[:, :, channel] for channel in range(3))
    return all(
        np.array_equal(red[::step, ::step], other[::step, ::step])
        for step in (16, 1)
        for other in (green, blue)
    )


def _around(
    boxes: Sequence[Box],
    scale: float,
    way: Callable[[Floats], Floats],
    to_scale: float,
    shape: tuple[int, int],
) -> list[Box]:
    """The boxes (points) around where 5 × 5 points of each box come to lie."""
    if not boxes:
        return []
    sides = np.array([(b.left, b.top, b.right, b.bottom) for b in boxes])
    across = np.linspace(sides[:, 0], sides[:, 2], 5, axis=1)
    down = np.linspace(sides[:, 1], sides[:, 3], 5, axis=1)
    grid = np.stack((np.tile(across, 5), np.repeat(down, 5, axis=1)), axis=2)
    points = way(grid.reshape(-1, 2) * scale)
    points = np.clip(points, 0.0, (shape[1], shape[0])) / to_scale
    of_boxes = points.reshape(len(boxes), -1, 2)
    found = np.concatenate((of_boxes.min(axis=1), of_boxes.max(axis=1)), axis=1)
    return [Box(*sides) for sides in found.tolist()]


def project(matrix: Floats, points: Floats) -> Floats:
    """Points (n × 2) through a projective map."""
    hom = points @ matrix[:, :2].T + matrix[:, 2]
    # Beyond the horizon of a perspective there is no page; such points only must not break.
    depth = np.where(np.abs(hom[:, 2:]) < 1e-6, 1e-6, hom[:, 2:])
    projected: Floats = hom[:, :2] / depth
    return projected
