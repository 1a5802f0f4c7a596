"""The annual report: its forms as data, and tables and text read as a filled form."""

from .about import About, Metadata, MetaLine, read_metadata
from .fill import FormReading, fill_form

__all__ = ["About", "FormReading", "MetaLine", "Metadata", "fill_form", "read_metadata"]
