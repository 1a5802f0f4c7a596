"""What a DOCX file does besides printing its text, drawn from the seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Literal

from samples.generator.style import BreakStyle

FONTS = ("仿宋_GB2312", "仿宋", "宋体", "等线", "方正仿宋_GBK")
TITLE_FONTS = ("方正小标宋简体", "黑体", "华文中宋", "宋体")


@dataclass(frozen=True, slots=True)
class DocxLook:
    """One file's ways.

    ``grid``: tblGrid as the table is, of widths and a number of columns that contradict the cells
    (as WPS leaves it), or missing. ``gaps``: places of the grid that merged cells would cover are
    left out with gridBefore and gridAfter instead. ``numbered``: the numbers of headings or labels
    are Word's and not in the text. ``changes``: tracked insertions and deletions; what is deleted
    no longer counts. ``hidden``: text that is not shown stands in some cells.
    """

    font: str = "仿宋_GB2312"
    title_font: str = "方正小标宋简体"
    title: Literal["plain", "style", "heading", "two_lines", "two_paragraphs", "box"] = "plain"
    grid: Literal["true", "wrong", "missing"] = "true"
    gaps: bool = False
    page_in_cell: bool = False
    breaks: BreakStyle = field(default_factory=BreakStyle)
    numbered: Literal["none", "headings", "labels"] = "none"
    changes: bool = False
    controls: bool = False
    split_runs: bool = False
    hidden: bool = False
    fields: bool = False
    footnote: bool = False
    blank: Literal["empty", "blank", "run"] = "empty"


def draw_docx_look(rng: Random) -> DocxLook:
    """Most files do one or two of these things."""

    def seldom(share: float) -> bool:
        return rng.random() < share

    at = {}
    if seldom(0.3):
        at["applications"] = round(rng.uniform(0.2, 0.95), 3)
    if seldom(0.1):
        at["article20"] = round(rng.uniform(0.2, 0.9), 3)
    breaks = BreakStyle(
        at=at,
        repeat_header=seldom(0.2),
        drop_label_columns=rng.choice((0, 0, 1)),
        cut_label=rng.choice(("first", "split")),
    )
    numbered: Literal["none", "headings", "labels"] = "none"
    if seldom(0.25):
        # the numbers of labels begin anew in each table: not where one is cut
        numbered = "headings" if at or seldom(0.4) else "labels"
    return DocxLook(
        font=rng.choice(FONTS),
        title_font=rng.choice(TITLE_FONTS),
        title=rng.choice(
            ("plain", "plain", "plain", "style", "heading", "two_lines", "two_paragraphs", "box")
        ),
        grid=rng.choice(("true", "true", "wrong", "missing")),
        gaps=seldom(0.15),
        page_in_cell=seldom(0.08),
        breaks=breaks,
        numbered=numbered,
        changes=seldom(0.25),
        controls=seldom(0.2),
        split_runs=seldom(0.4),
        hidden=seldom(0.08),
        fields=seldom(0.12),
        footnote=seldom(0.08),
        blank=rng.choice(("empty", "empty", "blank", "run")),
    )
