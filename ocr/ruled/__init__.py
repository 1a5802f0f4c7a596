"""Rules of a straight page from its pixels: runs of a ridge, lines of runs, walls between lines."""

from .borders import inner_borders
from .rulings import RasterRulings, find_rulings
from .sides import rules_along

__all__ = ["RasterRulings", "find_rulings", "inner_borders", "rules_along"]
