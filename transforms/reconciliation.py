"""Control totals: what the ERP itself states against what the warehouse sums up."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from transforms.catalogue import Metric
from transforms.reads import of_measure, together
from transforms.scopes import COMPANY
from transforms.tables.columns import NUMBER
from transforms.tables.review import Reconciliation

_KEY = ["metric", "scope_kind", "scope", "period_start", "period_end"]


def facts_read(
    control_totals: pl.DataFrame, catalogue: Mapping[str, Metric]
) -> dict[str, list[str]]:
    """Name the columns of each fact that some control totals are held against."""
    named = set(control_totals["metric"].to_list())
    tied = [metric for code, metric in catalogue.items() if code in named and _is_sum(metric)]
    return together(*(of_measure(metric.numerator) for metric in tied))


def reconcile(
    facts: Mapping[str, pl.LazyFrame],
    control_totals: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    as_of: date,
) -> pl.DataFrame:
    """Compare each control total that has ended by `as_of` with the sum of its metric's fact.

    Takes ControlTotal rows; returns Reconciliation rows, largest difference first. Totals of
    metrics that are no plain sum are left out: there is nothing to tie.
    """
    due = control_totals.filter(pl.col("period_end") <= as_of)
    parts = [
        _sums(facts[metric.numerator.fact], metric, due.filter(pl.col("metric") == code))
        for code, metric in catalogue.items()
        if _is_sum(metric) and code in due["metric"].unique()
    ]
    if not parts:
        return Reconciliation.create_empty()
    rows = pl.concat(parts).with_columns(
        difference=pl.col("warehouse_amount") - pl.col("control_amount")
    )
    ordered = rows.sort(pl.col("difference").abs(), *_KEY, descending=[True] + [False] * len(_KEY))
    return Reconciliation.validate(ordered, cast=True)


def _is_sum(metric: Metric) -> bool:
    return not metric.is_ratio and metric.numerator.column is not None


def _sums(fact: pl.LazyFrame, metric: Metric, totals: pl.DataFrame) -> pl.DataFrame:
    column = pl.col(metric.numerator.column or "")
    where = metric.numerator.where if metric.numerator.where is not None else pl.lit(value=True)
    kept = fact.filter(where)
    daily = pl.concat(
        [
            kept.group_by("occurred_on", scope=_scope(kind))
            .agg(day_amount=column.sum().cast(NUMBER))
            .with_columns(scope_kind=pl.lit(kind))
            for kind in totals["scope_kind"].unique(maintain_order=True)
        ],
        how="diagonal",
    )
    in_period = pl.col("occurred_on").is_between("period_start", "period_end")
    return (
        totals.lazy()
        .join(daily, on=["scope_kind", "scope"], how="left")
        .group_by(_KEY)
        .agg(
            warehouse_amount=pl.col("day_amount").filter(in_period).sum().cast(NUMBER),
            control_amount=pl.col("amount").first().cast(NUMBER),
        )
        .collect()
    )


def _scope(kind: str) -> pl.Expr:
    return pl.lit(COMPANY) if kind == COMPANY else pl.col(kind).cast(pl.String)
