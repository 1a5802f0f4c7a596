"""Joint decoding of a report: the sums of its form read the table (docs/reconcile.md)."""

from .checks import Check, form_checks, of_balance, prose_checks, year_checks
from .decode import DecodeSettings, decode
from .decoded import CellPosterior, CheckPosterior, Decoded, Group, Outcome, RunnerUp, Weighed
from .evidence import Candidate, CellEvidence, CellPrior, Reading, prior_of
from .explain import Explanation, explain
from .priority import Priority, confirmed, review_order
from .publisher import Publisher

__all__ = [
    "Candidate",
    "CellEvidence",
    "CellPosterior",
    "CellPrior",
    "Check",
    "CheckPosterior",
    "DecodeSettings",
    "Decoded",
    "Explanation",
    "Group",
    "Outcome",
    "Priority",
    "Publisher",
    "Reading",
    "RunnerUp",
    "Weighed",
    "confirmed",
    "decode",
    "explain",
    "form_checks",
    "of_balance",
    "prior_of",
    "prose_checks",
    "review_order",
    "year_checks",
]
