"""Reports as the text that is got out of their PDFs, by the programs that people have for it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pypdfium2
from pdfminer.high_level import extract_text

from samples.generator.document import Document
from samples.generator.producers import reportlab_pdf
from samples.generator.producers.programs import TIME_LIMIT, find_program
from samples.generator.style import draw_style


def dump(name: str, document: Document, seed: int) -> str:
    """The text of the report's PDF in the order and with the line ends of one program.

    Raises:
        MissingProgram: a font or `pdftotext` is not installed.
    """
    style = draw_style(seed, "reportlab")
    # a text struck twice for boldness comes out twice
    style = replace(style, text=replace(style.text, bold="none"))
    with tempfile.TemporaryDirectory(prefix="samples-dump-") as folder:
        pdf = Path(folder, "report.pdf")
        reportlab_pdf.write_pdf(document, style, seed, pdf)
        return DUMPS[name](pdf)


def _pdftotext(pdf: Path, *options: str) -> str:
    program = find_program("pdftotext", "poppler-utils")
    done = subprocess.run(
        [program, *options, str(pdf), "-"],
        capture_output=True, text=True, encoding="utf-8", timeout=TIME_LIMIT, check=True,
    )  # fmt: skip
    return done.stdout


def _pypdfium2(pdf: Path) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_range() for page in document)


DUMPS: Mapping[str, Callable[[Path], str]] = {
    "text_pdftotext": _pdftotext,
    "text_pdftotext_layout": lambda pdf: _pdftotext(pdf, "-layout"),
    "text_pdftotext_raw": lambda pdf: _pdftotext(pdf, "-raw"),
    "text_pypdfium2": _pypdfium2,
    "text_pdfminer": lambda pdf: str(extract_text(pdf)),
}
