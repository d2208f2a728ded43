"""Sums by the assignments of the review date instead of those of each fact's own day (D-29)."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from transforms.catalogue import Metric
from transforms.points import metric_points
from transforms.scopes import COMPANY, UNASSIGNED
from transforms.tables.as_organised import AsOrganised
from transforms.tables.columns import NUMBER
from transforms.tables.facts import FACTS
from transforms.tables.review import MetricPoint

REGROUPED: Final = ["region", "team"]
"""Scope kinds that a rep's assignment decides."""

_PERIOD: Final = ["period_kind", "period_start", "period_end"]
_KEYS: Final = ["metric", "scope_kind", "scope", *_PERIOD]
_ADDED_UP: Final = ("sum", "count")
_NOT_OF_A_REP: Final = ("head", "feed_row")
"""Facts that know their team without an assignment, or are assignments themselves."""


def summed_metrics(catalogue: Mapping[str, Metric]) -> dict[str, Metric]:
    """Choose the metrics that can be regrouped: plain sums and counts over one fact.

    Their parts add up to the company's value whatever the organisation; a ratio, a distinct count
    or a state would not.
    """
    return {
        code: metric
        for code, metric in catalogue.items()
        if metric.rule == "measures"
        and not metric.is_level
        and metric.numerator.how in _ADDED_UP
        and metric.numerator.fact in FACTS
        and metric.numerator.fact not in _NOT_OF_A_REP
    }


def moved_reps(assignments: pl.DataFrame, first_day: date, as_of: date) -> pl.DataFrame:
    """Name the reps whose facts may stand elsewhere today than on their own day.

    `assignments` are rows of `Assignment`, any order; returns rep_id, sorted. Left out is who has
    been in the present team ever since the first day, and who was never assigned.
    """
    begun = assignments.filter(pl.col("valid_from") <= as_of)
    latest = begun.sort("valid_from").unique("rep_id", keep="last", maintain_order=True)
    holds = pl.col("valid_to").is_null() | (pl.col("valid_to") >= as_of)
    settled = latest.filter(holds, pl.col("valid_from") <= first_day)
    known = assignments.select("rep_id").unique().sort("rep_id")
    return known.join(settled, on="rep_id", how="anti")


def as_organised(
    then: Mapping[str, pl.LazyFrame],
    now: Mapping[str, pl.LazyFrame],
    values: pl.DataFrame,
    catalogue: Mapping[str, Metric],
) -> pl.DataFrame:
    """Put the sum by today's organisation beside the published one (`AsOrganised`).

    `then` and `now` hold the same facts of the reps that moved, with the scopes of their own day
    and with those of the as-of date; `values` are the published MetricValue rows. Each kind of
    scope adds up to the company's value in both columns. In the unit of the metric.
    """
    summed = summed_metrics(catalogue)
    kept = values.filter(pl.col("metric").is_in(list(summed)))
    periods = kept.select(_PERIOD).unique()
    left, joined = (_points(facts, summed, periods) for facts in (then, now))
    published = _sums(kept)
    rows = (
        pl.concat(
            [
                published.with_columns(pl.col("sum").alias("value_now")),
                _sums(left).select(*_KEYS, _NOTHING, (-pl.col("sum")).alias("value_now")),
                _sums(joined).select(*_KEYS, _NOTHING, pl.col("sum").alias("value_now")),
            ]
        )
        .rename({"sum": "value_then"})
        .group_by(_KEYS)
        .agg(pl.col("value_then", "value_now").sum().cast(NUMBER))
    )
    return AsOrganised.validate(rows.select(AsOrganised.column_names()).sort(_KEYS))


_NOTHING: Final = pl.lit(0, NUMBER).alias("sum")


def _points(
    facts: Mapping[str, pl.LazyFrame], summed: Mapping[str, Metric], periods: pl.DataFrame
) -> pl.DataFrame:
    if not facts or periods.is_empty():
        return MetricPoint.create_empty()
    return metric_points(facts, summed, periods, as_of=max(periods["period_end"]))


def _sums(points: pl.DataFrame) -> pl.DataFrame:
    """Numerators by region and team; what a kind does not tell apart is of nobody (未分配)."""
    sums = points.select(*_KEYS, pl.col("numerator").alias("sum"))
    parts = sums.filter(pl.col("scope_kind").is_in(REGROUPED))
    kinds = pl.DataFrame({"scope_kind": REGROUPED})
    wholes = sums.filter(pl.col("scope_kind") == COMPANY).drop("scope_kind", "scope")
    told = parts.group_by("scope_kind", "metric", *_PERIOD).agg(pl.col("sum").sum().alias("told"))
    rests = (
        wholes.join(kinds, how="cross")
        .join(told, on=["scope_kind", "metric", *_PERIOD], how="left")
        .with_columns(
            (pl.col("sum") - pl.col("told").fill_null(0)).alias("sum"),
            pl.lit(UNASSIGNED).alias("scope"),
        )
        .filter(pl.col("sum") != 0)
    )
    columns = [*_KEYS, pl.col("sum").cast(NUMBER)]
    return pl.concat([parts.select(columns), rests.select(columns)])
