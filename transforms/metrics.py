"""Metric values: every metric, scope and period with all it is held against (domain §4, D-15)."""

from collections.abc import Mapping
from datetime import date
from operator import itemgetter
from typing import Final

import polars as pl

from transforms.catalogue import Metric
from transforms.exact import ratio
from transforms.groups import single_rows
from transforms.judgement import judged
from transforms.parameters import Parameters
from transforms.periods import judging_periods, review_periods
from transforms.plan_points import plan_points
from transforms.points import NO_SCOPES, Facts, coded_points, metric_points
from transforms.scopes import SCOPE_COLUMNS, SCOPE_KINDS
from transforms.tables.columns import NUMBER
from transforms.tables.review import MetricPoint
from transforms.targets import daily_targets, period_plan, target_scopes

__all__ = ["metric_points", "metric_values", "scopes_of", "seen_since", "value_periods"]

_OWNER: Final = ["metric", "scope_kind", "scope"]
_PERIOD: Final = ["period_kind", "period_start", "period_end"]
_CODED: Final = [*_OWNER, "period_kind"]
"""Columns whose names are values of enumerations until all is judged (`coded_points`)."""


def metric_values(
    facts: Facts,
    targets: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
    *,
    keeps_history: bool = True,
    also: pl.DataFrame = NO_SCOPES,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Compute the values of the reviewed week and the history behind them.

    The first frame (`MetricValue`) has the current week, month-, quarter- and year-to-date; the
    second (`MetricPoint`) every period looked at but those three: 104 weeks before and the
    reviewed one, 25 months (the last to date), and the periods of last year. Which rows there are
    says `transforms.points`: a metric that the company does not record leaves none. `also` names
    scopes that exist without these facts and targets (`scopes_of`).

    Where the history is not kept, only the periods are looked at that the values are judged by
    (`value_periods`): the first frame is the same, the second is empty.
    """
    week = parameters.week
    periods = value_periods(parameters, keeps_history=keeps_history)
    base = coded_points(
        facts,
        catalogue,
        periods,
        as_of=week.ends_on,
        repurchase_months=parameters.repurchase_months,
        also=pl.concat([also, target_scopes(targets).select(also.columns)]),
        since=seen_since(parameters),
    )
    codes = {name: base.schema[name] for name in _CODED}
    periods = periods.cast({"period_kind": codes["period_kind"]})
    daily = daily_targets(targets, catalogue, parameters.calendar).daily
    measured = daily.filter(pl.col("scope_kind").is_in(SCOPE_KINDS))
    plan = period_plan(measured.cast({name: codes[name] for name in _OWNER}), catalogue, periods)
    current = periods.filter(pl.col("role") == "current")
    # a scope that has neither facts nor a target has no coverage either
    scopes = pl.col(SCOPE_COLUMNS).cast(codes["scope"], strict=False)
    deals = single_rows(facts["open_deal"]).with_columns(scopes)
    against_plan = plan_points(base, plan, deals.collect(), current, catalogue)
    points = _by_metric(base, against_plan.sort(*_OWNER, *_PERIOD))
    rows = _held_against(points, periods, plan)
    frame = judged(rows, points, week.starts_on, catalogue, parameters)
    if not keeps_history:
        return frame, MetricPoint.create_empty()
    is_running = pl.col("period_end") == week.ends_on
    is_to_date = pl.col("period_kind").is_in(["mtd", "qtd", "ytd"])
    return frame, MetricPoint.cast(points.filter(~(is_running & is_to_date)))


def _by_metric(*parts: pl.DataFrame) -> pl.DataFrame:
    """Put points in the order of their metrics; in each part those of a metric stand together."""
    pieces = []
    for part in parts:
        runs = part.select(pl.col("metric").rle()).unnest("metric")
        ends = runs["len"].cum_sum()
        pieces += [
            (code, part.slice(end - length, length))
            for length, code, end in zip(*runs.get_columns(), ends, strict=True)
        ]
    return pl.concat(
        [part.clear() for part in parts] + [each for _, each in sorted(pieces, key=itemgetter(0))]
    )


def scopes_of(values: pl.DataFrame) -> pl.DataFrame:
    """Name the scopes of some metric values, since the first day that one is of.

    >>> row = {"scope_kind": "rep", "scope": "R1", "period_start": date(2026, 11, 9)}
    >>> scopes_of(pl.DataFrame([row, row])).rows()
    [('rep', 'R1', datetime.date(2026, 11, 9))]
    """
    owners = values.group_by("scope_kind", "scope", maintain_order=True)
    return owners.agg(pl.col("period_start").min().alias("since"))


def value_periods(parameters: Parameters, *, keeps_history: bool = True) -> pl.DataFrame:
    """List the periods that `metric_values` looks at (`Period`)."""
    periods = review_periods(parameters.week, parameters.calendar)
    return periods if keeps_history else judging_periods(periods)


def seen_since(parameters: Parameters) -> date:
    """Give the day from which on a scope that was seen exists: the first of all periods."""
    periods = review_periods(parameters.week, parameters.calendar)
    starts: list[date] = periods["period_start"].to_list()
    return min(starts)


def _held_against(points: pl.DataFrame, periods: pl.DataFrame, plan: pl.DataFrame) -> pl.DataFrame:
    """Put target, due, the period before and last year beside each current value."""
    ends = periods.filter(pl.col("role") != "history")["period_end"].unique()
    # nearly every point is of a week of the history
    compared = points.filter(pl.col("period_end").is_in(ends.implode())).lazy()

    def of(role: str) -> pl.LazyFrame:
        chosen = periods.lazy().filter(pl.col("role") == role).select(_PERIOD).unique()
        return compared.join(chosen, on=_PERIOD, how="semi")

    def value(role: str) -> pl.LazyFrame:
        return of(role).select(*_OWNER, "period_kind", pl.col("value").alias(role))

    keys = [*_OWNER, "period_kind"]
    plan = pl.concat([_sides_of_due(plan), _attainment_plan(plan)])
    return (
        of("current")
        .join(value("previous"), on=keys, how="left")
        .join(value("last_year"), on=keys, how="left")
        .join(plan.drop("full_end").lazy(), on=[*_OWNER, *_PERIOD], how="left")
        .sort(*_OWNER, *_PERIOD)
        .collect()
    )


def _sides_of_due(plan: pl.DataFrame) -> pl.DataFrame:
    """Due as a ratio of two exact sides."""
    return plan.with_columns(
        pl.col("due").alias("due_above"), pl.lit(1, dtype=NUMBER).alias("due_below")
    )


def _attainment_plan(plan: pl.DataFrame) -> pl.DataFrame:
    """Plan of target_attainment: 100 % in the end, and the share of the plan due by now."""
    sales = plan.filter((pl.col("metric") == "sales_amount") & (pl.col("target") != 0))
    return sales.with_columns(
        pl.lit("target_attainment").cast(plan.schema["metric"], strict=False).alias("metric"),
        pl.lit(1, dtype=NUMBER).alias("target"),
        ratio(pl.col("due"), pl.col("target")).round(6).cast(NUMBER).alias("due"),
        pl.col("due").alias("due_above"),
        pl.col("target").alias("due_below"),
    )
