"""Workbooks: numbers and days as their formats display them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.sheets.number_format import BUILT_IN, display_number, display_text


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        ("0", "General", "0"),
        ("0.28999999999999998", "General", "0.29"),
        ("59237.2449", "General", "59237.2449"),
        ("11398889", "General", "11398889"),
        ("316441.123456", "General", "316441.1235"),
        ("0.00001", "General", "1E-05"),
        ("-3", "General", "-3"),
        ("1234567", "#,##0", "1,234,567"),
        ("999.995", "#,##0.00", "1,000.00"),
        ("2.5", "0", "3"),
        ("-0.4", "0", "0"),
        ("0", "0.00", "0.00"),
        ("0", "#,##0;-#,##0;;@", ""),
        ("-7", "#,##0;-#,##0;;@", "-7"),
        ("0", ";;", ""),
        ("0", BUILT_IN[41], "-"),
        ("1234", BUILT_IN[41], "1,234"),
        ("-1234.5", BUILT_IN[43], "-1,234.50"),
        ("5", '0"件"', "5件"),
        ("5", 'G/通用格式"件"', "5件"),
        ("3", "+0;-0;0", "+3"),
        ("0.5", "0%", "50%"),
        ("0.12345", "0.00%", "12.35%"),
        ("1.5", "?0.0?", "1.5"),
        ("0.5", "#.##", ".5"),
        ("123456", "000-000", "123-456"),
        ("12345", "0.0,", "12.3"),
        ("1234567", "0.00E+00", "1.23E+06"),
        ("0.00012345", "0.00E+00", "1.23E-04"),
        ("1234567", "##0.0E+0", "1.2E+6"),
        ("15", '[>10]"多";"少"', "多"),
        ("5", '[>10]"多";"少"', "少"),
        ("12.5", "[$¥-804]#,##0.00", "¥12.50"),
        ("7", "[Red]0_ ", "7"),
        ("123", "[DBNum1][$-804]General", "一百二十三"),
        ("10020", "[DBNum2]0", "壹万零贰拾"),
        ("45", "@", "45"),
        ("45319", "yyyy/m/d", "2024/1/28"),
        ("45319.6875", BUILT_IN[22], "2024/1/28 16:30"),
        ("45319", BUILT_IN[31], "2024年1月28日"),
        ("45319", '[DBNum1]yyyy"年"m"月"d"日"', "二〇二四年一月二十八日"),
        ("45319.25", BUILT_IN[34], "上午6时00分"),
        ("45319.75", "h:mm AM/PM", "6:00 PM"),
        ("45319", "aaaa", "星期日"),
        ("1.5", "[h]:mm:ss", "36:00:00"),
        ("61", "yyyy-mm-dd", "1900-03-01"),
        ("-1", "yyyy-mm-dd", "########"),
        ("3", "", "3"),
        ("3", '"不完整', "不完整"),
    ],
)
def test_a_number_is_shown_by_its_format(value: str, code: str, shown: str) -> None:
    assert display_number(Decimal(value), code or "General") == shown


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    assert display_number(Decimal(43857), "yyyy/m/d", from_1904=True) == "2024/1/28"


@pytest.mark.parametrize(
    ("code", "shown"), [("General", "甲"), ("@", "甲"), (";;;", ""), ('0;0;0;"第"@"号"', "第甲号")]
)
def test_a_format_may_add_to_a_text_or_hide_it(code: str, shown: str) -> None:
    assert display_text("甲", code) == shown


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_keep_every_digit(number: int) -> None:
    value = Decimal(number)
    assert display_number(value, "General") == str(number)
    assert display_number(value, "#,##0") == f"{number:,}"


@given(st.decimals(-(10**9), 10**9, places=4))
def test_grouped_decimals_are_rounded_as_by_hand(number: Decimal) -> None:
    shown = display_number(number, "#,##0.00")
    assert abs(Decimal(shown.replace(",", "")) - number) <= Decimal("0.005")
    assert shown.replace(",", "").partition(".")[2].isdecimal()


@given(st.text(max_size=40), st.decimals())
def test_no_format_is_too_odd(code: str, number: Decimal) -> None:
    assert isinstance(display_number(number, code), str)
    assert isinstance(display_text("甲", code), str)


@given(
    st.text('0#?.,%E+-;@"_*\\[]DBNum1ymdhs/ 年', max_size=30),
    st.decimals() | st.decimals(-(10**6), 10**6),
)
def test_no_format_of_the_right_letters_is_too_odd(code: str, number: Decimal) -> None:
    assert isinstance(display_number(number, code), str)
