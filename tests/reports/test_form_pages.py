"""Part two of the form over two pages that were photographed by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from form_tables import applications, article20_t21, counting, table_of

from gouji.model import Box, TableCell, TableCells, TablePart
from gouji.reports import fill_form

KEYS = [
    *(
        f"article20/art20_1.{row}/{column}"
        for row in ("regulations", "normative_documents")
        for column in ("issued", "repealed", "in_force")
    ),
    "article20/art20_5.licences/decisions",
    "article20/art20_6.penalties/decisions",
    "article20/art20_6.coercive_measures/decisions",
    "article20/art20_8.administrative_fees/amount_wan_yuan",
]


def photographed(part: TablePart, scale: float, shift: float) -> TablePart:
    """The part as a camera nearer by or farther off sees it."""

    def seen(box: Box) -> Box:
        return Box(
            shift + scale * box.left, scale * box.top, shift + scale * box.right, scale * box.bottom
        )

    cells = [
        TableCell(c.row, c.column, c.row_span, c.column_span, c.text, seen(c.box))
        for c in part.cells
    ]
    return replace(part, box=seen(part.box), cells=TableCells(cells), reader="scan:test")


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (1.3, -60.0), (0.7, 90.0), (1.0, 45.0)])
@pytest.mark.parametrize("cut", [3, 4])
def test_a_band_goes_on_in_another_photo(cut: int, scale: float, shift: float) -> None:
    values = counting(KEYS)
    rows = article20_t21(lambda key: values.get(key, "0"))
    first = photographed(table_of(rows[:cut]), 1.0, 0.0)
    second = photographed(table_of(rows[cut:], page=2, part=1), scale, shift)
    third = table_of(applications(lambda key: "0"), page=3, part=2)
    form = fill_form([first, second, third])
    found = {cell.key: cell.text for cell in form.cells if cell.key.startswith("article20/")}
    assert found == values


def test_a_number_under_no_head_makes_its_row_doubtful() -> None:
    values = counting(KEYS)
    rows = article20_t21(lambda key: values.get(key, "0"))
    table = table_of(rows)
    row = [c for c in table.cells if c.row == 3]
    moved = [
        replace(c, box=Box(c.box.left + 40, c.box.top, c.box.right + 40, c.box.bottom))
        if c in row and c.column
        else c
        for c in table.cells
    ]
    form = fill_form(
        [
            replace(table, cells=TableCells(moved)),
            table_of(applications(lambda key: "0"), page=2, part=1),
        ]
    )
    at = {cell.key: cell for cell in form.cells}
    row_read = [cell for key, cell in at.items() if "normative_documents" in key and cell.text]
    assert [cell.text for cell in row_read] == ["104", "105"]
    assert all(cell.placing < 0.9 for cell in row_read)
