"""The rules, each on a history that one of them gets right."""

from datetime import date, timedelta
from math import isnan, nan

import numpy as np
import pytest

from transforms.forecast.backtest import measured, reach, relative_errors
from transforms.forecast.calendar import Days, Origin, origins
from transforms.forecast.rules import (
    last_year,
    last_year_rest,
    level_rest,
    pooled,
    run_rate,
    same_point_rest,
)
from transforms.forecast.series import Series
from transforms.parameters import Calendar

FIRST, AS_OF = date(2024, 1, 1), date(2026, 11, 22)
EVERY_DAY = Calendar(works_on=(1, 2, 3, 4, 5, 6, 7))
DAYS = Days(EVERY_DAY, FIRST, AS_OF)


def series(amount: object, first: date = FIRST) -> Series:
    """A history of `amount(day)` on every day from the first to the as-of date."""
    days = [first + timedelta(n) for n in range((AS_OF - first).days + 1)]
    values = [amount(day) for day in days]  # type: ignore[operator]
    return Series(first, np.cumsum([0.0, *values]))


STEADY = series(lambda _: 10.0)
DOUBLING = series(lambda day: 10.0 * 2 ** (day.year - 2024) * (1 + day.month % 3))
MONTH_END = series(lambda day: 300.0 if (day + timedelta(1)).day == 1 else 0.0)
MONTH = origins(DAYS, AS_OF, "month", 1, FIRST)


def test_the_same_point_of_past_periods_has_as_many_working_days_left() -> None:
    calendar = Calendar(holidays=frozenset({date(2026, 10, 30)}))
    found = origins(Days(calendar, FIRST, AS_OF), AS_OF, "month", 1, date(2026, 8, 1))
    assert found == [
        Origin(AS_OF, date(2026, 11, 1), date(2026, 11, 30)),
        Origin(date(2026, 10, 21), date(2026, 10, 1), date(2026, 10, 31)),
        Origin(date(2026, 9, 22), date(2026, 9, 1), date(2026, 9, 30)),
        Origin(date(2026, 8, 23), date(2026, 8, 1), date(2026, 8, 31)),
    ]


def test_where_no_working_day_is_left_calendar_days_count() -> None:
    days = Days(Calendar(), FIRST, AS_OF)
    saturday = origins(days, date(2026, 10, 30), "month", 1, date(2026, 9, 1))
    assert [point.at for point in saturday] == [date(2026, 10, 30), date(2026, 9, 29)]


@pytest.mark.parametrize(
    ("rule", "history", "expected"),
    [
        pytest.param(last_year, STEADY, 300, id="the whole month of last year"),
        pytest.param(run_rate, STEADY, 300, id="220 reached in 22 of 30 days"),
        pytest.param(level_rest, STEADY, 80, id="eight days at 10"),
        pytest.param(last_year_rest, DOUBLING, 8 * 10 * 4 * 3, id="last year's rest doubled"),
        pytest.param(same_point_rest, MONTH_END, 300, id="the order of the last day"),
        pytest.param(same_point_rest, STEADY, 80, id="eight days of each month before"),
    ],
)
def test_each_rule_on_the_history_it_fits(rule: object, history: Series, expected: float) -> None:
    assert rule(history, DAYS, MONTH)[0] == pytest.approx(expected)  # type: ignore[operator]


def test_a_rule_says_nothing_where_its_history_is_missing() -> None:
    short = series(lambda _: 10.0, date(2026, 9, 20))
    for rule in (last_year, level_rest, last_year_rest, same_point_rest):
        assert isnan(rule(short, DAYS, MONTH[:1])[0])
    nothing_elapsed = [Origin(date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30))]
    assert isnan(run_rate(STEADY, DAYS, nothing_elapsed)[0])


def test_a_pool_follows_the_rule_that_was_right_before() -> None:
    actual = np.array([nan, 10, 20, 10, 30, 20.0])
    right, wrong = actual + 0.001, actual + 10
    right[0], wrong[0] = 40, 100
    mixed = pooled([right, wrong], actual)
    assert mixed[0] == pytest.approx(40, abs=0.01)
    assert mixed[3] == pytest.approx(15.0005), "two past errors weigh nothing yet"


def test_an_interval_is_the_smallest_that_held_80_percent_of_the_errors() -> None:
    assert reach(np.array([nan, 0.3, 0.1, 0.2])) is None
    assert reach(np.array([0.3, 0.1, 0.2, 0.4])) == 0.4
    assert reach(np.arange(1, 25) / 100) == 0.20, "the 20th of 24"


def test_a_rule_has_its_past_error_and_the_coverage_of_its_interval_d23() -> None:
    actual = np.array([nan, 110, 100, 100, 100, 100, 100.0])
    forecast = np.array([100, 100, 100, 100, 100, 102, 98.0])
    found = measured("trend", forecast, actual, [1, 2, 3, 4, 5, 6])
    assert found.weighted_error == pytest.approx(14 / 610)
    assert found.mean_error == pytest.approx((10 / 110 + 4 / 100) / 6)
    assert (found.covered, found.intervals) == (1, 2)
    assert isnan(relative_errors(np.array([0.0]), np.array([5.0]))[0])
