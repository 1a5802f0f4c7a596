"""`gouji doctor`: what is installed, what is missing, and the command that mends it.

What gouji needs is taken from its own package metadata, so this cannot fall behind pyproject.toml.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

from gouji import __version__
from ocr.models import catalogue, missing

from ..pool.workers import processors
from ..settings import Settings

CV2_WHEEL = "opencv-contrib-python==4.10.0.84"  # as in pyproject.toml; docs/decisions/0001

# Packages with parts in C, which may be installed and still not work: they are imported to see.
NATIVE = {
    "pypdfium2": "pypdfium2",
    "pikepdf": "pikepdf",
    "numpy": "numpy",
    "opencv-contrib-python": "cv2",
    "pillow": "PIL.Image",
    "sqlalchemy": "sqlalchemy",
    "onnxruntime": "onnxruntime",
    "openvino": "openvino",
    "scipy": "scipy.optimize",
    "pyarrow": "pyarrow",
    "psycopg": "psycopg",
}
EXTRAS = {
    "flows": "Prefect flows",
    "ocr": "scanned pages",
    "postgres": "the store in Postgres",
    "export": "export as Parquet and XLSX",
    "review": "the review application",
    "s3": "documents and inboxes in an object store",
    "dask": "flows on Dask",
    "metrics": "metrics for Prometheus",
}
# Programs: names to look for, what for, how to get one on Debian and Ubuntu.
PROGRAMS = (
    (
        ("chromium", "chromium-browser", "google-chrome"),
        "making the samples",
        "apt-get install chromium",
    ),
    (("postgres", "psql", "pg_ctl"), "a store in Postgres here", "apt-get install postgresql"),
)
OFFICE_AGAIN = "apt-get install --reinstall libreoffice-writer libreoffice-calc"
OFFICE_KINDS = "reading DOC, WPS, RTF, ODT, XLS, ET and ODS"
ROOM_MB = 500  # a store of 1,000 reports with their files


class State(StrEnum):
    FINE = "fine"
    ABSENT = "not installed"  # and not needed for reading
    MISSING = "missing"
    BROKEN = "broken"

    @property
    def bad(self) -> bool:
        return self in (State.MISSING, State.BROKEN)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    group: str
    name: str
    state: State
    version: str = ""
    remark: str = ""
    mend: str = ""


def examine_installation(settings: Settings, *, as_json: bool) -> int:
    """Print what was found; 0, or 3 when something that reading needs is missing."""
    findings = list(examine(settings))
    bad = any(finding.state.bad for finding in findings)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=1))
    else:
        _print(findings)
    return 3 if bad else 0


def examine(settings: Settings) -> Iterator[Finding]:
    """Everything that is looked at, in groups."""
    yield _python()
    yield from _packages()
    yield owners_of_cv2(metadata.packages_distributions().get("cv2", ()))
    yield from _programs()
    yield from _models(settings.models)
    yield _work_folder(settings.work)
    if settings.database:
        yield _database(settings)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if os.environ.get("PYTHONDONTWRITEBYTECODE") and not sys.pycache_prefix:
        remark = "PYTHONDONTWRITEBYTECODE is set: every start takes 2 to 4 times as long"
        root = Path(__file__).parents[1]
        folders = (str(root / name) for name in ("gouji", "extractors", "ocr", "flows"))
        mend = f"{sys.executable} -m compileall -q {' '.join(folders)}"
        return Finding("gouji", "python", State.FINE, version, remark, mend)
    return Finding("gouji", "python", State.FINE, version, f"gouji {__version__}")


def _packages() -> Iterator[Finding]:
    try:
        needed = metadata.requires("gouji") or []
    except metadata.PackageNotFoundError:
        mend = f"pip install -e {Path(__file__).parents[1]}"
        yield Finding("gouji", "gouji", State.MISSING, mend=mend, remark="not installed")
        return
    requirements = [r for r in map(Requirement.parse, needed) if r]
    with ThreadPoolExecutor(processors()) as threads:
        yield from threads.map(_package, requirements)


@dataclass(frozen=True, slots=True)
class Requirement:
    """A line of the package's metadata such as ``prefect==3.9.1; extra == "flows"``."""

    name: str
    line: str  # without the marker
    extra: str | None

    @staticmethod
    def parse(text: str) -> Requirement | None:
        line, _, marker = (part.strip() for part in text.partition(";"))
        name = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
        extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", marker)
        if name is None:
            return None
        plain = re.sub(r"[-_.]+", "-", name[0]).lower()
        return Requirement(plain, line, extra[1] if extra else None)


def _package(requirement: Requirement) -> Finding:
    name, extra = requirement.name, requirement.extra
    group = f"extra: {extra}" if extra else "packages"
    remark = f"for {EXTRAS.get(extra, extra)}" if extra else ""
    mend = f"pip install 'gouji[{extra}]'" if extra else f"pip install '{requirement.line}'"
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        state = State.ABSENT if extra else State.MISSING
        return Finding(group, name, state, remark=remark, mend=mend)
    if not _satisfies(requirement.line, version):
        remark = f"needed: {requirement.line}"
        return Finding(
            group, name, State.BROKEN, version, remark, f"pip install '{requirement.line}'"
        )
    if name in NATIVE and (reason := _import_fails(NATIVE[name])):
        mend = f"pip install --force-reinstall '{requirement.line}'"
        return Finding(group, name, State.BROKEN, version, reason, mend)
    return Finding(group, name, State.FINE, version, remark)


