"""The tables of the years before 2019 as grids, and what is read of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from extractors.assemble import assemble
from extractors.unpaged.document import UnpagedDocument, grid_of
from gouji.model import (
    DocumentReading,
    MediaType,
    Pipeline,
    RelationResult,
    ReportCell,
    SourceInfo,
)
from samples.generator.older.codes import T14_CODES, T14_LINES, Line

HEAD = ["统计指标", "单位", "统计数"]
DASH = "——"
Grid = list[list[str]]


def counted() -> dict[str, str]:
    """A number for each line of T14, no two alike."""
    return {code: str(100 + 37 * n % 899) for n, code in enumerate(T14_CODES)}


def t14(
    values: Mapping[str, str] | None = None,
    lines: Sequence[Line] = T14_LINES,
    head: Sequence[str] = HEAD,
) -> Grid:
    """The official table: label, unit, value."""
    values = counted() if values is None else values
    rows: Grid = [list(head)]
    for line in lines:
        if line.unit is None:
            rows.append([line.label, DASH, DASH])
        else:
            rows.append([line.label, line.unit, values.get(line.code or line.label, "")])
    return rows


def read(*tables: Sequence[Sequence[str]], joined: bool = True) -> DocumentReading:
    """A report with these tables, each going on from the one before where ``joined``."""
    document = started()
    before = None
    for rows in tables:
        before = document.add_table(*grid_of(rows), continues=before if joined else None)
    return finished(document)


def started() -> UnpagedDocument:
    document = UnpagedDocument("docx")
    document.add_line("灵璧县教育局2016年政府信息公开工作年度报告", 20.0)
    document.add_line("本报告所列数据的统计期限自2016年1月1日起至2016年12月31日止。")
    for heading in ("一、概述", "二、主动公开政府信息情况", "三、依申请公开政府信息情况"):
        document.add_line(heading)
        document.add_line("按照要求认真做好各项工作。")
    return document


def finished(document: UnpagedDocument) -> DocumentReading:
    info = SourceInfo("a.docx", "0" * 64, MediaType.PDF, 0)
    return assemble(info, Pipeline("1", "x"), document.extracted(), None)


def found(reading: DocumentReading, column: str = "value") -> dict[str, ReportCell]:
    """The cells of a column by row."""
    cells = ((*cell.key.split("/")[1:], cell) for cell in reading.cells)
    return {row: cell for row, c, cell in cells if c == column}


def texts(reading: DocumentReading, column: str = "value") -> dict[str, str | None]:
    return {row: cell.as_read for row, cell in found(reading, column).items()}


def template(reading: DocumentReading) -> str | None:
    assert reading.report is not None
    return reading.report.template


def results(reading: DocumentReading, name: str) -> dict[str, RelationResult]:
    return {r.scope: r for r in reading.relations if r.id == name}


LOCAL = [
    ["指标名称", "计量单位", "代码", "本期实际", "本年累计"],
    ["甲", "乙", "丙", "1", "2"],
    ["主动公开信息数", "条", "01", "30", "99"],
    ["其中：全文电子化的主动公开信息数", "条", "02", "29", "98"],
    ["网站专栏页面访问量", "人次", "03", "1200", "5600"],
    ["编印信息简报", "期", "04", "", "4"],
    ["申请总数", "条", "05", "7", "12"],
    ["其中：1.当面申请数", "条", "06", "3", "5"],
    ["2.网上申请数", "条", "07", "4", "7"],
    ["对申请的答复总数", "条", "08", "6", "12"],
    ["其中：1.同意公开答复数", "条", "09", "5", "10"],
    ["3.否决公开答复总数", "条", "10", "1", "1"],
    ["其中：（1）“免予公开范围1”数", "条", "11", "1", "1"],
    ["（2）“免予公开范围2”数", "条", "12", "0", "/"],
    ["行政申诉数", "件", "13", "0", "0"],
]
