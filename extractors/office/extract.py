"""Files of other office programs: decrypted where a password is known, converted, then read.

Whoever reads many such files converts them beforehand (`flows.pool.converting`) into a folder that
`ReadSettings.office_folder` names; a file that is not found there is converted here.
"""

from __future__ import annotations

import atexit
import hashlib
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from gouji.model import DocumentFault, FailureKind, MediaType, SourceFile

from ..extracted import Extracted
from ..settings import ReadSettings
from .files import ConvertedFiles
from .kinds import (
    Filter,
    filter_for,
    has_directory,
    holds_encrypted_package,
    needs_password,
)
from .program import FILE_SECONDS, Office, Task


def extract_office(source: SourceFile, settings: ReadSettings) -> Extracted:
    """Read a file of one of the `CONVERTED` kinds; of another compound file say what it is.

    Raises:
        DocumentFault: it is encrypted, damaged, or LibreOffice does not get through with it.
        OfficeMissing: it has to be converted, and there is no LibreOffice.
    """
    media_type, data = source.media_type, source.data
    if media_type is MediaType.OLE:
        raise _compound_file_fault(data)
    if needs_password(media_type, data):
        if media_type in (MediaType.ODT, MediaType.ODS):
            raise _encrypted("of OpenDocument only files without a password are read")
        data = decrypted(data, settings.passwords)
    taken = filter_for(media_type, data)
    data = converted(data, taken, settings)
    media_type = taken.made
    made = SourceFile.of(source.name, data, media_type)
    if media_type is MediaType.XLSX:
        from ..sheets.extract import extract_xlsx

        return extract_xlsx(made, settings)
    from ..docx.extract import extract_docx

    return extract_docx(made, settings)


def decrypted(data: bytes, passwords: Sequence[str]) -> bytes:
    """The bytes of an Office file without its password.

    Raises:
        DocumentFault: none of the passwords opens it.
    """
    import msoffcrypto  # 60 ms, and few files need it

    for password in passwords:
        try:
            file = msoffcrypto.OfficeFile(io.BytesIO(data))
            file.load_key(password=password)
            opened = io.BytesIO()
            file.decrypt(opened)
        except Exception:  # a wrong password shows in as many ways as there are ciphers
            continue
        return opened.getvalue()
    raise _encrypted("no given password fits" if passwords else "a password is needed")


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


def _encrypted(why: str) -> DocumentFault:
    return DocumentFault(FailureKind.ENCRYPTED, f"the file is encrypted: {why}")


def _compound_file_fault(data: bytes) -> DocumentFault:
    if holds_encrypted_package(data):
        return _encrypted("a password is needed")
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
