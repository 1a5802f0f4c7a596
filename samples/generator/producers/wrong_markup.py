"""Mistakes in the markup of tables through which a person still sees the right table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Literal

from samples.generator.forms import Cell, TableLayout


@dataclass(frozen=True, slots=True)
class Faults:
    """What one page does wrong.

    ``label_rows`` lengthens (or shortens) the rowspan of the merged label with the words ``label``;
    ``head_columns`` the colspan of the heads 申请人情况 and 法人或其他组织.
    """

    unclosed: Literal["", "td", "tr", "both"] = ""
    label: str = ""
    label_rows: int = 0
    head_columns: int = 0
    odd_numbers: bool = False  # rowspan="", colspan="0", quotes forgotten
    no_body: bool = False
    stray: bool = False

    def spans(self, cell: Cell, layout: TableLayout) -> str:
        """The attributes of a cell."""
        rows, columns = cell.row_span, cell.column_span
        if self.label and cell.role in ("group", "upright") and self.label in cell.text:
            rows += self.label_rows
        if layout.name == "applications" and cell.role == "header" and columns > 1:
            columns += self.head_columns
        text = f' rowspan="{rows}"' if rows != 1 else ""
        text += f' colspan="{columns}"' if columns != 1 else ""
        if self.odd_numbers:
            text = text.replace('"', "") if text else ' rowspan="" colspan="1 "'
        return text

    def row(self, cells: list[str]) -> str:
        """A row of the cells' tags."""
        text = "".join(cells)
        if self.unclosed in ("td", "both"):
            text = text.replace("</td>", "")
        if self.stray:
            text = text.replace("</td>", "</td></span>", 1)
        return f"<tr>{text}" if self.unclosed in ("tr", "both") else f"<tr>{text}</tr>"

    def table(self, text: str) -> str:
        """The whole table."""
        return re.sub(r"</?tbody>", "", text) if self.no_body else text


FAULTLESS = Faults()


def draw_faults(rng: Random) -> Faults:
    """One or two kinds of faults a page."""
    label = rng.choice(("不予公开", "无法提供", "不予处理", "本年度办理结果"))
    kinds = rng.sample(("spans", "heads", "unclosed", "numbers", "stray"), rng.randint(1, 2))
    return Faults(
        unclosed=rng.choice(("td", "tr", "both")) if "unclosed" in kinds else "",
        label=label if "spans" in kinds else "",
        label_rows=rng.choice((1, -1)),
        head_columns=rng.choice((1, -1)) if "heads" in kinds else 0,
        odd_numbers="numbers" in kinds,
        no_body=rng.random() < 0.3,
        stray="stray" in kinds,
    )
