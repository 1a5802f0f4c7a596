"""One file on its way through: read, store, decide, move, finish. Each step may be done again.

The reading is committed first, then the decision where the file goes, then the file is moved, then
that it was. Whoever finds a file after a crash goes on from the last of these that was noted.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

from gouji import __version__
from gouji.model import DocumentReading, FailureKind, Pipeline
from gouji.store import Claim, FileState, Origin, SeenFile, Store

from ..archives import Unpacker, is_archive
from ..flow_report import MAX_ROWS
from ..output import printable
from ..reading import DocumentPool, read_sources
from ..settings import Settings
from ..sources import Found, Sources, document_name
from ..summary import DocumentLine
from ..transient import could_not_be_opened_just_now
from ..worker import one_line
from .manifests import Beside, Manifests
from .places import DONE, FAILED, REASON, FileReplaced, Place, numbered, with_suffix_added
from .settings import InboxResult, InboxSettings
from .waiting import Pace, Patience
from .watching import Watch

log = logging.getLogger("flows.inbox")

TWIN_SECONDS = 0.2  # between two looks whether a file of the same content has been read
# What a document may do to its process once and not again; all else comes out the same every time.
_PERHAPS_NOT_AGAIN = frozenset(
    (
        FailureKind.WORKER_DIED,
        FailureKind.DOCUMENT_TIMEOUT,
        FailureKind.PAGE_TIMEOUT,
        FailureKind.OUT_OF_MEMORY,
    )
)


class ClaimLost(Exception):
    """Others took this watcher for dead and go on with the file."""


@dataclass(slots=True)
class Round:
    """What the threads of one round share."""

    name: str
    settings: Settings
    inbox: InboxSettings
    place: Place
    store: Store
    pool: DocumentPool
    watch: Watch
    patience: Patience
    pace: Pace
    manifests: Manifests
    begin_run: Callable[[], int]
    result: InboxResult = field(default_factory=InboxResult)
    lock: threading.Lock = field(default_factory=threading.Lock)
    saving: threading.Lock = field(default_factory=threading.Lock)

    @property
    def pipeline(self) -> Pipeline:
        """What the readings of the round are stored under."""
        return Pipeline(__version__, self.settings.reading().digest)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to become of a file that has been read, or need not be."""

    state: FileState | None  # None: it is tried again in a later round
    what: str
    readings: tuple[DocumentReading, ...] = ()
    attempts: int = 0
    known: bool = False
    kind: str | None = None
    members: int | None = None  # of an archive


def take(claim: Claim, round_: Round) -> None:
    """Take one file through, or leave it for a later round.

    Raises:
        Stopped: the round was ended.
        StoreUnavailable: the store stayed away for too long.
        GoujiError: the installation is at fault.
    """
    try:
        if claim.state is FileState.WAITING:
            decided = _read_and_decide(claim, round_)
            if decided is None:
                return
            claim = decided
        _put_away(claim, round_)
    except ClaimLost:
        log.warning("%s: somebody else goes on with it", printable(claim.file.path))
    except OSError as error:
        what = f"it could not be handled: {one_line(error)}"
        log.warning("%s: %s", printable(claim.file.path), what)
        if claim.state is FileState.WAITING:
            _put_back(claim, round_, what, claim.attempts)


