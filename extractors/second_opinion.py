"""pdfplumber as the second, independent reader of a PDF: asked only for cells in doubt.

It parses the file anew (pdfminer), finds tables by its own rules, and reads the text in them.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from gouji.model import Agreement, Box
from gouji.reports.amounts import parse_amount
from gouji.reports.filled import FilledCell

from .assemble import Opinion

READER = "pdfplumber"


def ask_pdfplumber(
    data: bytes, password: str | None, cells: Sequence[FilledCell]
) -> dict[str, Opinion]:
    """What pdfplumber reads where the first reader found each of the cells.

    A page that pdfplumber cannot read gives no opinion.
    """
    import pdfplumber  # 150 ms and 30 MB: only documents with doubts pay

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    opinions: dict[str, Opinion] = {}
    in_order = sorted((c for c in cells if c.page and c.box), key=lambda c: c.page or 0)
    pages = sorted({cell.page for cell in in_order if cell.page})
    try:
        with pdfplumber.open(io.BytesIO(data), pages=pages, password=password or "") as pdf:
            by_number = {page.page_number: page for page in pdf.pages}
            for number, group in groupby(in_order, key=lambda c: c.page):
                page = by_number.get(number)
                if page is None:
                    continue
                opinions.update(_page_opinions(page, list(group)))
                page.close()
    except Exception as error:  # pdfminer raises whatever its parser stumbles over
        logging.getLogger(__name__).info("pdfplumber gives no opinion: %s", error)
    return opinions


def _page_opinions(page: Any, cells: Sequence[FilledCell]) -> Mapping[str, Opinion]:
    # pdfplumber counts from the media box, gouji from what is displayed of it
    dx, dy = page.cropbox[0] - page.bbox[0], page.cropbox[1] - page.bbox[1]
    characters = page.dedupe_chars(tolerance=1.5).chars
    found = [Box(*box) for table in page.find_tables() for box in table.cells if _upright(box)]
    opinions: dict[str, Opinion] = {}
    for cell in cells:
        assert cell.box is not None
        x, y = cell.box.center_x + dx, cell.box.center_y + dy
        around = [box for box in found if box.contains(x, y)]
        if not around:
            opinions[cell.key] = Opinion(Agreement.SILENT)
            continue
        text = _text_in(characters, min(around, key=lambda box: box.area))
        same = _same(text, cell.text or "")
        opinions[cell.key] = Opinion(Agreement.AGREES if same else Agreement.DISAGREES, text)
    return opinions


def _upright(box: Sequence[float]) -> bool:
    return box[0] <= box[2] and box[1] <= box[3]


def _text_in(characters: Sequence[Mapping[str, Any]], box: Box) -> str:
    """The characters whose middle lies in the box, line by line."""
    inside = [
        c
        for c in characters
        if box.contains((c["x0"] + c["x1"]) / 2, (c["top"] + c["bottom"]) / 2)
        and not str(c["text"]).isspace()
    ]
    inside.sort(key=lambda c: (round(c["top"] / 4), c["x0"]))
    lines: list[str] = []
    last: Mapping[str, Any] | None = None
    for character in inside:
        new_line = last is None or character["top"] - last["top"] > 0.5 * character["height"]
        if new_line:
            lines.append("")
        elif last is not None and character["x0"] - last["x1"] > 0.3 * character["height"]:
            lines[-1] += " "
        lines[-1] += str(character["text"])
        last = character
    return "\n".join(lines)


def _same(theirs: str, ours: str) -> bool:
    first, second = parse_amount(theirs, signed=True), parse_amount(ours, signed=True)
    return (first.value, first.kind) == (second.value, second.kind)
