"""Measures over periods: every fact aggregated once to day × scope, and from there to periods.

Sums and counts add up over days and scopes; distinct counts are taken anew in every scope and
period and never summed.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from transforms.catalogue import Measure
from transforms.definitions.metric import LEVEL_HOWS, PERIOD_COLUMNS
from transforms.levels import level_sides
from transforms.scopes import COMPANY, SCOPE_KINDS
from transforms.spells import spell_sides
from transforms.tables.columns import NUMBER

CELL: Final = ("scope_kind", "scope", "period")


def is_recorded(fact: pl.DataFrame, measure: Measure) -> bool:
    """Say whether the company records what a measure reads: no column of it is wholly empty."""
    return not fact.is_empty() and all(fact[name].count() > 0 for name in measure.columns)


def measure_points(
    fact: pl.DataFrame, measures: Mapping[str, Measure], days: pl.DataFrame
) -> pl.DataFrame:
    """Evaluate measures of one fact for every scope and period that has rows.

    `days` holds one row per period and day in it: period, period_start, period_end, day. The
    result has scope_kind, scope, period and, for each measure name, `<name>` (NUMBER) and
    `<name>_n` (cases).
    """
    frames = [_of_kind(fact, kind, measures, days) for kind in SCOPE_KINDS]
    return pl.concat(frames)


def _of_kind(
    fact: pl.DataFrame, kind: str, measures: Mapping[str, Measure], days: pl.DataFrame
) -> pl.DataFrame:
    scope = pl.lit(COMPANY) if kind == COMPANY else pl.col(kind)
    scoped = fact.with_columns(scope.alias("scope"))
    groups = {
        "additive": _additive,
        "by_period": _by_period,
        "distinct": _distinct,
        "spells": spell_sides,
        "levels": level_sides,
    }
    parts = []
    for group, evaluate in groups.items():
        chosen = {name: m for name, m in measures.items() if _group(m) == group}
        if chosen:
            parts.append(evaluate(scoped, chosen, days))
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.join(part, on=["scope", "period"], how="full", coalesce=True)
    names = [column for name in measures for column in (name, f"{name}_n")]
    return joined.select(pl.lit(kind).alias("scope_kind"), "scope", "period", *names)


def _group(measure: Measure) -> str:
    if measure.how == "count_distinct":
        return "distinct"
    if measure.lasts:
        return "spells"
    if measure.how in LEVEL_HOWS:
        return "levels"
    return "by_period" if measure.needs_period else "additive"


def _chosen(measure: Measure) -> pl.Expr:
    """Whether a row counts; unknown is not yes."""
    given = pl.col(measure.column or "occurred_on").is_not_null()
    return given if measure.where is None else given & measure.where.fill_null(value=False)


def _sides(name: str, measure: Measure) -> list[pl.Expr]:
    kept = _chosen(measure)
    cases = kept.sum().cast(pl.Int64)
    if measure.column is None or measure.how == "count":
        amount = (cases * measure.factor).cast(NUMBER)
    else:
        amount = pl.when(kept).then(pl.col(measure.column).cast(NUMBER)).sum()
        amount = (amount * pl.lit(measure.factor, dtype=pl.Int64)).cast(NUMBER)
    return [amount.alias(name), cases.alias(f"{name}_n")]


def _additive(
    fact: pl.DataFrame, measures: Mapping[str, Measure], days: pl.DataFrame
) -> pl.DataFrame:
    """Day × scope cells first, then periods."""
    sides = [side for name, measure in measures.items() for side in _sides(name, measure)]
    names = [side.meta.output_name() for side in sides]
    cells = fact.group_by("scope", "occurred_on").agg(sides)
    return (
        cells.join(days, left_on="occurred_on", right_on="day")
        .group_by("scope", "period")
        .agg(pl.col(name).sum() for name in names)
        .with_columns(pl.col(name).cast(NUMBER) for name in measures)
    )


def _by_period(
    fact: pl.DataFrame, measures: Mapping[str, Measure], days: pl.DataFrame
) -> pl.DataFrame:
    """Which rows count depends on the period: the condition is tested after joining it."""
    sides = [side for name, measure in measures.items() for side in _sides(name, measure)]
    read = sorted({column for measure in measures.values() for column in measure.columns})
    return (
        fact.select(list(dict.fromkeys(["scope", "occurred_on", *read])))
        .join(days, left_on="occurred_on", right_on="day")
        .group_by("scope", "period")
        .agg(sides)
    )


def _distinct(
    fact: pl.DataFrame, measures: Mapping[str, Measure], days: pl.DataFrame
) -> pl.DataFrame:
    parts = [_distinct_one(fact, name, measure, days) for name, measure in measures.items()]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.join(part, on=["scope", "period"], how="full", coalesce=True)
    return joined


def _distinct_one(
    fact: pl.DataFrame, name: str, measure: Measure, days: pl.DataFrame
) -> pl.DataFrame:
    key = pl.col(str(measure.column)).alias("key")
    cases = pl.col("key").n_unique().cast(pl.Int64)
    return (
        fact.filter(_chosen(measure))
        .select("scope", "occurred_on", key)
        .unique()
        .join(days.select("period", "day"), left_on="occurred_on", right_on="day")
        .group_by("scope", "period")
        .agg((cases * measure.factor).cast(NUMBER).alias(name), cases.alias(f"{name}_n"))
    )


def period_days(periods: pl.DataFrame) -> pl.DataFrame:
    """Spread periods over their days: period (its number), period_start, period_end, day."""
    return periods.select(
        "period",
        *sorted(PERIOD_COLUMNS),
        pl.date_ranges("period_start", "period_end").alias("day"),
    ).explode("day")


def columns_read(measures: Sequence[Measure]) -> list[str]:
    """Name the columns of a fact that measures need, scopes and day included."""
    named = {column for measure in measures for column in measure.columns}
    if any(measure.lasts for measure in measures):
        named.add("ended_on")
    return ["occurred_on", *SCOPE_KINDS[1:], *sorted(named - set(SCOPE_KINDS) - {"occurred_on"})]