def _read_and_decide(claim: Claim, round_: Round) -> Claim | None:
    insist, inboxes, place = round_.patience.insist, round_.store.inboxes, round_.place
    path = claim.file.path
    if claim.attempts >= round_.inbox.attempts:
        last = claim.history[-1][1] if claim.history else "unknown"
        tried = f"given up after {claim.attempts} attempts: {last}"
        kind = claim.kind or str(FailureKind.WORKER_DIED)
        verdict = Verdict(FileState.SET_ASIDE, tried, attempts=claim.attempts, kind=kind)
        with _fetched(round_, claim) as local:
            sha256 = None if local is None else _sha256(local)
        return _decide(
            claim, round_, verdict, sha256, insist(lambda: round_.manifests.beside(path))
        )
    seen = insist(lambda: place.look(path))
    if seen is None:
        insist(lambda: inboxes.gone(claim))
        log.warning("%s is not there any more", printable(path))
        with round_.lock:
            round_.result.gone += 1
        return None
    if seen.mark != claim.file.mark or place.is_being_written(path):
        _changed(claim, round_, seen)
        return None
    with _fetched(round_, claim) as local:
        sha256 = None if local is None else _sha256(local)
        if sha256 is None or insist(lambda: place.look(path)) != seen:
            _changed(claim, round_, insist(lambda: place.look(path)) or seen)
            return None
        assert local is not None
        verdict = _verdict(claim, round_, local, sha256)
        unchanged = insist(lambda: place.look(path)) == seen
        if not unchanged or not all(_is_of(r, sha256, verdict) for r in verdict.readings):
            _changed(claim, round_, insist(lambda: place.look(path)) or seen)
            return None
        beside = insist(lambda: round_.manifests.beside(path))
        if verdict.state is None:
            _put_back(claim, round_, verdict.what, verdict.attempts, verdict.kind)
            _count(verdict, round_)
            return None
        _save(verdict, round_, local, sha256)
    return _decide(claim, round_, verdict, sha256, beside)


def _verdict(claim: Claim, round_: Round, local: Path, sha256: str) -> Verdict:
    """Read the file, unless its content has been."""
    insist, inboxes = round_.patience.insist, round_.store.inboxes
    while True:
        if (known := insist(lambda: _known(round_, sha256))) is not None:
            return known
        begun = insist(lambda: inboxes.begin(claim, sha256))
        if begun is None:
            raise ClaimLost
        if begun:
            break
        round_.patience.sleep(TWIN_SECONDS)
    # Nobody else reads it now; who did until just now has stored it by this time.
    if (known := insist(lambda: _known(round_, sha256))) is not None:
        return known
    found = _found(local, claim)
    members = is_archive(found)
    readings = tuple(_readings(found, round_, members=members))
    verdict = judge(readings, claim.attempts, round_.inbox.attempts)
    return replace(verdict, members=len(readings)) if members else verdict


def judge(readings: Sequence[DocumentReading], attempts: int, most: int) -> Verdict:
    """What becomes of a file with these readings: one, or those of an archive's members."""
    for reading in readings:
        if could_not_be_opened_just_now(reading):
            what = f"not readable just now: {_reason(reading)}"
            return Verdict(None, what, attempts=attempts, kind=_kind(reading))
        if reading.lacks_program or reading.lacks_engine:
            what = f"not installed: {_reason(reading)}"
            return Verdict(None, what, (reading,), attempts, kind=_kind(reading))
    failed = [reading for reading in readings if reading.failed]
    again = [r for r in failed if any(f.kind in _PERHAPS_NOT_AGAIN for f in _whole(r))]
    if again and attempts + 1 < most:
        what = f"attempt {attempts + 1} of {most} failed: {_reason(again[0])}"
        return Verdict(None, what, attempts=attempts + 1, kind=_kind(again[0]))
    tried = attempts + bool(again)
    if readings and len(failed) < len(readings):
        what = "; ".join(("read", *(f"{r.source.name}: {_reason(r)}" for r in failed[:20])))
        return Verdict(FileState.STORED, what, tuple(readings), tried)
    reason = _reason(failed[0]) if failed else "there is no document in it"
    kind = _kind(failed[0]) if failed else str(FailureKind.UNSUPPORTED)
    what = f"{reason} (attempt {tried} of {most})" if again else reason
    return Verdict(FileState.SET_ASIDE, what, tuple(readings), tried, kind=kind)


def _found(local: Path, claim: Claim) -> Found:
    name = document_name(PurePath(claim.file.path))
    return Found(local, PurePath(name), called=name)


