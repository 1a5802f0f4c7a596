"""The pages that people see, and what the script of the report page asks for."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from threading import Thread
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import BaseModel, Field

from gouji.model import Action, Decision, GoujiError, MediaType
from gouji.store import (
    LogFilter,
    QueueChoices,
    QueuedReport,
    QueueFilter,
    QueueOrder,
    QueueState,
    Role,
    Store,
)

from .access import Admin, Reader, Reviewer, Sha256, services_of
from .deciding import Wish
from .desk import Conflict, UnknownReport
from .guard import COOKIE, Forged, Visitor
from .layout import form_tables
from .rendering import LANGUAGE, Json
from .view import (
    change_view,
    conflict_view,
    has_pictures,
    report_view,
    shown,
    template_of,
    text_parts,
)
from .words import LANGUAGES, WORDS, language_of

router = APIRouter(include_in_schema=False)
LOG_PAGE = 100
QUEUE_PAGE = 50
CHOICES_SECONDS = 60.0  # what there is to filter by may be so old
YEARS = range(1900, 2200)


class Sent(BaseModel):
    """A decision as the script sends it."""

    key: str = Field(max_length=2000)
    action: Action
    text: str | None = Field(None, max_length=200)
    seen: int = Field(ge=0, le=2**62)
    reading: int = Field(ge=0, le=2**31 - 1)
    token: str = Field(pattern="^[A-Za-z0-9-]{8,64}$")
    why: str | None = Field(None, max_length=2000)


class Choices:
    """What there is to filter by, asked of the store now and then, and not while a page waits."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, QueueChoices]] = {}

    def of(self, store: Store) -> QueueChoices:
        """Of a store asked for the first time it takes a third of a second a 100,000 reports."""
        place = str(store.url)
        if place not in self._kept:
            self._kept[place] = (time.monotonic(), store.queue.choices())
        asked, choices = self._kept[place]
        if time.monotonic() - asked > CHOICES_SECONDS:
            self._kept[place] = (time.monotonic(), choices)
            Thread(target=self._ask, args=(store, place), daemon=True).start()
        return choices

    def _ask(self, store: Store, place: str) -> None:
        with suppress(GoujiError):
            self._kept[place] = (time.monotonic(), store.queue.choices())


choices_kept = Choices()


@router.get("/")
def queue(
    request: Request,
    visitor: Reader,
    state: QueueState = QueueState.WAITING,
    order: QueueOrder = QueueOrder.ERRORS,
    template: str = "",
    region: str = "",
    organ_type: str = "",
    year: str = "",
    media_type: str = "",
    search: Annotated[str, Query(max_length=200)] = "",
    after: Annotated[str, Query(max_length=2000)] = "",
) -> Response:
    """The reports that wait, or the next of them."""
    services = services_of(request)
    wanted = QueueFilter(
        state,
        template or None,
        region or None,
        organ_type or None,
        int(year) if year.isdecimal() and int(year[:9]) in YEARS else None,
        media_type or None,
        search or None,
        visitor.name,
        visitor.eyes.settles,
    )
    found = services.store.queue.page(wanted, order, after or None, QUEUE_PAGE)
    values: dict[str, Any] = {"found": found, "wanted": wanted, "order": order}
    if after:
        return services.pages.page(request, "queue_rows.html", visitor, **values)
    values["totals"] = services.store.queue.totals(wanted)
    if request.headers.get("hx-target") == "found":
        return services.pages.page(request, "queue_found.html", visitor, **values)
    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    today = services.store.reviews.counts_since(midnight)
    eyes = visitor.eyes
    second, at_odds = services.store.second_looks.to_do(eyes.who, eyes.settles)
    return services.pages.page(
        request,
        "queue.html",
        visitor,
        states=list(QueueState),
        orders=list(QueueOrder),
        choices=choices_kept.of(services.store),
        second=second if eyes.blind else 0,
        at_odds=at_odds if eyes.blind else 0,
        today=sum(c.count for c in today if c.action is not Action.UNDO),
        corrections=sum(
            c.count
            for c in today
            if c.action not in (Action.UNDO, Action.CONFIRM, Action.SOURCE_SAYS_SO)
        ),
        **values,
    )


