"""Reading table cells from pixels, one by one: blank proven, numbers with their alternatives."""

from .cell import CellInk, CellReading, TextLine
from .reading import Kind, read_cells

__all__ = ["CellInk", "CellReading", "Kind", "TextLine", "read_cells"]
