"""Running the programs that make PDFs, and taking the time of day out of what they wrote."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pikepdf

from samples.generator.fonts import MissingProgram

PINNED_DATE = "D:20240101000000Z"
TIME_LIMIT = 300  # seconds; a first start with a new profile takes up to 20


def find_program(name: str, package: str) -> str:
    """Path of a program.

    Raises:
        MissingProgram: it is not installed; the message names the Debian package.
    """
    path = shutil.which(name)
    if path is None:
        raise MissingProgram(name, package)
    return path


def run(command: Sequence[str], wanted: Sequence[Path]) -> None:
    """Run a program and make sure that it wrote the wanted files.

    Raises:
        RuntimeError: it failed, or a file is not there.
    """
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
    missing = [path.name for path in wanted if not path.is_file()]
    if done.returncode != 0 or missing:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise RuntimeError(f"{command[0]} did not write {', '.join(missing)}: {last[0]}")


def pin_metadata(source: Path, target: Path) -> None:
    """Copy a PDF, packed, with fixed dates and a document id that follows from the content."""
    with pikepdf.open(source) as pdf:
        for name in ("/CreationDate", "/ModDate"):
            if name in pdf.docinfo:
                pdf.docinfo[name] = PINNED_DATE
        if "/Metadata" in pdf.Root:
            del pdf.Root.Metadata
        for name in ("/ID", "/DocChecksum"):  # LibreOffice makes both from the time of day
            if name in pdf.trailer:
                del pdf.trailer[name]
        pdf.save(
            target,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
