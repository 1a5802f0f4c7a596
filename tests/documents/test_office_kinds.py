"""Which program a file is of, told by its bytes before anything is converted."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from command_line import document, fake_reader, gouji, lines  # noqa: F401
from hypothesis import given, settings
from hypothesis import strategies as st
from office_files import flat_sheet, only_failure, read

from extractors.office.kinds import CONVERTED, OLE_SIGNATURE, filter_for, needs_password
from extractors.sniff import sniff
from gouji.model import FailureKind, MediaType


def compound_file(**streams: bytes) -> bytes:
    """A compound file (OLE) with these streams below its root; ``_`` in a name is a blank."""
    sector = 512
    bodies = {
        name.replace("_", " "): body.ljust(4096, b"\0").ljust(
            -(-len(body) // sector) * sector, b"\0"
        )
        for name, body in streams.items()
    }
    chains: list[int] = []
    starts: dict[str, int] = {}
    first = 2 + (len(bodies) + 4) // 4  # after the FAT and the directory
    directory_sectors = first - 2 + 1
    fat = [0xFFFFFFFD]
    fat += [n + 2 for n in range(directory_sectors - 1)] + [0xFFFFFFFE]
    for name, body in bodies.items():
        starts[name] = len(fat)
        count = len(body) // sector
        fat += [len(fat) + n + 1 for n in range(count - 1)] + [0xFFFFFFFE]
    assert len(fat) <= 128, chains
    names = list(bodies)

    def entry(name: str, kind: int, start: int, size: int, child: int, right: int) -> bytes:
        raw = (name + "\0").encode("utf-16-le")
        return raw.ljust(64, b"\0") + struct.pack(
            "<HBBIII16xI16xIQ", len(raw), kind, 1, 0xFFFFFFFF, right, child, 0, start, size
        )

    none = 0xFFFFFFFF
    entries = [entry("Root Entry", 5, 0xFFFFFFFE, 0, 1 if names else none, none)]
    for number, name in enumerate(names, 1):
        right = number + 1 if number < len(names) else none
        entries.append(entry(name, 2, starts[name], len(bodies[name]), none, right))
    directory = b"".join(entries).ljust(directory_sectors * sector, b"\0")
    header = OLE_SIGNATURE + struct.pack(
        "<16xHHHHH6xIIIIIIIII",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        4096,
        0xFFFFFFFE,
        0,
        0xFFFFFFFE,
        0,
    )
    header += struct.pack("<109I", 0, *(none,) * 108)
    table = struct.pack("<128I", *fat, *(none,) * (128 - len(fat)))
    return header + table + directory + b"".join(bodies.values())


def fib(version: int = 0xC1, flags: int = 0, magic: int = 0xA5EC) -> bytes:
    return struct.pack("<HHHHHH", magic, version, 0, 0, 0, flags)


def workbook_stream(*records: int) -> bytes:
    return b"".join(struct.pack("<HH4x", record, 4) for record in (0x0809, *records, 0x0085))


def open_document(kind: str, manifest: str = "") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<a/>")
        archive.writestr("META-INF/manifest.xml", f"<m>{manifest}</m>")
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type", "taken"),
    [
        (compound_file(WordDocument=fib()), MediaType.DOC, "MS Word 97"),
        (compound_file(WordDocument=fib(0x65, magic=0xA5DC)), MediaType.DOC, "MS WinWord 6.0"),
        (compound_file(WordDocument=fib(0x68, magic=0xA5DC)), MediaType.DOC, "MS Word 95"),
        (compound_file(WordDocument=fib(), Workbook=b""), MediaType.DOC, "MS Word 97"),
        (compound_file(Workbook=workbook_stream()), MediaType.XLS, "MS Excel 97"),
        (compound_file(Book=workbook_stream()), MediaType.XLS, "MS Excel 95"),
        (compound_file(PowerPoint_Document=b""), MediaType.PPT, None),
        (compound_file(EncryptedPackage=b"", EncryptionInfo=b""), MediaType.OLE, None),
        (compound_file(Contents=b""), MediaType.OLE, None),
        (b"{\\rtf1\\ansi", MediaType.RTF, "Rich Text Format"),
        (open_document("text"), MediaType.ODT, "writer8"),
        (open_document("text-template"), MediaType.ODT, "writer8"),
        (open_document("spreadsheet"), MediaType.ODS, "calc8"),
        (open_document("presentation"), MediaType.UNKNOWN, None),
        (flat_sheet("甲"), MediaType.FODS, "OpenDocument Spreadsheet Flat XML"),
        (
            flat_sheet("甲").replace(b".spreadsheet", b".text"),
            MediaType.FODT,
            "OpenDocument Text Flat XML",
        ),
        (b"\xef\xbb\xbf" + flat_sheet("甲"), MediaType.FODS, "OpenDocument Spreadsheet Flat XML"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
            b'<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>',
            MediaType.WORD_XML,
            "MS Word 2003 XML",
        ),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            MediaType.EXCEL_XML,
            "MS Excel 2003 XML",
        ),
    ],
)
def test_an_office_file_is_told_by_its_bytes(
    data: bytes, media_type: MediaType, taken: str | None
) -> None:
    assert sniff(data) is media_type
    assert (media_type in CONVERTED) is (taken is not None)
    if taken is not None:
        assert filter_for(media_type, data).name == taken


@pytest.mark.parametrize(
    ("data", "locked"),
    [
        (compound_file(WordDocument=fib(flags=0x0100)), True),
        (compound_file(WordDocument=fib(flags=0x8000)), False),
        (compound_file(Workbook=workbook_stream(0x002F)), True),
        (compound_file(Workbook=workbook_stream(0x0042, 0x0061)), False),
        (open_document("text", "<encryption-data/>"), True),
        (open_document("text"), False),
        (b"{\\rtf1", False),
    ],
)
def test_a_locked_file_is_told_before_it_is_converted(data: bytes, locked: bool) -> None:
    assert needs_password(sniff(data), data) is locked
    if locked:
        assert only_failure(read(data))[0] is FailureKind.ENCRYPTED
        assert only_failure(read(data, passwords=("x",)))[0] is FailureKind.ENCRYPTED


@pytest.mark.parametrize(
    ("data", "kind", "word"),
    [
        (compound_file(Contents=b""), FailureKind.UNSUPPORTED, "not know"),
        (compound_file(PowerPoint_Document=b""), FailureKind.UNSUPPORTED, "PPT"),
        (compound_file(EncryptedPackage=b""), FailureKind.ENCRYPTED, "password"),
        (OLE_SIGNATURE + bytes(600), FailureKind.DAMAGED, "damaged"),
        (OLE_SIGNATURE, FailureKind.DAMAGED, "damaged"),
    ],
)
def test_other_compound_files_are_refused_with_a_word(
    data: bytes, kind: FailureKind, word: str
) -> None:
    found, message = only_failure(read(data))
    assert found is kind
    assert word in message


WHOLE = compound_file(WordDocument=fib(flags=0x100), Table=b"x" * 5000)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=12),
    st.integers(0, len(WHOLE)),
)
def test_a_changed_compound_file_is_told_or_not_and_never_an_error(
    changes: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(WHOLE)
    for at, byte in changes:
        data[at] = byte
    for whole in (bytes(data), bytes(data[:cut])):
        media_type = sniff(whole)
        if media_type in CONVERTED:
            assert filter_for(media_type, whole).name
            assert needs_password(media_type, whole) in (True, False)
        elif media_type is MediaType.OLE:
            assert read(whole).failures[0].kind is not FailureKind.INTERNAL
