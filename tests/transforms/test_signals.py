"""Baseline (D-15) and XmR chart (D-16)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.parameters import Noise
from transforms.signals import baseline, chart

NOISE = Noise()


def weeks(*values: int | None) -> list[Fraction | None]:
    return [None if value is None else Fraction(value) for value in values]


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        pytest.param(weeks(*range(1, 14)), 7, id="middle of 13"),
        pytest.param(weeks(*[99] * 5, *range(1, 14)), 7, id="only the last 13"),
        pytest.param(weeks(*range(8)), Fraction(7, 2), id="8 are enough: mean of the middle two"),
        pytest.param(weeks(*range(7)), None, id="7 are not"),
        pytest.param(weeks(*range(8), *[None] * 6), None, id="8, but one before the 13 weeks"),
        pytest.param(weeks(*range(8), *[None] * 5), Fraction(7, 2), id="weeks without a value"),
    ],
)
def test_baseline_is_the_median_of_13_weeks(
    history: list[Fraction | None], expected: Fraction | int | None
) -> None:
    assert baseline(history, NOISE) == expected


def test_limits_of_a_known_chart() -> None:
    """Mean 11, mean moving range 2: 11 ± 2.66 × 2."""
    drawn = chart(weeks(*[10, 12] * 4), Fraction(16), NOISE)
    assert drawn is not None
    assert (drawn.low, drawn.high) == (Decimal("5.68"), Decimal("16.32"))
    assert not drawn.is_signal


@pytest.mark.parametrize(
    ("point", "is_outside"),
    [
        pytest.param(Fraction(1632, 100), False, id="on the limit"),
        pytest.param(Fraction(163201, 10000), True, id="just outside"),
        pytest.param(Fraction(567, 100), True, id="below"),
    ],
)
def test_a_point_outside_the_limits_is_a_signal(point: Fraction, is_outside: bool) -> None:
    drawn = chart(weeks(*[10, 12] * 4), point, NOISE)
    assert drawn is not None
    assert drawn.is_outside is is_outside


@pytest.mark.parametrize(
    ("last", "is_run"),
    [
        pytest.param(11, True, id="8 in a row above the mean"),
        pytest.param(9, False, id="the point is on the other side"),
        pytest.param(10, False, id="the point is on the mean"),
    ],
)
def test_eight_in_a_row_on_one_side_are_a_signal(last: int, is_run: bool) -> None:
    """Mean 10; moving ranges keep every point inside the limits."""
    history = weeks(*[7, 11, 7, 11, 7, 11, 9, 11, 11, 11, 11, 11, 11, 11])
    drawn = chart(history, Fraction(last), NOISE)
    assert drawn is not None
    assert drawn.is_run is is_run
    assert not drawn.is_outside


def test_too_few_weeks_or_no_point_give_no_chart() -> None:
    assert chart(weeks(*[10, 12] * 3, 10), Fraction(1), NOISE) is None
    assert chart(weeks(*[10, 12] * 4), None, NOISE) is None


@given(value=st.fractions(-1000, 1000, max_denominator=997), count=st.integers(8, 30))
def test_a_steady_series_has_no_spread_and_no_signal(value: Fraction, count: int) -> None:
    """0.1 + 0.1 + … in floating point would call the next 0.1 a signal."""
    drawn = chart([value] * count, value, NOISE)
    assert drawn is not None
    assert drawn.low == drawn.high
    assert not drawn.is_signal
