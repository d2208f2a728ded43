"""Customers drawn from the models themselves, so that the true parameters are known."""

import numpy as np
import polars as pl


def buyers(
    customers: int, seed: int, *, r: float, alpha: float, a: float, b: float, weeks: int
) -> pl.DataFrame:
    """Draw a customer history from BG/NBD, every customer known for a time of their own."""
    draw = np.random.default_rng(seed)
    rate = draw.gamma(r, 1 / alpha, customers)
    leaves = draw.beta(a, b, customers)
    age = draw.uniform(0, weeks, customers)
    frequency = np.zeros(customers, dtype=np.int64)
    at, last = np.zeros(customers), np.zeros(customers)
    is_open = np.ones(customers, dtype=bool)
    while is_open.any():
        at = at + draw.exponential(1 / rate)
        is_open &= at <= age
        frequency += is_open
        last = np.where(is_open, at, last)
        is_open &= draw.random(customers) > leaves
    return pl.DataFrame({"frequency": frequency, "recency_days": last * 7, "age_days": age * 7})


def spenders(customers: int, seed: int, *, p: float, q: float, gamma: float) -> pl.DataFrame:
    """Draw frequencies and, from Gamma-Gamma, mean values."""
    draw = np.random.default_rng(seed)
    frequency = draw.integers(1, 9, customers)
    scale = draw.gamma(q, 1 / gamma, customers)
    mean = draw.gamma(p * frequency) / (scale * frequency)
    return pl.DataFrame({"frequency": frequency, "mean_value": mean})


def renewals(customers: int, seed: int, *, alpha: float, beta: float, periods: int) -> pl.DataFrame:
    """Draw tenures from sBG, each customer observed for 1 … `periods` renewals."""
    draw = np.random.default_rng(seed)
    lost_at = draw.geometric(draw.beta(alpha, beta, customers))
    seen = draw.integers(1, periods + 1, customers)
    return pl.DataFrame({"periods": np.minimum(lost_at, seen), "is_lost": lost_at <= seen})
