"""The sums of the form, tried on a reading; and how sure each cell is."""

from .confidence import cell_confidence
from .relations import check_relations

__all__ = ["cell_confidence", "check_relations"]
