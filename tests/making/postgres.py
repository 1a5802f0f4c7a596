"""A PostgreSQL of our own for the tests: one server a session, one empty database a test.

It listens on a unix socket in a temporary folder only. Where PostgreSQL is not installed, tests
that ask for it are skipped with the reason, but fail in CI.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

# Nothing of it outlives the session, so nothing needs to reach the disk.
SETTINGS = (
    "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c max_connections=40 -c shared_buffers=32MB"
)
_numbers = count(1)


def _programs() -> Path | None:
    """Debian keeps initdb and pg_ctl apart from the path, a folder a version."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else found[-1].parent if found else None


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[Path]:
    """The folder of the running server's socket."""
    programs = _programs()
    if programs is None:
        reason = "PostgreSQL is not installed: apt-get install postgresql"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="gouji-postgres-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(programs / program), "-D", f"{folder}/data", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr

    try:
        run("initdb", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username=gouji")
        options = f"{SETTINGS} -c unix_socket_directories={folder}"
        run("pg_ctl", "start", "--wait", "--silent", f"--log={folder}/log", "-o", options)
        try:
            yield folder
        finally:
            run("pg_ctl", "stop", "--mode=immediate", "--silent")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(socket: Path, encoding: str = "UTF8") -> str:
    """The URL of an empty database on the server."""
    import psycopg

    name = f"gouji_{next(_numbers)}"
    create = f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0"
    at = f"host={socket} user=gouji dbname=postgres"
    with psycopg.connect(at, autocommit=True) as connection:
        connection.execute(create.encode())
    return f"postgresql://gouji@/{name}?host={socket}"


@pytest.fixture
def postgres_url(postgres_socket: Path) -> str:
    """The URL of an empty database."""
    return new_database(postgres_socket)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """What `Store.open` takes: None for SQLite in the work folder, or a Postgres URL."""
    if request.param == "sqlite":
        return None
    url: str = request.getfixturevalue("postgres_url")
    return url
