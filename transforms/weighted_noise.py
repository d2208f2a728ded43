"""Noise of weeks that do not weigh alike: XmR limits that move with working days and season."""

from datetime import date
from typing import Final

import polars as pl

from transforms.noise_basis import NoiseBases
from transforms.parameters import Noise, ReviewWeek

_OWNER: Final = ("metric", "scope_kind", "scope")
_WEIGHT: Final = pl.Schema(
    {"metric": pl.String(), "period_start": pl.Date(), "weight": pl.Int128(), "usual": pl.Float64()}
)
_PLACES: Final = 10**6
"""A numerator is held in millionths."""
_SLACK: Final = 1e-9
"""A point that far beyond its limit, in widths of the band, lies on it."""
_IS_WEEK: Final = pl.col("period_kind") == "week"


def is_due(bases: NoiseBases) -> pl.Expr:
    """Whether anything of a metric was due in a week: where nothing was, there are no zeros.

    Evaluated beside metric and period_start, the first day of a week that the bases know. A week
    without a working day (Spring Festival) weighs nothing; it has no place in the limits, nor among
    the 13 weeks of the baseline (D-15).
    """
    is_idle = pl.lit(value=False)
    for basis, weights in bases.weights.items():
        metrics = [code for code, own in bases.of_metric.items() if own == basis]
        idle = [start for start in bases.weeks if weights.of_week(start) == 0]
        is_idle |= pl.col("metric").is_in(metrics) & pl.col("period_start").is_in(idle)
    return ~is_idle


def weighted(
    values: pl.DataFrame, weeks: pl.DataFrame, bases: NoiseBases, week: ReviewWeek, noise: Noise
) -> pl.DataFrame:
    """Judge the sums of the reviewed week by limits at its own weight (D-16).

    `values` has the columns of MetricValue but `noise_basis` and `week_weight`, which are added;
    `weeks` are those of the past in which anything was due (`is_due`): metric, scope_kind, scope,
    period_start, numerator and value, in this order. With the mean rate m = Σx ÷ Σw of the weeks
    before, a week strays by z = (x − m·w) ÷ √w, as on a standardised u chart: of what comes singly
    twice as much varies √2 as much. The limits of a week of weight w are m·w ± 2.66 × the mean
    moving range of z × √w; a run is eight z in a row on one side of 0. With equal weights these
    are the limits of `transforms.signals.chart`.

    A metric taken as it is keeps its limits. In a week that weighs nothing no sum is held against
    its baseline: it is not due.
    """
    own = week_weights([week.starts_on], bases).select("metric", "weight", "usual")
    weights = own.cast({"metric": values.schema["metric"]})
    found = (
        values.lazy()
        .join(weights.lazy(), on="metric", how="left", maintain_order="left")
        .join(
            _limits(weeks, bases, noise).lazy(),
            on=_OWNER,
            how="left",
            maintain_order="left",
        )
        .collect()
    )
    is_own = _IS_WEEK & pl.col("weight").is_not_null()
    is_idle = is_own & (pl.col("weight") == 0)
    root = pl.col("weight").cast(pl.Float64).sqrt()
    centre = pl.col("rate") * pl.col("weight").cast(pl.Float64)
    now = (pl.col("numerator").cast(pl.Float64) - centre) / root
    reach = pl.col("reach")
    is_drawn = reach.is_not_null() & (pl.col("weight") > 0) & _is_measured()
    is_outside = now.abs() > reach * (1 + _SLACK) + _SLACK * centre.abs() / root
    side = pl.when(now > 0).then(1).when(now < 0).then(-1).otherwise(0)
    is_signal = is_outside | ((side != 0) & (side == pl.col("run_side")))
    judged = found.with_columns(
        pl.when(is_own).then(pl.when(is_drawn).then(limit)).otherwise(name).alias(name)
        for name, limit in (
            ("limit_low", centre - reach * root),
            ("limit_high", centre + reach * root),
            ("is_signal", is_signal),
        )
    ).with_columns(
        pl.when(is_idle).then(None).otherwise("deviation_baseline").alias("deviation_baseline"),
        pl.when(is_idle).then(pl.lit("grey")).otherwise("light_baseline").alias("light_baseline"),
        pl.when(is_idle).then("light_plan").otherwise("light").alias("light"),
        pl.when(_IS_WEEK)
        .then(pl.col("metric").replace_strict(dict(bases.of_metric), default="as_is"))
        .alias("noise_basis"),
        pl.when(is_own)
        .then(pl.col("weight").cast(pl.Float64) / pl.col("usual"))
        .alias("week_weight"),
    )
    is_quiet = ~pl.col("is_signal") & (pl.col("light_baseline") != "grey")
    is_undue = is_idle & _is_measured() & (pl.col("target_state") == "no_target")
    return judged.with_columns(
        pl.when(is_own)
        .then(is_quiet.fill_null(value=False))
        .otherwise("is_within_noise")
        .alias("is_within_noise"),
        pl.when(is_undue & (pl.col("light") == "grey"))
        .then(pl.lit("not_due"))
        .otherwise("light_reason")
        .alias("light_reason"),
    ).drop("weight", "usual", "rate", "reach", "run_side")


