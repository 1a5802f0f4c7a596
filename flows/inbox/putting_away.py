"""A file whose end is known: deciding where it goes, moving it there, and saying why."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import PurePath, PurePosixPath
from typing import Any

from extractors.archives.archive import SUFFIXES
from gouji import __version__
from gouji.store import Claim, FileState, Origin

from ..output import printable
from ..sources import document_name
from .manifests import Beside
from .places import DONE, FAILED, REASON, FileReplaced, numbered, with_suffix_added
from .rounds import ClaimLost, Round
from .verdicts import Verdict

log = logging.getLogger("flows.inbox")


def decide(
    claim: Claim, round_: Round, verdict: Verdict, sha256: str | None, beside: Beside
) -> Claim:
    """Note what becomes of the file, and where it goes."""
    state = verdict.state or FileState.STORED
    folder = DONE if state is FileState.STORED else FAILED
    day = datetime.now().astimezone().date().isoformat()
    plain = f"{folder}/{day}/{claim.file.path}"
    says = None if beside.says is None else dict(beside.says)

    def note() -> Claim | None:
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

    decided = round_.patience.insist(note)
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


def put_away(claim: Claim, round_: Round, beside: Beside) -> None:
    """Move a file whose end is decided, with what lies beside it, and note that it is there."""
    insist, stored = round_.patience.insist, claim.state is FileState.STORED
    target = insist(lambda: _moved(claim, round_, beside)) if claim.moved_to is not None else None
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
    if not stored:
        round_.tell(claim, claim.history[-1][1])


def _moved(claim: Claim, round_: Round, beside: Beside) -> str | None:
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
        _move_beside(round_, beside, claim.file.path, target)
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


def _move_beside(round_: Round, beside: Beside, path: str, target: str) -> None:
    folder = target.rpartition("/")[0]
    others = bool(beside.shared) and _is_shared(round_, path)
    for files, keep in ((beside.own, False), (beside.shared, others)):
        for file in files:
            round_.place.move_beside(file, f"{folder}/{file.rpartition('/')[2]}", keep=keep)


def _is_shared(round_: Round, path: str) -> bool:
    """Whether another document is called the same but for its suffix; this one has been moved."""
    above, _, name = path.rpartition("/")
    stem = (f"{above}/" if above else "") + PurePosixPath(name).stem
    return any(round_.place.exists(stem + suffix) for suffix in ("", *sorted(SUFFIXES)))