def _readings(found: Found, round_: Round, *, members: bool) -> Iterator[DocumentReading]:
    reading = round_.settings.reading()
    if not members:
        for _, one in read_sources([found], round_.pool, reading):
            yield one
        return
    with Unpacker(reading) as unpacker:
        sources = Sources([found])
        unpacker.expand(sources)
        for _, one in read_sources(sources.files, round_.pool, reading):
            yield one


def _save(verdict: Verdict, round_: Round, local: Path, sha256: str) -> None:
    for reading in verdict.readings:
        if reading.source.sha256 == sha256 and not reading.failed:
            data = local.read_bytes()
            if hashlib.sha256(data).hexdigest() != sha256:
                raise OSError("it changed while it was stored")
        else:
            data = None
        if reading.source.sha256 and not _never_opened(reading):
            round_.patience.insist(lambda r=reading, d=data: _save_one(r, d, round_))  # type: ignore[misc]
    _count(verdict, round_)
    round_.pace.read(sum(reading.source.pages for reading in verdict.readings))


def _save_one(reading: DocumentReading, data: bytes | None, round_: Round) -> None:
    with round_.saving:
        round_.store.save(reading, data, run_id=round_.begin_run())


def _count(verdict: Verdict, round_: Round) -> None:
    with round_.lock:
        for reading in verdict.readings:
            round_.result.tally.add(reading)
            line = DocumentLine.of(reading)
            if len(round_.result.lines) < MAX_ROWS or line.needs_a_look:
                round_.result.lines.append(line)
        if verdict.known:
            round_.result.tally.known += 1


def _decide(
    claim: Claim, round_: Round, verdict: Verdict, sha256: str | None, beside: Beside
) -> Claim:
    """Note what becomes of the file, and where it goes."""
    state = verdict.state or FileState.STORED
    folder = DONE if state is FileState.STORED else FAILED
    day = datetime.now().astimezone().date().isoformat()
    plain = f"{folder}/{day}/{claim.file.path}"
    says = None if beside.says is None else dict(beside.says)

    def decide() -> Claim | None:
        return round_.store.inboxes.decide(
            claim,
            state,
            sha256=sha256,
            run_id=round_.begin_run(),
            moved_to=None if round_.inbox.leave else _free_place(claim, round_, plain),
            manifest=says,
            what=verdict.what,
            kind=verdict.kind,
            attempts=verdict.attempts,
            members=verdict.members,
            pipeline=round_.pipeline,
        )

    decided = round_.patience.insist(decide)
    if decided is None:
        raise ClaimLost
    if verdict.known:
        with round_.lock:
            round_.result.duplicates += 1
    return decided


def _free_place(claim: Claim, round_: Round, wanted: str) -> str:
    """The place, unless there is a file, or another one has been promised it."""
    place, number = round_.place, claim.id
    while place.exists(wanted) or round_.store.inboxes.is_planned(place.key, wanted):
        wanted = numbered(wanted, number)
        number += 1
    return wanted


def _put_away(claim: Claim, round_: Round) -> None:
    """Move a file whose end is decided, with what lies beside it, and note that it is there."""
    insist, stored = round_.patience.insist, claim.state is FileState.STORED
    target = insist(lambda: _moved(claim, round_)) if claim.moved_to is not None else None
    where = None if target is None else round_.place.on_disk(target)
    try:
        origin = None if where is None else Origin.of(where)
    except OSError:
        origin = None
    state = FileState.DONE if stored else FileState.FAILED
    inboxes = round_.store.inboxes
    if not insist(lambda: inboxes.finish(claim, state, moved_to=target, origin=origin)):
        raise ClaimLost
    with round_.lock:
        round_.result.done += stored
        round_.result.failed += not stored


