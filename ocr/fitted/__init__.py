"""A form's table laid over the rules of a page as a whole, where they are too faint one by one."""

from .evidence import Evidence, find_evidence
from .page import fitted_tables, is_drawn, with_fitted

__all__ = ["Evidence", "find_evidence", "fitted_tables", "is_drawn", "with_fitted"]
