"""Whether a number is unlike those before it: median ± 4 robust standard deviations."""

from typing import Final

import polars as pl

COMPARED: Final = 8
"""Deliveries before the newest that it is compared with."""
FEWEST: Final = 5
"""With fewer there is nothing to compare: `too_few_loads`."""
WIDTH: Final = 4.0
"""Robust standard deviations; tests/transforms/test_drift.py measures the false alarms."""
ROBUST: Final = 1.4826
"""The median absolute deviation times this is the standard deviation of normal noise."""


def drifts(points: pl.DataFrame, keys: list[str], floor: pl.Expr) -> pl.DataFrame:
    """Judge the newest `value` of each key by up to 8 before it.

    Takes one row per key and `position` (0 is the newest); null values are left out. A value
    drifts where it lies further from the median than 4 robust standard deviations and than
    `floor`, an expression over `usual` (the median) and the columns of the newest row. Returns the
    newest rows with `earlier_loads`, `usual`, `least`, `most` (null below 5 loads) and `state`:
    ok, drift, too_few_loads, or no_data where the newest has no value.

    >>> days = pl.DataFrame({"source": "a", "position": range(6), "value": [9.0] + [5.0] * 5})
    >>> drifts(days, ["source"], pl.lit(1.0)).select("usual", "most", "state").row(0)
    (5.0, 6.0, 'drift')
    """
    value = pl.col("value")
    past = points.filter(pl.col("position").is_between(1, COMPARED), value.is_not_null())
    usual = past.group_by(keys).agg(
        earlier_loads=pl.len().cast(pl.Int64),
        usual=value.median(),
        deviation=(value - value.median()).abs().median(),
    )
    is_enough = pl.col("earlier_loads") >= FEWEST
    margin = pl.max_horizontal(WIDTH * ROBUST * pl.col("deviation"), floor)
    is_inside = value.is_between("least", "most")
    return (
        points.filter(pl.col("position") == 0)
        .join(usual, on=keys, how="left")
        .with_columns(pl.col("earlier_loads").fill_null(0))
        .with_columns(usual=pl.when(is_enough).then("usual"))
        .with_columns(
            least=pl.max_horizontal(pl.col("usual") - margin, pl.when(is_enough).then(0.0)),
            most=pl.col("usual") + margin,
        )
        .with_columns(least=pl.when(is_enough).then("least"))
        .with_columns(
            state=pl.when(value.is_null())
            .then(pl.lit("no_data"))
            .when(~is_enough)
            .then(pl.lit("too_few_loads"))
            .when(is_inside)
            .then(pl.lit("ok"))
            .otherwise(pl.lit("drift"))
        )
        .drop("deviation")
    )
