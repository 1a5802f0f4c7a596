"""What a report says about itself: title, issuer, year, dates, numbers, contacts, sections.

Read from the lines outside tables; docs/metadata.md lists the traps.
"""

from .issuer import organ_type
from .lines import MetaLine
from .reading import Metadata, read_metadata
from .title import About

__all__ = ["About", "MetaLine", "Metadata", "organ_type", "read_metadata"]
