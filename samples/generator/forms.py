"""The three printed tables as data: cells with spans, words and the keys of their values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Literal

from samples.generator.codes import (
    APPLICANT_COLUMNS,
    APPLICANTS,
    APPLICATIONS,
    ARTICLE20,
    CARRIED_FORWARD,
    CARRIED_OVER,
    GRANTED,
    OTHER_SINGLE,
    PROCESSED,
    RECEIVED,
    RESULT_COLUMNS,
    REVIEW,
    Band,
    Form,
    application_key,
    article20_key,
    bands,
    outcome_groups,
    outcome_rows,
    review_key,
)
from samples.generator.printing import Printed
from samples.generator.wording import Wording, draw_wording

Role = Literal["header", "band", "note", "label", "group", "upright", "value"]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grid. `upright` labels are printed one character a line."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    role: Role
    key: str | None = None

    @property
    def rows(self) -> range:
        """Rows that the cell covers."""
        return range(self.row, self.row + self.row_span)

    @property
    def columns(self) -> range:
        """Columns that the cell covers."""
        return range(self.column, self.column + self.column_span)


@dataclass(frozen=True, slots=True)
class TableLayout:
    """A printed table: every place of the grid is covered by exactly one cell.

    `weights` are the relative widths of the columns; `header_rows` may be repeated on a new page.
    """

    name: str
    rows: int
    weights: tuple[float, ...]
    header_rows: int
    label_columns: int
    cells: tuple[Cell, ...]

    @property
    def columns(self) -> int:
        """Number of columns of the grid."""
        return len(self.weights)

    def cells_of_row(self, row: int) -> Iterator[Cell]:
        """Cells that begin in the row, from the left."""
        return (cell for cell in self.cells if cell.row == row)


@dataclass(frozen=True, slots=True)
class FormShape:
    """Choices of a publisher that change the grid itself."""

    one_table_a_band: bool = False
    halves: bool = False  # T19: two-value bands split in the middle instead of at a third
    flat_review_header: bool = False  # two header rows instead of three
    tall_results: bool = True  # 结果维持 … span the lower two header rows of 行政复议


def draw_shape(rng: Random) -> FormShape:
    """Most publishers keep the official grid."""
    return FormShape(
        one_table_a_band=rng.random() < 0.12,
        halves=rng.random() < 0.4,
        flat_review_header=rng.random() < 0.1,
        tall_results=rng.random() < 0.7,
    )


@dataclass(frozen=True, slots=True)
class PrintedForm:
    """The tables of sections 二, 三 and 四 as this publisher prints them."""

    article20: tuple[TableLayout, ...]
    applications: TableLayout
    review: TableLayout


def lay_out_form(
    form: Form,
    cells: Mapping[str, Printed],
    wording: Wording | None = None,
    shape: FormShape | None = None,
) -> PrintedForm:
    """Put the values and the publisher's words into the three tables."""
    layouts = _Layouts(form, cells, wording or Wording(), shape or FormShape())
    return PrintedForm(layouts.article20(), layouts.applications(), layouts.review())


def draw_form(
    seed: int, form: Form, cells: Mapping[str, Printed], *, plain: bool = False
) -> PrintedForm:
    """The tables with words and grid drawn from the seed, or the official ones if `plain`."""
    if plain:
        return lay_out_form(form, cells)
    rng = Random(f"form:{seed}:{form.value}")
    wording = draw_wording(rng, form.template)
    return lay_out_form(form, cells, wording, draw_shape(rng))


