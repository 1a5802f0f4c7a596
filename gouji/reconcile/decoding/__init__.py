"""Joint decoding of a report: the sums of its form read the table (docs/reconcile.md)."""

from .checks import Check, form_checks, of_balance, prose_checks, year_checks
from .decode import DecodeSettings, decode
from .decoded import CellPosterior, CheckPosterior, Decoded, Outcome, RunnerUp, Weighed
from .evidence import Candidate, CellEvidence, CellPrior, Reading, prior_of
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
    "Outcome",
    "Publisher",
    "Reading",
    "RunnerUp",
    "Weighed",
    "decode",
    "form_checks",
    "of_balance",
    "prior_of",
    "prose_checks",
    "year_checks",
]
