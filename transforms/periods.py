"""The periods that are looked at for a reviewed week, each in its role."""

from datetime import date
from typing import Final, NamedTuple

import polars as pl

from transforms.calendar import (
    Unit,
    add_months,
    period_end,
    period_start,
    same_week_last_year,
    week_before,
)
from transforms.parameters import Calendar, ReviewWeek
from transforms.tables.review import Period

HISTORY_WEEKS: Final = 104
HISTORY_MONTHS: Final = 24

_TO_DATE: Final[dict[str, Unit]] = {"mtd": "month", "qtd": "quarter", "ytd": "year"}
_YEAR: Final = 12


class _Row(NamedTuple):
    period_kind: str
    role: str
    period_start: date
    period_end: date
    full_end: date


def review_periods(week: ReviewWeek, calendar: Calendar) -> pl.DataFrame:
    """List the periods of a reviewed week (`Period`).

    Current: the week and the month, quarter and year to its last day. Previous: the week before.
    Last year: the week of the same number, and month, quarter and year to the same date. History:
    the 104 weeks before, and 24 months before the present one, which is to date. A period may
    stand in two roles.
    """
    as_of, first = week.ends_on, calendar.fiscal_year_starts_in
    rows = [_week(week, "current"), _week(week_before(week), "previous")]
    rows.append(_week(same_week_last_year(week), "last_year"))
    rows += [_to_date(kind, as_of, "current", first) for kind in _TO_DATE]
    rows += [_last_year(kind, as_of, first) for kind in _TO_DATE]
    rows += [_week(week_before(week, n), "history") for n in range(1, HISTORY_WEEKS + 1)]
    rows += [_month(as_of, back) for back in range(HISTORY_MONTHS + 1)]
    frame = pl.DataFrame(rows, schema=Period.column_names(), orient="row")
    return Period.validate(frame, cast=True).sort("period_kind", "role", "period_start")


def judging_periods(periods: pl.DataFrame) -> pl.DataFrame:
    """Choose the periods that the values of the reviewed week are judged by (`Period`).

    `periods` are those of `review_periods`. Of the history every week remains: what is taken out of
    the noise of a metric is found from all of them (D-15, D-16), and a week that weighs nothing
    makes way for an earlier one. Months are not judged by.
    """
    return periods.filter((pl.col("role") != "history") | (pl.col("period_kind") == "week"))


def _week(week: ReviewWeek, role: str) -> _Row:
    return _Row("week", role, week.starts_on, week.ends_on, week.ends_on)


def _to_date(kind: str, day: date, role: str, fiscal_year_starts_in: int) -> _Row:
    unit = _TO_DATE[kind]
    start = period_start(day, unit, fiscal_year_starts_in)
    return _Row(kind, role, start, day, period_end(day, unit, fiscal_year_starts_in))


def _last_year(kind: str, day: date, fiscal_year_starts_in: int) -> _Row:
    """A period that is complete is held against the complete one of last year."""
    now = _to_date(kind, day, "last_year", fiscal_year_starts_in)
    then = _to_date(kind, add_months(day, -_YEAR), "last_year", fiscal_year_starts_in)
    return then._replace(period_end=then.full_end) if day == now.full_end else then


def _month(as_of: date, back: int) -> _Row:
    start = add_months(as_of.replace(day=1), -back)
    full_end = period_end(start, "month")
    return _Row("month", "history", start, min(full_end, as_of), full_end)
