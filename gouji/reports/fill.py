"""A document's tables as one filled form: every value cell, whether the source has it or not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gouji.model import Kind, TablePart

from .applications import read_applications
from .article20 import read_article20
from .filled import MISSING, FilledCell
from .forms import FORMS, value_keys
from .review import read_review
from .rows import PartRow, Section, sections
from .template import choose_template

# Blank cells among cells that the source has, above which the organ leaves zero blank.
MOSTLY_BLANK = 0.3
# Fewer value cells than this found in a document's tables are not a filled form.
FEWEST_CELLS = 5


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


def fill_form(parts: Sequence[TablePart]) -> FormReading:
    """Read tables as an annual report's form.

    Returns every value cell of the form in the form's order; those the source lacks have the kind
    `CELL_NOT_IN_SOURCE`. Where a T21 form has one row (六)其他处理, that row takes the place of the
    three it stands for (186 cells instead of 200), flagged ``template_mixture``.
    """
    rows = sections(parts)
    aside = tuple(rows[Section.NONE])
    choice = choose_template(rows)
    if choice.template is None:
        return FormReading(None, aside=aside)
    form = FORMS[choice.template]
    article20 = read_article20(rows[Section.ARTICLE20], form)
    applications = read_applications(rows[Section.APPLICATIONS])
    review = read_review(rows[Section.REVIEW])
    flags = [*article20.flags, *applications.flags, *review.flags]
    for section, cells_read in (
        (Section.ARTICLE20, article20.cells),
        (Section.APPLICATIONS, applications.cells),
        (Section.REVIEW, review.cells),
    ):
        if rows[section] and not cells_read:
            flags.append(f"table_unread:{section}")  # it is there, and no value of it was found
    found = {c.key: c for c in (*article20.cells, *applications.cells, *review.cells)}
    single = "other_handling" in applications.rows_found and not any(
        code.startswith("other.") for code in applications.rows_found
    )
    if choice.mixed or (single and choice.template == "T21"):
        flags.append("template_mixture")
    three = any(code.startswith("other.") for code in applications.rows_found)
    if choice.template == "T19" and three:
        flags.append("template_mixture")
    keys = value_keys(choice.template, single)
    cells = tuple(found.get(key) or FilledCell(key, None, MISSING) for key in keys)
    if FormReading(choice.template, cells).found < FEWEST_CELLS:
        return FormReading(None, aside=aside)
    flags.extend(_table_flags(cells))
    return FormReading(choice.template, cells, tuple(dict.fromkeys(flags)), aside)


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
