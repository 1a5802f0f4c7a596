"""A PostgreSQL of our own for measurements: it listens on a unix socket in its folder only."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

# As a server of 8 GB would be set up, except that nothing here needs to outlive a power cut.
SETTINGS = (
    "-c listen_addresses= -c max_connections=60 -c shared_buffers=2GB -c work_mem=64MB "
    "-c maintenance_work_mem=1GB -c effective_cache_size=6GB -c max_wal_size=8GB "
    "-c wal_level=minimal -c max_wal_senders=0 -c fsync=off -c random_page_cost=1.1 "
    "-c max_parallel_workers_per_gather=0"  # one processor a question
)


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, which Debian keeps apart from the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else found[-1].parent if found else None


@contextmanager
def running_postgres(
    settings: str = SETTINGS, databases: tuple[str, ...] = ("gouji",)
) -> Iterator[list[str]]:
    """The URLs of empty databases on a server that is gone afterwards, with all that it holds.

    Raises:
        RuntimeError: PostgreSQL is not installed, or does not start.
    """
    where = programs()
    if where is None:
        raise RuntimeError("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="gouji-postgres-"))
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(folder, "postgres", "postgres")
        as_user = ["runuser", "-u", "postgres", "--"]

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(where / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=300)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")

    data = f"{folder}/data"
    try:
        locale = ("--encoding=UTF8", "--locale=C", "--username=gouji")
        run("initdb", "-D", data, "--auth=trust", "--no-sync", *locale)
        options = f"{settings} -c unix_socket_directories={folder}"
        log = f"--log={folder}/log"
        run("pg_ctl", "start", "-D", data, "--wait", "--silent", log, "-o", options)
        try:
            at = f"host={folder} user=gouji dbname=postgres"
            with psycopg.connect(at, autocommit=True) as connection:
                for name in databases:
                    connection.execute(f"CREATE DATABASE {name}".encode())
            yield [f"postgresql://gouji@/{name}?host={folder}" for name in databases]
        finally:
            run("pg_ctl", "stop", "-D", data, "--mode=immediate", "--silent")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
