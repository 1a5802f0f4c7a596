"""Prints a document with Chromium, from HTML."""

from __future__ import annotations

import tempfile
from pathlib import Path

from samples.generator.document import Document
from samples.generator.fonts import find_font
from samples.generator.producers.html import render_html
from samples.generator.producers.programs import find_program, pin_metadata, run
from samples.generator.style import Style

# Without a sandbox because it also runs as root in CI; nothing but our own file is opened.
OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pdf-header-footer",
)


def write_pdf(document: Document, style: Style, target: Path) -> None:
    """Write the document as PDF.

    Raises:
        MissingProgram: Chromium or a font of the style is not installed.
    """
    program = find_program("chromium", "chromium")
    for font in (style.text.body_font, style.text.title_font, style.text.table_font):
        find_font(font).check()
    with tempfile.TemporaryDirectory(prefix="samples-chromium-") as folder:
        page, printed = Path(folder, "report.html"), Path(folder, "report.pdf")
        page.write_text(render_html(document, style), encoding="utf-8")
        profile = f"--user-data-dir={Path(folder, 'profile')}"
        command = [program, *OPTIONS, profile, f"--print-to-pdf={printed}", page.as_uri()]
        run(command, [printed])
        pin_metadata(printed, target)
