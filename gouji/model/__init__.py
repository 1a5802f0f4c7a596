"""The nouns of gouji: frozen dataclasses that every floor above shares."""

from .errors import (
    DocumentFault,
    EngineMissing,
    Failure,
    FailureKind,
    GoujiError,
    InstallationIncomplete,
    StoreUnavailable,
    WrongUsage,
)
from .geometry import Box
from .page import PageFacts, PageRoute, PageText, Route, Ruling, Word
from .report import (
    Agreement,
    Alternative,
    Cause,
    CellPlace,
    CellState,
    DocumentReading,
    Kind,
    Number,
    ProseFact,
    RelationResult,
    RelationStatus,
    ReportCell,
    ReportInfo,
)
from .source import MediaType, Pipeline, SourceFile, SourceInfo
from .table import TableCell, TableCells, TablePart

__all__ = [
    "Agreement",
    "Alternative",
    "Box",
    "Cause",
    "CellPlace",
    "CellState",
    "DocumentFault",
    "DocumentReading",
    "EngineMissing",
    "Failure",
    "FailureKind",
    "GoujiError",
    "InstallationIncomplete",
    "Kind",
    "MediaType",
    "Number",
    "PageFacts",
    "PageRoute",
    "PageText",
    "Pipeline",
    "ProseFact",
    "RelationResult",
    "RelationStatus",
    "ReportCell",
    "ReportInfo",
    "Route",
    "Ruling",
    "SourceFile",
    "SourceInfo",
    "StoreUnavailable",
    "TableCell",
    "TableCells",
    "TablePart",
    "Word",
    "WrongUsage",
]
