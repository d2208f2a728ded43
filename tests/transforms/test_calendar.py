"""Weeks by name, working days, starts of fiscal periods."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.calendar import (
    Unit,
    add_months,
    day_weights,
    latest_complete_week,
    period_end,
    period_start,
    review_week,
    same_week_last_year,
    week_before,
    week_ending,
)
from transforms.parameters import Calendar


@pytest.mark.parametrize(
    ("label", "ends_on", "first", "last"),
    [
        pytest.param("2026-W47", 7, date(2026, 11, 16), date(2026, 11, 22), id="to Sunday"),
        pytest.param("2026-W47", 6, date(2026, 11, 15), date(2026, 11, 21), id="to Saturday"),
        pytest.param("2026-W47", 5, date(2026, 11, 14), date(2026, 11, 20), id="to Friday"),
        pytest.param("2026-W47", 1, date(2026, 11, 17), date(2026, 11, 23), id="to Monday"),
        pytest.param("2026-W53", 7, date(2026, 12, 28), date(2027, 1, 3), id="week 53"),
        pytest.param("2026-W01", 7, date(2025, 12, 29), date(2026, 1, 4), id="over New Year"),
    ],
)
def test_week_is_named_by_the_iso_week_of_its_fourth_day(
    label: str, ends_on: int, first: date, last: date
) -> None:
    week = review_week(label, ends_on)
    assert (week.starts_on, week.ends_on) == (first, last)


@pytest.mark.parametrize("label", ["2026-47", "2026-W60", "2025-W53", "W47", "2026-W471"])
def test_what_names_no_week_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match=r"week|Invalid"):
        review_week(label)


@given(day=st.dates(date(2000, 1, 1), date(2060, 1, 1)), ends_on=st.integers(1, 7))
def test_every_day_has_one_latest_complete_week(day: date, ends_on: int) -> None:
    week = latest_complete_week(day, ends_on)
    assert week.ends_on <= day < week.ends_on + timedelta(days=7)
    assert week.ends_on.isoweekday() == ends_on
    assert review_week(week.label, ends_on) == week == week_ending(week.ends_on, ends_on)


def test_week_ending_on_another_weekday_says_which_one_does() -> None:
    with pytest.raises(ValueError, match="the one before ends on 2026-11-15"):
        week_ending(date(2026, 11, 20))


def test_week_before_and_last_year() -> None:
    week = review_week("2026-W01")
    assert week_before(week).label == "2025-W52"
    assert same_week_last_year(week).label == "2025-W01"
    assert same_week_last_year(review_week("2026-W53", 5)).label == "2025-W52"


@pytest.mark.parametrize(
    ("unit", "starts_in", "first", "last"),
    [
        pytest.param("month", 1, date(2026, 2, 1), date(2026, 2, 28), id="month"),
        pytest.param("quarter", 1, date(2026, 1, 1), date(2026, 3, 31), id="quarter"),
        pytest.param("year", 1, date(2026, 1, 1), date(2026, 12, 31), id="year"),
        pytest.param("quarter", 3, date(2025, 12, 1), date(2026, 2, 28), id="fiscal quarter"),
        pytest.param("year", 4, date(2025, 4, 1), date(2026, 3, 31), id="fiscal year"),
    ],
)
def test_fiscal_periods(unit: Unit, starts_in: int, first: date, last: date) -> None:
    day = date(2026, 2, 10)
    assert period_start(day, unit, starts_in) == first
    assert period_end(day, unit, starts_in) == last


def test_months_end_where_they_end() -> None:
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 1, 31), -13) == date(2024, 12, 31)


def test_weights_know_holidays_make_up_days_and_season() -> None:
    """D-2: Spring Festival and 调休."""
    calendar = Calendar(
        holidays=frozenset({date(2026, 2, 16)}),
        extra_workdays=frozenset({date(2026, 2, 14)}),
        month_weights=(Decimal(1), Decimal("0.5"), *[Decimal(1)] * 10),
    )
    weights = day_weights(calendar, date(2026, 2, 13), date(2026, 2, 17))
    half, none = Decimal("0.5"), Decimal(0)
    assert list(weights.values()) == [half, half, none, none, half]
