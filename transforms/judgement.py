"""Judging metric values: state, baseline, limits and the two lights (D-15, D-16).

Everything but the deviations is formed column by column (`transforms.charts`,
`transforms.verdicts`); every comparison is exact.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from transforms.catalogue import Metric
from transforms.noise_basis import NoiseBases, noise_bases
from transforms.parameters import Parameters
from transforms.tables.review import MetricPoint, MetricValue
from transforms.verdicts import verdicts
from transforms.weighted_noise import is_due, weighted

_OWNER: Final = ("metric", "scope_kind", "scope")
_WEEK: Final = "week"
_KEPT: Final = (*MetricPoint.column_names(), "target", "due", "previous", "last_year")


def judged(
    rows: pl.DataFrame,
    points: pl.DataFrame,
    starts_on: date,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> pl.DataFrame:
    """Judge the values of the reviewed week (`MetricValue`, in the order of the rows).

    `rows` are MetricPoint rows with target, due, previous, last_year, target_state and the two
    sides of what is due (due_above, due_below); `points` the MetricPoint rows of the weeks before
    `starts_on`, from which the baseline and the limits come: those of sums at the weight that each
    week has by working days and season (`transforms.weighted_noise`). The keys of both may be
    values of enumerations, the same ones (`transforms.points.coded_points`).
    """
    bases = noise_bases(points, catalogue, parameters)
    weeks = _weeks_before(points, starts_on, catalogue, bases)
    past = _weekly_history(weeks, catalogue, parameters)
    stated = rows.with_columns(
        _state(catalogue, parameters).alias("state"),
        pl.col("target_state").fill_null("no_target"),
        _by_metric({code: metric.unit for code, metric in catalogue.items()}).alias("unit"),
    )
    state, target_state = pl.col("state"), pl.col("target_state")
    is_silent = state.is_in(["no_data", "too_few_cases"])
    reason = pl.when(is_silent).then(state).otherwise(target_state)
    frame = pl.concat(
        [
            stated.select(*_KEPT, "unit", "state", "target_state"),
            verdicts(stated, past, catalogue, parameters),
        ],
        how="horizontal",
    ).with_columns(pl.when(pl.col("light") == "grey").then(reason).alias("light_reason"))
    frame = weighted(frame, weeks, bases, parameters.week, parameters.noise)
    return MetricValue.validate(frame.select(MetricValue.column_names()), cast=True)


def _by_metric(values: Mapping[str, object]) -> pl.Expr:
    return pl.col("metric").replace_strict(values)


def _is_thin(catalogue: Mapping[str, Metric], parameters: Parameters) -> pl.Expr:
    """Whether a ratio rests on too few cases to judge it."""
    least = {
        code: parameters.lights_of(code).minimum_cases
        if metric.is_ratio and metric.needs_cases
        else 0
        for code, metric in catalogue.items()
    }
    return pl.col("n") < _by_metric(least)


def _state(catalogue: Mapping[str, Metric], parameters: Parameters) -> pl.Expr:
    return (
        pl.when(pl.col("value").is_null())
        .then(pl.lit("no_data"))
        .when(_is_thin(catalogue, parameters))
        .then(pl.lit("too_few_cases"))
        .when(pl.col("numerator") == 0)
        .then(pl.lit("zero"))
        .otherwise(pl.lit("ok"))
    )


def _weeks_before(
    points: pl.DataFrame, starts_on: date, catalogue: Mapping[str, Metric], bases: NoiseBases
) -> pl.DataFrame:
    """The weeks of every watched series before the reviewed one in which something was due."""
    watched = [code for code, metric in catalogue.items() if metric.has_baseline]
    return (
        points.lazy()
        .filter(
            pl.col("period_kind") == _WEEK,
            pl.col("period_start") < starts_on,
            pl.col("metric").is_in(watched),
            is_due(bases),
        )
        .select(*_OWNER, "period_start", "numerator", "denominator", "value", "n")
        .collect()
        .sort(*_OWNER, "period_start")
    )


def _weekly_history(
    weeks: pl.DataFrame, catalogue: Mapping[str, Metric], parameters: Parameters
) -> pl.DataFrame:
    """Exact weekly values before the reviewed week: metric, scope_kind, scope, above, below.

    One row per series; both sides are lists, oldest week first, null where there are too few
    cases. `below` is above 0.
    """
    count = max(parameters.noise.baseline_weeks, parameters.noise.chart_weeks)
    above, below = (pl.col(name).to_physical() for name in ("numerator", "denominator"))
    is_known = (pl.col("denominator") != 0) & ~_is_thin(catalogue, parameters)
    return (
        weeks.lazy()
        .select(
            *_OWNER,
            pl.when(is_known).then(above * below.sign()).alias("above"),
            pl.when(is_known).then(below.abs()).alias("below"),
        )
        .group_by(_OWNER, maintain_order=True)
        .agg(pl.col("above", "below").tail(count))
        .collect()
    )