@router.get("/report/{sha256}")
def report(request: Request, visitor: Reader, sha256: Sha256) -> Response:
    """One report: its page and its form."""
    services = services_of(request)
    opened = services.desk.open(sha256, visitor.eyes)
    services.desk.foresee(opened)
    reading = opened.reading
    template = template_of(reading)
    language = language_of(request.cookies.get(LANGUAGE), request.headers.get("accept-language"))
    spoken = {key: words[LANGUAGES.index(language)] for key, words in WORDS.items()}
    view = report_view(opened) | {
        "csrf": visitor.csrf,
        "words": spoken,
        "may_decide": visitor.role.may(Role.REVIEWER),
        "pages": {p.facts.number: [p.facts.width, p.facts.height] for p in reading.pages}
        if has_pictures(reading)
        else {},
    }
    return services.pages.page(
        request,
        "report.html",
        visitor,
        reading=reading,
        report=reading.report,
        tables=form_tables(template, reading.cells),
        cells={c.key: (shown(c.value, c.kind), c) for c in reading.cells},
        view=view,
        texts=text_parts(reading),
        pictured=has_pictures(reading),
    )


@router.get("/report/{sha256}/page/{number}.jpg")
def page_picture(request: Request, visitor: Reader, sha256: Sha256, number: int) -> Response:
    """A page as displayed."""
    services = services_of(request)
    queued = services.store.queue.report(sha256)
    if queued is None:
        raise UnknownReport(sha256)
    page = services.pictures.page(sha256, MediaType(queued.media_type), number)
    # the bytes of a document never change, nor does its sha256
    headers = {"Cache-Control": "private, max-age=86400, immutable"}
    return Response(page.jpeg, media_type="image/jpeg", headers=headers)


@router.post("/report/{sha256}/decide")
def decide(request: Request, visitor: Reviewer, sha256: Sha256, sent: Sent) -> Response:
    """Take a decision, and tell what changed by it."""
    desk = services_of(request).desk
    wish = Wish(sent.key, sent.action, sent.text, sent.seen, sent.reading, sent.token, sent.why)
    try:
        if sent.action is Action.UNDO:
            taken = desk.undo(sha256, visitor.eyes, wish)
        else:
            taken = desk.decide(sha256, wish, visitor.eyes)
    except Conflict as conflict:
        said = conflict_view(conflict.decision, desk.open(sha256, visitor.eyes))
        return Json(said, 409)
    desk.foresee(taken.after)
    return Json(change_view(taken, sent.seen))


@router.get("/next")
def next_report(
    request: Request, visitor: Reader, after: Annotated[str, Query(max_length=64)] = ""
) -> Response:
    """The report that is best looked at after this one."""
    services = services_of(request)
    for queued in _waiting_reports(services.store, visitor):
        if queued.sha256 != after:
            # it is in memory when it is asked for
            opened = services.desk.open(queued.sha256, visitor.eyes)
            place = opened.cell(opened.order()[0]).place if opened.open else None
            page = place.page if place else None
            return Json({"sha256": queued.sha256, "page": page})
    return Json({"sha256": None, "page": None})


def _waiting_reports(store: Store, visitor: Visitor) -> Iterator[QueuedReport]:
    """What there is to do: doubts first, then second looks, then what two others left at odds."""
    for state in (QueueState.WAITING, QueueState.SECOND, QueueState.DISAGREED):
        wanted = QueueFilter(state, who=visitor.name, settles=visitor.eyes.settles)
        yield from store.queue.page(wanted, most=2).reports


@router.get("/session")
def session(visitor: Reader) -> Response:
    """The token that has to come back, for a page that outlived the server it came from."""
    return Json({"csrf": visitor.csrf})


