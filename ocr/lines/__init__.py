"""Text outside tables: its lines on a straight page, and what they say."""

from .find import LinesFound, TextLineBox, find_lines
from .read import read_lines

__all__ = ["LinesFound", "TextLineBox", "find_lines", "read_lines"]
