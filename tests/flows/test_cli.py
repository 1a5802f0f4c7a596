"""`gouji read` and the other commands: what they print where, and their exit statuses."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from command_line import document, fake_reader, gouji, lines
from shares import one_in

import flows.commands.show
import flows.reading
from flows.commands.app import app
from flows.commands.doctor import Requirement, State, owners_of_cv2
from flows.settings import load_settings
from gouji import __version__
from gouji.model import Cause, RelationResult, RelationStatus, WrongUsage
from gouji.reports.wording import relation_in_words

__all__ = ["fake_reader"]  # used by every test here


def test_json_is_one_object_a_file_in_the_order_named(capfd: pytest.CaptureFixture[str]) -> None:
    names = ["c.txt", "a.txt", "b.txt"]
    document("c.txt", p1="sleep 0.3")
    for name in names[1:]:
        document(name)
    assert gouji("read", "--json", *names) == 0
    out, errors = capfd.readouterr()
    assert [line["source"]["name"] for line in lines(out)] == names
    assert "documents" in errors
    assert not Path("gouji-work").exists()


def test_a_failing_file_gives_status_1_one_line_and_its_own_object(
    capfd: pytest.CaptureFixture[str],
) -> None:
    document("good.txt")
    document("bad.txt", p0="exit")
    assert gouji("read", "--json", "bad.txt", "missing.txt", "good.txt") == 1
    out, errors = capfd.readouterr()
    bad, missing, good = lines(out)
    assert [f["kind"] for f in bad["failures"]] == ["worker_died"]
    assert len(bad["source"]["sha256"]) == 64
    assert [f["kind"] for f in missing["failures"]] == ["not_readable"]
    assert good["failures"] == []
    assert len(good["cells"]) == 5
    told = [line for line in errors.splitlines() if ".txt: " in line]
    assert told == [
        "bad.txt: worker_died: the reading process ended with status 7",
        "missing.txt: not_readable: No such file or directory",
    ]


def test_a_lost_page_is_told_but_the_file_was_read(capfd: pytest.CaptureFixture[str]) -> None:
    document("a.txt", p2="exit")
    assert gouji("read", "--json", "a.txt") == 0
    out, errors = capfd.readouterr()
    assert [f["page"] for f in lines(out)[0]["failures"]] == [2]
    assert "a.txt: page 2: worker_died" in errors


@pytest.mark.parametrize(
    "words",
    [
        ["read"],
        ["read", "empty"],
        ["read", "a.txt", "--no-such-option"],
        ["read", "a.txt", "--workers", "0"],
        ["read", "a.txt", "--page-seconds", "nan"],
        ["read", "a.txt", "--database", "mysql://host/name"],
        ["export", "--format", "tablets"],
        ["no-such-command"],
    ],
)
def test_wrong_usage_gives_status_2(words: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    document("a.txt")
    Path("empty").mkdir()
    Path("empty/.hidden.pdf").touch()
    assert gouji(*words) == 2
    out, errors = capfd.readouterr()
    assert out == ""
    assert "Traceback" not in errors


def test_a_missing_engine_gives_status_3_and_the_command_that_mends_it(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(flows.reading, "READER", "misbehaving:needs_an_engine")
    assert gouji("read", "--json", document("a.txt")) == 3
    assert capfd.readouterr().err == (
        "gouji: The model det_small is not installed. Run `gouji models fetch`.\n"
    )


def test_folders_are_walked_and_patterns_expanded_and_each_file_comes_once(
    capfd: pytest.CaptureFixture[str],
) -> None:
    Path("in/deep").mkdir(parents=True)
    for name in ("in/b.pdf", "in/a.PDF", "in/deep/c.html", "in/.hidden.pdf", "in/~$b.docx"):
        document(name)
    document("in/picture.psd")
    document("x1.txt")
    document("x2.txt")
    assert gouji("read", "--json", "in", "in/b.pdf", "x?.txt", "./x1.txt") == 0
    out, errors = capfd.readouterr()
    names = [line["source"]["name"] for line in lines(out)]
    assert names == ["a.PDF", "b.pdf", "c.html", "x1.txt", "x2.txt"]
    assert "3 other files in folders and archives were passed over" in errors


def test_a_pattern_without_a_match_is_a_file_that_failed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert gouji("read", "--json", "nothing*.pdf") == 1
    assert "nothing*.pdf: not_readable: no file matches" in capfd.readouterr().err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_without_rights_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    Path("closed").mkdir(mode=0)
    assert gouji("read", "--json", "closed") == 1
    assert "closed: not_readable: Permission denied" in capfd.readouterr().err


def test_a_folder_without_rights_is_told_even_to_root(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str) -> Any:
        raise PermissionError(13, "Permission denied", os.fspath(path))

    Path("closed").mkdir()
    monkeypatch.setattr(os, "scandir", refuse)
    assert gouji("read", "--json", "closed") == 1
    assert "closed: not_readable: Permission denied" in capfd.readouterr().err


@pytest.mark.slow
def test_names_that_upset_terminals_are_printed_harmlessly(
    capfd: pytest.CaptureFixture[str],
) -> None:
    names = [
        b"line\nbreak.txt",
        b"\x1b[31mred.txt",
        b"\xb9\xab\xb8\xe6.txt",
        "[bold]统计.txt".encode(),
    ]
    for name in names:
        document(os.fsdecode(name), p1="exit")
    assert gouji("read", "--json", "--out", "out", *(os.fsdecode(n) for n in names)) == 0
    out, errors = capfd.readouterr()
    assert [line["source"]["name"] for line in lines(out)] == [
        "line\nbreak.txt",
        "\x1b[31mred.txt",
        "\\xb9\\xab\\xb8\\xe6.txt",
        "[bold]统计.txt",
    ]
    assert "\x1b" not in errors
    assert "line\\nbreak.txt: page 1" in errors
    assert len(list(Path("out").iterdir())) == 4


def test_out_mirrors_the_folders_and_leaves_nothing_half_written() -> None:
    Path("in/deep").mkdir(parents=True)
    document("in/a.txt")
    document("in/deep/a.txt")
    document("long.txt").rename("x" * 251 + ".txt")
    assert gouji("read", "--out", "out", "in", "x" * 251 + ".txt") == 0
    written = sorted(p.relative_to("out") for p in Path("out").rglob("*") if p.is_file())
    assert written[:2] == [Path("a.txt.json"), Path("deep/a.txt.json")]
    assert len(written) == 3
    for path in written:
        assert json.loads(Path("out", path).read_text())["schema"] == 1


@pytest.mark.slow
def test_what_was_read_is_passed_over_the_next_time_but_not_what_failed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    document("a.txt")
    document("b.txt", p0="exit")
    assert gouji("read", "a.txt", "b.txt") == 1
    assert "a.txt" in capfd.readouterr().out
    Path("moved").mkdir()
    Path("a.txt").rename("moved/renamed.txt")
    assert gouji("read", "moved", "b.txt") == 1
    out = capfd.readouterr().out
    assert "renamed.txt" not in out
    assert "b.txt" in out
    assert gouji("read", "moved", "--again") == 0
    assert "renamed.txt" in capfd.readouterr().out
    assert gouji("read", "moved", "--page-seconds", "7") == 0  # other settings, another reading
    assert "renamed.txt" in capfd.readouterr().out


def test_json_is_stored_when_asked_for(capfd: pytest.CaptureFixture[str]) -> None:
    document("a.txt")
    assert gouji("read", "--json", "--store", "--work", "store", "a.txt") == 0
    assert gouji("read", "--work", "store", "a.txt") == 0
    out, _ = capfd.readouterr()
    assert '"name": "a.txt"' in out.splitlines()[0]
    assert len([line for line in out.splitlines() if "a.txt" in line]) == 1


def test_a_store_that_cannot_be_opened_is_one_line(capfd: pytest.CaptureFixture[str]) -> None:
    Path("gouji-work").touch()
    assert gouji("read", document("a.txt")) == 1
    errors = capfd.readouterr().err
    assert len(errors.splitlines()) == 1
    assert "--work" in errors


def test_settings_come_from_the_command_line_then_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GOUJI_WORK", "elsewhere")
    monkeypatch.setenv("GOUJI_PAGE_SECONDS", "3")
    monkeypatch.setenv("GOUJI_PASSWORDS", '["one", "two"]')
    settings = load_settings(page_seconds=4, work=None)
    assert settings.work == Path("elsewhere")
    assert settings.reading().page_seconds == 4
    assert settings.reading().passwords == ("one", "two")
    monkeypatch.setenv("GOUJI_WORKERS", "many")
    with pytest.raises(WrongUsage, match="--workers or GOUJI_WORKERS"):
        load_settings()
    monkeypatch.delenv("GOUJI_WORKERS")
    monkeypatch.setenv("GOUJI_PASSWORDS", "secret")
    with pytest.raises(WrongUsage) as raised:
        load_settings()
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("option", "name"), one_in(2, [("--pdf", "all.pdf"), ("--no-pdf", "1.png")])
)
def test_show_prints_where_the_pictures_are(
    option: str, name: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(flows.commands.show, "READER", "misbehaving:five_pages")
    monkeypatch.setattr(flows.commands.show, "DRAWER", "misbehaving:draw_nothing")
    words = ["show", "--out", "pictures", document("a.txt")]
    assert gouji(*words, *(["--pdf"] if option == "--pdf" else [])) == 0
    assert capfd.readouterr().out == f"pictures/{name}\n"
    assert Path("pictures", name).read_text() == "a.txt 5 cells"


def test_show_of_a_file_that_cannot_be_read_gives_status_1(
    capfd: pytest.CaptureFixture[str],
) -> None:
    assert gouji("show", "missing.pdf") == 1
    assert "missing.pdf: not_readable" in capfd.readouterr().err


def test_doctor_finds_what_is_here(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "flows.commands.doctor.NATIVE", {"numpy": "numpy"}
    )  # importing all takes 3 s
    assert gouji("doctor", "--json") == 0
    found = {entry["name"]: entry for entry in json.loads(capfd.readouterr().out)}
    assert found["numpy"]["state"] == "fine"
    assert found["cv2"]["remark"] == "owned by opencv-contrib-python alone"
    assert found["work folder"]["state"] == "fine"


def test_doctor_gives_status_3_where_something_is_missing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    needed = ["no-such-package>=1", 'prefect>=99; extra == "flows"', "typer"]
    monkeypatch.setattr("flows.commands.doctor.metadata.requires", lambda _: needed)
    assert gouji("doctor") == 3
    out = capfd.readouterr().out
    assert "pip install 'no-such-package>=1'" in out
    assert "pip install 'prefect>=99'" in out


def test_exactly_one_package_may_own_cv2() -> None:
    assert owners_of_cv2(["opencv-contrib-python"] * 2).state is State.FINE
    assert owners_of_cv2([]).state is State.MISSING
    both = owners_of_cv2(["opencv-python", "opencv-contrib-python"])
    assert both.state is State.BROKEN
    assert both.mend.startswith("pip uninstall -y opencv-contrib-python opencv-python && pip")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("numpy>=2", ("numpy", "numpy>=2", None)),
        (
            'psycopg[binary]>=3.2; extra == "postgres"',
            ("psycopg", "psycopg[binary]>=3.2", "postgres"),
        ),
        ("camelot_py", ("camelot-py", "camelot_py", None)),
    ],
)
def test_a_requirement_is_read(text: str, expected: tuple[str, str, str | None]) -> None:
    found = Requirement.parse(text)
    assert found
    assert (found.name, found.line, found.extra) == expected


def test_the_version_is_told(capfd: pytest.CaptureFixture[str]) -> None:
    assert gouji("--version") == 0
    assert capfd.readouterr().out == f"gouji {__version__}\n"


def test_every_command_and_every_option_has_a_help_text() -> None:
    def walk(command: Any, path: str) -> Iterator[tuple[str, Any]]:
        yield path, command
        for name, below in getattr(command, "commands", {}).items():
            yield from walk(below, f"{path} {name}")

    commands = dict(walk(typer.main.get_command(app), "gouji"))
    assert {"gouji read", "gouji show", "gouji export", "gouji doctor", "gouji flow read"} <= set(
        commands
    )
    for path, command in commands.items():
        assert command.help, path
        for parameter in command.params:
            assert parameter.help, f"{path} {parameter.name}"


def test_help_comes_at_once() -> None:
    def seconds(*words: str) -> float:  # of the processor
        begun = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], check=True, capture_output=True)
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        return ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime

    # measured: a third
    assert seconds("-m", "flows.cli", "--help") < seconds("-c", "import extractors.reading")


@pytest.mark.slow
def test_reading_imports_neither_prefect_nor_a_pdf_library_into_the_command() -> None:
    program = (
        "import sys, flows.commands.app, flows.commands.read, flows.keeping\n"
        "heavy = {'prefect', 'pypdfium2', 'cv2', 'numpy', 'pdfplumber', 'camelot', 'fastapi'}\n"
        "sys.exit(' '.join(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr.strip() == ""


def test_export_writes_the_store_and_prints_where(capfd: pytest.CaptureFixture[str]) -> None:
    assert gouji("read", document("a.txt")) == 0
    capfd.readouterr()
    assert gouji("export", "--format", "csv", "--out", "tables") == 0
    written = capfd.readouterr().out.split()
    assert "tables/cells.csv" in written
    assert "applications/row_5/total" in Path("tables/cells.csv").read_text("utf-8-sig")


def test_export_without_a_store_makes_none(capfd: pytest.CaptureFixture[str]) -> None:
    assert gouji("export") == 2
    assert "gouji read" in capfd.readouterr().err
    assert not Path("gouji-work").exists()


@pytest.mark.parametrize(
    ("relation", "words"),
    [
        (
            RelationResult(
                "R1", "other_handling", RelationStatus.VIOLATED, 48, 1066, Cause.UNKNOWN
            ),
            "其他处理: the total is printed as 48, its columns add up to 1,066"
            " (R1, whose fault is not known)",
        ),
        (
            RelationResult("R3", "legal_service", RelationStatus.VIOLATED, 1, 2),
            "column 法律服务机构: processed in total is printed as 1, the outcomes add up to 2"
            " (R3)",
        ),
        (
            RelationResult(
                "R6", "art20_1.regulations", RelationStatus.VIOLATED, 1, 2,
                Cause.SOURCE_INCONSISTENT, "S",
            ),
            "规章: 1 published in all, but 2 newly published (R6, a warning, so it is printed)",
        ),
        (
            RelationResult("X9", "no.such.row", RelationStatus.VIOLATED, None, 2),
            "no.such.row: nothing on one side, 2 on the other (X9)",
        ),
    ],
)  # fmt: skip
def test_a_violated_relation_is_told_in_words(relation: RelationResult, words: str) -> None:
    assert relation_in_words(relation, "T19") == words
