"""ZIP archives: every member a document of its own, under its right name, and no harm done."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from command_line import document, fake_reader, gouji, lines  # noqa: F401
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.archives import archive
from extractors.archives.archive import is_document_name, list_members, member_path, open_archive
from extractors.archives.mending import lost_directory
from extractors.reading import read_document, read_documents
from extractors.settings import ReadSettings
from gouji.model import DocumentFault, DocumentReading, FailureKind, MediaType

Files = list[tuple[str | zipfile.ZipInfo, bytes]]
LINK = 0o120777 << 16


def packed(
    *files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as made:
        for name, content in files:
            made.writestr(name, content, compress_type=method)
    return data.getvalue()


def named(raw: bytes, *, utf8: bool = False, extra: bytes = b"") -> bytes:
    """An archive whose one member has exactly these bytes for a name."""
    size, crc, flags = 3, zlib.crc32(b"abc"), 0x800 if utf8 else 0
    sizes = (crc, size, size, len(raw), len(extra))
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, flags, 0, 0, 33, *sizes) + raw + extra
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, flags, 0, 0, 33, *sizes, 0, 0, 0, 0, 0
    )
    directory = entry + raw + extra
    body = local + b"abc"
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(directory), len(body), 0)
    return body + directory + end


def name_in(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return member_path(opened.infolist()[0])


def unicode_path(raw: bytes, name: str, crc: int | None = None) -> bytes:
    field = b"\1" + struct.pack("<I", zlib.crc32(raw) if crc is None else crc) + name.encode()
    return struct.pack("<HH", 0x7075, len(field)) + field


# --- names ---


@pytest.mark.parametrize(
    "name", ["成员.docx", "街道/联通.doc", "2023年报.pdf", "a.docx", "鎮報.doc"]
)
def test_names_are_read_as_they_were_written(name: str) -> None:
    assert name_in(named(name.encode(), utf8=True)) == name
    assert name_in(named(name.encode("gb18030"))) == name
    assert name_in(named(name.encode())) == name  # UTF-8 that does not say so
    again = name.encode("gb18030").decode("cp437").encode()  # packed anew from the wrong name
    assert name_in(named(again, utf8=True)) == name


def test_letters_of_code_page_437_stay_what_they_are() -> None:
    assert name_in(named("Zürich.pdf".encode("cp437"))) == "Zürich.pdf"
    assert name_in(named("Zürich.pdf".encode(), utf8=True)) == "Zürich.pdf"


def test_a_unicode_name_beside_the_plain_one_is_the_name() -> None:
    raw = b"?????.docx"
    assert name_in(named(raw, extra=unicode_path(raw, "成员.docx"))) == "成员.docx"
    assert name_in(named(raw, extra=unicode_path(raw, "别的.docx", crc=1))) == "?????.docx"


@given(
    st.binary(min_size=1, max_size=40).filter(lambda raw: b"\0" not in raw), st.binary(max_size=30)
)
def test_any_bytes_are_a_name(raw: bytes, extra: bytes) -> None:
    for reading in read_all(named(raw, extra=extra)):
        assert reading.source.name.startswith("包.zip")
        assert all(f.kind is not FailureKind.INTERNAL for f in reading.failures)


@pytest.mark.parametrize(
    "name", ["~$年报.docx", ".hidden.docx", "video.mp4", "noname", "a.docx.lnk", "._a.pdf"]
)
def test_what_is_no_document_is_passed_over(name: str) -> None:
    assert not is_document_name(name)


# --- what is read of an archive given as bytes ---


def read_all(data: bytes, **wishes: object) -> list[DocumentReading]:
    return list(read_documents("包.zip", data, ReadSettings(**wishes)))  # type: ignore[arg-type]


def outcomes(data: bytes, **wishes: object) -> dict[str, str]:
    """By name below the archive how reading ended; an empty member stands for one that was read."""
    found: dict[str, str] = {}
    for reading in read_all(data, **wishes):
        (failure,) = reading.failures
        assert "\n" not in failure.message
        found[reading.source.name.removeprefix("包.zip/")] = str(failure.kind)
    return found


def test_every_member_is_a_reading_of_its_own() -> None:
    inner = packed(("内.pdf", b""), ("深.zip", packed(("最深.pdf", b""))))
    data = packed(
        ("甲.pdf", b""), ("街道/乙.pdf", b""), ("套.zip", inner), ("程序.exe", b"MZ"),
        ("__MACOSX/._甲.pdf", b"x"), ("Thumbs.db", b"x"), ("街道/", b""),
    )  # fmt: skip
    assert outcomes(data) == {
        "甲.pdf": "empty_file",
        "街道/乙.pdf": "empty_file",
        "套.zip/内.pdf": "empty_file",
        "套.zip/深.zip": "unsafe",
    }


def test_members_of_one_name_are_told_apart() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = packed(("a.pdf", b""), ("a.pdf", b""))
    assert list(outcomes(data)) == ["a.pdf", "a (2).pdf"]


@pytest.mark.parametrize(
    "name",
    [
        "../外.pdf",
        "a/../../外.pdf",
        "/etc/外.pdf",
        "C:\\外.pdf",
        "c:外.pdf",
        "\\\\host\\外.pdf",
        "..\\外.pdf",
    ],
)
def test_a_path_that_leads_out_is_refused(name: str) -> None:
    assert list(outcomes(packed((name, b""), ("内.pdf", b""))).values()) == ["unsafe", "empty_file"]


def test_a_member_without_a_name_is_passed_over() -> None:
    data = packed(("甲.txt", b"  "), ("乙", b"x")).replace("乙".encode(), b"\0\0\0")
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        assert "" in opened.namelist()
        listing = list_members(opened, len(data))
    assert ([member.name for member in listing.members], listing.passed_over) == (["甲.txt"], 1)


def test_links_and_devices_are_refused() -> None:
    link, pipe = zipfile.ZipInfo("链.pdf"), zipfile.ZipInfo("管.pdf")
    link.create_system = pipe.create_system = 3
    link.external_attr, pipe.external_attr = LINK, 0o010644 << 16
    data = packed((link, b"/etc/passwd"), (pipe, b""))
    assert set(outcomes(data).values()) == {"unsafe"}


def test_a_bomb_is_refused_by_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "HARMLESS", 1 << 20)
    data = packed(("bomb.txt", bytes(3 << 20)), ("a.pdf", b""))
    assert outcomes(data) == {"bomb.txt": "unsafe", "a.pdf": "empty_file"}


def test_a_bomb_that_lies_about_its_size_gives_no_more_than_it_says() -> None:
    data = bytearray(packed(("bomb.txt", bytes(3 << 20))))
    for signature, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        at = data.find(signature)
        struct.pack_into("<I", data, at + offset, 100)
    assert outcomes(bytes(data)) == {"bomb.txt": "damaged"}


def test_a_bomb_is_refused_while_it_unpacks(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed(("bomb.txt", bytes(3 << 20)))
    monkeypatch.setattr(archive, "_harm", lambda entry, path: None)  # its header fooled us
    monkeypatch.setattr(archive, "HARMLESS", 1 << 20)
    assert outcomes(data) == {"bomb.txt": "unsafe"}


def test_many_harmless_members_together_are_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LARGEST_MEMBER", 1 << 20)
    data = packed(*((f"{n}.txt", bytes(1 << 19)) for n in range(20)))
    (only,) = read_all(data)
    assert only.failures[0].kind is FailureKind.UNSAFE


def test_more_members_than_any_batch_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_MEMBERS", 10)
    data = packed(*((f"{n}.txt", b"") for n in range(11)))
    (only,) = read_all(data)
    assert only.failures[0].kind is FailureKind.UNSAFE
    monkeypatch.setattr(archive, "MOST_DIRECTORY", 100)
    with pytest.raises(DocumentFault, match="members"):
        open_archive(io.BytesIO(data))


def encrypted(content: bytes, password: bytes) -> bytes:
    """A stored member under the old cipher of ZIP, which zipfile only reads."""
    keys = [0x12345678, 0x23456789, 0x34567890]
    table = []
    for n in range(256):
        value = n
        for _ in range(8):
            value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
        table.append(value)

    def update(byte: int) -> None:
        keys[0] = keys[0] >> 8 ^ table[(keys[0] ^ byte) & 0xFF]
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = keys[2] >> 8 ^ table[(keys[2] ^ keys[1] >> 24) & 0xFF]

    for byte in password:
        update(byte)
    crc, out = zlib.crc32(content), bytearray()
    for byte in bytes(11) + bytes([crc >> 24]) + content:
        mask = keys[2] | 2
        out.append(byte ^ (mask * (mask ^ 1) >> 8 & 0xFF))
        update(byte)
    sizes = (crc, len(out), len(content), 5, 0)
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 1, 0, 0, 33, *sizes) + b"a.txt" + out
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 20, 20, 1, 0, 0, 33, *sizes, 0, 0, 0, 0, 0
    )
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(entry) + 5, len(local), 0)
    return local + entry + b"a.txt" + end


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_passwords_are_tried_on_locked_members(encoding: str) -> None:
    data = encrypted(b"  ", "密码".encode(encoding))
    assert outcomes(data) == {"a.txt": "encrypted"}
    assert outcomes(data, passwords=("wrong",)) == {"a.txt": "encrypted"}
    assert outcomes(data, passwords=("wrong", "密码")) == {"a.txt": "empty_file"}


def test_one_document_in_an_archive_is_read_as_the_archive() -> None:
    settings = ReadSettings()
    one = read_document("包.zip", packed(("甲.pdf", b""), ("x.exe", b"")), settings)
    assert one.source.name == "包.zip/甲.pdf"
    assert one.failures[0].kind is FailureKind.EMPTY_FILE
    for data, word in (
        (packed(("甲.pdf", b""), ("乙.pdf", b"")), "several"),
        (packed(("x.exe", b"")), "no document"),
        (packed(("a.docx", packed(("b.docx", packed(("c.docx", b"")))))), "deep"),
    ):
        (failure,) = read_document("包.zip", data, settings).failures
        assert word in failure.message


# --- archives that are broken ---


def test_an_archive_that_was_cut_off_gives_its_whole_members() -> None:
    content = bytes(range(256)) * 40
    data = packed(("甲.txt", b"  "), ("乙.txt", b""), ("丙.txt", content))
    assert outcomes(data[: data.find(b"PK\1\2") - 30]) == {
        "包.zip": "damaged", "甲.txt": "empty_file", "乙.txt": "empty_file",
    }  # fmt: skip


def test_members_that_do_not_say_their_size_are_found_as_well() -> None:
    class Pipe(io.RawIOBase):
        """What cannot be rewound: zipfile writes sizes behind the members."""

        def __init__(self) -> None:
            self.data = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            self.data += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("甲.txt", b" " * 70_000)
        made.writestr("乙.txt", b" ")
    cut = pipe.data[: pipe.data.find(b"PK\1\2")]
    with zipfile.ZipFile(io.BytesIO(cut + lost_directory(cut))) as mended:
        assert [len(mended.read(entry)) for entry in mended.infolist()] == [70_000, 1]


def test_the_directory_of_a_member_is_not_that_of_the_archive() -> None:
    inner = packed(("内.txt", b""))
    data = packed(
        ("甲.txt", b""), ("套.zip", inner), ("乙.txt", b"x" * 99), method=zipfile.ZIP_STORED
    )
    cut = data[: data.find(b"x" * 99) + 50]
    assert outcomes(cut) == {
        "包.zip": "damaged",
        "甲.txt": "empty_file",
        "套.zip/内.txt": "empty_file",
    }


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_archive_is_told_or_read(data: st.DataObject) -> None:
    whole = bytearray(
        packed(("甲.txt", b"  "), ("套.zip", packed(("内.txt", b" "))), ("x.bin", b"1"))
    )
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    for reading in read_all(bytes(whole[:cut])):
        assert all(f.kind is not FailureKind.INTERNAL for f in reading.failures)


@given(st.binary(max_size=400))
def test_a_directory_is_only_made_of_members(junk: bytes) -> None:
    directory = lost_directory(b"PK\3\4" + junk)
    if directory:
        with zipfile.ZipFile(io.BytesIO(b"PK\3\4" + junk + directory)) as mended:
            assert mended.infolist()


# --- the command line ---


def member(**deeds: str) -> bytes:
    path = document("member.tmp", **deeds)
    data = path.read_bytes()
    path.unlink()
    return data


def archive_file(name: str = "包.zip") -> Path:
    files: Files = [
        ("甲.txt", member()),
        ("../外.txt", member()),
        ("套.zip", packed(("内.txt", member() + b"3"))),
        ("x.exe", b"MZ"),
        ("街道/乙.txt", member() + b"2"),
    ]
    path = Path(name)
    path.write_bytes(packed(*files))
    return path


def test_members_are_printed_in_the_order_of_the_archive(
    capsys: pytest.CaptureFixture[str],
) -> None:
    document("first.txt")
    assert gouji("read", "--json", "first.txt", archive_file()) == 1
    out = capsys.readouterr()
    names = [line["source"]["name"] for line in lines(out.out)]
    assert names == [
        "first.txt", "包.zip/甲.txt", "包.zip/../外.txt", "包.zip/套.zip/内.txt", "包.zip/街道/乙.txt",
    ]  # fmt: skip
    assert "包.zip/../外.txt: unsafe: its path leads out of the archive" in out.err
    assert "1 other file" in out.err


def test_members_are_written_below_the_folder_and_nowhere_else(tmp_path: Path) -> None:
    assert gouji("read", "--out", "out", archive_file()) == 1
    written = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.json")}
    assert written == {
        "out/包.zip/甲.txt.json", "out/包.zip/_/外.txt.json", "out/包.zip/套.zip/内.txt.json",
        "out/包.zip/街道/乙.txt.json",
    }  # fmt: skip


@pytest.mark.slow
def test_what_did_not_change_is_not_read_again(capsys: pytest.CaptureFixture[str]) -> None:
    path = archive_file()
    assert gouji("read", path) == 1
    capsys.readouterr()
    assert gouji("read", path) == 1  # the refused member is refused again
    out = capsys.readouterr().out
    assert "甲.txt" not in out
    # known by their bytes too: the archive is another, three of its members are not
    path.write_bytes(path.read_bytes().replace(b"x.exe", b"y.exe"))
    assert gouji("read", path) == 1
    assert "甲.txt" not in capsys.readouterr().out


def test_nothing_unpacked_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    assert gouji("read", "--json", archive_file()) == 1
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (packed(("x.exe", b"")), "unsupported_type: the ZIP archive holds no document"),
        (b"PK\3\4 and no archive", "damaged: the ZIP archive is damaged"),
        (packed(("a.txt", b"x" * 99))[:60], "damaged: the ZIP archive is damaged"),
    ],
    ids=["nothing to read", "no archive", "cut off"],  # not the bytes: they tell the time
)
def test_an_archive_without_documents_is_one_line(
    data: bytes, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("a.zip").write_bytes(data)
    assert gouji("read", "--json", "a.zip") == 1
    err = capsys.readouterr().err
    assert f"a.zip: {told}" in err
    assert "Traceback" not in err


def test_in_a_folder_an_archive_without_documents_is_passed_over(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("folder").mkdir()
    Path("folder/a.zip").write_bytes(packed(("x.exe", b"")))
    document("folder/b.txt")
    assert gouji("read", "--json", "folder") == 0
    assert "2 other files" in capsys.readouterr().err


def test_a_document_that_is_packed_as_zip_is_no_archive(capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.zip").write_bytes(packed(("word/document.xml", b""), ("a.txt", b"")))
    gouji("read", "--json", "a.zip")
    (line,) = lines(capsys.readouterr().out)
    assert line["source"]["name"] == "a.zip"


@pytest.mark.parametrize(
    ("head", "media_type", "word"),
    [
        (b"Rar!\x1a\x07\x01\x00", MediaType.RAR, "RAR"),
        (b"Rar!\x1a\x07\x00", MediaType.RAR, "RAR"),
        (b"7z\xbc\xaf\x27\x1c\x00\x04", MediaType.SEVEN_ZIP, "7z"),
    ],
)
def test_other_archives_are_refused_by_name(head: bytes, media_type: MediaType, word: str) -> None:
    reading = read_document("a.rar", head + bytes(40), ReadSettings())
    assert reading.source.media_type is media_type
    (failure,) = reading.failures
    assert failure.kind is FailureKind.UNSUPPORTED
    assert word in failure.message


def test_a_listing_counts_what_it_passes_over() -> None:
    data = packed(("a.txt", b""), ("b.exe", b""), ("c.mp4", b""))
    with open_archive(io.BytesIO(data)) as opened:
        listing = list_members(opened, len(data))
    assert ([m.name for m in listing.members], listing.passed_over) == (["a.txt"], 2)
