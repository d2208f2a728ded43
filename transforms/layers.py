"""Periods in layers: within a layer no two overlap, so that a day lies in one of them at most."""

from collections.abc import Iterator

import polars as pl

from transforms.definitions.metric import PERIOD_COLUMNS


def period_days(periods: pl.DataFrame) -> pl.DataFrame:
    """Spread periods over their days.

    `periods` have period (a number), period_start and period_end. One row per period and day in
    it: layer, period, period_start, period_end, day.
    """
    return (
        periods.sort("period_start", "period_end")
        .with_columns(pl.Series("layer", _layers(periods), dtype=pl.Int64))
        .select(
            "layer",
            "period",
            *sorted(PERIOD_COLUMNS),
            pl.date_ranges("period_start", "period_end").alias("day"),
        )
        .explode("day")
    )


def of_layers(days: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """Give each layer with its days."""
    for layer in days["layer"].unique().sort().to_list():
        yield layer, days.filter(pl.col("layer") == layer).drop("layer")


def layers_by_day(days: pl.DataFrame) -> pl.DataFrame:
    """Put the bounds of the periods beside each day: day, and start_<n> and end_<n> of layer n."""
    found = days.select(pl.col("day").unique().sort())
    for layer, dated in of_layers(days):
        bounds = dated.select(
            "day",
            pl.col("period_start").alias(f"start_{layer}"),
            pl.col("period_end").alias(f"end_{layer}"),
        )
        found = found.join(bounds, on="day", how="left", maintain_order="left")
    return found


def _layers(periods: pl.DataFrame) -> list[int]:
    """Put each period, in order of its start, into the first layer that has room for it."""
    bounds = periods.select(pl.col("period_start", "period_end").to_physical()).sort(pl.all())
    ends: list[int] = []
    chosen = []
    for start, end in bounds.iter_rows():
        free = next((at for at, last in enumerate(ends) if last < start), len(ends))
        ends[free : free + 1] = [end]
        chosen.append(free)
    return chosen
