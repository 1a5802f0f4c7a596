"""What reading a sample must give, as the JSON that lies beside it."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from samples.generator.older.facts import OlderFacts
from samples.generator.printing import as_json_number
from samples.generator.reports import AnyFacts
from samples.generator.style import Producer, Style


def truth_of(facts: AnyFacts, producer: Producer, style: Style) -> dict[str, Any]:
    """The truth of one sample; a scope is a row for R1, a column for R2 and R3, a block for R4.

    Of the older tables also the unit of each cell, and a row and its column as the scope.
    """
    return facts_truth(facts) | {"producer": producer, "style": asdict(style)}


def facts_truth(facts: AnyFacts) -> dict[str, Any]:
    """What the facts say, whatever file they stand in."""
    older: dict[str, Any] = {}
    if isinstance(facts, OlderFacts):
        older = {"units": dict(facts.units), "labels": dict(facts.labels)}
    return older | {
        "template": facts.form.template,
        "issuer": facts.issuer.name,
        "region": list(facts.issuer.region),
        "report_year": facts.report_year,
        "title": facts.title,
        "publication_date": _iso(facts.publication_date),
        "document_date": _iso(facts.document_date),
        "index_number": facts.index_number,
        "cells": {key: as_json_number(cell.value) for key, cell in facts.cells.items()},
        "raw": {key: cell.text for key, cell in facts.cells.items()},
        "kinds": {key: cell.kind for key, cell in facts.cells.items() if cell.kind != "number"},
        "violated": [list(pair) for pair in facts.verdict.violated],
        "untestable": [list(pair) for pair in facts.verdict.untestable],
        "mistakes": [asdict(mistake) for mistake in facts.mistakes],
        "prose": [asdict(fact) for fact in facts.prose],
        "flags": list(facts.flags),
        "scale": facts.scale,
        "seed": facts.seed,
        "form": facts.form.value,
    }


def as_text(truth: dict[str, Any]) -> str:
    """The truth as the file that is written: readable, one cell a line."""
    return json.dumps(truth, ensure_ascii=False, indent=1) + "\n"


def _iso(day: Any) -> str | None:
    return day.isoformat() if day is not None else None
