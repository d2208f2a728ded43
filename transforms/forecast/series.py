"""Amounts per day and scope, as arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from transforms.catalogue import Measure
from transforms.forecast.calendar import FloatArray
from transforms.scopes import COMPANY, UNASSIGNED
from transforms.tables.columns import NUMBER

KINDS: Final = ("company", "region", "team")
"""Scope kinds whose periods are forecast; a single rep has too few cases."""
Scope = tuple[str, str]
LONGEST: Final = timedelta(days=5 * 366)
"""History before the as-of date that is looked at."""


@dataclass(frozen=True)
class Series:
    """Running totals of one scope from its first day to the as-of date."""

    first: date
    """First day of the history: nothing is known before it."""
    running: FloatArray

    def total(self, after: date, last: date) -> float | None:
        """Sum of the days after a day up to the last one; None where a day is not known."""
        start = (after - self.first).days + 1
        end = (last - self.first).days + 1
        if min(start, end) < 0 or max(start, end) >= len(self.running):
            return None
        return float(self.running[end] - self.running[start])


def by_day(fact: pl.LazyFrame, measure: Measure, as_of: date) -> pl.DataFrame:
    """Sum a measure per day, region and team, up to the as-of date: occurred_on, …, amount."""
    kept = pl.col(str(measure.column)).is_not_null() & (pl.col("occurred_on") <= as_of)
    if measure.where is not None:
        kept = kept & measure.where.fill_null(value=False)
    amount = pl.col(str(measure.column)).cast(NUMBER).sum() * measure.factor
    return (
        fact.filter(kept & (pl.col("occurred_on") > as_of - LONGEST))
        .group_by("occurred_on", "region", "team")
        .agg(amount.cast(NUMBER).alias("amount"))
        .with_columns(pl.col("region", "team").cast(pl.String))
        .collect()
    )


def by_scope(rows: pl.DataFrame, *keys: str, amounts: Sequence[str] = ("amount",)) -> pl.DataFrame:
    """Add the amounts of rows with region and team up to every scope: scope_kind, scope, keys."""
    frames = [
        rows.group_by(
            pl.lit(kind).alias("scope_kind"),
            (pl.lit(COMPANY) if kind == COMPANY else pl.col(kind)).alias("scope"),
            *keys,
        ).agg(pl.col(name).sum().cast(NUMBER) for name in amounts)
        for kind in KINDS
        if kind == COMPANY or (rows[kind] != UNASSIGNED).any()
    ]
    return pl.concat(frames).sort("scope_kind", "scope", *keys)


def series_of(rows: pl.DataFrame, as_of: date) -> dict[Scope, Series]:
    """Every scope's running totals from its own first day with an amount to the as-of date."""
    found = {}
    totals = by_scope(rows, "occurred_on")
    for (kind, scope), part in totals.group_by("scope_kind", "scope", maintain_order=True):
        found[str(kind), str(scope)] = _running(
            part["occurred_on"].to_list(), part["amount"].cast(pl.Float64).to_numpy(), as_of
        )
    return found


def _running(on: Sequence[date], amounts: FloatArray, as_of: date) -> Series:
    first = on[0]
    values = np.zeros((as_of - first).days + 1)
    values[[(day - first).days for day in on]] = amounts
    return Series(first, np.concatenate([[0.0], np.cumsum(values)]))


def without(whole: Series, part: Series | None, as_of: date) -> Series:
    """What a series brings beside a part of it, over the history of the whole."""
    if part is None:
        return whole
    values = np.diff(whole.running)
    shift = (part.first - whole.first).days
    taken = np.diff(part.running)
    length = (as_of - whole.first).days + 1
    if shift < 0:
        taken, shift = taken[-shift:], 0
    values[shift : min(shift + len(taken), length)] -= taken
    return Series(whole.first, np.concatenate([[0.0], np.cumsum(values)]))
