"""Files that LibreOffice converts: every kind says the same, and what says so where it is missing."""

from __future__ import annotations

import http.server
import importlib.util
import io
import subprocess
import threading
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from command_line import document, fake_reader, gouji, lines  # noqa: F401
from office_files import flat_sheet, only_failure, read, real_reader, sheet_bytes

from extractors.office import program as office_program
from extractors.office.kinds import filter_for
from extractors.office.program import Office, OfficeMissing, Task, find_office
from gouji.model import FailureKind, Kind, MediaType
from samples.generator.batch import Sample, plan_sample
from samples.generator.producers.flat_odt import render_flat_odt
from samples.generator.truth import truth_of

__all__ = ["real_reader"]

real = pytest.mark.skipif(find_office() is None, reason="LibreOffice is not installed")
reads_docx = pytest.mark.skipif(
    importlib.util.find_spec("extractors.docx.extract") is None, reason="no reader of DOCX yet"
)

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
