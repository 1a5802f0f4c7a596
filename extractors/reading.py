"""One document from bytes to a reading: sniff, probe, route, extract, form, relations."""

from __future__ import annotations

import errno
import stat
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from gouji import __version__
from gouji.model import (
    DocumentFault,
    DocumentReading,
    Failure,
    FailureKind,
    MediaType,
    Pipeline,
    ProgramMissing,
    SourceFile,
    SourceInfo,
)
from gouji.reconcile.calibration import load_calibration
from ocr.pictures import MEDIA_TYPES as PICTURES

from .archives.documents import documents_in, too_deep
from .assemble import assemble
from .docx.extract import extract_docx
from .extracted import Extracted, internal_failure
from .office.extract import extract_office
from .office.kinds import CONVERTED
from .office.lock import unlocked
from .pdf.document import PdfFile
from .pdf.extract import extract_pdf
from .pdf.second_opinion import SecondReaders
from .scan.pictures import extract_picture
from .scan.stages import FORM, stage
from .settings import ReadSettings
from .sheets.extract import extract_xlsx
from .sniff import refuse, sniff, source_file
from .text.extract import extract_text
from .web.extract import extract_html

# Readers of documents without pages, by what the bytes are. Each raises `DocumentFault` for a
# document that cannot be read at all; what is wrong with a part of it is a failure in the result.
UNPAGED: dict[MediaType, Callable[[SourceFile, ReadSettings], Extracted]] = {
    MediaType.TEXT: extract_text,
    MediaType.DOCX: extract_docx,
    MediaType.XLSX: extract_xlsx,
    **dict.fromkeys((*CONVERTED, MediaType.OLE), extract_office),
    MediaType.HTML: extract_html,
    MediaType.MHTML: extract_html,
}

# Called with the page number (from 1) before a page is read, and with 0 after the last.
Progress = Callable[[int], None]


def read_document(
    name: str,
    data: bytes,
    settings: ReadSettings,
    *,
    skip: frozenset[int] = frozenset(),
    on_page: Progress | None = None,
) -> DocumentReading:
    """Read one document; faults of the document are `failures` of the reading, never exceptions.

    ``skip`` names pages that are not tried again, because a worker died or timed out on them.
    """
    source = source_file(name, data)
    pipeline = Pipeline(__version__, settings.digest)
    try:
        if source.media_type is MediaType.ZIP:
            name, data = _only_document(name, data, settings)
            return read_document(name, data, settings, skip=skip, on_page=on_page)
        if source.media_type is MediaType.PDF:
            return _read_pdf(source, pipeline, settings, skip, on_page)
        if source.media_type in PICTURES:
            return _read_picture(source, pipeline, settings, skip, on_page)
        source = unlocked(source, settings.passwords)
        extract = UNPAGED.get(source.media_type)
        if extract is None:
            raise refuse(source)
        info = SourceInfo(source.name, source.sha256, source.media_type, 0)
        found = extract(source, settings)
        if found.instead is not None and found.instead.media_type in UNPAGED:
            found = UNPAGED[found.instead.media_type](found.instead, settings)
        return assemble(info, pipeline, found, None, load_calibration(settings.calibration))
    except DocumentFault as fault:
        return _failed(source, pipeline, Failure(None, "open", fault.kind, str(fault)))
    except ProgramMissing as error:
        failure = Failure(None, "open", FailureKind.PROGRAM_MISSING, str(error))
        return _failed(source, pipeline, failure)
    except MemoryError:
        failure = Failure(
            None, "extract", FailureKind.OUT_OF_MEMORY, "the document needs too much memory"
        )
        return _failed(source, pipeline, failure)
    except Exception as error:  # never stops a batch: the document's failure says where
        return _failed(source, pipeline, internal_failure(error, None))


