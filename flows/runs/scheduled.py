"""The flows of every night and every week. Each is a wrapper: the work is a plain function."""

from __future__ import annotations

import logging
from typing import Annotated, Any, Literal

from prefect import flow, runtime
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from pydantic import Field

from gouji.model import GoujiError

from ..commands.check import CheckWishes, parse_years
from ..logs import log_run
from ..output import printable
from ..publishing import MANIFEST, Published, publish_settled
from ..settings import Settings, load_settings
from ..weekly import AcrossReport, CalibrationReport, across_report, calibration_of
from .hooks import HOOKS
from .pictures import in_markdown, show_bars, show_review_link


class ConfidencesTooHigh(GoujiError):
    """Cells that people decided were wrong oftener than their confidence said."""

    advice = "Run `gouji calibrate`."


log = logging.getLogger("flows.runs.scheduled")

FormatName = Literal["csv", "jsonl", "parquet", "xlsx"]
ALL_FORMATS: list[FormatName] = ["csv", "jsonl", "parquet", "xlsx"]

# What a parameter is for stands in the docstrings: Prefect shows those, and no others.
Formats = Annotated[list[FormatName], Field(min_length=1)]
Years = Annotated[str, Field(pattern=r"^([0-9]{4}(-[0-9]{4})?)?$", examples=["2023", "2020-2023"])]
Issuer = Annotated[str, Field(max_length=200, examples=["盐城市"])]


def _begun() -> Settings:
    settings = load_settings()
    log_run(settings.log, flow=runtime.flow_run.flow_name, flow_run=runtime.flow_run.id)
    return settings


def _publish_name() -> str:
    formats = runtime.flow_run.parameters.get("formats") or ALL_FORMATS
    which = "all" if runtime.flow_run.parameters.get("unsettled") else "settled"
    return f"publish {which} reports as {', '.join(formats)}"


def _across_name() -> str:
    given = runtime.flow_run.parameters
    words = ["check across years", given.get("years") or "all years", given.get("issuer") or ""]
    return printable(" ".join(filter(None, words)))[:200]


@flow(name="publish", flow_run_name=_publish_name, persist_result=False, **HOOKS)
def publish(formats: Formats = ALL_FORMATS, unsettled: bool = False) -> dict[str, Any]:
    """Publish the settled reports: the folder `GOUJI_PUBLISHED` is replaced as a whole.

    A report is settled when no cell of it waits for a person. `manifest.json` counts what was
    published and what was left out, and has the SHA-256 of every file.

    Args:
        formats: What is written into the published folder; each format holds everything.
        unsettled: Publish also reports in which cells still wait for review, without those cells.
    """
    settings = _begun()
    published = publish_settled(settings, settings.published, formats, unsettled=unsettled)
    log.info(
        "published",
        extra={"reports": published.reports, "waiting": published.waiting, **published.rows},
    )
    create_markdown_artifact(
        published_markdown(published), key="gouji-published", description="what was published"
    )
    show_bars(
        "gouji-published-picture",
        "Reports",
        [
            ("published", published.reports),
            ("waiting for review", published.waiting),
            ("no report", published.no_report),
        ],
    )
    show_review_link(settings.review_url)
    return {"reports": published.reports, "waiting": published.waiting}


@flow(name="check_across", flow_run_name=_across_name, persist_result=False, **HOOKS)
def check_across(years: Years = "", issuer: Issuer = "") -> dict[str, int]:
    """Compare the reports of each organ year by year (relations X1 to X4).

    Findings are the publishers' or ours; `gouji check --across` prints the same.

    Args:
        years: Only reports for these years, such as 2023 or 2020-2023; each is compared with the
            year before it. Empty: all.
        issuer: Only organs with this in their name. Empty: all.
    """
    settings = _begun()
    wishes = CheckWishes(across=True, issuer=issuer or None, years=parse_years(years or None))
    report = across_report(settings, wishes)
    log.info("compared years", extra=dict(report.counts))
    create_markdown_artifact(
        across_markdown(report), key="gouji-across", description="reports against other years"
    )
    rows = [{"finding": line} for line in report.lines]
    create_table_artifact(rows, key="gouji-across-findings", description="the first findings")
    names = ("holds", "violated", "untestable", "gap", "contradiction")
    show_bars("gouji-across-picture", "Between years", [(n, report.counts[n]) for n in names])
    show_review_link(settings.review_url)
    return dict(report.counts)


@flow(
    name="calibration_report",
    flow_run_name="calibration: people against confidences",
    persist_result=False,
    **HOOKS,
)
def calibration_report() -> dict[str, float]:
    """See whether cells that people decided were wrong as often as their confidence said.

    Where they were wrong oftener the run fails, so that somebody is told; `gouji calibrate` fits
    the confidences anew.
    """
    settings = _begun()
    report = calibration_of(settings)
    log.info(
        "looked at decisions", extra={"cells": report.drift.cells, "wrong": report.drift.wrong}
    )
    create_markdown_artifact(
        calibration_markdown(report), key="gouji-calibration", description="wrong and expected"
    )
    wrong: list[tuple[str, float]] = []
    for band in report.bands:
        name = f"{band.low:g} to {band.high:g}"
        wrong += [(f"{name}: expected", band.expected), (f"{name}: wrong", band.wrong)]
    show_bars("gouji-calibration-picture", "Wrong cells by confidence", wrong)
    show_review_link(settings.review_url)
    if report.drift.alarm:
        raise ConfidencesTooHigh(str(report.drift))
    return {"cells": report.drift.cells, "wrong": report.drift.wrong}


def published_markdown(published: Published) -> str:
    """What was published, as Prefect shows it."""
    left_out = "their waiting cells are left out" if published.unsettled else "they are left out"
    lines = [
        f"Published {published.reports:,} reports to `{printable(published.folder)}`.",
        "",
        f"- {published.waiting:,} reports wait for review: {left_out}.",
        f"- {published.no_report:,} documents are no reports, or could not be read.",
        f"- `{MANIFEST}` lists the files with their SHA-256.",
        "",
        "| file | bytes | SHA-256 |",
        "|---|---:|---|",
        *(f"| {f.name} | {f.bytes:,} | `{f.sha256[:16]}…` |" for f in published.files),
        "",
        "| table | rows |",
        "|---|---:|",
        *(f"| {name} | {rows:,} |" for name, rows in sorted(published.rows.items())),
    ]
    return "\n".join(lines) + "\n"


def across_markdown(report: AcrossReport) -> str:
    """A comparison of years, as Prefect shows it."""
    shown = [f"- {in_markdown(line)}" for line in report.lines]
    rest = report.counts["violated"] + report.counts["contradiction"] - len(report.lines)
    more = [f"- … and {rest:,} more"] if rest > 0 and shown else []
    where = f"All of them: `{printable(report.file)}`."
    return "\n\n".join((in_markdown(report.summary), where, "\n".join((*shown, *more)))) + "\n"


def calibration_markdown(report: CalibrationReport) -> str:
    """Reliability by bands of confidence, as Prefect shows it."""
    rows = (
        f"| {b.low:g} – {b.high:g} | {b.cells:,} | {b.expected:.1f} | {b.wrong:,} |"
        for b in report.bands
    )
    head = ("| confidence | decided cells | expected wrong | wrong |", "|---|---:|---:|---:|")
    return "\n".join((str(report.drift), "", *head, *rows)) + "\n"
