"""The periods of a reviewed week."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.calendar import review_week, week_ending
from transforms.parameters import Calendar
from transforms.periods import judging_periods, review_periods


def rows(label: str, role: str, calendar: Calendar | None = None) -> dict[str, tuple[date, ...]]:
    frame = review_periods(review_week(label), calendar or Calendar())
    return {row[0]: row[2:] for row in frame.filter(pl.col("role") == role).rows()}


def test_current_periods_run_to_the_as_of_date() -> None:
    as_of = date(2026, 11, 22)
    assert rows("2026-W47", "current") == {
        "week": (date(2026, 11, 16), as_of, as_of),
        "mtd": (date(2026, 11, 1), as_of, date(2026, 11, 30)),
        "qtd": (date(2026, 10, 1), as_of, date(2026, 12, 31)),
        "ytd": (date(2026, 1, 1), as_of, date(2026, 12, 31)),
    }


def test_fiscal_year_moves_quarter_and_year() -> None:
    found = rows("2026-W47", "current", Calendar(fiscal_year_starts_in=4))
    assert found["qtd"][0] == date(2026, 10, 1)
    assert found["ytd"][0] == date(2026, 4, 1)


def test_last_year_is_the_same_week_and_the_same_date() -> None:
    found = rows("2026-W47", "last_year")
    assert found["week"][:2] == (date(2025, 11, 17), date(2025, 11, 23))
    assert found["qtd"][:2] == (date(2025, 10, 1), date(2025, 11, 22))


def test_complete_month_is_held_against_the_complete_month() -> None:
    """29 February 2028 ends its month, as 28 February 2027 does."""
    week = week_ending(date(2028, 2, 29), 2)
    frame = review_periods(week, Calendar(week_ends_on=2))
    month = frame.filter((pl.col("role") == "last_year") & (pl.col("period_kind") == "mtd"))
    assert month["period_end"].to_list() == [date(2027, 2, 28)]
    reverse = review_periods(week_ending(date(2027, 2, 28)), Calendar())
    february = reverse.filter((pl.col("role") == "last_year") & (pl.col("period_kind") == "mtd"))
    assert february["period_end"].to_list() == [date(2026, 2, 28)]


def test_judging_takes_every_week_and_no_months_of_the_history() -> None:
    periods = review_periods(review_week("2026-W47"), Calendar())
    found = judging_periods(periods)
    history = found.filter(pl.col("role") == "history")
    assert history["period_kind"].unique().to_list() == ["week"]
    assert history.height == 104
    others = pl.col("role") != "history"
    assert found.filter(others).equals(periods.filter(others))


@given(day=st.dates(date(2010, 1, 1), date(2050, 1, 1)), ends_on=st.integers(1, 7))
def test_history_has_no_gap_and_no_overlap(day: date, ends_on: int) -> None:
    while day.isoweekday() != ends_on:
        day += timedelta(days=1)
    week = week_ending(day, ends_on)
    frame = review_periods(week, Calendar(week_ends_on=ends_on)).filter(pl.col("role") == "history")
    weeks = frame.filter(pl.col("period_kind") == "week").sort("period_start")
    assert weeks.height == 104
    starts, ends = weeks["period_start"].to_list(), weeks["period_end"].to_list()
    assert [end + timedelta(days=1) for end in ends] == [*starts[1:], week.starts_on]
    months = frame.filter(pl.col("period_kind") == "month").sort("period_start")
    assert months.height == 25
    assert months["period_end"].to_list()[-1] == week.ends_on
    assert (months["period_end"] == months["full_end"]).head(24).all()
