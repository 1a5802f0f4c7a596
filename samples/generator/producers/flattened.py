"""Reports as the text that web extractors, converters and copying leave of them.

Each layout says beside its text what can still be told from it (`samples.generator.told`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from random import Random

from samples.generator.cutting import cut_table
from samples.generator.document import Document, Line
from samples.generator.forms import TableLayout
from samples.generator.producers.text_cells import (
    Slot,
    Words,
    draw_words,
    full_rows,
    own_cells,
    own_rows,
)
from samples.generator.reports import AnyFacts
from samples.generator.site import draw_site
from samples.generator.style import BreakStyle
from samples.generator.told import (
    EVERYTHING,
    Policy,
    Told,
    blanks_faint,
    blanks_lost,
    everything,
    lines_kept_once,
    not_there,
    nothing_sure,
    run_together,
    value_rows,
)


@dataclass(slots=True)
class Page:
    """The lines of a page with the value that each line is, if it is one."""

    lines: list[tuple[str, str | None]] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)  # keys that the layout left out
    without_blanks: bool = False

    def add(self, *texts: str) -> None:
        """Lines that are no value of the form."""
        self.lines.extend((text, None) for text in texts)

    def add_slots(self, slots: Iterable[Slot]) -> None:
        """One line a cell; line ends inside a cell part lines."""
        for slot in slots:
            for text in slot.text.split("\n"):
                self.lines.append((text, slot.key))

    def drops_blanks(self, dropped: bool) -> bool:
        """Note whether blank cells are left out of the page's tables."""
        self.without_blanks = self.without_blanks or dropped
        return dropped

    def joined(self, between: str) -> str:
        """The whole text."""
        return between.join(text for text, _ in self.lines) + "\n"


Table = Callable[[Page, TableLayout, Words, Random], None]


@dataclass(frozen=True, slots=True)
class Layout:
    """One way to flatten a report.

    ``between`` stands between lines; ``by_cell`` layouts give each cell a line, so that a line end
    inside a cell can be one of the text; ``paper`` breaks lines and pages as a printed page does.
    """

    table: Table
    told: Policy
    between: str = "\n"
    by_cell: bool = False
    suffix: str = ".txt"
    paper: bool = False


@dataclass(frozen=True, slots=True)
class Flattened:
    """The text, how its file is called, and what it tells."""

    text: str
    suffix: str
    told: Told = EVERYTHING
    tables_missing: bool = False


def flatten(name: str, document: Document, facts: AnyFacts) -> Flattened:
    """The report in the layout of this name, with details drawn from the seed."""
    rng = Random(f"text:{facts.seed}:{facts.form.value}:{name}")
    layout = LAYOUTS[name]
    words = replace(draw_words(rng, lines=layout.by_cell), bold=name.startswith("text_tsv"))
    page = _page(document, facts, layout, words, rng)
    rows = value_rows(document)
    told = (blanks_lost if page.without_blanks else layout.told)(facts.cells, rows)
    if page.cut:
        told |= not_there(page.cut)
    if layout.paper:
        page = _on_paper(page, rng)
    text = page.joined(layout.between)
    if name == "text_deduplicated":
        text, told = _deduplicated(page, facts, rows)
    suffix = ".md" if layout.suffix == ".txt" and rng.random() < 0.2 else layout.suffix
    return Flattened(text, suffix, told, tables_missing=name == "text_headings")


def _page(document: Document, facts: AnyFacts, layout: Layout, words: Words, rng: Random) -> Page:
    page, site = Page(), draw_site(facts)
    indent = rng.choice(("", "", "　　", "  "))
    around = rng.random() < 0.5
    if around:
        page.add(site.path, f"浏览次数：{site.views}　文字大小：大 中 小　打印")
    for block in document.blocks:
        if isinstance(block, TableLayout):
            if block.name == "register" and layout.by_cell:
                page.add(_register_line(block))
            else:
                layout.table(page, block, words, rng)
        elif isinstance(block, Line):
            inner = block.role in ("paragraph", "heading")
            page.add(indent + block.text if inner else block.text)
    if around:
        page.add("分享到：", *site.neighbours, *site.foot)
    return page


def _register_line(register: TableLayout) -> str:
    """The grid over a web page's text, which is not a table there: 索引号：… 发布机构：…"""
    texts = [[cell.text for cell in own_cells(register, row)] for row in range(register.rows)]
    return "　".join("：".join(pair) for pair in texts)


