"""Annual reports as web extractors leave them: text in which tables have lost their grid."""

from .tables import FlatCell, FlatLine, FlatTable, read_flat_text

__all__ = ["FlatCell", "FlatLine", "FlatTable", "read_flat_text"]
