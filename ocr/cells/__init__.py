"""Reading table cells from pixels, one by one: blank proven, numbers with their alternatives."""

from .reading import CellInk, CellReading, Kind, TextLine, read_cells

__all__ = ["CellInk", "CellReading", "Kind", "TextLine", "read_cells"]
