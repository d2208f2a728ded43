"""Repurchase rate (复购率): customers with two orders or more among those with one, in a window.

The window is so many months that end with the period. Instead of counting anew in every window,
each order says for which window ends its customer counts: from its own day until the customer's
next order, or until it has left the window. Those spans are added up over the ends.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from transforms.calendar import add_months
from transforms.cells import CUTS, of_kind
from transforms.documents import LINES, Documents
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
    windows = _windows(periods, months)
    ends = windows.ends
    bought = (
        _bought_by_documents(sales, name, windows)
        if isinstance(sales, Documents)
        else _bought_by_rows(sales, windows)
    )
    counts = pl.concat([_of_kind(orders, kind, windows) for kind, orders in bought])
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


class _Windows(NamedTuple):
    """The windows in order of their ends, and the stretches of days that they tell apart."""

    ends: list[date]
    cuts: pl.Series
    """First days of the stretches but the first, ascending."""
    enters: pl.Series
    """For each stretch the first window that ends on its days or after them."""
    leaves: pl.Series
    """For each stretch the first window that starts on its days or after them: a window holds the
    days after its start."""

    def dated(self, orders: pl.DataFrame) -> pl.DataFrame:
        """Say in which stretch each order was made (`made`, its number)."""
        first, last = (orders["occurred_on"].min(), orders["occurred_on"].max())
        if not isinstance(first, date) or not isinstance(last, date):
            return orders.with_columns(pl.lit(0, dtype=pl.Int64).alias("made"))
        # one look at each day there is, not at each order
        every = pl.date_range(first, last, eager=True)
        made = self.cuts.search_sorted(every, side="right").cast(pl.Int64)
        at = pl.col("occurred_on").to_physical() - every.to_physical()[0]
        return orders.with_columns(pl.lit(made).gather(at).alias("made"))


def _windows(periods: pl.DataFrame, months: int) -> _Windows:
    ends = sorted(set(periods["period_end"].to_list()))
    starts = [add_months(end, -months) for end in ends]
    day = timedelta(days=1)
    cuts = pl.Series(sorted({each + day for each in (*ends, *starts)}), dtype=pl.Date)
    days = pl.concat([cuts.head(1).dt.offset_by("-1d"), cuts])
    enters, leaves = (
        pl.Series(sorted_days, dtype=pl.Date).search_sorted(days, side="left").cast(pl.Int64)
        for sorted_days in (ends, starts)
    )
    return _Windows(ends, cuts, enters, leaves)


def _bought_by_rows(sales: pl.DataFrame, windows: _Windows) -> Iterator[tuple[str, pl.DataFrame]]:
    """Give the orders for each scope kind: the kind, account_id, made, orders."""
    is_order = (pl.col("document_kind") == "sale") & pl.col("account_id").is_not_null()
    rows = sales.filter(is_order).select("account_id", "order_id", "occurred_on", *SCOPE_KINDS)
    orders = rows.with_columns(key_codes(rows[name]) for name in ("account_id", "order_id"))
    for cut in CUTS:
        some = without_repeats(orders.select("order_id", "account_id", "occurred_on", *cut))
        for kind in cut:
            yield kind, _counted(windows.dated(_first_days(some, kind)), kind)


def _bought_by_documents(
    documents: Documents, name: str, windows: _Windows
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Give the same of documents; one that has a single row is an order as it stands."""
    rows = windows.dated(documents.of(name).rename({"customer": "account_id"}))
    names = rows.schema["rep"]
    alone = rows.filter(pl.col("document").is_null())
    parted = rows.filter(pl.col("document").is_not_null())
    coded = parted.with_columns(key_codes(parted["document"]).alias("order_id"))
    for kind in SCOPE_KINDS:
        order = [kind, "account_id", "made"]
        first = windows.dated(_first_days(documents.by_scope(coded, kind, names), kind))
        if kind != LINES:
            yield kind, _counted(pl.concat([alone.select(order), first.select(order)]), kind)
            continue
        found = _by_line(alone, documents.lines, names)
        if not coded.is_empty():
            every = pl.concat([found, _counted(first, kind)])
            found = grouped(every, order, [pl.col("orders").sum()]).sort(order)
        yield kind, found


