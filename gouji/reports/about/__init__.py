"""What a report says about itself: title, issuer, year, dates, numbers, contacts, sections.

Read from the lines outside tables; docs/metadata.md lists the traps.
"""

from .issuer import organ_type
from .lines import MetaLine
from .reading import Metadata, read_metadata
from .sections import is_section_heading
from .title import About

__all__ = ["About", "MetaLine", "Metadata", "is_section_heading", "organ_type", "read_metadata"]
