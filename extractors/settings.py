"""What a reading depends on; read from the environment in `flows/` only and passed down."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

from gouji.reconcile.calibration import calibration_id
from ocr.engines import EngineSettings, reads_with

_NOT_READ = frozenset(
    ("passwords", "office_folder", "ocr", "calibration")
)  # they cannot change what is read


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """How documents are read.

    Everything that can change what is read is part of `digest`, with which a reading is stored.
    """

    second_reader: bool = True  # ask pdfplumber where the first reading is in doubt
    third_reader: bool = True  # ask camelot for tables without rules
    max_pages: int = 10_000  # pages after that are not read, and a failure says so
    page_seconds: float = 60.0  # ruled pages take 10 ms, scanned ones some seconds
    document_seconds: float = 900.0
    passwords: tuple[str, ...] = ()  # tried in turn on an encrypted document; not in the digest
    office_folder: Path | None = None  # of this run: files converted beforehand; not in the digest
    ocr: EngineSettings = field(default_factory=EngineSettings)
    calibration: Path | None = None  # one's own; None: the package's
    accept: str = ""  # what decides the state of cells once they are read; empty: as usual

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that differ whenever the settings could change a reading."""
        return _digest(self, reads_with(self.ocr), calibration_id(self.calibration))


@lru_cache(maxsize=64)
def _digest(settings: ReadSettings, ocr: str, calibration: str) -> str:
    facts = {k: v for k, v in asdict(settings).items() if k not in _NOT_READ}
    facts["ocr"] = ocr
    facts |= {"calibration": calibration} if calibration else {}
    facts |= {"accept": settings.accept} if settings.accept else {}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
