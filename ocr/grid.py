"""The grid of a scanned page, found before anything on it is read."""

from __future__ import annotations

from dataclasses import dataclass

from gouji.grids.lattice import Lattice, find_lattices
from gouji.grids.rulings import Tolerance, joined
from gouji.model import Word

from .image import PageImage, Pixels
from .ink import ink_words
from .rulings import RasterRulings, find_rulings


@dataclass(frozen=True, slots=True)
class RasterGrid:
    """The lattices of a page, where its ink stands (words without text), and its rules."""

    lattices: tuple[Lattice, ...]
    words: tuple[Word, ...]
    rules: RasterRulings
    tolerance: Tolerance


def find_grid(page: PageImage, grey: Pixels | None = None) -> RasterGrid:
    """The drawn tables of a straightened page, top to bottom, by the builder of all tables."""
    rules = find_rulings(page, grey)
    words = ink_words(rules.ink, rules.mask, rules.size)
    tolerance = Tolerance.for_size(rules.size)
    lattices = find_lattices(joined(rules.rulings, tolerance), words, tolerance)
    return RasterGrid(tuple(lattices), tuple(words), rules, tolerance)
