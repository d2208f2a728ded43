"""Baselines (D-15) and XmR charts (D-16) of many weekly series at once.

What `transforms.signals` says of one series, column by column. Values held to 12 decimals are whole
numbers of 128 bits, so that sums, ranges and limits are exact; values too large for that are left
to it (`is_wide`).
"""

from fractions import Fraction
from typing import Final

import polars as pl

from transforms.parameters import Noise
from transforms.signals import TICKS

_MOST: Final = 2**63
"""Sides below it: 26 values in ticks, and the product of two sides, fit into 128 bits."""
_WHOLE: Final = pl.Int128
_SIDES: Final = ("above", "below")


def rounded(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """Divide whole numbers and round half to even; `below` is above 0.

    >>> sides = pl.DataFrame({"above": [5, -5, 7, 8], "below": [2, 2, 2, 3]})
    >>> sides.select(rounded(pl.col("above"), pl.col("below"))).to_series().to_list()
    [2, -2, 4, 3]
    """
    whole, twice = above // below, above % below * 2
    is_up = (twice > below) | ((twice == below) & (whole % 2 != 0))
    return whole + is_up.cast(pl.Int8)


def is_wide(sides: pl.Expr) -> pl.Expr:
    """Whether a whole number is too large for the columns of this module."""
    return sides.abs() >= _MOST


def held(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    """Turn a value into whole units of the 12th decimal."""
    return rounded(above.cast(_WHOLE) * TICKS, below.cast(_WHOLE))


def weekly_charts(weeks: pl.DataFrame, noise: Noise) -> pl.DataFrame:
    """Find the baseline and the chart of each series of weeks before the reviewed one.

    `weeks` has series (a number), above and below (whole numbers, below > 0; null for a week
    without a value), the weeks of a series one after the other, oldest first, all of them below
    the bound of `is_wide`.

    One row per series that has a value: the one or two values in the middle of the baseline
    (lower_above, lower_below, upper_above, upper_below: the median is half their sum; null where
    there are too few weeks), and of the chart count, mean, reach (what the limits lie from the
    mean), and smallest and largest of the last weeks that would be a run with the point. The last
    four are whole units of the 12th decimal, and null where there are too few weeks.
    """
    back = pl.int_range(pl.len(), 0, -1).over("series")
    known = (
        weeks.with_columns(back.alias("back"), pl.col(_SIDES).cast(_WHOLE))
        .drop_nulls("above")
        .with_columns(held(*(pl.col(name) for name in _SIDES)).alias("held"))
    )
    middle = _middles(known.filter(pl.col("back") <= noise.baseline_weeks), noise)
    return _limits(known, noise).join(middle, on="series", how="left", maintain_order="left")


def _middles(known: pl.DataFrame, noise: Noise) -> pl.DataFrame:
    """The values in the middle of the weeks of the baseline."""
    ordered = known.sort("series", "held")
    is_tied = (pl.col("series") == pl.col("series").shift(1)) & (
        pl.col("held") == pl.col("held").shift(1)
    )
    is_mixed = is_tied & (
        pl.col("above") * pl.col("below").shift(1) != pl.col("above").shift(1) * pl.col("below")
    )
    mixed = ordered.filter(is_mixed)
    if mixed.height:
        apart = ordered.join(mixed, on="series", how="anti")
        ordered = pl.concat([apart, _in_exact_order(ordered.join(mixed, on="series", how="semi"))])
    half = pl.len() // 2
    lower = pl.when(pl.len() % 2 == 0).then(half - 1).otherwise(half)
    return (
        ordered.group_by("series", maintain_order=True)
        .agg(
            pl.len().alias("weeks"),
            *(pl.col(name).get(lower).alias(f"lower_{name}") for name in _SIDES),
            *(pl.col(name).get(half).alias(f"upper_{name}") for name in _SIDES),
        )
        .filter(pl.col("weeks") >= noise.minimum_weeks)
        .drop("weeks")
    )


def _in_exact_order(known: pl.DataFrame) -> pl.DataFrame:
    """Sort series with values that are alike to 12 decimals and yet not equal."""
    exact = [Fraction(*sides) for sides in known.select(_SIDES).iter_rows()]
    at = sorted(range(known.height), key=lambda row: (known["series"][row], exact[row]))
    return known[at]


def _limits(known: pl.DataFrame, noise: Noise) -> pl.DataFrame:
    """Mean and reach of the chart, and what the last weeks are for a run."""
    above, below = noise.xmr_factor.as_integer_ratio()
    charted = pl.col("held").tail(noise.chart_weeks)
    run = charted.tail(noise.run_length - 1)
    is_enough = pl.col("count") >= max(noise.minimum_weeks, 2)
    return (
        known.group_by("series", maintain_order=True)
        .agg(
            charted.len().cast(_WHOLE).alias("count"),
            charted.sum().alias("sum"),
            charted.diff().abs().sum().alias("moves"),
            run.min().alias("smallest"),
            run.max().alias("largest"),
        )
        .select(
            "series",
            "count",
            *(
                pl.when(is_enough).then(each)
                for each in (
                    rounded(pl.col("sum"), pl.col("count")).alias("mean"),
                    rounded(pl.col("moves") * above, (pl.col("count") - 1).clip(1) * below).alias(
                        "reach"
                    ),
                    pl.col("smallest"),
                    pl.col("largest"),
                )
            ),
        )
    )


def is_signal(point: pl.Expr, noise: Noise) -> pl.Expr:
    """Whether a point, held to 12 decimals, is outside the limits of its series or ends a run.

    Evaluated beside the columns of `weekly_charts`; null where there is no chart or no point.
    """
    mean, reach = pl.col("mean"), pl.col("reach")
    is_outside = (point < mean - reach) | (point > mean + reach)
    is_run = (pl.min_horizontal(point, "smallest") > mean) | (
        pl.max_horizontal(point, "largest") < mean
    )
    is_said = point.is_not_null() & mean.is_not_null()
    is_long = pl.col("count") >= noise.run_length - 1
    return pl.when(is_said).then(is_outside | (is_run & is_long))
