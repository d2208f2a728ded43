"""Weekly series without what anybody would have expected of them.

Two series that both grow, both rest at Spring Festival or both drift are correlated without having
anything to do with each other. So each series is freed of its trend, its season and its working
days by least squares, and then of its own memory: what last week did not announce is left. That
the cross-correlations of two series treated so apart are those of independent noise, with variance
1/n, is Haugh's result (1976, JASA 71, "Checking the independence of two covariance-stationary time
series"). Ranks take the place of values, so that a few wild weeks decide nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from transforms.calendar import days_between, is_workday
from transforms.parameters import Calendar

Matrix = npt.NDArray[np.float64]

WEEKS_OF_YEAR: Final = 365.25 / 7
MOST_WAVES: Final = 3
"""Yearly waves at most: one for each half year of the data; year, half year and third of it."""
_DAY: Final = timedelta(days=1)
_WEEK: Final = 7
MOST_COMMON: Final = 1 / 3
"""A series of which more than so many weeks have one and the same value (0) has no ranks."""


@dataclass(frozen=True)
class Surprises:
    """Series × weeks: centred ranks of what was not expected, 0 where `known` is false."""

    ranks: Matrix
    known: Matrix
    """1 where the week has a value, else 0."""
    spent: int
    """Degrees of freedom used up by the fit."""


def surprises(values: Matrix, ends: Sequence[date], calendar: Calendar) -> Surprises:
    """Free weekly series of trend, season, working days and their own last week.

    `values` is series × weeks, NaN where a week has no value; `ends` are the weeks' last days,
    oldest first, one after the other. A series that is too short or hardly ever moves is unknown
    throughout.
    """
    design = _design(ends, calendar)
    spent = design.shape[1] + 1
    ranks = np.zeros(values.shape)
    known = np.zeros(values.shape)
    for row, series in enumerate(values):
        is_there = np.isfinite(series)
        if is_there.sum() <= 2 * spent or _is_lumpy(series[is_there]):
            continue
        fit, *_ = np.linalg.lstsq(design[is_there], series[is_there], rcond=None)
        left = series - design @ fit
        new = np.full_like(left, np.nan)
        new[1:] = left[1:] - _memory(left) * left[:-1]
        has_new = np.isfinite(new)
        ranks[row, has_new] = _centred_ranks(new[has_new])
        known[row] = has_new
    return Surprises(ranks, known, spent)


def weekly_matrix(
    points: pl.DataFrame, keys: Sequence[str]
) -> tuple[list[tuple[str, ...]], list[date], Matrix]:
    """Turn weekly `MetricPoint` rows into series × weeks, oldest week first.

    Gives the series' keys in their order, the last days of all weeks from the first to the last,
    and the values, NaN where a series has none.
    """
    last_days = points["period_end"].unique().sort()
    if not last_days.len():
        return [], [], np.empty((0, 0))
    first = last_days[0]
    count = (last_days[-1] - first).days // 7 + 1
    series = points.select(*keys).unique().sort(*keys).with_row_index("series")
    placed = points.join(series, on=list(keys)).select(
        "series",
        ((pl.col("period_end") - first).dt.total_days() // 7).alias("week"),
        pl.col("value").cast(pl.Float64).fill_null(float("nan")),
    )
    matrix = np.full((series.height, count), np.nan)
    matrix[placed["series"].to_numpy(), placed["week"].to_numpy()] = placed["value"].to_numpy()
    ends = pl.date_range(first, last_days[-1], "1w", eager=True).to_list()
    return list(series.drop("series").iter_rows()), ends, matrix


def _design(ends: Sequence[date], calendar: Calendar) -> Matrix:
    """Columns to fit: 1, trend, waves of the year, working days, whether a month ends in it."""
    weeks = np.arange(len(ends), dtype=float)
    angle = 2 * np.pi * weeks / WEEKS_OF_YEAR
    waves = min(MOST_WAVES, int(len(ends) * 2 // WEEKS_OF_YEAR) - 1)
    columns = [np.ones_like(weeks), (weeks - weeks.mean()) / len(ends)]
    for wave in range(1, waves + 1):
        columns += [np.sin(wave * angle), np.cos(wave * angle)]
    month_ends = np.array([(end + _DAY).day <= _WEEK for end in ends], dtype=float)
    columns += [
        column - column.mean()
        for column in (working_days(ends, calendar), month_ends)
        if np.ptp(column)
    ]
    return np.column_stack(columns)


def working_days(ends: Sequence[date], calendar: Calendar) -> Matrix:
    """Count the working days of the weeks that end on the days given."""
    counts = [
        sum(is_workday(day, calendar) for day in days_between(end - 6 * _DAY, end)) for end in ends
    ]
    return np.array(counts, dtype=float)


def _is_lumpy(series: Matrix) -> bool:
    _, counts = np.unique(series, return_counts=True)
    return bool(counts.max() > MOST_COMMON * len(series))


def _memory(left: Matrix) -> float:
    """How much of a week's deviation the next one keeps (autoregression of order 1)."""
    pairs = np.isfinite(left[1:]) & np.isfinite(left[:-1])
    before, after = left[:-1][pairs], left[1:][pairs]
    scale = float(before @ before)
    return float(before @ after) / scale if scale else 0.0


def _centred_ranks(series: Matrix) -> Matrix:
    _, place, counts = np.unique(series, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    found: Matrix = ranks[place] - (len(series) + 1) / 2
    return found
