"""Labelled documents as files: one gzipped JSON a document, ``NAME.json.gz``."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gouji.model import GoujiError, Kind, Number, ProseFact

from .documents import LabelledDocument
from .stored import EvidenceUnusable, evidence_fields, evidence_of, number_of, number_text

FORMAT = 1
SUFFIX = ".json.gz"


class RecordingUnusable(GoujiError):
    """A file that should be a recording is none."""

    exit_code = 2
    advice = "Take it away, or make the recordings anew."


def document_fields(document: LabelledDocument) -> dict[str, Any]:
    """The document as JSON."""
    return {
        "format": FORMAT,
        "name": document.name,
        "report": document.group,
        "template": document.template,
        "whole": document.whole,
        "truth": {
            key: [number_text(value), str(kind)] for key, (value, kind) in document.truth.items()
        },
        "told": {key: round(p, 9) for key, p in document.told.items()},
        "prose": [
            [fact.code, number_text(fact.value), fact.approximate, fact.span]
            for fact in document.prose
        ],
        "cells": {each.key: evidence_fields(each) for each in document.evidences},
    }


def document_of(fields: Mapping[str, Any]) -> LabelledDocument:
    """A document from its JSON.

    Raises:
        EvidenceUnusable: it is none, or of another format.
    """
    try:
        if fields["format"] != FORMAT:
            raise EvidenceUnusable(f"format {fields['format']!r}, not {FORMAT}")
        truth: dict[str, tuple[Number | None, Kind]] = {
            key: (number_of(value), Kind(kind)) for key, (value, kind) in fields["truth"].items()
        }
        prose = tuple(
            ProseFact(str(code), number_of(value) or 0, bool(approximate), None, str(span))
            for code, value, approximate, span in fields["prose"]
        )
        return LabelledDocument(
            str(fields["name"]),
            str(fields["report"]),
            tuple(evidence_of(key, each) for key, each in fields["cells"].items()),
            truth,
            fields["template"],
            prose,
            {key: float(p) for key, p in fields["told"].items()},
            bool(fields["whole"]),
        )
    except EvidenceUnusable:
        raise
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise EvidenceUnusable(f"damaged: {error}") from error


def write_fields(path: Path, fields: Mapping[str, Any]) -> None:
    """Write a recording; it is never seen half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_bytes(gzip.compress(json.dumps(fields, ensure_ascii=False).encode(), mtime=0))
    part.replace(path)


def read_fields(path: Path) -> dict[str, Any]:
    """A recording's JSON.

    Raises:
        RecordingUnusable: the file is none.
    """
    try:
        fields = json.loads(gzip.decompress(path.read_bytes()))
    except (OSError, EOFError, ValueError, RecursionError) as error:
        raise RecordingUnusable(f"{path.name} is no recording.") from error
    if not isinstance(fields, dict):
        raise RecordingUnusable(f"{path.name} is no recording.")
    return fields


def read_recordings(folder: Path) -> Iterator[LabelledDocument]:
    """The documents of a folder, in the order of their names.

    Raises:
        RecordingUnusable: a file is no recording, or of another format.
    """
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            yield document_of(read_fields(path))
        except EvidenceUnusable as error:
            raise RecordingUnusable(f"{path.name} is no recording: {error}.") from error
