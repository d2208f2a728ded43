"""BG/NBD: how often customers without a contract will buy again (Fader, Hardie, Lee 2005).

While a customer is alive purchases come at random at a rate of their own (gamma with r, α); after
each one the customer leaves for good with a probability of their own (beta with a, b).
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from transforms.lifetime.bg_nbd_likelihood import STATE, BgNbdLikelihood, grouped
from transforms.lifetime.optimum import Vector, maximise
from transforms.lifetime.purchases import expected_while_alive
from transforms.lifetime.refusal import FitLimits, Reason, Refusal, too_few

MODEL: Final = "BG/NBD"
WEEK_DAYS: Final = 7.0
_NO_LEAVING: Final = 1e-9
"""A parameter a so small that nobody leaves, at b = 1."""
_SIGNIFICANT: Final = 1.92
"""Gain in log-likelihood that one parameter has by chance in one case of 20."""


@dataclass(frozen=True)
class BgNbd:
    """A fitted model; times inside it count in units of `unit_days`."""

    r: float
    alpha: float
    a: float
    b: float
    standard_errors: tuple[float, float, float, float]
    log_likelihood: float
    customers: int
    unit_days: float = WEEK_DAYS

    def probability_alive(self, history: pl.DataFrame) -> pl.Series:
        """Probability that each customer has not left; 1 for one who has bought only once."""
        x, recency, age = _state(history, self.unit_days)
        return pl.Series("probability_alive", self._alive(x, recency, age))

    def expected_purchases(self, history: pl.DataFrame, days: float) -> pl.Series:
        """Purchases to expect of each customer in the next `days`, given what they did."""
        x, recency, age = _state(history, self.unit_days)
        bought = self._while_alive(x, age, np.full(len(x), days / self.unit_days))
        return pl.Series("expected_purchases", bought * self._alive(x, recency, age))

    def expected_repeats(self, age_days: pl.Series) -> pl.Series:
        """Repeat purchases to expect of new customers by so many days after their first."""
        until = age_days.cast(pl.Float64).to_numpy() / self.unit_days
        none = np.zeros(len(until))
        return pl.Series("expected_repeats", self._while_alive(none, none, until))

    def _alive(self, x: Vector, recency: Vector, age: Vector) -> Vector:
        left = np.full(len(x), -math.inf)
        some = x > 0
        left[some] = (
            math.log(self.a)
            - np.log(self.b + x[some] - 1)
            + (self.r + x[some])
            * (np.log(self.alpha + age[some]) - np.log(self.alpha + recency[some]))
        )
        alive: Vector = np.exp(-np.logaddexp(0.0, left))
        return alive

    def _while_alive(self, x: Vector, age: Vector, time: Vector) -> Vector:
        return expected_while_alive(
            shape=self.r + x,
            share=time / (self.alpha + age + time),
            stay=self.b + x,
            leave=self.a,
        )


def fit_bg_nbd(
    history: pl.DataFrame, *, unit_days: float = WEEK_DAYS, limits: FitLimits | None = None
) -> BgNbd | Refusal:
    """Fit r, α, a and b to a customer history by maximum likelihood.

    A row may stand for several customers in the same state, as its column `customers` says.
    """
    limits = limits or FitLimits()
    groups = grouped(history)
    customers = int(groups["customers"].sum())
    repeaters = int(groups.filter(pl.col("frequency") > 0)["customers"].sum())
    if customers < limits.customers:
        return too_few(MODEL, ("客户", "customers"), customers, limits.customers)
    if repeaters == 0:
        return Refusal(
            MODEL, Reason.NO_REPEAT_PURCHASES, "没有客户购买两次 / no customer bought twice"
        )
    if repeaters < limits.repeat_customers:
        kind = ("复购客户", "customers with a second purchase")
        return too_few(MODEL, kind, repeaters, limits.repeat_customers)
    likelihood = BgNbdLikelihood(groups, unit_days)
    found = maximise(MODEL, likelihood, (1.0, likelihood.mean_age, 1.0, 1.0), limits)
    if isinstance(found, Refusal):
        return _explained(found, likelihood, limits)
    r, alpha, a, b = found.parameters
    e_r, e_alpha, e_a, e_b = found.standard_errors
    errors = (e_r, e_alpha, e_a, e_b)
    return BgNbd(r, alpha, a, b, errors, found.log_likelihood, customers, unit_days)


def _explained(refusal: Refusal, likelihood: BgNbdLikelihood, limits: FitLimits) -> Refusal:
    """Say so where the model fails because it is no better than one in which nobody leaves."""
    staying = maximise(
        "NBD",
        lambda rate: likelihood((*rate, _NO_LEAVING, 1.0)),
        (1.0, likelihood.mean_age),
        limits,
    )
    if isinstance(staying, Refusal):
        return refusal
    gain = refusal.log_likelihood - staying.log_likelihood
    if gain > _SIGNIFICANT:
        return refusal
    return Refusal(
        MODEL,
        Reason.NOBODY_LEAVES,
        f"看不出客户流失（对数似然仅增加 {max(gain, 0):.2f}），无法推断生命周期 / the data do not "
        f"show customers leaving (log-likelihood gains {max(gain, 0):.2f}): no lifetime to be told",
        refusal.log_likelihood,
    )


def _state(history: pl.DataFrame, unit_days: float) -> tuple[Vector, Vector, Vector]:
    """Frequency, recency and age, the latter two in the model's unit of time."""
    x, recency, age = (history[name].cast(pl.Float64).to_numpy() for name in STATE)
    return x, recency / unit_days, age / unit_days
