"""Did a countermeasure move what it was to move (D-20)."""

from collections.abc import Iterable
from typing import Final

import dataframely as dy
import polars as pl

from transforms.calendar import review_week
from transforms.noise_basis import stated_bases
from transforms.parameters import Parameters
from transforms.tables.act import ActionEffect
from transforms.weighted_noise import week_weights
from transforms.why.register import CANCELLED, NOT_STARTED, says

_PROPOSALS: Final = {
    "worked": "standardise",
    "moved_less": "adjust",
    "no_effect": "stop",
    "within_noise": "wait",
    "too_early": "wait",
    "no_data": "none",
    "no_expectation": "state_effect",
    "not_started": "begin",
    "cancelled": "none",
}


def action_effects(
    items: pl.DataFrame, history: pl.DataFrame, values: pl.DataFrame, parameters: Parameters
) -> dy.DataFrame[ActionEffect]:
    """Hold the weeks since each decision against the 13 weeks up to it.

    Takes `ActionItem` rows, the metrics' history (`MetricPoint`) and the values of the reviewed
    week (`MetricValue`). Weeks are means, of a ratio over all its cases. A sum is held on the basis
    on which its signals are (`noise_basis`): its mean is that of a usual week, m = Σx ÷ Σw with the
    weeks' weights w, a usual week being 1; a week strays by z = (x − m·w) ÷ √w; one that weighs
    nothing is left out. What is taken as it is has the weights 1. d is the difference, in the
    direction expected; b = 2.66 × mean moving range of z before × √(1/Σw before + 1/Σw after) its
    noise band (D-16: 2.66 moving ranges are three standard deviations of a single week, of a mean
    of n weeks three deviations divided by √n). Once the countermeasure is due:

    - worked: d > b and d ≥ expected;
    - moved_less: d > b, but d < expected;
    - no_effect: d ≤ b, and what was expected lies outside d ± b, or d < −b;
    - within_noise: d ≤ b, but what was expected lies inside d ± b: nobody can tell;
    - not_started: whatever moved was not moved by it.
    """
    weeks = _weighed(_weeks(history, values), values, parameters)
    placed = _placed(items.filter(pl.col("effect_metric").is_not_null()), weeks)
    known = placed.join(_ends(items["decided_in_week"], parameters), on="decided_in_week")
    points = known.join(
        weeks, left_on=["effect_metric", "scope_kind", "scope"], right_on=_SERIES
    ).with_columns((pl.col("period_start") > pl.col("decided_on")).alias("is_after"))
    before = _summed(points.filter(~pl.col("is_after")), parameters.noise.baseline_weeks)
    after = _summed(points.filter("is_after"), None)
    found = (
        items.drop("scope_kind", "scope")
        .join(_searched(items, placed), on="action_id")
        .join(before, on="action_id", how="left")
        .join(after, on="action_id", how="left", suffix="_after")
    )
    factor = float(parameters.noise.xmr_factor)
    spread = (1 / pl.col("weight") + 1 / pl.col("weight_after")).sqrt()
    judged = found.with_columns(
        (pl.col("mean_after") - pl.col("mean")).alias("moved"),
        (factor * pl.col("mean_range") * spread).alias("noise_band"),
        pl.col("effect_delta").cast(pl.Float64).alias("wanted"),
        pl.col("weeks", "weeks_after").fill_null(0).cast(pl.Int64),
    ).with_columns(_verdict(parameters).alias("verdict"))
    return ActionEffect.validate(
        judged.select(
            *("action_id", "scope_kind", "scope"),
            pl.col("effect_metric").alias("metric"),
            pl.col("effect_delta").alias("expected"),
            pl.col("mean").alias("before"),
            pl.col("mean_after").alias("after"),
            *("moved", "noise_band"),
            pl.col("weeks").alias("weeks_before"),
            *("weeks_after", "noise_basis", "verdict"),
            pl.col("verdict").replace_strict(_PROPOSALS).alias("proposal"),
        ).sort("action_id"),
        cast=True,
    )


_SERIES: Final = ["metric", "scope_kind", "scope"]


