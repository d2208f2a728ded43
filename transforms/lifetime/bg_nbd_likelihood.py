"""The likelihood of the BG/NBD model, over groups of customers in the same state."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl

from transforms.lifetime.optimum import log_gamma

STATE: Final = ("frequency", "recency_days", "age_days")
"""All that the model knows of a customer."""


def grouped(history: pl.DataFrame) -> pl.DataFrame:
    """Count the customers in each state; a column `customers` says how many a row stands for."""
    each = pl.col("customers") if "customers" in history.columns else pl.lit(1)
    return (
        history.select(*STATE, each.cast(pl.Int64).alias("customers"))
        .group_by(*STATE)
        .agg(pl.col("customers").sum())
        .sort(*STATE)
    )


class BgNbdLikelihood:
    """The log-likelihood of r, α, a and b, as a function of the four.

    Customers in the same state are one group, and what depends on the frequency alone is computed
    once per frequency. Groups are sorted: the order of customers does not change a digit.
    """

    def __init__(self, groups: pl.DataFrame, unit_days: float) -> None:
        """Take the groups of a customer history."""
        x, recency, age, customers = (
            groups[name].cast(pl.Float64).to_numpy() for name in (*STATE, "customers")
        )
        self._x, self._at = np.unique(x, return_inverse=True)
        self._customers = customers
        self._per_x = np.bincount(self._at, weights=customers)
        self._age = age / unit_days
        self._once = int(np.searchsorted(x, 1))  # groups before this one bought only once
        self._recency = recency[self._once :] / unit_days
        self.mean_age = max(float(np.average(self._age, weights=customers)), 1 / unit_days)

    def __call__(self, parameters: Sequence[float]) -> float:
        """Give the log-likelihood of r, α, a and b."""
        r, alpha, a, b = parameters
        x = self._x
        of_x = (
            log_gamma(r + x)
            - math.lgamma(r)
            + r * math.log(alpha)
            + math.lgamma(a + b)
            - math.lgamma(b)
            + log_gamma(b + x)
            - log_gamma(a + b + x)
        )
        shape = (r + x)[self._at]
        alive = -shape * np.log(alpha + self._age)
        again = slice(self._once, None)
        leaving = (math.log(a) - np.log(np.maximum(b + x - 1, b)))[self._at[again]]
        left = leaving - shape[again] * np.log(alpha + self._recency)
        alive[again] = np.logaddexp(alive[again], left)
        return float(self._per_x @ of_x + self._customers @ alive)
