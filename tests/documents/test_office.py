"""Files that LibreOffice converts: told by their bytes, converted in batches, never trusted."""

from __future__ import annotations

import http.server
import importlib.util
import io
import os
import struct
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from command_line import document, fake_reader, gouji, lines  # noqa: F401
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from extractors.office import program as office_program
from extractors.office.files import ConvertedFiles
from extractors.office.kinds import CONVERTED, OLE_SIGNATURE, filter_for, needs_password
from extractors.office.program import Office, OfficeMissing, Task, find_office
from extractors.reading import read_document
from extractors.settings import ReadSettings
from extractors.sniff import sniff
from flows.pool.converting import Converter, when_ready
from flows.sources import Found
from gouji.model import DocumentFault, DocumentReading, FailureKind, Kind, MediaType
from samples.generator.batch import Sample, plan_sample
from samples.generator.producers.flat_odt import render_flat_odt
from samples.generator.truth import truth_of

real = pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")
reads_docx = pytest.mark.skipif(
    importlib.util.find_spec("extractors.docx.extract") is None, reason="no reader of DOCX yet"
)
SHEET = (
    '<?xml version="1.0"?>\n<office:document '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3" '
    'office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body>'
    '<office:spreadsheet><table:table table:name="一">{rows}</table:table></office:spreadsheet>'
    "</office:body></office:document>"
)


def flat_sheet(*texts: str) -> bytes:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )
    return SHEET.format(rows=f"<table:table-row>{cells}</table:table-row>").encode()


def read(data: bytes, **wishes: object) -> DocumentReading:
    return read_document("a", data, ReadSettings(**wishes))  # type: ignore[arg-type]


def only_failure(reading: DocumentReading) -> tuple[FailureKind, str]:
    (failure,) = reading.failures
    assert failure.page is None
    assert "\n" not in failure.message
    return failure.kind, failure.message


# --- what a file is ---


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


# --- without LibreOffice ---


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(office_program, "_PLACES", ())


@pytest.mark.usefixtures("no_office")
def test_without_libreoffice_the_reading_says_what_to_install() -> None:
    kind, message = only_failure(read(flat_sheet("甲")))
    assert kind is FailureKind.PROGRAM_MISSING
    assert "apt-get install libreoffice-writer libreoffice-calc" in message


@pytest.fixture
def writer_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A LibreOffice of which Calc is not installed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "soffice"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    (folder / "libswlo.so").touch()
    monkeypatch.setenv("PATH", str(folder))
    return program


def test_a_libreoffice_without_calc_says_so(writer_alone: Path) -> None:
    with pytest.raises(OfficeMissing, match="apt-get install libreoffice-calc"):
        office_program.program_for(sheet=True)
    assert office_program.program_for(sheet=False) == str(writer_alone)


def sheet_bytes(*values: object) -> bytes:
    book = Workbook()
    book.active.append(values)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


@pytest.fixture
def real_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.reading.READER", "extractors.reading:read_file")


