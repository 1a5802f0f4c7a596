"""What the store says when it cannot be used: one line, and nothing is left half done."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable
from itertools import takewhile
from pathlib import Path

import pytest
from postgres import new_database
from sqlalchemy.engine import make_url
from stored_readings import report, save_all

from gouji.model import (
    InstallationIncomplete,
    MediaType,
    StoreUnavailable,
    WrongUsage,
)
from gouji.store import Store, database
from gouji.store.files import Files


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("postgres://u@h/d", "postgresql+psycopg"),
        ("postgresql://u@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg"),
        ("sqlite:////tmp/a%20b.db", "sqlite"),
    ],
)
def test_urls_are_taken_as_people_write_them(url: str, driver: str, tmp_path: Path) -> None:
    assert database.database_url(url, tmp_path).drivername == driver


@pytest.mark.parametrize(
    "url", ["mysql://u@h/d", "work/gouji.sqlite3", "sqlite://", "postgres://h:x"]
)
def test_other_urls_are_wrong_usage(url: str, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage) as caught:
        Store.open(url, tmp_path)
    assert caught.value.exit_code == 2


def test_a_missing_driver_names_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InstallationIncomplete, match=r"pip install 'gouji\[postgres\]'") as caught:
        Store.open("postgresql://u@h/d", tmp_path)
    assert caught.value.exit_code == 3


def test_a_server_that_is_not_there_is_one_line_without_the_password(tmp_path: Path) -> None:
    url = f"postgresql://someone:secret@/reports?host={tmp_path}"
    with pytest.raises(StoreUnavailable) as caught:
        Store.open(url, tmp_path)
    message = str(caught.value)
    assert "\n" not in message
    assert "secret" not in message
    assert "someone" in message


@pytest.mark.slow
def test_a_postgres_that_cannot_hold_chinese_is_refused(
    postgres_socket: Path, tmp_path: Path
) -> None:
    with pytest.raises(StoreUnavailable, match="not in UTF8"):
        Store.open(new_database(postgres_socket, "SQL_ASCII"), tmp_path)


@pytest.mark.slow
def test_a_server_that_goes_away_is_one_line(postgres_url: str, tmp_path: Path) -> None:
    import psycopg

    with Store.open(postgres_url, tmp_path) as store:
        store.save(report())
        name = make_url(postgres_url).database
        with psycopg.connect(postgres_url.replace(str(name), "postgres"), autocommit=True) as other:
            other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            other.execute(
                b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname=%s", [name]
            )
            with pytest.raises(StoreUnavailable) as caught:
                store.save(report(2))
            assert "\n" not in str(caught.value)
            other.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())
        assert store.save(report(2)).new


def a_file(work: Path) -> None:
    work.write_text("not a folder")


def a_text_instead_of_the_database(work: Path) -> None:
    work.mkdir()
    (work / database.FILE_NAME).write_text("not a database" * 100)


def a_folder_instead_of_the_database(work: Path) -> None:
    (work / database.FILE_NAME).mkdir(parents=True)


@pytest.mark.parametrize(
    "found", [a_file, a_text_instead_of_the_database, a_folder_instead_of_the_database]
)
def test_what_is_in_the_way_is_named_in_one_line(
    found: Callable[[Path], None], tmp_path: Path
) -> None:
    work = tmp_path / "work"
    found(work)
    with pytest.raises(StoreUnavailable) as caught:
        Store.open(None, work)
    assert str(work) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 1


def as_nobody() -> None:
    """Root may write everywhere, so be somebody else."""
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


def short_of_room() -> None:
    """No file may grow beyond 400 kB: to SQLite and to us the same as a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))


def message_of(work: Callable[[], object], prepare: Callable[[], None]) -> str:
    """What StoreUnavailable says in a forked process prepared like that."""
    read_end, write_end = os.pipe()
    if (child := os.fork()) == 0:
        try:
            prepare()
            work()
            said = "it went well"
        except StoreUnavailable as error:
            said = str(error)
        except BaseException as error:
            said = repr(error)
        os.write(write_end, said.encode())
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return said


@pytest.fixture
def open_to_all(tmp_path: Path) -> Path:
    """A folder that anybody's processes can reach."""
    above = Path(tempfile.gettempdir())  # tests that run side by side have one folder more
    for folder in takewhile(lambda folder: folder != above, (tmp_path, *tmp_path.parents[:3])):
        folder.chmod(0o755)
    return tmp_path


def test_a_folder_without_rights_is_one_line(open_to_all: Path) -> None:
    work = open_to_all / "work"
    work.mkdir(mode=0o555)
    said = message_of(lambda: save_all(None, str(work), 0, 1), as_nobody)
    assert said == f"{work}/gouji.sqlite3: unable to open database file. {StoreUnavailable.advice}"
    assert list(work.iterdir()) == []
    said = message_of(lambda: save_all(None, str(work / "new"), 0, 1), as_nobody)
    assert said == f"{work}/new: Permission denied. {StoreUnavailable.advice}"


def test_a_store_one_may_only_read_is_one_line(open_to_all: Path) -> None:
    with Store.open(None, open_to_all) as store:
        store.save(report())
    said = message_of(lambda: save_all(None, str(open_to_all), 1, 2), as_nobody)
    assert said.startswith(f"{open_to_all}/gouji.sqlite3: ")
    assert "\n" not in said


def test_a_disk_that_fills_up_is_one_line_and_leaves_whole_readings(tmp_path: Path) -> None:
    said = message_of(lambda: save_all(None, str(tmp_path), 0, 1000), short_of_room)
    assert said.startswith(f"{tmp_path}/gouji.sqlite3: ")
    assert "\n" not in said
    with Store.open(None, tmp_path) as store:
        there = [s.reading for s in store.readings()]
        assert 0 < len(there) < 1000
        assert all(r == report(r.source.name[:-4]) for r in there)
        assert store.save(report("another")).new


def test_a_disk_that_fills_up_under_a_document_leaves_no_piece_of_it(tmp_path: Path) -> None:
    data = b"x" * 500_000
    sha256 = hashlib.sha256(data).hexdigest()
    said = message_of(lambda: Files(tmp_path).put(sha256, data, MediaType.PDF), short_of_room)
    assert said.startswith(str(tmp_path))
    assert "File too large" in said
    assert "\n" not in said
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