@dataclass(frozen=True, slots=True)
class _Layouts:
    form: Form
    values: Mapping[str, Printed]
    wording: Wording
    shape: FormShape

    def _label(self, code: str) -> str:
        return self.wording.label(code, self.form.template)

    def _value(self, row: int, column: int, span: int, key: str) -> Cell:
        return Cell(row, column, 1, span, self.values[key].text, "value", key)

    def article20(self) -> tuple[TableLayout, ...]:
        units = 6 if self.shape.halves and self.form is Form.T19 else 3
        weights = (0.34, *(0.66 / units for _ in range(units)))
        groups: list[tuple[Band, ...]] = [(band,) for band in bands(self.form)]
        if not self.shape.one_table_a_band:
            groups = [bands(self.form)]
        tables: list[TableLayout] = []
        for group in groups:
            cells: list[Cell] = []
            row = 0
            for band in group:
                cells.extend(self._band_cells(row, band, units))
                row += 2 + len(band.rows)
            tables.append(TableLayout(ARTICLE20, row, weights, 0, 1, tuple(cells)))
        return tuple(tables)

    def _band_cells(self, top: int, band: Band, units: int) -> Iterator[Cell]:
        spans = _spans(len(band.columns), units)
        starts = [1 + sum(spans[:i]) for i in range(len(spans))]
        yield Cell(top, 0, 1, units + 1, self.wording.band(band.item), "band")
        yield Cell(top + 1, 0, 1, 1, self._label("information"), "header")
        for column, start, span in zip(band.columns, starts, spans, strict=True):
            yield Cell(top + 1, start, 1, span, self._label(column), "header")
        for row, code in enumerate(band.rows, top + 2):
            yield Cell(row, 0, 1, 1, self._label(code), "label")
            for column, start, span in zip(band.columns, starts, spans, strict=True):
                yield self._value(row, start, span, article20_key(code, column))

    def applications(self) -> TableLayout:
        cells = list(self._application_header())
        row = 3
        for code in (RECEIVED, CARRIED_OVER):
            cells.append(Cell(row, 0, 1, 3, self._label(code), "label"))
            cells.extend(self._application_values(row, code))
            row += 1
        height = len(outcome_rows(self.form)) + 1
        cells.append(Cell(row, 0, height, 1, self._label("results"), "upright"))
        cells.extend(self._outcomes(row))
        row += height
        cells.append(Cell(row, 0, 1, 3, self._label(CARRIED_FORWARD), "label"))
        cells.extend(self._application_values(row, CARRIED_FORWARD))
        weights = (0.055, 0.125, 0.28, *(0.077 for _ in APPLICANT_COLUMNS))
        ordered = tuple(sorted(cells, key=lambda cell: (cell.row, cell.column)))
        return TableLayout(APPLICATIONS, row + 1, weights, 3, 3, ordered)

    def _application_header(self) -> Iterator[Cell]:
        yield Cell(0, 0, 3, 3, self.wording.note(), "note")
        yield Cell(0, 3, 1, 7, self._label("applicants"), "header")
        yield Cell(1, 3, 2, 1, self._label("natural_person"), "header")
        yield Cell(1, 4, 1, 5, self._label("bodies"), "header")
        yield Cell(1, 9, 2, 1, self._label("total"), "header")
        for column, code in enumerate(APPLICANTS[1:], 4):
            yield Cell(2, column, 1, 1, self._label(code), "header")

    def _application_values(self, row: int, code: str) -> Iterator[Cell]:
        for column, applicant in enumerate(APPLICANT_COLUMNS, 3):
            yield self._value(row, column, 1, application_key(code, applicant))

    def _outcomes(self, top: int) -> Iterator[Cell]:
        row = top
        for code in GRANTED:
            yield Cell(row, 1, 1, 2, self._label(code), "label")
            yield from self._application_values(row, code)
            row += 1
        for group in outcome_groups(self.form):
            yield Cell(row, 1, len(group.rows), 1, self._label(group.label), "group")
            for code in group.rows:
                yield Cell(row, 2, 1, 1, self._label(code), "label")
                yield from self._application_values(row, code)
                row += 1
        single = () if self.form is Form.T21 else (OTHER_SINGLE,)
        for code in (*single, PROCESSED):
            yield Cell(row, 1, 1, 2, self._label(code), "label")
            yield from self._application_values(row, code)
            row += 1

    def review(self) -> TableLayout:
        flat = self.shape.flat_review_header
        cells = list(self._flat_review_header() if flat else self._review_header())
        row = 2 if flat else 3
        blocks = ("review", "litigation_direct", "litigation_after_review")
        for place, (block, column) in enumerate((b, c) for b in blocks for c in RESULT_COLUMNS):
            cells.append(self._value(row, place, 1, review_key(block, column)))
        return TableLayout(REVIEW, row + 1, tuple(1 / 15 for _ in range(15)), row, 0, tuple(cells))

    def _review_header(self) -> Iterator[Cell]:
        tall = self.shape.tall_results
        yield Cell(0, 0, 1 if tall else 2, 5, self._label("review"), "header")
        yield Cell(0, 5, 1, 10, self._label("litigation"), "header")
        if tall:
            yield from self._results(1, 2, 0)
        yield Cell(1, 5, 1, 5, self._label("litigation_direct"), "header")
        yield Cell(1, 10, 1, 5, self._label("litigation_after_review"), "header")
        if not tall:
            yield from self._results(2, 1, 0)
        yield from self._results(2, 1, 5)
        yield from self._results(2, 1, 10)

    def _flat_review_header(self) -> Iterator[Cell]:
        litigation = self._label("litigation")
        yield Cell(0, 0, 1, 5, self._label("review"), "header")
        for start, code in ((5, "litigation_direct"), (10, "litigation_after_review")):
            words = self.wording.punctuate(f"{litigation}（{self._label(code)}）")
            yield Cell(0, start, 1, 5, words, "header")
        for start in (0, 5, 10):
            yield from self._results(1, 1, start)

    def _results(self, row: int, row_span: int, start: int) -> Iterator[Cell]:
        for column, code in enumerate(RESULT_COLUMNS, start):
            yield Cell(row, column, row_span, 1, self._label(code), "header")


def _spans(columns: int, units: int) -> tuple[int, ...]:
    """How many grid columns each value column covers; with three units 1 + 2 for a pair."""
    if columns == 2 and units == 3:
        return (1, 2)
    return tuple(units // columns for _ in range(columns))
