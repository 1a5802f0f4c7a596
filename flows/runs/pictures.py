"""Pictures and links of a run in Prefect's own page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from prefect.artifacts import (
    create_image_artifact,
    create_link_artifact,
    create_markdown_artifact,
)

from ..output import printable
from ..reading import Tally
from ..summary import DocumentLine
from .drawing import as_address, bars

SHOWN = 20  # documents that need a look, each with a link


def show_pictures(tally: Tally, lines: Sequence[DocumentLine], review_url: str | None) -> None:
    """What was read as bars; with a review application its links, and the page to look at first."""
    known = ("read before", float(tally.known))
    rows = [
        ("documents read", float(tally.documents - tally.failed)), known,
        ("documents failed", float(tally.failed)),
    ]  # fmt: skip
    show_bars("gouji-run-picture", "Documents", rows)
    waiting = sorted((line for line in lines if line.doubtful), key=lambda line: -line.doubtful)
    if review_url is None or not waiting:
        return
    show_review_link(review_url)
    first = waiting[0]
    create_image_artifact(
        f"{review_url}/report/{first.sha256}/page/1.jpg",
        key="gouji-page",
        description=f"{printable(first.name)}: {first.doubtful} cells to look at",
    )
    create_markdown_artifact(
        "\n".join(links(waiting[:SHOWN], review_url)) + "\n",
        key="gouji-to-review",
        description="reports that wait for a person, those with most doubtful cells first",
    )


def links(lines: Sequence[DocumentLine], review_url: str) -> list[str]:
    """A line of Markdown a document, with the address of its page in the review application."""
    return [
        f"- [{in_markdown(printable(line.name))}]({review_url}/report/{line.sha256}):"
        f" {line.doubtful:,} cells"
        for line in lines
    ]


def show_bars(key: str, title: str, rows: Sequence[tuple[str, float]]) -> None:
    """Numbers as a drawing."""
    drawn = bars(title, [(name, number, f"{number:,.6g}") for name, number in rows])
    create_image_artifact(as_address(drawn), key=key, description=title)


def show_review_link(review_url: str | None) -> None:
    """The way to the review application, where there is one."""
    if review_url is not None:
        create_link_artifact(
            review_url, "review queue", key="gouji-review", description="for people"
        )


def in_markdown(text: str) -> str:
    """Text of a document so that it stays text in Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>|#~!&])", r"\\\1", text)
