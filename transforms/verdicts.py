"""Verdicts on metric values: what comparing each with plan and baseline comes to (D-15, D-16)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import polars as pl

from transforms.catalogue import Metric
from transforms.charts import held, is_signal, is_wide, weekly_charts
from transforms.exact import Quotient
from transforms.lights import baseline_light, deviation, plan_light, worse
from transforms.parameters import Noise, Parameters
from transforms.signals import TICKS, baseline, chart
from transforms.tables.review import MetricValue

_OWNER: Final = ("metric", "scope_kind", "scope")
_SIDES: Final = ("above", "below")
_NOW: Final = ("numerator", "denominator", "due_above", "due_below")
_CHART: Final = (
    "lower_above",
    "lower_below",
    "upper_above",
    "upper_below",
    "mean",
    "reach",
    "is_signal",
)


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


class _Usual(NamedTuple):
    """Baseline of a series, and the chart with its point."""

    baseline: Quotient | None = None
    low: float | None = None
    high: float | None = None
    is_signal: bool | None = None


def verdicts(
    rows: pl.DataFrame,
    weeks: pl.DataFrame,
    catalogue: Mapping[str, Metric],
    parameters: Parameters,
) -> pl.DataFrame:
    """Compare values with what is due and with their weeks before; a row per row, in their order.

    `rows` have metric, scope_kind, scope, period_kind, numerator, denominator, due_above,
    due_below, state and target_state; `weeks` one row per series with a value or more: metric,
    scope_kind, scope, above and below, two lists of whole numbers in proportion, oldest first, null
    for a week without a value. The result has the columns of MetricValue from baseline to
    deviation_baseline, the three lights and is_within_noise. Comparisons are exact.
    """
    weeks = weeks.with_row_index("series")
    rows = _to_compare(rows).join(weeks.select(*_OWNER, "series"), on=_OWNER, how="left")
    rows = rows.with_columns(pl.when("is_week").then("series").alias("series"))
    wide = _wide(rows, weeks)
    narrow = weeks.filter(~pl.col("series").is_in([*wide]))
    charted = _beside_charts(rows, weekly_charts(_spread(narrow), parameters.noise), parameters)
    found: list[tuple[object, ...]] = []
    for at, code, series, above, below, due_above, due_below, *drawn in charted.iter_rows():
        actual = None if above is None else _quotient(above, below)
        due = _quotient(due_above, due_below) if due_below else None
        usual = (
            _usual_of(wide[series], actual, parameters.noise) if series in wide else _usual(drawn)
        )
        found.append((at, *_compared(catalogue[code], actual, due, usual, parameters)))
    contract = MetricValue.create_empty().schema
    schema = {"at": pl.UInt32(), **{name: contract[name] for name in _Verdict._fields}}
    nothing = _Verdict()
    return (
        rows.select("at")
        .join(
            pl.DataFrame(found, schema=schema, orient="row"),
            on="at",
            how="left",
            maintain_order="left",
        )
        .select(
            pl.col(name) if default is None else pl.col(name).fill_null(default)
            for name, default in nothing._asdict().items()
        )
    )


def _to_compare(rows: pl.DataFrame) -> pl.DataFrame:
    """Lay out what of each row is compared; sides that say nothing are null."""
    has_actual = pl.col("state").is_in(["ok", "zero"])
    has_plan = has_actual & (pl.col("target_state") == "ok")
    return rows.with_row_index("at").select(
        "at",
        *_OWNER,
        (pl.col("period_kind") == "week").alias("is_week"),
        has_plan.alias("has_plan"),
        *(
            pl.when(is_said).then(pl.col(name).to_physical()).alias(name)
            for is_said, names in (
                (has_actual, ("numerator", "denominator")),
                (has_plan, ("due_above", "due_below")),
            )
            for name in names
        ),
    )


def _spread(weeks: pl.DataFrame) -> pl.DataFrame:
    return weeks.select("series", *_SIDES).explode(_SIDES)


def _wide(rows: pl.DataFrame, weeks: pl.DataFrame) -> dict[int, list[Quotient | None]]:
    """The series with values, before or now, that the columns of a chart have no room for."""
    now = rows.select(
        "series", pl.col("numerator").alias("above"), pl.col("denominator").alias("below")
    )
    every = pl.concat([now, _spread(weeks)])
    found = every.filter(is_wide(pl.col("above")) | is_wide(pl.col("below")))
    return {
        series: [
            None if above is None else Quotient(above, below)
            for above, below in zip(tops, bottoms, strict=True)
        ]
        for series, tops, bottoms in weeks.join(found, on="series", how="semi")
        .select("series", *_SIDES)
        .iter_rows()
    }


def _beside_charts(
    rows: pl.DataFrame, charts: pl.DataFrame, parameters: Parameters
) -> pl.DataFrame:
    """Keep the rows that have something to be compared with, the chart of their weeks beside."""
    above = pl.col("numerator") * pl.col("denominator").sign()
    point = held(above, pl.col("denominator").abs())
    return (
        rows.filter(pl.col("has_plan") | pl.col("series").is_not_null())
        .join(charts, on="series", how="left", maintain_order="left")
        .with_columns(is_signal(point, parameters.noise).alias("is_signal"))
        .select("at", "metric", "series", *_NOW, *_CHART)
    )


def _quotient(above: int, below: int) -> Quotient:
    return Quotient(above, below) if below > 0 else Quotient(-above, -below)


def _usual(drawn: Sequence[Any]) -> _Usual:
    """Read baseline and limits from the columns of a chart."""
    lower_above, lower_below, upper_above, upper_below, mean, reach, is_signal_now = drawn
    median = None
    if lower_above is not None:
        above = lower_above * upper_below + upper_above * lower_below
        median = Quotient(above, 2 * lower_below * upper_below)
    if is_signal_now is None:
        return _Usual(median)
    return _Usual(median, (mean - reach) / TICKS, (mean + reach) / TICKS, is_signal_now)


def _usual_of(history: Sequence[Quotient | None], point: Quotient | None, noise: Noise) -> _Usual:
    """Find baseline and limits of one series."""
    median, drawn = baseline(history, noise), chart(history, point, noise)
    usual = None if median is None else Quotient(median.numerator, median.denominator)
    if drawn is None:
        return _Usual(usual)
    return _Usual(usual, float(drawn.low), float(drawn.high), drawn.is_signal)


def _compared(
    metric: Metric,
    actual: Quotient | None,
    due: Quotient | None,
    usual: _Usual,
    parameters: Parameters,
) -> _Verdict:
    lights = parameters.lights_of(metric.code)
    from_plan = deviation(actual, due, metric.better)
    from_usual = deviation(actual, usual.baseline, metric.better)
    by_plan = plan_light(from_plan, lights)
    by_usual = baseline_light(from_usual, lights)
    return _Verdict(
        baseline=_as_float(usual.baseline),
        limit_low=usual.low,
        limit_high=usual.high,
        is_signal=usual.is_signal,
        deviation_plan=_as_float(from_plan),
        deviation_baseline=_as_float(from_usual),
        light_plan=by_plan,
        light_baseline=by_usual,
        light=worse([by_plan, by_usual]),
        is_within_noise=usual.is_signal is False and by_usual != "grey",
    )


def _as_float(value: Quotient | None) -> float | None:
    """The nearest floating-point number: whole numbers of any size are divided exactly."""
    return None if value is None else value.numerator / value.denominator
