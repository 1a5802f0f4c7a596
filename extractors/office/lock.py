"""Office files behind a password: an OLE file that holds the document encrypted."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

from gouji.model import DocumentFault, FailureKind, MediaType, SourceFile

from ..docx.xml import one_line
from ..sniff import sniff

_PACKAGE, _INFORMATION = "EncryptedPackage", "EncryptionInfo"
# Excel encrypts what is only protected against changes with this password, and asks nobody for it.
_KNOWN_TO_ALL = "VelvetSweatshop"
# Rounds of hashing a password: Office writes 100,000 (0.1 s a password).
MOST_ROUNDS = 2_000_000
_ROUNDS = re.compile(rb"""spinCount\s*=\s*["'](\d+)""")


def unlocked(source: SourceFile, passwords: Sequence[str]) -> SourceFile:
    """The document inside an encrypted Office file, under the name and sha256 of the outer one.

    Any other file comes back as it is.

    Raises:
        DocumentFault: no password fits, or the encryption is damaged.
    """
    if source.media_type is not MediaType.OLE:
        return source
    information = _information(source.data)
    if information is None:
        return source
    rounds = _ROUNDS.search(information.replace(b"\0", b""))
    if rounds is not None and (len(rounds[1]) > 9 or int(rounds[1]) > MOST_ROUNDS):
        raise DocumentFault(
            FailureKind.ENCRYPTED, "the file is encrypted in a way that would take too long to try"
        )
    data = _decrypted(source.data, (*passwords, _KNOWN_TO_ALL))
    if data is None:
        advice = "no given password fits" if passwords else "a password is needed"
        raise DocumentFault(FailureKind.ENCRYPTED, f"the file is encrypted: {advice}")
    return SourceFile(source.name, data, sniff(data), source.sha256)


def _information(data: bytes) -> bytes | None:
    """How the package is encrypted; None where the OLE file holds none, or is damaged."""
    import olefile  # 30 ms that only OLE files pay

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            if not file.exists(_PACKAGE) or not file.exists(_INFORMATION):
                return None
            found: bytes = file.openstream(_INFORMATION).read(1 << 20)
            return found
    except Exception:  # olefile raises what struct, codecs and itself raise; others read the rest
        return None


def _decrypted(data: bytes, passwords: Sequence[str]) -> bytes | None:
    """The document by the first password that fits; None where none does."""
    import msoffcrypto  # 60 ms that only encrypted files pay
    from msoffcrypto.exceptions import DecryptionError

    for password in filter(None, passwords):
        try:
            file: Any = msoffcrypto.OfficeFile(io.BytesIO(data))
            file.load_key(password=password, verify_password=True)
            out = io.BytesIO()
            file.decrypt(out)
        except DecryptionError:  # the password does not fit
            continue
        except Exception as error:  # what XML, struct and cryptography raise over broken input
            raise DocumentFault(
                FailureKind.DAMAGED, f"the encrypted file is damaged: {one_line(error)}"
            ) from error
        return out.getvalue()
    return None
