"""What is known of every customer at a day: orders, sales, profit, silence, losses."""

from datetime import date

import polars as pl

from transforms.calendar import add_months, period_start
from transforms.customers.days import BOUGHT
from transforms.customers.rules import CustomerRules
from transforms.tables.columns import MONEY

_YEAR = 12


def standing(
    days: pl.DataFrame,
    accounts: pl.DataFrame,
    as_of: date,
    rules: CustomerRules,
    fiscal_year_starts_in: int = 1,
) -> pl.DataFrame:
    """Say where every customer and prospect stands at a day, from `customer_days` up to it.

    Accounts made later are left out; customers that only the sales name are put in. Adds to the
    columns of the account: first_ordered_on, last_ordered_on, months_silent, recency_days,
    orders, sales, profit and costed (of the window), earlier_sales (of the window before),
    sales_before, lost_on, is_recorded_lost, is_prospect, is_dormant, is_lost and is_won_back.
    Sorted by customer.
    """
    seen = days.filter(pl.col("occurred_on") <= as_of)
    start, earlier = (add_months(as_of, -rules.months * back) for back in (1, 2))
    year_start = period_start(as_of, "year", fiscal_year_starts_in)
    day, in_window = pl.col("occurred_on"), pl.col("occurred_on") > start
    sums = seen.group_by("account_id").agg(
        day.filter(BOUGHT).min().alias("first_ordered_on"),
        day.filter(BOUGHT).max().alias("last_ordered_on"),
        day.filter(BOUGHT & (day >= year_start)).min().alias("first_this_year"),
        day.filter(BOUGHT & (day < year_start)).max().alias("last_before_year"),
        pl.col("orders").filter(in_window).sum(),
        pl.col("net_amount").filter(in_window).sum().cast(MONEY).alias("sales"),
        pl.col("margin_amount").filter(in_window).sum().cast(MONEY).alias("profit"),
        pl.col("costed_amount").filter(in_window).sum().cast(MONEY).alias("costed"),
        pl.col("net_amount")
        .filter((day > earlier) & ~in_window)
        .sum()
        .cast(MONEY)
        .alias("earlier_sales"),
    )
    known = accounts.filter((pl.col("created_on") <= as_of).fill_null(value=True))
    none = pl.lit(0).cast(MONEY)
    return (
        known.join(sums, on="account_id", how="full", coalesce=True)
        .join(_before_last(seen, sums), on="account_id", how="left")
        .with_columns(
            pl.col("account_name").fill_null(pl.col("account_id")),
            pl.col("orders").fill_null(0),
            pl.col("sales", "profit", "costed", "earlier_sales").fill_null(none),
            (pl.lit(as_of) - pl.col("last_ordered_on")).dt.total_days().alias("recency_days"),
            months_between("last_ordered_on", pl.lit(as_of)).alias("months_silent"),
        )
        .with_columns(*_flags(as_of, rules, year_start))
        .with_columns(_lost_on(rules).alias("lost_on"))
        .sort("account_id")
    )


def _before_last(seen: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """Net sales in the 12 months up to each customer's last sale."""
    day, last = pl.col("occurred_on"), pl.col("last_ordered_on")
    return (
        seen.join(sums.select("account_id", "last_ordered_on"), on="account_id")
        .filter((day <= last) & (day > last.dt.offset_by(f"-{_YEAR}mo")))
        .group_by("account_id")
        .agg(pl.col("net_amount").sum().cast(MONEY).alias("sales_before"))
    )


def _flags(as_of: date, rules: CustomerRules, year_start: date) -> list[pl.Expr]:
    recorded = (pl.col("lost_on") <= as_of).fill_null(value=False)
    last = pl.col("last_ordered_on")
    came_back = (last > pl.col("lost_on")).fill_null(value=False)
    silent = pl.col("months_silent").fill_null(0)
    pause = months_between("last_before_year", pl.col("first_this_year"))
    returned = (pause >= rules.lost_months).fill_null(value=False)
    return [
        (recorded & ~came_back).alias("is_recorded_lost"),
        last.is_null().alias("is_prospect"),
        (silent >= rules.dormant_months).alias("is_dormant"),
        ((recorded & ~came_back) | (silent >= rules.lost_months)).alias("is_lost"),
        (returned | (recorded & came_back & (last >= year_start).fill_null(value=False))).alias(
            "is_won_back"
        ),
    ]


def _lost_on(rules: CustomerRules) -> pl.Expr:
    silent = pl.col("last_ordered_on").dt.offset_by(f"{rules.lost_months}mo")
    found = pl.when("is_recorded_lost").then("lost_on").otherwise(silent)
    return pl.when("is_lost").then(found)


def months_between(first: str, last: pl.Expr) -> pl.Expr:
    """Whole calendar months from one day to another; a day the month lacks is its last.

    >>> import polars as pl
    >>> from datetime import date
    >>> days = pl.DataFrame({"a": [date(2025, 8, 31), date(2026, 1, 5)]})
    >>> days.select(months_between("a", pl.lit(date(2026, 2, 28))))["a"].to_list()
    [6, 1]
    """
    start = pl.col(first)
    begun = (last.dt.year() - start.dt.year()) * 12 + (
        last.dt.month().cast(pl.Int32) - start.dt.month().cast(pl.Int32)
    )
    is_short = start.dt.offset_by(pl.format("{}mo", begun)) > last
    return (begun - is_short.cast(pl.Int32)).cast(pl.Int64).alias(first)
