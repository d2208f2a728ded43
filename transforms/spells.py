"""Measures of facts whose rows last: heads, stock on hand, active customers.

A row lasts from `occurred_on` to `ended_on`, both days included; without an end it lasts. Instead
of spreading rows over days, each row steps up where it begins and down after it ends; what is
there on a day is the sum of the steps before it, and what was there over a stretch of days is the
difference of two such sums weighted with time.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import polars as pl

from transforms.definitions.metric import PERIOD_COLUMNS, Measure
from transforms.tables.columns import NUMBER

_DAY: Final = timedelta(days=1)
_KEYS: Final = ["scope", "period"]


def spell_sides(
    fact: pl.DataFrame, measures: Mapping[str, Measure], days: pl.DataFrame
) -> pl.DataFrame:
    """Evaluate measures that last for every scope and period.

    `fact` has scope, occurred_on and ended_on, `days` period, period_start, period_end and day.
    The result has scope, period and, for each measure name, `<name>` (NUMBER; `average` at six
    decimals) and `<name>_n`: the rows there at the start, ended, or there on average, rounded up.
    """
    forms = {"average": _average, "at_start": _at_start, "ended": _ended}
    parts = [forms[measure.how](fact, name, measure, days) for name, measure in measures.items()]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.join(part, on=_KEYS, how="full", coalesce=True)
    return joined


def _kept(fact: pl.DataFrame, measure: Measure) -> pl.DataFrame:
    """The rows that count, with their weight."""
    weight = pl.lit(1) if measure.column is None else pl.col(measure.column)
    rows = fact.with_columns((weight.cast(NUMBER) * measure.factor).cast(NUMBER).alias("weight"))
    kept = rows.filter(pl.col("weight").is_not_null())
    if measure.where is not None and not measure.needs_period:
        kept = kept.filter(measure.where.fill_null(value=False))
    return kept


def _ended(fact: pl.DataFrame, name: str, measure: Measure, days: pl.DataFrame) -> pl.DataFrame:
    rows = _kept(fact, measure).join(days, left_on="ended_on", right_on="day")
    if measure.where is not None and measure.needs_period:
        rows = rows.filter(measure.where.fill_null(value=False))
    return rows.group_by(_KEYS).agg(
        pl.col("weight").sum().cast(NUMBER).alias(name),
        pl.len().cast(pl.Int64).alias(f"{name}_n"),
    )


def _periods(days: pl.DataFrame) -> pl.DataFrame:
    return days.select("period", *sorted(PERIOD_COLUMNS)).unique()


def _at_start(fact: pl.DataFrame, name: str, measure: Measure, days: pl.DataFrame) -> pl.DataFrame:
    """What began before the period and lasts into its first day."""
    at = _periods(days).select("period", "period_start").rename({"period_start": "moment"})
    steps = _steps(_kept(fact, measure))
    there = _sums(steps, at["moment"].unique().sort().to_list(), before_day=1)
    return (
        at.join(there, on="moment")
        .filter(pl.col("rows") != 0)
        .select(
            *_KEYS, pl.col("amount").cast(NUMBER).alias(name), pl.col("rows").alias(f"{name}_n")
        )
    )


def _average(fact: pl.DataFrame, name: str, measure: Measure, days: pl.DataFrame) -> pl.DataFrame:
    """Row-days of the period ÷ its days."""
    periods = _periods(days)
    starts = [day - _DAY for day in periods["period_start"].to_list()]
    edges = periods.with_columns(pl.Series("before", starts, dtype=pl.Date))
    moments = sorted({*starts, *periods["period_end"].to_list()})
    sums = _sums(_steps(_kept(fact, measure)), moments, before_day=0)
    sums = sums.select("scope", "moment", "row_days", "amount_days")
    length = (pl.col("period_end") - pl.col("before")).dt.total_days()
    return (
        edges.join(sums, left_on="period_end", right_on="moment")
        .join(sums, left_on=["before", "scope"], right_on=["moment", "scope"], suffix="_before")
        .filter(pl.col("row_days") != pl.col("row_days_before"))
        .select(
            *_KEYS,
            _rounded(pl.col("amount_days") - pl.col("amount_days_before"), length).alias(name),
            # the mean number of rows, rounded up
            _rounded_up(pl.col("row_days") - pl.col("row_days_before"), length).alias(f"{name}_n"),
        )
    )


def _rounded(amount_days: pl.Expr, length: pl.Expr) -> pl.Expr:
    """Divide an exact amount by days, rounded once to six decimals."""
    return (amount_days.cast(pl.Decimal(38, 12)) / length.cast(pl.Decimal(38, 0))).cast(NUMBER)


def _rounded_up(row_days: pl.Expr, length: pl.Expr) -> pl.Expr:
    return ((row_days + length - 1) // length).cast(pl.Int64)


def _steps(rows: pl.DataFrame) -> pl.DataFrame:
    """One step up on the first day and one down after the last: scope, day, sign, weight."""
    up = rows.select("scope", pl.col("occurred_on").alias("day"), pl.lit(1).alias("sign"), "weight")
    down = rows.filter(pl.col("ended_on").is_not_null()).select(
        "scope",
        pl.col("ended_on").dt.offset_by("1d").alias("day"),
        pl.lit(-1).alias("sign"),
        "weight",
    )
    return pl.concat([up, down])


def _sums(steps: pl.DataFrame, moments: list[date], *, before_day: int) -> pl.DataFrame:
    """Add up the steps made by each moment, per scope.

    `before_day` 1 leaves out the steps up of the moment's own day. The result has scope, moment,
    rows and amount (there on that day), row_days and amount_days (up to and with that day).
    """
    up = pl.col("sign") > 0
    effective = pl.when(up).then(pl.col("day").dt.offset_by(f"{before_day}d")).otherwise("day")
    first = pl.Series(moments, dtype=pl.Date)
    moved = steps.with_columns(effective.alias("effective"))
    number = pl.col("day").cast(pl.Int32).cast(pl.Int64)
    grouped = (
        moved.with_columns(
            pl.Series("at", first.search_sorted(moved["effective"], side="left"), dtype=pl.Int64)
        )
        .group_by("scope", "at")
        .agg(
            pl.col("sign").sum().cast(pl.Int64).alias("rows"),
            (pl.col("sign") * pl.col("weight")).sum().alias("amount"),
            # a step on day d has lasted (moment − d + 1) days by the moment
            (pl.col("sign") * (1 - number)).sum().cast(pl.Int64).alias("row_offset"),
            (pl.col("sign") * (1 - number) * pl.col("weight")).sum().alias("amount_offset"),
        )
    )
    every = steps.select(pl.col("scope").unique()).join(
        pl.DataFrame({"moment": moments}, schema={"moment": pl.Date}).with_row_index("at"),
        how="cross",
    )
    names = ("rows", "amount", "row_offset", "amount_offset")
    moment = pl.col("moment").cast(pl.Int32).cast(pl.Int64)
    return (
        every.with_columns(pl.col("at").cast(pl.Int64))
        .join(grouped, on=["scope", "at"], how="left")
        .sort("scope", "at")
        .with_columns(pl.col(each).fill_null(0).cum_sum().over("scope") for each in names)
        .with_columns(
            (pl.col("rows") * moment + pl.col("row_offset")).alias("row_days"),
            (pl.col("amount") * moment + pl.col("amount_offset")).alias("amount_days"),
        )
    )
