"""A cell's evidence as a few named values, and back: kept with readings and in recordings.

Only what differs from "nothing known" is kept, so that a cell takes some 150 bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from gouji.model import Agreement, Kind, Number, PageLook
from gouji.reconcile.decoding import Candidate, CellEvidence, Reading

Fields = Mapping[str, float | str]

_PLAIN = CellEvidence("", ())
_SHARES = ("marked", "written", "ink", "placing", "label_score", "text_height")
_MARKS = ("clipped", "whole", "shared", "exact")
_LOOK = ("paper_found", "perspective", "curl", "noise", "sharpness")
_LARGEST = 400  # characters of a number; longer ones are no evidence


class EvidenceUnusable(ValueError):
    """The values are no evidence, or of a form that this version does not know."""


def evidence_fields(evidence: CellEvidence) -> dict[str, float | str]:
    """The evidence by name, without its key."""
    fields: dict[str, float | str] = {"readings": _readings_text(evidence.readings)}
    if evidence.agreement is not _PLAIN.agreement:
        fields["agreement"] = str(evidence.agreement)
    for name in ("blank", "views_agree", "seconded"):
        value = getattr(evidence, name)
        if value is not None:
            fields[name] = _rounded(value)
    for name in _SHARES:
        if getattr(evidence, name) != getattr(_PLAIN, name):
            fields[name] = _rounded(getattr(evidence, name))
    for name in _MARKS:
        if getattr(evidence, name):
            fields[name] = 1.0
    if evidence.copies:
        fields["copies"] = _readings_text([Reading("", evidence.copies)])
    if evidence.last_year is not None:
        fields["last_year"] = number_text(evidence.last_year) or ""
    look = evidence.look
    if look is not None:
        fields["page"] = float(look.number)
        for name in _LOOK:
            fields[name] = _rounded(float(getattr(look, name)))
    return fields


def evidence_of(key: str, fields: Fields) -> CellEvidence:
    """The evidence of a cell from its values.

    Raises:
        EvidenceUnusable: they are none.
    """
    try:
        blank, views, seconded = (fields.get(n) for n in ("blank", "views_agree", "seconded"))
        return CellEvidence(
            key,
            _readings(str(fields.get("readings", "[]"))),
            agreement=Agreement(str(fields.get("agreement", Agreement.NOT_ASKED))),
            blank=None if blank is None else float(blank),
            views_agree=None if views is None else float(views),
            seconded=None if seconded is None else float(seconded),
            marked=float(fields.get("marked", _PLAIN.marked)),
            written=float(fields.get("written", _PLAIN.written)),
            ink=float(fields.get("ink", _PLAIN.ink)),
            placing=float(fields.get("placing", _PLAIN.placing)),
            label_score=float(fields.get("label_score", _PLAIN.label_score)),
            text_height=float(fields.get("text_height", _PLAIN.text_height)),
            clipped=bool(fields.get("clipped", False)),
            whole=bool(fields.get("whole", False)),
            shared=bool(fields.get("shared", False)),
            exact=bool(fields.get("exact", False)),
            copies=_copies(fields),
            last_year=number_of(str(fields["last_year"])) if "last_year" in fields else None,
            look=_look(fields),
        )
    except (ValueError, TypeError, KeyError, IndexError, InvalidOperation) as error:
        raise EvidenceUnusable(f"{key}: {error}") from error


def evidences_of(cells: Iterable[tuple[str, Fields | None]]) -> list[CellEvidence]:
    """The evidence of those cells that have any.

    Raises:
        EvidenceUnusable: that of one cannot be understood.
    """
    return [evidence_of(key, fields) for key, fields in cells if fields]


def number_text(number: Number | None) -> str | None:
    """A number exactly as text."""
    return (
        None
        if number is None
        else format(number, "f")
        if isinstance(number, Decimal)
        else str(number)
    )


def number_of(text: str | None) -> Number | None:
    """A number from its text.

    Raises:
        ValueError: it is none.
    """
    if text is None:
        return None
    if len(text) > _LARGEST:
        raise ValueError("a number of absurd length")
    return Decimal(text) if "." in text or "E" in text.upper() else int(text)


def _readings_text(readings: Iterable[Reading]) -> str:
    said = [
        [
            reading.reader,
            [
                [number_text(c.number), str(c.kind), _rounded(c.p), c.text]
                for c in reading.candidates
            ],
        ]
        for reading in readings
    ]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def _copies(fields: Fields) -> tuple[Candidate, ...]:
    found = _readings(str(fields.get("copies", "[]")))
    return found[0].candidates if found else ()


def _readings(text: str) -> tuple[Reading, ...]:
    said: list[Any] = json.loads(text)
    return tuple(
        Reading(
            str(reader),
            tuple(Candidate(number_of(n), Kind(kind), float(p), t) for n, kind, p, t in named),
        )
        for reader, named in said
    )


def _look(fields: Fields) -> PageLook | None:
    if "page" not in fields:
        return None
    paper, perspective, curl, noise, sharpness = (float(fields[name]) for name in _LOOK)
    return PageLook(int(fields["page"]), bool(paper), perspective, curl, noise, sharpness)


def _rounded(value: float) -> float:
    """Seven digits that count; a probability close to 1 keeps its distance from it."""
    if not math.isfinite(value):
        return 0.0
    if 0.5 < value < 1:
        return 1 - float(f"{1 - value:.4g}")
    return float(f"{value:.7g}")
