"""Laws of the stretches of days that are put together before anything is added up."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.layers import SLACK, period_days, stretches

DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
PERIODS = st.lists(st.tuples(DAYS, st.integers(0, 100)), min_size=1, max_size=6)


@given(drawn=PERIODS, bounds=st.lists(DAYS, max_size=3))
def test_nothing_tells_the_days_of_a_stretch_apart(
    drawn: list[tuple[date, int]], bounds: list[date]
) -> None:
    """Not a period, a month, the first days that make either whole, nor a bound."""
    periods = [(start, start + timedelta(days=length)) for start, length in drawn]
    frame = pl.DataFrame(
        [(at, *period) for at, period in enumerate(periods)],
        schema={"period": pl.UInt32, "period_start": pl.Date, "period_end": pl.Date},
        orient="row",
    )
    found = stretches(period_days(frame), bounds)
    assert found["day"].max() == max(end for _, end in periods)
    for day, first in found.iter_rows():
        assert first <= day
        assert (first.year, first.month) == (day.year, day.month)
        month = day.replace(day=1)
        starts = [month, *(start for start, _ in periods)]
        assert [first <= start + SLACK for start in starts] == [
            day <= start + SLACK for start in starts
        ]
        assert [start <= first <= end for start, end in periods] == [
            start <= day <= end for start, end in periods
        ]
        assert [first >= bound for bound in bounds] == [day >= bound for bound in bounds]


def test_days_before_the_first_period_are_put_together_by_months() -> None:
    week = pl.DataFrame(
        {"period": [1], "period_start": [date(2026, 11, 16)], "period_end": [date(2026, 11, 22)]},
        schema_overrides={"period": pl.UInt32},
    )
    found = stretches(period_days(week)).filter(pl.col("day").dt.year() == 2025)
    assert found["stretch_on"].n_unique() == 24
    assert found["day"].len() == 365
