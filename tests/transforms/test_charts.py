"""Baselines and charts of many series at once: the same as of one after the other (D-15, D-16)."""

from fractions import Fraction

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.charts import held, is_signal, weekly_charts
from transforms.exact import Quotient
from transforms.parameters import Noise
from transforms.signals import TICKS, baseline, chart

NOISE = Noise()
Week = Quotient | None

few = st.builds(Quotient, st.integers(-6, 6), st.integers(1, 5))
"""Values that are often alike, some written with other sides."""
close = st.builds(
    Quotient, st.integers(10**13, 10**13 + 3), st.sampled_from([10**13 - 1, 10**13, 10**13 + 1])
)
"""Values that differ behind the 12th decimal."""
large = st.builds(Quotient, st.integers(-(2**63) + 1, 2**63 - 1), st.integers(1, 2**63 - 1))
value = st.one_of(few, close, large)
series = st.lists(st.one_of(st.none(), value), min_size=1, max_size=NOISE.chart_weeks)
"""As many weeks as are looked at."""


def charts_of(*histories: list[Week], noise: Noise = NOISE) -> pl.DataFrame:
    """The charts of some series, numbered in their order."""
    rows = [
        (number, week and week.numerator, week and week.denominator)
        for number, history in enumerate(histories)
        for week in history
    ]
    sides = {"series": pl.UInt32, "above": pl.Int128, "below": pl.Int128}
    return weekly_charts(pl.DataFrame(rows, schema=sides, orient="row"), noise)


def medians(charts: pl.DataFrame) -> dict[int, Fraction]:
    found = charts.drop_nulls("lower_above").select(
        "series", "lower_above", "lower_below", "upper_above", "upper_below"
    )
    return {
        number: (Fraction(above, below) + Fraction(more, under)) / 2
        for number, above, below, more, under in found.iter_rows()
    }


@given(histories=st.lists(series, min_size=1, max_size=5), point=value)
def test_d15_d16_columns_say_the_same_as_one_series(
    histories: list[list[Week]], point: Quotient
) -> None:
    charts = charts_of(*histories)
    usual = {number: baseline(history, NOISE) for number, history in enumerate(histories)}
    assert medians(charts) == {number: each for number, each in usual.items() if each is not None}
    above, below = (pl.lit(side, dtype=pl.Int128) for side in point)
    judged = charts.with_columns(is_signal(held(above, below), NOISE).alias("signal"))
    found = {
        number: (mean - reach, mean + reach, signal)
        for number, mean, reach, signal in judged.drop_nulls("mean")
        .select("series", "mean", "reach", "signal")
        .iter_rows()
    }
    drawn = {number: chart(history, point, NOISE) for number, history in enumerate(histories)}
    assert found == {
        number: (Fraction(each.low) * TICKS, Fraction(each.high) * TICKS, each.is_signal)
        for number, each in drawn.items()
        if each is not None
    }


def test_without_a_point_or_enough_weeks_there_is_no_signal() -> None:
    """Eight weeks that ended in a run say nothing of a week without a value."""
    long: list[Week] = [Quotient(n, 1) for n in (1, 1, 9, 9, 9, 9, 9, 9, 9)]
    charts = charts_of(long, long[:7])
    nothing = charts.select(is_signal(pl.lit(None, dtype=pl.Int128), NOISE))
    assert nothing.to_series().to_list() == [None, None]
    something = charts.select(is_signal(pl.lit(9 * TICKS, dtype=pl.Int128), NOISE))
    assert something.to_series().to_list() == [True, None]
