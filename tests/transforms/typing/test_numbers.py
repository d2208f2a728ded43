"""Exact numbers out of what people write."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.typing.numbers import exact, product, rounded

MONEY = pl.Decimal(18, 4)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1234.5", "1234.5", id="plain"),
        pytest.param(" 1,234.50 ", "1234.50", id="thousands"),
        pytest.param("1 234", "1234", id="blank as thousands separator"),
        pytest.param("￥1，234元", "1234", id="currency and full-width comma"),
        pytest.param("$-5", "-5", id="sign behind the currency"),
        pytest.param("USD 12", "12", id="currency code"),
        pytest.param("(1,234.00)", "-1234", id="accounting negative"),
        pytest.param("1,234.00-", "-1234", id="trailing minus"),
        pytest.param("−3", "-3", id="typographic minus"),
        pytest.param("１２３．５", "123.5", id="full-width digits"),
        pytest.param("150万", "1500000", id="unit in the cell"),
        pytest.param("1.2亿", "120000000", id="hundred million"),
        pytest.param("12.5%", "0.125", id="percent"),
        pytest.param("90%（设计中）", "0.9", id="D-22 percentage with a note"),
        pytest.param("1e3", "1000", id="scientific"),
        pytest.param("1'234.50", "1234.50", id="Swiss"),
        pytest.param("1’234’567.–", "1234567", id="Swiss without cents"),
        pytest.param("1\u202f234.5", "1234.5", id="narrow blank"),
        pytest.param("'007", "7", id="apostrophe of a spreadsheet"),
        pytest.param("12.5K", "12500", id="thousand"),
        pytest.param("US$1.2M", "1200000", id="million"),
        pytest.param("3百万元", "3000000", id="百万"),
        pytest.param("$(1,234)", "-1234", id="currency outside the brackets"),
        pytest.param("(1,000)元", "-1000", id="currency behind the brackets"),
        pytest.param("\u200e-5", "-5", id="hidden mark"),
    ],
)
def test_number_is_read(text: str, expected: str) -> None:
    assert exact(pl.Series([text])).item() == Decimal(expected)


@pytest.mark.parametrize(
    "text",
    [
        *("待核价", "1,5", "1,234,56", "--5", "(-5)", "1-2", "12abc", "1.2.3", "9" * 16, "#N/A"),
        *("(5", "5)", "(+5)", "1,234 567", "1'23", "1.234,50", "1.234.567", "3m", "$", "万"),
        *("٣", "1" + ",000" * 9, "1" * 40, "1e400", "inf", "nan", "1_000", "0x10"),
    ],
)
def test_what_is_no_number_is_null(text: str) -> None:
    assert exact(pl.Series([text])).to_list() == [None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1.234,56", "1234.56", id="grouped by points"),
        pytest.param("1 234,56", "1234.56", id="grouped by blanks"),
        pytest.param("1'234'567,5", "1234567.5", id="grouped by apostrophes"),
        pytest.param("1234,5", "1234.5", id="not grouped"),
        pytest.param("1.234", "1234", id="whole"),
        pytest.param(",5", "0.5", id="no zero"),
        pytest.param("(1.234,00) €", "-1234", id="accounting negative"),
        pytest.param("12,5 %", "0.125", id="percent"),
        pytest.param("1,2M", "1200000", id="million"),
        pytest.param("1,234.56", None, id="the marks the other way round"),
        pytest.param("1234.56", None, id="a point that groups nothing"),
        pytest.param("1.5", None, id="a point where a comma belongs"),
        pytest.param("1.23,4", None, id="groups of two"),
        pytest.param("1e3", None, id="scientific"),
    ],
)
def test_number_with_a_decimal_comma(text: str, expected: str | None) -> None:
    found = exact(pl.Series([text]), decimal=",").item()
    assert found == (None if expected is None else Decimal(expected))


def test_unit_in_the_cell_takes_the_place_of_the_column_s() -> None:
    cells = pl.Series(["1.5", "150万", None])
    expected = [Decimal(15_000), Decimal(1_500_000), None]
    assert exact(cells, Decimal(10_000)).to_list() == expected


def test_product_is_exact_and_rounded_once_half_up() -> None:
    quantity, price = (
        exact(pl.Series(["3", "-1", None])),
        exact(pl.Series(["0.33335", "0.00005", "1"])),
    )
    amounts = rounded(product([quantity, price]), MONEY)
    assert amounts.to_list() == [Decimal("1.0001"), Decimal("-0.0001"), None]


def test_product_out_of_bounds_is_null() -> None:
    huge = exact(pl.Series(["999999999999"]))
    assert product([huge, huge]).to_list() == [None]


def test_number_that_does_not_fit_the_type_is_null() -> None:
    assert rounded(exact(pl.Series(["999999999999999"])), MONEY).to_list() == [None]


_FORMS = {
    "plain": lambda number: f"{number}",
    "thousands": lambda number: f"{number:,}",
    "currency": lambda number: f"￥{number:,}" if number >= 0 else f"-￥{-number:,}",
    "accounting": lambda number: f"({-number:,})" if number < 0 else f"{number:,}",
    "Swiss": lambda number: f"{number:,}".replace(",", "’"),
    "full width": lambda number: f"{number}".translate(
        {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"}
    ),
}


@pytest.mark.parametrize("form", _FORMS)
@given(number=st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False))
def test_law_every_form_gives_the_number_back(form: str, number: Decimal) -> None:
    assert exact(pl.Series([_FORMS[form](number)])).item() == number


@given(number=st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False))
def test_law_a_mark_stated_wrong_never_gives_another_number(number: Decimal) -> None:
    comma = f"{number:,}".translate(str.maketrans(",.", ".,"))
    assert exact(pl.Series([comma]), decimal=",").item() == number
    assert exact(pl.Series([f"{number:,}"]), decimal=",").to_list() == [None]
    assert abs(number) < 1_000 or exact(pl.Series([comma])).to_list() == [None]