def _moved(claim: Claim, round_: Round) -> str | None:
    """Move the file; the place it has now, None where another one has been put in its place."""
    target, place = claim.moved_to or "", round_.place
    while True:
        try:
            place.move(claim.file, target)
        except FileExistsError:
            target = _free_place(claim, round_, target)
            continue
        except FileReplaced:
            log.warning("%s: it was replaced before it was moved", printable(claim.file.path))
            return None
        _reason_beside(claim, round_, target)
        _move_beside(claim, round_, target)
        return target


def _reason_beside(claim: Claim, round_: Round, target: str) -> None:
    """Write down why, beside a file that failed, and beside an archive with members that did."""
    what = claim.history[-1][1] if claim.history else ""
    if claim.state is FileState.STORED and not what.startswith("read; "):
        return
    beside = with_suffix_added(target, REASON, claim.sha256 or "")
    round_.place.write(beside, reason_text(claim, what))


def reason_text(claim: Claim, what: str) -> bytes:
    """``NAME.reason.json``: one clear line, and what led to it."""
    said: dict[str, Any] = {
        "file": document_name(PurePath(claim.file.path)),
        "path": printable(PurePath(claim.file.path)),
        "reason": what,
        "kind": claim.kind,
        "attempts": claim.attempts,
        "watchers_died": claim.crashes,
        "sha256": claim.sha256,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "gouji": __version__,
        "history": [{"at": at, "what": text} for at, text in claim.history],
    }
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def _move_beside(claim: Claim, round_: Round, target: str) -> None:
    path, place = claim.file.path, round_.place
    beside = round_.manifests.beside(path)
    folder = target.rpartition("/")[0]
    for files, keep in ((beside.own, False), (beside.shared, True)):
        for file in files:
            place.move_beside(file, f"{folder}/{file.rpartition('/')[2]}", keep=keep)


def _changed(claim: Claim, round_: Round, seen: SeenFile) -> None:
    log.info("%s is still being written", printable(claim.file.path))
    round_.patience.insist(lambda: round_.store.inboxes.changed(claim, round_.name, seen))
    with round_.lock:
        round_.result.put_back += 1


def _put_back(
    claim: Claim, round_: Round, what: str, attempts: int, kind: str | None = None
) -> None:
    log.warning("%s: %s", printable(claim.file.path), what)
    put_back = round_.store.inboxes.put_back
    round_.patience.insist(lambda: put_back(claim, round_.name, what, attempts=attempts, kind=kind))
    with round_.lock:
        round_.result.put_back += 1


@contextmanager
def _fetched(round_: Round, claim: Claim) -> Iterator[Path | None]:
    """The file on disk; None where it is not there any more."""
    try:
        with round_.place.fetched(claim.file.path) as local:
            yield local
    except FileReplaced:
        yield None


def _known(round_: Round, sha256: str) -> Verdict | None:
    """What becomes of a file whose content was read before; None where it was not."""
    pipeline, what = round_.pipeline, "its content had been read before"
    key = (sha256, pipeline.version, pipeline.settings_digest)
    if round_.store.known([key], failed=False):
        return Verdict(FileState.STORED, what, known=True)
    if round_.store.inboxes.is_done(sha256, pipeline):  # an archive
        return Verdict(FileState.STORED, what, known=True, members=0)
    return None


def _is_of(reading: DocumentReading, sha256: str, verdict: Verdict) -> bool:
    """Whether a reading is one of the bytes that were hashed; members have their own."""
    return verdict.members is not None or reading.source.sha256 in ("", sha256)


def _never_opened(reading: DocumentReading) -> bool:
    return any(f.kind is FailureKind.NOT_READABLE for f in _whole(reading))


def _whole(reading: DocumentReading) -> list[Any]:
    return [f for f in reading.failures if f.page is None] or list(reading.failures)


def _kind(reading: DocumentReading) -> str | None:
    failures = _whole(reading)
    return str(failures[0].kind) if failures else None


def _reason(reading: DocumentReading) -> str:
    failures = _whole(reading)
    return printable(failures[0].message) if failures else "it could not be read"


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
