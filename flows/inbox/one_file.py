"""One file on its way through: read, store, decide, move, finish. Each step may be done again.

The reading is committed first, then the decision where the file goes, then the file is moved, then
that it was. Whoever finds a file after a crash goes on from the last of these that was noted.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePath

from gouji.model import DocumentReading, FailureKind
from gouji.store import Claim, FileState, SeenFile

from ..output import printable
from ..pool.archives import Unpacker, is_archive
from ..pool.transient import was_away
from ..pool.worker import one_line
from ..reading import read_sources
from ..runs.report import MAX_ROWS
from ..sources import Found, Sources, document_name
from ..summary import DocumentLine
from .manifests import Beside
from .places import FileReplaced
from .putting_away import decide, put_away
from .rounds import ClaimLost, Round
from .verdicts import Verdict, judge, never_opened

log = logging.getLogger("flows.inbox")

TWIN_SECONDS = 0.2  # between two looks whether a file of the same content has been read


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
            claim, beside = decided
        else:
            beside = round_.patience.insist(lambda: round_.manifests.beside(claim.file.path))
        put_away(claim, round_, beside)
    except ClaimLost:
        log.warning("%s: somebody else goes on with it", printable(claim.file.path))
    except OSError as error:
        what = f"it could not be handled: {one_line(error)}"
        log.warning("%s: %s", printable(claim.file.path), what)
        if claim.state is FileState.WAITING:
            _put_back(claim, round_, what, claim.attempts)


def _read_and_decide(claim: Claim, round_: Round) -> tuple[Claim, Beside] | None:
    insist, inboxes, place = round_.patience.insist, round_.store.inboxes, round_.place
    path = claim.file.path
    if claim.attempts >= round_.inbox.attempts:
        last = claim.history[-1][1] if claim.history else "unknown"
        tried = f"given up after {claim.attempts} attempts: {last}"
        kind = claim.kind or str(FailureKind.WORKER_DIED)
        verdict = Verdict(FileState.SET_ASIDE, tried, attempts=claim.attempts, kind=kind)
        with _fetched(round_, claim) as local:
            sha256 = None if local is None else _sha256(local)
        beside = insist(lambda: round_.manifests.beside(path))
        return decide(claim, round_, verdict, sha256, beside), beside
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
    return decide(claim, round_, verdict, sha256, beside), beside


def _verdict(claim: Claim, round_: Round, local: Path, sha256: str) -> Verdict:
    """Read the file, unless its content has been."""
    insist, inboxes = round_.patience.insist, round_.store.inboxes
    while True:
        begun = insist(lambda: inboxes.begin(claim, sha256))
        if begun is None:
            raise ClaimLost
        # Asked after `begin`: who read the content until just now has stored it by this time.
        if (known := insist(lambda: _known(round_, sha256))) is not None:
            return known
        if begun:
            break
        round_.patience.sleep(TWIN_SECONDS)
    found = _found(local, claim)
    members = is_archive(found)
    readings = tuple(_readings(found, round_, members=members))
    if any(was_away(reading) for reading in readings):
        # A share that went away in the middle is waited for; the file was there, and is again.
        insist(lambda: round_.place.look(claim.file.path))
        readings = tuple(_readings(found, round_, members=members))
    verdict = judge(readings, claim.attempts, round_.inbox.attempts)
    return replace(verdict, members=len(readings)) if members else verdict


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
        if reading.source.sha256 and not never_opened(reading):
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


def _changed(claim: Claim, round_: Round, seen: SeenFile) -> None:
    log.info("%s is still being written", printable(claim.file.path))
    round_.patience.insist(lambda: round_.store.inboxes.changed(claim, round_.name, seen))
    with round_.lock:
        round_.result.put_back += 1


def _put_back(
    claim: Claim, round_: Round, what: str, attempts: int, kind: str | None = None
) -> None:
    round_.tell(claim, what)
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


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None
