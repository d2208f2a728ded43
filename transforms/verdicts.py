"""Verdicts on metric values: what comparing each with plan and baseline comes to (D-15, D-16)."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import polars as pl

from transforms.catalogue import Metric
from transforms.charts import held, is_signal, is_wide, weekly_charts
from transforms.comparisons import USUAL, compared, has_room, is_beyond, with_median
from transforms.exact import Quotient
from transforms.lights import baseline_light, deviation, plan_light, worse
from transforms.parameters import Noise, Parameters
from transforms.signals import TICKS, baseline, chart
from transforms.tables.review import MetricValue

_OWNER: Final = ("metric", "scope_kind", "scope")
_SIDES: Final = ("above", "below")
_DUE: Final = ("due_above", "due_below")


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
    charts = weekly_charts(_spread(weeks.filter(~pl.col("series").is_in(wide))), parameters.noise)
    beside = _beside_charts(rows, with_median(charts), parameters)
    is_apart = pl.col("series").is_in(wide).fill_null(value=False) | is_beyond()
    if not has_room(catalogue, parameters):
        is_apart = pl.lit(value=True)
    beside = beside.with_columns(is_apart.alias("is_apart"))
    apart = _one_by_one(beside.filter("is_apart"), weeks, catalogue, parameters)
    together = compared(beside.filter(~pl.col("is_apart")), catalogue, parameters)
    found = pl.concat([_with_floats(together), apart])
    return (
        rows.select("at")
        .join(found, on="at", how="left", maintain_order="left")
        .select(
            pl.col(name) if default is None else pl.col(name).fill_null(default)
            for name, default in _Verdict()._asdict().items()
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
        *_quotient("numerator", "denominator", has_actual, _SIDES),
        *_quotient("due_above", "due_below", has_plan, _DUE),
    )


def _quotient(above: str, below: str, is_said: pl.Expr, names: tuple[str, str]) -> list[pl.Expr]:
    """Two sides as whole numbers in proportion, the lower above 0."""
    top, under = (pl.col(name).to_physical() for name in (above, below))
    is_there = is_said & (under != 0)
    return [
        pl.when(is_there).then(top * under.sign()).alias(names[0]),
        pl.when(is_there).then(under.abs()).alias(names[1]),
    ]


def _spread(weeks: pl.DataFrame) -> pl.DataFrame:
    return weeks.select("series", *_SIDES).explode(_SIDES)


def _wide(rows: pl.DataFrame, weeks: pl.DataFrame) -> list[int]:
    """The series with values, before or now, that the columns of a chart have no room for."""
    now = rows.select("series", *_SIDES)
    every = pl.concat([now, _spread(weeks)])
    found = every.filter(is_wide(pl.col("above")) | is_wide(pl.col("below")))
    return found["series"].drop_nulls().unique().to_list()


def _beside_charts(
    rows: pl.DataFrame, charts: pl.DataFrame, parameters: Parameters
) -> pl.DataFrame:
    """Keep the rows that have something to be compared with, the chart of their weeks beside."""
    point = held(pl.col("above"), pl.col("below"))
    return (
        rows.filter(pl.col("has_plan") | pl.col("series").is_not_null())
        .join(charts, on="series", how="left", maintain_order="left")
        .with_columns(is_signal(point, parameters.noise).alias("is_signal"))
    )


def _with_floats(rows: pl.DataFrame) -> pl.DataFrame:
    """Form the values that are shown: whole numbers of any size are divided exactly."""

    def divided(above: str, below: str) -> pl.Series:
        sides = zip(rows[above].to_list(), rows[below].to_list(), strict=True)
        found = [None if top is None or under is None else top / under for top, under in sides]
        return pl.Series(found, dtype=pl.Float64)

    drawn = rows.select(
        *(
            pl.when(pl.col("is_signal").is_not_null()).then(each).alias(name)
            for name, each in (
                ("low", pl.col("mean") - pl.col("reach")),
                ("high", pl.col("mean") + pl.col("reach")),
            )
        )
    )
    low, high = (
        pl.Series([None if each is None else each / TICKS for each in side], dtype=pl.Float64)
        for side in drawn.get_columns()
    )
    return rows.with_columns(
        divided(*USUAL).alias("baseline"),
        low.alias("limit_low"),
        high.alias("limit_high"),
        divided("gap_plan", "whole_plan").alias("deviation_plan"),
        divided("gap_usual", "whole_usual").alias("deviation_baseline"),
    ).select("at", *_Verdict._fields)


def _one_by_one(
    rows: pl.DataFrame, weeks: pl.DataFrame, catalogue: Mapping[str, Metric], parameters: Parameters
) -> pl.DataFrame:
    """Compare values that columns have no room for."""
    contract = MetricValue.create_empty().schema
    schema = {"at": pl.UInt32(), **{name: contract[name] for name in _Verdict._fields}}
    past = {
        series: [
            None if top is None else Quotient(top, under) for top, under in zip(*sides, strict=True)
        ]
        for series, *sides in weeks.join(rows, on="series", how="semi")
        .select("series", *_SIDES)
        .iter_rows()
    }
    found = [
        (
            at,
            *_compared(
                catalogue[code],
                actual := None if above is None else Quotient(above, below),
                Quotient(due_above, due_below) if due_below else None,
                _usual_of(past.get(series, ()), actual, parameters.noise),
                parameters,
            ),
        )
        for at, code, series, above, below, due_above, due_below in rows.select(
            "at", "metric", "series", *_SIDES, *_DUE
        ).iter_rows()
    ]
    return pl.DataFrame(found, schema=schema, orient="row")


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
