"""What a document says, in the terms of the output contract (docs/contract.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .errors import Failure, FailureKind
from .geometry import Box
from .page import PageRoute, PageText
from .source import Pipeline, SourceInfo
from .table import TablePart

Number = int | Decimal


class Kind(StrEnum):
    """What a value cell holds. Blank, a mark for "none", unreadable and 0 are four things."""

    NUMBER = "number"
    BLANK = "blank"
    NOT_APPLICABLE = "not_applicable"
    CELL_NOT_IN_SOURCE = "cell_not_in_source"
    TEXT_DAMAGED = "text_damaged"
    UNREAD = "unread"


class CellState(StrEnum):
    ACCEPTED = "accepted"
    REVIEW = "review"
    CORRECTED = "corrected"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Alternative:
    """A reading of a cell with its probability."""

    text: str
    p: float


@dataclass(frozen=True, slots=True)
class CellPlace:
    """Where a cell was printed, and who read it.

    PDF and pictures: ``page`` and ``box``. DOCX and HTML: ``table``, ``row``, ``column``, from 0.
    Text: ``span`` of characters of the document's text.
    """

    reader: str
    reader_version: str
    page: int | None = None
    box: Box | None = None
    part: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None
    span: tuple[int, int] | None = None


class Agreement(StrEnum):
    """What the second, independent reader said of a cell."""

    NOT_ASKED = "not_asked"
    AGREES = "agrees"
    DISAGREES = "disagrees"
    SILENT = "silent"  # it ran, and did not find the cell


@dataclass(frozen=True, slots=True)
class ReportCell:
    """One value cell of the form: the field names are the contract's."""

    key: str  # table/row/column
    value: Number | None
    kind: Kind
    unit: str | None
    as_read: str | None  # the best single reading, untouched; None when there is no such cell
    as_printed: Number | None
    confidence: float
    state: CellState
    alternatives: tuple[Alternative, ...] = ()
    place: CellPlace | None = None
    agreement: Agreement = Agreement.NOT_ASKED
    label: str | None = None  # the row label as printed
    column_label: str | None = None  # the column's head as printed, where columns are the organ's
    # what was measured of it, by name: what a calibration learns from; no part of the output
    evidence: Mapping[str, float | str] | None = None


class RelationStatus(StrEnum):
    HOLDS = "holds"
    VIOLATED = "violated"
    UNTESTABLE = "untestable"


class Cause(StrEnum):
    SOURCE_INCONSISTENT = "source_inconsistent"
    MISREAD_SUSPECTED = "misread_suspected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RelationResult:
    """One relation of the form, tried on one row, column or block."""

    id: str
    scope: str
    status: RelationStatus
    left: Number | None
    right: Number | None
    cause: Cause | None = None
    level: str = "H"  # H must hold by the form, S warns, X across years
    keys: tuple[str, ...] = ()  # the cells it ties
    # of a violated one: the probability that what is printed breaks it, whatever was read
    by_source: float | None = None


@dataclass(frozen=True, slots=True)
class ProseFact:
    """A number stated in the narrative that the form also has."""

    code: str
    value: Number
    approximate: bool
    page: int | None  # None in a document without pages
    span: str  # the words it was read from, as printed
    # of the number (of a statement of none: its clause), in the text of its page
    offset: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a web page links to; it is listed, never fetched."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class StatedList:
    """Categories with their numbers, as the narrative lists them under a total."""

    label: str  # the words before the total
    total: Number
    parts: tuple[Number, ...]
    exhaustive: bool  # 包括, 分别为; a list with 其中 may leave categories out
    approximate: bool  # the total or a part is
    page: int | None
    span: str  # as printed


@dataclass(frozen=True, slots=True)
class ReportInfo:
    """What is known about the report as a whole."""

    template: str | None
    title: str | None = None
    issuer: str | None = None
    region: tuple[str, ...] = ()
    organ_type: str | None = None
    organ_level: str | None = None  # 国家, 省, 地, 县, 乡
    organ_code: str | None = None  # 统一社会信用代码
    report_year: int | None = None
    period_start: date | None = None  # of the statistics
    period_end: date | None = None
    publication_date: date | None = None
    document_date: date | None = None
    signature_date: date | None = None
    index_number: str | None = None
    document_number: str | None = None
    contacts: Mapping[str, str] = field(default_factory=dict)
    sections_present: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """Everything one document gave; `gouji.model.contract` writes it as JSON."""

    source: SourceInfo
    pipeline: Pipeline
    report: ReportInfo | None = None
    cells: tuple[ReportCell, ...] = ()
    relations: tuple[RelationResult, ...] = ()
    prose: tuple[ProseFact, ...] = ()
    tables: tuple[TablePart, ...] = ()
    text: tuple[PageText, ...] = ()
    pages: tuple[PageRoute, ...] = ()
    flags: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()
    no_report: str | None = None  # why there is no report: explanation, notice, blank_form, …
    attachments: tuple[Attachment, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the document as a whole could not be read (a lost page is not that)."""
        return any(f.page is None for f in self.failures)

    @property
    def lacks_program(self) -> bool:
        """Whether only a program that is not installed is missing to read it."""
        return any(f.kind is FailureKind.PROGRAM_MISSING for f in self.failures)

    @property
    def lacks_engine(self) -> bool:
        """Whether pages, or the pictures that hold its form, wait for an OCR engine."""
        formless = self.report is None or self.report.template is None
        return any(f.waits_for_engine and (f.page or formless) for f in self.failures)
