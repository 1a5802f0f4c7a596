"""Files of other office programs: decrypted where a password is known, converted, then read.

Whoever reads many such files converts them beforehand (`flows.converting`) into a folder that
`ReadSettings.office_folder` names; a file that is not found there is converted here.
"""

from __future__ import annotations

import atexit
import hashlib
import io
import json
import os
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gouji.model import DocumentFault, FailureKind, MediaType, SourceFile

from .extracted import Extracted
from .office_kinds import (
    CONVERTED,
    Filter,
    filter_for,
    has_directory,
    holds_encrypted_package,
    needs_password,
)
from .office_program import FILE_SECONDS, Office, Task
from .settings import ReadSettings

# Excel opens write-protected workbooks with this password and asks nobody.
_KNOWN_PASSWORD = "VelvetSweatshop"
# Word makes 100,000 turns of the key; a file that asks for more wants our time.
MOST_KEY_TURNS = 1_000_000
_KEY_TURNS = re.compile(rb'spinCount="(\d+)"')


def extract_office(source: SourceFile, settings: ReadSettings) -> Extracted:
    """Read a file of one of the `CONVERTED` kinds, or an encrypted DOCX or XLSX.

    Raises:
        DocumentFault: it is encrypted, damaged, or LibreOffice does not get through with it.
        OfficeMissing: it has to be converted, and there is no LibreOffice.
    """
    media_type, data = source.media_type, source.data
    if media_type is MediaType.OLE:
        if not holds_encrypted_package(data):
            raise _compound_file_fault(data)
        data = decrypted(data, settings.passwords)
        media_type = _package_kind(data)
    elif needs_password(media_type, data):
        data = decrypted(data, settings.passwords)
    if media_type in CONVERTED:
        taken = filter_for(media_type, data)
        data = converted(data, taken, settings)
        media_type = taken.made
    made = SourceFile.of(source.name, data, media_type)
    if media_type is MediaType.XLSX:
        from .xlsx_extract import extract_xlsx

        return extract_xlsx(made, settings)
    from .docx_extract import extract_docx

    return extract_docx(made, settings)


def decrypted(data: bytes, passwords: Sequence[str]) -> bytes:
    """The bytes of an Office file without its password.

    Raises:
        DocumentFault: none of the passwords opens it.
    """
    # 60 ms, and few files need it
    import msoffcrypto  # type: ignore[import-untyped]

    turns = _KEY_TURNS.search(data)
    if turns and int(turns[1]) > MOST_KEY_TURNS:
        raise DocumentFault(FailureKind.ENCRYPTED, "encrypted in a way that takes hours to open")
    for password in (*passwords, _KNOWN_PASSWORD):
        try:
            file = msoffcrypto.OfficeFile(io.BytesIO(data))
            file.load_key(password=password)
            opened = io.BytesIO()
            file.decrypt(opened)
        except Exception:  # a wrong password shows in as many ways as there are ciphers
            continue
        return opened.getvalue()
    message = (
        "encrypted, and the given passwords do not open it"
        if passwords
        else ("encrypted with a password (see --password)")
    )
    raise DocumentFault(FailureKind.ENCRYPTED, message)


def converted(data: bytes, taken: Filter, settings: ReadSettings) -> bytes:
    """The file as DOCX or XLSX: from the folder of the run, or converted now.

    Raises:
        DocumentFault: LibreOffice cannot open it, falls over it or hangs.
        OfficeMissing: there is no LibreOffice.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    if settings.office_folder is not None:
        there = ConvertedFiles(settings.office_folder).get(sha256)
        if there is not None:
            return there
    office = _office(settings.office_folder)
    with tempfile.NamedTemporaryFile(suffix=taken.suffix, dir=settings.office_folder) as file:
        file.write(data)
        file.flush()
        seconds = min(FILE_SECONDS, settings.document_seconds)
        (result,) = office.convert([Task(Path(file.name), taken)], seconds=seconds)
    if isinstance(result, DocumentFault):
        raise result
    return result


@dataclass(frozen=True, slots=True)
class ConvertedFiles:
    """What was converted beforehand, by the sha256 of the file it was made of."""

    folder: Path

    def get(self, sha256: str) -> bytes | None:
        """The converted file; None where it was not converted.

        Raises:
            DocumentFault: LibreOffice could not convert it.
        """
        try:
            return (self.folder / f"{sha256}.made").read_bytes()
        except OSError:
            pass
        try:
            fault = json.loads((self.folder / f"{sha256}.fault").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        raise DocumentFault(FailureKind(fault["kind"]), fault["message"])

    def put(self, sha256: str, result: bytes | DocumentFault) -> None:
        """Keep a result; it is there as a whole or not at all."""
        if isinstance(result, DocumentFault):
            name, data = "fault", json.dumps({"kind": result.kind, "message": str(result)}).encode()
        else:
            name, data = "made", result
        part = self.folder / f"{sha256}.part"
        part.write_bytes(data)
        part.replace(self.folder / f"{sha256}.{name}")

    def drop(self, sha256: str) -> None:
        """Forget a file that has been read."""
        for name in ("made", "fault"):
            (self.folder / f"{sha256}.{name}").unlink(missing_ok=True)


def _package_kind(data: bytes) -> MediaType:
    from .sniff import sniff  # sniff does not know us

    media_type = sniff(data)
    if media_type not in (MediaType.DOCX, MediaType.XLSX, MediaType.XLSB):
        raise DocumentFault(FailureKind.UNSUPPORTED, "what was encrypted is no DOCX or XLSX")
    return media_type


def _compound_file_fault(data: bytes) -> DocumentFault:
    if has_directory(data):
        message = "the file is a compound file of a program that gouji does not know"
        return DocumentFault(FailureKind.UNSUPPORTED, message)
    return DocumentFault(
        FailureKind.DAMAGED, "the old Office file is damaged: no part of it is found"
    )


_offices: dict[int, Office] = {}


def _office(folder: Path | None) -> Office:
    """The program with the profile of this process; setting one up takes half a second."""
    process = os.getpid()
    if process not in _offices:
        _offices[process] = office = Office(folder)
        atexit.register(office.close)
    return _offices[process]
