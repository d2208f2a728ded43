"""Metric values: every metric, scope and period with all it is held against (domain §4, D-15)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import polars as pl

from transforms.catalogue import Metric
from transforms.exact import fraction, ratio
from transforms.lights import baseline_light, deviation, plan_light, worse
from transforms.parameters import Parameters
from transforms.periods import review_periods
from transforms.plan_points import plan_points
from transforms.points import metric_points
from transforms.signals import Chart, baseline, chart
from transforms.tables.columns import NUMBER
from transforms.tables.review import MetricPoint, MetricValue
from transforms.targets import daily_targets, period_plan, target_scopes

__all__ = ["metric_points", "metric_values"]

Series = Sequence[Fraction | None]

_OWNER: Final = ["metric", "scope_kind", "scope"]
_PERIOD: Final = ["period_kind", "period_start", "period_end"]
_WEEK: Final = "week"


def metric_values(
    facts: Mapping[str, pl.LazyFrame],
    targets: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Compute the values of the reviewed week and the history behind them.

    The first frame (`MetricValue`) has the current week, month-, quarter- and year-to-date; the
    second (`MetricPoint`) every period looked at but those three: 104 weeks before and the
    reviewed one, 25 months (the last to date), and the periods of last year. Which rows there are
    says `transforms.points`: a metric that the company does not record leaves none.
    """
    week = parameters.week
    periods = review_periods(week, parameters.calendar)
    current = periods.filter(pl.col("role") == "current")
    daily = daily_targets(targets, catalogue, parameters.calendar).daily
    base = metric_points(
        facts,
        catalogue,
        periods,
        as_of=week.ends_on,
        repurchase_months=parameters.repurchase_months,
        also=target_scopes(targets),
    )
    plan = period_plan(daily, catalogue, periods)
    deals = facts["open_deal"].collect()
    points = pl.concat([base, plan_points(base, plan, deals, current, catalogue)])
    rows = _held_against(points, periods, plan).sort(*_OWNER, *_PERIOD)
    past = _weekly_history(points, week.starts_on, catalogue, parameters)
    values = [
        _judged(row, catalogue[row["metric"]], past, parameters)
        for row in rows.iter_rows(named=True)
    ]
    schema = MetricValue.create_empty().schema
    frame = MetricValue.validate(pl.DataFrame(values, schema=schema, orient="row"))
    is_running = pl.col("period_end") == week.ends_on
    is_to_date = pl.col("period_kind").is_in(["mtd", "qtd", "ytd"])
    history = points.filter(~(is_running & is_to_date)).sort(*_OWNER, *_PERIOD)
    return frame, MetricPoint.validate(history)


def _held_against(points: pl.DataFrame, periods: pl.DataFrame, plan: pl.DataFrame) -> pl.DataFrame:
    """Put target, due, the period before and last year beside each current value."""

    def of(role: str) -> pl.DataFrame:
        chosen = periods.filter(pl.col("role") == role).select(_PERIOD).unique()
        return points.join(chosen, on=_PERIOD, how="semi")

    def value(role: str) -> pl.DataFrame:
        return of(role).select(*_OWNER, "period_kind", pl.col("value").alias(role))

    keys = [*_OWNER, "period_kind"]
    plan = pl.concat([_sides_of_due(plan), _attainment_plan(plan)])
    return (
        of("current")
        .join(value("previous"), on=keys, how="left")
        .join(value("last_year"), on=keys, how="left")
        .join(plan.drop("full_end"), on=[*_OWNER, *_PERIOD], how="left")
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
        pl.lit("target_attainment").alias("metric"),
        pl.lit(1, dtype=NUMBER).alias("target"),
        ratio(pl.col("due"), pl.col("target")).round(6).cast(NUMBER).alias("due"),
        pl.col("due").alias("due_above"),
        pl.col("target").alias("due_below"),
    )


def _weekly_history(
    points: pl.DataFrame,
    starts_on: date,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> dict[tuple[str, str, str], Series]:
    """Exact weekly values before the reviewed week, oldest first; None where there are too few."""
    weeks = max(parameters.noise.baseline_weeks, parameters.noise.chart_weeks)
    rows = (
        points.filter(
            (pl.col("period_kind") == _WEEK)
            & (pl.col("period_start") < starts_on)
            & pl.col("metric").is_in([m.code for m in catalogue.values() if m.has_baseline])
        )
        .sort("period_start")
        .group_by(_OWNER, maintain_order=True)
        .agg(pl.col(name).tail(weeks) for name in ("numerator", "denominator", "n"))
    )
    return {
        (code, kind, scope): [
            None if _is_thin(catalogue[code], n, parameters) else fraction(above, below)
            for above, below, n in zip(tops, bottoms, cases, strict=True)
        ]
        for code, kind, scope, tops, bottoms, cases in rows.iter_rows()
    }


def _is_thin(metric: Metric, n: int, parameters: Parameters) -> bool:
    """Whether a ratio rests on too few cases to judge it."""
    minimum = parameters.lights_of(metric.code).minimum_cases
    return metric.is_ratio and metric.needs_cases and n < minimum


def _state(metric: Metric, row: Mapping[str, Any], parameters: Parameters) -> str:
    if row["value"] is None:
        return "no_data"
    if _is_thin(metric, row["n"], parameters):
        return "too_few_cases"
    return "zero" if row["numerator"] == 0 else "ok"


def _judged(
    row: dict[str, Any],
    metric: Metric,
    past: Mapping[tuple[str, str, str], Series],
    parameters: Parameters,
) -> dict[str, Any]:
    """Judge one value: lights, baseline, limits."""
    lights = parameters.lights_of(metric.code)
    state = _state(metric, row, parameters)
    actual = fraction(row["numerator"], row["denominator"]) if state in {"ok", "zero"} else None
    target_state = row["target_state"] or "no_target"
    due = fraction(row["due_above"], row["due_below"]) if target_state == "ok" else None
    series: Series = ()
    if row["period_kind"] == _WEEK and metric.has_baseline:
        series = past.get((row["metric"], row["scope_kind"], row["scope"]), ())
    usual = baseline(series, parameters.noise)
    drawn = chart(series, actual, parameters.noise)
    from_plan = deviation(actual, due, metric.better)
    from_usual = deviation(actual, usual, metric.better)
    by_plan = plan_light(from_plan, lights)
    by_usual = baseline_light(from_usual, lights)
    light = worse([by_plan, by_usual])
    return {
        **{name: row[name] for name in _KEPT},
        "unit": metric.unit,
        "state": state,
        "target_state": target_state,
        "baseline": _as_float(usual),
        "limit_low": _as_float(drawn.low if drawn else None),
        "limit_high": _as_float(drawn.high if drawn else None),
        "is_signal": drawn.is_signal if drawn else None,
        "deviation_plan": _as_float(from_plan),
        "deviation_baseline": _as_float(from_usual),
        "light_plan": by_plan,
        "light_baseline": by_usual,
        "light": light,
        "light_reason": _grey_reason(state, target_state) if light == "grey" else None,
        "is_within_noise": _is_within_noise(drawn) and by_usual != "grey",
    }


_KEPT: Final = (
    *MetricPoint.column_names(),
    "target",
    "due",
    "previous",
    "last_year",
)


def _grey_reason(state: str, target_state: str) -> str:
    """Say why there is no light: the value's own state, else that of its target."""
    return state if state in {"no_data", "too_few_cases"} else target_state


def _is_within_noise(drawn: Chart | None) -> bool:
    return drawn is not None and not drawn.is_signal


def _as_float(value: Fraction | Decimal | None) -> float | None:
    return None if value is None else float(value)
