"""What can go wrong: exceptions for the installation and the caller, `Failure` for documents.

An exception of this tree carries the exit status of the command line and an advice that says what
to do. A fault of a document is data and never stops a batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class GoujiError(Exception):
    """Any error gouji raises on purpose."""

    exit_code = 1
    advice = ""

    def __init__(self, message: str, advice: str | None = None) -> None:
        super().__init__(message)
        if advice is not None:
            self.advice = advice

    def __str__(self) -> str:
        message = super().__str__()
        return f"{message} {self.advice}" if self.advice else message


class WrongUsage(GoujiError):
    """The command or the call makes no sense as given."""

    exit_code = 2


class InstallationIncomplete(GoujiError):
    """A program, a package or a model that the work needs is not there."""

    exit_code = 3
    advice = "Run `gouji doctor` to see what is missing."


class EngineMissing(InstallationIncomplete):
    """An OCR model is not installed."""

    advice = "Run `gouji models fetch`."


class ProgramMissing(InstallationIncomplete):
    """A program that some kinds of document need is not installed; the other kinds can be read."""


class StoreUnavailable(GoujiError):
    """The database or the work folder cannot be opened or written."""

    advice = "Check --work and --database, free space and rights."


class DocumentFault(GoujiError):
    """A document cannot be read; the reader that catches it keeps it as a `Failure`."""

    def __init__(self, kind: FailureKind, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class FailureKind(StrEnum):
    """Why a document, or a page of it, could not be read."""

    EMPTY_FILE = "empty_file"
    NOT_READABLE = "not_readable"  # no rights, gone, a folder, an I/O error
    UNSUPPORTED = "unsupported_type"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    UNSAFE = "unsafe"  # would do harm: a bomb, a path that leads out of its archive
    PAGE_TIMEOUT = "page_timeout"
    DOCUMENT_TIMEOUT = "document_timeout"
    PAGE_EMPTY = "page_without_size"
    PAGE_BROKEN = "page_broken"
    TOO_MANY_PAGES = "too_many_pages"
    NEEDS_OCR = "needs_ocr"
    WORKER_DIED = "worker_died"
    PROGRAM_MISSING = "program_missing"  # the installation's fault, not the document's
    OUT_OF_MEMORY = "out_of_memory"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class Failure:
    """One fault of a document: page is None when it is the document as a whole."""

    page: int | None
    stage: str  # sniff, open, probe, extract, table, report, ocr, store
    kind: FailureKind
    message: str  # one line

    @property
    def waits_for_engine(self) -> bool:
        """Whether it would have been read with an OCR engine and its models (others never can)."""
        return self.kind is FailureKind.NEEDS_OCR and self.stage == "ocr"
