"""Lagged rank correlation of process with result, and what it may be taken for."""

from dataclasses import dataclass
from math import atanh, sqrt, tanh
from typing import Final

import numpy as np
import numpy.typing as npt

from transforms.multiplicity import two_sided
from transforms.relations.surprises import Matrix, Surprises

SPEARMAN: Final = 1.06
"""Variance of atanh of a rank correlation × (n − 3) (Fieller, Hartley and Pearson 1957)."""
_Z: Final = 1.96
_FEWEST_FREE: Final = 8
_ALMOST_ONE: Final = 1 - 1e-9

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Lagged:
    """The strongest of several lags for every pair process × result; NaN where weeks are few."""

    lags: Counts
    correlations: Matrix
    weeks: Counts
    probabilities: Matrix
    """Two-sided, times the number of lags tried (Bonferroni)."""
    spent: int


def lagged(process: Surprises, result: Surprises, most_lag: int, minimum_weeks: int) -> Lagged:
    """Correlate each process series with each result series, 0 … most_lag weeks later.

    Takes the lag with the strongest correlation among those with at least `minimum_weeks` weeks
    in which both are known, and counts the lags tried in its probability.
    """
    shape = (len(process.ranks), len(result.ranks))
    spent = max(process.spent, result.spent)
    best = np.full(shape, np.nan)
    lags = np.zeros(shape, dtype=np.int64)
    weeks = np.zeros(shape, dtype=np.int64)
    strongest = np.full(shape, -1.0)
    tried = np.zeros(shape)
    for lag in range(min(most_lag + 1, process.ranks.shape[1])):
        found, counts = _correlation(process, result, lag)
        is_told = (counts >= max(minimum_weeks, spent + _FEWEST_FREE)) & np.isfinite(found)
        strength = np.where(
            is_told, np.abs(_fisher(found)) * np.sqrt(np.maximum(counts - spent - 3, 1)), -1
        )
        is_better = strength > strongest
        best = np.where(is_better, found, best)
        lags = np.where(is_better, lag, lags)
        weeks = np.where(is_better, counts.astype(np.int64), weeks)
        strongest = np.where(is_better, strength, strongest)
        tried += is_told
    one = np.vectorize(two_sided, otypes=[float])(np.maximum(strongest, 0) / sqrt(SPEARMAN))
    chance = np.where(tried > 0, np.minimum(one * tried, 1.0), np.nan)
    return Lagged(lags, best, weeks, chance, spent)


def interval(correlation: float, weeks: int, spent: int) -> tuple[float, float]:
    """95 % interval of a rank correlation by Fisher's transformation.

    >>> tuple(round(end, 2) for end in interval(0.5, 104, 8))
    (0.33, 0.64)
    """
    middle = atanh(max(min(correlation, _ALMOST_ONE), -_ALMOST_ONE))
    reach = _Z * sqrt(SPEARMAN / (weeks - spent - 3))
    return tanh(middle - reach), tanh(middle + reach)


def pooled(process: Surprises, result: Surprises, lag: int) -> Matrix:
    """Standard score of each pair at one lag over several scopes at once.

    Both hold the scopes along the first axis, then series × weeks. What all scopes share in a week
    counts as one observation: the sums over the scopes are taken by week, and their own spread
    over the weeks is the error (as Fama and MacBeth 1973 do), so that scopes that move together
    are not taken for independent ones.
    """
    weeks = process.ranks.shape[-1]
    ahead, later = process.ranks[..., : weeks - lag], result.ranks[..., lag:]
    by_week = np.einsum("spt,srt->prt", ahead, later)
    spread = np.sqrt((by_week**2).sum(axis=-1))
    total = by_week.sum(axis=-1)
    found: Matrix = np.divide(total, spread, out=np.full_like(total, np.nan), where=spread > 0)
    return found


def _correlation(process: Surprises, result: Surprises, lag: int) -> tuple[Matrix, Matrix]:
    weeks = process.ranks.shape[1]
    x, y = process.ranks[:, : weeks - lag], result.ranks[:, lag:]
    has_x, has_y = process.known[:, : weeks - lag], result.known[:, lag:]
    scale = np.sqrt(((x**2) @ has_y.T) * (has_x @ (y**2).T))
    return np.divide(x @ y.T, scale, out=np.full_like(scale, np.nan), where=scale > 0), (
        has_x @ has_y.T
    )


def _fisher(correlation: Matrix) -> Matrix:
    found: Matrix = np.arctanh(np.clip(correlation, -_ALMOST_ONE, _ALMOST_ONE))
    return found
