"""A run of the flow as Prefect shows it: a summary and a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..output import printable
from ..reading import Tally
from ..summary import DocumentLine

MAX_ROWS = 500  # of the table; those that need a look come first


def summary_markdown(tally: Tally, seconds: float) -> str:
    """The totals in Markdown."""
    rate = tally.documents / seconds if seconds else 0.0
    rows = (
        ("documents", tally.documents + tally.known),
        ("read before", tally.known),
        ("failed", tally.failed),
        ("pages", tally.pages),
        ("cells", tally.cells),
        ("doubtful cells", tally.doubtful),
        ("sums tested", tally.relations),
        ("sums violated", tally.violated),
    )
    table = "\n".join(f"| {name} | {number:,} |" for name, number in rows)
    speed = f"{seconds:.1f} s, {rate:.1f} documents a second."
    return f"# gouji\n\n| | |\n|---|---:|\n{table}\n\n{speed}\n"


def table_rows(lines: Sequence[DocumentLine]) -> list[dict[str, Any]]:
    """The documents as rows, those that need a look first."""
    ordered = sorted(lines, key=lambda line: not line.needs_a_look)
    return [
        {
            "document": printable(line.name),
            "form": line.template or "",
            "issuer": printable(line.issuer or ""),
            "year": line.year or "",
            "cells": line.cells,
            "doubtful": line.doubtful,
            "violated": line.violated,
            "remarks": printable(line.failed or ", ".join(line.flags)),
        }
        for line in ordered[:MAX_ROWS]
    ]
