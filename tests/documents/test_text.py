"""Reports that lost the grid of their tables: what stays known, and what must not be guessed."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shares import one_in

from extractors.reading import read_document
from extractors.settings import ReadSettings
from gouji.model import DocumentReading, Kind
from gouji.reports.forms import APPLICANTS, T21, value_keys
from gouji.reports.script import normalise

TITLE = "阜宁县平川镇人民政府2023年政府信息公开工作年度报告"
HEADS = ["本年制发件数", "本年废止件数", "现行有效件数"]
APPLICANT_HEADS = [column.heads[0] for column in APPLICANTS]
RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
GROUPS = {"refused": "（三）不予公开", "unable": "（四）无法提供", "not_processed": "（五）不予处理",
          "other": "（六）其他处理"}  # fmt: skip

Row = tuple[list[str], list[str | None]]  # labels and heads, then the keys' places (None: filled)


def numbers(seed: int, kinds: str = "numbers") -> dict[str, str]:
    """The text of every value cell of T21, sums right where they are numbers."""
    rng = random.Random(seed)
    values: dict[str, str] = {}
    for key in value_keys("T21"):
        table, row, column = key.split("/")
        if table == "applications" and column == "total":
            parts = [values[f"{table}/{row}/{c.code}"] for c in APPLICANTS[:-1]]
            values[key] = str(sum(int(p) for p in parts if p))
        else:
            values[key] = str(rng.randrange(400))
            if kinds == "zeros":
                values[key] = "0"
            elif kinds == "blanks" and rng.random() < 0.4:
                values[key] = ""
    return values


def tables(values: Mapping[str, str]) -> list[list[list[str]]]:
    """The three tables as rows of cells: each cell once, as HTML has them."""
    two: list[list[str]] = []
    for row in T21.article20:
        keys = [f"article20/{row.code}/{c.code}" for c in row.columns]
        heads = [c.heads[0] for c in row.columns]
        if row.code in ("art20_1.regulations", "art20_5.licences", "art20_6.penalties",
                        "art20_8.administrative_fees"):  # fmt: skip
            two += [[f"第二十条第（{'一五六八'[len([r for r in two if len(r) == 1])]}）项"]]
            two += [["信息内容", *heads]]
        two.append([row.labels[0], *(values[key] for key in keys)])
    three = [
        ["（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", "申请人情况"],
        ["自然人", "法人或其他组织", "总计"],
        APPLICANT_HEADS[1:-1],
    ]
    group = ""
    for row in T21.applications:
        label = f"{row.ordinal}、{row.labels[0]}"
        outer: list[str] = []
        if row.group:
            label = f"{row.ordinal}.{row.labels[0]}"
            if row.group != group:
                outer, group = [GROUPS[row.group]], row.group
        elif row.code in ("granted_in_full", "granted_in_part", "processed_total"):
            label = f"（{row.ordinal}）{row.labels[0]}"
            outer = ["三、本年度办理结果"] if row.code == "granted_in_full" else []
        cells = [values[f"applications/{row.code}/{c.code}"] for c in APPLICANTS]
        three.append([*outer, label, *cells])
    four = [
        ["行政复议", "行政诉讼"],
        [*RESULTS, "未经复议直接起诉", "复议后起诉"],
        [*RESULTS, *RESULTS],
    ]
    four.append([values[key] for key in values if key.startswith("review_litigation/")])
    return [two, three, four]


def document(values: Mapping[str, str], table: Callable[[list[list[str]]], str]) -> str:
    two, three, four = (table(rows) for rows in tables(values))
    return "\n".join(
        [
            TITLE, "发布日期：2024-01-20", "一、总体情况", "我镇认真落实各项要求。", "二、主动公开政府信息情况", two,
            "三、收到和处理政府信息公开申请情况", three, "四、政府信息公开行政复议、行政诉讼情况", four,
            "五、存在的主要问题及改进情况", "公开内容有待丰富。", "六、其他需要报告的事项", "无。",
        ]
    )  # fmt: skip


def read(text: str) -> DocumentReading:
    reading = read_document("a.txt", text.encode(), ReadSettings())
    assert reading.failures == ()
    return reading


def wrong(reading: DocumentReading, values: Mapping[str, str]) -> list[tuple[str, str, str | None]]:
    """Cells that were not read as they were printed."""
    cells = {cell.key: cell for cell in reading.cells}
    return [
        (key, text, cells[key].as_read)
        for key, text in values.items()
        if cells[key].value != (int(text) if text else None)
        or cells[key].kind is not (Kind.NUMBER if text else Kind.BLANK)
    ]


def _pipes(rows: list[list[str]], width: int = 0, left: str = "") -> str:
    return "\n".join(left + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows)


LAYOUTS: dict[str, Callable[[list[list[str]]], str]] = {
    "pipes": _pipes,
    "pipes_filled_up": lambda rows: _pipes(rows, max(map(len, rows))),
    "pipes_framed": lambda rows: _pipes(rows, left="| "),
    "markdown": lambda rows: _pipes(rows[:1], left="| ")
    + "\n|"
    + "---|" * len(rows[0])
    + "\n"
    + _pipes(rows[1:], left="| "),
    "two_bars": lambda rows: "\n".join("|" + "||".join(row) + "|" for row in rows),
    "tabs": lambda rows: "\n".join("\t".join(row) for row in rows),
    "cell_a_line": lambda rows: "\n\n".join(cell for row in rows for cell in row),
    "bar_after": lambda rows: "\n".join(f"{cell} |" for row in rows for cell in row),
    "bar_line_first": lambda rows: "\n".join("|\n" + "\n".join(f"{c} |" for c in row) for row in rows),
    "bar_between": lambda rows: "\n".join("\n|\n".join(row) for row in rows),
    "blanks_between": lambda rows: "\n".join(" ".join(row) for row in rows),
}  # fmt: skip
WITHOUT_PLACE = {"blanks_between"}  # a blank cell leaves nothing behind


@pytest.mark.parametrize("layout", one_in(2, LAYOUTS))
def test_every_cell_of_every_layout_is_read(layout: str) -> None:
    values = numbers(1)
    reading = read(document(values, LAYOUTS[layout]))
    assert wrong(reading, values) == []
    assert reading.report is not None
    assert reading.report.template == "T21"
    assert reading.report.issuer == "阜宁县平川镇人民政府"


@pytest.mark.parametrize("layout", sorted(LAYOUTS.keys() - WITHOUT_PLACE))
def test_blank_cells_keep_their_place_where_separators_do(layout: str) -> None:
    values = numbers(2, "blanks")
    assert wrong(read(document(values, LAYOUTS[layout])), values) == []


def test_a_page_on_one_line_is_read() -> None:
    values = numbers(3)
    text = " ".join(document(values, LAYOUTS["blanks_between"]).split())
    assert wrong(read(text), values) == []


def test_zeros_run_together_are_zeros() -> None:
    values = numbers(4, "zeros")
    text = document(values, lambda rows: "\n".join("".join(row) for row in rows))
    assert wrong(read(text), values) == []


def test_numbers_run_together_are_not_guessed() -> None:
    values = numbers(5)
    text = document(values, lambda rows: "\n".join("".join(row) for row in rows))
    cells = {cell.key: cell for cell in read(text).cells}
    for key, printed in values.items():
        one_number = key.startswith("article20/") and "art20_1" not in key
        assert cells[key].value == (int(printed) if one_number else None), key
        assert one_number or cells[key].kind in (Kind.UNREAD, Kind.CELL_NOT_IN_SOURCE)


def test_a_page_without_any_blank_is_read_as_far_as_it_is_known() -> None:
    values = numbers(6, "zeros")
    text = document(values, lambda rows: "".join("".join(row) for row in rows)).replace("\n", "")
    assert wrong(read(text), values) == []


def test_where_blank_cells_left_nothing_a_short_row_is_unread_and_an_empty_row_blank() -> None:
    values = numbers(7)
    for column in APPLICANTS:
        values[f"applications/granted_in_part/{column.code}"] = ""
    values["applications/granted_in_full/research"] = ""

    def lines(rows: list[list[str]]) -> str:
        return "\n\n".join(cell for row in rows for cell in row if cell)

    cells = {cell.key: cell for cell in read(document(values, lines)).cells}
    for column in APPLICANTS:
        assert cells[f"applications/granted_in_part/{column.code}"].kind is Kind.BLANK
        assert cells[f"applications/granted_in_full/{column.code}"].kind is Kind.UNREAD
        assert cells[f"applications/granted_in_full/{column.code}"].value is None
    others = [k for k in values if "/granted_in_" not in k]
    assert [k for k in others if cells[k].value != int(values[k])] == []


def test_rows_filled_up_at_their_end_do_not_tell_where_a_blank_was() -> None:
    values = numbers(8)
    values["applications/granted_in_full/research"] = ""

    def dropped(rows: list[list[str]]) -> str:
        width = max(map(len, rows))
        return _pipes([[cell for cell in row if cell] for row in rows], width)

    reading = read(document(values, dropped))
    row = [c for c in reading.cells if c.key.startswith("applications/granted_in_full/")]
    assert {cell.kind for cell in row} == {Kind.UNREAD}
    assert {cell.value for cell in row} == {None}


def test_cells_that_a_table_was_cut_off_before_are_not_in_the_source() -> None:
    values = numbers(9)

    def cut(rows: list[list[str]]) -> str:
        width = 8
        filled = [[*row, *[""] * (width - len(row))][:width] for row in rows]
        return "\n".join("\t".join(row) for row in filled)

    cells = {cell.key: cell for cell in read(document(values, cut)).cells}
    first = [f"applications/granted_in_full/{c.code}" for c in APPLICANTS]
    assert [cells[key].value for key in first[:6]] == [int(values[key]) for key in first[:6]]
    assert cells[first[6]].kind is Kind.CELL_NOT_IN_SOURCE
    review = [key for key in values if key.startswith("review_litigation/")]
    assert [cells[key].value for key in review[:8]] == [int(values[key]) for key in review[:8]]
    assert {cells[key].kind for key in review[8:]} == {Kind.CELL_NOT_IN_SOURCE}


def test_a_page_whose_repeated_lines_were_dropped_has_no_values() -> None:
    text = document(numbers(10, "zeros"), LAYOUTS["cell_a_line"])
    kept = "\n".join(dict.fromkeys(line for line in text.split("\n") if line))
    reading = read(kept)
    assert reading.report is not None
    assert reading.report.template == "T21"
    assert "lines_deduplicated" in reading.flags
    assert {(cell.value, cell.kind) for cell in reading.cells} == {(None, Kind.CELL_NOT_IN_SOURCE)}
    assert len(reading.cells) == 200


def test_a_form_whose_blank_cells_all_went_is_blank() -> None:
    values = dict.fromkeys(value_keys("T21"), "")

    def lines(rows: list[list[str]]) -> str:
        return "\n".join(cell for row in rows for cell in row if cell)

    reading = read(document(values, lines))
    assert {(cell.value, cell.kind) for cell in reading.cells} == {(None, Kind.BLANK)}
    assert len(reading.cells) == 200


def test_headings_without_tables_are_said_to_lack_them() -> None:
    reading = read(document(numbers(11), lambda rows: ""))
    assert reading.report is not None
    assert reading.report.template is None
    assert "tables_missing" in reading.flags
    assert reading.cells == ()


def test_numbers_apart_from_their_labels_are_not_believed() -> None:
    values = numbers(12)

    def columns(rows: list[list[str]]) -> str:
        labels = [cell for row in rows for cell in row if not cell.isdigit()]
        digits = [cell for row in rows for cell in row if cell.isdigit()]
        return "\n".join([*labels, *digits])

    reading = read(document(values, columns))
    known = {cell.key: cell.value for cell in reading.cells if cell.value is not None}
    assert {key: value for key, value in known.items() if value != int(values[key])} == {}


def test_a_head_cut_by_a_line_end_still_tells_the_form() -> None:
    text = document(numbers(13), LAYOUTS["pipes"])
    for old, new in zip(HEADS, ("本年新", "本年新", "对外公开总数量"), strict=True):
        text = text.replace(old, new)
    reading = read(text.replace("本年收费金额(单位:万元)", "上一年项目数量"))
    assert reading.report is not None
    assert reading.report.template == "T19"
    found = {cell.key: cell.value for cell in reading.cells}
    row = [found[f"article20/art20_1.regulations/{c}"] for c in ("made", "newly_published")]
    assert row == [
        int(numbers(13)[f"article20/art20_1.regulations/{c}"]) for c in ("issued", "repealed")
    ]


def test_page_numbers_between_rows_are_no_values() -> None:
    values = numbers(14)
    lines = document(values, LAYOUTS["blanks_between"]).split("\n")
    for number, at in enumerate((20, 32, 44), 1):
        lines.insert(at, f"- {number} -" if number < 3 else "- 3 -")
    assert wrong(read("\n".join(lines)), values) == []


def test_places_are_those_of_the_text_as_it_stands() -> None:
    values = numbers(15)
    text = "前言\r\n" + document(values, LAYOUTS["cell_a_line"])
    reading = read(text)
    assert reading.text[0].text == text
    for cell in reading.cells:
        assert cell.place is not None
        assert cell.place.span is not None
        assert cell.place.page is cell.place.box is None
        start, end = cell.place.span
        assert text[start:end] == cell.as_read == values[cell.key]


def test_traditional_text_with_pinyin_is_read_and_kept_as_it_is() -> None:
    opencc = pytest.importorskip("opencc")
    values = numbers(16)
    text = opencc.OpenCC("s2t").convert(document(values, LAYOUTS["pipes"]))
    text = text.replace("數", "數(shù)").replace("開", "開(kai)(kai)").replace("處", "處(chù)")
    reading = read(text)
    assert wrong(reading, values) == []
    assert reading.text[0].text == text
    assert reading.report is not None
    assert reading.report.issuer == "阜宁县平川镇人民政府"


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    layout=st.sampled_from(sorted(LAYOUTS)),
    kinds=st.sampled_from(("numbers", "zeros", "blanks")),
)
def test_no_layout_ever_gives_a_number_that_is_not_printed(
    seed: int, layout: str, kinds: str
) -> None:
    values = numbers(seed, kinds)
    for cell in read(document(values, LAYOUTS[layout])).cells:
        if cell.value is not None:
            assert str(cell.value) == values[cell.key], cell.key
        elif cell.kind is Kind.BLANK:
            assert values[cell.key] == "", cell.key


@pytest.mark.parametrize("pages", ["{}\f", "第1页\f{}\f"])
def test_the_number_of_a_page_is_no_value_of_the_table_above_it(pages: str) -> None:
    values = numbers(2)
    report = document(values, LAYOUTS["cell_a_line"]).partition("\n五、")[0]
    assert wrong(read(pages.format(f"{report}\n\n3\n")), values) == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="第二十条（一）项规章行政许可总计0123456789|\t\n 、.-/五三", max_size=400))
def test_any_text_gives_a_reading(text: str) -> None:
    reading = read_document("a.txt", text.encode(), ReadSettings())
    assert not any(failure.kind == "internal" for failure in reading.failures)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="鎮镇公開(kai)zhèn室（一）㈠⺠１2 於乾縣\n", max_size=60))
def test_every_place_of_a_normalised_text_is_in_its_original(text: str) -> None:
    made = normalise(text)
    assert made.original == text
    at = 0
    for index in range(len(made.text)):
        start, end = made.span(index, index + 1)
        assert at <= start < end <= len(text)
        at = start


@pytest.mark.parametrize(
    ("seed", "layout"),
    [(544, "markdown"), (272, "bar_after"), (272, "blanks_between"), (202, "bar_line_first"),
     (208, "bar_line_first"), (214, "pipes_filled_up")],
)  # fmt: skip
def test_blanks_of_rows_that_are_never_whole_move_no_number(seed: int, layout: str) -> None:
    values = numbers(seed, "blanks")
    for cell in read(document(values, LAYOUTS[layout])).cells:
        if cell.value is not None:
            assert str(cell.value) == values[cell.key], cell.key
        elif cell.kind is Kind.BLANK:
            assert values[cell.key] == "", cell.key


GROUP_AMONG_ROWS = """
       （六）其他处理  1．申请人无正当理由逾期不补正，行政机      890   12    7    8   48   80  1045
                 关不再处理其政府信息公开申请
                 2．申请人逾期未按收费通知要求缴纳费用，
{group}                                                       5    6    9   21  226    4   271
                 行政机关不再处理其政府信息公开申请
                 3．其他                                    26    9   13   27   26    3   104
