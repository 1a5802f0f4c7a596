"""LibreOffice without a screen: files of other programs as DOCX and XLSX, many in one start.

A start costs 2 to 3 s, a file after that 0.05 s. The program is a guest that is not trusted: it has
a profile of its own in which macros, links and the network are off, limits on memory and on what
it writes, and it dies with us.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from html import escape
from pathlib import Path

from gouji.model import DocumentFault, FailureKind, ProgramMissing

from .kinds import Filter

FILE_SECONDS = 60.0  # without a file done; large DOC files take 5
START_SECONDS = 60.0  # on top, for the first file: a cold disk
FILES_AT_ONCE = 16  # a start is then a tenth of the time
MEMORY_MB = 4_096
LARGEST_OUTPUT_MB = 512
_AGAIN = (79, 81)  # status: start me once more, after a new profile was set up
_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/usr/lib64/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/snap/bin/libreoffice",
)
_EXPORTS = {True: "xlsx:Calc MS Excel 2007 XML", False: "docx:MS Word 2007 XML"}
_COMPONENTS = {
    True: ("libsclo.so", "libreoffice-calc"),
    False: ("libswlo.so", "libreoffice-writer"),
}
# Run before the program in its own process: it gets SIGKILL when we die, and limits.
_GUARD = """
import os, sys
memory, output = int(sys.argv[1]) << 20, int(sys.argv[2]) << 20
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, 9)
import resource
def lower(what, size):
    soft, hard = resource.getrlimit(what)
    known = [each for each in (soft, hard) if each != resource.RLIM_INFINITY]
    resource.setrlimit(what, (min([size, *known]), hard))
