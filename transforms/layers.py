"""Periods in layers: within a layer no two overlap, so that a day lies in one of them at most."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

import polars as pl

from transforms.definitions.metric import PERIOD_COLUMNS

SLACK: Final = timedelta(days=6)
"""A first row within a period's first days still makes the period whole: a year opens with a
holiday, an export with a weekend."""

_DAY: Final = timedelta(days=1)
_YEARS_BEFORE: Final = 5
"""Years before the first period of which the days are put together too."""


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


def layer_numbers(days: pl.DataFrame) -> list[int]:
    """List the layers of days."""
    return days["layer"].unique().sort().to_list()


def of_layers(days: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """Give each layer with its days."""
    for layer in layer_numbers(days):
        yield layer, days.filter(pl.col("layer") == layer).drop("layer")


def stretches(days: pl.DataFrame, bounds: Iterable[date] = ()) -> pl.DataFrame:
    """Say of each day to which stretch it belongs: day, stretch_on (the first day of the stretch).

    `days` come from `period_days`; the days of the years before them are there too. Within a
    stretch no period and no month begins or ends, nor do the days within which a first row makes
    either whole (`SLACK`), and none of `bounds` lies in it but as its first day: whatever is added
    up over periods or months comes out the same from stretches as from days, of which there are
    five times as many.

    >>> from datetime import date
    >>> week = pl.DataFrame({"period": 1, "period_start": date(2026, 11, 16),
    ...     "period_end": date(2026, 11, 22)}, schema_overrides={"period": pl.UInt32})
    >>> found = stretches(period_days(week)).filter(pl.col("day") >= date(2026, 11, 7))
    >>> found["stretch_on"].unique().sort().dt.day().to_list()
    [1, 8, 16]
    """
    last = days["day"].max()
    start = days["period_start"].min()
    if not isinstance(last, date) or not isinstance(start, date):
        return pl.DataFrame(schema={"day": pl.Date, "stretch_on": pl.Date})
    first = start.replace(year=start.year - _YEARS_BEFORE, month=1, day=1)
    every = pl.DataFrame({"day": pl.date_range(first, last, eager=True)})
    months = every["day"].filter(every["day"].dt.day() == 1)
    starts = pl.concat([months, days["period_start"]])
    cuts = pl.concat(
        [
            starts,
            starts + SLACK + _DAY,
            days["period_end"] + _DAY,
            pl.Series([*bounds], dtype=pl.Date),
        ]
    )
    begins = pl.DataFrame({"day": cuts.unique().sort()}).with_columns(stretch_on="day")
    return every.join_asof(begins, on="day")


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
