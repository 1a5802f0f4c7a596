"""Back up and restore, with the commands that docs/operations.md tells."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from places import ROOT
from postgres import new_database
from stored_readings import cell, report

from gouji.model import DocumentReading
from gouji.store import Store

GUIDE = (ROOT / "docs/operations.md").read_text("utf-8")


def what_it_holds(store: Store) -> list[DocumentReading]:
    return [stored.reading for stored in store.readings()]


def fill(store: Store, first: int, count: int) -> None:
    for number in range(first, first + count):
        data = f"document {number}".encode()
        reading = report(number, cells=(cell("applications/requests_received/total", number),))
        digest = hashlib.sha256(data).hexdigest()
        reading = replace(reading, source=replace(reading.source, sha256=digest))
        store.save(reading, data)


def command_of(words: str) -> str:
    """The command of the guide that begins so: what is tested is what is told."""
    found = re.search(rf"^{re.escape(words)}.*$", GUIDE, re.MULTILINE)
    assert found is not None, words
    return found[0]


def shell(command: str, folder: Path, **names: str) -> None:
    done = subprocess.run(
        ["sh", "-ec", command],
        cwd=folder,
        env={**os.environ, **names},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


def test_a_backup_of_sqlite_made_while_it_is_written_to_can_be_restored(tmp_path: Path) -> None:
    work, stop = tmp_path / "work", threading.Event()
    with Store.open(None, work) as store:
        fill(store, 0, 20)
    numbers = iter(range(100, 10_000))

    def go_on() -> None:
        with Store.open(None, work) as store:
            while not stop.is_set():
                fill(store, next(numbers), 1)

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        names = {"GOUJI_WORK": str(work), "BACKUP": str(tmp_path / "backup")}
        (tmp_path / "backup").mkdir()
        if shutil.which("sqlite3"):
            shell(command_of("sqlite3 "), tmp_path, **names)
        else:  # what the command does
            with (
                sqlite3.connect(work / "gouji.sqlite3") as source,
                sqlite3.connect(tmp_path / "backup/gouji.sqlite3") as target,
            ):
                source.backup(target)
        shutil.copytree(work / "files", tmp_path / "backup/files")
    finally:
        stop.set()
        writer.join()
    with Store.open(None, tmp_path / "backup") as store:
        held = what_it_holds(store)
        assert len(held) >= 20
        for reading in held:  # the files were copied after the database: none is missing
            assert store.file(reading.source.sha256) is not None
        fill(store, 5_000, 1)
        assert store.count() == len(held) + 1


@pytest.mark.slow
def test_a_dump_of_postgres_can_be_restored_with_its_decisions(
    tmp_path: Path, postgres_url: str, postgres_socket: Path
) -> None:
    with Store.open(postgres_url, tmp_path / "work") as store:
        fill(store, 0, 5)
        before = what_it_holds(store)
        schema = store.totals().schema
    names = {"GOUJI_DATABASE": postgres_url, "BACKUP": str(tmp_path)}
    shell(command_of("pg_dump "), tmp_path, **names)
    restored = new_database(postgres_socket)
    shell(command_of("pg_restore "), tmp_path, BACKUP=str(tmp_path), GOUJI_DATABASE=restored)
    with Store.open(restored, tmp_path / "work") as store:
        assert what_it_holds(store) == before
        assert store.totals().schema == schema
        for reading in before:
            assert store.file(reading.source.sha256) is not None
        fill(store, 50, 1)
        assert store.count() == 6
