"""What a measure means, in the plainest words: the rows of a scope and period, filtered, added up.

Slow and obvious; what `transforms.points` computes in a few passes has to equal it.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from transforms.calendar import add_months
from transforms.catalogue import Measure, Metric
from transforms.scopes import COMPANY
from transforms.tables.columns import NUMBER

Sides = dict[str, tuple[object, int]]
"""Scope to amount and cases."""
Counts = dict[str, tuple[int, int]]


def sides(fact: pl.DataFrame, measure: Measure, kind: str, start: date, end: date) -> Sides:
    """Evaluate one measure for every scope of a kind that has rows in a period."""
    inside = fact.filter(pl.col("occurred_on").is_between(start, end)).with_columns(
        pl.lit(start).alias("period_start"), pl.lit(end).alias("period_end")
    )
    if measure.where is not None:
        inside = inside.filter(measure.where)
    if measure.column is not None:
        inside = inside.filter(pl.col(measure.column).is_not_null())
    column = pl.col(measure.column or "occurred_on")
    amount = {
        "sum": column.cast(NUMBER).sum() if measure.how == "sum" and measure.column else pl.len(),
        "count": pl.len(),
        "count_distinct": column.n_unique(),
    }[measure.how]
    cases = column.n_unique() if measure.how == "count_distinct" else pl.len()
    rows = inside.group_by(_scope(kind)).agg(
        (amount.cast(NUMBER) * measure.factor).cast(NUMBER).alias("amount"), cases.alias("n")
    )
    return {scope: (value, n) for scope, value, n in rows.iter_rows()}


def repurchase(sales: pl.DataFrame, kind: str, end: date, months: int) -> Counts:
    """Customers with two orders and with one in the window; an order counts on its first day."""
    orders = (
        sales.filter((pl.col("document_kind") == "sale") & pl.col("account_id").is_not_null())
        .group_by(_scope(kind), "account_id", "order_id")
        .agg(pl.col("occurred_on").min())
        .filter((pl.col("occurred_on") > add_months(end, -months)) & (pl.col("occurred_on") <= end))
    )
    bought = orders.group_by("scope", "account_id").len()
    counts = bought.group_by("scope").agg((pl.col("len") >= 2).sum().alias("repeat"), pl.len())
    return {scope: (repeat, once) for scope, repeat, once in counts.iter_rows()}


def differences(
    points: pl.DataFrame,
    facts: Mapping[str, pl.LazyFrame],
    catalogue: Mapping[str, Metric],
    periods: pl.DataFrame,
    months: int = 12,
) -> list[tuple[object, ...]]:
    """Name the points of some periods that are not what their metric plainly means."""
    keys = ["period_kind", "period_start", "period_end"]
    chosen = points.join(periods.select(keys).unique(), on=keys, how="semi")
    wrong: list[tuple[object, ...]] = []
    for (code, kind, _, start, end), rows in chosen.partition_by(
        "metric", "scope_kind", *keys, as_dict=True
    ).items():
        metric = catalogue[code]
        if metric.rule == "repurchase":
            counts = repurchase(facts["sale"].collect(), kind, end, months)
            above: Sides = {scope: (repeat, once) for scope, (repeat, once) in counts.items()}
            below: Sides | None = {scope: (once, once) for scope, (_, once) in counts.items()}
        else:
            above, *more = (
                sides(facts[measure.fact].collect(), measure, kind, start, end)
                for measure in (metric.numerator, metric.denominator)
                if measure is not None
            )
            below = more[0] if more else None
        for scope, *found in rows.select("scope", "numerator", "denominator", "n").iter_rows():
            top, n = above.get(scope, (0, 0))
            bottom, n = (1, n) if below is None else below.get(scope, (0, 0))
            if tuple(found) != (top, bottom, n):
                wrong.append((code, kind, scope, start, end, found, (top, bottom, n)))
    return wrong


def _scope(kind: str) -> pl.Expr:
    return (pl.lit(COMPANY) if kind == COMPANY else pl.col(kind)).alias("scope")
