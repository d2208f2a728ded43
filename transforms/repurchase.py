"""Repurchase rate (复购率): customers with two orders or more among those with one, in a window.

The window is so many months that end with the period. Instead of counting anew in every window,
each order says for which window ends its customer counts: from its own day until the customer's
next order, or until it has left the window. Those spans are added up over the ends.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from transforms.calendar import add_months
from transforms.cells import CUTS, of_kind
from transforms.documents import Documents
from transforms.packing import distinct_sorted, grouped, key_codes, without_repeats
from transforms.scopes import SCOPE_KINDS
from transforms.tables.columns import NUMBER


def repurchase_points(
    sales: pl.DataFrame | Documents, periods: pl.DataFrame, months: int, name: str = ""
) -> pl.DataFrame:
    """Count repeat customers for every scope and period (domain §4).

    `sales` are rows of the fact `sale` or its documents, then with the name of the measure of those
    that count; the scopes, the company among them, are values of one enumeration. `periods` have
    period and period_end. The result has scope_kind, scope, period, numerator (customers with ≥ 2
    orders), denominator (with ≥ 1) and n, the same.
    """
    ends = sorted(set(periods["period_end"].to_list()))
    starts = [add_months(end, -months) for end in ends]
    bought = (
        _bought_by_documents(sales, name, ends, starts)
        if isinstance(sales, Documents)
        else _bought_by_rows(sales, ends, starts)
    )
    counts = pl.concat([_of_kind(orders, kind, len(ends)) for kind, orders in bought])
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


def window_bounds(periods: pl.DataFrame, months: int) -> list[date]:
    """Name the first day of every window: an order on it or after it is in the window.

    >>> window_bounds(pl.DataFrame({"period_end": [date(2026, 11, 22)]}), 12)
    [datetime.date(2025, 11, 23)]
    """
    ends = sorted(set(periods["period_end"].to_list()))
    return [add_months(end, -months) + timedelta(days=1) for end in ends]


def _bought_by_rows(
    sales: pl.DataFrame, ends: list[date], starts: list[date]
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Give the orders for each scope kind: the kind, account_id, enters, leaves."""
    is_order = (pl.col("document_kind") == "sale") & pl.col("account_id").is_not_null()
    rows = sales.filter(is_order).select("account_id", "order_id", "occurred_on", *SCOPE_KINDS)
    orders = rows.with_columns(key_codes(rows[name]) for name in ("account_id", "order_id"))
    for cut in CUTS:
        some = without_repeats(orders.select("order_id", "account_id", "occurred_on", *cut))
        for kind in cut:
            yield kind, _dated(_first_days(some, kind), ends, starts).drop("occurred_on")


def _bought_by_documents(
    documents: Documents, name: str, ends: list[date], starts: list[date]
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Give the same of documents; one that has a single row is an order as it stands."""
    dated = _dated(documents.of(name).rename({"customer": "account_id"}), ends, starts)
    names = dated.schema["rep"]
    alone = dated.filter(pl.col("document").is_null())
    parted = dated.filter(pl.col("document").is_not_null())
    coded = parted.with_columns(key_codes(parted["document"]).alias("order_id"))
    for kind in SCOPE_KINDS:
        columns = [kind, "account_id", "enters", "leaves"]
        single = documents.by_scope(alone, kind, names).select(columns)
        if coded.is_empty():
            yield kind, single
            continue
        first = _first_days(documents.by_scope(coded, kind, names), kind)
        yield kind, pl.concat([single, _dated(first, ends, starts).select(columns)])


def _of_kind(orders: pl.DataFrame, kind: str, ends: int) -> pl.DataFrame:
    """Counts per scope and window end (`at`, its number)."""
    spans = _spans(orders, kind, ends)
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
        pl.DataFrame({"at": range(ends)}, schema={"at": pl.Int64}), how="cross"
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


def _first_days(orders: pl.DataFrame, kind: str) -> pl.DataFrame:
    """Of each order of a customer in a scope the row of its first day: there it counts."""
    days = distinct_sorted(orders, ["order_id", "account_id", kind, "occurred_on"])
    order = ["order_id", "account_id", kind]
    is_first = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in order)
    return days.filter(is_first).select(kind, "account_id", "occurred_on")


def _dated(orders: pl.DataFrame, ends: list[date], starts: list[date]) -> pl.DataFrame:
    """Say with which window each order enters and leaves, by their numbers.

    It is in the windows from the first end on or after its day (`enters`), and leaves with the
    first window that starts on or after it (`leaves`): a window holds the days after its start.
    """
    return orders.with_columns(
        _first_not_before(ends, pl.col("occurred_on")).alias("enters"),
        _first_not_before(starts, pl.col("occurred_on")).alias("leaves"),
    )


def _spans(bought: pl.DataFrame, kind: str, ends: int) -> pl.DataFrame:
    """For each scope, customer and stretch between two bounds of windows with an order in it.

    `next` is when the customer's next order enters, and `leaves_before` when the one before this
    leaves: the same stretch may hold both.
    """
    customer = [kind, "account_id"]
    has_next = pl.all_horizontal(pl.col(name).eq(pl.col(name).shift(-1)) for name in customer)
    has_earlier = pl.all_horizontal(pl.col(name).eq(pl.col(name).shift(1)) for name in customer)
    return distinct_sorted(bought, [*customer, "enters", "leaves"]).with_columns(
        pl.when(has_next).then(pl.col("enters").shift(-1)).otherwise(ends).alias("next"),
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
