"""Probabilities that hold: fitted on documents whose cells are known (docs/confidence.md)."""

from .calibration import (
    Calibration,
    CalibrationUnusable,
    calibration_id,
    load_calibration,
    shipped,
)
from .documents import LabelledDocument, LabelSource
from .drift import Drift, Reviewed, drift_of
from .features import surroundings
from .learning import Learned, judge, learn
from .promise import HeldOut, Point
from .sources import SourceKind, is_weighed, source_kind
from .stored import EvidenceUnusable, evidence_fields, evidence_of, evidences_of

__all__ = [
    "Calibration",
    "CalibrationUnusable",
    "Drift",
    "EvidenceUnusable",
    "HeldOut",
    "LabelSource",
    "LabelledDocument",
    "Learned",
    "Point",
    "Reviewed",
    "SourceKind",
    "calibration_id",
    "drift_of",
    "evidence_fields",
    "evidence_of",
    "evidences_of",
    "is_weighed",
    "judge",
    "learn",
    "load_calibration",
    "shipped",
    "source_kind",
    "surroundings",
]
