"""Saves documents with LibreOffice Writer as DOCX, HTML or text, many in one start."""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from samples.generator.document import Document
from samples.generator.producers.flat_odt import render_flat_odt
from samples.generator.producers.programs import find_program, run
from samples.generator.producers.python_docx import pin_zip
from samples.generator.style import Style

# What --convert-to is told, and how the files are called that come of it.
FILTERS: Mapping[str, tuple[str, str]] = {
    "docx_libreoffice": ("docx:MS Word 2007 XML", ".docx"),
    "html_libreoffice": ("html:HTML (StarWriter)", ".html"),
    "text_libreoffice": ("txt:Text (encoded):UTF8", ".txt"),
}
_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")
PINNED_TIME = b"2024-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Order:
    """One document to save."""

    document: Document
    style: Style


def save_as(name: str, orders: Sequence[Order]) -> list[bytes]:
    """The documents in the format of this producer's name, in order.

    Raises:
        MissingProgram: LibreOffice is not installed.
    """
    if not orders:
        return []
    program = find_program("soffice", "libreoffice-writer-nogui")
    told, suffix = FILTERS[name]
    with tempfile.TemporaryDirectory(prefix="samples-libreoffice-") as folder:
        sources = [Path(folder, f"{number:04d}.fodt") for number in range(len(orders))]
        for source, order in zip(sources, orders, strict=True):
            source.write_text(render_flat_odt(order.document, order.style), encoding="utf-8")
        made = [source.with_suffix(suffix) for source in sources]
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [program, profile, "--headless", "--norestore", "--convert-to", told]
        run([*command, "--outdir", folder, *map(str, sources)], made)
        files = [path.read_bytes() for path in made]
    return [_without_times(data) for data in files] if suffix == ".docx" else files


def _without_times(data: bytes) -> bytes:
    """A DOCX whose properties do not tell when it was made."""
    name = "docProps/core.xml"
    with zipfile.ZipFile(BytesIO(data)) as archive:
        core = archive.read(name)
    return pin_zip(data, {name: _TIME.sub(PINNED_TIME, core)})
