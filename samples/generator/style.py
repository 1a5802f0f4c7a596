"""How a report looks, drawn from a seed. Lengths are PDF points; greys: 0 is black, 1 is white.

The reportlab producer follows every field; Chromium and LibreOffice what HTML and ODT can say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

Producer = Literal["reportlab", "chromium", "libreoffice"]
Align = Literal["left", "centre", "right"]
Drawing = Literal["strokes", "edges", "rects", "boxes"]
Dash = Literal["solid", "dashed", "dotted"]
Side = Literal["left", "right", "top", "bottom"]
CutLabel = Literal["first", "split"]
Bold = Literal["none", "twice", "outline"]

FONTS: Mapping[Producer, tuple[str, ...]] = {
    "reportlab": (
        *("uming", "uming", "uming", "ukai", "ukai", "zenhei", "zenhei", "microhei", "microhei"),
        "stsong",
    ),
    "chromium": ("noto-serif", "noto-sans", "uming", "ukai", "zenhei", "microhei"),
    "libreoffice": ("noto-serif", "noto-sans", "uming", "ukai", "zenhei", "microhei"),
}
TITLE_FONTS = ("zenhei", "microhei", "uming")
SHADES = ("e7e6e6", "d9d9d9", "f2f2f2", "c6d9f1", "deeaf6", "fff2cc", "bdd6ee")
A4 = (595.28, 841.89)


@dataclass(frozen=True, slots=True)
class PageStyle:
    """Paper as displayed. `rotated` stores the page lying, with /Rotate 90 to stand it up."""

    width: float = A4[0]
    height: float = A4[1]
    left: float = 72.0
    right: float = 72.0
    top: float = 72.0
    bottom: float = 72.0
    rotated: bool = False
    number: str = "- {n} -"
    number_align: Align = "centre"


@dataclass(frozen=True, slots=True)
class TextStyle:
    """Fonts by the short names of `fonts.py`; `digits` is a Latin font or None for the same."""

    body_font: str = "uming"
    title_font: str = "zenhei"
    table_font: str = "uming"
    digits: str | None = "Times-Roman"
    body_size: float = 14.0
    title_size: float = 20.0
    table_size: float = 9.0
    line_spacing: float = 1.7
    bold: Bold = "twice"
    bold_headers: bool = False
    label_align: Align = "left"
    value_align: Align = "centre"
    value_size_step: float = 0.0
    underlined_headings: bool = False


@dataclass(frozen=True, slots=True)
class RuleStyle:
    """How the rules of tables are drawn.

    strokes: one long line a rule; edges: each cell its own lines; rects: each cell a rectangle;
    boxes: thin filled rectangles. `overshoot` lengthens (or shortens) long lines at both ends.
    """

    drawing: Drawing = "strokes"
    width: float = 0.5
    outer_width: float = 0.5
    grey: float = 0.0
    dash: Dash = "solid"
    double_outer: bool = False
    missing_sides: tuple[Side, ...] = ()
    hairlines: bool = False
    overshoot: float = 0.0


@dataclass(frozen=True, slots=True)
class TableStyle:
    """Sizes and fills of tables; `overflow` lets text stand so far over the edge of its cell."""

    width_share: float = 1.0
    label_width: float = 1.0
    padding: float = 3.0
    least_row: float = 18.0
    header_shade: str | None = None
    band_shade: str | None = None
    overflow: float = 0.0


@dataclass(frozen=True, slots=True)
class BreakStyle:
    """How tables go on over pages.

    `at` forces a break at a share of a table's height; `anywhere` cuts through rows;
    `drop_label_columns` leaves out label columns on the next page; `cut_label` says where the
    words of a merged label cut by the break are printed.
    """

    at: Mapping[str, float] = field(default_factory=dict)
    anywhere: bool = False
    repeat_header: bool = False
    drop_label_columns: int = 0
    cut_label: CutLabel = "first"
    close_at_break: bool = True

    def forced(self, table: str, rows: int) -> float | None:
        """Share of the height at which this table must break; never inside a single band."""
        return self.at.get(table) if rows >= 4 and (table, rows) != ("article20", 4) else None


@dataclass(frozen=True, slots=True)
class Style:
    """The whole look of one report."""

    page: PageStyle = PageStyle()
    text: TextStyle = TextStyle()
    rules: RuleStyle = RuleStyle()
    table: TableStyle = TableStyle()
    breaks: BreakStyle = BreakStyle()


def draw_style(seed: int, producer: Producer) -> Style:
    """The look of this seed: mostly sober, each oddity in a few reports of a hundred."""
    rng = Random(f"style:{seed}:{producer}")
    return Style(
        page=_draw_page(rng, producer),
        text=_draw_text(rng, producer),
        rules=_draw_rules(rng),
        table=_draw_table(rng),
        breaks=_draw_breaks(rng),
    )


def _draw_page(rng: Random, producer: Producer) -> PageStyle:
    width, height = A4 if rng.random() < 0.93 else (612.0, 792.0)
    if rng.random() < 0.06:
        width, height = height, width
    side = rng.choice((54.0, 64.0, 72.0, 79.4, 90.0))
    return PageStyle(
        width=width,
        height=height,
        left=side,
        right=side if rng.random() < 0.8 else side - 8,
        top=rng.choice((56.0, 72.0, 85.0, 104.0)),
        bottom=rng.choice((56.0, 72.0, 85.0)),
        rotated=producer == "reportlab" and rng.random() < 0.06,
        number=rng.choice(("- {n} -", "— {n} —", "{n}", "第 {n} 页", "")),
        number_align=rng.choice(("centre", "centre", "right")),
    )


def _draw_text(rng: Random, producer: Producer) -> TextStyle:
    body = rng.choice(FONTS[producer])
    return TextStyle(
        body_font=body,
        title_font=rng.choice((*TITLE_FONTS, body)),
        table_font=body if rng.random() < 0.5 else rng.choice(FONTS[producer]),
        digits=rng.choice(("Times-Roman", "Times-Roman", "Helvetica", None, None)),
        body_size=rng.choice((10.5, 12.0, 14.0, 15.0, 16.0)),
        title_size=rng.choice((16.0, 18.0, 20.0, 22.0)),
        table_size=rng.choice((7.0, 7.5, 8.0, 9.0, 9.0, 10.0, 10.5)),
        line_spacing=rng.choice((1.4, 1.5, 1.75, 1.9)),
        bold=rng.choice(("none", "twice", "outline")),
        bold_headers=rng.random() < 0.3,
        label_align=rng.choice(("left", "left", "centre")),
        value_align=rng.choice(("centre", "centre", "centre", "right", "left")),
        value_size_step=rng.choice((0.0, 0.0, 0.0, 1.0, 1.5)),
        underlined_headings=rng.random() < 0.08,
    )


def _draw_rules(rng: Random) -> RuleStyle:
    width = rng.choice((0.1, 0.25, 0.4, 0.48, 0.5, 0.5, 0.72, 1.0, 1.5, 2.0))
    outer = width if rng.random() < 0.8 else min(2.5, width + rng.choice((0.5, 1.0)))
    sides: tuple[Side, ...] = ()
    if rng.random() < 0.12:
        sides = rng.choice((("left",), ("right",), ("left", "right"), ("top",), ("left", "top")))
    return RuleStyle(
        drawing=rng.choice(("strokes", "strokes", "edges", "rects", "boxes")),
        width=width,
        outer_width=outer,
        grey=rng.choice((0.0, 0.0, 0.0, 0.2, 0.4, 0.6)),
        dash=rng.choice(("dashed", "dotted")) if rng.random() < 0.08 else "solid",
        double_outer=rng.random() < 0.07,
        missing_sides=sides,
        hairlines=rng.random() < 0.1,
        overshoot=rng.choice((0.0, 0.0, 0.0, 0.6, -0.6)),
    )


def _draw_table(rng: Random) -> TableStyle:
    shade = rng.choice(SHADES) if rng.random() < 0.4 else None
    return TableStyle(
        width_share=rng.choice((1.0, 1.0, 1.0, 0.94, 1.06)),
        label_width=rng.choice((0.85, 1.0, 1.0, 1.15)),
        padding=rng.choice((1.5, 2.0, 3.0, 4.5, 5.4)),
        least_row=rng.choice((11.0, 14.0, 18.0, 22.0, 26.0)),
        header_shade=shade if rng.random() < 0.6 else None,
        band_shade=shade,
        overflow=rng.choice((1.0, 2.5)) if rng.random() < 0.1 else 0.0,
    )


def _draw_breaks(rng: Random) -> BreakStyle:
    at: dict[str, float] = {}
    if rng.random() < 0.45:
        at["applications"] = round(rng.uniform(0.15, 0.95), 3)
    if rng.random() < 0.15:
        at["article20"] = round(rng.uniform(0.1, 0.95), 3)
    if rng.random() < 0.05:
        at["review_litigation"] = round(rng.uniform(0.3, 0.9), 3)
    return BreakStyle(
        at=at,
        anywhere=rng.random() < 0.2,
        repeat_header=rng.random() < 0.25,
        drop_label_columns=rng.choice((1, 1, 1, 2)) if rng.random() < 0.12 else 0,
        cut_label=rng.choice(("first", "first", "split")),
        close_at_break=rng.random() < 0.65,
    )
