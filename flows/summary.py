"""The tables at the end of a run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gouji.model import DocumentReading, Failure, FailureKind

from .output import printable
from .reading import Tally, doubtful, violated

_NEEDS_OCR = re.compile(r".*needs OCR(?: \(.*\))?: ")
LINES_SHOWN = 40  # more documents than this are only summed up


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One document in the summary."""

    name: str
    template: str | None
    issuer: str | None
    year: int | None
    cells: int
    doubtful: int
    violated: int
    flags: tuple[str, ...]
    failed: str | None
    sha256: str = ""

    @property
    def needs_a_look(self) -> bool:
        """Whether a person should see it."""
        return bool(self.failed or self.doubtful or self.violated)

    @staticmethod
    def of(reading: DocumentReading) -> DocumentLine:
        report = reading.report
        whole = [f for f in reading.failures if f.page is None]
        return DocumentLine(
            name=reading.source.name,
            template=report.template if report else None,
            issuer=report.issuer if report else None,
            year=report.report_year if report else None,
            cells=len(reading.cells),
            doubtful=doubtful(reading),
            violated=violated(reading),
            flags=reading.flags,
            failed=str(whole[0].kind if whole else FailureKind.NEEDS_OCR)
            if whole or reading.lacks_engine
            else None,
            sha256=reading.source.sha256,
        )


def documents_table(lines: Iterable[DocumentLine]) -> Table:
    """One row a document."""
    table = Table(header_style="bold", title_justify="left")
    for name in ("document", "form", "issuer", "year"):
        table.add_column(name, overflow="fold")
    for name in ("cells", "doubtful", "violated"):
        table.add_column(name, justify="right")
    table.add_column("remarks", overflow="fold")
    for line in lines:
        remarks = line.failed or ", ".join(line.flags)
        table.add_row(
            _text(line.name),
            _text(line.template or "–"),
            _text(line.issuer or "–"),
            str(line.year or "–"),
            _count(line.cells),
            _count(line.doubtful, "yellow"),
            _count(line.violated, "red"),
            Text(printable(remarks), style="red" if line.failed else ""),
        )
    return table


def totals_table(tally: Tally, seconds: float) -> Table:
    """What the whole run adds up to."""
    table = Table(header_style="bold", caption_justify="left")
    cells = []
    rate = tally.documents / seconds if seconds else 0.0
    table.caption = f"{seconds:.1f} s, {rate:.1f} documents a second"
    for name, number, style in (
        ("documents", tally.documents + tally.known, ""),
        ("known", tally.known, ""),  # read before; short, so that 80 columns hold the table
        ("failed", tally.failed, "red"),
        ("pages", tally.pages, ""),
        ("cells", tally.cells, ""),
        ("doubtful", tally.doubtful, "yellow"),
        ("sums", tally.relations, ""),
        ("violated", tally.violated, "red"),
    ):
        table.add_column(name, justify="right")
        cells.append(_count(number, style))
    table.add_row(*cells)
    return table


def print_summary(
    out: Console,
    lines: Sequence[DocumentLine],
    tally: Tally,
    seconds: float,
    passed_over: int = 0,
) -> None:
    """The tables at the end of a run: of the documents where they are few, and of the whole."""
    if 0 < len(lines) <= LINES_SHOWN:
        out.print(documents_table(lines))
    out.print(totals_table(tally, seconds))
    if passed_over:
        out.print(f"{passed_over:,} other files in folders and archives were passed over.")


def failure_line(name: str, failure: Failure) -> str:
    """One failure as one line, fit for a terminal."""
    place = f"page {failure.page}: " if failure.page else ""  # 0: a document without pages
    return printable(f"{name}: {place}{failure.kind}: {failure.message}")


def failure_lines(name: str, failures: Sequence[Failure]) -> list[str]:
    """The failures of a document as lines; of pages that wait for an OCR engine there is one."""
    waiting = [f for f in failures if f.waits_for_engine]
    if len(waiting) < 2:
        return [failure_line(name, failure) for failure in failures]
    what = "pages need" if waiting[0].page else "pictures need"
    missing = _NEEDS_OCR.sub("", waiting[0].message)
    one = replace(waiting[0], page=None, message=f"{len(waiting)} {what} OCR: {missing}")
    rest = [one if f is waiting[0] else f for f in failures if f is waiting[0] or f not in waiting]
    return [failure_line(name, failure) for failure in rest]


def _text(text: str) -> Text:
    return Text(printable(text))


def _count(number: int, style: str = "") -> Text:
    return Text(f"{number:,}", style=style if number else "")
