"""Repurchase rate (复购率): customers with two orders or more among those with one, in a window.

The window is so many months that end with the period. Instead of counting anew in every window,
each order says for which window ends its customer counts: from its own day until the customer's
next order, or until it has left the window. Those spans are added up over the ends.
"""

from datetime import date

import polars as pl

from transforms.calendar import add_months
from transforms.cells import CUTS, of_kind
from transforms.packing import distinct_sorted, grouped, key_codes, without_repeats
from transforms.scopes import SCOPE_KINDS
from transforms.tables.columns import NUMBER


def repurchase_points(sales: pl.DataFrame, periods: pl.DataFrame, months: int) -> pl.DataFrame:
    """Count repeat customers for every scope and period (domain §4).

    `sales` are rows of the fact `sale`, its scopes, the company among them, values of one
    enumeration; `periods` have period and period_end. The result has scope_kind, scope, period,
    numerator (customers with ≥ 2 orders), denominator (with ≥ 1) and n, the same.
    """
    is_order = (pl.col("document_kind") == "sale") & pl.col("account_id").is_not_null()
    rows = sales.filter(is_order).select("account_id", "order_id", "occurred_on", *SCOPE_KINDS)
    orders = rows.with_columns(key_codes(rows[name]) for name in ("account_id", "order_id"))
    ends = sorted(set(periods["period_end"].to_list()))
    starts = [add_months(end, -months) for end in ends]
    counts = pl.concat(
        [
            _of_kind(some, kind, ends, starts)
            for cut in CUTS
            for some in [
                without_repeats(orders.select("order_id", "account_id", "occurred_on", *cut))
            ]
            for kind in cut
        ]
    )
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
    spans = _spans(orders, kind, ends, starts)
    steps = (
        pl.concat(
            [
                _steps(spans, kind, "once", pl.min_horizontal("next", "leaves")),
                _steps(spans, kind, "repeat", pl.min_horizontal("next", "leaves_before")),
            ],
            how="diagonal",
        )
        .group_by(kind, "at")
        .agg(pl.col("once").sum(), pl.col("repeat").sum())
    )
    every = spans.select(pl.col(kind).unique()).join(
        pl.DataFrame({"at": range(len(ends))}, schema={"at": pl.Int64}), how="cross"
    )
    return (
        every.join(steps, on=[kind, "at"], how="left")
        .sort(kind, "at")
        .select(
            *of_kind(kind),
            "at",
            pl.col("once").fill_null(0).cum_sum().over(kind),
            pl.col("repeat").fill_null(0).cum_sum().over(kind),
        )
    )


def _spans(orders: pl.DataFrame, kind: str, ends: list[date], starts: list[date]) -> pl.DataFrame:
    """For each scope, customer and stretch between two bounds of windows with an order in it.

    An order counts on its first day. It is in the windows from the first end on or after that day
    (`enters`), and leaves with the first window that starts on or after it (`leaves`): a window
    holds the days after its start. `next` is when the customer's next order enters, and
    `leaves_before` when the one before this leaves: the same stretch may hold both.
    """
    days = distinct_sorted(orders, ["order_id", "account_id", kind, "occurred_on"])
    order = ["order_id", "account_id", kind]
    is_first = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in order)
    bought = days.filter(is_first).select(
        kind,
        "account_id",
        _first_not_before(ends, pl.col("occurred_on")).alias("enters"),
        _first_not_before(starts, pl.col("occurred_on")).alias("leaves"),
    )
    customer = [kind, "account_id"]
    has_next = pl.all_horizontal(pl.col(name).eq(pl.col(name).shift(-1)) for name in customer)
    has_earlier = pl.all_horizontal(pl.col(name).eq(pl.col(name).shift(1)) for name in customer)
    return distinct_sorted(bought, [*customer, "enters", "leaves"]).with_columns(
        pl.when(has_next).then(pl.col("enters").shift(-1)).otherwise(len(ends)).alias("next"),
        pl.when(pl.col("rows") > 1)
        .then(pl.col("leaves"))
        .when(has_earlier)
        .then(pl.col("leaves").shift(1))
        .otherwise(0)
        .alias("leaves_before"),
    )


def _first_not_before(sorted_days: list[date], day: pl.Expr) -> pl.Expr:
    """Number of the first of the sorted days that is not before a day; past the end if none."""
    found = pl.lit(pl.Series(sorted_days, dtype=pl.Date)).search_sorted(day, side="left")
    return found.cast(pl.Int64)


def _steps(spans: pl.DataFrame, kind: str, name: str, end: pl.Expr) -> pl.DataFrame:
    """One step up where a span starts and one down where it ends."""
    real = spans.select(kind, "enters", end.alias("ends")).filter(pl.col("enters") < pl.col("ends"))
    count = pl.len().cast(pl.Int64)
    up = grouped(real, [kind, "enters"], [count.alias(name)])
    down = grouped(real, [kind, "ends"], [-count.alias(name)])
    return pl.concat([up.rename({"enters": "at"}), down.rename({"ends": "at"})])
