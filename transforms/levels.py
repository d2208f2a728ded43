"""Measures that do not add up over days: smallest, largest, first and last value of a period."""

from collections.abc import Mapping

import polars as pl

from transforms.definitions.metric import Measure
from transforms.tables.columns import NUMBER


def level_sides(
    fact: pl.DataFrame, measures: Mapping[str, Measure], days: pl.DataFrame
) -> pl.DataFrame:
    """Evaluate level measures for every scope and period.

    min and max look at single rows. first and last add up the rows of one day, the first or last
    of the period that has any: a balance, which adds up over scopes but not over days. The result
    has scope, period and, for each measure name, `<name>` (NUMBER) and `<name>_n` (rows).
    """
    parts = [_one(fact, name, measure, days) for name, measure in measures.items()]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.join(part, on=["scope", "period"], how="full", coalesce=True)
    return joined


def _one(fact: pl.DataFrame, name: str, measure: Measure, days: pl.DataFrame) -> pl.DataFrame:
    value = pl.col(str(measure.column)).cast(NUMBER).alias("value")
    rows = fact.filter(pl.col(str(measure.column)).is_not_null())
    if measure.where is not None and not measure.needs_period:
        rows = rows.filter(measure.where.fill_null(value=False))
    each = pl.col("value")
    of_day = (
        each.min() if measure.how == "min" else each.max() if measure.how == "max" else each.sum()
    )
    cells = (
        rows.select("scope", "occurred_on", value)
        .group_by("scope", "occurred_on")
        .agg(of_day.cast(NUMBER), pl.len().cast(pl.Int64).alias("rows"))
        .join(days.select("period", "day"), left_on="occurred_on", right_on="day")
        .sort("scope", "period", "occurred_on")
    )
    forms = {"min": each.min(), "max": each.max(), "first": each.first(), "last": each.last()}
    return cells.group_by("scope", "period", maintain_order=True).agg(
        (forms[measure.how] * measure.factor).cast(NUMBER).alias(name),
        pl.col("rows").sum().alias(f"{name}_n"),
    )