@router.get("/audit")
def audit(
    request: Request,
    visitor: Reader,
    before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    who: Annotated[str, Query(max_length=100)] = "",
    action: Annotated[str, Query(max_length=20)] = "",
    sha256: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The log, the newest first."""
    services = services_of(request)
    wanted = LogFilter(
        sha256=sha256 or None,
        who=who or None,
        action=Action(action) if action in set(Action) else None,
    )
    found = services.store.reviews.newest(wanted, before, LOG_PAGE + 1)
    kept = set() if visitor.eyes.settles else kept_back(services.store, visitor, found)
    values: dict[str, Any] = {
        "decisions": [
            (d, shown_change(d), (d.made.sha256, d.made.key) in kept) for d in found[:LOG_PAGE]
        ],
        "next": found[LOG_PAGE - 1].number if len(found) > LOG_PAGE else None,
        "wanted": wanted,
        "actions": list(Action),
    }
    rows = before is not None
    return services.pages.page(
        request, "audit_rows.html" if rows else "audit.html", visitor, **values
    )


@router.get("/audit/verify")
def verify(request: Request, visitor: Reader) -> Response:
    """Check the chain of hashes."""
    services = services_of(request)
    state = services.store.reviews.verify()
    return services.pages.page(request, "audit_state.html", visitor, state=state)


@router.get("/audit/log.jsonl")
def export_log(request: Request, visitor: Admin) -> Response:
    """The whole log, a JSON object a line."""
    store = services_of(request).store

    def lines() -> Iterator[str]:
        for decision in store.reviews.all():
            yield json.dumps(log_fields(decision)) + "\n"

    headers = {"Content-Disposition": 'attachment; filename="gouji-decisions.jsonl"'}
    return StreamingResponse(lines(), media_type="application/x-ndjson", headers=headers)


@router.get("/sign-in")
def sign_in_page(request: Request, to: str = "/") -> Response:
    services = services_of(request)
    return services.pages.page(request, "sign_in.html", to=_local(to), wrong=False)


@router.post("/sign-in")
def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
    to: Annotated[str, Form(max_length=2000)] = "/",
) -> Response:
    services = services_of(request)
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Forged
    address = request.client.host if request.client else ""
    services.tries.check(address, name)
    opened = services.store.accounts.sign_in(name, password)
    if opened is None:
        services.tries.failed(address, name)
        return services.pages.page(request, "sign_in.html", None, 403, to=_local(to), wrong=True)
    services.tries.succeeded(address, name)
    answer = RedirectResponse(_local(to), 303)
    answer.set_cookie(COOKIE, opened[0], httponly=True, secure=True, samesite="lax")
    return answer


@router.post("/sign-out")
def sign_out(request: Request, csrf: Annotated[str, Form(max_length=200)] = "") -> Response:
    services = services_of(request)
    services.guard.check_own(request, services.guard.visitor(request), csrf)
    services.store.accounts.end_session(request.cookies.get(COOKIE, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE, httponly=True, secure=True, samesite="lax")
    return answer


@router.get("/language/{language}")
def language(language: str, to: str = "/") -> Response:
    answer = RedirectResponse(_local(to), 303)
    if language in LANGUAGES:
        answer.set_cookie(LANGUAGE, language, max_age=365 * 86400, samesite="lax", httponly=True)
    return answer


def log_fields(decision: Decision) -> dict[str, Any]:
    """A decision of the log as JSON, with everything its hash is made of."""
    made = decision.made
    return {
        "number": decision.number,
        "at": decision.at.isoformat(timespec="microseconds"),
        **made.fields(),
        "previous_hash": decision.previous_hash,
        "hash": decision.hash,
    }


def kept_back(store: Store, visitor: Visitor, found: Sequence[Decision]) -> set[tuple[str, str]]:
    """Documents and keys of decisions that the visitor makes too, without having seen them."""
    if not visitor.eyes.blind:
        return set()
    return store.second_looks.kept_from(visitor.name, {d.made.sha256 for d in found})


def shown_change(decision: Decision) -> tuple[str, str]:
    """The value before and after, as the grid shows them."""
    before, after = decision.made.before, decision.made.after
    return shown(before.value, before.kind), shown(after.value, after.kind)


def _local(to: str) -> str:
    """A path of our own, never another site."""
    safe = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
    return to if safe else "/"
