"""Annual reports as web extractors leave them: text in which tables have lost their grid."""

from .layout import FlatLine, FlatTable
from .tables import DEDUPLICATED, OUT_OF_ORDER, RUN_ON, read_flat_text
from .units import clean_line

__all__ = [
    "DEDUPLICATED",
    "OUT_OF_ORDER",
    "RUN_ON",
    "FlatLine",
    "FlatTable",
    "clean_line",
    "read_flat_text",
]
