"""Periods: rows of a table of times become one row per leaf, now beside its past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
import polars as pl

from transforms.locate.leaves import SIDES, is_share

PERIOD: Final = "period"
Period = float | str | datetime
_ENOUGH: Final = 3
"""Periods from which on the past tells how far its own leaves scatter."""


@dataclass(frozen=True)
class Compared:
    """`rows`: one per leaf, members and sides; `dimensions`: those along which leaves differ."""

    rows: pl.DataFrame
    dimensions: tuple[str, ...]
    periods: int
    scatter: float | None


def compared(
    rows: pl.DataFrame, dimensions: Sequence[str], *, is_ratio: bool, now: Period
) -> Compared:
    """Sum rows into leaves.

    `rows`: members as text, `period` of any type with an order, `numerator`, `denominator`. Only
    periods before `now` are the past: nobody at work at that time knew the later ones.
    """
    kept = rows.filter(pl.col(PERIOD) <= pl.lit(now))
    told = [name for name in dimensions if kept.get_column(name).n_unique() > 1]
    # Members become numbers in the order of their names: those are grouped and sorted faster.
    kept = kept.with_columns(
        pl.col(name).cast(pl.Enum(kept.get_column(name).unique().sort())) for name in told
    )
    is_now = pl.col(PERIOD) == pl.lit(now)
    cells = kept.group_by(*told, PERIOD).agg(pl.sum("numerator", "denominator")).sort(*told, PERIOD)
    numerator, denominator = pl.col("numerator"), pl.col("denominator")
    sides = cells.with_columns(
        n1=pl.when(is_now).then(numerator).otherwise(0.0),
        d1=pl.when(is_now).then(denominator).otherwise(0.0),
        n0=pl.when(is_now).then(0.0).otherwise(numerator),
        d0=pl.when(is_now).then(0.0).otherwise(denominator),
    )
    sums = [pl.sum(side) for side in SIDES]
    leaves = sides.group_by(told, maintain_order=True).agg(sums) if told else sides.select(sums)
    past = cells.filter(~is_now)
    periods = past.get_column(PERIOD).n_unique()
    scatter = None
    sides_now = (leaves.get_column(side).to_numpy().astype(np.float64) for side in SIDES)
    if periods >= _ENOUGH and not (is_ratio and is_share(*sides_now)):
        scatter = _scatter(past, leaves, told, periods, is_ratio=is_ratio)
    return Compared(leaves, tuple(told), periods, scatter)


def _scatter(
    past: pl.DataFrame, leaves: pl.DataFrame, keys: list[str], periods: int, *, is_ratio: bool
) -> float | None:
    """Say how far amounts of the past stray from their leaf's mean at the pace of their period.

    The square of what they stray by over what it would be if they counted cases: the size of one
    typical case, of a sum in units of the amount, of a ratio in rates of its leaf. None where it
    cannot be told.
    """
    known = leaves.select(*keys, rate=pl.col("n0") / (pl.col("d0") if is_ratio else periods))
    known = known.filter(pl.col("rate").is_finite())
    cells = past.join(known, on=keys) if keys else past.join(known, how="cross")
    due = pl.col("rate") * (pl.col("denominator") if is_ratio else 1.0)
    whole = pl.col("due").sum().over(PERIOD) if is_ratio else known.get_column("rate").sum()
    cells = (
        cells.with_columns(due=due)
        .with_columns(pace=pl.col("numerator").sum().over(PERIOD) / whole)
        .filter(pl.col("pace").is_finite())
        .with_columns(paced=pl.col("pace") * pl.col("due"))
    )
    squares = (pl.col("numerator") - pl.col("paced")) ** 2
    if is_ratio:
        # A case of a dear leaf is a large one: sizes are measured in the leaf's own rate.
        cells = cells.filter(pl.col("rate") != 0)
        strayed = _total(cells, squares / pl.col("rate").abs())
        usual = _total(cells, pl.col("due").abs())
    else:
        # A leaf that is absent in a period had nothing there, and strays by all that was due.
        paces = _total(cells.select(PERIOD, "pace").unique(), pl.col("pace") ** 2)
        all_due = paces * _total(known, pl.col("rate") ** 2)
        strayed = _total(cells, squares - pl.col("paced") ** 2) + all_due
        usual = periods * _total(known, pl.col("rate").abs())
    return strayed / usual * periods / (periods - 1) if usual > 0 else None


def _total(frame: pl.DataFrame, values: pl.Expr) -> float:
    return float(frame.select(values.sum()).item())
