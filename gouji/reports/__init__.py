"""The annual report: its forms as data, and tables and text read as a filled form."""

from .fill import FormReading, fill_form
from .metadata import Metadata, MetaLine, read_metadata

__all__ = ["FormReading", "MetaLine", "Metadata", "fill_form", "read_metadata"]