def _counted(orders: pl.DataFrame, kind: str) -> pl.DataFrame:
    """How many orders a customer made in a scope and stretch, in this order."""
    counted = distinct_sorted(orders, [kind, "account_id", "made"])
    return counted.rename({"rows": "orders"})


def _by_line(alone: pl.DataFrame, lines: Sequence[str], names: pl.DataType) -> pl.DataFrame:
    """The same for product lines, of which a document has several: each is counted by its bit."""
    bought = [
        (pl.col("lines") & 2**at != 0).sum().cast(pl.Int64).alias(f"orders {at}")
        for at in range(len(lines))
    ]
    made = grouped(alone, ["account_id", "made"], bought).sort("account_id", "made")
    return pl.concat(
        [
            made.filter(pl.col(f"orders {at}") > 0).select(
                pl.lit(line).cast(names).alias(LINES),
                "account_id",
                "made",
                pl.col(f"orders {at}").alias("orders"),
            )
            for at, line in enumerate(lines)
        ]
    )


def _of_kind(orders: pl.DataFrame, kind: str, windows: _Windows) -> pl.DataFrame:
    """Counts per scope and window end (`at`, its number)."""
    ends = len(windows.ends)
    spans = _spans(orders, kind, windows)
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


def _spans(bought: pl.DataFrame, kind: str, windows: _Windows) -> pl.DataFrame:
    """Say of each stretch with an order of a customer with which windows it `enters` and `leaves`.

    `next` is when the customer's next order enters, and `leaves_before` when the one before this
    leaves: the same stretch may hold both.
    """
    customer = [kind, "account_id"]
    is_next = pl.all_horizontal(pl.col(name) == pl.col(name).shift(-1) for name in customer)
    dated = bought.select(
        kind,
        pl.lit(windows.enters).gather(pl.col("made")).alias("enters"),
        pl.lit(windows.leaves).gather(pl.col("made")).alias("leaves"),
        pl.col("orders"),
        is_next.fill_null(value=False).alias("has_next"),
    )
    return dated.with_columns(
        pl.when("has_next")
        .then(pl.col("enters").shift(-1))
        .otherwise(len(windows.ends))
        .alias("next"),
        pl.when(pl.col("orders") > 1)
        .then("leaves")
        .when(pl.col("has_next").shift(1))
        .then(pl.col("leaves").shift(1))
        .otherwise(0)
        .alias("leaves_before"),
    )


def _steps(spans: pl.DataFrame, kind: str, name: str, end: pl.Expr) -> pl.DataFrame:
    """One step up where a span starts and one down where it ends.

    Where the customer's next span starts as this one ends there is no step.
    """
    is_real = pl.col("enters") < pl.col("ends")
    goes_on = (
        is_real
        & pl.col("has_next")
        & is_real.shift(-1)
        & (pl.col("ends") == pl.col("enters").shift(-1))
    ).fill_null(value=False)
    real = (
        spans.select(kind, "enters", "has_next", end.alias("ends"))
        .with_columns(goes_on.alias("goes_on"), is_real.alias("is_real"))
        .with_columns(pl.col("goes_on").shift(1).fill_null(value=False).alias("went_on"))
        .filter("is_real")
    )
    count = pl.len().cast(pl.Int64)
    up = grouped(real.filter(~pl.col("went_on")), [kind, "enters"], [count.alias(name)])
    down = grouped(real.filter(~pl.col("goes_on")), [kind, "ends"], [-count.alias(name)])
    return pl.concat([up.rename({"enters": "at"}), down.rename({"ends": "at"})])