"""


@pytest.mark.parametrize("group", ["（六）其他处理", "       "])
def test_a_group_set_level_with_a_rows_values_takes_none_of_them(group: str) -> None:
    values = numbers(7)
    text = document(values, lambda rows: "\n".join("  ".join(row) for row in rows))
    lines = text.split("\n")
    first = next(i for i, line in enumerate(lines) if "无正当理由逾期不补正" in line)
    last = next(i for i, line in enumerate(lines) if i > first and "3" in line and "其他" in line)
    printed = GROUP_AMONG_ROWS.replace("（六）其他处理  1", "1").format(group=group).split("\n")
    found = {
        c.key: c.value
        for c in read("\n".join([*lines[:first], *printed, *lines[last + 1 :]])).cells
    }
    row = [found[f"applications/other.overdue_fee/{column.code}"] for column in APPLICANTS]
    assert row == [5, 6, 9, 21, 226, 4, 271]
    assert found["applications/other.misc/total"] == 104
    assert found["applications/other.overdue_correction/total"] == 1045


@pytest.mark.parametrize("between", [" ", "\n", "\n\n"])
def test_values_of_cells_that_are_said_twice_with_their_heads_are_one(between: str) -> None:
    bands = {"（八）": ["上一年项目数量", "本年增/减"], "（九）": ["采购项目数量", "采购总金额"]}
    rows = {"（八）": ["行政事业性收费", "31", "8"], "（九）": ["政府集中采购", "44", "512.5万元"]}
    lines = ["二、主动公开政府信息情况"]
    for band, heads in bands.items():
        lines.append(between.join([f"第二十条第{band}项"] * 4))
        lines.append(between.join(["信息内容", *heads, heads[-1]]))
        lines.append(between.join([*rows[band], rows[band][-1]]))
    first = [
        "第二十条第（一）项",
        "信息内容 本年新制作数量 本年新公开数量 对外公开总数量",
        "规章 0 0 0",
    ]
    text = "\n".join([TITLE, *lines[:1], *first, *lines[1:], "三、收到和处理政府信息公开申请情况"])
    found = {cell.key.partition("/")[2]: cell.value for cell in read(text).cells}
    assert (
        found["art20_8.administrative_fees/previous_items"],
        found["art20_8.administrative_fees/change"],
    ) == (31, 8)
    assert found["art20_9.central_procurement/items"] == 44
    assert str(found["art20_9.central_procurement/amount"]) == "512.5"
    # three numbers of which the last two differ are no one knows whose
    other = {
        cell.key.partition("/")[2]: cell.value
        for cell in read(text.replace("8" + between + "8", "8" + between + "9")).cells
    }
    assert other["art20_8.administrative_fees/change"] is None


def test_labels_said_several_times_are_one_also_with_blanks_that_nobody_sees() -> None:
    values = numbers(11)

    def table(rows: list[list[str]]) -> str:
        told = [
            [row[0], row[0] + "\u200b", "\u200b".join(row[0]), *row[1:]]
            if "申请数量" in row[0]
            else row
            for row in rows
        ]
        return "\n".join(" | ".join(row) for row in told)

    assert wrong(read(document(values, table)), values) == []


@pytest.mark.parametrize("layout", ["bar_after", "cell_a_line", "bar_between", "bar_line_first"])
@pytest.mark.parametrize("lost", [2, 6])
def test_a_row_that_lost_a_cell_without_a_trace_is_unread(layout: str, lost: int) -> None:
    values = numbers(12)
    key = f"applications/refused.state_secret/{APPLICANTS[lost].code}"
    gone = values | {key: "消失"}

    def table(rows: list[list[str]]) -> str:
        return LAYOUTS[layout]([[cell for cell in row if cell != "消失"] for row in rows])

    for cell in read(document(gone, table)).cells:
        if cell.key.startswith("applications/refused.state_secret/"):
            assert (cell.value, cell.kind) == (None, Kind.UNREAD), cell.key
        elif cell.key in values and cell.value is not None:
            assert cell.value == int(values[cell.key])
