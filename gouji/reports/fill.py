"""A document's tables as one filled form: every value cell, whether the source has it or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gouji.model import Kind, TablePart

from .applications import read_applications
from .article20 import read_article20
from .filled import MISSING, FilledCell
from .forms import FORMS, OLDER, value_keys
from .indicators import read_indicators
from .local_tables import read_local_table
from .review import read_review
from .rows import PartRow, Section, sections
from .template import TemplateChoice, choose_template

# Blank cells among cells that the source has, above which the organ leaves zero blank.
MOSTLY_BLANK = 0.3
# Fewer value cells than this found in a document's tables are not a filled form.
FEWEST_CELLS = 5
HEADED = 4.0  # weight of head words of its own with which any cell is one of the form
_TABLES = (Section.ARTICLE20, Section.APPLICATIONS, Section.REVIEW)


@dataclass(frozen=True, slots=True)
class FormReading:
    """The form of a document; ``template`` is None where no table of a form is there."""

    template: str | None
    cells: tuple[FilledCell, ...] = ()
    flags: tuple[str, ...] = ()
    aside: tuple[PartRow, ...] = ()  # rows of tables that are not the form's

    @property
    def found(self) -> int:
        """How many value cells the source has."""
        return sum(1 for cell in self.cells if cell.text is not None)


def fill_form(parts: Sequence[TablePart], *, values_lost: bool = False) -> FormReading:
    """Read tables as an annual report's form.

    Returns every value cell of the form in the form's order; those the source lacks have the kind
    `CELL_NOT_IN_SOURCE`. Where a T21 form has one row (六)其他处理, that row takes the place of the
    three it stands for (186 cells instead of 200), flagged ``template_mixture``. With
    ``values_lost`` the form is known by its words although no value of it is left.
    """
    rows = sections(parts)
    choice = choose_template(rows)
    for template in choice.templates:
        older = template in OLDER
        form = _older(template, rows) if older else _later(template, rows, choice)
        fewest = 1 if choice.weights[template] >= HEADED else FEWEST_CELLS
        if form.found >= fewest or values_lost:
            beside = _TABLES if older else (Section.INDICATORS,)
            aside = [row for section in (Section.NONE, *beside) for row in rows[section]]
            return replace(form, aside=tuple(aside))
    return FormReading(None, aside=(*rows[Section.NONE], *rows[Section.INDICATORS]))


def _older(template: str, rows: Mapping[Section, Sequence[PartRow]]) -> FormReading:
    """T14 or T08: one table of indicators."""
    read = read_indicators if template == "T14" else read_local_table
    found = read(rows[Section.INDICATORS])
    flags = (*found.flags, *_table_flags(found.cells))
    return FormReading(template, found.cells, tuple(dict.fromkeys(flags)))


def _later(
    template: str, rows: Mapping[Section, Sequence[PartRow]], choice: TemplateChoice
) -> FormReading:
    """T19 or T21: three tables."""
    headed = choice.weights[template] > 0
    applications = read_applications(rows[Section.APPLICATIONS])
    three = any(code.startswith("other.") for code in applications.rows_found)
    if template == "T19" and three and not headed:
        template = "T21"  # the rows say so, whatever the words of their labels have lost
    form = FORMS[template]
    article20 = read_article20(rows[Section.ARTICLE20], form)
    review = read_review(rows[Section.REVIEW])
    flags = [*article20.flags, *applications.flags, *review.flags]
    for section, cells_read in zip(
        _TABLES, (article20.cells, applications.cells, review.cells), strict=True
    ):
        if rows[section] and not cells_read:
            flags.append(f"table_unread:{section}")  # it is there, and no value of it was found
    found = {c.key: c for c in (*article20.cells, *applications.cells, *review.cells)}
    single = "other_handling" in applications.rows_found and not three
    if choice.mixed or (single and template == "T21"):
        flags.append("template_mixture")
    if template == "T19" and three:
        flags.append("template_mixture")
    keys = value_keys(template, single)
    cells = tuple(found.get(key) or FilledCell(key, None, MISSING) for key in keys)
    flags.extend(_table_flags(cells))
    return FormReading(template, cells, tuple(dict.fromkeys(flags)))


def _table_flags(cells: Sequence[FilledCell]) -> list[str]:
    present = [cell for cell in cells if cell.text is not None]
    flags = []
    blank = sum(1 for cell in present if cell.amount.kind is Kind.BLANK)
    if present and blank >= MOSTLY_BLANK * len(present):
        flags.append("zero_left_blank")
    if len(present) < len(cells):
        flags.append("cells_missing")
    by_key = {cell.key: cell for cell in present}
    for key, cell in by_key.items():
        if key.endswith("/total") and cell.amount.kind is Kind.BLANK:
            row = key.rsplit("/", 1)[0]
            if any(
                k.rsplit("/", 1)[0] == row and c.amount.kind is Kind.NUMBER
                for k, c in by_key.items()
            ):
                flags.append("total_missing")
                break
    if any(cell.amount.note == "negative" for cell in present):
        flags.append("negative_count")
    return flags
