"""Where things are on a page: PDF points (1/72 inch), origin top-left, y grows downward.

The page is the page as displayed: rotation and crop box are already applied.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Box:
    """An upright rectangle; it may be empty (a point or a line) but never inside out."""

    left: float
    top: float
    right: float
    bottom: float

    def __post_init__(self) -> None:
        if not (self.left <= self.right and self.top <= self.bottom):  # also refuses NaN
            raise ValueError(f"box is inside out: {self}")

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def center_x(self) -> float:
        return (self.left + self.right) / 2

    @property
    def center_y(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def area(self) -> float:
        return self.width * self.height

    def contains(self, x: float, y: float) -> bool:
        """Whether the point lies inside or on the border."""
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def intersection(self, other: Box) -> Box | None:
        """The common part, or None where the boxes do not touch."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right, bottom = min(self.right, other.right), min(self.bottom, other.bottom)
        return Box(left, top, right, bottom) if left <= right and top <= bottom else None

    def overlap(self, other: Box) -> float:
        """Share of this box's area that lies in the other; 0 for an empty box."""
        common = self.intersection(other)
        return common.area / self.area if common and self.area else 0.0

    def expanded(self, by: float) -> Box:
        """Grown by so many points on every side (never inside out)."""
        center_x, center_y = self.center_x, self.center_y
        return Box(
            min(self.left - by, center_x),
            min(self.top - by, center_y),
            max(self.right + by, center_x),
            max(self.bottom + by, center_y),
        )

    def as_list(self) -> list[float]:
        """``[left, top, right, bottom]`` to a hundredth of a point, as the contract prints it."""
        return [
            round(self.left, 2),
            round(self.top, 2),
            round(self.right, 2),
            round(self.bottom, 2),
        ]

    @staticmethod
    def around(boxes: Iterable[Box]) -> Box:
        """The smallest box that holds all of them.

        Raises:
            ValueError: there are none.
        """
        items = list(boxes)
        if not items:
            raise ValueError("no boxes to go around")
        if len(items) == 1:  # most values stand in one cell
            return items[0]
        return Box(
            min(b.left for b in items),
            min(b.top for b in items),
            max(b.right for b in items),
            max(b.bottom for b in items),
        )
