"""What the pages show of a report, as plain data: strings and numbers, nothing escaped yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from gouji.model import (
    Cause,
    Decision,
    DocumentReading,
    Kind,
    MediaType,
    Number,
    RelationResult,
    RelationStatus,
    ReportCell,
)
from gouji.model.double_review import SecondLook
from gouji.reports.wording import said_of, scope_in_words
from ocr.pictures import MEDIA_TYPES as PICTURES

from .desk import OpenReport, Taken
from .layout import label_of
from .words import ANY_SUM, SUMS

MARKS: Mapping[Kind, str] = {
    Kind.BLANK: "",
    Kind.NOT_APPLICABLE: "/",
    Kind.CELL_NOT_IN_SOURCE: "·",
    Kind.TEXT_DAMAGED: "?",
    Kind.UNREAD: "?",
}
MOST_ALTERNATIVES = 9  # as many as there are keys
LONGEST_SHOWN = 200  # characters of what was read


def shown(value: Number | None, kind: Kind) -> str:
    """A value as the grid shows it."""
    if kind is Kind.NUMBER and value is not None:
        return format(value, "f") if isinstance(value, Decimal) else _digits(value)
    return MARKS.get(kind, "")


def cell_view(cell: ReportCell, opened: OpenReport, template: str | None) -> dict[str, Any]:
    """A cell for the script, with short names: a page has some 200."""
    place = cell.place
    decision = opened.decided.get(cell.key)
    disputed = cell.key in opened.sight.disputed
    return {
        "key": cell.key,
        "label": label_of(cell, template),
        "shown": shown(cell.value, cell.kind),
        "kind": str(cell.kind),
        "state": str(cell.state),
        "confidence": round(cell.confidence, 4),
        "read": (cell.as_read or "")[:LONGEST_SHOWN],
        "alternatives": _said_by(opened.sight.looks[cell.key])
        if disputed
        else [
            [a.text[:LONGEST_SHOWN], round(a.p, 4)] for a in cell.alternatives[:MOST_ALTERNATIVES]
        ],
        "page": place.page if place else None,
        "box": place.box.as_list() if place and place.box else None,
        "by": decision.made.who if decision and not disputed else None,
        "disputed": disputed,
        "gain": round(opened.open.get(cell.key, 0.0), 6),
    }


def _said_by(look: SecondLook) -> list[list[Any]]:
    """What two people decided, each with the name instead of a probability."""
    return [
        [shown(d.made.after.value, d.made.after.kind), None, d.made.who]
        for d in (look.stands, look.last)
        if d is not None
    ]


def report_view(opened: OpenReport) -> dict[str, Any]:
    """All that the script of the report page starts with."""
    template = template_of(opened.reading)
    cells = {cell.key: cell_view(cell, opened, template) for cell in opened.reading.cells}
    return {
        "sha256": opened.reading.source.sha256,
        "reading": opened.review.reading_id,
        "cells": cells,
        **_standing(opened),
    }


def change_view(taken: Taken, seen: int) -> dict[str, Any]:
    """What changed on the screen that showed version ``seen`` of the report."""
    opened, template = taken.after, template_of(taken.after.reading)
    if seen == taken.before.version:
        before = {cell.key: cell for cell in taken.before.reading.cells}
        changed = [
            cell
            for cell in opened.reading.cells
            if ((was := before.get(cell.key)) is not cell and was != cell)
            or cell.key == taken.decision.made.key
        ]
    else:  # somebody else decided meanwhile: show everything as it stands
        changed = list(opened.reading.cells)
    decided = taken.decision.made.key
    settled = [
        cell.key
        for cell in changed
        if cell.key in taken.before.open and cell.key not in opened.open and cell.key != decided
    ]
    return {
        "number": taken.decision.number,
        "key": decided,
        "cells": {cell.key: cell_view(cell, opened, template) for cell in changed},
        "settled": settled,
        **_standing(opened),
    }


def conflict_view(decision: Decision | None, opened: OpenReport | None) -> dict[str, Any]:
    """What somebody else decided, and the report as it stands with that."""
    said = None
    if decision is not None:
        after = decision.made.after
        said = {
            "who": decision.made.who,
            "key": decision.made.key,
            "shown": shown(after.value, after.kind),
            "kind": str(after.kind),
            "number": decision.number,
        }
    found: dict[str, Any] = {"conflict": said}
    if opened is not None:
        found |= report_view(opened)
    return found


def template_of(reading: DocumentReading) -> str | None:
    return reading.report.template if reading.report else None


def broken_sums(relations: Iterable[RelationResult], template: str | None) -> list[dict[str, Any]]:
    """The relations that do not hold, those that must hold first, each with its gap and cells."""
    broken = [r for r in relations if r.status is RelationStatus.VIOLATED]
    broken.sort(key=lambda r: r.level != "H")
    return [
        {
            "id": r.id,
            "level": r.level,
            "scope": scope_in_words(r.scope, template),
            "said": said_of(r),
            "said_zh": SUMS.get(r.id, ANY_SUM).format(
                left=_digits_of(r.left), right=_digits_of(r.right)
            ),
            "gap": _gap(r),
            "publisher": r.cause is Cause.SOURCE_INCONSISTENT,
            "suspected": r.cause is Cause.MISREAD_SUSPECTED,
            "keys": list(r.keys),
        }
        for r in broken
    ]


def _standing(opened: OpenReport) -> dict[str, Any]:
    return {
        "version": opened.version,
        "order": opened.order(),
        "expected": round(sum(opened.open.values()), 4),
        "decided": len(opened.decided),
        "sums": broken_sums(opened.reading.relations, template_of(opened.reading)),
    }


def _gap(relation: RelationResult) -> str:
    if relation.left is None or relation.right is None:
        return ""
    gap = relation.left - relation.right
    digits = format(gap, "f") if isinstance(gap, Decimal) else _digits(gap)
    return digits if digits.startswith("-") else f"+{digits}"


def _digits_of(number: Number | None) -> str:
    return "无" if number is None else shown(number, Kind.NUMBER)


def _digits(number: int) -> str:
    """A whole number of any length: Python refuses more than 4,300 digits in one go."""
    try:
        return str(number)
    except ValueError:
        return format(Decimal(number), "f")


def text_parts(reading: DocumentReading) -> Sequence[str]:
    """The text of a document without pages, to show instead of a picture."""
    return [] if has_pictures(reading) else [part.text for part in reading.text]


def has_pictures(reading: DocumentReading) -> bool:
    """Whether its pages can be shown as they were printed."""
    media_type = reading.source.media_type
    return bool(reading.pages) and (media_type is MediaType.PDF or media_type in PICTURES)
