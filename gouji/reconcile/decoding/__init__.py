"""Joint decoding of a report: the sums of its form read the table (docs/reconcile.md)."""

from .beside import Beside, heard_copies, report_checks, with_beside
from .checks import Check, form_checks, of_balance, prose_checks
from .decode import DecodeSettings, decode
from .decoded import CellPosterior, CheckPosterior, Decoded, Group, Outcome, RunnerUp, Weighed
from .evidence import Candidate, CellEvidence, CellPrior, Reading, prior_of
from .explain import Explanation, explain
from .priority import Priority, confirmed, review_order
from .publisher import Publisher

__all__ = [
    "Beside",
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
    "heard_copies",
    "of_balance",
    "prior_of",
    "prose_checks",
    "report_checks",
    "review_order",
    "with_beside",
]