def read_documents(name: str, data: bytes, settings: ReadSettings) -> Iterator[DocumentReading]:
    """Read a file as `read_document` does; of a ZIP archive every document in it.

    They are called ``bundle.zip/成员.docx``. What of the archive cannot be read gives a reading
    with a failure.
    """
    source = source_file(name, data)
    if source.media_type is not MediaType.ZIP:
        yield read_document(name, data, settings)
        return
    pipeline, empty = Pipeline(__version__, settings.digest), True
    for path, content in documents_in(name, data, settings):
        empty = False
        if isinstance(content, DocumentFault):
            fault = SourceFile.of(path, b"", MediaType.UNKNOWN)
            yield _failed(fault, pipeline, Failure(None, "open", content.kind, str(content)))
        else:
            yield read_document(path, content, settings)
    if empty:
        message = "the ZIP archive holds no document"
        yield _failed(source, pipeline, Failure(None, "open", FailureKind.UNSUPPORTED, message))


def _only_document(name: str, data: bytes, settings: ReadSettings) -> tuple[str, bytes]:
    """The document of an archive that holds one; its name begins with that of the archive.

    Raises:
        DocumentFault: there is none, or one reading cannot tell of them all.
    """
    inside = list(islice(documents_in(name, data, settings), 2))
    match inside:
        case [(path, bytes(content))]:
            if sniff(content) is MediaType.ZIP:
                raise too_deep()
            return path, content
        case [(_, DocumentFault() as fault), *_]:
            raise fault
        case []:
            raise DocumentFault(FailureKind.UNSUPPORTED, "the ZIP archive holds no document")
    message = "the file is a ZIP archive of several documents: call it .zip to have each one read"
    raise DocumentFault(FailureKind.UNSUPPORTED, message)


def read_file(
    path: Path,
    settings: ReadSettings,
    *,
    skip: frozenset[int] = frozenset(),
    on_page: Progress | None = None,
) -> DocumentReading:
    """Read one file; one that cannot be opened gives a reading with a `NOT_READABLE` failure."""
    try:
        data = _bytes_of(path)
    except OSError as error:
        source = SourceFile.of(path.name, b"", MediaType.UNKNOWN)
        reason = error.strerror or type(error).__name__
        failure = Failure(
            None, "open", FailureKind.NOT_READABLE, f"the file cannot be read: {reason}"
        )
        return _failed(source, Pipeline(__version__, settings.digest), failure)
    return read_document(path.name, data, settings, skip=skip, on_page=on_page)


def _bytes_of(path: Path) -> bytes:
    """The bytes of a plain file; a pipe or a device would hang or never end."""
    kind = path.stat().st_mode
    if not stat.S_ISREG(kind) and not stat.S_ISDIR(kind):
        raise OSError(errno.EINVAL, "not a plain file")
    return path.read_bytes()


def _read_pdf(
    source: SourceFile,
    pipeline: Pipeline,
    settings: ReadSettings,
    skip: frozenset[int],
    on_page: Progress | None,
) -> DocumentReading:
    with PdfFile(source.data, settings.passwords) as file:
        found = extract_pdf(file, settings, skip, on_page)
        if on_page is not None:
            on_page(0)  # the pages are done: what follows is not the last page's time
        info = SourceInfo(source.name, source.sha256, source.media_type, found.pages)
        others = SecondReaders(file, found.turned or (), settings)
        with stage(FORM):
            ask = others if settings.second_reader else None
            return assemble(info, pipeline, found, ask, load_calibration(settings.calibration))


def _read_picture(
    source: SourceFile,
    pipeline: Pipeline,
    settings: ReadSettings,
    skip: frozenset[int],
    on_page: Progress | None,
) -> DocumentReading:
    found = extract_picture(source, settings, skip, on_page)
    if on_page is not None:
        on_page(0)
    info = SourceInfo(source.name, source.sha256, source.media_type, found.pages)
    with stage(FORM):
        return assemble(info, pipeline, found, None, load_calibration(settings.calibration))


def _failed(source: SourceFile, pipeline: Pipeline, failure: Failure) -> DocumentReading:
    info = SourceInfo(source.name, source.sha256, source.media_type, 0)
    return DocumentReading(info, pipeline, failures=(failure,))
