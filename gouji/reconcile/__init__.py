"""The sums of the form, tried on a reading; and how sure each cell is."""

from .confidence import cell_confidence
from .prose_relations import check_prose
from .relations import check_relations

__all__ = ["cell_confidence", "check_prose", "check_relations"]
