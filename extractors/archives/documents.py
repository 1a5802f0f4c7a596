"""The documents of a ZIP archive that is given as bytes, one by one."""

from __future__ import annotations

import io
from collections.abc import Iterator

from gouji.model import DocumentFault, FailureKind, MediaType

from ..deadline import Deadline
from ..settings import ReadSettings
from ..sniff import sniff
from .archive import MOST_NESTING, Member, list_members, open_archive, unpack_member
from .mending import lost_directory


def documents_in(
    name: str, data: bytes, settings: ReadSettings
) -> Iterator[tuple[str, bytes | DocumentFault]]:
    """Name (``bundle.zip/成员.docx``) and bytes of every document in the archive.

    In place of the bytes stands why a member, or the archive itself, cannot be read. Of an archive
    that was cut off the members before the cut follow.
    """
    deadline = Deadline.after(settings.document_seconds, FailureKind.DOCUMENT_TIMEOUT)
    try:
        yield from _inside(name, data, settings, deadline, 1)
    except DocumentFault as fault:
        yield name, fault
        directory = lost_directory(data) if fault.kind is FailureKind.DAMAGED else b""
        if directory:
            try:
                yield from _inside(name, data + directory, settings, deadline, 1)
            except DocumentFault:
                return  # it was told already that the archive is damaged


def _inside(
    name: str, data: bytes, settings: ReadSettings, deadline: Deadline, depth: int
) -> Iterator[tuple[str, bytes | DocumentFault]]:
    with open_archive(io.BytesIO(data)) as archive:
        for member in list_members(archive, len(data)).members:
            path = f"{name}/{member.name}"
            target = io.BytesIO()
            try:
                if member.fault is not None:
                    raise member.fault
                unpack_member(archive, member, target, settings.passwords, deadline)
                unpacked = target.getvalue()
                nested = _is_called_archive(member) and sniff(unpacked) is MediaType.ZIP
                if nested and depth >= MOST_NESTING:
                    raise too_deep()
                inside = (
                    list(_inside(path, unpacked, settings, deadline, depth + 1)) if nested else []
                )
            except DocumentFault as fault:
                yield path, fault
                continue
            if nested:
                yield from inside
            else:
                yield path, unpacked


def _is_called_archive(member: Member) -> bool:
    return member.name.lower().endswith(".zip")


def too_deep() -> DocumentFault:
    """The fault of an archive that is nested deeper than any batch of reports."""
    message = f"archives in archives are read {MOST_NESTING} deep and no deeper"
    return DocumentFault(FailureKind.UNSAFE, message)