def _on_paper(page: Page, rng: Random) -> Page:
    """Lines of a fixed width, broken inside words, with blanks round digits and page numbers.

    Rows of tables keep their own line ends.
    """
    width, height = rng.randint(24, 40), rng.randint(30, 46)
    number = rng.choice(("- {} -", "{}", "第 {} 页", "— {} —"))
    spaced = rng.random() < 0.5
    printed, pages = Page(), 1
    for text, key in page.lines:
        if spaced and key is None and len(text) > width:
            text = re.sub(r"\d+", r" \g<0> ", text)
        length = width if key is None else max(len(text), 1)
        for start in range(0, max(len(text), 1), length):
            printed.lines.append((text[start : start + length], key))
            if len(printed.lines) % height == 0:
                printed.add(number.format(pages))
                pages += 1
    return printed


def _deduplicated(page: Page, facts: AnyFacts, rows: list[tuple[str, ...]]) -> tuple[str, Told]:
    """Each line only where it first stands."""
    seen: set[str] = set()
    kept: dict[str, bool] = {}
    lines = []
    for text, key in page.lines:
        new = text.strip() not in seen
        if key is not None:
            kept[key] = new and bool(text.strip())
        if new and text.strip():
            lines.append(text)
        seen.add(text.strip())
    told = lines_kept_once([kept.get(key, False) for row in rows for key in row], facts.cells, rows)
    return "\n".join(lines) + "\n", told


# Rows with bars