@pytest.mark.slow
@pytest.mark.usefixtures("writer_alone", "real_reader")
def test_without_calc_the_others_are_read_and_the_status_is_3(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("a.fods").write_bytes(flat_sheet("甲"))
    Path("b.xlsx").write_bytes(sheet_bytes("乙", 1))
    assert gouji("read", "--store", "--json", "a.fods", "b.xlsx") == 3
    out = capsys.readouterr()
    first, second = lines(out.out)
    assert first["failures"][0]["kind"] == "program_missing"
    assert not second["failures"]
    assert out.err.count("apt-get install") == 1
    # it is no fault of the document: nothing is kept of it
    assert gouji("export", "--format", "csv", "--out", "out") == 0
    stored = "".join(path.read_text("utf-8-sig") for path in Path("out").iterdir())
    assert "b.xlsx" in stored
    assert "a.fods" not in stored


# --- a program that misbehaves ---

FAKE = """#!{python}
import os, sys, time, subprocess
with open({log!r}, "a") as log:
    print(os.getpid(), *sys.argv[1:], sep="\\t", file=log)
out = sys.argv[sys.argv.index("--outdir") + 1]
kind = sys.argv[sys.argv.index("--convert-to") + 1].split(":")[0]
os.makedirs(out, exist_ok=True)
if {again}:
    sys.exit(81)
for source in sys.argv[sys.argv.index("--outdir") + 2:]:
    data = open(source, "rb").read()
    name = os.path.splitext(os.path.basename(source))[0]
    if b"CRASH" in data:
        os.abort()
    if b"HANG" in data:
        child = subprocess.Popen(["sleep", "600"])
        with open({log!r} + ".child", "w") as log:
            print(child.pid, file=log)
        time.sleep(600)
    if b"REFUSE" in data:
        continue
    made = open({made!r}, "rb").read()
    with open(os.path.join(out, name + "." + kind), "wb") as file:
        file.write(made[:100] if b"CUT" in data else made)
    if b"CUT" in data:
        os.abort()
"""


@pytest.fixture
def fake_office(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A soffice that does what its files say; the log of its starts."""
    folder = tmp_path / "bin"
    folder.mkdir()
    log, made = folder / "log", folder / "made.xlsx"
    made.write_bytes(sheet_bytes("乙", 1))
    program = folder / "soffice"
    program.write_text(
        FAKE.format(python=sys.executable, log=str(log), made=str(made), again=False)
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    monkeypatch.setattr(office_program, "START_SECONDS", 1.5)
    return log


def convert(*deeds: str, seconds: float = 0.5) -> list[bytes | FailureKind]:
    with Office() as office:
        tasks = []
        for number, deed in enumerate(deeds):
            path = Path(f"{number}.fods")
            path.write_bytes(flat_sheet(deed))
            tasks.append(Task(path, filter_for(MediaType.FODS, b"")))
        results = office.convert(tasks, seconds=seconds)
    return [r.kind if isinstance(r, DocumentFault) else r for r in results]


def starts(log: Path) -> int:
    return len(log.read_text().splitlines())


def test_many_files_are_one_start(fake_office: Path) -> None:
    results = convert("甲", "REFUSE", "乙")
    assert [isinstance(r, bytes) for r in results] == [True, False, True]
    assert results[1] is FailureKind.DAMAGED
    assert starts(fake_office) == 1


@pytest.mark.parametrize("deed", ["CRASH", "CUT"])
def test_a_crash_costs_only_the_file_it_is_about(fake_office: Path, deed: str) -> None:
    results = convert("甲", deed, "乙", "丙")
    assert [isinstance(r, bytes) for r in results] == [True, False, True, True]
    assert results[1] is FailureKind.DAMAGED
    assert starts(fake_office) == 3  # the batch, the rest of it, the one alone


@pytest.mark.slow
def test_a_hang_costs_only_the_file_and_leaves_no_process(fake_office: Path) -> None:
    results = convert("甲", "HANG", "乙", seconds=0.3)
    assert [isinstance(r, bytes) for r in results] == [True, False, True]
    assert results[1] is FailureKind.DOCUMENT_TIMEOUT
    child = int(Path(f"{fake_office}.child").read_text())
    until = time.monotonic() + 60
    while Path(f"/proc/{child}/stat").exists() and time.monotonic() < until:
        if Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
            break
        time.sleep(0.02)
    assert time.monotonic() < until


def test_a_program_that_wants_to_be_started_again_is_not_for_ever(
    fake_office: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = fake_office.parent / "soffice"
    program.write_text(program.read_text().replace("if False:", "if True:"))
    assert convert("甲") == [FailureKind.DAMAGED]
    assert starts(fake_office) == 3


def test_the_program_is_told_to_leave_the_world_alone(fake_office: Path) -> None:
    seen: list[str] = []

    class Watched(Office):
        def close(self) -> None:
            seen.extend(p.read_text() for p in self._folder.rglob("registrymodifications.xcu"))
            super().close()

    Path("a.fods").write_bytes(flat_sheet("甲"))
    with Watched() as office:
        office.convert([Task(Path("a.fods"), filter_for(MediaType.FODS, b""))])
        folder = office._folder
    assert not folder.exists()
    for name in ("DisableMacrosExecution", "BlockUntrustedRefererLinks", "MacroSecurityLevel"):
        assert f'oor:name="{name}" oor:op="fuse"><value>' in seen[0]
    command = fake_office.read_text().split("\t")
    assert "--headless" in command
    assert "--infilter=OpenDocument Spreadsheet Flat XML" in command
    assert f"-env:UserInstallation={(folder / 'profile').as_uri()}" in command


@pytest.mark.usefixtures("fake_office")
def test_a_converted_sheet_is_read_under_the_name_of_the_original() -> None:
    data = flat_sheet("甲")
    reading = read(data)
    assert not reading.failures
    assert reading.source.media_type is MediaType.FODS
    assert [c.text for c in reading.tables[0].cells] == ["乙", "1"]
    assert only_failure(read(flat_sheet("REFUSE")))[0] is FailureKind.DAMAGED


def test_what_was_converted_beforehand_is_taken(fake_office: Path, tmp_path: Path) -> None:
    folder = tmp_path / "converted"
    folder.mkdir()
    good, bad = flat_sheet("甲"), flat_sheet("丁")
    files = ConvertedFiles(folder)
    for data, result in (
        (good, sheet_bytes("丙", 3)),
        (bad, DocumentFault(FailureKind.DOCUMENT_TIMEOUT, "too slow")),
    ):
        reading = read(data)
        files.put(reading.source.sha256, result)
    begun = starts(fake_office)
    assert [c.text for c in read(good, office_folder=folder).tables[0].cells] == ["丙", "3"]
    assert only_failure(read(bad, office_folder=folder)) == (
        FailureKind.DOCUMENT_TIMEOUT,
        "too slow",
    )
    assert starts(fake_office) == begun


# --- a run ---


@pytest.mark.slow
@pytest.mark.usefixtures("real_reader")
def test_a_run_converts_its_files_in_one_start(
    fake_office: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    names = []
    for number in range(5):
        names.append(f"{number}.fods")
        Path(names[-1]).write_bytes(flat_sheet(f"甲{number}" if number else "REFUSE"))
    names.insert(2, "b.xlsx")
    Path("b.xlsx").write_bytes(sheet_bytes("丁", 4))
    assert gouji("read", "--json", *names) == 1
    readings = lines(capsys.readouterr().out)
    assert [r["source"]["name"] for r in readings] == names
    assert [bool(r["failures"]) for r in readings] == [True, *[False] * 5]
    assert starts(fake_office) == 1
    assert list(place.iterdir()) == []


def found(name: str, data: bytes) -> Found:
    Path(name).write_bytes(data)
    return Found(Path(name), Path(name))


@pytest.mark.parametrize("in_order", [True, False])
def test_files_that_need_nothing_do_not_wait_for_those_that_do(
    fake_office: Path, in_order: bool
) -> None:
    files = [found("a.fods", flat_sheet("甲")), found("b.txt", b"2"), found("c.rtf", b"{\\rtf1")]
    files.append(Found(Path("absent"), Path("absent")))
    converter = Converter()
    try:
        names = [f.path.name for f in when_ready(files, converter, in_order=in_order)]
        assert names == (
            ["a.fods", "b.txt", "c.rtf", "absent"] if in_order
            else ["b.txt", "absent", "a.fods", "c.rtf"]
        )  # fmt: skip
        assert len(list(converter.folder.glob("*.made"))) == 2
        converter.drop(Path("a.fods"))
        assert len(list(converter.folder.glob("*.made"))) == 1
    finally:
        converter.close()
    assert not converter.folder.exists()


def test_a_run_that_is_broken_off_stops_libreoffice(fake_office: Path) -> None:
    converter = Converter()
    waiting = [converter.submit(found("a.fods", flat_sheet("HANG")).path)]
    child = Path(f"{fake_office}.child")
    until = time.monotonic() + 60
    while not child.exists() and time.monotonic() < until:
        time.sleep(0.02)
    waiting.append(converter.submit(found("b.fods", flat_sheet("甲")).path))
    begun = time.monotonic()
    converter.close()
    waiting.append(converter.submit(Path("b.fods")))
    assert all(done.done() for done in waiting)  # nobody waits for ever
    assert time.monotonic() - begun < 20  # what it waited for hangs for 600
    assert not converter.folder.exists()


# --- LibreOffice itself ---


def export(sources: list[Path], kind: str, folder: Path) -> None:
    """Let LibreOffice write the sources as files of another kind."""
    program = find_office()
    assert program is not None
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", kind, "--outdir", str(folder)]
    subprocess.run([*command, *map(str, sources)], capture_output=True, timeout=200, check=True)


SEED = 3


@pytest.fixture(scope="module")
def sample() -> Sample:
    return plan_sample(SEED, "libreoffice")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory, sample: Sample) -> dict[str, bytes]:
    """One report as LibreOffice writes it in the old kinds."""
    folder = tmp_path_factory.mktemp("reports")
    source = folder / "a.fodt"
    source.write_text(render_flat_odt(sample.document, sample.style), encoding="utf-8")
    for kind in ("doc", "rtf", "odt", "wps:MS Word 97"):
        export([source], kind, folder)
    kinds = {
        kind: (folder / f"a.{kind}").read_bytes() for kind in ("fodt", "doc", "rtf", "odt", "wps")
    }
    made = folder / "b.fods"
    made.write_bytes(flat_sheet("甲", "乙"))
    for kind in ("xls", "ods"):
        export([made], kind, folder)
        kinds[kind] = (folder / f"b.{kind}").read_bytes()
    return kinds


@pytest.mark.slow
@real
@reads_docx
@pytest.mark.parametrize("kind", ["fodt", "doc", "rtf", "odt", "wps"])
def test_a_report_says_the_same_in_every_kind(
    reports: dict[str, bytes], sample: Sample, kind: str
) -> None:
    truth = truth_of(sample.facts, sample.producer, sample.style)
    reading = read(reports[kind])
    assert not reading.failures
    got = {c.key: c.value if c.kind is Kind.NUMBER else str(c.kind) for c in reading.cells}
    assert got == {
        key: truth["kinds"].get(key) or Decimal(str(value)) for key, value in truth["cells"].items()
    }
    assert reading.report is not None
    assert (reading.report.issuer, reading.report.title) == (truth["issuer"], truth["title"])


@pytest.mark.slow
@real
@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_sheets_of_old_programs_are_read(reports: dict[str, bytes], kind: str) -> None:
    reading = read(reports[kind])
    assert not reading.failures
    assert [line for page in reading.text for line in page.text.split()] == ["甲", "乙"]


MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Sub Main
 Dim how(0) As New com.sun.star.beans.PropertyValue
 how(0).Name = "Hidden" : how(0).Value = True
 book = StarDesktop.loadComponentFromURL("{source}", "_blank", 0, how())
 Dim locked(1) As New com.sun.star.beans.PropertyValue
 locked(0).Name = "FilterName" : locked(0).Value = "MS Excel 97"
 locked(1).Name = "Password" : locked(1).Value = "密码"
 book.storeToURL("{target}", locked())
 book.close(True)
End Sub
</script:module>
"""


@pytest.mark.slow
@real
def test_a_workbook_under_a_password_is_opened_with_it(tmp_path: Path) -> None:
    source, target = tmp_path / "a.fods", tmp_path / "locked.xls"
    source.write_bytes(flat_sheet("甲", "乙"))
    export([source], "xls", tmp_path)  # makes the profile as well
    module = tmp_path / "profile/user/basic/Standard/Module1.xba"
    macro = MACRO.format(source=source.as_uri(), target=target.as_uri())
    module.write_text(macro, encoding="utf-8")
    program = find_office()
    assert program is not None
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program, profile, "--headless", "macro:///Standard.Module1.Main"]
    subprocess.run(command, capture_output=True, timeout=200, check=True)
    data = target.read_bytes()
    assert only_failure(read(data))[0] is FailureKind.ENCRYPTED
    assert only_failure(read(data, passwords=("wrong",)))[0] is FailureKind.ENCRYPTED
    reading = read(data, passwords=("wrong", "密码"))
    assert not reading.failures
    assert [text for page in reading.text for text in page.text.split()] == ["甲", "乙"]


@pytest.mark.slow
@real
@pytest.mark.parametrize("kind", ["doc", "odt", "xls"])
def test_half_a_file_and_garbage_are_damaged(reports: dict[str, bytes], kind: str) -> None:
    data = reports[kind]
    for broken in (data[: len(data) // 2], data[:600] + bytes(20_000)):
        assert only_failure(read(broken))[0] in (FailureKind.DAMAGED, FailureKind.UNSUPPORTED)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A web server and what it was asked for."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()


@pytest.mark.slow
@real
def test_nothing_is_fetched_run_or_taken_from_this_machine(
    listener: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = listener
    secret, trace = tmp_path / "secret.txt", tmp_path / "ran"
    secret.write_text("SECRETWORD")
    macro = f'Sub Main\nOpen "{trace}" For Output As #1\nClose #1\nEnd Sub'
    listen = "".join(
        f'<script:event-listener script:language="ooo:script" script:event-name="{event}" '
        'xlink:href="vnd.sun.star.script:Standard.M.Main?language=Basic&amp;location=document"/>'
        for event in ("dom:load", "office:load-finished")
    )
    frames = "".join(
        f'<text:p><draw:frame svg:width="1cm" svg:height="1cm" text:anchor-type="as-char">{inner}'
        "</draw:frame></text:p>"
        for inner in (
            f'<draw:image xlink:href="{address}/image.png" xlink:type="simple" xlink:show="embed"/>',
            f'<draw:object xlink:href="{address}/object.odt"/>',
            f'<draw:floating-frame xlink:href="{address}/frame.html"/>',
        )
    )
    sections = "".join(
        f'<text:section text:name="{n}"><text:section-source xlink:href="{place}"/><text:p>x</text:p>'
        "</text:section>"
        for n, place in enumerate((f"{address}/section.txt", secret.as_uri()))
    )
    names = ("text", "drawing", "svg-compatible", "script", "office")
    spaces = " ".join(
        f"xmlns:{name.split('-')[0].replace('drawing', 'draw')}="
        f'"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in names
    )
    source = tmp_path / "a.fodt"
    source.write_text(
        f'<?xml version="1.0"?><office:document {spaces} xmlns:xlink="http://www.w3.org/1999/xlink" '
        'xmlns:ooo="http://openoffice.org/2004/office" office:version="1.3" '
        'office:mimetype="application/vnd.oasis.opendocument.text"><office:scripts>'
        '<office:script script:language="ooo:Basic"><ooo:libraries><ooo:library-embedded '
        f'ooo:name="Standard"><ooo:module ooo:name="M"><ooo:source-code>{macro}</ooo:source-code>'
        "</ooo:module></ooo:library-embedded></ooo:libraries></office:script>"
        f"<office:event-listeners>{listen}</office:event-listeners></office:scripts>"
        f"<office:body><office:text><text:p>甲</text:p>{frames}{sections}</office:text></office:body>"
        "</office:document>",
        encoding="utf-8",
    )
    with Office() as office:
        (made,) = office.convert([Task(source, filter_for(MediaType.FODT, b""))])
    assert isinstance(made, bytes)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    assert "甲".encode() in whole
    assert b"SECRETWORD" not in whole
    assert asked == []
    assert not trace.exists()
