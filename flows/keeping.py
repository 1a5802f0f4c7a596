"""A run that keeps its readings: what need not be read again, and what goes into the store."""

from __future__ import annotations

import hashlib
import logging
import stat
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from gouji import __version__
from gouji.model import DocumentReading, FailureKind, Pipeline, WrongUsage
from gouji.reconcile.gains import expected_gains
from gouji.store import Origin, RunStatus, Store
from gouji.store.database import database_url

from .output import printable
from .reading import Tally
from .settings import Settings
from .sources import Found

log = logging.getLogger("flows.keeping")

ASKED_AT_ONCE = 100  # files; one question to the store takes about 1 ms


class Keeper:
    """The store as one run sees it; a context manager. Several threads may keep readings."""

    def __init__(
        self, settings: Settings, command: str, *, again: bool = False, run_id: int | None = None
    ) -> None:
        """Open the store and note that a run begins, or take part in one that has begun.

        Raises:
            StoreUnavailable: it cannot be opened.
        """
        self.tally = Tally()
        self._reading_seconds: Mapping[str, float] = {}
        self._storing_seconds = 0.0
        self._again = again
        self._pipeline = Pipeline(__version__, settings.reading().digest)
        self._lock = threading.Lock()
        self._store = Store.open(settings.database, settings.work, files=settings.files)
        self._takes_part = run_id is not None
        self.run_id = run_id or self._store.runs.begin(command, self._pipeline)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        status = RunStatus.FINISHED if error is None else RunStatus.STOPPED
        try:
            if not self._takes_part:
                end_run(self._store, self.run_id, self.tally, self.seconds, status)
        finally:
            self._store.close()

    def clocked(self, seconds: Mapping[str, float]) -> None:
        """Keep with the run what its pool adds up to: seconds of the processor by stage."""
        self._reading_seconds = seconds

    def merge(self, tally: Tally) -> None:
        """Count what others kept for this run."""
        with self._lock:
            self.tally.merge(tally)

    @property
    def seconds(self) -> dict[str, float]:
        """What the run took by now, by stage."""
        storing = {"store": self._storing_seconds} if self._storing_seconds else {}
        return {**self._reading_seconds, **storing}

    def unread(self, files: Iterable[Found]) -> Iterator[Found]:
        """Those that have no reading by this version and these settings, or one that failed.

        A file that has not changed since it was stored is not even opened.
        """
        if self._again:
            yield from files
            return
        source = iter(files)
        while group := list(islice(source, ASKED_AT_ONCE)):
            known = self._known(group)
            for number, found in enumerate(group):
                if number not in known:
                    yield found
            with self._lock:
                self.tally.known += len(known)

    def keep(self, found: Found, reading: DocumentReading) -> None:
        """Store a reading with its document, and count it.

        Raises:
            StoreUnavailable: it cannot be stored.
        """
        sha256 = reading.source.sha256
        # without a sha256 there is nothing to hang it on
        if sha256 and not (_never_opened(reading) or reading.lacks_program):
            data = None if reading.failed else _bytes_of(found.path, sha256)
            origin = _origin(found)
            gains = _gains(reading)
            with self._lock:
                begun = time.perf_counter()
                self._store.save(reading, data, origin, run_id=self.run_id, gains=gains)
                self._storing_seconds += time.perf_counter() - begun
        with self._lock:
            self.tally.add(reading)

    def _known(self, group: list[Found]) -> set[int]:
        """The places in the group of the files that need no reading."""
        places = {n: place for n, f in enumerate(group) if (place := _origin(f))}
        with self._lock:
            by_path = self._store.unchanged(places.values())
        sums: dict[int, str] = {}
        moved: dict[int, Origin] = {}  # or new, or changed: only their bytes tell
        for number, place in places.items():
            if sha256 := by_path.get(place.path) or _sha256(group[number]):
                sums[number] = sha256
                if place.path not in by_path:
                    moved[number] = place
        version, digest = self._pipeline.version, self._pipeline.settings_digest
        keys = {number: (sha256, version, digest) for number, sha256 in sums.items()}
        with self._lock:
            there = self._store.known(set(keys.values()), failed=False)
            known = {number for number, key in keys.items() if key in there}
            new_places = [(sums[n], place) for n, place in moved.items() if n in known]
            if new_places:
                self._store.note_origins(new_places)
        return known


def end_run(
    store: Store, number: int, tally: Tally, seconds: Mapping[str, float], status: RunStatus
) -> None:
    """Note what a run took and how it ended.

    Raises:
        StoreUnavailable: it cannot be noted; of a run that was stopped, this is only logged, so
            that what stopped it is told.
    """
    try:
        store.costs.note(number, seconds)
        store.runs.finish(
            number, read=tally.documents, known=tally.known, failed=tally.failed, status=status
        )
    except Exception:
        if status is RunStatus.FINISHED:
            raise
        log.warning("the end of the run could not be noted", exc_info=True)


def open_store(settings: Settings) -> Store:
    """The store, for a command that only looks into it.

    Raises:
        WrongUsage: there is no store yet.
        StoreUnavailable: it cannot be opened.
    """
    url = database_url(settings.database, settings.work)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        place = printable(url.database)
        raise WrongUsage(f"There is no store at {place}.", "Run `gouji read PATHS` first.")
    return Store.open(settings.database, settings.work, files=settings.files)


def command_line(name: str, paths: Sequence[Path | str]) -> str:
    """How a run is called in the store: without options, since one may be a password."""
    text = " ".join((name, *(printable(path) for path in paths[:20])))
    return text if len(paths) <= 20 else f"{text} … ({len(paths)} paths)"


def _gains(reading: DocumentReading) -> Mapping[str, float] | None:
    """What looking at each waiting cell would remove; None: its own doubt, where nothing better
    can be said.
    """
    try:
        return expected_gains(reading)
    except Exception:  # it orders the queue, and is no reason to lose a reading
        log.warning("%s: its queue goes by doubt", reading.source.sha256, exc_info=True)
        return None


def _never_opened(reading: DocumentReading) -> bool:
    return any(f.page is None and f.kind is FailureKind.NOT_READABLE for f in reading.failures)


def _origin(found: Found) -> Origin | None:
    """Where a regular file is, and of what size and age; None for anything else.

    A member of an archive has the size and age of the archive.
    """
    if found.problem is not None:
        return None
    path, inside = found.packed.place if found.packed else (found.path, "")
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return None
        place = Origin.of(path)
    except OSError:
        return None
    return replace(place, path=f"{place.path}/{inside}") if inside else place


def _sha256(found: Found) -> str | None:
    there = found.bring()
    if there.problem is not None:
        return None
    try:
        with there.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    finally:
        there.drop()


def _bytes_of(path: Path, sha256: str) -> bytes | None:
    """The bytes that were read; None when the file has changed since."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest() != sha256:
        log.warning("%r changed while it was read", str(path))
        return None
    return data
