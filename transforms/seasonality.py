"""The season of the plan from history (D-2): what a working day of each month is worth."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Final

import polars as pl

from transforms.calendar import add_months, days_between, is_workday, period_start
from transforms.layers import SLACK
from transforms.parameters import Calendar
from transforms.reads import Columns

FACTS_READ: Final[Columns] = {"sale": ("occurred_on", "net_amount")}
"""Columns that `month_weights` reads."""
MOST_YEARS: Final = 3
_MONTHS: Final = 12
_PLACES: Final = Decimal("0.0001")


def month_weights(
    sales: pl.LazyFrame, calendar: Calendar, as_of: date
) -> tuple[Decimal, ...] | None:
    """Weight of a working day in January … December, on average 1; None without a whole year.

    `sales` has occurred_on and net_amount. Up to three whole fiscal years before the one of
    `as_of` count, so that the weights do not move within a year. In each year the sales per
    working day of a month are divided by those of the year; the weight is the mean of the years,
    to four decimals. A month without working days weighs 1, one with returns alone 0.
    """
    current = period_start(as_of, "year", calendar.fiscal_year_starts_in)
    first_sale = sales.select(pl.col("occurred_on").min()).collect().item()
    starts = [add_months(current, -_MONTHS * back) for back in range(1, MOST_YEARS + 1)]
    years = [start for start in starts if first_sale is not None and first_sale <= start + SLACK]
    if not years:
        return None
    month = pl.col("occurred_on").dt.truncate("1mo").alias("month")
    sums = (
        sales.filter(pl.col("occurred_on") >= years[-1], pl.col("occurred_on") < current)
        .group_by(month)
        .agg(pl.col("net_amount").sum())
        .collect()
    )
    amounts = {day: Fraction(amount) for day, amount in sums.iter_rows()}
    found = [shares for start in years if (shares := _year(amounts, calendar, start)) is not None]
    return _mean(found) if found else None


def _year(
    amounts: dict[date, Fraction], calendar: Calendar, start: date
) -> dict[int, Fraction] | None:
    """Sales per working day of each month ÷ those of the year; None for a year without sales."""
    days: dict[date, int] = {}
    for day in days_between(start, add_months(start, _MONTHS) - timedelta(days=1)):
        first = day.replace(day=1)
        days[first] = days.get(first, 0) + is_workday(day, calendar)
    worked, total = (
        sum(days.values()),
        sum((amounts.get(m, Fraction(0)) for m in days), Fraction(0)),
    )
    if total <= 0 or not worked:
        return None
    usual = total / worked
    return {
        first.month: max(amounts.get(first, Fraction(0)) / count / usual, Fraction(0))
        for first, count in days.items()
        if count
    }


def _mean(years: Sequence[dict[int, Fraction]]) -> tuple[Decimal, ...]:
    weights = []
    for month in range(1, _MONTHS + 1):
        known = [year[month] for year in years if month in year]
        mean = sum(known, Fraction(0)) / len(known) if known else Fraction(1)
        exact = Decimal(mean.numerator) / Decimal(mean.denominator)
        weights.append(exact.quantize(_PLACES, ROUND_HALF_UP))
    return tuple(weights)
