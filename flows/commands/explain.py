"""`gouji explain`: one cell of a document, why it says what it says."""

from __future__ import annotations

import hashlib
from itertools import islice
from pathlib import Path

from gouji.model import DocumentReading, WrongUsage
from gouji.model.contract import exact_json
from gouji.reconcile.calibration import EvidenceUnusable, explain, load_calibration
from gouji.store import ReadingFilter
from gouji.store.database import database_url

from ..keeping import open_store
from ..output import print_line, printable
from ..reading import open_pool, read_sources
from ..settings import Settings
from ..sources import Found
from ..summary import failure_lines
from .terminal import console

FEWEST_DIGITS = 8


def explain_cell(file: str, key: str, settings: Settings, *, as_json: bool, again: bool) -> int:
    """Explain a cell of a file, or of a stored document, and give the exit status.

    Raises:
        WrongUsage: there is no such file, document or cell.
    """
    reading = _reading(file, settings, again)
    if reading.failed:
        for line in failure_lines(reading.source.name, reading.failures):
            console(errors=True).print(line, markup=False)
        return 1
    try:
        found = explain(reading, key, load_calibration(settings.own_calibration()))
    except EvidenceUnusable as error:
        message = f"What was kept of {printable(reading.source.name)} cannot be used: {error}."
        raise WrongUsage(message, "Read it anew with --again.") from error
    if as_json:
        print_line(exact_json(found.fields()))
    else:
        for line in found.lines():
            print_line(printable(line))
    return 0


def _reading(file: str, settings: Settings, again: bool) -> DocumentReading:
    path = Path(file)
    if path.is_file():
        known = None if again else _stored(_sha256(path), settings)
        return known or _read_now(path, settings)
    known = _stored(file, settings)
    if known is None:
        message = f"{printable(file)} is no file, and no document of the store."
        raise WrongUsage(message, "Name a file, or the first digits of a document's SHA-256.")
    return known


def _stored(name: str, settings: Settings) -> DocumentReading | None:
    """The current reading of a stored document, by its name or the first digits of its SHA-256.

    Raises:
        WrongUsage: several are meant.
    """
    url = database_url(settings.database, settings.work)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        return None
    wishes = [ReadingFilter(name=name)]
    if len(name) >= FEWEST_DIGITS and set(name) <= set("0123456789abcdef"):
        wishes.insert(0, ReadingFilter(begins=name))
    with open_store(settings) as store:
        for wanted in wishes:
            found = list(islice(store.readings(wanted, whole=False), 2))
            if len(found) > 1:
                message = f"Several documents of the store are {printable(name)}."
                raise WrongUsage(message, "Give more digits of its SHA-256.")
            if found:
                return found[0].reading
    return None


def _read_now(path: Path, settings: Settings) -> DocumentReading:
    with open_pool(settings, files=1) as pool:
        for _, reading in read_sources([Found(path, path)], pool, settings.reading()):
            return reading
    raise AssertionError("every file gives a reading")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
