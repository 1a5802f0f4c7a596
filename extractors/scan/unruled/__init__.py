"""The form's tables on a page whose rules are gone: laid over its numbers and labels."""

from .tables import is_poor, with_unruled

__all__ = ["is_poor", "with_unruled"]