def strays(points: pl.DataFrame, bases: NoiseBases) -> pl.DataFrame:
    """How far each week of a sum strays from its mean rate: z of `weighted`, in time order.

    `points` are MetricPoint rows of weeks, those that make the rate. Gives metric, scope_kind,
    scope, rate (per unit of weight) and stray.
    """
    weeks = week_weights(points["period_start"].unique().to_list(), bases)
    known = (
        points.filter(pl.col("value").is_not_null())
        .join(weeks.cast({"metric": points.schema["metric"]}), on=["metric", "period_start"])
        .filter(pl.col("weight") > 0)
        .sort(*_OWNER, "period_start")
        .select(*_OWNER, pl.col("numerator").to_physical().alias("amount"), "weight")
    )
    amount, whole = (pl.col(name).sum().over(_OWNER) for name in ("amount", "weight"))
    # whole numbers, so that what keeps to its weights strays by nothing at all
    apart = pl.col("amount") * whole - amount * pl.col("weight")
    scale = whole.cast(pl.Float64) * _PLACES
    return known.select(
        *_OWNER,
        (amount.cast(pl.Float64) / scale).alias("rate"),
        (apart.cast(pl.Float64) / scale / pl.col("weight").cast(pl.Float64).sqrt()).alias("stray"),
    )


def _limits(weeks: pl.DataFrame, bases: NoiseBases, noise: Noise) -> pl.DataFrame:
    """Rate, reach for a weight of 1, and the side the last weeks lie on, if it is one."""
    past = (
        weeks.filter(pl.col("metric").is_in([*bases.metrics()]), pl.col("value").is_not_null())
        .group_by(_OWNER, maintain_order=True)
        .tail(noise.chart_weeks)
    )
    stray, before = pl.col("stray"), noise.run_length - 1
    recent = stray.tail(before)
    return (
        strays(past, bases)
        .group_by(_OWNER, maintain_order=True)
        .agg(
            pl.col("rate").first(),
            (float(noise.xmr_factor) * stray.diff().abs().mean()).alias("reach"),
            pl.when(stray.len() < before)
            .then(0)
            .when(recent.min() > 0)
            .then(1)
            .when(recent.max() < 0)
            .then(-1)
            .otherwise(0)
            .alias("run_side"),
            pl.len().alias("weeks"),
        )
        .filter(pl.col("weeks") >= max(noise.minimum_weeks, 2))
        .drop("weeks")
    )


def week_weights(starts: list[date], bases: NoiseBases) -> pl.DataFrame:
    """What weeks weigh for every metric that is not taken as it is: `_WEIGHT`."""
    known = {
        basis: {start: weights.of_week(start) for start in starts}
        for basis, weights in bases.weights.items()
    }
    rows = [
        (code, start, weight, weights.usual_week)
        for code, weights in bases.metrics().items()
        for start, weight in known[bases.basis(code)].items()
    ]
    return pl.DataFrame(rows, schema=_WEIGHT, orient="row")


def _is_measured() -> pl.Expr:
    return pl.col("state").is_in(["ok", "zero"])
