"""Pictures of a document's pages with what was read drawn on them: grid, cells, state, sums."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from gouji.model import DocumentReading, MediaType

from .pdf_document import PdfFile
from .picture_page import page_picture, with_legend

LONGEST_NAME = 200  # bytes of the document's name that are kept; file systems allow 255


def draw_pages(
    path: Path,
    reading: DocumentReading,
    out_dir: Path,
    as_pdf: bool,
    passwords: Sequence[str] = (),
) -> list[Path]:
    """Draw the pages that the reading lists, and tell the files written in the order of the pages.

    One PNG a page, or with ``as_pdf`` one annotated PDF whose pages keep their text; it is not
    encrypted, whatever the document was. Every file is complete or absent. A document that has
    no pages (DOCX, HTML, text) gives none.

    Raises:
        DocumentFault: the document cannot be opened any more.
        OSError: the folder cannot be written.
    """
    if reading.source.media_type is not MediaType.PDF or not reading.pages:
        return []
    name = _short(path.stem)
    with PdfFile(path.read_bytes(), passwords) as file:
        if as_pdf:
            from .picture_pdf import write_annotated

            target = out_dir / f"{name}-read.pdf"
            return [target] if _whole(target, lambda part: write_annotated(file, reading, part)) else []
        written = []
        for route in sorted(reading.pages, key=lambda page: page.facts.number):
            picture = page_picture(file, reading, route)
            if picture is not None:
                target = out_dir / f"{name}-page-{route.facts.number:03d}.png"
                image = with_legend(picture)
                _whole(target, image.save...)
    return written
