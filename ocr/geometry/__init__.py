"""A page made upright and flat: quarter turns, the paper's edge, skew, perspective, curl, light."""

from .straighten import Facts, Straight, stood_upright, straighten
from .warp import PageMap

__all__ = ["Facts", "PageMap", "Straight", "stood_upright", "straighten"]
