"""Pictures of a document's pages with what was read drawn on them: grid, cells, state, sums."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from gouji.model import DocumentReading, MediaType
from ocr.pictures import MEDIA_TYPES as PICTURES
from ocr.pictures import PictureFile

from ..pdf.document import PdfFile
from ..settings import ReadSettings
from .page import page_picture, with_legend

LONGEST_NAME = 200  # bytes of the document's name that are kept; file systems allow 255


def draw_pages(
    path: Path,
    reading: DocumentReading,
    out_dir: Path,
    as_pdf: bool,
    settings: ReadSettings | None = None,
) -> list[Path]:
    """Draw the pages that the reading lists, and tell the files written, in the pages' order.

    One PNG a page, or with ``as_pdf`` one annotated PDF whose pages keep their text; it is not
    encrypted, whatever the document was. Every file is there whole or not at all. A document
    without pages (DOCX, HTML, text) gives none. A page of pixels is drawn straight.

    Raises:
        DocumentFault: the document cannot be opened any more.
        OSError: the folder cannot be written.
    """
    media_type = reading.source.media_type
    if media_type not in (MediaType.PDF, *PICTURES) or not reading.pages:
        return []
    settings = settings or ReadSettings()
    name = _short(path.stem)
    with ExitStack() as stack:
        file: PdfFile | PictureFile
        if media_type is MediaType.PDF:
            file = stack.enter_context(PdfFile(path.read_bytes(), settings.passwords))
        else:
            file = PictureFile(path.read_bytes(), media_type, most_pages=settings.max_pages)
        if as_pdf:
            return _one_pdf(file, reading, out_dir / f"{name}-read.pdf", settings)
        written = []
        for route in sorted(reading.pages, key=lambda page: page.facts.number):
            picture = page_picture(file, reading, route, settings)
            if picture is not None:
                target = out_dir / f"{name}-page-{route.facts.number:03d}.png"
                with _whole(target) as part:
                    with_legend(picture).save(part, "PNG")
                written.append(target)
        return written


def _one_pdf(
    file: PdfFile | PictureFile, reading: DocumentReading, target: Path, settings: ReadSettings
) -> list[Path]:
    from .pdf import annotated  # pikepdf: 80 ms

    with annotated(file, reading, settings) as document:
        if not len(document.pages):
            return []
        with _whole(target) as part:
            document.save(part, min_version="1.7")
    return [target]


@contextmanager
def _whole(target: Path) -> Iterator[Path]:
    """A path to write to, moved to ``target`` once that is done: never seen half written."""
    part = target.with_name(f".gouji-{secrets.token_hex(6)}.part")
    try:
        yield part
        part.replace(target)
    finally:
        with suppress(OSError):
            part.unlink()


def _short(name: str) -> str:
    """A name that leaves room for what is put behind it."""
    return os.fsencode(name)[:LONGEST_NAME].decode(errors="ignore") or "document"
