"""Repurchase rate (复购率): customers with two orders or more among those with one, in a window.

The window is so many months that end with the period. Instead of counting anew in every window,
each order says for which window ends its customer counts: from its own day until the customer's
next order, or until it has left the window. Those spans are added up over the ends.
"""

from datetime import date

import polars as pl

from transforms.calendar import add_months
from transforms.scopes import COMPANY, SCOPE_KINDS
from transforms.tables.columns import NUMBER


def repurchase_points(sales: pl.DataFrame, periods: pl.DataFrame, months: int) -> pl.DataFrame:
    """Count repeat customers for every scope and period (domain §4).

    `sales` are rows of the fact `sale`; `periods` have period and period_end. The result has
    scope_kind, scope, period, numerator (customers with ≥ 2 orders), denominator (with ≥ 1) and
    n, the same.
    """
    orders = sales.filter((pl.col("document_kind") == "sale") & pl.col("account_id").is_not_null())
    ends = sorted(set(periods["period_end"].to_list()))
    starts = [add_months(end, -months) for end in ends]
    counts = pl.concat([_of_kind(orders, kind, ends, starts) for kind in SCOPE_KINDS])
    at = pl.DataFrame(
        {"period_end": ends, "at": range(len(ends))}, schema_overrides={"at": pl.Int64}
    )
    return (
        periods.select("period", "period_end")
        .join(at, on="period_end")
        .join(counts, on="at")
        .select(
            "scope_kind",
            "scope",
            "period",
            pl.col("repeat").cast(NUMBER).alias("numerator"),
            pl.col("once").cast(NUMBER).alias("denominator"),
            pl.col("once").alias("n"),
        )
    )


def _of_kind(orders: pl.DataFrame, kind: str, ends: list[date], starts: list[date]) -> pl.DataFrame:
    """Counts per scope and window end (`at`, its number)."""
    scope = pl.lit(COMPANY) if kind == COMPANY else pl.col(kind)
    customer = ["scope", "account_id"]
    days = (
        orders.select(scope.alias("scope"), "account_id", "order_id", "occurred_on")
        .group_by(*customer, "order_id")
        .agg(pl.col("occurred_on").min())
        .sort(*customer, "occurred_on", "order_id")
    )
    # an order is in the windows from the first end on or after its day, and leaves with the
    # first window that starts on or after it: a window holds the days after its start
    spans = days.with_columns(
        _first_not_before(ends, days["occurred_on"]).alias("enters"),
        _first_not_before(starts, days["occurred_on"]).alias("leaves"),
    ).with_columns(
        pl.col("enters").shift(-1).over(customer).fill_null(len(ends)).alias("next"),
        pl.col("leaves").shift(1).over(customer).fill_null(0).alias("leaves_before"),
    )
    once = _steps(spans, "once", pl.min_horizontal("next", "leaves"))
    repeat = _steps(spans, "repeat", pl.min_horizontal("next", "leaves_before"))
    steps = (
        pl.concat([once, repeat], how="diagonal")
        .group_by("scope", "at")
        .agg(pl.col("once").sum(), pl.col("repeat").sum())
    )
    every = days.select(pl.col("scope").unique()).join(
        pl.DataFrame({"at": range(len(ends))}, schema={"at": pl.Int64}), how="cross"
    )
    return (
        every.join(steps, on=["scope", "at"], how="left")
        .sort("scope", "at")
        .select(
            pl.lit(kind).alias("scope_kind"),
            "scope",
            "at",
            pl.col("once").fill_null(0).cum_sum().over("scope"),
            pl.col("repeat").fill_null(0).cum_sum().over("scope"),
        )
    )


def _first_not_before(sorted_days: list[date], days: pl.Series) -> pl.Series:
    """Number of the first of the sorted days that is not before each day; past the end if none."""
    return pl.Series(sorted_days, dtype=pl.Date).search_sorted(days, side="left").cast(pl.Int64)


def _steps(spans: pl.DataFrame, name: str, end: pl.Expr) -> pl.DataFrame:
    """One step up where a span starts and one down where it ends."""
    real = spans.select("scope", pl.col("enters"), end.alias("ends")).filter(
        pl.col("enters") < pl.col("ends")
    )
    up = real.select("scope", pl.col("enters").alias("at"), pl.lit(1, dtype=pl.Int64).alias(name))
    down = real.select("scope", pl.col("ends").alias("at"), pl.lit(-1, dtype=pl.Int64).alias(name))
    return pl.concat([up, down])
