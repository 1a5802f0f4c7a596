"""Where a point of the printed page comes to lie in the picture of it, and the way back.

Places in pixels are continuous: the first pixel covers 0 to 1. Arrays of points are n × 2, x first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import cv2
import numpy as np

Points = np.ndarray[Any, np.dtype[np.float64]]  # n × 2
Pixels = np.ndarray[Any, np.dtype[np.uint8]]  # rows × columns (grey), or × 3 (RGB)
MESH = 8  # px between the places that are computed; all steps are smooth, the rest is linear
BAND = 16 * MESH  # rows worked on at a time
NEWTON_STEPS = 12


class Step(Protocol):
    """One change of place that can be undone."""

    def forward(self, points: Points) -> Points:
        """From the paper towards the picture."""

    def backward(self, points: Points) -> Points:
        """From the picture towards the paper."""


@dataclass(frozen=True, slots=True)
class Homography:
    """A flat paper seen from anywhere: turns, shifts, scales and perspective; rows of 3 × 3."""

    rows: tuple[tuple[float, float, float], ...]

    def forward(self, points: Points) -> Points:
        return _project(np.array(self.rows), points)

    def backward(self, points: Points) -> Points:
        return _project(np.linalg.inv(np.array(self.rows)), points)

    @classmethod
    def of_corners(cls, before: Sequence[Sequence[float]], after: Points) -> Homography:
        """The one that takes four points to four others."""
        source, target = np.array(before, np.float32), after.astype(np.float32)
        matrix = cv2.getPerspectiveTransform(source, target).astype(float)
        return cls(tuple(tuple(map(float, row)) for row in matrix))  # type: ignore[misc]

    @classmethod
    def turned(cls, degrees: float, centre: tuple[float, float]) -> Homography:
        """Turned clockwise about a point."""
        angle = np.deg2rad(degrees)
        cosine, sine = float(np.cos(angle)), float(np.sin(angle))
        x, y = centre
        return cls(
            (
                (cosine, -sine, x - cosine * x + sine * y),
                (sine, cosine, y - sine * x - cosine * y),
                (0.0, 0.0, 1.0),
            )
        )

    @classmethod
    def moved(cls, x: float, y: float, scale: float = 1.0) -> Homography:
        """Scaled about the origin, then shifted."""
        return cls(((scale, 0.0, x), (0.0, scale, y), (0.0, 0.0, 1.0)))


@dataclass(frozen=True, slots=True)
class Wave:
    """A part of a bend: `height` px, `period` px, `phase` radians."""

    height: float
    period: float
    phase: float


@dataclass(frozen=True, slots=True)
class Bend:
    """Paper that does not lie flat: each column is shifted down (or each row to the right).

    `waves` go on for ever; `curl` px at the first edge dies away over `reach` px, as beside the
    spine of a bound volume.
    """

    waves: tuple[Wave, ...] = ()
    curl: float = 0.0
    reach: float = 1.0
    shifts_rows: bool = False

    def forward(self, points: Points) -> Points:
        return self._shifted(points, 1.0)

    def backward(self, points: Points) -> Points:
        return self._shifted(points, -1.0)

    def _shifted(self, points: Points, sign: float) -> Points:
        moved, along = (0, 1) if self.shifts_rows else (1, 0)
        place = points[:, along]
        shift = self.curl * np.exp(-np.maximum(place, 0.0) / self.reach)
        for wave in self.waves:
            shift = shift + wave.height * np.sin(2 * np.pi * place / wave.period + wave.phase)
        result = points.copy()
        result[:, moved] += sign * shift
        return result


@dataclass(frozen=True, slots=True)
class Lens:
    """Barrel (negative) or pincushion distortion: r becomes r · (1 + strength · (r / radius)²)."""

    strength: float
    centre: tuple[float, float]
    radius: float

    def forward(self, points: Points) -> Points:
        offset = points - np.array(self.centre)
        squares = (offset**2).sum(axis=1, keepdims=True) / self.radius**2
        return np.asarray(offset * (1 + self.strength * squares) + np.array(self.centre))

    def backward(self, points: Points) -> Points:
        offset = points - np.array(self.centre)
        wanted = np.sqrt((offset**2).sum(axis=1, keepdims=True)) / self.radius
        found = wanted.copy()
        for _ in range(NEWTON_STEPS):
            error = found * (1 + self.strength * found**2) - wanted
            found = found - error / (1 + 3 * self.strength * found**2)
        factor = np.where(wanted > 0, found / np.where(wanted > 0, wanted, 1.0), 1.0)
        return np.asarray(offset * factor + np.array(self.centre))


@dataclass(frozen=True, slots=True)
class Mapping:
    """From points of the printed page as displayed to pixels of its picture.

    `scale` is the pixels a point that the page was drawn with, before the steps.
    """

    scale: float
    steps: tuple[Step, ...]
    width: int  # of the picture, px
    height: int

    def to_pixels(self, points: Points) -> Points:
        """Where points of the page are in the picture."""
        places = points * self.scale
        for step in self.steps:
            places = step.forward(places)
        return places

    def to_points(self, pixels: Points) -> Points:
        """Which points of the page are seen at places of the picture."""
        return self._to_drawing(pixels) / self.scale

    def picture(self, drawing: Pixels, outside: Pixels) -> Pixels:
        """The drawing of the page (RGB) as it comes to lie on `outside`, which is as large as the
        picture."""
        mesh_rows, mesh_columns = -(-self.height // MESH) + 2, -(-self.width // MESH) + 2
        y, x = np.mgrid[0:mesh_rows, 0:mesh_columns] * float(MESH) - MESH / 2
        places = self._to_drawing(np.stack((x.ravel(), y.ravel()), axis=1)) - 0.5
        mesh = places.reshape(mesh_rows, mesh_columns, 2).astype(np.float32)
        rows, columns = drawing.shape[:2]
        result = np.empty((self.height, self.width, *drawing.shape[2:]), np.uint8)
        for top in range(0, self.height, BAND):
            part = mesh[top // MESH : (top + BAND) // MESH + 2]
            full = cv2.resize(part, None, fx=MESH, fy=MESH, interpolation=cv2.INTER_LINEAR)
            full = full[MESH : MESH + min(BAND, self.height - top), MESH : MESH + self.width]
            across, down = (np.ascontiguousarray(full[..., axis]) for axis in (0, 1))
            seen = np.asarray(
                cv2.remap(drawing, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            )
            inside = np.minimum(
                np.minimum(across, columns - 1 - across), np.minimum(down, rows - 1 - down)
            )
            if inside.min() < 0:
                share = np.clip(inside + 1, 0, 1)[..., None]
                behind = outside[top : top + BAND]
                seen = np.rint(seen * share + behind * (1 - share)).astype(np.uint8)
            result[top : top + BAND] = seen
        return result

    def _to_drawing(self, pixels: Points) -> Points:
        places = pixels
        for step in reversed(self.steps):
            places = step.backward(places)
        return places


def _project(matrix: Points, points: Points) -> Points:
    lifted = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(lifted[:, :2] / lifted[:, 2:3])
