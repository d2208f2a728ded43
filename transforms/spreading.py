"""Windows spread over their days, the windows of many owners at once (D-2).

Windows are taken in rounds: first those that overlap no shorter one of their owner, then those that
overlap only these, and so on. Amounts are whole numbers, millionths, so that nothing is rounded.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

import polars as pl

_CENTS: Final = 2
_MICROS: Final = 6
_STEPS: Final = [10 ** (_MICROS - places) for places in range(_CENTS, _MICROS)]
"""Millionths in a cent, a tenth of a cent, and so on."""

Bounds = tuple[date, date]


class Spread(NamedTuple):
    """What windows come to."""

    daily: pl.DataFrame
    """owner, day, value; one row per day that a window of the owner covers."""
    windows: pl.DataFrame
    """The windows, with days, free (those that no shorter window covers), inside (what the shorter
    ones have of the window) and rest (the target less that, for the free days)."""


def spread(windows: pl.DataFrame, weights: pl.DataFrame) -> Spread:
    """Spread the windows of each owner over their days, the shortest first.

    `windows` has owner and window (numbers; the windows of an owner stand together, those that
    take their days first in front), period_start, period_end, amount (Int128, millionths),
    is_spread and is_money; `weights` has day and weight (a whole number, 0 or more). A window that
    is not spread holds its amount on each day that is left to it. What is spread adds up to the
    window: each part is rounded towards zero, to the cent where it is money and needs no more
    places, and the units left go to the largest remainders, the earlier day first.

    >>> from datetime import date
    >>> week = pl.DataFrame({"owner": 0, "window": 0, "period_start": date(2026, 11, 20),
    ...     "period_end": date(2026, 11, 22), "amount": 100_000_000, "is_spread": True,
    ...     "is_money": True}, schema_overrides={"amount": pl.Int128})
    >>> weights = pl.DataFrame({"day": [date(2026, 11, day) for day in (20, 21, 22)],
    ...     "weight": [1, 1, 1]})
    >>> spread(week, weights).daily["value"].to_list()
    [33340000, 33330000, 33330000]
    """
    numbers = _rounds(windows)
    rounds = windows.with_columns(numbers)
    daily = pl.DataFrame(
        schema={"owner": windows.schema["owner"], "day": pl.Date, "value": pl.Int128}
    )
    done = []
    for turn in range(max(numbers, default=0) + 1):
        now = rounds.filter(pl.col("round") == turn).drop("round")
        found, judged = _one_round(now, daily, weights)
        daily = pl.concat([daily, found])
        done.append(judged)
    return Spread(daily, pl.concat(done).sort("window"))


def _one_round(
    windows: pl.DataFrame, daily: pl.DataFrame, weights: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Spread windows of which no two of one owner overlap over the days that are left to them."""
    days = (
        windows.select("window", "owner", pl.date_ranges("period_start", "period_end").alias("day"))
        .explode("day")
        .join(daily, on=["owner", "day"], how="left", maintain_order="left")
    )
    counted = days.group_by("window").agg(
        pl.len().alias("days"),
        pl.col("value").null_count().alias("free"),
        pl.col("value").sum().alias("inside"),
    )
    judged = windows.join(counted, on="window", maintain_order="left").with_columns(
        pl.when("is_spread")
        .then(pl.col("amount") - pl.col("inside"))
        .otherwise("amount")
        .alias("rest")
    )
    left = days.filter(pl.col("value").is_null()).drop("value").join(weights, on="day")
    # where children exceed their parent nothing is left
    exceeds = pl.col("is_spread") & (pl.col("rest") < 0) & (pl.col("free") < pl.col("days"))
    sizes = judged.select(
        "window",
        "is_spread",
        pl.when(exceeds).then(0).otherwise("rest").alias("rest"),
        _step().alias("step"),
    )
    return _parted(left.join(sizes, on="window")), judged


def _step() -> pl.Expr:
    """Millionths in the unit that a window is spread in: a cent, unless it needs more places."""
    step = pl.lit(1, dtype=pl.Int128)
    for each in reversed(_STEPS):
        step = pl.when(pl.col("is_money") & (pl.col("rest") % each == 0)).then(each).otherwise(step)
    return step


def _parted(days: pl.DataFrame) -> pl.DataFrame:
    """Give every free day its part of the rest by its weight: owner, day, value."""
    of_window = ["window"]
    total = pl.col("weight").sum().over(of_window)
    units = pl.col("rest").abs() // pl.col("step")
    whole, over = pl.col("units") // pl.col("total"), pl.col("units") % pl.col("total")
    shared = over * pl.col("weight")
    parts = (
        days.with_columns(
            # where every weight is 0 the parts are equal shares
            pl.when(total == 0).then(1).otherwise("weight").cast(pl.Int128).alias("weight"),
            units.alias("units"),
        )
        .with_columns(total.alias("total"))
        .with_columns(
            (whole * pl.col("weight") + shared // pl.col("total")).alias("part"),
            (shared % pl.col("total")).alias("remainder"),
        )
        .sort("window", "remainder", "day", descending=[False, True, False])
        .with_columns(
            (pl.col("units") - pl.col("part").sum().over(of_window)).alias("left"),
            pl.int_range(pl.len()).over(of_window).alias("position"),
        )
    )
    more = (pl.col("position") < pl.col("left")).cast(pl.Int128)
    value = (pl.col("part") + more) * pl.col("step") * pl.col("rest").sign()
    return parts.select(
        "owner", "day", pl.when("is_spread").then(value).otherwise("rest").alias("value")
    )


def _rounds(windows: pl.DataFrame) -> pl.Series:
    """Number the round of each window: behind every window in front of it that it overlaps."""
    found: list[int] = []
    owned = windows.group_by("owner", maintain_order=True).agg("period_start", "period_end")
    for _, starts, ends in owned.iter_rows():
        found += _rounds_of(tuple(zip(starts, ends, strict=True)))
    return pl.Series("round", found, dtype=pl.Int64)


@lru_cache(maxsize=256)
def _rounds_of(bounds: Sequence[Bounds]) -> list[int]:
    """Rounds of the windows of one owner; most owners have the same windows."""
    found: list[int] = []
    for at, (start, end) in enumerate(bounds):
        before = (
            found[other]
            for other, (first, last) in enumerate(bounds[:at])
            if first <= end and start <= last
        )
        found.append(max(before, default=-1) + 1)
    return found
