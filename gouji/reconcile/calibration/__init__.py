"""Probabilities that hold: fitted on documents whose cells are known (docs/confidence.md)."""

from .accepting import (
    Acceptance,
    accepted_from,
    can_be_accepted,
    reading_kind,
    threshold_within,
)
from .calibration import (
    Calibration,
    CalibrationUnusable,
    calibration_id,
    load_calibration,
    shipped,
)
from .documents import LabelledDocument, LabelSource
from .drift import Drift, Reviewed, drift_of
from .explaining import Explanation, explain, reading_evidences
from .features import surroundings
from .learning import Learned, judge, learn
from .promise import HeldOut, Point
from .sources import SourceKind, is_weighed, source_kind
from .stored import EvidenceUnusable, evidence_fields, evidence_of, evidences_of

__all__ = [
    "Acceptance",
    "Calibration",
    "CalibrationUnusable",
    "Drift",
    "EvidenceUnusable",
    "Explanation",
    "HeldOut",
    "LabelSource",
    "LabelledDocument",
    "Learned",
    "Point",
    "Reviewed",
    "SourceKind",
    "accepted_from",
    "calibration_id",
    "can_be_accepted",
    "drift_of",
    "evidence_fields",
    "evidence_of",
    "evidences_of",
    "explain",
    "is_weighed",
    "judge",
    "learn",
    "load_calibration",
    "reading_evidences",
    "reading_kind",
    "shipped",
    "source_kind",
    "surroundings",
    "threshold_within",
]
