"""Files that were converted beforehand, in a folder of the run."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from gouji.model import DocumentFault, FailureKind


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
