"""Judging metric values: state, baseline, limits and the two lights (D-15, D-16).

What is the same for many values is formed column by column; the comparisons are exact, and made
only where there is something to compare with.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

import polars as pl

from transforms.catalogue import Metric
from transforms.lights import baseline_light, deviation, plan_light, worse
from transforms.parameters import Parameters
from transforms.signals import Quotient, baseline, chart
from transforms.tables.review import MetricPoint, MetricValue

Series = Sequence[Quotient | None]

_OWNER: Final = ("metric", "scope_kind", "scope")
_SIDES: Final = ("numerator", "denominator", "due_above", "due_below")
_WEEK: Final = "week"
_KEPT: Final = (*MetricPoint.column_names(), "target", "due", "previous", "last_year")


class _Verdict(NamedTuple):
    """What comparing a value comes to; as it stands, nothing was compared."""

    baseline: float | None = None
    limit_low: float | None = None
    limit_high: float | None = None
    is_signal: bool | None = None
    deviation_plan: float | None = None
    deviation_baseline: float | None = None
    light_plan: str = "grey"
    light_baseline: str = "grey"
    light: str = "grey"
    is_within_noise: bool = False


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
    `starts_on`, from which the baseline comes.
    """
    past = _weekly_history(points, starts_on, catalogue, parameters)
    stated = rows.with_columns(
        _state(catalogue, parameters).alias("state"),
        pl.col("target_state").fill_null("no_target"),
        _by_metric({code: metric.unit for code, metric in catalogue.items()}).alias("unit"),
    )
    verdicts = list(_verdicts(stated, past, catalogue, parameters))
    schema = {name: MetricValue.create_empty().schema[name] for name in _Verdict._fields}
    state, target_state = pl.col("state"), pl.col("target_state")
    is_silent = state.is_in(["no_data", "too_few_cases"])
    reason = pl.when(is_silent).then(state).otherwise(target_state)
    frame = pl.concat(
        [
            stated.select(*_KEPT, "unit", "state", "target_state"),
            pl.DataFrame(verdicts, schema=schema, orient="row"),
        ],
        how="horizontal",
    ).with_columns(pl.when(pl.col("light") == "grey").then(reason).alias("light_reason"))
    return MetricValue.validate(frame.select(MetricValue.column_names()))


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


def _weekly_history(
    points: pl.DataFrame, starts_on: date, catalogue: Mapping[str, Metric], parameters: Parameters
) -> dict[tuple[str, str, str], Series]:
    """Exact weekly values before the reviewed week, oldest first; None where there are too few."""
    weeks = max(parameters.noise.baseline_weeks, parameters.noise.chart_weeks)
    watched = [code for code, metric in catalogue.items() if metric.has_baseline]
    is_known = (pl.col("denominator") != 0) & ~_is_thin(catalogue, parameters)
    above, below = (
        pl.when(is_known).then(pl.col(name).to_physical()).alias(name)
        for name in ("numerator", "denominator")
    )
    rows = (
        points.filter(
            (pl.col("period_kind") == _WEEK)
            & (pl.col("period_start") < starts_on)
            & pl.col("metric").is_in(watched)
        )
        .sort("period_start")
        .group_by(_OWNER, maintain_order=True)
        .agg(above.tail(weeks), below.tail(weeks))
    )
    return {
        (code, kind, scope): [
            None if top is None else _quotient(top, bottom)
            for top, bottom in zip(tops, bottoms, strict=True)
        ]
        for code, kind, scope, tops, bottoms in rows.iter_rows()
    }


def _quotient(above: int, below: int) -> Quotient:
    return Quotient(above, below) if below > 0 else Quotient(-above, -below)


def _verdicts(
    rows: pl.DataFrame,
    past: Mapping[tuple[str, str, str], Series],
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> Iterator[_Verdict]:
    nothing = _Verdict()
    has_actual = pl.col("state").is_in(["ok", "zero"])
    has_due = pl.col("target_state") == "ok"
    columns = rows.select(
        *_OWNER,
        (pl.col("period_kind") == _WEEK).alias("is_week"),
        has_actual.alias("has_actual"),
        (has_actual & has_due).alias("has_plan"),
        *(pl.col(name).to_physical() for name in _SIDES),
    )
    for row in columns.iter_rows():
        code, kind, scope, is_week, has_value, has_plan, above, below, due_above, due_below = row
        metric = catalogue[code]
        series = past.get((code, kind, scope), ()) if is_week and metric.has_baseline else ()
        if not has_plan and not series:
            yield nothing
            continue
        actual = _quotient(above, below) if has_value else None
        due = _quotient(due_above, due_below) if has_plan and due_below else None
        yield _compared(metric, actual, due, series, parameters)


def _compared(
    metric: Metric,
    actual: Quotient | None,
    due: Quotient | None,
    series: Series,
    parameters: Parameters,
) -> _Verdict:
    lights = parameters.lights_of(metric.code)
    usual = baseline(series, parameters.noise)
    drawn = chart(series, actual, parameters.noise)
    value = Fraction(*actual) if actual else None
    from_plan = deviation(value, Fraction(*due) if due else None, metric.better)
    from_usual = deviation(value, usual, metric.better)
    by_plan = plan_light(from_plan, lights)
    by_usual = baseline_light(from_usual, lights)
    return _Verdict(
        baseline=None if usual is None else float(usual),
        limit_low=float(drawn.low) if drawn else None,
        limit_high=float(drawn.high) if drawn else None,
        is_signal=drawn.is_signal if drawn else None,
        deviation_plan=None if from_plan is None else float(from_plan),
        deviation_baseline=None if from_usual is None else float(from_usual),
        light_plan=by_plan,
        light_baseline=by_usual,
        light=worse([by_plan, by_usual]),
        is_within_noise=drawn is not None and not drawn.is_signal and by_usual != "grey",
    )
