"""The form's tables on a page whose rules are gone: laid over its numbers and labels."""

from .labels import with_line_labels
from .tables import LineWords, is_poor, with_unruled

__all__ = ["LineWords", "is_poor", "with_line_labels", "with_unruled"]
