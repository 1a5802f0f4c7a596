"""Probabilities that hold: fitted on documents whose cells are known (docs/confidence.md)."""

from .accepting import Acceptance, Limit, cells_at_stake, is_unread, limit_within, reading_kind
from .calibration import (
    GUESS,
    Calibration,
    CalibrationUnusable,
    calibration_id,
    is_guess,
    load_calibration,
    shipped,
)
from .documents import LabelledDocument, LabelSource
from .drift import Drift, Reviewed, drift_of
from .explaining import Explanation, explain, reading_evidences
from .features import surroundings
from .promise import HeldOut, Point
from .sources import SourceKind, is_weighed, source_kind
from .stored import EvidenceUnusable, evidence_fields, evidence_of, evidences_of

__all__ = [
    "GUESS",
    "Acceptance",
    "Calibration",
    "CalibrationUnusable",
    "Drift",
    "EvidenceUnusable",
    "Explanation",
    "HeldOut",
    "LabelSource",
    "LabelledDocument",
    "Limit",
    "Point",
    "Reviewed",
    "SourceKind",
    "calibration_id",
    "cells_at_stake",
    "drift_of",
    "evidence_fields",
    "evidence_of",
    "evidences_of",
    "explain",
    "is_guess",
    "is_unread",
    "is_weighed",
    "limit_within",
    "load_calibration",
    "reading_evidences",
    "reading_kind",
    "shipped",
    "source_kind",
    "surroundings",
]
