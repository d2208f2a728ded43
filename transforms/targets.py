"""The plan at a date: target and due of every period, and how far each target window is."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from transforms.catalogue import Metric
from transforms.daily_targets import DailyTargets, daily_targets
from transforms.exact import ratio
from transforms.formulas import with_inputs
from transforms.parameters import Parameters
from transforms.points import Facts, metric_points
from transforms.scopes import SCOPE_KINDS
from transforms.tables.columns import NUMBER
from transforms.tables.review import MetricPoint, TargetProgress

__all__ = [
    "DailyTargets",
    "daily_targets",
    "period_plan",
    "target_progress",
    "target_scopes",
    "window_metrics",
    "window_periods",
    "window_points",
]

_OWNER: Final = ["metric", "scope_kind", "scope"]
_PERIOD: Final = ["period_kind", "period_start", "period_end", "full_end"]


def target_scopes(targets: pl.DataFrame) -> pl.DataFrame:
    """Name the scopes that have a target, with the day the first one starts.

    Only kinds that facts are cut by: a target of an industry is kept, but nothing measures it.
    """
    measured = targets.filter(pl.col("scope_kind").is_in(list(SCOPE_KINDS)))
    return measured.group_by("scope_kind", "scope").agg(pl.col("period_start").min().alias("since"))


def period_plan(
    daily: pl.DataFrame, catalogue: Mapping[str, Metric], periods: pl.DataFrame
) -> pl.DataFrame:
    """Find target and due of each period (D-2, D-15).

    One row per metric, scope and period that a target reaches into: target (of the whole period),
    due (应达, to the period's last day looked at) and target_state: ok, or not_due where nothing
    is due yet. The target of a ratio is the one that holds on the last day looked at.
    """
    level = [code for code, metric in catalogue.items() if not metric.is_spread]
    days = periods.select(_PERIOD).unique()
    spread = days.with_columns(pl.date_ranges("period_start", "full_end").alias("day")).explode(
        "day"
    )
    rows = daily.join(spread, on="day")
    is_due = pl.col("day") <= pl.col("period_end")
    summed = (
        rows.filter(~pl.col("metric").is_in(level))
        .group_by(*_OWNER, *_PERIOD)
        .agg(
            pl.col("value").sum().cast(NUMBER).alias("target"),
            pl.col("value").filter(is_due).sum().cast(NUMBER).alias("due"),
        )
    )
    held = (
        rows.filter(pl.col("metric").is_in(level))
        .sort("day")
        .group_by(*_OWNER, *_PERIOD, maintain_order=True)
        .agg(
            pl.col("value").filter(pl.col("day") >= pl.col("period_end")).first().alias("target"),
            pl.col("value").filter(pl.col("day") == pl.col("period_end")).first().alias("due"),
        )
        .filter(pl.col("target").is_not_null())
    )
    is_begun = pl.col("due").is_not_null() & (pl.col("due") != 0)
    return (
        pl.concat([summed, held])
        .with_columns(
            pl.when(is_begun).then(pl.lit("ok")).otherwise(pl.lit("not_due")).alias("target_state")
        )
        .sort(*_OWNER, *_PERIOD)
    )


def window_metrics(windows: pl.DataFrame, catalogue: Mapping[str, Metric]) -> dict[str, Metric]:
    """The metrics that windows are measured by, with what those are formed of."""
    named = set(windows["metric"].to_list()).intersection(catalogue)
    return with_inputs({code: catalogue[code] for code in sorted(named)}, catalogue)


def window_periods(
    windows: pl.DataFrame, catalogue: Mapping[str, Metric], as_of: date
) -> pl.DataFrame:
    """The periods that `window_points` measures: period_kind, period_start and period_end."""
    return _windows(windows.filter(pl.col("metric").is_in(list(catalogue))), as_of)


def window_points(
    facts: Facts,
    windows: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> pl.DataFrame:
    """Measure windows, such as those of targets and goals, from their start to the as-of date.

    `windows` have metric, scope_kind, scope, period_start and period_end; one that has not begun
    or names no metric of the catalogue has no point. Returns MetricPoint rows whose period ends on
    the window's end or the as-of date, whichever is earlier. The facts are those that
    `window_metrics` are formed of, over `window_periods` where they come as groups.
    """
    as_of = parameters.week.ends_on
    known = windows.filter(pl.col("metric").is_in(list(catalogue)))
    periods = _windows(known, as_of)
    if periods.is_empty():
        return MetricPoint.create_empty()
    return metric_points(
        facts,
        window_metrics(known, catalogue),
        periods,
        as_of=as_of,
        repurchase_months=parameters.repurchase_months,
        also=target_scopes(known),
    )


def target_progress(
    points: pl.DataFrame,
    targets: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> pl.DataFrame:
    """Hold every target window against what was reached in it by the as-of date.

    `points` are those of `window_points`. A window is any [start, end], such as a quota of one
    rep. The attainment of a ratio metric is its value over the window ÷ target. A window that has
    not begun is `not_due`; one in which nothing was sold is `zero`, −100 % of its target.
    """
    as_of = parameters.week.ends_on
    known = targets.filter(pl.col("metric").is_in(list(catalogue)))
    if known.is_empty():
        return TargetProgress.create_empty()
    windows = _windows(known, as_of)
    wanted = {code: catalogue[code] for code in sorted(set(known["metric"].to_list()))}
    daily = daily_targets(targets, catalogue, parameters.calendar).daily
    plan = period_plan(daily, catalogue, windows).select(
        *_OWNER, "period_start", pl.col("full_end").alias("period_end"), "due"
    )
    minimum = pl.col("metric").replace_strict(
        {code: _minimum(metric, parameters) for code, metric in wanted.items()},
        return_dtype=pl.Int64,
    )
    level = [code for code, metric in wanted.items() if not metric.is_spread]
    is_ratio = pl.col("metric").is_in([c for c, metric in wanted.items() if metric.is_ratio])
    value = pl.when(is_ratio).then(pl.col("value")).otherwise(pl.col("numerator").cast(pl.Float64))
    state = (
        pl.when(pl.col("period_start") > as_of)
        .then(pl.lit("not_due"))
        .when(pl.col("value").is_null())
        .then(pl.lit("no_data"))
        .when(is_ratio & (pl.col("n") < minimum))
        .then(pl.lit("too_few_cases"))
        .when(pl.col("numerator") == 0)
        .then(pl.lit("zero"))
        .otherwise(pl.lit("ok"))
    )
    frame = (
        known.with_columns(pl.min_horizontal("period_end", pl.lit(as_of)).alias("reached_on"))
        .join(
            points.drop("period_kind").rename({"period_end": "reached_on"}),
            on=[*_OWNER, "period_start", "reached_on"],
            how="left",
        )
        .join(plan, on=[*_OWNER, "period_start", "period_end"], how="left")
        .select(
            *_OWNER,
            "period_start",
            "period_end",
            pl.col("target_value").alias("target"),
            pl.when(pl.col("metric").is_in(level) & (pl.col("period_start") <= as_of))
            .then(pl.col("target_value"))
            .otherwise(pl.col("due"))
            .alias("due"),
            # the value of a ratio is shown to six decimals; its attainment is formed from the sides
            pl.when(is_ratio)
            .then(pl.col("value").round(6).cast(NUMBER))
            .otherwise(pl.col("numerator"))
            .alias("actual"),
            ratio(value, pl.col("target_value")).alias("attainment"),
            state.alias("state"),
        )
        .sort(*_OWNER, "period_start", "period_end")
    )
    return TargetProgress.validate(frame, cast=True)


def _minimum(metric: Metric, parameters: Parameters) -> int:
    return parameters.lights_of(metric.code).minimum_cases if metric.needs_cases else 0


def _windows(targets: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The windows begun by the as-of date, as periods that run to it."""
    return (
        targets.filter(pl.col("period_start") <= as_of)
        .select(
            pl.lit("window").alias("period_kind"),
            "period_start",
            pl.min_horizontal("period_end", pl.lit(as_of)).alias("period_end"),
            pl.col("period_end").alias("full_end"),
        )
        .unique()
    )
