"""Printed amounts: blank, a mark for "none", unreadable and 0 are four things."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gouji.model import Kind
from gouji.reports.amounts import Amount, parse_amount
from gouji.reports.labels import read_label

calm = settings(deadline=None, max_examples=80)  # a busy machine is no failure

FULL_WIDTH = str.maketrans("0123456789.,+-/", "０１２３４５６７８９．，＋－／")
BLANKS = " \t\n\u3000\u00a0\u2002\u200b"
ZEROS = frozenset("0０〇○零")
any_text = st.text(st.characters(codec=None), max_size=30)
cell_text = st.text(
    st.sampled_from(
        "0123456789０１２.,，．+-−—/／无 \n\t\u3000\u00a0件项元万亿约余()（）?�\ue001增减少加的"
    ),
    max_size=16,
)
spaces = st.text(st.sampled_from(BLANKS), max_size=3)


def number(text: str, *, signed: bool = False) -> object:
    amount = parse_amount(text, signed=signed)
    assert amount.kind is Kind.NUMBER, amount
    return amount.value


@pytest.mark.parametrize("text", ["0", " 0", "０", "\u30000\u00a0", "0\n", "\t0 ", "\ufeff0"])
def test_a_printed_zero_is_zero(text: str) -> None:
    assert number(text) == 0


@pytest.mark.parametrize("text", ["", " ", "\n", "\u3000", "\u00a0", " \n\t ", "\u200b", "\ufeff"])
def test_nothing_printed_is_blank_and_not_zero(text: str) -> None:
    assert parse_amount(text) == Amount(None, Kind.BLANK)


@pytest.mark.parametrize(
    "text", ["/", "-", "—", "——", "无", "/ ", "／", "－", "--", "\\", " 无 ", "―"]
)
def test_a_mark_for_none_is_neither_blank_nor_zero(text: str) -> None:
    assert parse_amount(text) == Amount(None, Kind.NOT_APPLICABLE)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("+19", 19), ("+0", 0), ("增10", 10), ("增加5", 5), ("减38", -38), ("-3", -3), ("−3", -3),
        ("减少4", -4), ("－12", -12), ("+ 7", 7), ("- 7", -7), ("0", 0), ("＋３", 3),
    ],
)  # fmt: skip
def test_a_change_is_signed(text: str, value: int) -> None:
    assert number(text, signed=True) == value


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("43.788万元", Decimal("43.788"), "万元"),
        ("80618元", 80618, "元"),
        ("2601.953875万", Decimal("2601.953875"), "万"),
        ("160.5964万元", Decimal("160.5964"), "万元"),
        ("12件", 12, "件"),
        ("3 项", 3, "项"),
        ("0.5亿元", Decimal("0.5"), "亿元"),
    ],
)
def test_a_unit_in_the_cell_is_kept(text: str, value: object, unit: str) -> None:
    amount = parse_amount(text)
    assert (amount.value, amount.kind, amount.unit) == (value, Kind.NUMBER, unit)


@pytest.mark.parametrize(
    "text", ["13000000(预算", "13000000（预算）", "约13000000", "13000000元(预算)"]
)
def test_a_note_beside_a_number_leaves_it_a_number(text: str) -> None:
    assert number(text) == 13_000_000
    assert parse_amount(text).note


@pytest.mark.parametrize(
    "text", ["1\t2", "1\n2", "1 \n 120", "12\t345", "1.5\t2", "3\n\n4", "１\t２", "11\t20"]
)
def test_numbers_in_lines_of_their_own_or_behind_tabs_are_several(text: str) -> None:
    assert parse_amount(text) == Amount(None, Kind.UNREAD, note="several numbers")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11398889", 11_398_889),
        ("11,398,889", 11_398_889),
        ("６，９３７，４８９", 6_937_489),
        ("59 237", 59_237),
        ("1 234 567", 1_234_567),
        ("316441.2449", Decimal("316441.2449")),
        ("59,237.2449", Decimal("59237.2449")),
        ("29.0506", Decimal("29.0506")),
        ("7730.280", Decimal("7730.280")),
        ("0.000001", Decimal("0.000001")),
        ("12345678901234567890", 12_345_678_901_234_567_890),
        ("２.５", Decimal("2.5")),
    ],
)
def test_long_and_decimal_numbers_are_exact(text: str, value: object) -> None:
    assert str(number(text)) == str(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("113988\n89", 11_398_889),
        ("59237.\n2449", Decimal("59237.2449")),
        ("59237\n.2449", Decimal("59237.2449")),
        ("316,4\n41", 316_441),
        ("2601.9\n53875", Decimal("2601.953875")),
    ],
)
def test_a_number_too_long_for_its_cell_is_read_over_its_lines(text: str, value: object) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["1\n2", "12 34", "3 5", "1,2", "12\n34\n5"])
def test_two_numbers_in_a_cell_are_not_made_one_without_a_flag(text: str) -> None:
    amount = parse_amount(text)
    if amount.kind is Kind.NUMBER:
        assert amount.value is not None
        assert "".join(c for c in text if c.isdigit()) == str(amount.value)
    else:
        assert amount.kind is Kind.UNREAD


@pytest.mark.parametrize("text", ["0 0 0", "0\n0\n0", "000", "12 12 12"])
def test_one_value_printed_several_times_is_that_value_and_told(text: str) -> None:
    amount = parse_amount(text)
    assert amount.kind is Kind.NUMBER
    assert amount.value in (0, 12)
    assert amount.repeated == 3


@pytest.mark.parametrize("text", ["0 0 1", "0 12", "12 13", "0\n4"])
def test_different_values_in_one_cell_are_unread(text: str) -> None:
    assert parse_amount(text).kind is Kind.UNREAD


@pytest.mark.parametrize("text", ["776²", "776①", "776*", "776 ①", "776⑴", "776[2]", "776(注)"])
def test_a_footnote_mark_is_no_digit_of_the_number(text: str) -> None:
    assert parse_amount(text).value in (776, None)


@pytest.mark.parametrize("text", ["?000余份", "?12", "\ufffd0", "\ue0120", "1\ufffd", "□5"])
def test_a_number_that_lost_a_character_is_damaged_and_never_a_number(text: str) -> None:
    assert parse_amount(text) == Amount(None, Kind.TEXT_DAMAGED)


@pytest.mark.parametrize(
    "text", ["总计", "1.", "8.属于行政查询事项", "2019年", "第二十条", "详见附件", "如-8"]
)
def test_words_and_ordinals_are_no_values(text: str) -> None:
    amount = parse_amount(text)
    assert amount.kind is Kind.UNREAD
    assert amount.value is None


@pytest.mark.parametrize("text", ["O", "l", "○", "一件", "I0", "1O", "〇"])
def test_what_only_looks_like_a_digit_is_never_quietly_a_number(text: str) -> None:
    assert parse_amount(text).value is None


def test_a_minus_before_a_count_is_kept_and_noted() -> None:
    amount = parse_amount("-3")
    assert amount.value == -3
    assert amount.note == "negative"


@given(any_text | cell_text, st.booleans())
@calm
def test_any_text_is_an_amount_and_only_a_number_has_a_value(text: str, signed: bool) -> None:
    amount = parse_amount(text, signed=signed)
    assert (amount.value is not None) == (amount.kind is Kind.NUMBER)
    assert amount.repeated >= 1


@given(any_text | cell_text, st.booleans())
@calm
def test_zero_is_never_made_of_text_without_a_zero(text: str, signed: bool) -> None:
    if not ZEROS & set(text):
        assert parse_amount(text, signed=signed).value != 0


@given(cell_text, st.booleans())
@calm
def test_full_width_forms_say_the_same(text: str, signed: bool) -> None:
    assert parse_amount(text.translate(FULL_WIDTH), signed=signed) == parse_amount(
        text, signed=signed
    )


@given(st.integers(0, 10**20), spaces, spaces)
@calm
def test_a_count_is_read_with_and_without_commas_and_blanks(
    value: int, left: str, right: str
) -> None:
    assert number(f"{left}{value}{right}") == value
    assert number(f"{left}{value:,}{right}") == value


@given(st.decimals(0, 10**9, places=6), st.sampled_from(["", "元", "万元"]))
@calm
def test_a_decimal_is_read_digit_for_digit(value: Decimal, unit: str) -> None:
    assert str(number(f"{value:f}{unit}")) == f"{value:f}"


@given(st.integers(-(10**9), 10**9))
@calm
def test_a_change_is_read_with_its_sign(value: int) -> None:
    assert number(f"{value:+d}", signed=True) == value


@given(st.integers(10_000, 10**12).map(str), st.data())
@calm
def test_a_wrapped_number_is_the_number(digits: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(max(4, (len(digits) + 1) // 2), len(digits) - 1))
    if digits[:cut] != digits[cut:]:
        assert number(f"{digits[:cut]}\n{digits[cut:]}") == int(digits)


@given(any_text)
@calm
def test_any_text_is_a_label(text: str) -> None:
    label = read_label(text)
    assert set(label.words) <= set(read_label(label.words).words) | set(label.words)


@pytest.mark.parametrize(
    ("text", "ordinal", "words"),
    [
        ("1.属于国家秘密", "1", "属于国家秘密"),
        ("８．属于行政查询事项", "8", "属于行政查询事项"),
        ("(三)不予公开", "三", "不予公开"),
        ("（三）\n不予公开", "三", "不予公开"),
        ("( 三 ) 不予公开", "三", "不予公开"),
        ("一、本年新收政府信息公开申请数量", "一", "本年新收政府信息公开申请数量"),
        ("三、本年度办理结果(一)予以公开", "一", "予以公开"),
        ("3.危及“三安全一稳定”", "3", "危及三安全一稳定"),
        ("自 然 人", "", "自然人"),
    ],
)
def test_a_label_is_its_ordinal_and_its_words(text: str, ordinal: str, words: str) -> None:
    label = read_label(text)
    assert (label.ordinal, label.words) == (ordinal, words)
