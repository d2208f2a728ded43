"""Gamma-Gamma: what a purchase of each customer is worth (Fader, Hardie 2005 and 2013).

A customer's purchases scatter around a mean of their own (gamma with p), and the means differ
between customers (gamma with q, γ), whatever the frequency is. What was observed of a customer is
drawn towards the mean of all, the more the fewer purchases there are.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from transforms.lifetime.optimum import Vector, log_gamma, maximise
from transforms.lifetime.refusal import FitLimits, Reason, Refusal, too_few

MODEL: Final = "Gamma-Gamma"


@dataclass(frozen=True)
class GammaGamma:
    """A fitted model; γ and the values are in the currency of the history."""

    p: float
    q: float
    gamma: float
    standard_errors: tuple[float, float, float]
    log_likelihood: float
    customers: int
    left_out: int
    """Repeat customers whose mean value is not above zero."""
    correlation: float
    """Of frequency and mean value, over the customers fitted."""

    @property
    def mean_value(self) -> float:
        """Expected value of a purchase of a customer of whom nothing is known."""
        return self.p * self.gamma / (self.q - 1)

    def expected_value(self, history: pl.DataFrame) -> pl.Series:
        """Expected value of the next purchases of each customer.

        Null where a repeat customer's mean value is not above zero: the model knows no such.
        """
        x, mean = pl.col("frequency"), pl.col("mean_value")
        known = (
            self.p
            * (self.gamma + x * mean.fill_null(0.0))
            / (self.p * x.cast(pl.Float64) + self.q - 1)
        )
        value = pl.when((x == 0) | (mean > 0)).then(known)
        return history.select(value.alias("expected_value")).to_series()


def fit_gamma_gamma(history: pl.DataFrame, limits: FitLimits | None = None) -> GammaGamma | Refusal:
    """Fit p, q and γ to the customers with repeat purchases by maximum likelihood."""
    limits = limits or FitLimits()
    repeaters = history.filter(pl.col("frequency") > 0)
    if repeaters.is_empty():
        return Refusal(
            MODEL, Reason.NO_REPEAT_PURCHASES, "没有客户购买两次 / no customer bought twice"
        )
    fitted = (
        repeaters.filter(pl.col("mean_value") > 0)
        .select(pl.col("frequency").cast(pl.Float64), "mean_value")
        .sort("frequency", "mean_value")
    )
    if fitted.height < limits.repeat_customers:
        kind = ("复购金额为正的客户", "customers with a repeat amount above zero")
        return too_few(MODEL, kind, fitted.height, limits.repeat_customers)
    x, mean = fitted["frequency"].to_numpy(), fitted["mean_value"].to_numpy()
    correlation = _correlation(x, mean)
    if abs(correlation) > limits.correlation:
        return Refusal(
            MODEL,
            Reason.FREQUENCY_AND_VALUE_CORRELATED,
            f"购买次数与均值的相关系数为 {correlation:.2f}，上限 {limits.correlation:g} / "
            f"correlation of frequency and mean value is {correlation:.2f}, "
            f"limit {limits.correlation:g}",
        )
    found = maximise(MODEL, _Likelihood(x, mean), (2.0, 3.0, float(mean.mean())), limits)
    if isinstance(found, Refusal):
        return found
    (p, q, gamma), (e_p, e_q, e_gamma) = found.parameters, found.standard_errors
    if q <= 1:
        return Refusal(
            MODEL,
            Reason.MEAN_VALUE_UNDEFINED,
            f"q = {q:.2f}，不大于 1，均值无穷大 / q = {q:.2f} is not above 1: the mean is infinite",
        )
    return GammaGamma(
        p,
        q,
        gamma,
        (e_p, e_q, e_gamma),
        found.log_likelihood,
        fitted.height,
        repeaters.height - fitted.height,
        correlation,
    )


def _correlation(x: Vector, mean: Vector) -> float:
    """Pearson's; 0 where one of the two does not vary."""
    spread = float(x.std() * mean.std())
    if spread == 0:
        return 0.0
    return float(((x - x.mean()) * (mean - mean.mean())).mean()) / spread


class _Likelihood:
    """The log-likelihood of p, q and γ."""

    def __init__(self, x: Vector, mean: Vector) -> None:
        self._x, self._at = np.unique(x, return_inverse=True)
        self._per_x = np.bincount(self._at).astype(np.float64)
        self._log_means = np.bincount(self._at, weights=np.log(mean))
        self._total = x * mean

    def __call__(self, parameters: Sequence[float]) -> float:
        p, q, gamma = parameters
        px = p * self._x
        of_x = (
            log_gamma(px + q)
            - log_gamma(px)
            - math.lgamma(q)
            + q * math.log(gamma)
            + px * np.log(self._x)
        )
        spread = (px + q)[self._at] * np.log(gamma + self._total)
        return float(self._per_x @ of_x + self._log_means @ (px - 1) - spread.sum())
