"""Converting in batches, with a LibreOffice that crashes, hangs and starts again."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from command_line import document, fake_reader, gouji, lines  # noqa: F401
from office_files import flat_sheet, found, only_failure, read, real_reader, sheet_bytes, starts

from extractors.office import program as office_program
from extractors.office.files import ConvertedFiles
from extractors.office.kinds import filter_for
from extractors.office.program import Office, Task
from flows.pool.converting import Converter, when_ready
from flows.sources import Found
from gouji.model import DocumentFault, FailureKind, MediaType

__all__ = ["real_reader"]


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