def _satisfies(line: str, version: str) -> bool:
    try:
        from packaging.requirements import InvalidRequirement, Requirement
    except ImportError:
        return True  # cannot tell
    try:
        return Requirement(line).specifier.contains(version, prereleases=True)
    except InvalidRequirement:
        return True


def _import_fails(module: str) -> str | None:
    """Import it in a process of its own; why that fails, or None."""
    command = [sys.executable, "-c", f"import {module}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"import {module}: {type(error).__name__}"
    if done.returncode == 0:
        return None
    last = done.stderr.strip().splitlines()[-1:] or [f"ended with status {done.returncode}"]
    return f"import {module}: {last[0]}"


def owners_of_cv2(owners: Iterable[str]) -> Finding:
    """Exactly one package may own ``cv2``: several overwrite each other's files."""
    names = sorted(set(owners))
    match names:
        case [one]:
            return Finding("packages", "cv2", State.FINE, remark=f"owned by {one} alone")
        case []:
            mend = f"pip install '{CV2_WHEEL}'"
            return Finding("packages", "cv2", State.MISSING, remark="owned by none", mend=mend)
    remark = f"owned by {len(names)} packages at once: {', '.join(names)}"
    mend = f"pip uninstall -y {' '.join(names)} && pip install '{CV2_WHEEL}'"
    return Finding("packages", "cv2", State.BROKEN, remark=remark, mend=mend)


def _office() -> Finding:
    from extractors.office.program import OfficeMissing, find_office, office_version

    group, name, remark = "programs", "soffice", f"for {OFFICE_KINDS}"
    try:
        version = office_version()
    except OfficeMissing as missing:
        mend = missing.advice.removeprefix("Run `").removesuffix("`.")
        return Finding(group, name, State.ABSENT, remark=f"{remark}: {missing.args[0]}", mend=mend)
    if version is None:
        remark = f"{find_office()} does not start; it is {remark}"
        return Finding(group, name, State.BROKEN, remark=remark, mend=OFFICE_AGAIN)
    return Finding(group, name, State.FINE, version, f"{remark} ({find_office()})")


def _programs() -> Iterator[Finding]:
    yield _office()
    for names, purpose, mend in PROGRAMS:
        place = next((found for name in names if (found := shutil.which(name))), None)
        state = State.FINE if place else State.ABSENT
        remark = f"for {purpose}" + (f" ({place})" if place else "")
        yield Finding("programs", names[0], state, remark=remark, mend="" if place else mend)


def _models(folder: Path) -> Iterator[Finding]:
    absent = missing(folder)
    for model in catalogue().values():
        path, remark = folder / model.file, f"for scanned pages ({folder / model.file})"
        if model not in absent:
            yield Finding("models", model.role, State.FINE, model.name, remark)
        else:
            state = State.BROKEN if path.exists() else State.ABSENT
            yield Finding("models", model.role, state, remark=remark, mend="gouji models fetch")


def _work_folder(work: Path) -> Finding:
    name, group = "work folder", "store"
    there = next(place for place in (work, *work.absolute().parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        remark = f"{there} cannot be written to"
        return Finding(group, name, State.BROKEN, remark=remark, mend="gouji … --work FOLDER")
    room = shutil.disk_usage(there).free >> 20
    remark = f"{work.absolute()}, {room:,} MB free"
    if room < ROOM_MB:
        return Finding(group, name, State.BROKEN, remark=remark, mend="make room, or use --work")
    return Finding(group, name, State.FINE, remark=remark)


def _database(settings: Settings) -> Finding:
    from sqlalchemy import create_engine

    from gouji.model.errors import GoujiError
    from gouji.store.database import database_url

    from ..pool.worker import one_line

    group, name = "store", "database"
    try:
        url = database_url(settings.database, settings.work)
        shown = url.render_as_string()
        if url.get_backend_name() == "sqlite":
            return Finding(group, name, State.FINE, remark=shown)
        with create_engine(url, connect_args={"connect_timeout": 5}).connect():
            return Finding(group, name, State.FINE, remark=shown)
    except (GoujiError, ImportError) as error:
        return Finding(group, name, State.BROKEN, remark=one_line(error), mend="see --database")
    except Exception as error:  # each driver has its own
        remark = one_line(error).split("(Background")[0]
        return Finding(group, name, State.BROKEN, remark=remark, mend="start it, or see --database")


_STYLES = {
    State.FINE: "green",
    State.ABSENT: "yellow",
    State.MISSING: "bold red",
    State.BROKEN: "bold red",
}


def _print(findings: list[Finding]) -> None:
    from rich.table import Table
    from rich.text import Text

    from .terminal import console

    out = console()
    table = Table(header_style="bold")
    for column in ("part", "name", "state", "version", "remark"):
        table.add_column(column, overflow="fold")
    for group in dict.fromkeys(finding.group for finding in findings):
        shown = group
        for f in findings:
            if f.group == group:
                state = Text(str(f.state), style=_STYLES[f.state])
                table.add_row(Text(shown), Text(f.name), state, Text(f.version), Text(f.remark))
                shown = ""
        table.add_section()
    out.print(table)
    for finding in findings:
        if finding.mend:
            why = "slow" if finding.state is State.FINE else str(finding.state)
            out.print(f"{finding.name} ({why}): ", Text(finding.mend, style="bold"), sep="")
    if not any(finding.state.bad for finding in findings):
        scans = all(f.state is State.FINE for f in findings if f.group == "models")
        rest = "." if scans else ", except for scans and photos."
        out.print(f"Everything that reading needs is there{rest}")
