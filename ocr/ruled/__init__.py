"""Rules of a straight page from its pixels: runs of a ridge, lines of runs, walls between lines."""

from .borders import inner_borders
from .rulings import RasterRulings, find_rulings

__all__ = ["RasterRulings", "find_rulings", "inner_borders"]
