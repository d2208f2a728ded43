"""The season of the plan from history (D-2)."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl
import pytest

from transforms.calendar import days_between
from transforms.parameters import Calendar
from transforms.seasonality import month_weights

AS_OF = date(2026, 11, 15)


def sales(first: date, last: date, **by_month: int) -> pl.LazyFrame:
    """100 on each Monday to Friday, times what is given for a month (m12=2)."""
    days = [day for day in days_between(first, last) if day.isoweekday() <= 5]
    amounts = [Decimal(100 * by_month.get(f"m{day.month}", 1)) for day in days]
    schema = pl.Schema({"occurred_on": pl.Date(), "net_amount": pl.Decimal(18, 4)})
    return pl.LazyFrame({"occurred_on": days, "net_amount": amounts}, schema=schema)


def test_d2_a_december_twice_as_strong_weighs_twice_as_much() -> None:
    rows = sales(date(2025, 1, 1), AS_OF, m12=2)
    weights = month_weights(rows, Calendar(), AS_OF)
    assert weights is not None
    assert weights[11] == pytest.approx(2 * weights[0], abs=Decimal("0.0002"))
    # 2025 has 261 working days, 23 of them in December: 261 / 284
    assert weights[0] == Decimal("0.9190")


def test_days_off_do_not_make_a_month_weak() -> None:
    """February sells half as much because half of its days are holidays: its weight is 1."""
    off = days_between(date(2025, 2, 1), date(2025, 2, 14))
    calendar = Calendar(holidays=frozenset(day for day in off if day.isoweekday() <= 5))
    rows = sales(date(2025, 1, 1), AS_OF).filter(~pl.col("occurred_on").is_in(off))
    assert month_weights(rows, calendar, AS_OF) == (Decimal("1.0000"),) * 12


@pytest.mark.parametrize(
    ("first", "is_known"),
    [
        pytest.param(date(2025, 1, 1), True, id="one whole year"),
        pytest.param(date(2025, 1, 7), True, id="a year that opens with a holiday"),
        pytest.param(date(2025, 1, 8), False, id="less than a year"),
        pytest.param(date(2026, 1, 1), False, id="the running year alone"),
    ],
)
def test_only_whole_years_count(first: date, is_known: bool) -> None:
    assert (month_weights(sales(first, AS_OF), Calendar(), AS_OF) is not None) is is_known


def test_weights_do_not_move_within_a_year() -> None:
    rows = sales(date(2023, 1, 1), AS_OF, m3=3)
    later = AS_OF + timedelta(days=28)
    assert month_weights(rows, Calendar(), AS_OF) == month_weights(rows, Calendar(), later)


def test_no_sales_no_season() -> None:
    nothing = sales(date(2025, 1, 1), AS_OF).clear()
    assert month_weights(nothing, Calendar(), AS_OF) is None


def test_a_fiscal_year_is_taken_whole() -> None:
    calendar = Calendar(fiscal_year_starts_in=4)
    assert month_weights(sales(date(2025, 4, 1), AS_OF, m5=2), calendar, AS_OF) is not None
    assert month_weights(sales(date(2025, 5, 1), AS_OF, m5=2), calendar, AS_OF) is None
