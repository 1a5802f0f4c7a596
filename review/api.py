"""The same for programs: JSON in the terms of docs/contract.md, described at /api/openapi.json."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from gouji.model import Action, Agreement, CellState, Kind
from gouji.model.contract import contract_json
from gouji.store import LogFilter, QueuedReport, QueueFilter, QueueOrder, QueueState

from .access import Reader, Reviewer, Sha256, services_of
from .deciding import Wish
from .desk import Conflict
from .pages import kept_back, log_fields
from .rendering import Json
from .view import conflict_view

router = APIRouter(tags=["review"])
Number = int | float


class _Described(BaseModel):
    model_config = ConfigDict(extra="allow")


class Alternative(_Described):
    text: str
    p: float


class Cell(_Described):
    """A value cell of the form."""

    key: str
    value: Number | None
    kind: Kind
    unit: str | None
    as_read: str | None
    as_printed: Number | None
    confidence: float
    state: CellState
    alternatives: list[Alternative]
    agreement: Agreement
    label: str | None
    column_label: str | None
    source: dict[str, Any] | None


class Reading(_Described):
    """A report as it stands after review; every field of docs/contract.md."""

    schema_: int = Field(alias="schema")
    source: dict[str, Any]
    pipeline: dict[str, Any]
    report: dict[str, Any] | None
    cells: list[Cell]
    relations: list[dict[str, Any]]


class Queued(BaseModel):
    """A report in the queue."""

    sha256: str
    name: str
    media_type: str
    template: str | None
    title: str | None
    issuer: str | None
    region: list[str]
    organ_type: str | None
    report_year: int | None
    cells: int
    open_cells: int
    decided_cells: int
    expected_errors: float
    violated: int
    findings: int
    version: int
    changed_at: datetime


class QueueAnswer(BaseModel):
    reports: list[Queued]
    next: str | None = Field(description="send it as `after` for the reports behind these")


class Value(BaseModel):
    value: Number | str | None = Field(description="a decimal is its digits as text")
    kind: Kind
    state: CellState


class LoggedDecision(BaseModel):
    """A decision of the log; `hash` is over everything else and `previous_hash`."""

    number: int
    at: datetime
    who: str
    sha256: str
    key: str
    action: Action
    before: Value
    after: Value
    why: str | None
    shown: dict[str, Any]
    undoes: int | None
    token: str | None
    look: int
    previous_hash: str
    hash: str


class DecisionWish(BaseModel):
    """A decision to take."""

    key: str = Field(max_length=2000)
    action: Action
    text: str | None = Field(None, max_length=200, description="of `correct`: the number, or `/`")
    version: int = Field(ge=0, le=2**62, description="of the report when it was looked at")
    why: str | None = Field(None, max_length=2000)
    token: str | None = Field(
        None, pattern="^[A-Za-z0-9-]{8,64}$", description="sent again, it is the same decision"
    )


@router.get("/queue", response_model=QueueAnswer)
def queue(
    request: Request,
    visitor: Reader,
    state: QueueState = QueueState.WAITING,
    order: QueueOrder = QueueOrder.ERRORS,
    template: str | None = None,
    region: str | None = None,
    organ_type: str | None = None,
    report_year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
    media_type: str | None = None,
    search: Annotated[str | None, Query(max_length=200)] = None,
    after: Annotated[str | None, Query(max_length=2000)] = None,
    most: Annotated[int, Query(ge=1, le=500)] = 50,
) -> Response:
    """Reports in the order of the errors that looking at them would remove."""
    wanted = QueueFilter(
        *(state, template, region, organ_type, report_year, media_type, search),
        *(visitor.name, visitor.eyes.settles),
    )
    found = services_of(request).store.queue.page(wanted, order, after, most)
    return Json({"reports": [_queued(each) for each in found.reports], "next": found.next})


@router.get("/reports/{sha256}", responses={200: {"model": Reading}}, response_class=Response)
def report(request: Request, visitor: Reader, sha256: Sha256) -> Response:
    """A report as it stands, with everything decided put over what was read."""
    opened = services_of(request).desk.open(sha256, visitor.eyes)
    return StreamingResponse(
        (piece.encode("utf-8", "backslashreplace") for piece in contract_json(opened.reading)),
        media_type="application/json",
        headers={"ETag": f'"{opened.review.reading_id}-{opened.version}"'},
    )


@router.get("/reports/{sha256}/decisions", response_model=list[LoggedDecision])
def decisions_of(request: Request, visitor: Reader, sha256: Sha256) -> Response:
    """All decisions on a document, also those taken back."""
    review = services_of(request).desk.open(sha256, visitor.eyes).review
    return Json([log_fields(d) for d in review.decisions])


@router.post(
    "/reports/{sha256}/decisions",
    status_code=201,
    response_model=LoggedDecision,
    responses={409: {"description": "somebody else decided the cell first; nothing was written"}},
)
def decide(request: Request, visitor: Reviewer, sha256: Sha256, wish: DecisionWish) -> Response:
    """Take a decision on a cell."""
    desk = services_of(request).desk
    asked = Wish(wish.key, wish.action, wish.text, wish.version, None, wish.token, wish.why)
    try:
        if wish.action is Action.UNDO:
            taken = desk.undo(sha256, visitor.eyes, asked)
        else:
            taken = desk.decide(sha256, asked, visitor.eyes)
    except Conflict as conflict:
        said = conflict_view(conflict.decision, None) | {"version": conflict.version}
        return Json(said, 409)
    return Json(log_fields(taken.decision), 201)


@router.get("/decisions", response_model=list[LoggedDecision])
def decisions(
    request: Request,
    visitor: Reader,
    before: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    who: str | None = None,
    action: Action | None = None,
    most: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """The log, the newest first; without what the asker is to decide too, unseen."""
    wanted = LogFilter(who=who, action=action)
    store = services_of(request).store
    found = store.reviews.newest(wanted, before, most)
    kept = kept_back(store, visitor, found)
    return Json([log_fields(d) for d in found if (d.made.sha256, d.made.key) not in kept])


def _queued(queued: QueuedReport) -> dict[str, Any]:
    return {
        "sha256": queued.sha256,
        "name": queued.name,
        "media_type": queued.media_type,
        "template": queued.template,
        "title": queued.title,
        "issuer": queued.issuer,
        "region": list(queued.region),
        "organ_type": queued.organ_type,
        "report_year": queued.year,
        "cells": queued.cells,
        "open_cells": queued.open_cells,
        "decided_cells": queued.decided_cells,
        "expected_errors": queued.expected_errors,
        "violated": queued.violated,
        "findings": queued.findings,
        "version": queued.version,
        "changed_at": queued.changed_at.isoformat(),
    }
