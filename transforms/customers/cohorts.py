"""Cohort repurchase (D-14): of those who first ordered in a quarter, who orders again, and when."""

from datetime import date

import polars as pl

from transforms.calendar import period_end, period_start
from transforms.customers.days import BOUGHT, SCOPE, in_scopes
from transforms.customers.profile import CustomerBase
from transforms.exact import ratio
from transforms.tables.customers import CohortRepurchase

_QUARTER, _YEAR = 3, 12


def cohort_repurchase(base: CustomerBase, as_of: date) -> pl.DataFrame:
    """Count repeat customers by quarter of the first order and quarters since then.

    A customer repeats in a quarter if it places an order there after its first one; in the
    quarter of the first order that takes a second order. Quarters are those of the fiscal year;
    the one that holds the as-of date is not complete, unless it ends that day. Cohorts without
    customers have no row; a quarter in which nobody ordered again has a row with 0.
    """
    first_month = base.fiscal_year_starts_in
    bought = base.days.filter(BOUGHT & (pl.col("occurred_on") <= as_of)).select(
        "account_id", "orders", _quarter("occurred_on", first_month).alias("quarter")
    )
    orders = bought.group_by("account_id", "quarter").agg(pl.col("orders").sum())
    firsts = orders.group_by("account_id").agg(pl.col("quarter").min().alias("cohort"))
    customers = in_scopes(firsts.join(base.homes, on="account_id"))
    again = (
        orders.join(customers, on="account_id")
        .filter((pl.col("quarter") > pl.col("cohort")) | (pl.col("orders") > 1))
        .group_by(*SCOPE, "cohort", "quarter")
        .agg(pl.len().cast(pl.Int64).alias("repeat_customers"))
    )
    now = _quarter_number(as_of, first_month)
    sizes = customers.group_by(*SCOPE, "cohort").agg(pl.len().cast(pl.Int64).alias("customers"))
    is_over = period_end(as_of, "quarter", first_month) == as_of
    frame = (
        sizes.with_columns(pl.int_ranges("cohort", now + 1).alias("quarter"))
        .explode("quarter")
        .join(again, on=[*SCOPE, "cohort", "quarter"], how="left")
        .with_columns(pl.col("repeat_customers").fill_null(0))
        .with_columns(
            _first_day("cohort", first_month).alias("cohort_start"),
            (pl.col("quarter") - pl.col("cohort")).alias("quarters_since"),
            ratio(pl.col("repeat_customers"), pl.col("customers")).alias("repurchase_share"),
            ((pl.col("quarter") < now) | pl.lit(is_over)).alias("is_complete"),
        )
    )
    return CohortRepurchase.validate(
        frame.select(CohortRepurchase.column_names()).sort(CohortRepurchase.primary_key()),
        cast=True,
    )


def _quarter(day: str, first_month: int) -> pl.Expr:
    """Number of the fiscal quarter of a day, counted from the year 0."""
    on = pl.col(day)
    months = on.dt.year().cast(pl.Int64) * _YEAR + on.dt.month() - 1
    return (months - (first_month - 1) % _QUARTER) // _QUARTER


def _quarter_number(day: date, first_month: int) -> int:
    start = period_start(day, "quarter", first_month)
    return (start.year * _YEAR + start.month - 1 - (first_month - 1) % _QUARTER) // _QUARTER


def _first_day(quarter: str, first_month: int) -> pl.Expr:
    months = pl.col(quarter) * _QUARTER + (first_month - 1) % _QUARTER
    return pl.date(months // _YEAR, months % _YEAR + 1, 1)
