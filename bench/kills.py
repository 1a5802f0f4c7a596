"""Kill everything at random while an inbox is taken in, and count what is lost or done twice.

Two watchers take small documents out of one inbox. Again and again something is killed with
SIGKILL: a watcher with all its processes, a reading process, or, where the watchers are Prefect
flows, Prefect's server. At the end the watchers are left alone until the inbox is empty.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from extractors.settings import ReadSettings
from gouji import __version__
from gouji.model import DocumentReading, MediaType, Pipeline, ReportInfo, SourceFile, SourceInfo
from gouji.store import FileState, Store
from gouji.store.verifying import verify

from .documents import ROOT
from .postgres import programs, running_postgres
from .report import Report, Target

DOCUMENTS, KILLS, WATCHERS = 500, 100, 2
FEWER = 5  # kills and documents where Prefect's server, which starts slowly, is killed too
READING_SECONDS = 0.05  # of a document
LIVES = (0.0, 0.8)  # seconds between two kills
AT_WORK = 0.8  # share of the kills before which all watchers have begun to read
AT_THE_END = 600.0  # seconds to be through when nothing is killed any more
SERVER_DIES = 0.15  # share of the kills


def small(path: Path, settings: ReadSettings, **_: object) -> DocumentReading:
    """Take a moment, so that some are killed in the middle of it."""
    source = SourceFile.of(path.name, path.read_bytes(), MediaType.TEXT)
    time.sleep(READING_SECONDS)
    return DocumentReading(
        SourceInfo(source.name, source.sha256, source.media_type, 1),
        Pipeline(__version__, settings.digest),
        ReportInfo("T21"),
    )


@dataclass
class Fates:
    """What was killed, and what became of the documents."""

    documents: int
    killed: Counter[str] = field(default_factory=Counter)
    lost: int = 0  # neither in the store nor in the inbox any more
    twice: int = 0  # read into the store more than once, or moved twice
    left: int = 0  # still in the inbox
    set_aside: int = 0  # in failed/, though nothing is wrong with them
    faults: tuple[str, ...] = ()  # of `gouji store verify`
    unended: int = 0  # runs that go on for ever, ours and Prefect's
    seconds: float = 0.0

    @property
    def wrong(self) -> int:
        return self.lost + self.twice + self.left + self.set_aside + len(self.faults) + self.unended


def measure() -> Report:
    """100 kills over 500 documents: as commands on SQLite, as flows on Postgres where it is."""
    fates = {"commands, SQLite": kill_at_random(DOCUMENTS, KILLS, seed=1)}
    if programs() is not None:
        with running_postgres("-c listen_addresses= -c fsync=off -c max_connections=40") as urls:
            fates["flows, Postgres"] = kill_at_random(
                DOCUMENTS // FEWER, KILLS // FEWER, seed=2, database=urls[0], prefect=True
            )
    rows = [
        (
            name,
            *(str(found.killed[what]) for what in ("watcher", "reader", "server")),
            *(str(n) for n in (found.lost, found.twice, found.left, found.set_aside)),
            str(len(found.faults)),
            f"{found.seconds:.0f}",
        )
        for name, found in fates.items()
    ]
    heads = ("", "watchers", "readers", "servers", "lost", "twice", "left", "aside", "faults", "s")
    wrong = float(sum(found.wrong for found in fates.values()))
    return Report(
        f"{KILLS} random kills over {DOCUMENTS} documents, as flows 1 in {FEWER}; {WATCHERS} "
        "watchers on one inbox",
        heads,
        tuple(rows),
        (Target("documents lost, twice, left or set aside, and faults", wrong, 0.0),),
    )


def kill_at_random(
    documents: int, kills: int, *, seed: int, database: str | None = None, prefect: bool = False
) -> Fates:
    """Drop documents into an inbox, kill, let the rest be taken in, and look what there is."""
    chance, fates, begun = random.Random(seed), Fates(documents), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gouji-kills-") as name:
        folder, work = Path(name, "inbox"), Path(name, "work")
        folder.mkdir()
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(_Server.running(Path(name))) if prefect else None
            watchers = [
                stack.enter_context(_Watcher.running(folder, work, database, server))
                for _ in range(WATCHERS)
            ]
            dropped = 0
            for number in range(kills):
                due = documents * (number + 1) // kills
                dropped = _drop(folder, dropped, due)
                if chance.random() < AT_WORK:
                    _wait_for_work(watchers)
                time.sleep(chance.uniform(*LIVES))
                fates.killed[_kill(chance, watchers, server)] += 1
            _drop(folder, dropped, documents)
            until = time.monotonic() + AT_THE_END
            while _waiting(folder) and time.monotonic() < until:
                for watcher in watchers:
                    watcher.ensure()
                time.sleep(0.2)
            time.sleep(1.0)  # for the last to be noted as done
            for watcher in watchers:
                watcher.kill()
            if server is not None:
                fates.unended += _flow_runs_left(watchers[0])
        _look(folder, work, database, fates)
    fates.seconds = time.monotonic() - begun
    return fates


@dataclass
class _Server:
    """A Prefect server of our own."""

    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextlib.contextmanager
    def running(cls, above: Path) -> Iterator[_Server]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = cls(above / "prefect", port)
        server.home.mkdir()
        server.start()
        try:
            yield server
        finally:
            server.kill()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def start(self) -> None:
        words = ("server", "start", "--host", "127.0.0.1", "--port", str(self.port))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "prefect", *words],
            env=_environment(self),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 120
        while time.monotonic() < until:
            with contextlib.suppress(URLError, OSError):
                urlopen(f"{self.url}/health", timeout=2).close()
                return
            time.sleep(0.2)
        raise RuntimeError("Prefect's server did not start")

    def kill(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass
class _Watcher:
    """A process that watches, and is started again when it is gone."""

    words: list[str]
    environment: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextlib.contextmanager
    def running(
        cls, folder: Path, work: Path, database: str | None, server: _Server | None
    ) -> Iterator[_Watcher]:
        environment = _environment(server) | {"GOUJI_WORK": str(work)}
        if database is not None:
            environment["GOUJI_DATABASE"] = database
        how = "flow" if server is not None else "command"
        log = work.with_name("watchers.log")
        watcher = cls([sys.executable, "-m", "bench.kills", how, str(folder)], environment, log)
        watcher.ensure()
        try:
            yield watcher
        finally:
            watcher.kill()

    def ensure(self) -> None:
        if self.process is None or self.process.poll() is not None:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    self.words, env=self.environment, stdout=log, stderr=log, cwd=ROOT
                )

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def readers(self) -> list[int]:
        """Its reading processes."""
        if self.process is None:
            return []
        found = []
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError, IndexError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == self.process.pid and b"spawn_main" in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
        return found


def _wait_for_work(watchers: list[_Watcher]) -> None:
    until = time.monotonic() + 60
    while not all(watcher.readers() for watcher in watchers) and time.monotonic() < until:
        time.sleep(0.05)


def _flow_runs_left(watcher: _Watcher) -> int:
    """Flow runs that Prefect has running after the stale ones were put right."""
    words = [*watcher.words[:-2], "settle", "-"]
    done = subprocess.run(words, env=watcher.environment, cwd=ROOT, capture_output=True, text=True)
    return int(done.stdout.split()[-1]) if done.returncode == 0 else 1_000


def _kill(chance: random.Random, watchers: list[_Watcher], server: _Server | None) -> str:
    watcher = chance.choice(watchers)
    dice = chance.random()
    if server is not None and dice < SERVER_DIES:
        server.kill()
        server.start()
        what = "server"
    elif dice < 0.5 and (readers := watcher.readers()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(readers), signal.SIGKILL)
        what = "reader"
    else:
        watcher.kill()
        what = "watcher"
    for one in watchers:
        one.ensure()
    return what


def _drop(folder: Path, done: int, due: int) -> int:
    for number in range(done, due):
        part = folder / f"{number}.txt.part"
        part.write_text(f"document {number}\n")
        part.rename(folder / f"{number}.txt")
    return due


def _waiting(folder: Path) -> int:
    return sum(name.endswith(".txt") for name in os.listdir(folder))


def _look(folder: Path, work: Path, database: str | None, fates: Fates) -> None:
    from flows.inbox.watching import end_stale_runs

    there = Counter(path.read_bytes() for path in folder.glob("done/*/*.txt"))
    with Store.open(database, work) as store:
        names = Counter(stored.reading.source.name for stored in store.readings())
        counts = store.inboxes.counts()
        end_stale_runs(store)
        fates.unended += sum(run.finished_at is None for run in store.runs.newest(10_000))
        fates.faults = verify(store).faults
        every = store.count()
    fates.left = _waiting(folder)
    fates.set_aside = counts.get(FileState.FAILED, 0)
    fates.lost = sum(
        f"{n}.txt" not in names or f"document {n}\n".encode() not in there
        for n in range(fates.documents)
    )
    fates.twice = every - len(names) + sum(there.values()) - len(there)


def _environment(server: _Server | None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "GOUJI_"))}
    kept |= {
        "PYTHONPATH": os.pathsep.join((str(ROOT), kept.get("PYTHONPATH", ""))),
        "GOUJI_WORKERS": "2",
    }
    if server is not None:
        kept |= {
            "PREFECT_HOME": str(server.home),
            "PREFECT_API_URL": server.url,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_LOGGING_LEVEL": "ERROR",
        }
    return kept


def watch(how: str, folder: str) -> int:
    """Watch as the command, or as flow after flow."""
    import flows.reading

    flows.reading.READER = "bench.kills:small"
    if how == "command":
        from flows.cli import main

        return main(["inbox", folder, "--every", "0.2s", "--settle", "0.1s", "--free-mb", "0"])
    from flows.commands.flow import prepare_prefect

    prepare_prefect()
    from flows.runs.inbox import watch_inbox

    if how == "settle":
        return _settle(watch_inbox.name)
    while True:
        with contextlib.suppress(RuntimeError):  # the server is away
            watch_inbox(folder, settle_seconds=0.1, free_mb=0)
        time.sleep(0.2)


def _settle(name: str) -> int:
    """Put right what is stale, and print how many runs Prefect still has running."""
    import flows.inbox.stale as stale
    from flows.settings import load_settings

    stale.YOUNG = timedelta(0)
    ended = stale.crash_stale_flow_runs(load_settings(), name)
    print(ended, stale.crash_stale_flow_runs(load_settings(), name))
    return 0


if __name__ == "__main__":
    sys.exit(watch(*sys.argv[1:3]))
