"""Exports documents with LibreOffice Writer, many in one start of the program."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from samples.generator.document import Document
from samples.generator.fonts import find_font
from samples.generator.producers.flat_odt import render_flat_odt
from samples.generator.producers.programs import find_program, pin_metadata, run
from samples.generator.style import Style


@dataclass(frozen=True, slots=True)
class Order:
    """One document to export."""

    document: Document
    style: Style
    target: Path


def write_pdfs(orders: Sequence[Order]) -> None:
    """Write all documents as PDF.

    Raises:
        MissingProgram: LibreOffice or a font of a style is not installed.
    """
    if not orders:
        return
    program = find_program("soffice", "libreoffice-writer-nogui")
    for order in orders:
        text = order.style.text
        for font in (text.body_font, text.title_font, text.table_font):
            find_font(font).check()
    with tempfile.TemporaryDirectory(prefix="samples-libreoffice-") as folder:
        sources = [Path(folder, f"{number:04d}.fodt") for number in range(len(orders))]
        for source, order in zip(sources, orders, strict=True):
            source.write_text(render_flat_odt(order.document, order.style), encoding="utf-8")
        printed = [source.with_suffix(".pdf") for source in sources]
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [program, profile, "--headless", "--norestore", "--convert-to", "pdf"]
        run([*command, "--outdir", folder, *map(str, sources)], printed)
        for source, order in zip(printed, orders, strict=True):
            pin_metadata(source, order.target)