def _weeks(history: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Every week with a value, the reviewed one among them, once."""
    columns = [*_SERIES, "period_start", "period_end", "numerator", "denominator", "value"]
    both = pl.concat(
        [
            frame.filter(pl.col("period_kind") == "week", pl.col("value").is_not_null()).select(
                columns
            )
            for frame in (values, history)
        ]
    )
    return both.unique([*_SERIES, "period_start"], keep="first", maintain_order=True)


def _weighed(weeks: pl.DataFrame, values: pl.DataFrame, parameters: Parameters) -> pl.DataFrame:
    """Add on what basis a week is taken, and what it weighs there; without those that do not."""
    starts = weeks["period_start"].unique().sort().to_list()
    bases = stated_bases(values, starts, parameters)
    weights = week_weights(starts, bases).select(
        "metric", "period_start", (pl.col("weight").cast(pl.Float64) / pl.col("usual"))
    )
    basis = pl.col("metric").replace_strict(dict(bases.of_metric), default="as_is")
    return (
        weeks.join(weights, on=["metric", "period_start"], how="left", maintain_order="left")
        .with_columns(pl.col("weight").fill_null(1.0), basis.alias("noise_basis"))
        .filter(pl.col("weight") > 0)
    )


def _placed(items: pl.DataFrame, weeks: pl.DataFrame) -> pl.DataFrame:
    """Look in the item's scope where the metric has values there, else in that of its team."""
    series = weeks.select(_SERIES).unique()
    keys = ["effect_metric", "scope_kind", "scope"]
    own = items.join(series, left_on=keys, right_on=_SERIES, how="semi")
    others = items.join(series, left_on=keys, right_on=_SERIES, how="anti").filter(
        pl.col("team").is_not_null()
    )
    theirs = others.with_columns(pl.lit("team").alias("scope_kind"), pl.col("team").alias("scope"))
    return pl.concat([own, theirs])


def _searched(items: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """Where each item's effect was looked for."""
    columns = ["action_id", "scope_kind", "scope"]
    rest = items.join(placed, on="action_id", how="anti")
    return pl.concat([placed.select(columns), rest.select(columns)])


def _ends(labels: Iterable[str], parameters: Parameters) -> pl.DataFrame:
    """The last day of each week by its label; one that is no label of a week has none."""
    found = {}
    for label in set(labels):
        try:
            found[label] = review_week(label, parameters.calendar.week_ends_on).ends_on
        except ValueError:
            continue
    schema = {"decided_in_week": pl.String, "decided_on": pl.Date}
    return pl.DataFrame(sorted(found.items()), schema=schema, orient="row")


def _summed(points: pl.DataFrame, most: int | None) -> pl.DataFrame:
    """Mean, number, weight and mean moving range of the last weeks of each item."""
    ordered = points.sort("action_id", "period_start")
    last = ordered.group_by("action_id", maintain_order=True).tail(most) if most else ordered
    number, cases = (pl.col(name).cast(pl.Float64) for name in ("numerator", "denominator"))
    mean = number.sum() / (cases * pl.col("weight")).sum()
    strays = (pl.col("value") - mean * pl.col("weight")) / pl.col("weight").sqrt()
    return last.group_by("action_id", maintain_order=True).agg(
        mean.alias("mean"),
        pl.len().cast(pl.Int64).alias("weeks"),
        pl.col("weight").sum(),
        strays.diff().abs().mean().alias("mean_range"),
        pl.col("noise_basis").first(),
    )


_SLACK: Final = 1e-9
"""Means that far from each other, in parts of the greater, are equal."""


def _verdict(parameters: Parameters) -> pl.Expr:
    sign = pl.col("wanted").sign()
    moved, wanted = pl.col("moved") * sign, pl.col("wanted").abs()
    slack = _SLACK * pl.max_horizontal(pl.col("mean", "mean_after").abs())
    band = pl.col("noise_band") + slack
    is_due = pl.col("due_on") <= parameters.week.ends_on
    is_measured = (pl.col("weeks") >= parameters.noise.minimum_weeks) & (pl.col("weeks_after") > 0)
    lacks = pl.col("effect_metric").is_null() | (pl.col("wanted").fill_null(0) == 0)
    return (
        pl.when(says(CANCELLED))
        .then(pl.lit("cancelled"))
        .when(says(NOT_STARTED) & is_due.fill_null(value=False))
        .then(pl.lit("not_started"))
        .when(lacks)
        .then(pl.lit("no_expectation"))
        .when(~is_due.fill_null(value=False))
        .then(pl.lit("too_early"))
        .when(~is_measured | moved.is_null() | band.is_null())
        .then(pl.lit("no_data"))
        .when(moved > band)
        .then(
            pl.when(moved >= wanted - slack).then(pl.lit("worked")).otherwise(pl.lit("moved_less"))
        )
        .when((moved + band < wanted) | (moved < -band))
        .then(pl.lit("no_effect"))
        .otherwise(pl.lit("within_noise"))
    )