lower(resource.RLIMIT_DATA, memory)
lower(resource.RLIMIT_FSIZE, output)
lower(resource.RLIMIT_CORE, 0)
os.execv(sys.argv[3], sys.argv[3:])
"""
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_INTERNET = "/org.openoffice.Inet/Settings"
_LOCALE = "/org.openoffice.Setup/L10N"
_SETTINGS = (
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "DisableActiveContent", "true"),  # from LibreOffice 24.8
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),  # never
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "1"),  # never
    # no host answers there: what gets past the settings above ends at this proxy
    (_INTERNET, "ooInetProxyType", "2"),
    (_INTERNET, "ooInetNoProxy", ""),
    *(
        (_INTERNET, f"ooInet{scheme}Proxy{what}", value)
        for scheme in ("HTTP", "HTTPS", "FTP")
        for what, value in (("Name", "127.0.0.1"), ("Port", "9"))
    ),
    ("/org.openoffice.Office.Common/Misc", "FirstRun", "false"),
    ("/org.openoffice.Office.Common/Misc", "CrashReport", "false"),
    ("/org.openoffice.Setup/Office", "ooSetupInstCompleted", "true"),
    ("/org.openoffice.Office.Recovery/AutoSave", "Enabled", "false"),
    # dates that follow the system's format, and bytes that no font tells the encoding of
    (_LOCALE, "ooSetupSystemLocale", "zh-CN"),
)


class OfficeMissing(ProgramMissing):
    """LibreOffice, or the part of it that reads such files, is not installed."""

    advice = "Run `apt-get install libreoffice-writer libreoffice-calc`."


@dataclass(frozen=True, slots=True)
class Task:
    """A file to convert: its bytes stand in ``path``; ``filter`` is how LibreOffice takes it."""

    path: Path
    filter: Filter


def find_office() -> str | None:
    """The program, on the search path or where it usually is."""
    for name in ("soffice", "libreoffice"):
        if place := shutil.which(name):
            return place
    return next((place for place in _PLACES if os.access(place, os.X_OK)), None)


def program_for(sheet: bool) -> str:
    """The program that converts a sheet or another document.

    Raises:
        OfficeMissing: it is not installed; the message names the command that mends it.
    """
    place = find_office()
    if place is None:
        raise OfficeMissing("LibreOffice is not installed.")
    folder = Path(os.path.realpath(place)).parent
    library, package = _COMPONENTS[sheet]
    others = [name for name, _ in _COMPONENTS.values() if name != library]
    if not (folder / library).exists() and any((folder / name).exists() for name in others):
        what = "Calc" if sheet else "Writer"
        raise OfficeMissing(
            f"LibreOffice {what} is not installed.", f"Run `apt-get install {package}`."
        )
    binary = folder / "soffice.bin"  # the script before it only adds processes that outlive it
    return str(binary) if os.access(binary, os.X_OK) else place


def office_version() -> str | None:
    """The version of the LibreOffice that reads sheets and documents; None where it will not say.

    Raises:
        OfficeMissing: it, or a part of it, is not installed.
    """
    programs = [program_for(sheet) for sheet in (False, True)]
    with tempfile.TemporaryDirectory(prefix="gouji-office-") as folder:
        command = [programs[0], f"-env:UserInstallation={Path(folder).as_uri()}", "--version"]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env={**os.environ, "HOME": folder},
                timeout=START_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
    words = done.stdout.decode(errors="replace").split()
    return words[1] if len(words) > 1 and words[1][:1].isdigit() else None


class Office:
    """LibreOffice with one profile; a context manager that removes it."""

    def __init__(self, folder: Path | None = None, stop: threading.Event | None = None) -> None:
        """``folder`` is where the profile is put; ``stop`` ends a conversion when it is set."""
        if folder is not None:
            folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="gouji-office-", dir=folder))
        self._stop = stop or threading.Event()
        profile = self._folder / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_registry(), "utf-8")
        self._profile = profile.as_uri()
        self._lock = threading.Lock()  # two programs with one profile would hand over to each other

    def __enter__(self) -> Office:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Remove the profile."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def convert(
        self, tasks: Sequence[Task], *, seconds: float = FILE_SECONDS
    ) -> list[bytes | DocumentFault]:
        """The converted files, or why one could not be converted, in the order of the tasks.

        A file that LibreOffice falls over or hangs on costs the others a second start.

        Raises:
            OfficeMissing: there is no LibreOffice.
        """
        with self._lock:
            return self._convert(tasks, seconds)

    def _convert(self, tasks: Sequence[Task], seconds: float) -> list[bytes | DocumentFault]:
        found: dict[int, bytes | DocumentFault] = {}
        by_filter: dict[Filter, list[int]] = {}
        for number, task in enumerate(tasks):
            by_filter.setdefault(task.filter, []).append(number)
        for taken, numbers in by_filter.items():
            alone: list[int] = []
            while numbers:
                ending = self._run(tasks, numbers, taken, seconds, found)
                numbers = [number for number in numbers if number not in found]
                if ending is None:
                    found |= {number: _not_taken() for number in numbers}
                    break
                alone.append(numbers.pop(0))  # files come in order: it ended at this one
            for number in alone:
                ending = self._run(tasks, [number], taken, seconds, found)
                if number not in found:
                    found[number] = ending or _not_taken()
        return [found[number] for number in range(len(tasks))]

    def _run(
        self,
        tasks: Sequence[Task],
        numbers: Sequence[int],
        taken: Filter,
        seconds: float,
        found: dict[int, bytes | DocumentFault],
    ) -> DocumentFault | None:
        """Convert what can be, into ``found``; what ended the program before its end, if so."""
        program = program_for(taken.sheet)
        with tempfile.TemporaryDirectory(dir=self._folder) as name:
            folder = Path(name)
            made = folder / "made"
            sources = [folder / f"{number}{taken.suffix}" for number in numbers]
            for source, number in zip(sources, numbers, strict=True):
                _link(tasks[number].path, source)
            targets = [
                made / f"{number}{'.xlsx' if taken.sheet else '.docx'}" for number in numbers
            ]
            command = [
                program, f"-env:UserInstallation={self._profile}", "--headless", "--norestore",
                "--nologo", "--nodefault", f"--infilter={taken.name}",
                "--convert-to", _EXPORTS[taken.sheet], "--outdir", str(made), *map(str, sources),
            ]  # fmt: skip
            ending = self._watch(command, targets, seconds)
            for number, target in zip(numbers, targets, strict=True):
                if zipfile.is_zipfile(target):  # else it was cut off while it was written
                    found[number] = target.read_bytes()
        return ending

    def _watch(
        self, command: Sequence[str], targets: Sequence[Path], seconds: float
    ) -> DocumentFault | None:
        """Run the program until it ends, or makes no headway; in that case it is killed."""
        guard = [sys.executable, "-I", "-S", "-c", _GUARD, str(MEMORY_MB), str(LARGEST_OUTPUT_MB)]
        for _ in range(3):
            process = subprocess.Popen(
                [*guard, *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
                env=self._environment(),
                process_group=0,
            )
            try:
                ending = self._wait(process, targets, seconds)
            finally:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            if process.returncode not in _AGAIN:
                break
        return ending

    def _wait(
        self, process: subprocess.Popen[bytes], targets: Sequence[Path], seconds: float
    ) -> DocumentFault | None:
        done, pause = 0, 0.02
        patience = time.monotonic() + START_SECONDS + seconds
        while (status := process.poll()) is None:
            if self._stop.wait(pause):
                return DocumentFault(FailureKind.NOT_READABLE, "the conversion was stopped")
            pause = min(0.2, pause * 1.5)
            now = time.monotonic()
            there = sum(target.exists() for target in targets)
            if there > done:
                done, patience = there, now + seconds
            if now > patience:
                message = f"LibreOffice did not convert it within {seconds:g} s"
                return DocumentFault(FailureKind.DOCUMENT_TIMEOUT, message)
        if status == 0 or status in _AGAIN:
            return None
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        return DocumentFault(FailureKind.DAMAGED, f"LibreOffice cannot read it and {how}")

    def _environment(self) -> dict[str, str]:
        kept = ("PATH", "LD_LIBRARY_PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE")
        folder = str(self._folder)
        return {
            **{name: os.environ[name] for name in kept if name in os.environ},
            "HOME": folder,
            "TMPDIR": folder,
            "LANG": "C.UTF-8",
            "SAL_USE_VCLPLUGIN": "svp",  # draws into memory: no display is looked for
        }


def _not_taken() -> DocumentFault:
    return DocumentFault(FailureKind.DAMAGED, "LibreOffice cannot open it: it seems to be damaged")


def _link(source: Path, target: Path) -> None:
    try:
        target.symlink_to(source.absolute())
    except OSError:
        shutil.copyfile(source, target)


def _registry() -> str:
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{escape(value)}</value></prop></item>\n"
        for path, name, value in _SETTINGS
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items '
        'xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n{items}</oor:items>\n'
    )
