"""The annual report: its forms as data, and tables and text read as a filled form."""

from .fill import FormReading, fill_form
from .metadata import Metadata, MetaLine, read_metadata
from .prose import Narrative, read_narrative, read_prose

__all__ = [
    "FormReading",
    "MetaLine",
    "Metadata",
    "Narrative",
    "fill_form",
    "read_metadata",
    "read_narrative",
    "read_prose",
]
