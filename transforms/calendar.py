"""Weeks, working days and the starts of fiscal periods; every day is given, none is read."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from transforms.parameters import Calendar, ReviewWeek

Unit = Literal["month", "quarter", "year"]

_LABEL: Final = re.compile(r"(\d{4})-W(\d{2})")
_MONTHS: Final[dict[Unit, int]] = {"month": 1, "quarter": 3, "year": 12}
_DAY: Final = timedelta(days=1)
_FOURTH_TO_LAST: Final = timedelta(days=3)
_WEEK: Final = timedelta(days=7)
_DECEMBER: Final = 12


def review_week(label: str, week_ends_on: int = 7) -> ReviewWeek:
    """Find the seven days that end on the week-end day and whose fourth day lies in the ISO week.

    Raises ValueError where the label names no week.

    >>> review_week("2026-W47").ends_on.isoformat()
    '2026-11-22'
    >>> review_week("2026-W47", week_ends_on=6).starts_on.isoformat()
    '2026-11-15'
    """
    found = _LABEL.fullmatch(label)
    if found is None:
        message = f"{label!r} is not a week such as 2026-W47"
        raise ValueError(message)
    monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    fourth = monday + timedelta(days=(week_ends_on - 4) % 7)
    return _around(fourth)


def week_ending(day: date, week_ends_on: int = 7) -> ReviewWeek:
    """Name the week that ends on a day; raises ValueError where no week ends on it.

    >>> week_ending(date(2026, 11, 22)).label
    '2026-W47'
    """
    if day.isoweekday() != week_ends_on:
        nearest = latest_complete_week(day, week_ends_on).ends_on
        message = f"no week ends on {day}; the one before ends on {nearest}"
        raise ValueError(message)
    return _around(day - _FOURTH_TO_LAST)


def latest_complete_week(newest_day: date, week_ends_on: int = 7) -> ReviewWeek:
    """Find the latest week whose last day is not after the newest day of the data.

    >>> latest_complete_week(date(2026, 11, 21)).label
    '2026-W46'
    """
    back = (newest_day.isoweekday() - week_ends_on) % 7
    return _around(newest_day - timedelta(days=back) - _FOURTH_TO_LAST)


def week_before(week: ReviewWeek, count: int = 1) -> ReviewWeek:
    """Go back so many weeks."""
    return _around(week.starts_on + _FOURTH_TO_LAST - count * _WEEK)


def same_week_last_year(week: ReviewWeek) -> ReviewWeek:
    """Find the week of the same number a year earlier; week 53 falls back to the year's last.

    >>> same_week_last_year(review_week("2026-W53")).label
    '2025-W52'
    """
    fourth = week.starts_on + _FOURTH_TO_LAST
    year, number, weekday = fourth.isocalendar()
    last = date(year - 1, 12, 28).isocalendar().week
    return _around(date.fromisocalendar(year - 1, min(number, last), weekday))


def _around(fourth: date) -> ReviewWeek:
    year, number, _ = fourth.isocalendar()
    return ReviewWeek(f"{year}-W{number:02d}", fourth - _FOURTH_TO_LAST, fourth + _FOURTH_TO_LAST)


def period_start(day: date, unit: Unit, fiscal_year_starts_in: int = 1) -> date:
    """Find the first day of the fiscal month, quarter or year that a day lies in.

    >>> period_start(date(2026, 2, 10), "year", fiscal_year_starts_in=4).isoformat()
    '2025-04-01'
    """
    back = (day.month - fiscal_year_starts_in) % _MONTHS[unit]
    return add_months(day.replace(day=1), -back)


def period_end(day: date, unit: Unit, fiscal_year_starts_in: int = 1) -> date:
    """Find the last day of the fiscal month, quarter or year that a day lies in."""
    start = period_start(day, unit, fiscal_year_starts_in)
    return add_months(start, _MONTHS[unit]) - _DAY


def add_months(day: date, months: int) -> date:
    """Go so many calendar months on; a day the month does not have becomes its last.

    >>> add_months(date(2026, 8, 31), -6).isoformat()
    '2026-02-28'
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, _days_in(year, month + 1)))


def _days_in(year: int, month: int) -> int:
    after = date(year + 1, 1, 1) if month == _DECEMBER else date(year, month + 1, 1)
    return (after - _DAY).day


def is_workday(day: date, calendar: Calendar) -> bool:
    """Say whether the company works on a day: holidays and make-up days (调休) considered."""
    if day in calendar.extra_workdays:
        return True
    return day.isoweekday() in calendar.works_on and day not in calendar.holidays


def days_between(start: date, end: date) -> list[date]:
    """List the days from start to end, both included."""
    return [start + timedelta(days=offset) for offset in range((end - start).days + 1)]


def day_weights(calendar: Calendar, start: date, end: date) -> dict[date, Decimal]:
    """Give every day from start to end its weight in the plan: working day × season (D-2)."""
    return {
        day: calendar.month_weights[day.month - 1] if is_workday(day, calendar) else Decimal(0)
        for day in days_between(start, end)
    }