def _pipes(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    """Own cells with a bar after each, and bars up to the table's width at the end of a row.

    Half of the extractors leave blank cells out first: what is left of the row moves to the left
    and only more bars at its end tell that something is gone.
    """
    dropped = page.drops_blanks(words.way < 0.5)
    padded, leading = words.way % 0.5 < 0.35, "| " if words.way % 0.25 < 0.06 else ""
    rows = list(own_rows(layout, words))
    for number, slots in enumerate(rows):
        shown = [slot for slot in slots if slot.text or not dropped]
        text = leading + " ".join(f"{slot.text} |".lstrip() for slot in shown)
        missing = layout.columns - len(shown)
        if padded and missing > 0 and number < len(rows) - 1:
            text += " " + "|" * missing
        page.add(text)


def _double_bars(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    """A bar on both sides of each cell, blank cells left out."""
    page.drops_blanks(True)
    for slots in own_rows(layout, words):
        page.add("".join(f"|{slot.text}|" for slot in slots if slot.text))


def _markdown(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    """A bar at each side; merged cells leave blanks; a row of dashes under the first."""
    dashes = ("---", ":---:", "-----", "")[int(4 * words.way)]
    page.add("")
    for number, slots in enumerate(full_rows(layout, words)):
        texts = [slot.text.replace("|", "\\|").replace("\n", "<br>") for slot in slots]
        page.add("| " + " | ".join(texts) + " |")
        if number == 0 and dashes:
            page.add("|" + f" {dashes} |" * len(slots))
    page.add("")


def _repeated(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    """Every place of the grid has the words of the cell that covers it."""
    between, down = (" | ", "\t", "|")[int(3 * words.way)], 20 * words.way % 1 < 0.7
    for slots in full_rows(layout, words, repeat_right=True, repeat_down=down):
        page.add(between.join(slot.text for slot in slots))


# A line for each cell


def _cells(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    for slots in own_rows(layout, words):
        page.add_slots(slots)


def _cells_without_blanks(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    for slots in own_rows(layout, words):
        page.add_slots(slot for slot in slots if slot.text)


def _bar_after(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    """A bar after each cell, and sometimes bars up to the width at the end of the row."""
    dropped = page.drops_blanks(words.way < 0.4)
    space, padded = "" if words.way < 0.2 else " ", words.way > 0.6
    rows = list(own_rows(layout, words))
    for number, slots in enumerate(rows):
        shown = [
            Slot(f"{slot.text}{space}|".lstrip(), slot.key)
            for slot in slots
            if slot.text or not dropped
        ]
        missing = layout.columns - len(shown)
        if padded and shown and missing and number < len(rows) - 1:
            shown[-1] = Slot(f"{shown[-1].text} {'|' * missing}", shown[-1].key)
        page.add_slots(shown)


def _bar_before_row(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    """A line with nothing but a bar where each row begins, then a bar after each cell."""
    padded = words.way > 0.5
    for slots in own_rows(layout, words):
        page.add("|")
        shown = [Slot(f"{slot.text} |".lstrip(), slot.key) for slot in slots]
        if padded and (missing := layout.columns - len(shown)):
            shown[-1] = Slot(f"{shown[-1].text} {'|' * missing}", shown[-1].key)
        page.add_slots(shown)


def _bar_between(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    """Bars on lines of their own between cells, and with some extractors between rows as well."""
    rows_too = words.way < 0.5
    for slots in own_rows(layout, words):
        for number, slot in enumerate(slots):
            if number or rows_too:
                page.add("|")
            if slot.text:
                page.add_slots([slot])


# Tabs


def _tabs(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    page.add("")
    for slots in full_rows(layout, words):
        page.add("\t".join(slot.text for slot in slots))
    page.add("")


def _tabs_cut(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    """Rows cut to the width of the table's first row, and split where a page ended.

    A merged label takes one place and a merged head all of its own, so that the rows under
    (三)不予公开 are too long for the table: their last values are not in the source.
    """
    share = {"article20": 0.85, "applications": rng.uniform(0.3, 0.95)}.get(layout.name)
    breaks = BreakStyle(
        at={} if share is None or rng.random() < 0.3 else {layout.name: share},
        drop_label_columns=1,
        cut_label=rng.choice(("split", "first")),
    )
    page.add("")
    for number, piece in enumerate(cut_table(layout, breaks)):
        rows = [_tab_row(piece, row, words, spread=number == 0) for row in range(piece.rows)]
        width = len(rows[0]) if number == 0 else max(map(len, rows))
        if layout.name == "review_litigation":
            width -= rng.choice((0, 1, 1))
        for slots in rows:
            page.cut.extend(slot.key for slot in slots[width:] if slot.key)
            page.add("\t".join(slot.text for slot in slots[:width]))
        page.add("")


def _tab_row(layout: TableLayout, row: int, words: Words, *, spread: bool) -> list[Slot]:
    slots: list[Slot] = []
    covered = [c for c in layout.cells if c.row < row < c.rows.stop]
    for cell in sorted((*layout.cells_of_row(row), *covered), key=lambda c: c.column):
        slots.append(Slot("") if cell in covered else words.slot(cell))
        if spread and cell.role in ("band", "header", "value"):
            slots.extend(Slot("") for _ in range(cell.column_span - 1))
    return slots


# Numbers together, and no table at all


def _fused(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    for slots in own_rows(layout, words):
        page.add("".join(slot.text for slot in slots))


def _spaced(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    for slots in own_rows(layout, words):
        page.add(" ".join(slot.text for slot in slots if slot.text))


def _label_over_lines(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    """Labels wrapped in narrow columns, the values beside one of their lines."""
    width = 7 + int(8 * words.way)
    for slots in own_rows(layout, words):
        label = "".join(slot.text for slot in slots if slot.key is None)
        values = " ".join(slot.text for slot in slots if slot.key and slot.text)
        if not values:
            page.add(" ".join(slot.text for slot in slots if slot.text))
            continue
        lines = [label[i : i + width] for i in range(0, len(label), width)] or [""]
        beside = rng.choice((len(lines) - 1, len(lines) // 2))
        lines[beside] = f"{lines[beside]} {values}".lstrip()
        page.lines.extend((line, "row") for line in lines)


def _no_table(page: Page, layout: TableLayout, words: Words, rng: Random) -> None:
    """Tables were pictures: only what is not the form's stays."""
    if all(cell.key is None for cell in layout.cells):
        _spaced(page, layout, words, rng)


LAYOUTS: Mapping[str, Layout] = {
    "text_pipes": Layout(_pipes, blanks_faint),
    "text_double_bars": Layout(_double_bars, blanks_lost),
    "text_markdown": Layout(_markdown, everything, suffix=".md"),
    "text_repeated": Layout(_repeated, everything),
    "text_lines": Layout(_cells, blanks_faint, between="\n\n", by_cell=True),
    "text_lines_without_blanks": Layout(_cells_without_blanks, blanks_lost, by_cell=True),
    "text_bar_after": Layout(_bar_after, blanks_faint, by_cell=True),
    "text_bar_before": Layout(_bar_before_row, blanks_faint, by_cell=True),
    "text_bar_between": Layout(_bar_between, blanks_faint, by_cell=True),
    "text_tsv": Layout(_tabs, everything),
    "text_tsv_cut": Layout(_tabs_cut, everything),
    "text_fused": Layout(_fused, run_together),
    "text_spaced": Layout(_spaced, blanks_lost),
    "text_one_line": Layout(_cells_without_blanks, blanks_lost, between=" ", by_cell=True),
    "text_paper": Layout(_label_over_lines, nothing_sure, paper=True),
    "text_deduplicated": Layout(_cells_without_blanks, blanks_lost, by_cell=True),
    "text_no_values": Layout(_cells_without_blanks, blanks_lost, by_cell=True),
    "text_headings": Layout(_no_table, everything),
}
