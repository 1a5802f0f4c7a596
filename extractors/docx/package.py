"""The parts of an Office Open XML file, opened so that a hostile one can do no harm.

Nothing is ever written, fetched or run: parts are looked up by name among the members of the ZIP,
so that a target like ``../../etc/passwd`` or ``http://…`` names nothing. Parts are unpacked up to
a limit whatever size the directory states, and XML is parsed without entities or network.
"""

from __future__ import annotations

import io
import itertools
import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from gouji.model import DocumentFault, FailureKind

from .xml import Element, one_line, parse_xml

# Office writes some 20 members, a document with a thousand pictures 1,100.
MOST_MEMBERS = 20_000
# A table of 10,000 rows of ten cells is 30 MB of XML; lxml needs about six times as much memory.
MOST_XML = 64 << 20
MOST_PICTURE = 64 << 20
MOST_SALVAGED = 200  # members looked for in a file whose directory is lost

_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OVERRIDE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
MAIN_PART = "word/document.xml"
_MEMBER = re.compile(rb"PK\x03\x04.{26}", re.DOTALL)  # the fixed part of a local header


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part points to: the name of another part, or an address outside, never fetched."""

    kind: str  # last word of the relationship's type: image, styles, hyperlink, …
    target: str
    external: bool


class Package:
    """The members of one Office file; `main_part` is the document itself."""

    def __init__(self, data: bytes) -> None:
        """Raises:
        DocumentFault: the ZIP is damaged or has more members than any document.
        """
        self.damaged: list[str] = []  # what is wrong with parts that the text can do without
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            self._archive = zipfile.ZipFile(io.BytesIO(_salvaged(data, error)))
            self.damaged.append("the end of the DOCX file is missing: what is left was read")
        members = self._archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise DocumentFault(
                FailureKind.UNSUPPORTED,
                f"the DOCX file has {len(members):,} members, which no document has",
            )
        # names are compared without case, and some programs write them with backslashes
        self._members = {_name(member.filename): member for member in members}

    def __contains__(self, name: str) -> bool:
        return _name(name) in self._members

    def read(self, name: str, limit: int) -> bytes:
        """A part's bytes.

        Raises:
            KeyError: there is no such part.
            DocumentFault: it is damaged, encrypted or larger than ``limit``.
        """
        member = self._members[_name(name)]
        if member.flag_bits & 1:
            raise DocumentFault(FailureKind.ENCRYPTED, f"the file is encrypted: {name} is locked")
        try:
            # the directory may state any size: what counts is what comes out
            with self._archive.open(member) as file:
                data = file.read(limit + 1) if member.file_size <= limit else b"\0" * (limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as e:
            raise DocumentFault(
                FailureKind.DAMAGED, f"the DOCX file is damaged: {name}: {one_line(e)}"
            ) from e
        if len(data) > limit:
            raise DocumentFault(
                FailureKind.UNSUPPORTED,
                f"{name} unpacks to more than {limit >> 20} MB: not read",
            )
        return data

    def xml(self, name: str) -> Element:
        """A part's root element, in the namespaces of the transitional standard.

        Raises:
            KeyError: there is no such part.
            DocumentFault: it is damaged, too large, or no XML that an Office file may have.
        """
        return parse_xml(self.read(name, MOST_XML), name)

    def optional_xml(self, name: str | None) -> Element | None:
        """A part that the text can do without; what is wrong with it is kept in `damaged`."""
        if name is None or name not in self:
            return None
        try:
            return self.xml(name)
        except DocumentFault as fault:
            self.damaged.append(str(fault))
            return None

    def relations(self, name: str) -> Mapping[str, Relation]:
        """What a part points to, by id; nothing where its relationships are missing or damaged."""
        folder, _, file = name.rpartition("/")
        root = self.optional_xml(posixpath.join(folder, "_rels", f"{file}.rels"))
        found: dict[str, Relation] = {}
        for element in root.iter(_RELATIONSHIP) if root is not None else ():
            target = element.get("Target", "")
            external = element.get("TargetMode") == "External"
            if not external:
                target = _resolved(folder, target)
            kind = element.get("Type", "").rsplit("/", 1)[-1]
            found[element.get("Id", "")] = Relation(kind, target, external)
        return found

    def main_part(self) -> str:
        """The name of the document part.

        Raises:
            DocumentFault: there is none.
        """
        for relation in self.relations("").values():
            if (
                relation.kind == "officeDocument"
                and not relation.external
                and relation.target in self
            ):
                return relation.target
        if MAIN_PART in self:
            return MAIN_PART
        types = self.optional_xml("[Content_Types].xml")
        for element in types.iter(_OVERRIDE) if types is not None else ():
            name = element.get("PartName", "").lstrip("/")
            if is_word_document(element.get("ContentType", "")) and name in self:
                return name
        raise DocumentFault(
            FailureKind.DAMAGED, f"the DOCX file is damaged: {MAIN_PART} is missing"
        )


def is_word_document(content_type: str) -> bool:
    """Whether a content type is that of a Word document or template, with macros or without."""
    return content_type.endswith(".main+xml") and (
        "wordprocessingml" in content_type or "ms-word" in content_type
    )


def _salvaged(data: bytes, error: Exception) -> bytes:
    """A new archive of the XML parts that are whole in a file whose directory is lost.

    A download that broke off has lost its last members and the directory, which stands at the end.

    Raises:
        DocumentFault: the document itself is not among them.
    """
    out = io.BytesIO()
    found, room = False, MOST_XML
    with zipfile.ZipFile(out, "w") as archive:
        for match in itertools.islice(_MEMBER.finditer(data), MOST_SALVAGED):
            method, size, name_size, extra_size = struct.unpack("<8xH8xI4xHH", match.group())
            begin = match.end() + name_size + extra_size
            name = data[match.end() : match.end() + name_size].decode("utf-8", "replace")
            if not name.lower().endswith((".xml", ".rels")) or name in archive.namelist():
                continue
            if method == zipfile.ZIP_STORED:
                content, whole = data[begin : begin + size], begin + size <= len(data)
            else:
                content, whole = _inflated(data[begin:], room)
            if whole and content:
                room -= min(room - 1, len(content))
                archive.writestr(name, content)
                found = found or _name(name) == MAIN_PART
    if not found:
        raise DocumentFault(
            FailureKind.DAMAGED, f"the DOCX file is damaged: {one_line(error)}"
        ) from error
    return out.getvalue()


def _inflated(data: bytes, limit: int) -> tuple[bytes, bool]:
    """What a deflated member holds, and whether its end is there."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        return inflater.decompress(data, limit), inflater.eof
    except zlib.error:
        return b"", False


def _name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _resolved(folder: str, target: str) -> str:
    """A target as the name of a member; one that leaves the package names nothing."""
    target = unquote(target.replace("\\", "/"))
    path = target if target.startswith("/") else f"/{folder}/{target}"
    return posixpath.normpath(path).lstrip("/")
