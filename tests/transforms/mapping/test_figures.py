"""Separators, decimal marks and units of numbers."""

import polars as pl
import pytest

from transforms.mapping.figures import NumberForm, number_form


def form_of(*values: str) -> NumberForm:
    counts = pl.DataFrame({"value": values}).group_by("value").len("count")
    return number_form(counts.cast({"count": pl.Int64}))


@pytest.mark.parametrize(
    ("values", "decimal", "is_open", "marks"),
    [
        pytest.param(["1,234.50", "7"], ".", False, set(), id="grouped by commas"),
        pytest.param(["1.234,50", "7"], ",", False, set(), id="grouped by points"),
        pytest.param(["1 234,5"], ",", False, set(), id="grouped by blanks"),
        pytest.param(["1'234.50"], ".", False, set(), id="grouped by apostrophes"),
        pytest.param(["1,234,567"], ".", False, set(), id="two groups"),
        pytest.param(["1.234"], None, True, set(), id="thousands or decimals"),
        pytest.param(["1,234", "0,5"], ",", False, set(), id="decided by another value"),
        pytest.param(["￥1,234.00", "(5.00)"], ".", False, {"¥", "()"}, id="accounting"),
        pytest.param(["150万", "1.2K", "12%"], ".", False, {"万", "K", "%"}, id="units in cells"),
        pytest.param(["７", "-3", "4-", "1e5"], ".", False, set(), id="other signs"),
    ],
)
def test_the_decimal_mark_is_proved_or_open(
    values: list[str], decimal: str | None, is_open: bool, marks: set[str]
) -> None:
    form = form_of(*values)
    assert form.fits == len(values)
    assert (form.decimal, form.is_open) == (decimal, is_open)
    assert form.marks == marks


@pytest.mark.parametrize("value", ["abc", "1a", "2026-11-03", "1.2.3", "12:30", ""])
def test_other_texts_are_no_numbers(value: str) -> None:
    assert form_of(value).fits == 0


def test_pieces_add_up() -> None:
    assert (form_of("1.234") + form_of("2,5")).decimal == ","
