"""The annual report: its forms as data, and tables and text read as a filled form."""

from .about import About, Metadata, MetaLine, read_metadata
from .fill import FormReading, fill_form
from .prose import Narrative, read_narrative, read_prose

__all__ = [
    "About",
    "FormReading",
    "MetaLine",
    "Metadata",
    "Narrative",
    "fill_form",
    "read_metadata",
    "read_narrative",
    "read_prose",
]
