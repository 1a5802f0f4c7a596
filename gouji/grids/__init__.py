"""Rulings and words to tables: one builder for drawn lines and for lines found in pixels.

`rulings` (tidy strokes) -> `lattice` (which cells there are) -> `placing` (which words they hold)
-> `build` (the tables of a page) -> `parts` (tables that go on over pages).
"""

from .build import PageTables, build_tables
from .lines import Line, text_lines
from .parts import PartJoiner, join_parts

__all__ = ["Line", "PageTables", "PartJoiner", "build_tables", "join_parts", "text_lines"]
